"""Rows of tables whose cells reach over several rows: their text stands in each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Whatever a cell claims: a row costs no more for what stands above it than this.
MAX_SPAN = 1000  # rows or columns
MAX_OPEN = 20  # cells that reach into one row
MAX_REPEATED = 500  # characters of such cells together; what is longer stands once

_COUNT = re.compile(r"\s*([0-9]{1,9})\s*")


@dataclass(frozen=True, slots=True)
class Cell:
    """``rows`` and ``columns`` that it covers, its own with them."""

    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class _Open:
    column: int
    columns: int
    rows: int  # that are still to come
    text: str


def span(value: str | None, *, zero: int = 1) -> int:
    """The number that an attribute says, at most MAX_SPAN; ``zero`` for a 0, and 1 where it says
    none."""
    found = _COUNT.fullmatch(value or "")
    number = int(found[1]) if found else 1
    return min(number, MAX_SPAN) if number else zero


class Rows:
    """The rows of one table, given one after another."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def new_group(self) -> None:
        """No cell reaches from the head of a table into its body."""
        self._open = []

    def texts(self, cells: Iterable[Cell]) -> list[str]:
        """The texts of the next row from left to right: those of its own cells, and of the cells
        above that reach into it; [] when its own say nothing. A cell over several columns stands
        once."""
        above = self._open
        texts: list[str] = []
        reaching = [_Open(o.column, o.columns, o.rows - 1, o.text) for o in above if o.rows > 1]
        at = column = 0
        said = False
        for cell in cells:
            while at < len(above) and above[at].column <= column:
                texts.append(above[at].text)
                column = max(column, above[at].column + above[at].columns)
                at += 1
            texts.append(cell.text)
            said |= bool(cell.text)
            if cell.rows > 1 and len(reaching) < MAX_OPEN:
                size = len(cell.text) + sum(len(one.text) for one in reaching)
                repeated = cell.text if size <= MAX_REPEATED else ""
                reaching.append(_Open(column, cell.columns, cell.rows - 1, repeated))
            column += cell.columns
        texts += [one.text for one in above[at:]]
        self._open = sorted(reaching, key=lambda one: one.column)
        return texts if said else []
