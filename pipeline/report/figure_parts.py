"""What the pictures share: colours, signs, and words that are written as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TONE = {
    "positive": "#1f6fc4", "negative": "#c2410c", "unspecified": "#6b7688", "mixed": "#7a3ea8",
    "denied": "#1b2533",
}  # fmt: skip
SIGN = {"positive": "↑", "negative": "↓", "unspecified": "•", "mixed": "↕", "denied": "×"}
SAID = {
    "positive": "up", "negative": "down", "unspecified": "unspecified", "mixed": "up and down",
    "denied": "denied",
}  # fmt: skip
# What XML cannot hold, and what a font has no sign for.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def plain(name: str) -> str:
    return _CONTROL.sub(" ", name)


def write(axes: Axes, x: float, y: float, text: str, **how: Any) -> None:
    """Words as they are: a dollar sign begins no formula."""
    axes.text(x, y, plain(text), parse_math=False, **how)
