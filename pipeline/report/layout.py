"""Where the concepts of a network stand, so that it can be drawn at once and its names read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

Places = dict[int, tuple[float, float]]
# Nodes of a part, and where each stands, 0 to 1 either way.
Shape = tuple[list[int], "np.ndarray"]

# In pixels of the drawing, as everything here: a name is wrapped at WRAPPED characters.
CHARACTER, LINE, MARK = 7.5, 16.0, 30.0
WRAPPED, MOST_LINES = 16, 4
GAP = 14.0
ROOM = 2.1  # of the drawing for each node, as a multiple of its box
SHORTEST = 150.0  # a part from side to side
ROUNDS = 400
SEEN = 0.5  # what is less is let be: each round takes only a part of an overlap away
WIDE, TALL = 1.75, 0.55  # width by height


def positions(
    edges: Sequence[tuple[int, int]], names: Mapping[int, str], aspects: Sequence[float]
) -> list[Places]:
    """Middle of the mark of each node, x to the right and y down, for each aspect of the whole.

    Each connected part is laid out by itself, its names moved apart, and the parts stand in
    rows, the largest first. The same edges give the same places.
    """
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(sorted({node for edge in edges for node in edge}))
    graph.add_edges_from(sorted((a, b) for a, b in edges if a != b))
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    shapes = [_shape(graph.subgraph(sorted(part))) for part in parts]
    return [_arranged(shapes, names, aspect) for aspect in aspects]


def _arranged(shapes: Sequence[Shape], names: Mapping[int, str], aspect: float) -> Places:
    """Arranged twice: the second time as much wider or narrower as the first was off."""
    area = sum(_area(nodes, names) for nodes, _ in shapes)
    width = max(math.sqrt(area * aspect), SHORTEST)
    placed = _in_rows(shapes, names, width)
    across, down = (max((at[i] for at in placed.values()), default=1.0) + MARK for i in (0, 1))
    return _in_rows(shapes, names, max(width * math.sqrt(aspect * down / across), SHORTEST))


def box(name: str) -> tuple[float, float]:
    """Width and height of a node with its name below it."""
    lines = min(math.ceil(max(len(name), 1) / WRAPPED), MOST_LINES)
    width = max(min(len(name), WRAPPED) * CHARACTER, MARK)
    return width + GAP, MARK + lines * LINE + GAP


def _area(nodes: Iterable[int], names: Mapping[int, str]) -> float:
    return ROOM * sum(math.prod(box(names[node])) for node in nodes)


def _shape(graph: Any) -> Shape:
    import networkx as nx
    import numpy as np

    nodes = sorted(graph.nodes)
    if len(nodes) == 1:
        return nodes, np.zeros((1, 2))
    found = nx.kamada_kawai_layout(graph)
    places = _long_way_across(np.array([found[node] for node in nodes]))
    return nodes, np.column_stack([_even(places[:, 0]), _even(places[:, 1])])


def _part(shape: Shape, names: Mapping[int, str], width: float) -> Places:
    import numpy as np

    nodes, spread = shape
    height = 0.0 if len(nodes) < 3 else max(_area(nodes, names) / width, 70.0)
    boxes = np.array([box(names[node]) for node in nodes])
    moved = _apart(spread * np.array([width, height]), boxes)
    return {node: (float(x), float(y)) for node, (x, y) in zip(nodes, moved, strict=True)}


def _long_way_across(places: np.ndarray) -> np.ndarray:
    """Turned so that the longest way lies along x; of the two ways to do so always the same."""
    import numpy as np

    middle = places - places.mean(axis=0)
    _, axes = np.linalg.eigh(middle.T @ middle)
    turned = middle @ axes[:, ::-1]
    largest = np.abs(turned).argmax(axis=0)
    return turned * np.where(turned[largest, [0, 1]] < 0, -1.0, 1.0)


def _even(values: np.ndarray) -> np.ndarray:
    """From 0 to 1, half by the value and half by its rank, so that no corner is crowded."""
    import numpy as np

    extent = float(np.ptp(values)) or 1.0
    ranks = np.round(values, 6).argsort(kind="stable").argsort(kind="stable")
    return (values - values.min()) / extent / 2 + ranks / max(len(values) - 1, 1) / 2


def _apart(places: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Move what overlaps along the shorter way, a little each round, until nothing does."""
    import numpy as np

    order = np.arange(len(places))
    earlier = np.where(order[:, None] < order[None, :], -1.0, 1.0)  # the way out of one place
    for _ in range(ROUNDS):
        apart = places[:, None, :] - places[None, :, :]
        lacking = (boxes[:, None, :] + boxes[None, :, :]) / 2 - np.abs(apart)
        overlap = (lacking > SEEN).all(axis=2)
        np.fill_diagonal(overlap, False)
        if not overlap.any():
            break
        way = np.where(apart == 0, earlier[:, :, None], np.sign(apart))
        short = lacking[:, :, 0] < lacking[:, :, 1]
        push = np.stack([short, ~short], axis=2) * overlap[:, :, None] * lacking * way
        places = places + push.sum(axis=1) * 0.3
    return places


def _in_rows(shapes: Sequence[Shape], names: Mapping[int, str], width: float) -> Places:
    placed: Places = {}
    x = y = height = 0.0
    for n, shape in enumerate(shapes):
        across = math.sqrt(_area(shape[0], names) * WIDE) if n else width
        part = _part(shape, names, max(min(across, width), SHORTEST))
        boxes = {node: box(names[node]) for node in part}
        left = min(at[0] - boxes[node][0] / 2 for node, at in part.items())
        right = max(at[0] + boxes[node][0] / 2 for node, at in part.items())
        top = min(at[1] for at in part.values()) - MARK / 2
        bottom = max(at[1] + boxes[node][1] - MARK / 2 for node, at in part.items())
        if x and x + right - left > width:
            x, y, height = 0.0, y + height + GAP, 0.0
        for node, at in part.items():
            placed[node] = (round(at[0] - left + x, 1), round(at[1] - top + y, 1))
        x, height = x + right - left + 2 * GAP, max(height, bottom - top)
    return placed
