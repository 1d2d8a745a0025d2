"""What stands at the ends of the paths from one trigger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipeline.patterns_data import PatternError
from pipeline.relate.arguments import Arguments, Filler
from pipeline.relate.rules import RuleBook
from pipeline.relate.walk import Check, Walk, loose_check
from pipeline.relate.words import Word

KINDS_OF_WORDS = 1 << 12  # by dependency and tag
_DOWN = {">", ">+", ">-", ">++", ">--"}
_UP = {"<", "<+", "<-", "<++", "<--"}


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One argument of a rule: the paths from the trigger to it, by number and as the bits of
    ``mask``, and its labels."""

    paths: tuple[int, ...]
    mask: int
    labels: frozenset[str]


class Ways:
    """The paths that rules use, compiled. Raises PatternError for one that cannot be followed."""

    def __init__(self, book: RuleBook, used: Iterable[str]) -> None:
        names = {*used}
        names |= {other for name in names for other in book.paths[name].unless}
        self._numbers = {name: n for n, name in enumerate(sorted(names))}
        self.walks: list[Walk] = []
        self.voided_by: list[tuple[int, ...]] = []
        patterns = []
        for name in self._numbers:
            pattern, unless = book.paths[name].pattern, book.paths[name].unless
            try:
                self.walks.append(Walk(pattern))
            except (ValueError, KeyError) as error:
                raise PatternError(f"path {name!r}: {error}") from error
            patterns.append(pattern)
            self.voided_by.append(tuple(self._numbers[o] for o in unless if o in self._numbers))
        self._sides: dict[tuple[tuple[int, ...], frozenset[str]], Side] = {}
        self._own = _Kinds([pattern[0].get("RIGHT_ATTRS", {}) for pattern in patterns])
        self._below = _Kinds([_first_step(pattern, _DOWN) for pattern in patterns])
        self._above = _Kinds([_first_step(pattern, _UP) for pattern in patterns])

    def number(self, name: str) -> int:
        """The number of a path."""
        return self._numbers[name]

    def side(self, names: Iterable[str], labels: frozenset[str]) -> Side:
        """The side with these paths, in this order: one for all rules that share it."""
        paths = tuple(self._numbers[name] for name in names)
        mask = sum(1 << n for n in set(paths))
        return self._sides.setdefault((paths, labels), Side(paths, mask, labels))

    def open_to(self, trigger: Word) -> int:
        """The paths, as bits, that neither the trigger nor the words next to it in the tree rule
        out by what they are."""
        below, above = self._below.free, self._above.free
        for child in trigger.children:
            below |= self._below.fitting(child.dep_, child.tag_)
        if trigger.head is not trigger:
            above |= self._above.fitting(trigger.head.dep_, trigger.head.tag_)
        return below & above & (self._own.free | self._own.fitting(trigger.dep_, trigger.tag_))


class _Kinds:
    """What paths ask of a word beside the trigger, or of the trigger (None: nothing, such a path
    is ``free``), as far as its dependency and tag tell."""

    def __init__(self, asked: list[Mapping[str, Any] | None]) -> None:
        self._tests: list[tuple[int, Check]] = []
        self.free = 0
        for n, attributes in enumerate(asked):
            if attributes is None:
                self.free |= 1 << n
            else:
                told = {key: attributes[key] for key in ("DEP", "TAG") if key in attributes}
                self._tests.append((1 << n, loose_check(told)))
        self.fitting = lru_cache(KINDS_OF_WORDS)(self._fitting)

    def _fitting(self, dep: str, tag: str) -> int:
        word = Word(0, "", "", "", tag, "", dep, "", [])
        return sum(bit for bit, fits in self._tests if fits(word))


def _first_step(pattern: list[dict[str, Any]], operators: set[str]) -> Mapping[str, Any] | None:
    """What a path asks of the first word that it looks for next to the trigger."""
    for node in pattern[1:]:
        if node["LEFT_ID"] == pattern[0]["RIGHT_ID"] and node["REL_OP"] in operators:
            attributes: Mapping[str, Any] = node.get("RIGHT_ATTRS", {})
            return attributes
    return None


class Reached:
    """What stands at the ends of the paths from one trigger. Rules share their paths: each is
    walked once, if asked for."""

    def __init__(self, trigger: Word, ways: Ways) -> None:
        self.trigger = trigger
        self._ways = ways
        self._open = ways.open_to(trigger)
        self._known: dict[int, list[int]] = {}
        self._filled: dict[Side, list[tuple[int, Filler]]] = {}

    def may_fill(self, sides: tuple[Side, Side]) -> bool:
        """Whether a path of each side is open."""
        return bool(sides[0].mask & self._open and sides[1].mask & self._open)

    def at_end(self, path: int) -> list[int]:
        """The tokens at the end of a path, in order."""
        for other in self._ways.voided_by[path]:
            if self._walk(other):
                return []
        return self._walk(path)

    def fillers(self, side: Side, arguments: Arguments) -> list[tuple[int, Filler]]:
        """The mentions that may be an argument, each with the token that it was reached at."""
        if side not in self._filled:
            self._filled[side] = [
                (token, filler)
                for path in side.paths
                if self._open >> path & 1
                for token in self.at_end(path)
                for filler in arguments.fillers(token, side.labels)
            ]
        return self._filled[side]

    def _walk(self, path: int) -> list[int]:
        if not self._open >> path & 1:
            return []
        if path not in self._known:
            self._known[path] = self._ways.walks[path].reach(self.trigger)
        return self._known[path]
