"""What ``pipeline export`` writes beyond gold, so that its files come back as gold: the same names
for all formats, which columns of the tables gold calls otherwise or has no room for, and the signs
that PubTator cannot hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MARK = "export"  # the infon of a document of BioC that says that the others are columns of tables
MENTION_ID, RELATION_ID = "mention_id", "relation_id"
ENDS = ("subject", "object")
REPLACED = "replaced"  # the field of a document of PubTator with the signs that gave way
TRIGGER = "TRIGGER"  # the type of brat's events for the words that state relations

_RENAMED = {MENTION_ID: "id", "concept_name": "norm"}
# How the extractor came to a row: nothing that a curator judges.
LEFT_OUT = frozenset(
    (
        "source", "section", "concept_id", "layer", "score", "grounding", "matched", "rule",
        "signs", "trigger", "trigger_start", "trigger_end", "sentence_start", "sentence_end",
        RELATION_ID,
    )
)  # fmt: skip

BAR = "\u00a6"  # stands for the first | of |t| and |a| in a text of PubTator
_GONE = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029|"
_STAND_INS = f" \n{BAR}"
_SIGN = re.compile(r"([0-9A-F]{1,4}):(\d{1,15}(?:,\d{1,15})*)")
# What an export to brat parts the words of a mention at, since a line cannot hold it.
_BETWEEN = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]+")


def attributes(columns: Mapping[str, str]) -> dict[str, str]:
    """The columns of a row by their names in gold, without those that gold has no room for. What
    already has a name of gold (a curator wrote it) wins."""
    renamed = {_RENAMED[name]: value for name, value in columns.items() if name in _RENAMED}
    others = {
        name: value
        for name, value in columns.items()
        if name not in _RENAMED and name not in LEFT_OUT
    }
    return renamed | others


def score(columns: Mapping[str, str]) -> float | None:
    """The score of a row, from 0 to 1; None where there is none, or what is no such number."""
    try:
        value = float(columns.get("score", ""))
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None


def pack_signs(signs: Mapping[int, str]) -> str:
    """The signs of a text that others stand in for, by their place in characters: *A:12,40 7C:3*,
    each as its code and its places."""
    places: dict[str, list[str]] = {}
    for at in sorted(signs):
        places.setdefault(f"{ord(signs[at]):X}", []).append(str(at))
    return " ".join(f"{code}:{','.join(found)}" for code, found in sorted(places.items()))


def with_signs(text: str, packed: str) -> str:
    """The text with the signs of :func:`pack_signs` back in their places; one place further than
    its end is its end. Raises ValueError, which says what does not fit and what to do."""
    signs: dict[int, str] = {}
    for part in packed.split():
        found = _SIGN.fullmatch(part)
        if found is None or chr(int(found[1], 16)) not in _GONE:
            raise ValueError(
                f"{REPLACED} is {part[:20]!r}, where a code and places should be; write A:12,40, "
                "or take it out"
            )
        signs |= dict.fromkeys(map(int, found[2].split(",")), chr(int(found[1], 16)))
    restored = list(text)
    for at, sign in sorted(signs.items()):
        there = "".join(restored[at : at + 1])
        if at > len(restored) or there not in _STAND_INS:
            raise ValueError(
                f"{REPLACED} has U+{ord(sign):04X} at {at}, where the text reads {there!r}; the "
                "text is not the one that was exported, put it back"
            )
        restored[at : at + 1] = sign
    return "".join(restored)


def unbroken(spans: tuple[tuple[int, int], ...], text: str) -> tuple[tuple[int, int], ...]:
    """The parts of a mention without the gaps that are line breaks or tabs alone."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if kept and _BETWEEN.fullmatch(text, kept[-1][1], start):
            start = kept.pop()[0]
        kept.append((start, end))
    return tuple(kept)
