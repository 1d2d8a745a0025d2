"""Whether a table of relations can be reviewed: what a hand or a merge made of it is told at once,
not row by row on the page."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.records import PREDICATES
from pipeline.result import column_type
from pipeline.tables_in import TableError
from pipeline.tabulate import RELATION_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

_EXPECTED = {"int64": "a place in characters", "Int64": "a place in characters or empty"}


def check_rows(path: Path, relations: pd.DataFrame) -> None:
    """Raise TableError, with column and row, where the text cells of ``relations.csv`` are none
    that ``pipeline run`` writes: ids that are missing or stand twice, places, scores, flags."""
    ids = relations["relation_id"]
    _refuse(path, ids, ids == "", "an id")
    _refuse(path, ids, ids.duplicated(), "an id of its own; two rows would share their decisions")
    predicates = relations["predicate"]
    _refuse(path, predicates, ~predicates.isin(PREDICATES), f"one of {', '.join(PREDICATES)}")
    for name in RELATION_COLUMNS:
        cells, kind = relations[name], column_type(name)
        if name == "score":
            _refuse(path, cells, ~cells.map(_is_number), "a number")
        elif kind == "bool":
            _refuse(path, cells, ~cells.isin(["true", "false"]), "true or false")
        elif kind in _EXPECTED:
            empty = (cells == "") & (kind == "Int64")
            _refuse(path, cells, ~(cells.str.fullmatch(r"\d{1,11}") | empty), _EXPECTED[kind])


def _refuse(path: Path, cells: pd.Series[str], wrong: pd.Series[bool], expected: str) -> None:
    if wrong.any():
        at = int(wrong.to_numpy().argmax())
        raise TableError(
            f"{path}: row {at + 1} below the header: {cells.name} is {cells.iloc[at][:60]!r}, not "
            f"{expected}; write the table with pipeline run, not by hand"
        )


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False
