"""The network and the heat map as PNG and SVG, for a paper or a slide."""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.records import LABELS
from pipeline.report.data import Content
from pipeline.report.evidence import Fact
from pipeline.report.heat import HeatMap, heat_map
from pipeline.report.layout import LINE, MARK, WRAPPED
from pipeline.report.write import ReportOptions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, which colour-blind people tell apart; shapes and signs say the same.
FILL = {
    "CYTOKINE": "#0072b2", "RECEPTOR": "#cc79a7", "CELL": "#009e73", "DISEASE": "#d55e00",
    "DRUG": "#e69f00",
}  # fmt: skip
SHAPE = {"CYTOKINE": "o", "RECEPTOR": "D", "CELL": "s", "DISEASE": "^", "DRUG": "p"}
TONE = {
    "positive": "#1f6fc4", "negative": "#c2410c", "unspecified": "#6b7688", "mixed": "#7a3ea8",
    "denied": "#1b2533",
}  # fmt: skip
SIGN = {"positive": "↑", "negative": "↓", "unspecified": "•", "mixed": "↕", "denied": "×"}
SAID = {
    "positive": "up", "negative": "down", "unspecified": "unspecified", "mixed": "up and down",
    "denied": "denied",
}  # fmt: skip
PIXEL = 1 / 96  # inches; the places of the network are pixels
POINT = 72 * PIXEL
SETTINGS = {"svg.hashsalt": "cytokine-reader", "font.family": "DejaVu Sans", "font.size": 9}
# What XML cannot hold, and what a font has no sign for.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def figures(content: Content, options: ReportOptions) -> dict[str, bytes]:
    """Files by name; the same content gives the same bytes with the same matplotlib."""
    import matplotlib

    made: dict[str, bytes] = {}
    with warnings.catch_warnings(), matplotlib.rc_context(SETTINGS):
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        drawings = {
            "network": network_figure(content, options.edges),
            "heatmap": heat_figure(content, options.top),
        }
        for name, figure in drawings.items():
            for suffix in ("png", "svg"):
                made[f"{name}.{suffix}"] = _saved(figure, suffix)
    return made


def _saved(figure: Figure, suffix: str) -> bytes:
    stream = io.BytesIO()
    about = {"Date": None} if suffix == "svg" else {"Software": None}
    figure.savefig(
        stream, format=suffix, metadata=about, dpi=200, bbox_inches="tight", facecolor="white"
    )
    return stream.getvalue()


def _plain(name: str) -> str:
    return _CONTROL.sub(" ", name)


def _write(axes: Axes, x: float, y: float, text: str, **how: Any) -> None:
    """Words as they are: a dollar sign begins no formula."""
    axes.text(x, y, _plain(text), parse_math=False, **how)


# --- the network --------------------------------------------------------------------


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
        _write(axes, 280, -40, "No relation was found.", ha="center")
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
    lines = textwrap.wrap(_plain(name), WRAPPED + 2)[:4]
    for n, line in enumerate(lines):
        halo = [withStroke(linewidth=2.5, foreground="white")]
        y = place[1] - MARK / 2 - 3 - n * LINE * 0.85
        _write(
            axes, place[0], y, line, ha="center", va="top", fontsize=9, zorder=4, path_effects=halo
        )


def _edge(
    axes: Axes,
    fact: Fact,
    places: Mapping[int, tuple[float, float]],
    ends: tuple[int, int],
    nth: int,
) -> None:
    """An arrow for up, a bar for down, an open arrow else; bent where another fact of the pair
    is drawn already."""
    from matplotlib.patches import FancyArrowPatch

    effect = fact.row["effect"]
    head = {"positive": "-|>", "negative": "-[,widthB=0.45,lengthB=0"}.get(effect, "->")
    denied, contradicted = not fact.stated, bool(fact.row["contradicted"])
    style = ":" if denied else "--" if contradicted else "-"
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
    sign = ("×" if denied else "") + ("≠" if contradicted else "")
    if sign:
        middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}
        _write(
            axes, *middle, sign, ha="center", va="center", fontsize=10, fontweight="bold",
            zorder=2, bbox=box,
        )  # fmt: skip


