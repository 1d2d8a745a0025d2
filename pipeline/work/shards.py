"""The tables that the shards of a run wrote, read again as the entries of one run.

Nothing is held in memory but the rows of one document at a time for each folder: all tables are
sorted by document.
"""

from __future__ import annotations

import csv
import heapq
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.long_cells import with_long_cells
from pipeline.result import COLUMNS, column_type
from pipeline.tables_in import TableError, find_table
from pipeline.tabulate import (
    COOCCURRENCE_COLUMNS,
    SKIPPED_COLUMNS,
    Row,
    restore_cell,
)
from pipeline.texts import FILE
from pipeline.work.entries import ENTRIES, FAILURE, OF_TEXT, Kept, Tally, settled
from pipeline.work.sorted_lines import Line, LinesError, key_of, read_lines

BATCH_ROWS = 5_000  # of a Parquet file
_COLUMNS = {**COLUMNS, "cooccurrences": COOCCURRENCE_COLUMNS, "skipped": SKIPPED_COLUMNS}
_OF_DOCUMENTS = ("documents", "mentions", "relations", "cooccurrences")
_UNTOUCHED = "write the tables with pipeline run, not by hand"


def joined(
    folders: Sequence[Path], order: Sequence[int], tables: Sequence[str], tally: Tally
) -> Iterator[Kept]:
    """The documents of all folders with their failures, as one run gives them; ``tables`` names
    those to read, and may name ``texts``.

    ``order`` has a number for each folder: that of its run, which the shards of a run share. What
    they read is put in the order of the inputs, and run after run. A folder without the entries
    of a shard says nothing of revisions: of documents with one id the first is kept, and
    ``tally`` counts neither what it replaced nor its words. Raises TableError and OSError.
    """
    streams = []
    for folder, number in zip(folders, order, strict=True):
        is_shard = (folder / ENTRIES).is_file()
        lines = _of_shard(folder, tables) if is_shard else _of_tables(folder, tables)
        streams.append(_of_run(lines, number) if len(set(order)) > 1 else lines)
    doc_id = ""
    for kept in settled(heapq.merge(*streams, key=key_of), tally):
        if kept.entry is not None:
            doc_id = kept.entry[0]
        if kept.rows.get("documents") == []:
            raise TableError(f"{doc_id!r} is not among the documents of its shard; {_UNTOUCHED}")
        yield kept


def _of_run(lines: Iterator[Line], number: int) -> Iterator[Line]:
    """The entries with places that come behind those of runs with a lower number."""
    for doc_id, kind, *rest in lines:
        yield [doc_id, kind, number, *rest] if kind == OF_TEXT else [doc_id, kind, *rest]


def _of_shard(folder: Path, tables: Sequence[str]) -> Iterator[Line]:
    """The entries of a shard, with rows for each that held when it was read: those of its
    document in the tables."""
    stored = _Stored(folder, tables)
    try:
        for line in read_lines(folder / ENTRIES):
            body = line[-1]
            if body["kind"] == "document" and "rows" not in body:
                rows, text = stored.of(line[0])
                body |= {"rows": rows, "text": text}
            yield line
    except LinesError as error:
        raise TableError(f"{error}; run that shard again") from error
    stored.end()


def _of_tables(folder: Path, tables: Sequence[str]) -> Iterator[Line]:
    """The entries of a run that is no shard, as far as its tables tell."""
    skipped = _rows(folder, "skipped") if "skipped" in tables else iter(())
    streams = (
        _documents(folder, tables),
        (_entry(row, {"kind": "skipped", "n_characters": row["n_characters"]}) for row in skipped),
        (
            [row["doc_id"], FAILURE, row["source"], row["error"], {"failure": row}]
            for row in _rows(folder, "failures")
        ),
    )
    return heapq.merge(*streams, key=key_of)


def _documents(folder: Path, tables: Sequence[str]) -> Iterator[Line]:
    others = _Stored(folder, [name for name in tables if name != "documents"])
    for row in _rows(folder, "documents"):
        rows, text = others.of(row["doc_id"])
        rows = {"documents": [row], **rows}
        yield _entry(row, {"kind": "document", "n_tokens": 0, "rows": rows, "text": text})
    others.end()


