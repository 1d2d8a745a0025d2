"""Which facts are drawn in the network, and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.report.layout import TALL, WIDE, positions


def drawn(ends: Sequence[tuple[int, int]], generic: frozenset[int], size: int) -> list[int]:
    """The best supported facts between two specific concepts."""
    fit = [at for at, (a, b) in enumerate(ends) if a != b and a not in generic and b not in generic]
    return fit[:size]


def layout(
    facts: Sequence[int], ends: Sequence[tuple[int, int]], names: Sequence[str]
) -> dict[str, Any]:
    """The facts that are drawn, and *[concept, x, y]* of each concept of theirs, for wide and for
    tall screens."""
    edges = [ends[fact] for fact in facts]
    nodes = {node: names[node] for edge in edges for node in edge}
    wide, tall = (
        [[node, round(x), round(y)] for node, (x, y) in places.items()]
        for places in positions(edges, nodes, (WIDE, TALL))
    )
    return {"facts": list(facts), "wide": wide, "tall": tall}
