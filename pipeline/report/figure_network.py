"""The picture of the network."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from pipeline.records import LABELS
from pipeline.report.data import Content
from pipeline.report.evidence import Fact
from pipeline.report.figure_parts import TONE, plain, write
from pipeline.report.layout import LINE, MARK, MOST_LINES, WRAPPED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, which colour-blind people tell apart; shapes and signs say the same.
FILL = {
    "CYTOKINE": "#0072b2", "RECEPTOR": "#cc79a7", "CELL": "#009e73", "DISEASE": "#d55e00",
    "DRUG": "#e69f00",
}  # fmt: skip
SHAPE = {"CYTOKINE": "o", "RECEPTOR": "D", "CELL": "s", "DISEASE": "^", "DRUG": "p"}
PIXEL = 1 / 96  # inches; the places of the network are pixels
POINT = 72 * PIXEL
TIP = 17.0  # pixels from the middle of a mark to the end of a line


def network_figure(content: Content, edges: int) -> Figure:
    """The ``edges`` best supported facts, at the places where the page draws them at first."""
    from matplotlib.figure import Figure

    layout = next(one for one in content.data["layouts"] if one["size"] == edges)
    places = {node: (x, -y) for node, x, y in layout["wide"]}
    across = [x for x, _ in places.values()] or [0]
    down = [y for _, y in places.values()] or [0]
    width, height = max(across) + 80, 60 - min(down)
    figure = Figure(figsize=(max(width, 600) * PIXEL, max(height, 120) * PIXEL))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(-20, max(width, 600) - 20), ylim=(-max(height, 120) + 20, 20))
    axes.set_axis_off()
    if not places:
        write(axes, 280, -40, "No relation was found.", ha="center")
        return figure
    seen: Counter[frozenset[int]] = Counter()
    for at in layout["facts"]:
        ends = content.ends[at]
        _edge(axes, content.evidence.facts[at], places, ends, seen[frozenset(ends)])
        seen[frozenset(ends)] += 1
    for node, place in places.items():
        _node(axes, content.names[node], content.labels[node], place)
    used = {content.labels[node] for node in places}
    _network_legend(axes, [label for label in LABELS if label in used])
    return figure


def _node(axes: Axes, name: str, label: str, place: tuple[float, float]) -> None:
    from matplotlib.patheffects import withStroke

    axes.scatter(
        *place, s=(0.85 * MARK * POINT) ** 2, marker=SHAPE[label], c=FILL[label],
        edgecolors="#1b2533", linewidths=1, zorder=3,
    )  # fmt: skip
    lines = textwrap.wrap(plain(name), WRAPPED + 2)[:MOST_LINES]
    for n, line in enumerate(lines):
        halo = [withStroke(linewidth=2.5, foreground="white")]
        y = place[1] - MARK / 2 - 3 - n * LINE * 0.85
        write(
            axes, place[0], y, line, ha="center", va="top", fontsize=9, zorder=4, path_effects=halo
        )


def _edge(
    axes: Axes,
    fact: Fact,
    places: Mapping[int, tuple[float, float]],
    ends: tuple[int, int],
    nth: int,
) -> None:
    """An arrow for up, a bar for down, a dot else; bent where another fact of the pair
    is drawn already."""
    from matplotlib.patches import FancyArrowPatch

    effect = fact.row["effect"]
    head = {"positive": "-|>", "negative": "-[,widthB=0.45,lengthB=0"}.get(effect, "-")
    denied, contradicted = not fact.stated, bool(fact.row["contradicted"])
    style = ":" if denied else "--" if contradicted else "-." if fact.only_hedged else "-"
    # Bends lie on the other side of the line when it runs the other way.
    bend = 0.18 * ((nth + 1) // 2) * (1 if nth % 2 else -1) * (1 if ends[0] < ends[1] else -1)
    start, end = (places[one] for one in ends)
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle=head, mutation_scale=11, shrinkA=11, shrinkB=12,
            linestyle=style, linewidth=0.8 + 0.35 * min(fact.row["n_documents"], 10),
            color=TONE[effect], connectionstyle=f"arc3,rad={bend}", zorder=1, capstyle="butt",
        )
    )  # fmt: skip
    if effect == "unspecified":
        axes.scatter(*_tip(start, end, bend), s=22, c=TONE[effect], zorder=2, linewidths=0)
    signs = {"×": denied, "?": fact.only_hedged, "≠": contradicted}
    sign = "".join(one for one, there in signs.items() if there)
    if sign:
        middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}
        write(
            axes, *middle, sign, ha="center", va="center", fontsize=10, fontweight="bold",
            zorder=2, bbox=box,
        )  # fmt: skip


def _tip(start: tuple[float, float], end: tuple[float, float], bend: float) -> tuple[float, float]:
    """Where a line that is bent as matplotlib's *arc3* ends before the mark of its object."""
    across, up = end[0] - start[0], end[1] - start[1]
    turn = (start[0] + end[0]) / 2 + bend * up, (start[1] + end[1]) / 2 - bend * across
    far = math.dist(turn, end) or 1.0
    share = TIP / far
    return end[0] - (end[0] - turn[0]) * share, end[1] - (end[1] - turn[1]) * share


def _network_legend(axes: Axes, labels: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    def line(tone: str, style: Literal["-", "--", "-.", ":"], said: str) -> Line2D:
        return Line2D([], [], color=TONE[tone], linestyle=style, label=said, linewidth=2)

    marks = [
        Line2D(
            [], [], marker=SHAPE[label], color=FILL[label], linestyle="", markersize=8,
            markeredgecolor="#1b2533", label=label.lower(),
        )
        for label in labels
    ]  # fmt: skip
    lines = [
        line("positive", "-", "up (arrow)"), line("negative", "-", "down (bar)"),
        line("unspecified", "-", "unspecified (dot)"), line("unspecified", "--", "≠ contradicted"),
        line("unspecified", ":", "× denied"), line("unspecified", "-.", "? only hedged"),
    ]  # fmt: skip
    axes.legend(
        handles=[*marks, *lines], loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=5,
        frameon=False, fontsize=9,
    )  # fmt: skip
