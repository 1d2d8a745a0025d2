"""Reading the tables of a run back, as they were before they were made safe for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.tabulate import restore_cell

Cells = dict[str, str]


class TableError(ValueError):
    """A table is not what was asked for; the message says which, and what to do."""


def numbered(file: Iterable[str]) -> tuple[list[str], Iterator[tuple[int, Cells]]]:
    """The columns of a CSV file that people write in, and its rows, each with the line on which it
    begins; cells are text as it was before it was made safe, "" where the row breaks off."""
    reader = csv.DictReader(file, restval="", restkey="")
    return list(reader.fieldnames or ()), _numbered(reader)


def _numbered(reader: csv.DictReader[str]) -> Iterator[tuple[int, Cells]]:
    above = reader.line_num
    for row in reader:
        yield above + 1, {k: restore_cell(v) for k, v in row.items() if isinstance(v, str)}
        above = reader.line_num


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