def _entry(row: Row, body: dict[str, Any]) -> Line:
    body = {**body, "revision": 0, "source": row["source"]}
    return [row["doc_id"], OF_TEXT, 0, 0, body]


class _Stored:
    """The rows of tables and the texts of a folder, taken document by document in order."""

    def __init__(self, folder: Path, tables: Sequence[str]) -> None:
        self._rows = {
            name: _Cursor(_rows(folder, name), folder, name)
            for name in _OF_DOCUMENTS
            if name in tables
        }
        self._texts = _Cursor(_texts(folder), folder, FILE) if "texts" in tables else None
        self._last: tuple[str | None, dict[str, list[Row]], str] = (None, {}, "")

    def of(self, doc_id: str) -> tuple[dict[str, list[Row]], str]:
        """Rows by table and text of a document, the same one as before or a later one. Raises
        TableError for rows of one that was left out."""
        if doc_id != self._last[0]:
            rows = {name: cursor.of(doc_id) for name, cursor in self._rows.items()}
            lines = self._texts.of(doc_id) if self._texts else []
            self._last = (doc_id, rows, "".join(line["line"] for line in lines))
        return self._last[1:]

    def end(self) -> None:
        """Raises TableError where a row is left."""
        for cursor in (*self._rows.values(), *([self._texts] if self._texts else [])):
            cursor.end()


class _Cursor:
    """Rows sorted by document, taken document by document in that order."""

    def __init__(self, rows: Iterator[Row], folder: Path, name: str) -> None:
        self._rows = rows
        self._what = f"{folder} ({name})"
        self._next = next(rows, None)

    def of(self, doc_id: str) -> list[Row]:
        """The rows of a document. Raises TableError for rows of one that comes before it."""
        found: list[Row] = []
        while self._next is not None and self._next["doc_id"] <= doc_id:
            if self._next["doc_id"] < doc_id:
                self.end()
            found.append(self._next)
            self._next = next(self._rows, None)
        return found

    def end(self) -> None:
        """Raises TableError where a row is left."""
        if self._next is not None:
            raise TableError(
                f"{self._what}: rows of {self._next['doc_id']!r}, which is not among the documents "
                f"or not in order; {_UNTOUCHED}"
            )


def _rows(folder: Path, name: str) -> Iterator[Row]:
    """The rows of a table with values in their types, as a run had them."""
    path = find_table(folder, name)
    columns = _COLUMNS[name]
    parse = {column: _parser(column_type(column)) for column in columns}
    found = _parquet(path) if path.suffix == ".parquet" else _csv(path)
    try:
        for row in found:
            yield {column: parse[column](row.get(column, "")) for column in columns}
    except (ValueError, TypeError, csv.Error) as error:
        raise TableError(f"{path}: no table that a run wrote ({error}); run it again") from error


def _csv(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        # A sentence without an end is as long as its document.
        for row in with_long_cells(csv.DictReader(file, strict=True)):
            yield {name: restore_cell(cell) for name, cell in row.items()}


def _parquet(path: Path) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(BATCH_ROWS):
            yield from batch.to_pylist()


def _texts(folder: Path) -> Iterator[Row]:
    path = folder / FILE
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, 1):
            try:
                yield {"doc_id": json.loads(line)["id"], "line": line}
            except (ValueError, KeyError, TypeError) as error:
                raise TableError(f"{path}:{number}: no text that a run kept ({error})") from error


def _parser(kind: str) -> Callable[[Any], Any]:
    parsers: dict[str, Callable[[Any], Any]] = {
        "int64": int, "Int64": _whole, "float64": float, "bool": _flag,
    }  # fmt: skip
    return parsers.get(kind, _text)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _whole(cell: Any) -> int | None:
    return None if cell in ("", None) else int(cell)


def _flag(cell: Any) -> bool:
    if cell in (True, "true"):
        return True
    if cell in (False, "false"):
        return False
    raise ValueError(f"{cell!r} is neither true nor false")
