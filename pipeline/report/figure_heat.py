"""The picture of the heat map."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.report.data import Content
from pipeline.report.figure_parts import SAID, SIGN, TONE, plain, write
from pipeline.report.heat import HeatMap, heat_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

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
    height = above + (rows + 3) * FIELD  # a title above, two lines of a legend below
    lefts = [LETTER * _longest(panel.cells) + 0.3 for _, panel in panels]
    widths = [FIELD * max(LEAST, len(panel.cytokines)) for _, panel in panels]
    total = sum(lefts) + sum(widths)
    figure = Figure(figsize=(total, height))
    x = 0.0
    for (title, panel), left, width in zip(panels, lefts, widths, strict=True):
        place = ((x + left) / total, 2 * FIELD / height, width / total, rows * FIELD / height)
        axes = figure.add_axes(place)
        _panel(axes, panel, rows)
        at = -(left - 0.2) / FIELD, -above / FIELD - 0.3
        write(axes, *at, title, fontsize=11, fontweight="bold", va="center")
        x += left + width
    figure.legend(
        handles=list(_tones()), loc="lower center", ncols=5, frameon=False, fontsize=9,
        title="number: documents; 1/4: one of four says so, as the depth of colour;\n"
        "! contradicted; ? hedged in all of them",
        title_fontsize=9,
    )  # fmt: skip
    return figure


def _longest(names: Sequence[str]) -> int:
    return max((len(_short(name)) for name in names), default=0)


def _short(name: str) -> str:
    return textwrap.shorten(plain(name), 30, placeholder=" …") or "?"


def _panel(axes: Axes, panel: HeatMap, rows: int) -> None:
    from matplotlib.patches import Rectangle

    axes.set(xlim=(0, max(LEAST, len(panel.cytokines))), ylim=(rows, 0), aspect="equal")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, top=False, bottom=False, labeltop=True, labelbottom=False)
    short = [list(map(_short, side)) for side in (panel.cytokines, panel.cells)]
    axes.set_xticks(
        [at + 0.5 for at in range(len(short[0]))],
        short[0],
        rotation=90,
        parse_math=False,
        fontsize=9,
    )
    axes.set_yticks(
        [at + 0.5 for at in range(len(short[1]))], short[1], parse_math=False, fontsize=9
    )
    if not panel.pairs:
        write(axes, 0.1, 0.5, "no such fact", va="center")
    for row in range(len(panel.cells)):
        for column in range(len(panel.cytokines)):
            axes.add_patch(Rectangle((column + 0.04, row + 0.04), 0.92, 0.92, fc="#f2f4f7"))
    most = max((pair.n_way for pair in panel.pairs.values()), default=1)
    for (row, column), pair in panel.pairs.items():
        denied = pair.tone == "denied"
        depth = 0.0 if denied else 0.02 + 0.12 * pair.depth(most)
        place = (column + 0.04, row + 0.04)
        axes.add_patch(Rectangle(place, 0.92, 0.92, fc="white"))
        axes.add_patch(Rectangle(place, 0.92, 0.92, fc=TONE[pair.tone], alpha=depth))
        disputed = "!" if pair.contradicted and pair.tone != "mixed" else ""
        said = f"{SIGN[pair.tone]}{disputed}{'?' if pair.hedged else ''}{pair.counted()}"
        write(
            axes, column + 0.5, row + 0.53, said, ha="center", va="center", color="#1b2533",
            fontsize=9 if len(said) < 5 else 7,
        )  # fmt: skip


def _tones() -> Iterator[Line2D]:
    from matplotlib.lines import Line2D

    for tone, said in SAID.items():
        yield Line2D(
            [], [], marker="s", linestyle="", markersize=10, label=f"{SIGN[tone]} {said}",
            color="white" if tone == "denied" else TONE[tone], alpha=0.5,
            markeredgecolor=TONE[tone],
        )  # fmt: skip
