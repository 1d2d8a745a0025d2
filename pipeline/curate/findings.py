"""All findings about gold files: what cannot be used, and what the guidelines ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pipeline.curate.lint import Names, compare_texts, lint
from pipeline.gold.load import gold_files, read_safely
from pipeline.gold.maps import TypeMap
from pipeline.recognise.terms import read_terms


def gold_findings(
    paths: Iterable[Path],
    known: Names | None = None,
    texts: Mapping[str, str] | None = None,
    type_map: TypeMap | None = None,
) -> Iterator[str]:
    """One line a finding, ``file:line: what is wrong``; ``texts`` are the documents by id that the
    gold should have (None: not compared). A document of others (``type_map``) follows other
    guidelines, so only what makes it unusable is told."""
    ids: dict[str, str] = {}
    for path in gold_files(paths):
        empty = True
        for place, document, wrong in read_safely(path, type_map):
            empty = False
            yield from wrong
            if document is None:
                continue
            if document.id in ids:
                yield f"{place}: document {document.id!r} is also {ids[document.id]}"
            ids.setdefault(document.id, place)
            odd = lint(document, known) if type_map is None else []
            odd += compare_texts(document, texts) if texts is not None else []
            yield from (f"{place}: {document.id}: {one}" for one in odd)
        if empty:
            yield f"{path}: holds no document"


def known_names(patterns: Path) -> Names:
    """Whether the term tables of a folder of patterns know a name of a label."""
    names = frozenset((term.label, term.name) for term in read_terms(patterns))
    return lambda label, norm: (label, norm) in names
