"""Which words a text must hold for a mention pattern to match in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from pipeline.recognise.anchors import SUPERSCRIPTS, bare
from pipeline.recognise.fine import fold
from pipeline.recognise.sieve import Pattern, condition, is_optional


class PatternAnchors:
    """Every condition on a word is one bit, and ``needed`` holds for every pattern the bits
    that words of a text must set. Signs count for nothing: between a file and the recogniser
    some are left out."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._by_value: dict[tuple[str, str], int] = defaultdict(int)
        self._by_regex: dict[tuple[str, re.Pattern[str]], int] = defaultdict(int)
        self._bits: dict[str, int] = {}
        self.needed = [self._needed(pattern) for pattern in patterns]

    def _needed(self, pattern: Pattern) -> int:
        bits = 0
        for spec in pattern:
            spec = {key.upper(): value for key, value in spec.items()}
            operator = spec.get("OP", "1")
            found = None if operator == "!" or is_optional(operator) else condition(spec)
            if found is None:
                continue
            key, values, regex = found
            if values and not all(map(bare, values)):
                continue
            bit = self._bits.setdefault(repr(found), 1 << len(self._bits))
            for value in values:
                self._by_value[key, value] |= bit
            if regex:
                self._by_regex[key, re.compile(regex)] |= bit
            bits |= bit
        return bits

    def satisfied(self, word: str) -> int:
        """The conditions that a word meets, or the part of it before a footnote."""
        bits = 0
        for part in {word, re.split(r"[.·]", word)[0], SUPERSCRIPTS.sub("", word)} - {""}:
            values = {"ORTH": part, "LOWER": part.lower(), "NORM": fold(part)}
            for item in values.items():
                bits |= self._by_value.get(item, 0)
            for (key, regex), bit in self._by_regex.items():
                if regex.search(values[key]):
                    bits |= bit
        return bits
