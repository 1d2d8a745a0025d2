"""Spellings of a term, worked out so that nobody types them.

A name is a sequence of *pieces*: fine tokens folded and cut once more between letters and
digits and before a Greek letter's name, with the dashes left out (*IL-1β*, *IL1beta* and
*interleukin 1-beta* end in the pieces ``1 beta``). What stands between two pieces is one of
three things: nothing, a blank, or a dash. A spelling of a term is its pieces with a mask
for each gap that says which of the three its writers use there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from pipeline.recognise.fine import APOSTROPHES, DASHES, GREEK, fine_words, fold

JOINED, GAP, HYPHEN = 1, 2, 4  # what stands between two pieces, as bits of a mask
ANY = JOINED | GAP | HYPHEN
MAX_JOINED_HYPHENS = 3  # beyond that, nobody leaves out all hyphens of a name
_GREEK_NAMES = frozenset(GREEK.values())
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "I": "1", "II": "2", "III": "3", "IV": "4"}
# "Crohn disease" is also written with the possessive, which only names of people take.
_EPONYM = re.compile(
    r"\b([A-Z][^\W\d]{2,}) "
    r"(disease|syndrome|lymphoma|thyroiditis|sarcoma|granulomatosis|esophagus|phenomenon)\b"
)
# Only names long enough that they are no ending of other words (plateau, theta but not eta).
_CUT = re.compile(
    r"(?<=[^\W\d])(?=\d)|(?<=[^\W_])(?=(?:alpha|beta|gamma|delta|epsilon|kappa|lambda|omega)\d*$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """The pieces of a name and, for each gap between two of them, which bits may stand there."""

    pieces: tuple[str, ...]
    gaps: tuple[int, ...]


def spellings(text: str, *, exact: bool = False) -> list[Spelling]:
    """All spellings of ``text``: with and without the possessive, *type I* and *type 1*,
    *GM-CSF* and *GMCSF*. With ``exact`` the case stays and a plural *s* may be added."""
    found: dict[Spelling, None] = {}
    for parts, separators in _bases(text):
        for joined in _joinings(parts, separators):
            found.setdefault(_spelling(*joined, exact=exact))
            if exact and len(joined[0][-1]) > 1 and joined[0][-1].isalnum():
                plural = [*joined[0][:-1], joined[0][-1] + "s"]
                found.setdefault(_spelling(plural, joined[1], exact=True))
    return list(found)


@lru_cache(1 << 16)
def folded_pieces(word: str) -> tuple[str, ...]:
    """The pieces of one fine token in folded form; none for a dash."""
    return () if word in DASHES else tuple(_CUT.split(fold(word)))


@lru_cache(1 << 16)
def exact_pieces(word: str) -> tuple[str, ...]:
    """The pieces of one fine token with its case kept; none for a dash."""
    return () if word in DASHES else tuple(_CUT.split(GREEK.get(word, word)))


def _spelling(parts: list[str], separators: list[str], *, exact: bool) -> Spelling:
    pieces: list[str] = []
    gaps: list[int] = []
    cut = exact_pieces if exact else folded_pieces
    for index, part in enumerate(parts):
        own = cut(part)
        if index:
            gaps.append(_mask(parts[index - 1], part, separators[index - 1]))
        pieces.extend(own)
        gaps.extend(JOINED for _ in own[1:])
    return Spelling(tuple(pieces), tuple(gaps))


def _mask(left: str, right: str, separator: str) -> int:
    if _is_greek(left) or _is_greek(right):
        return ANY
    if separator == "glued":
        return GAP
    # Nothing at all only where writers do it: IL6, never "factor5".
    if right[0].isdigit() and (len(left) <= 4 or len(right) <= 2):
        return ANY
    return GAP | HYPHEN


def _is_greek(part: str) -> bool:
    return part in GREEK or part.lower() in _GREEK_NAMES


def _joinings(parts: list[str], separators: list[str]) -> list[tuple[list[str], list[str]]]:
    """The parts as they are, and with hyphens between letters left out: *GMCSF*, *Bcell*."""
    free = [
        i
        for i, separator in enumerate(separators)
        if separator != " " and _may_join(parts[i], parts[i + 1], separator)
    ]
    if not free or len(free) > MAX_JOINED_HYPHENS:
        return [(parts, separators)]
    found = []
    for joins in product((False, True), repeat=len(free)):
        chosen = {i for i, join in zip(free, joins, strict=True) if join}
        new_parts, new_separators = [parts[0]], []
        for i, separator in enumerate(separators):
            if i in chosen:
                left = new_parts[-1]
                new_parts[-1] = GREEK.get(left, left) + parts[i + 1]
            else:
                new_parts.append(parts[i + 1])
                new_separators.append(separator)
        found.append((new_parts, new_separators))
    return found


def _may_join(left: str, right: str, separator: str) -> bool:
    if right[0].isdigit() or _is_greek(right):
        return False  # the mask lets them stand joined
    if _is_greek(left):
        return right.isalpha() and len(right) == 1  # γc, gammac
    letters = left.isalnum() and right.isalnum()
    return separator == "-" and letters and (len(left) <= 4 or len(right) <= 2)


def _bases(text: str) -> list[tuple[list[str], list[str]]]:
    """The parts of a text and the separators between them, for each base spelling."""
    parts, separators = _split(text)
    bases = [(parts, separators)]
    if _EPONYM.search(text):
        bases.append(_split(_EPONYM.sub(r"\1's \2", text).replace("s's ", "s' ")))
    if any(part in APOSTROPHES for part in parts):
        bases.append(_without_possessive(parts, separators))
    for parts, separators in list(bases):
        arabic = [
            _ROMAN.get(part, part) if i and parts[i - 1].lower() in {"type", "class"} else part
            for i, part in enumerate(parts)
        ]
        if arabic != parts:
            bases.append((arabic, separators))
    return bases


def _split(text: str) -> tuple[list[str], list[str]]:
    """Fine tokens without dashes, and ``-``, blank or ``glued`` for what stood between."""
    parts: list[str] = []
    separators: list[str] = []
    pending = None
    position = 0
    for word in fine_words(text):
        start = text.index(word, position)
        if word in DASHES and parts:
            pending = "-"
        else:
            if parts:
                gap = text[position:start].strip() == "" and start > position
                separators.append(pending or (" " if gap else "glued"))
            parts.append(word)
            pending = None
        position = start + len(word)
    return parts, separators


def _without_possessive(parts: list[str], separators: list[str]) -> tuple[list[str], list[str]]:
    kept_parts: list[str] = []
    kept_separators: list[str] = []
    skip = False
    for i, part in enumerate(parts):
        if part in APOSTROPHES:
            skip = True
            continue
        if skip and part == "s":
            skip = False
            continue
        if kept_parts:
            kept_separators.append(separators[i - 1] if not skip else " ")
        kept_parts.append(part)
        skip = False
    return kept_parts, [" " if s == "glued" else s for s in kept_separators]
