"""Reading the tables of a run back, as they were before they were made safe for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipeline.tabulate import restore_cell

if TYPE_CHECKING:
    import pandas as pd

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


def find_table(folder: Path, name: str) -> Path:
    """Where a run wrote the table: as CSV, else as Parquet; as CSV where there is none."""
    parquet = folder / f"{name}.parquet"
    plain = folder / f"{name}.csv"
    return parquet if parquet.is_file() and not plain.is_file() else plain


def read_frame(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """A table, CSV or Parquet, that has at least ``columns``; all cells are text as CSV spells it,
    as they were before they were made safe, "" where there is nothing.

    Raises FileNotFoundError where there is none, TableError for what is no such table.
    """
    import pandas as pd

    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such table; give the folder that a run wrote")
    try:
        if path.suffix == ".parquet":
            frame = _text_frame(pd.read_parquet(path))
        else:
            # where a text holds a NUL, the reader in C would end the cell there
            engine: Literal["c", "python"] = "python" if b"\0" in path.read_bytes() else "c"
            frame = pd.read_csv(
                path, dtype=str, keep_default_na=False, encoding="utf-8", engine=engine
            )
            for name in frame.columns:
                quoted = frame[name].str.startswith("'")
                if quoted.any():
                    frame.loc[quoted, name] = [restore_cell(c) for c in frame.loc[quoted, name]]
    except (ValueError, OSError) as error:  # of pandas and of pyarrow
        raise TableError(f"{path}: no readable table ({error})") from error
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise TableError(
            f"{path}: the table lacks the columns {', '.join(missing)}; if an older version wrote "
            "it, run it again with this one"
        )
    return frame


def _text_frame(frame: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_bool_dtype(column):
            frame[name] = ["true" if cell else "false" for cell in column]
        else:
            frame[name] = ["" if pd.isna(cell) else str(cell) for cell in column]
    return frame.astype(str)


def read_table(path: Path, columns: Sequence[str]) -> list[Cells]:
    """The rows of a table as :func:`read_frame` reads it, each by column; raises what that does."""
    frame = read_frame(path, columns)
    names = [str(name) for name in frame.columns]
    return [
        dict(zip(names, row, strict=True)) for row in zip(*map(list, _columns(frame)), strict=True)
    ]


def _columns(frame: pd.DataFrame) -> Iterator[pd.Series[str]]:
    for at in range(frame.shape[1]):
        yield frame.iloc[:, at]
