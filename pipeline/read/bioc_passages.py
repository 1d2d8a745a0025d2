"""From the passages of a BioC document, of XML or JSON, to a Document.

The text is the passages, the title first, joined by one blank line. Offsets of BioC are not kept:
they may leave gaps and count as their maker chose; ours count in our text. Types of passages and
sections are those of PMC and PubTator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.read.document import build
from pipeline.read.source import ReadOptions
from pipeline.records import Document, Failure, Stretch

# No statements on the subject: references, thanks, who did what, lists of short forms.
LEFT_OUT = frozenset({"REF", "ACK_FUND", "AUTH_CONT", "COMP_INT", "REVIEW_INFO", "KEYWORD", "ABBR"})
SECTIONS = {
    "TITLE": "Title",
    "ABSTRACT": "Abstract",
    "INTRO": "Introduction",
    "METHODS": "Methods",
    "RESULTS": "Results",
    "DISCUSS": "Discussion",
    "CONCL": "Conclusions",
    "CASE": "Case report",
    "FIG": "Figure",
    "TABLE": "Table",
    "SUPPL": "Supplementary material",
    "APPENDIX": "Appendix",
}
FLOATS = ("FIG", "TABLE")
TITLES = ("title", "front", "article_title", "article-title")
HEADING = re.compile(r"(?:\w+_)?(?:title|heading|subtitle)(?:_(\d))?")
CAPTION = re.compile(r"(?:fig|table)_\w*(?:caption|title)|fig|caption")
ITEM = re.compile(r"(?:list_?)?item|list")
ROW_END = re.compile(r"[\r\n]+|\t[ ]\t")  # PMC writes a blank cell between the rows of a table
MAX_NAME = 200  # characters of a heading in the section of what is below it
METADATA = {
    "pmid": ("pmid", "article-id_pmid"),
    "pmcid": ("pmcid", "article-id_pmc", "article-id_pmcid"),
    "doi": ("doi", "article-id_doi"),
    "language": ("language", "lang"),
    "publication_types": ("publication_types", "article-type"),
    "journal": ("journal", "journal-title"),
    "year": ("year",),
}


@dataclass(frozen=True, slots=True)
class Passage:
    """``text`` as written, sentences joined."""

    text: str
    infons: Mapping[str, str]

    @property
    def type(self) -> str:
        """Such as *title_1*, *paragraph*, *fig_caption*."""
        return self.infons.get("type", "").strip().lower()

    @property
    def section_type(self) -> str:
        """One of SECTIONS or LEFT_OUT; of passages that have only a type, what it says."""
        named = self.infons.get("section_type", "").strip().upper()
        if named:
            return named
        if self.type.startswith("abstract"):
            return "ABSTRACT"
        if self.type in ("ref", "reference"):
            return "REF"
        return {"fig": "FIG", "table": "TABLE"}.get(self.type.partition("_")[0], "")


def document(
    doc_id: str,
    fields: Mapping[str, str],
    passages: Sequence[Passage],
    *,
    where: str,
    options: ReadOptions,
    more: tuple[tuple[str, str], ...] = (),
) -> Document | Failure:
    """``fields`` are those of the document and its infons, ``where`` is the source, ``more``
    metadata of the file."""
    kept = [p for p in passages if p.section_type not in LEFT_OUT and p.text.strip()]
    about = metadata([fields, *(p.infons for p in kept)]) + more
    if any("\n" in p.text.strip() for p in kept) and not any(p.infons for p in kept):
        # One text that nobody has cut up: its lines say what they are, as in a text file.
        text = "\n\n".join(p.text for p in kept)
        title = fields.get("title", "")
        return build(doc_id, text, source=where, options=options, title=title, metadata=about)
    parts: list[str] = []
    layout: list[Stretch] = []
    at = 0
    for separator, part, kind, section in _parts(kept):
        at += len(separator)
        layout.append(Stretch(at, at + len(part), kind, section, int(kind == "item")))
        parts += [separator, part]
        at += len(part)
    return build(
        doc_id,
        "".join(parts),
        source=where,
        options=options,
        title=parts[1] if layout and layout[0].kind == "title" else "",
        metadata=about,
        layout=tuple(layout),
    )


def metadata(found: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    """The fields that readers share; of several, the first that is there."""
    pairs = []
    for name, keys in METADATA.items():
        values = (infons.get(key, "").strip() for infons in found for key in keys)
        value = next(filter(None, values), "")
        if name == "pmcid" and value.isdecimal():
            value = f"PMC{value}"
        if name == "journal":  # PubTator goes on with the date and pages
            value = value.partition(";")[0]
        if value:
            pairs.append((name, value))
    return tuple(pairs)


def _parts(passages: Sequence[Passage]) -> Iterator[tuple[str, str, str, str]]:
    """(what parts it from the one before, text, kind of stretch, section) for each stretch."""
    title = next((p for p in passages if _is_title(p)), None)
    rest = [p for p in passages if p is not title]
    separator = ""
    if title is not None:
        yield "", _clean(title.text), "title", SECTIONS["TITLE"]
        separator = "\n\n"
    headings = _Headings()
    for passage in rest:
        section = headings.section(passage)
        kind = _kind(passage)
        for text in _rows(passage.text) if kind == "row" else [_clean(passage.text)]:
            if text:
                yield separator, text, kind, section
                separator = "\n" if kind == "row" else "\n\n"
        separator = "\n\n" if separator else ""


class _Headings:
    """The headings above a passage."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.section_type = ""  # of the last heading

    def section(self, passage: Passage) -> str:
        """The section of the next passage."""
        kind = passage.section_type
        heading = HEADING.fullmatch(passage.type)
        if kind in FLOATS:
            return SECTIONS[kind]
        if heading and _kind(passage) == "heading":
            self.path[max(int(heading[1] or 1), 1) - 1 :] = [_clean(passage.text)[:MAX_NAME]]
            self.section_type = kind
        elif kind and self.section_type and kind != self.section_type:
            self.path = []  # what was headed is over
        if self.path:
            return " / ".join(self.path)
        written = _clean(passage.infons.get("section", ""))[:MAX_NAME]
        return written or SECTIONS.get(kind, "")


def _is_title(passage: Passage) -> bool:
    return passage.type in TITLES and passage.section_type in ("", "TITLE")


def _kind(passage: Passage) -> str:
    if passage.type == "table":
        return "row"
    if CAPTION.fullmatch(passage.type):
        return "caption"
    if HEADING.fullmatch(passage.type):
        return "heading"
    return "item" if ITEM.fullmatch(passage.type) else "paragraph"


def _rows(text: str) -> Iterator[str]:
    """The rows of a table, their cells joined by " | "."""
    for row in ROW_END.split(text):
        cells = [_clean(cell) for cell in row.split("\t")]
        while cells and not cells[-1]:
            cells.pop()
        yield " | ".join(cells)


def _clean(text: str) -> str:
    return " ".join(text.split())
