"""Reading the tables of a run back, as they were before they were made safe for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.tabulate import restore_cell

Cells = dict[str, str]


class TableError(ValueError):
    """A table is not what was asked for; the message says which, and what to do."""


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
