"""The parts of a PDF page: columns, and what spans them, in the order of reading.

A page is cut where a strip without letters parts two columns for some lines; what stands
above and below them (a title, a wide table) is cut in turn, and so is each column.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import groupby, pairwise

from pipeline.read.pdf_process import Piece

MIN_LINES = 4  # of each of two columns
GUTTER = 0.75  # of the size: the narrowest strip between columns
WIDE = 25  # characters: lines of running text; cells of tables are shorter
CELL = 1.5  # of the size: the gap between cells of a table
DEPTH = 12
EDGES = 40  # places on a page where columns may begin, the likeliest first


def read_parts(pieces: list[Piece]) -> list[list[Piece]]:
    """The pieces in groups that are read one after another; in each, lines go from side to
    side."""
    order = {id(piece): index for index, piece in enumerate(pieces)}
    return _cut(pieces, order, DEPTH)


def _cut(pieces: list[Piece], order: dict[int, int], depth: int) -> list[list[Piece]]:
    found = _columns(pieces, order) if depth and len(pieces) >= 2 * MIN_LINES else None
    if found is None:
        return [pieces] if pieces else []
    edge, top, bottom = found
    above = [p for p in pieces if p.line <= top]
    below = [p for p in pieces if p.line >= bottom]
    between = [p for p in pieces if top < p.line < bottom]
    left = [p for p in between if p.left < edge]
    right = [p for p in between if p.left >= edge]
    return [one for group in (above, left, right, below) for one in _cut(group, order, depth - 1)]


def _columns(pieces: list[Piece], order: dict[int, int]) -> tuple[float, float, float] | None:
    """The two columns with the most lines: where the right one begins, and the base lines just
    above and below both; None where there are none."""
    size = sorted(piece.size for piece in pieces)[len(pieces) // 2]
    tall = sorted(pieces, key=lambda piece: piece.line)
    crossing = _table_gaps(tall, size, order)
    best: tuple[int, float, float, float] | None = None
    for edge in _edges(pieces):
        strip = (edge - GUTTER * size, edge - 0.2)
        blocks = [p.line for p in tall if p.left < strip[1] and p.right > strip[0]]
        blocks += [line for line, left, right in crossing if left < edge <= right + 1]
        blocks.sort()
        bounds = [float("-inf"), *blocks, float("inf")]
        lines = [p.line for p in tall]
        for top, bottom in pairwise(bounds):
            # Letters raised or lowered in the lines that block belong to these.
            first = bisect_left(lines, top + 0.6 * size)
            last = bisect_left(lines, bottom - 0.6 * size)
            if last - first < 2 * MIN_LINES or (best is not None and last - first <= best[0]):
                continue
            band = tall[first:last]
            count = _both(band, edge, size, order)
            if count and (best is None or count > best[0]):
                best = (count, edge, *_trimmed(band, edge, size, (top, bottom)))
    return None if best is None else best[1:]


def _table_gaps(
    pieces: list[Piece], size: float, order: dict[int, int]
) -> list[tuple[float, float, float]]:
    """(base line, left, right) of the gaps in rows of tables: lines with more than one wide gap,
    over which the file goes on with the next cell. ``pieces`` are sorted by base line."""
    found = []
    for _, group in groupby(pieces, key=lambda piece: round(piece.line)):
        row = sorted(group, key=lambda piece: piece.left)
        wide = [(a, b) for a, b in pairwise(row) if b.left - a.right > CELL * size]
        if len(wide) > 1:
            found += [
                (a.line, a.right, b.left) for a, b in wide if order[id(b)] - order[id(a)] == 1
            ]
    return found


def _edges(pieces: list[Piece]) -> list[float]:
    """Where at least MIN_LINES pieces begin below each other, the most frequent places first."""
    counts = Counter(round(piece.left) for piece in pieces)
    near = {x: counts[x] + counts[x - 1] + counts[x + 1] for x in counts}
    likely = [x for x, n in sorted(near.items(), key=lambda item: (-item[1], item[0]))][:EDGES]
    return [
        min(p.left for p in pieces if abs(p.left - x) <= 1.5)
        for x in likely
        if near[x] >= MIN_LINES
    ]


def _both(band: list[Piece], edge: float, size: float, order: dict[int, int]) -> int:
    """How many pieces stand in two columns that part at the edge; 0 where they are none."""
    left = [p for p in band if p.left < edge]
    right = [p for p in band if p.left >= edge]
    n_left, n_right = _count(left, size), _count(right, size)
    if min(n_left, n_right) < MIN_LINES:
        return 0
    written = sorted(band, key=lambda piece: order[id(piece)])
    turns = sum((a.left < edge) != (b.left < edge) for a, b in pairwise(written))
    if turns >= 0.8 * min(n_left, n_right):
        # Written row by row: a table, unless both sides hold running text.
        widths = [sum(len(p.text) + 1 for p in side) for side in (left, right)]
        if min(widths[0] / n_left, widths[1] / n_right) < WIDE:
            return 0
    return len(band)


def _count(pieces: list[Piece], size: float) -> int:
    """How many base lines there are; ``pieces`` are sorted by them."""
    count, last = 0, float("-inf")
    for piece in pieces:
        if piece.line > last + 0.6 * size:
            count += 1
            last = piece.line
    return count


def _trimmed(
    band: list[Piece], edge: float, size: float, blocks: tuple[float, float]
) -> tuple[float, float]:
    """Bounds of the band without short lines on its left that belong to what spans both columns:
    nearer to the base line that blocks above or below than to the rest of their column."""
    left = sorted({p.line for p in band if p.left < edge})
    right = [p.line for p in band if p.left >= edge]
    above, below = blocks
    while len(left) > 1 and left[0] < min(right) - size and left[0] - above < left[1] - left[0]:
        above = left.pop(0)
    while len(left) > 1 and left[-1] > max(right) + size and below - left[-1] < left[-1] - left[-2]:
        below = left.pop()
    return min(*left, *right) - 0.6 * size, max(*left, *right) + 0.6 * size
