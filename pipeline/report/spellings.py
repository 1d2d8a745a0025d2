"""How the texts of a run spell a concept, and under which heading an untitled document begins."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, str, str]  # label, id, name

MOST = 12
LONGEST = 80  # characters; a longer one is a list or a table
_SIGNS = re.compile(r"[\W_]+")


def spellings(mentions: pd.DataFrame) -> dict[Key, list[str]]:
    """At most twelve spellings of each concept, the most frequent first.

    Those that differ in case, blanks and punctuation alone count as one, and the name of the
    concept itself is left out: the page's search (``assets/names.js``) finds these anyway.
    """
    columns = ("label", "concept_id", "concept_name", "text")
    counts: dict[Key, Counter[str]] = defaultdict(Counter)
    for label, concept_id, name, text in zip(
        *(mentions[column].tolist() for column in columns), strict=True
    ):
        if name and len(text) <= LONGEST:
            counts[label, concept_id, name][text] += 1
    return {key: _distinct(key[2], counted) for key, counted in counts.items()}


def _distinct(name: str, counted: Counter[str]) -> list[str]:
    kept: dict[str, str] = {}
    for text, _ in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
        kept.setdefault(_bare(text), text)
    kept.pop(_bare(name), None)
    kept.pop("", None)
    return list(kept.values())[:MOST]


def _bare(text: str) -> str:
    return _SIGNS.sub("", text.casefold())


def first_sections(mentions: pd.DataFrame) -> dict[str, str]:
    """The heading over the first mention of each document that has one there."""
    first: dict[str, tuple[int, str]] = {}
    columns = (mentions[column].tolist() for column in ("doc_id", "start", "section"))
    for doc_id, start, section in zip(*columns, strict=True):
        if doc_id not in first or start < first[doc_id][0]:
            first[doc_id] = (start, section)
    return {doc_id: section for doc_id, (_, section) in first.items() if section}
