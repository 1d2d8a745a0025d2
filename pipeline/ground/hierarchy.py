"""What is a kind of what: is-a links between the concepts of the term tables."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.patterns_data import PatternError
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
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle, strict=True)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise PatternError(f"{path}:1: the columns must be {','.join(COLUMNS)}")
            for row in reader:
                where = f"{path}:{reader.line_num}"
                if None in row or None in row.values():
                    raise PatternError(f"{where}: expected {len(COLUMNS)} cells")
                if row["label"] not in LABELS:
                    raise PatternError(f"{where}: label must be one of {', '.join(LABELS)}")
                links.append(Link(row["label"], row["child"], row["parent"], row["source"], where))
    return links


class Hierarchy:
    """Parents and ancestors of a concept, by label and concept name."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._parents: dict[tuple[str, str], list[str]] = defaultdict(list)
        for link in links:
            self._parents[link.label, link.child].append(link.parent)
        self._ancestors: dict[tuple[str, str], tuple[str, ...]] = {}
        self._paths: dict[tuple[str, str], tuple[str, ...]] = {}

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
        key = (label, name)
        if key not in self._paths:
            self._paths[key] = (name,)  # ends a cycle
            ways = [
                (*self.path(label, parent), name)
                for parent in self.parents(label, name)
                if name not in self.path(label, parent)
            ]
            self._paths[key] = min(ways, key=lambda way: (-len(way), way), default=(name,))
        return self._paths[key]

    def is_a(self, label: str, name: str, ancestor: str) -> bool:
        """Whether a concept is the other one or a kind of it."""
        return name == ancestor or ancestor in self.ancestors(label, name)


def cycles(links: Iterable[Link]) -> Iterator[Link]:
    """Links by which a concept becomes a kind of itself."""
    hierarchy = Hierarchy(links := list(links))
    for link in links:
        if hierarchy.is_a(link.label, link.parent, link.child):
            yield link
