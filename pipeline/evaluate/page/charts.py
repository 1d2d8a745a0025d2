"""Curves as SVG: precision, recall and F1 over the score, and precision over recall.

Small pictures with large letters, so that they can be read on a narrow screen; their colours
and strokes are those of the page's style sheet. Lines differ in their strokes too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import floor

from pipeline.evaluate.intervals import Row
from pipeline.evaluate.page.cells import shown

WIDTH, HEIGHT = 340, 310  # pixels, as all lengths here
LEFT, RIGHT, TOP, BOTTOM = 46, 326, 40, 260  # the edges of the plot
LINES = ("precision", "recall", "f1")
NAMES = {"precision": "precision", "recall": "recall", "f1": "F1"}
CLOSE = 0.3  # points nearer than that cannot be told apart
FIFTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """The values from ``low`` to 1 along the x axis."""

    low: float = 0.0

    def x(self, value: float) -> float:
        return LEFT + (RIGHT - LEFT) * (value - self.low) / (1 - self.low)

    @property
    def ticks(self) -> list[float]:
        step = 0.1 if self.low >= 0.4 else 0.2
        return [1 - step * i for i in range(6) if 1 - step * i > self.low - 1e-9][::-1]


def _y(value: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * value


def lowest(rows: Sequence[Row]) -> float:
    """Where the axis of scores begins: the tenth below the lowest score, at most 0.8."""
    scores = [score for row in rows if (score := _number(row, "from_score")) is not None]
    return min(floor(min(scores, default=0.0) * 10 + 1e-9) / 10, 0.8)


def _number(row: Row, key: str) -> float | None:
    value = row[key]
    return float(value) if isinstance(value, (int, float)) else None


def score_chart(rows: Sequence[Row], low: float, name: str) -> str:
    """Precision, recall and F1 of the relations taken from each score on, as steps.

    ``rows`` are those of one predicate, from the highest score down; ``low`` is where the
    axis begins. Undefined figures are not drawn.
    """
    scale = Scale(low)
    parts = [*_frame(scale, "relations taken from this score on", "share"), *_legend()]
    for key in LINES:
        parts.append(f'<path class="line {key}" d="{_path(_steps(rows, key, scale))}"/>')
    parts.append(f'<line class="cursor" x1="{LEFT}" y1="{TOP}" x2="{LEFT}" y2="{BOTTOM}"/>')
    best = max(rows, key=lambda row: _number(row, "f1") or 0.0, default=None)
    said = "no relation was judged"
    if best is not None:
        said = f"F1 is highest, {shown(best['f1'])}, from the score {shown(best['from_score'])} on"
    data = f'data-low="{low:.1f}" data-left="{LEFT}" data-right="{RIGHT}"'
    return _svg(f"Precision, recall and F1 over the score, {name}: {said}", parts, data)


def _steps(rows: Iterable[Row], key: str, scale: Scale) -> Iterator[tuple[float, float]]:
    """A figure holds down to the next lower score, and below the lowest all along."""
    height: float | None = None
    for row in rows:
        score, value = _number(row, "from_score"), _number(row, key)
        if score is None or value is None:
            return
        at = scale.x(score)
        if height is not None:
            yield at, height
        height = _y(value)
        yield at, height
    if height is not None:
        yield LEFT, height


def recall_chart(rows: Sequence[Row], baseline: tuple[object, object], name: str) -> str:
    """Precision over recall, from the highest score down; the last point is the run itself.

    ``baseline`` is precision and recall of all pairs, drawn as a square.
    """
    scale = Scale()
    points = [
        (recall, precision)
        for row in rows
        if (recall := _number(row, "recall")) is not None
        and (precision := _number(row, "precision")) is not None
    ]
    parts = [*_frame(scale, "recall", "precision"), *_point_legend()]
    placed = [(scale.x(recall), _y(precision)) for recall, precision in points]
    parts.append(f'<path class="line precision" d="{_path(placed)}"/>')
    said = "undefined"
    if placed:
        x, y = placed[-1]
        parts.append(f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
        said = f"{shown(points[-1][1])} at recall {shown(points[-1][0])} with all relations"
    base, base_recall = baseline
    if isinstance(base, float) and isinstance(base_recall, float):
        x, y = scale.x(base_recall) - 4.5, _y(base) - 4.5
        parts.append(f'<rect class="baseline" x="{x:.1f}" y="{y:.1f}" width="9" height="9"/>')
    return _svg(f"Precision over recall, {name}: precision {said}", parts)


def range_chart(row: Row, key: str, baseline: object) -> str:
    """A score on a line from 0 to 1 with its interval, where it has one, and the baseline."""
    value = _number(row, key)
    if value is None:
        return ""
    parts = ['<line class="track" x1="6" y1="10" x2="194" y2="10"/>']
    low, high = row.get(f"{key}_low"), row.get(f"{key}_high")
    if isinstance(low, float) and isinstance(high, float):
        x1, x2 = (6 + 188 * bound for bound in (low, high))
        parts.append(f'<line class="range" x1="{x1:.1f}" y1="10" x2="{x2:.1f}" y2="10"/>')
    if isinstance(baseline, float):
        x = 6 + 188 * baseline - 4
        parts.append(f'<rect class="baseline" x="{x:.1f}" y="6" width="8" height="8"/>')
    parts.append(f'<circle class="point" cx="{6 + 188 * value:.1f}" cy="10" r="5"/>')
    return f'<svg class="meter" viewBox="0 0 200 20" aria-hidden="true">{"".join(parts)}</svg>'


def _path(points: Iterable[tuple[float, float]]) -> str:
    """The points as path data, without those that could not be told from the one before."""
    kept: list[tuple[float, float]] = []
    last: tuple[float, float] | None = None
    for last in points:
        if not kept or max(abs(last[0] - kept[-1][0]), abs(last[1] - kept[-1][1])) >= CLOSE:
            kept.append(last)
    if last is not None and kept[-1] != last:
        kept.append(last)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) if kept else ""


def _frame(scale: Scale, x_name: str, y_name: str) -> Iterator[str]:
    """Paper, grid, numbers and the names of the axes."""
    yield f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>'
    for tick in scale.ticks:
        x = f"{scale.x(tick):.1f}"
        yield f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{BOTTOM}"/>'
        yield f'<text x="{x}" y="{BOTTOM + 18}" text-anchor="middle">{tick:.1f}</text>'
    for tick in FIFTHS:
        y = f"{_y(tick):.1f}"
        yield f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{RIGHT}" y2="{y}"/>'
        yield f'<text x="{LEFT - 6}" y="{y}" dy="4" text-anchor="end">{tick:.1f}</text>'
    size = f'width="{RIGHT - LEFT}" height="{BOTTOM - TOP}"'
    yield f'<rect class="frame" x="{LEFT}" y="{TOP}" {size}/>'
    yield f'<text x="{(LEFT + RIGHT) // 2}" y="{HEIGHT - 10}" text-anchor="middle">{x_name}</text>'
    middle = (TOP + BOTTOM) // 2
    turned = f'transform="translate(14 {middle}) rotate(-90)"'
    yield f'<text {turned} text-anchor="middle">{y_name}</text>'


def _legend() -> Iterator[str]:
    for x, key in zip((46, 154, 240), LINES, strict=True):
        yield f'<line class="line {key}" x1="{x}" y1="18" x2="{x + 26}" y2="18"/>'
        yield f'<text x="{x + 31}" y="22">{NAMES[key]}</text>'


def _point_legend() -> Iterator[str]:
    yield '<circle class="point" cx="52" cy="18" r="5"/><text x="63" y="22">all relations</text>'
    yield '<rect class="baseline" x="181" y="13.5" width="9" height="9"/>'
    yield '<text x="197" y="22">baseline: all pairs</text>'


def _svg(label: str, parts: Iterable[str], data: str = "") -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}" {data}>'
        + "".join(parts)
        + "</svg>"
    )
