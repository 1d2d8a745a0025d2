"""Spelling variants of a term, generated so that nobody types them.

A variant is a tuple of fine tokens (see :mod:`pipeline.recognise.fine`).
"""

from __future__ import annotations

import re
from itertools import product

from pipeline.recognise.fine import APOSTROPHES, DASHES, GREEK, fine_words

HYPHEN, GAP, JOINED = "-", " ", ""
MAX_FREE_SEPARATORS = 3  # beyond that, hyphens change together
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "I": "1", "II": "2", "III": "3", "IV": "4"}
# "Crohn disease" is also written with the possessive, which only names of people take.
_EPONYM = re.compile(
    r"\b([A-Z][^\W\d]{2,}) "
    r"(disease|syndrome|lymphoma|thyroiditis|sarcoma|granulomatosis|esophagus|phenomenon)\b"
)
_GREEK_NAMES = set(GREEK.values())


def variants(text: str) -> list[tuple[str, ...]]:
    """All spellings of ``text``: hyphen, blank or nothing between its parts; with and
    without the possessive; *type I* and *type 1*."""
    found: dict[tuple[str, ...], None] = {}
    for base in _bases(text):
        for spelled in _separated(*base):
            found.setdefault(spelled)
    return list(found)


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
    parts: list[str] = []
    separators: list[str] = []
    pending = None
    position = 0
    for word in fine_words(text):
        start = text.index(word, position)
        if word in DASHES and parts:
            pending = HYPHEN
        else:
            if parts:
                gap = text[position:start].strip() == "" and start > position
                separators.append(pending or (GAP if gap else "glued"))
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
            kept_separators.append(separators[i - 1] if not skip else GAP)
        kept_parts.append(part)
        skip = False
    return kept_parts, [GAP if s == "glued" else s for s in kept_separators]


def _separated(parts: list[str], separators: list[str]) -> list[tuple[str, ...]]:
    free = [i for i, s in enumerate(separators) if s in (HYPHEN, GAP)]
    if len(free) <= MAX_FREE_SEPARATORS:
        choices = [
            _choices(parts[i], parts[i + 1], s) if i in free else [s]
            for i, s in enumerate(separators)
        ]
        return [_assemble(parts, list(chosen)) for chosen in product(*choices)]
    hyphens = [i for i in free if separators[i] == HYPHEN]
    spelled = [separators]
    for replacement in (GAP, HYPHEN):
        spelled.append([replacement if i in hyphens else s for i, s in enumerate(separators)])
    return [_assemble(parts, chosen) for chosen in spelled]


def _choices(left: str, right: str, separator: str) -> list[str]:
    choices = [GAP, HYPHEN]
    # Nothing at all only where writers do it: IL6, TNFalpha, Tcell; never "rheumatoidarthritis".
    short = len(left) <= 4 or len(right) <= 2 or right.lower() in _GREEK_NAMES
    if (right[0].isdigit() or right.lower() in _GREEK_NAMES or separator == HYPHEN) and short:
        choices.append(JOINED)
    return choices


def _assemble(parts: list[str], separators: list[str]) -> tuple[str, ...]:
    tokens = [parts[0]] if parts else []
    for separator, part in zip(separators, parts[1:], strict=True):
        if separator == HYPHEN:
            tokens += ["-", part]
        elif separator == JOINED:
            tokens[-1] += GREEK.get(part, part)  # TNF-α is also written TNFalpha
        else:
            tokens.append(part)
    return tuple(tokens)
