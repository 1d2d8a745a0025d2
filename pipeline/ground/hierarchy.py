"""What is a kind of what: is-a links between the concepts of the term tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.patterns_data import PatternError, read_csv
from pipeline.records import LABELS

COLUMNS = ("label", "child", "parent", "source")


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """``child`` is a kind of ``parent``; both are concept names of one label."""

    label: str
    child: str
    parent: str
    source: str = ""
    where: str = ""


def read_links(folder: Path) -> list[Link]:
    """All rows of ``folder/hierarchy/*.csv``; PatternError names ``file:line``."""
    links: list[Link] = []
    for path in sorted((folder / "hierarchy").glob("*.csv")):
        for line, row in read_csv(path, COLUMNS):
            where = f"{path}:{line}"
            if row["label"] not in LABELS:
                raise PatternError(f"{where}: label must be one of {', '.join(LABELS)}")
            links.append(Link(row["label"], row["child"], row["parent"], row["source"], where))
    return links


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """From a concept up to one without parents; ways share what they have in common."""

    name: str
    above: _Way | None = None
    length: int = 1

    def names(self) -> tuple[str, ...]:
        """From the top down to the concept."""
        names: list[str] = []
        way: _Way | None = self
        while way is not None:
            names.append(way.name)
            way = way.above
        return tuple(reversed(names))


class Hierarchy:
    """Parents and ancestors of a concept, by label and concept name."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._parents: dict[tuple[str, str], list[str]] = defaultdict(list)
        for link in links:
            self._parents[link.label, link.child].append(link.parent)
        self._ancestors: dict[tuple[str, str], tuple[str, ...]] = {}
        self._ways: dict[tuple[str, str], _Way] = {}

    def parents(self, label: str, name: str) -> list[str]:
        """Direct parents, in the order of the files."""
        return self._parents.get((label, name), [])

    def ancestors(self, label: str, name: str) -> tuple[str, ...]:
        """All ancestors without the concept itself, the nearest first, each once. A cycle
        ends where it meets itself."""
        key = (label, name)
        if key not in self._ancestors:
            found: dict[str, None] = {}
            level = [name]
            while level:
                above = [parent for one in level for parent in self.parents(label, one)]
                level = [p for p in dict.fromkeys(above) if p not in found and p != name]
                found.update(dict.fromkeys(level))
            self._ancestors[key] = tuple(found)
        return self._ancestors[key]

    def path(self, label: str, name: str) -> tuple[str, ...]:
        """From a concept without parents down to this one, by the longest way, so that the
        same step is about as special everywhere; of two, the first in the alphabet."""
        if (label, name) not in self._ways:
            self._climb(label, name)
        return self._ways[label, name].names()

    def _climb(self, label: str, name: str) -> None:
        """Find the ways of a concept and of all above it, the highest first, without a call
        for each step: a chain may be longer than Python's stack."""
        climbed = [name]
        self._ways[label, name] = _Way(name)  # until it is known; ends a cycle
        under_way = {name}
        in_cycle: set[str] = set()  # they may stand on a way of their own parents
        while climbed:
            one = climbed[-1]
            parents = self.parents(label, one)
            new = next((parent for parent in parents if (label, parent) not in self._ways), None)
            if new is not None:
                climbed.append(new)
                self._ways[label, new] = _Way(new)
                under_way.add(new)
                continue
            in_cycle.update(under_way.intersection(parents))
            ways = [self._ways[label, parent] for parent in parents]
            if one in in_cycle:
                ways = [way for way in ways if one not in way.names()]
            if ways:
                above = _longest(ways)
                self._ways[label, one] = _Way(one, above, above.length + 1)
            under_way.remove(climbed.pop())

    def is_a(self, label: str, name: str, ancestor: str) -> bool:
        """Whether a concept is the other one or a kind of it."""
        return name == ancestor or ancestor in self.ancestors(label, name)


def _longest(ways: list[_Way]) -> _Way:
    length = max(way.length for way in ways)
    longest = [way for way in ways if way.length == length]
    return longest[0] if len(longest) == 1 else min(longest, key=_Way.names)


def cycles(links: Iterable[Link]) -> Iterator[Link]:
    """Links by which a concept becomes a kind of itself."""
    hierarchy = Hierarchy(links := list(links))
    for link in links:
        if hierarchy.is_a(link.label, link.parent, link.child):
            yield link
