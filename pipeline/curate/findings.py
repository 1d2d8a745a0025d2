"""All findings about gold files: what cannot be used, and what the guidelines ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pipeline.curate.lint import Names, compare_texts, lint
from pipeline.gold.formats import FORMATS, format_of
from pipeline.gold.load import gold_files, read_safely
from pipeline.gold.maps import TypeMap
from pipeline.recognise.terms import read_terms

_ABOUT = re.compile(r"(?:mention|relation) [^\s:]+")


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
        marks: dict[str, dict[str, str]] | None = None  # read when there is something to find
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
            if odd and marks is None:
                marks = _places(path)
            for one in odd:
                about = _ABOUT.match(one)
                places = (marks or {}).get(document.id, {})
                yield f"{places.get(about[0], place) if about else place}: {document.id}: {one}"
        if empty:
            yield f"{path}: holds no document"


def _places(path: Path) -> dict[str, dict[str, str]]:
    """By document, where *mention T1* and *relation 1* stand; of our JSON Lines, which have all of
    a document in one line, nothing."""
    name = format_of(path)
    documents: dict[str, dict[str, str]] = {}
    for raw in FORMATS[name].read(path) if name in FORMATS else ():
        accepted = [r for r in raw.relations if r.attributes.get("rejected") != "true"]
        places = {f"relation {n}": r.place for n, r in enumerate(accepted, 1)}
        documents[raw.id] = places | {f"mention {m.id}": m.place for m in raw.mentions}
    return documents


def known_names(patterns: Path) -> Names:
    """Whether the term tables of a folder of patterns know a name of a label."""
    names = frozenset((term.label, term.name) for term in read_terms(patterns))
    return lambda label, norm: (label, norm) in names
