"""Reading the tables of a run back, as they were before they were made safe for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.tabulate import restore_cell

Cells = dict[str, str]


class TableError(ValueError):
    """A table is not what was asked for; the message says which, and what to do."""


def numbered(file: Iterable[str]) -> tuple[list[str], Iterator[tuple[int, Cells]]]:
    """The columns of a CSV file that people write in, and its rows, each with the line on which it
    begins; cells are text as it was before it was made safe, "" where the row breaks off.

    Raises TableError for a file that another sign than a comma cuts into columns.
    """
    reader = csv.reader(file)
    columns = next(reader, [])
    if len(columns) == 1 and any(sign in columns[0] for sign in ";\t"):
        raise TableError("columns are not cut by commas; save the table as CSV with commas")
    return columns, _numbered(reader, columns)


def _numbered(reader: Any, columns: list[str]) -> Iterator[tuple[int, Cells]]:
    above = reader.line_num
    for cells in reader:
        line, above = above + 1, reader.line_num
        if any(cells):
            filled = [*cells, *[""] * (len(columns) - len(cells))]
            yield line, {k: restore_cell(v) for k, v in zip(columns, filled, strict=False)}


def read_table(path: Path, columns: Sequence[str]) -> list[Cells]:
    """The rows of a CSV table that has at least ``columns``; all cells are text.

    Raises FileNotFoundError where there is none, TableError for what is no such table.
    """
    import pandas as pd

    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such table; give the folder that a run wrote")
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise TableError(f"{path}: no readable table ({error})") from error
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise TableError(f"{path}: the table lacks the columns {', '.join(missing)}")
    return [
        {str(name): restore_cell(cell) for name, cell in row.items()}
        for row in frame.to_dict("records")
    ]
