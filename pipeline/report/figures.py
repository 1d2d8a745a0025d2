"""The network and the heat map as PNG and SVG, for a paper or a slide."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

from pipeline.report.data import Content
from pipeline.report.figure_heat import heat_figure
from pipeline.report.figure_network import network_figure
from pipeline.report.write import ReportOptions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SETTINGS: Any = {"svg.hashsalt": "cytokine-reader", "font.family": "DejaVu Sans", "font.size": 9}


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
