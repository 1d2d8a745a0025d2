"""The rows of hand-written tables with their places, and whether they stand in order."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.check_tables_schema import Schema
from pipeline.ontology.tables import read_rows, table_text
from pipeline.patterns_data import PatternError, csv_rows
from pipeline.recognise.terms import BLOCKED, is_blocked, term_rows

IMPORTED = "imported_"  # so begin the tables that ``pipeline terms import`` writes
SORT = "out of order; run 'pipeline terms sort'"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of ``terms/*.csv``, blocked ones too (label ``BLOCKED``; the name is the label
    that the words must not get)."""

    where: str
    label: str
    name: str
    text: str
    match: str
    status: str
    concept_id: str
    specificity: str
    source: str

    @property
    def imported(self) -> bool:
        """Whether ``pipeline terms import`` wrote it."""
        return is_imported(self.where)

    @property
    def place(self) -> str:
        """File and line, without the folder."""
        return place(self.where)

    @property
    def free(self) -> bool:
        """Whether it needs no context."""
        return self.match in {"", "case"}


def unreadable_tables(folder: Path) -> Iterator[str]:
    """Files that are no CSV in UTF-8."""
    paths = [*folder.glob("terms/*.csv"), *folder.glob("hierarchy/*.csv"), *folder.glob("*.csv")]
    for path in sorted(paths):
        try:
            for _ in csv_rows(path):
                pass
        except PatternError as error:
            yield str(error)


def read_table(folder: Path) -> list[Row]:
    """All rows of ``folder/terms``; they must fit the schema of ``read_terms``."""
    rows: list[Row] = []
    for path in sorted((folder / "terms").glob("*.csv")):
        blocked = is_blocked(path)
        for line, raw in term_rows(path):
            label = raw.get("label", "")
            rows.append(
                Row(
                    f"{path}:{line}", BLOCKED if blocked else label,
                    label if blocked else raw["name"], raw["text"], raw.get("match", ""),
                    raw.get("status", ""), raw.get("concept_id", ""),
                    raw.get("specificity", ""), raw.get("source", ""),
                )
            )  # fmt: skip
    return rows


def unsorted_tables(folder: Path) -> Iterator[str]:
    """The first line of each term table or hierarchy file that ``pipeline terms sort`` would
    write otherwise."""
    for path in sorted([*folder.glob("terms/*.csv"), *folder.glob("hierarchy/*.csv")]):
        try:
            columns, rows = read_rows(path)
        except PatternError as error:
            if path.parent.name == "terms":  # who reads the links says it too
                yield str(error)
            continue
        with path.open(encoding="utf-8", newline="") as handle:
            written = handle.readlines()
        wanted = io.StringIO(table_text(path, columns, rows), newline="").readlines()
        for line, (old, new) in enumerate(zip(written, wanted, strict=False), 1):
            if old != new:
                yield f"{path}:{line}: {SORT}"
                break


def first_unsorted(keyed: Iterable[tuple[tuple[str, ...], str]], order: str) -> Iterator[str]:
    """The place of the first row whose key is below that of the row before."""
    last: tuple[str, ...] | None = None
    for key, where in keyed:
        if last is not None and key < last:
            yield f"{where}: out of order; sort the rows by {order}"
            return
        last = key


def wrong_source(schema: Schema | None, source: str, where: str) -> Iterator[str]:
    """A finding for a source that the schema does not have."""
    if schema is None or source in schema.sources or is_imported(where):
        return
    if source:
        yield f"{where}: the source {source!r} is unknown; correct it or add it to schema.yaml"
    else:
        yield f"{where}: no source; say where the row is from (curator: written by hand)"


def is_imported(where: str) -> bool:
    """Whether ``file:line`` is in a table that ``pipeline terms import`` wrote."""
    return place(where).startswith(IMPORTED)


def place(where: str) -> str:
    """File and line of another row, without the folder."""
    return where.replace("\\", "/").rpartition("/")[2]