def _network_legend(axes: Axes, labels: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    def line(tone: str, style: str, said: str) -> Line2D:
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
        line("unspecified", "-", "unspecified"), line("unspecified", "--", "≠ contradicted"),
        line("unspecified", ":", "× denied"),
    ]  # fmt: skip
    axes.legend(
        handles=[*marks, *lines], loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=5,
        frameon=False, fontsize=9,
    )  # fmt: skip


# --- the heat map -------------------------------------------------------------------

FIELD = 0.42  # inches, as the others
LETTER = 0.085
LEAST = 4  # fields of a panel, so that its title has room


def heat_figure(content: Content, top: int) -> Figure:
    """Who makes and who responds, side by side."""
    from matplotlib.figure import Figure

    panels = [
        ("Makes (SECRETES)", heat_map(content, "SECRETES", top)),
        ("Responds (ACTS_ON)", heat_map(content, "ACTS_ON", top)),
    ]
    rows = max(LEAST, *(len(panel.cells) for _, panel in panels))
    above = max(LETTER * _longest(panel.cytokines) for _, panel in panels) + 0.2
    height = above + (rows + 3) * FIELD
    lefts = [LETTER * _longest(panel.cells) + 0.3 for _, panel in panels]
    widths = [FIELD * max(LEAST, len(panel.cytokines)) for _, panel in panels]
    total = sum(lefts) + sum(widths)
    figure = Figure(figsize=(total, height))
    x = 0.0
    for (title, panel), left, width in zip(panels, lefts, widths, strict=True):
        place = ((x + left) / total, 3 * FIELD / height, width / total, rows * FIELD / height)
        _panel(figure.add_axes(place), title, panel, rows)
        x += left + width
    figure.legend(
        handles=list(_tones()), loc="lower center", ncols=5, frameon=False, fontsize=9,
        title="number, depth of colour: documents; ! contradicted", title_fontsize=9,
    )  # fmt: skip
    return figure


def _longest(names: Sequence[str]) -> int:
    return max((len(_short(name)) for name in names), default=0)


def _short(name: str) -> str:
    return textwrap.shorten(_plain(name), 30, placeholder=" …") or "?"


def _panel(axes: Axes, title: str, panel: HeatMap, rows: int) -> None:
    from matplotlib.patches import Rectangle

    axes.set(xlim=(0, max(LEAST, len(panel.cytokines))), ylim=(rows, 0), aspect="equal")
    for spine in axes.spines.values():
        spine.set_visible(False)
    _write(axes, 0, rows + 0.6, title, fontsize=11, fontweight="bold", va="center")
    axes.tick_params(length=0, top=False, bottom=False, labeltop=True, labelbottom=False)
    named = {"parse_math": False, "fontsize": 9}
    short = [list(map(_short, side)) for side in (panel.cytokines, panel.cells)]
    axes.set_xticks([at + 0.5 for at in range(len(short[0]))], short[0], rotation=90, **named)
    axes.set_yticks([at + 0.5 for at in range(len(short[1]))], short[1], **named)
    if not panel.pairs:
        _write(axes, 0.1, 0.5, "no such fact", va="center")
    for row in range(len(panel.cells)):
        for column in range(len(panel.cytokines)):
            axes.add_patch(Rectangle((column + 0.04, row + 0.04), 0.92, 0.92, fc="#f2f4f7"))
    for (row, column), pair in panel.pairs.items():
        denied = pair.tone == "denied"
        depth = 0.0 if denied else 0.14 + 0.12 * min(pair.n_documents - 1, 3)
        place = (column + 0.04, row + 0.04)
        axes.add_patch(Rectangle(place, 0.92, 0.92, fc="white"))
        axes.add_patch(Rectangle(place, 0.92, 0.92, fc=TONE[pair.tone], alpha=depth))
        sign = SIGN[pair.tone] + ("!" if pair.contradicted and pair.tone != "mixed" else "")
        _write(
            axes, column + 0.5, row + 0.53, f"{sign}{pair.n_documents}", ha="center",
            va="center", fontsize=9, color="#1b2533",
        )  # fmt: skip


def _tones() -> Iterator[Any]:
    from matplotlib.lines import Line2D

    for tone, said in SAID.items():
        yield Line2D(
            [], [], marker="s", linestyle="", markersize=10, label=f"{SIGN[tone]} {said}",
            color="white" if tone == "denied" else TONE[tone], alpha=0.5,
            markeredgecolor=TONE[tone],
        )  # fmt: skip
