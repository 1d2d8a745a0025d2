"""Cells against cytokines for the picture: who makes which, who responds to which.

The page's script (``assets/heat.js``) makes the same map, which there can be filtered.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.report.data import Content
from pipeline.report.evidence import Fact

# Predicate: which end of a fact is the cell (0 subject, 1 object).
CELL_END = {"SECRETES": 0, "ACTS_ON": 1}


@dataclass(frozen=True, slots=True)
class Pair:
    """What all facts of a cell and a cytokine say together: ``tone`` is an effect, *mixed* (up
    and down) or *denied*; in how many documents, of which ``n_way`` say so; whether a fact among
    them is contradicted; whether all who say so offer it as possible only."""

    tone: str
    n_documents: int
    n_way: int
    contradicted: bool
    hedged: bool

    def depth(self, most: int) -> int:
        """1 to 4: how many documents say so, where ``most`` is the largest such number."""
        return 1 + round(3 * math.log(self.n_way) / math.log(max(most, 4)))

    def counted(self) -> str:
        """*2*, or *1/2* where only one of the two documents says so."""
        n = str(self.n_documents)
        return n if self.n_way == self.n_documents else f"{self.n_way}/{n}"


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Names of cells and cytokines, and the pairs by (row, column)."""

    cells: Sequence[str]
    cytokines: Sequence[str]
    pairs: Mapping[tuple[int, int], Pair]


def heat_map(content: Content, predicate: str, top: int) -> HeatMap:
    """The ``top`` cells and cytokines with the most documents over all their pairs, without
    those that general words alone name."""
    found: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    for fact, ends in zip(content.evidence.facts, content.ends, strict=True):
        if fact.row["predicate"] == predicate and not content.generic.intersection(ends):
            cell = CELL_END[predicate]
            found[ends[cell], ends[1 - cell]].append(fact)
    pairs = {key: _pair(facts) for key, facts in found.items()}
    cells, cytokines = (_top(content, pairs, end, top) for end in (0, 1))
    rows, columns = ({one: at for at, one in enumerate(side)} for side in (cells, cytokines))
    return HeatMap(
        [content.names[one] for one in cells],
        [content.names[one] for one in cytokines],
        {
            (rows[cell], columns[cytokine]): pair
            for (cell, cytokine), pair in pairs.items()
            if cell in rows and cytokine in columns
        },
    )


def _top(content: Content, pairs: Mapping[tuple[int, int], Pair], end: int, top: int) -> list[int]:
    weights: Counter[int] = Counter()
    for key, pair in pairs.items():
        weights[key[end]] += pair.n_documents
    return sorted(weights, key=lambda one: (-weights[one], content.names[one], one))[:top]


def _pair(facts: Sequence[Fact]) -> Pair:
    stated = [fact for fact in facts if fact.stated]
    ways = {fact.row["effect"] for fact in stated} - {"unspecified"}
    tone = "mixed" if len(ways) > 1 else next(iter(ways), "unspecified")
    contradicted = any(fact.row["contradicted"] for fact in stated)
    saying = [fact for fact in stated if not ways or fact.row["effect"] in ways]
    hedged = bool(saying) and all(fact.only_hedged for fact in saying)
    return Pair(tone if stated else "denied", facts[0].n_pair, facts[0].n_way, contradicted, hedged)
