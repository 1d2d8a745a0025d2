"""Where the cells of tables begin in the lines of a PDF, also where narrow gaps part them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pipeline.read.pdf_columns import CELL
from pipeline.read.pdf_process import Piece

BLANK = 0.15  # of the size: a gap between words
ALIGNED = 0.5  # of the size: a gap between cells that begin below each other
WIDER = 1.8  # than the narrowest blank of the line
BESIDE = 1.2  # the same, beside a line whose cells are sure
PLACE = 0.7  # points: the same place in two lines
NEAR = 3.0  # of the size: base lines of rows below each other

Gaps = dict[float, float]  # widths of the gaps between words, by the place where each ends


def main_type(row: Sequence[Piece]) -> tuple[float, float]:
    """The size and the base line of most letters."""
    sizes, lines = Counter[float](), Counter[float]()
    for piece in row:
        sizes[piece.size] += len(piece.text)
    size = max(sizes, key=lambda one: (sizes[one], one))
    for piece in row:
        if piece.size == size:
            lines[piece.line] += len(piece.text)
    return size, max(lines, key=lambda one: (lines[one], one))


def cell_starts(rows: Sequence[Sequence[Piece]]) -> list[set[float]]:
    """For each line, from top to bottom, the places where its cells begin, but for the first.

    Wide gaps part cells; narrower ones do where the cells of the line above or below begin at
    the same place. Lines that are spaced out evenly have none.
    """
    types = [main_type(row) for row in rows]
    gaps = [_gaps(row, size) for row, (size, _) in zip(rows, types, strict=True)]
    near: list[list[int]] = [[] for _ in rows]
    for above, ((size, line), (_, lower)) in enumerate(pairwise(types)):
        if lower - line < NEAR * size:
            near[above].append(above + 1)
            near[above + 1].append(above)
    found: list[set[float]] = []
    for own, others, (size, _) in zip(gaps, near, types, strict=True):
        some = {left: gap for left, gap in own.items() if gap > ALIGNED * size}
        beside = [left for one in others for left, gap in gaps[one].items() if gap > ALIGNED * size]
        found.append(_wide(own, size) | _below(some, own, beside, WIDER))
    sure = [frozenset(starts) for starts in found]
    for own, others, starts in zip(gaps, near, found, strict=True):
        starts |= _below(own, own, [left for one in others for left in sure[one]], BESIDE)
    return found


def _gaps(row: Sequence[Piece], size: float) -> Gaps:
    return {b.left: b.left - a.right for a, b in pairwise(row) if b.left - a.right > BLANK * size}


def _wide(gaps: Gaps, size: float) -> set[float]:
    narrow = min(gaps.values(), default=0.0)
    return {
        left
        for left, gap in gaps.items()
        if gap > CELL * size and (gap > 2 * narrow or gap > 3 * size or len(gaps) == 1)
    }


def _below(some: Gaps, gaps: Gaps, places: Sequence[float], wider: float) -> set[float]:
    """Where those gaps end at one of the places that are wider than the narrowest of the line;
    all that do, where every gap of the line does."""
    ordered = sorted(places)
    found = {left for left in some if _is_near(left, ordered)}
    if len(found) == len(gaps):
        return found
    narrow = min(gaps.values())
    return {left for left in found if gaps[left] > wider * narrow}


def _is_near(place: float, ordered: Sequence[float]) -> bool:
    at = bisect_left(ordered, place - PLACE)
    return at < len(ordered) and ordered[at] <= place + PLACE
