"""How the words of a mention differ from the spelling that the term table has."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from unicodedata import combining, normalize

from pipeline.recognise.fine import APOSTROPHES, DASHES, GREEK, fold

_WORD = re.compile(r"[A-Za-z]+")
_PLURAL = re.compile(r"(?<=[A-Z0-9])s(?=\W|$)")  # DCs, ILC2s
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_PREFIX = re.compile(r"^(?:rh|rm|hr|pro-?|[rshm])(?=[A-Z])")


def _brackets(text: str) -> str:
    """Without what stands in brackets; a sign comes out of them: *CD4(+)*."""
    text = re.sub(r"\s?\(([+−-])\)", r"\1", text)
    return re.sub(r"\s*\([^()]*\)\s*", " ", text).strip()


def _prefix(text: str) -> str:
    return _PREFIX.sub("", text)


def _greek(text: str) -> str:
    return "".join(GREEK.get(c, c) for c in text)


def _accents(text: str) -> str:
    return "".join(c for c in normalize("NFD", text) if not combining(c))


def _dashes(text: str) -> str:
    return "".join(c for c in text if c not in DASHES and not c.isspace() and c != "/")


def _possessive(text: str) -> str:
    return re.sub(rf"(?<=\w)[{APOSTROPHES}]s?(?=\s|$)", "", text)


def _roman(text: str) -> str:
    return re.sub(
        r"(?<=[ -])(?:IV|I{1,3}|iv|i{1,3})(?=[ -]|$)", lambda m: _ROMAN[m[0].lower()], text
    )


def _spelling(text: str) -> str:
    """British letters and plurals, word by word."""
    return _WORD.sub(lambda m: _spelled(m[0]), _PLURAL.sub("", text))


def _spelled(word: str) -> str:
    if len(word) < 4 or not (word.islower() or word.istitle() or word.isupper()):
        return word  # FasL, Th
    folded = fold(word)
    if word.isupper():
        return folded.upper()
    return folded.capitalize() if word.istitle() else folded


# In this order: what stands in brackets is read before its letters are.
STEPS: dict[str, Callable[[str], str]] = {
    "bracket": _brackets,
    "prefix": _prefix,
    "possessive": _possessive,
    "greek": _greek,
    "accent": _accents,
    "roman": _roman,
    "spelling": _spelling,
    "hyphen": _dashes,
    "case": str.lower,
}


@lru_cache(1 << 14)
def difference(text: str, spelling: str) -> str:
    """``exact``, or the steps that lead from one to the other, joined by ``+``:
    *TNF- α* and *TNF-alpha* differ by ``greek+hyphen``. ``other`` when no steps do."""
    if text == spelling:
        return "exact"
    left, right = text, spelling
    changing = []  # a step that changes neither may as well be left out
    for name, step in STEPS.items():
        before = left, right
        left, right = step(left), step(right)
        if (left, right) != before:
            changing.append(name)
    if left != right:
        return "other"
    needed = [name for name in changing if _without(name, text) != _without(name, spelling)]
    return "+".join(needed) or "hyphen"


def _without(left_out: str, text: str) -> str:
    for name, step in STEPS.items():
        if name != left_out:
            text = step(text)
    return text
