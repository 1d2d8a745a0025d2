"""The reliability curve as SVG: mean score against precision, band by band."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.evaluate.bands import Band, calibration_error, whole

WIDTH, HEIGHT = 480, 520  # pixels, as all lengths here
LEFT, TOP, SIDE = 76, 92, 360  # of the square that is the plot
CAP = 5  # half the width of an interval's end
TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

# The picture paints its own paper, so that it can be read on any page.
STYLE = """
  text { fill: #1e293b; font: 13px Helvetica, Arial, sans-serif; }
  .title { font-weight: bold; font-size: 15px; }
  .small { font-size: 12px; }
  .paper { fill: #ffffff; }
  .grid { stroke: #e2e8f0; }
  .frame { stroke: #64748b; fill: none; }
  .diagonal { stroke: #64748b; stroke-dasharray: 5 4; }
  .bar { stroke: #1d4ed8; stroke-width: 2; fill: none; }
  .point { fill: #1d4ed8; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e2e8f0; }
    .paper { fill: #0f172a; }
    .grid { stroke: #334155; }
    .frame, .diagonal { stroke: #94a3b8; }
    .bar { stroke: #93c5fd; }
    .point { fill: #93c5fd; }
  }
"""


def reliability_svg(bands: Sequence[Band]) -> str:
    """A whole SVG file. Bands without relations are not drawn; the same bands give the
    same text."""
    everything, error = whole(bands), calibration_error(bands)
    said = "no relation was judged"
    if error is not None:
        noun = "relation" if everything.n == 1 else "relations"
        said = f"expected calibration error {error:.3f} over {everything.n} {noun}"
    label = f"Precision by score band: {said}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{label}">',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
        '<text class="title" x="16" y="26">Do the scores of relations hold?</text>',
        f'<text class="small" x="16" y="46">{said}</text>',
        *_axes(),
        *(line for place, band in enumerate(bands) for line in _marks(band, place)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _x(value: float) -> str:
    return f"{LEFT + SIDE * value:.1f}"


def _y(value: float) -> str:
    return f"{TOP + SIDE * (1 - value):.1f}"


def _line(kind: str, x1: str, y1: str, x2: str, y2: str) -> str:
    return f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def _axes() -> Iterator[str]:
    """Grid, numbers, diagonal and the names of the axes."""
    for tick in TICKS:
        yield _line("grid", _x(tick), _y(0), _x(tick), _y(1))
        yield _line("grid", _x(0), _y(tick), _x(1), _y(tick))
        yield (
            f'<text class="small" x="{_x(tick)}" y="{TOP + SIDE + 18}" '
            f'text-anchor="middle">{tick:.1f}</text>'
        )
        yield (
            f'<text class="small" x="{LEFT - 8}" y="{_y(tick)}" dy="4" '
            f'text-anchor="end">{tick:.1f}</text>'
        )
    yield f'<rect class="frame" x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}"/>'
    yield _line("diagonal", _x(0), _y(0), _x(1), _y(1))
    middle = LEFT + SIDE // 2
    yield f'<text x="{middle}" y="{TOP + SIDE + 44}" text-anchor="middle">mean score</text>'
    yield (
        f'<text transform="translate(26 {TOP + SIDE // 2}) rotate(-90)" '
        'text-anchor="middle">precision (95 % interval)</text>'
    )
    yield f'<text class="small" x="{LEFT - 8}" y="{TOP - 8}" text-anchor="end">relations</text>'


def _marks(band: Band, place: int) -> Iterator[str]:
    """Point and interval of a band, and above the plot how many relations it holds;
    neighbours at two heights, so that their numbers never meet."""
    (low, high), score, precision = band.interval, band.mean_score, band.precision
    if low is None or high is None or score is None or precision is None:
        return
    x, at = _x(score), LEFT + SIDE * score
    yield (
        f"<g><title>{band.name}: {band.right} of {band.n} right, mean score {score:.3f}, "
        f"precision {precision:.3f} ({low:.2f}-{high:.2f})</title>"
    )
    yield _line("bar", x, _y(low), x, _y(high))
    for end in (low, high):
        yield _line("bar", f"{at - CAP:.1f}", _y(end), f"{at + CAP:.1f}", _y(end))
    yield f'<circle class="point" cx="{x}" cy="{_y(precision)}" r="5"/></g>'
    height = TOP - 8 - 14 * (place % 2)
    yield f'<text class="small" x="{x}" y="{height}" text-anchor="middle">{band.n}</text>'
