"""Which words a text must hold, and in which order, for a mention pattern to match in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.recognise.anchors import SUPERSCRIPTS, bare
from pipeline.recognise.fine import DASHES, fold
from pipeline.recognise.sieve import Pattern, condition, is_optional

# every sign that a fine token may be
_SIGNS = [c for c in (*map(chr, range(0x21, 0x3000)), *DASHES) if not bare(c) and not c.isspace()]
SLACK = 20  # words that tidying may take out of a mention, and brackets and ends of lines


@dataclass(frozen=True, slots=True)
class _Row:
    """The words that a pattern needs: their conditions as bits, all of them in one number,
    and within how many words the next one follows (None: anywhere behind)."""

    steps: tuple[int, ...]
    needed: int
    reach: int | None


class PatternAnchors:
    """Every condition on a word is one bit. Signs count for nothing: between a file and the
    recogniser some are left out."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._by_value: dict[tuple[str, str], int] = defaultdict(int)
        self._by_regex: dict[tuple[str, re.Pattern[str]], int] = defaultdict(int)
        self._bits: dict[str, int] = {}
        self._rows = [self._row(pattern) for pattern in patterns]

    @property
    def match_anything(self) -> bool:
        """Whether a pattern has no condition on any word."""
        return any(not row.steps for row in self._rows)

    def _row(self, pattern: Pattern) -> _Row:
        steps: list[int] = []
        repeated = False
        for spec in pattern:
            spec = {key.upper(): value for key, value in spec.items()}
            operator = spec.get("OP", "1")
            repeated = repeated or operator not in {"1", "?", "!"}
            if operator != "!" and not is_optional(operator) and (bit := self._bit(spec)):
                steps.append(bit)
        needed = 0
        for bit in steps:
            needed |= bit
        return _Row(tuple(steps), needed, None if repeated else len(pattern) + SLACK)

    def _bit(self, spec: dict[str, Any]) -> int:
        """The bit of a token's condition; 0 where it has none or a sign meets it."""
        found = condition(spec)
        if found is None or not all(map(bare, found[1])):
            return 0
        key, values, regex = found
        if regex and any(re.search(regex, sign) for sign in _SIGNS):
            return 0
        bit = self._bits.setdefault(repr(found), 1 << len(self._bits))
        for value in values:
            self._by_value[key, value] |= bit
        if regex:
            self._by_regex[key, re.compile(regex)] |= bit
        return bit

    def satisfied(self, word: str) -> int:
        """The conditions that a word meets, or the part of it before a footnote."""
        bits = 0
        parts = {word}
        if not word.isalpha():
            parts |= {re.split(r"[.·]", word)[0], SUPERSCRIPTS.sub("", word)}
        for part in filter(None, parts):
            values = {"ORTH": part, "LOWER": part.lower(), "NORM": fold(part)}
            for item in values.items():
                bits |= self._by_value.get(item, 0)
            for (key, regex), bit in self._by_regex.items():
                if regex.search(values[key]):
                    bits |= bit
        return bits

    def may_match(self, marked: Sequence[tuple[int, int]]) -> bool:
        """Whether any pattern may match where ``marked`` are the words that meet conditions:
        (place in the text, conditions), ascending."""
        together = 0
        for _, bits in marked:
            together |= bits
        return any(
            together & row.needed == row.needed and _in_order(row, marked) for row in self._rows
        )


def _in_order(row: _Row, marked: Sequence[tuple[int, int]]) -> bool:
    reached = [place for place, bits in marked if bits & row.steps[0]]
    for step in row.steps[1:]:
        following = []
        for place, bits in marked:
            if not bits & step:
                continue
            before = bisect_right(reached, place - 1)
            if before and (row.reach is None or place - reached[before - 1] <= row.reach):
                following.append(place)
        reached = following
    return bool(reached)
