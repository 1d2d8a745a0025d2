"""The tables that the shards of a run wrote, read again as the entries of one run.

Nothing is held in memory but the rows of one document at a time for each folder: all tables are
sorted by document.
"""

from __future__ import annotations

import csv
import heapq
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline.read.inputs import taken
from pipeline.records import Document
from pipeline.result import COLUMNS, column_type
from pipeline.tables_in import TableError, find_table
from pipeline.tabulate import (
    COOCCURRENCE_COLUMNS,
    SKIPPED_COLUMNS,
    Row,
    restore_cell,
)
from pipeline.texts import FILE
from pipeline.work.entries import Kept
from pipeline.work.sorted_lines import Sorter

BATCH_ROWS = 5_000  # of a Parquet file
_COLUMNS = {**COLUMNS, "cooccurrences": COOCCURRENCE_COLUMNS, "skipped": SKIPPED_COLUMNS}
_OF_DOCUMENTS = ("documents", "mentions", "relations", "cooccurrences")


def joined(folders: Sequence[Path], tables: Sequence[str], scratch: Path) -> Iterator[Kept]:
    """The documents of all folders in order, then their failures; ``tables`` names those to read,
    and may name ``texts``. Of documents with one id that of the first folder is kept, the others
    are failures. Raises TableError and OSError."""
    twins = Sorter(scratch, "twins")
    streams = [_documents(folder, tables) for folder in folders]
    for doc_id, group in groupby(heapq.merge(*streams, key=_first), key=_first):
        kept, *others = [one for _, one in group]
        yield kept
        for other in others:
            failure = taken(Document(doc_id, "", _source(other)), _source(kept))
            row = {name: getattr(failure, name) for name in COLUMNS["failures"]}
            twins.add([*_place(row), row])
    known = (((*_place(row), row) for row in _rows(f, "failures")) for f in folders)
    for line in heapq.merge(*known, twins.lines(), key=lambda line: list(line[:-1])):
        yield Kept({"failures": [line[-1]]})


def _documents(folder: Path, tables: Sequence[str]) -> Iterator[tuple[str, Kept]]:
    """The documents of a folder with all their rows, and those that triage left out, by id."""
    inside = [name for name in _OF_DOCUMENTS if name in tables]
    cursors = {name: _Cursor(_rows(folder, name), folder, name) for name in inside[1:]}
    texts = _Cursor(_texts(folder), folder, FILE) if "texts" in tables else None
    skipped = _rows(folder, "skipped") if "skipped" in tables else iter(())
    named = (
        (("documents", row) for row in _rows(folder, "documents")),
        (("skipped", row) for row in skipped),
    )
    for table, row in heapq.merge(*named, key=_id_of_row):
        doc_id: str = row["doc_id"]
        if table == "skipped":
            yield doc_id, Kept({"skipped": [row]})
            continue
        rows = {"documents": [row]} | {name: c.of(doc_id) for name, c in cursors.items()}
        text = "".join(line["line"] for line in texts.of(doc_id)) if texts else ""
        yield doc_id, Kept(rows, text)
    for cursor in (*cursors.values(), *([texts] if texts else [])):
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
                "or not in order; write the tables with pipeline run, not by hand"
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
    csv.field_size_limit(sys.maxsize)  # a sentence without an end is as long as its document
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
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


def _place(row: Row) -> tuple[str, str, str]:
    return row["doc_id"], row["source"], row["error"]


def _source(kept: Kept) -> str:
    ((row,),) = [kept.rows[name] for name in ("documents", "skipped") if name in kept.rows]
    return str(row["source"])


def _first(pair: tuple[str, Kept]) -> str:
    return pair[0]


def _id_of_row(pair: tuple[str, Row]) -> str:
    return str(pair[1]["doc_id"])
