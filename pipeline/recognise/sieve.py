"""Which mention patterns can match a text at all, found in one pass over its words.

spaCy's Matcher tries every pattern at every token and asks Python for each ``IN`` and
``REGEX``: with three hundred patterns that costs as much as the trained model. Nearly all of
them match nothing in a given text, so this pass finds the few that may, and only those go to
the Matcher, which keeps the last word. The pass may let through too much, never too little.

Every token of every pattern is one bit of a long number, the patterns one after the other.
A bit that is set in ``reached`` says: the pattern matches up to this token, with the last
word read here. This is the bit-parallel automaton of Navarro and Raffinot (Flexible Pattern
Matching in Strings, 2002, chapter 4).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from pipeline.recognise.fine import fold

CACHED_WORDS = 1 << 15  # some 300 bytes each
_STRING_KEYS = ("ORTH", "TEXT", "LOWER", "NORM")

Pattern = Sequence[dict[str, Any]]


class Sieve:
    """Tells for a text in fine words which of the patterns may match in it."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._first = 0  # where a pattern starts
        self._optional = 0  # what may be left out
        self._repeated = 0  # what may stand more than once
        self._last: dict[int, int] = {}  # place with which a pattern may end -> pattern
        self._any = 0  # what any word may satisfy, as far as this pass can tell
        self._by_value: dict[tuple[str, str], int] = defaultdict(int)
        self._by_regex: dict[tuple[str, re.Pattern[str]], int] = defaultdict(int)
        self._places: list[int] = []  # all tokens of a pattern
        place = 0
        for index, pattern in enumerate(patterns):
            self._first |= 1 << place
            for spec in pattern:
                self._add(spec, 1 << place)
                place += 1
            self._places.append((1 << place) - (1 << place - len(pattern)))
            self._note_ends(index, place - len(pattern), place - 1)
        self._first = self._with_skipped(self._first)
        self._ends = sum(1 << place for place in self._last)
        regexes = [(key, regex.search, at) for (key, regex), at in self._by_regex.items()]
        # A regex costs a new word a quarter of a microsecond, so those that no pattern starts
        # with wait until a word stands where one is expected, which is seldom.
        self._early = [regex for regex in regexes if regex[2] & self._first]
        self._late = [regex for regex in regexes if not regex[2] & self._first]
        self._late_places = sum(at for _, _, at in self._late)
        self._satisfied = lru_cache(CACHED_WORDS)(self._satisfied_by)
        self._satisfied_late = lru_cache(CACHED_WORDS)(self._satisfied_late_by)

    def __call__(self, words: Sequence[str]) -> list[tuple[int, int, int]]:
        """Index of each pattern that may match, ascending, with the stretches of words
        (first, end exclusive) that hold its matches, in the order of the text. Matches that
        overlap are in one stretch."""
        first, optional, repeated = self._first, self._optional, self._repeated
        late_places, last_places = self._late_places, self._ends
        reached = 0
        ends: dict[int, list[int]] = {}  # pattern -> the words it ends at, ascending
        for i, word in enumerate(words):
            expected = reached << 1
            if expected & optional:
                expected = self._with_skipped(expected)
            expected |= first | reached & repeated
            reached = expected & self._satisfied(word)
            if late := expected & late_places:
                reached |= late & self._satisfied_late(word, late)
            ended = reached & last_places
            while ended:
                place = ended.bit_length() - 1
                ends.setdefault(self._last[place], []).append(i)
                ended ^= 1 << place
        return [
            (index, *stretch)
            for index, own in sorted(ends.items())
            for stretch in self._stretches(index, own, words)
        ]

    def _stretches(
        self, index: int, ends: Sequence[int], words: Sequence[str]
    ) -> list[tuple[int, int]]:
        """Back from each end, over words that fit any token of the pattern."""
        places = self._places[index]
        late = places & self._late_places
        found: list[tuple[int, int]] = []
        before = 0  # end of the stretch before
        for end in dict.fromkeys(ends):  # a pattern may end there in several ways
            start = end
            while start > before:
                word = words[start - 1]
                if not (self._satisfied(word) | self._satisfied_late(word, late)) & places:
                    break
                start -= 1
            if found and start == before:
                start = found.pop()[0]
            before = end + 1
            found.append((start, before))
        return found

    def _with_skipped(self, expected: int) -> int:
        """The places themselves, and those behind them when optional ones are left out.

        Behind a pattern's end lies the start of the next, which is expected anyway.
        """
        new = expected & self._optional
        while new:
            new = (new << 1) & ~expected
            expected |= new
            new &= self._optional
        return expected

    def _satisfied_by(self, word: str) -> int:
        """The tokens of patterns that this word may stand for, without the late ones."""
        values = _values(word)
        bits = self._any
        for item in values.items():
            bits |= self._by_value.get(item, 0)
        for key, search, places in self._early:
            if search(values[key]):
                bits |= places
        return bits

    def _satisfied_late_by(self, word: str, expected: int) -> int:
        """The late ones, at least those among the expected, that this word may stand for."""
        values = _values(word)
        bits = 0
        for key, search, places in self._late:
            if places & expected and search(values[key]):
                bits |= places
        return bits

    def _add(self, spec: dict[str, Any], bit: int) -> None:
        spec = {key.upper(): value for key, value in spec.items()}
        operator = spec.get("OP", "1")
        if is_optional(operator):
            self._optional |= bit
        if operator not in ("1", "?", "!"):
            self._repeated |= bit
        needed = None if operator == "!" else condition(spec)
        if needed is None:
            self._any |= bit
            return
        key, values, regex = needed
        for value in values:
            self._by_value[key, value] |= bit
        if regex:
            self._by_regex[key, re.compile(regex)] |= bit

    def _note_ends(self, index: int, first: int, last: int) -> None:
        """The last token of a pattern, and those before it when the rest is optional."""
        self._last[last] = index
        while last > first and self._optional >> last & 1:
            last -= 1
            self._last[last] = index


def is_optional(operator: str) -> bool:
    """Whether a token with this ``OP`` may be left out."""
    return operator in ("?", "*") or operator.startswith(("{0", "{,"))


def _values(word: str) -> dict[str, str]:
    """What the lexeme of a word has, without making one."""
    return {"ORTH": word, "LOWER": word.lower(), "NORM": fold(word)}


def condition(spec: dict[str, Any]) -> tuple[str, list[str], str] | None:
    """One condition that a word must meet: a key with values or a regular expression.
    None when there is none that this pass understands."""
    regex: tuple[str, list[str], str] | None = None
    for key in _STRING_KEYS:
        value = spec.get(key)
        key = "ORTH" if key == "TEXT" else key
        if isinstance(value, str):
            return key, [value], ""
        if isinstance(value, dict):
            if isinstance(value.get("IN"), list):
                return key, value["IN"], ""
            if isinstance(value.get("REGEX"), str):
                regex = key, [], value["REGEX"]
    return regex
