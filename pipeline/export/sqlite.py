"""All tables of a run in one SQLite database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.export.files import whole_file
from pipeline.export.source import ExportError, Source
from pipeline.export.tables import counted, flat, not_exported, rows

if TYPE_CHECKING:
    import pandas as pd

# Empty where there is nothing to point to: NULL, else the key could not be checked.
POINTERS = ("alias_of",)
KEYS = {
    "documents": ("doc_id",),
    "mentions": ("mention_id",),
    "relations": ("relation_id",),
    "network": (
        "predicate", "subject_label", "subject_id", "subject_name", "object_label", "object_id",
        "object_name", "effect",
    ),
    "concepts": ("label", "concept_id", "concept_name"),
}  # fmt: skip
INDEXES = {
    "mentions": (("doc_id", "start"), ("concept_id",), ("label", "concept_name"), ("alias_of",)),
    "relations": (
        ("doc_id", "sentence_start"), ("predicate",), ("subject_mention_id",),
        ("object_mention_id",), ("subject_id",), ("object_id",),
    ),
    "network": (("subject_id",), ("object_id",), ("subject_name",), ("object_name",)),
    "failures": (("doc_id",),),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pointer:
    """A column whose values are keys of another table."""

    table: str
    column: str
    to: str


POINTS = (
    Pointer("mentions", "doc_id", "documents"),
    Pointer("mentions", "alias_of", "mentions"),
    Pointer("relations", "doc_id", "documents"),
    Pointer("relations", "subject_mention_id", "mentions"),
    Pointer("relations", "object_mention_id", "mentions"),
)


def write(source: Source, path: Path) -> list[str]:
    """Write the tables with types, keys and indexes, ``run.json`` as the table ``run`` (key,
    value), and the texts as ``texts`` (doc_id, text) where there are annotations.

    Flags are 0 and 1; ``alias_of`` and the offsets of a trigger are NULL where there is none.
    Raises ExportError for a key that stands twice, and OutputError.
    """
    frames = source.frames.named()
    left_out, pointers = [*not_exported(source), *_without_texts(source)], []
    for pointer in POINTS:
        n_lost = _n_lost(pointer, frames)
        if n_lost:
            left_out.append(
                f"a foreign key from {pointer.table}.{pointer.column}: {counted(n_lost, 'row')} "
                f"with one that the table {pointer.to} lacks"
            )
        else:
            pointers.append(pointer)
    with whole_file(path) as beside:
        try:
            with closing(sqlite3.connect(beside)) as database:
                _fill(database, frames, pointers, source)
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error
    return left_out


def _without_texts(source: Source) -> Iterator[str]:
    """How many documents the table of texts lacks."""
    n_lacking = len(source.frames.documents) - len(source.annotations)
    if n_lacking:
        table = "from the table texts" if source.annotations else "and with them the table texts"
        yield (
            f"the texts of {counted(n_lacking, 'document')}, {table}: give --documents, or run "
            "again with --texts"
        )


def _n_lost(pointer: Pointer, frames: Mapping[str, pd.DataFrame]) -> int:
    values = frames[pointer.table][pointer.column]
    known = frames[pointer.to][KEYS[pointer.to][0]]
    return int((~values.isin(known) & (values != "")).sum())


def _fill(
    database: sqlite3.Connection,
    frames: Mapping[str, pd.DataFrame],
    pointers: Iterable[Pointer],
    source: Source,
) -> None:
    database.execute("PRAGMA journal_mode = OFF")  # the file takes its place when it is whole
    with database:
        for name, frame in frames.items():
            to = {one.column: one.to for one in pointers if one.table == name}
            database.execute(_create(name, frame, to))
            _insert(database, name, frame)
        for name, columns in INDEXES.items():
            for of in columns:
                database.execute(f"CREATE INDEX {name}_{'_'.join(of)} ON {name} {_names(of)}")
        database.execute("CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        database.executemany("INSERT OR REPLACE INTO run VALUES (?, ?)", flat(source.about))
        if source.annotations:
            database.execute(
                "CREATE TABLE texts (doc_id TEXT PRIMARY KEY REFERENCES documents (doc_id), "
                "text TEXT NOT NULL)"
            )
            documents = (one.document for one in source.annotations)
            database.executemany(
                "INSERT INTO texts VALUES (?, ?)", ((one.doc_id, one.text) for one in documents)
            )


def _create(name: str, frame: pd.DataFrame, to: Mapping[str, str]) -> str:
    lines = []
    for column in frame.columns:
        line = f"{_name(column)} {_kind(frame[column])}"
        if column in to:
            line += f" REFERENCES {to[column]} ({KEYS[to[column]][0]})"
        lines.append(line)
    if name in KEYS:
        lines.append(f"PRIMARY KEY {_names(KEYS[name])}")
    return f"CREATE TABLE {name} (\n  " + ",\n  ".join(lines) + "\n)"


def _kind(column: pd.Series[Any]) -> str:
    from pandas.api import types

    if types.is_bool_dtype(column):
        return f"INTEGER NOT NULL CHECK ({_name(column.name)} IN (0, 1))"
    kind = {"i": "INTEGER", "f": "REAL"}.get(column.dtype.kind, "TEXT")
    may_lack = types.is_extension_array_dtype(column) and kind != "TEXT"
    return kind if may_lack or column.name in POINTERS else f"{kind} NOT NULL"


def _name(column: object) -> str:
    return f'"{column}"'  # "end" is a word of SQL


def _names(columns: Iterable[str]) -> str:
    return f"({', '.join(map(_name, columns))})"


def _insert(database: sqlite3.Connection, name: str, frame: pd.DataFrame) -> None:
    marks = ", ".join("?" * len(frame.columns))
    try:
        database.executemany(f"INSERT INTO {name} VALUES ({marks})", _values(frame))
    except sqlite3.IntegrityError as error:
        raise ExportError(
            f"the table {name} cannot be stored ({error}); "
            "write the table with pipeline run, not by hand"
        ) from error


def _values(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    for row in rows(frame):
        yield tuple(
            None if value == "" and name in POINTERS else value for name, value in row.items()
        )
