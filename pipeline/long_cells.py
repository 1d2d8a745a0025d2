"""Rows of the csv module with cells of any length, without a change for its other users."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TypeVar

LIMIT = 2**31 - 1  # characters; what may be too long is for the caller to say
T = TypeVar("T")


def with_long_cells(rows: Iterator[T]) -> Iterator[T]:
    """The rows of a reader of the csv module, whose limit for a cell is lifted while it reads
    one: the limit is that of the whole process. Goes on after an error of ``rows``."""
    return _Rows(rows)


class _Rows(Iterator[T]):
    def __init__(self, rows: Iterator[T]) -> None:
        self._rows = rows

    def __next__(self) -> T:
        before = csv.field_size_limit(LIMIT)
        try:
            return next(self._rows)
        finally:
            csv.field_size_limit(before)
