"""Tables written row by row, so that one larger than memory can be."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.disk import sync
from pipeline.result import column_type
from pipeline.tabulate import Row, csv_cell, frame

if TYPE_CHECKING:
    import pyarrow.parquet as pq

ROWS_AT_ONCE = 20_000  # of a Parquet file's row group


class TableWriter(Protocol):
    """A table that is being written."""

    n_rows: int

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows; cells that a row lacks are empty. Raises OSError."""

    def close(self) -> None:
        """Finish the file and bring it to the disk. Raises OSError."""


def table_writer(path: Path, columns: Sequence[str]) -> TableWriter:
    """A writer of CSV or Parquet, by the suffix."""
    return (_Parquet if path.suffix == ".parquet" else _Csv)(path, columns)


class _Lines:
    """Passes lines on that end in a line feed alone.

    The csv module only quotes a cell with a return in it where a return ends the lines, and
    without quotes readers would end the row there.
    """

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, line: str) -> int:
        return int(self._file.write(line.removesuffix("\r\n") + "\n"))


class _Csv:
    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.n_rows = 0
        self._columns = columns
        self._file = path.open("w", encoding="utf-8", newline="")
        self._csv = csv.writer(_Lines(self._file), lineterminator="\r\n")
        self._csv.writerow(columns)

    def write(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._csv.writerow([csv_cell(row.get(name, "")) for name in self._columns])
            self.n_rows += 1

    def close(self) -> None:
        sync(self._file)
        self._file.close()


class _Parquet:
    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.n_rows = 0
        self._columns = columns
        self._rows: list[Row] = []
        self._file = path.open("wb")
        self._writer: pq.ParquetWriter | None = None

    def write(self, rows: Iterable[Row]) -> None:
        self._rows += rows
        while len(self._rows) >= ROWS_AT_ONCE:
            self._flush(self._rows[:ROWS_AT_ONCE])
            self._rows = self._rows[ROWS_AT_ONCE:]

    def _flush(self, rows: list[Row]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = frame(rows, self._columns, safe=False)
        # a table without rows, or a row group without a value, has the types of one with
        table = table.astype({name: column_type(name) for name in self._columns})
        arrow = pa.Table.from_pandas(table, preserve_index=False)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, arrow.schema)
        self._writer.write_table(arrow)
        self.n_rows += len(rows)

    def close(self) -> None:
        if self._rows or self._writer is None:
            self._flush(self._rows)
        if self._writer is not None:
            self._writer.close()
        sync(self._file)
        self._file.close()
