"""Which column of a table, or field of a JSON object, holds what, by its usual names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.read.source import ReadOptions

ID_NAMES = ("id", "doc_id", "docid", "document_id", "pmid", "pubmed_id", "pmcid", "doi")
TEXT_NAMES = ("text", "abstract", "body", "full_text", "fulltext", "content", "passage")
TITLE_NAMES = ("title", "article_title")
# What documents.csv has of a document, under the names that databases export it by.
ABOUT_NAMES = {
    "pmid": ("pmid", "pubmed_id", "pubmedid"),
    "pmcid": ("pmcid", "pmc_id", "pmc"),
    "doi": ("doi",),
    "language": ("language", "lang", "languages", "language_of_original_document"),
    "publication_types": (
        "publication_types", "publication_type", "pubtype", "article_type", "document_type",
    ),
    "journal": ("journal", "journal_title", "journal_name", "journal_book", "source_title"),
    "year": ("year", "publication_year", "pub_year", "pubyear"),
}  # fmt: skip
IDENTIFIERS = ("pmid", "pmcid", "doi")
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions of the columns, -1 where there is none, and the name of each in metadata."""

    names: tuple[str, ...]
    id: int
    text: int
    title: int

    def metadata(self, values: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """All but id, text and title; the id too where its column says what it is."""
        return tuple(
            (name, _identifier(name, value))
            for at, (name, value) in enumerate(zip(self.names, values, strict=True))
            if at not in (self.text, self.title) and (at != self.id or name in IDENTIFIERS)
        )


def find_columns(header: Sequence[str], options: ReadOptions) -> Columns:
    """The columns by the names of ``options``, else by their usual ones, in any case."""
    at: dict[str, int] = {}
    for position, name in enumerate(header):
        at.setdefault(_usual(name), position)

    def find(usual: Sequence[str]) -> int:
        return next((at[name] for name in usual if name in at), -1)

    names = list(header)
    for about, usual in ABOUT_NAMES.items():
        if (position := find(usual)) >= 0:
            names[position] = about
    return Columns(
        tuple(names),
        _named(header, options.id_column) if options.id_column else find(ID_NAMES),
        _named(header, options.text_column) if options.text_column else find(TEXT_NAMES),
        find(TITLE_NAMES),
    )


def _usual(name: str) -> str:
    """*PubMed ID* as *pubmed_id*."""
    return _SIGNS.sub("_", name.strip().lower())


def _named(header: Sequence[str], option: str) -> int:
    """The column that a user has named: as written, else in any case."""
    if option in header:
        return header.index(option)
    names = [name.strip().lower() for name in header]
    wanted = option.strip().lower()
    return names.index(wanted) if wanted in names else -1


def _identifier(name: str, value: str) -> str:
    return f"PMC{value.strip()}" if name == "pmcid" and value.strip().isdecimal() else value
