"""What a run wrote, in memory: its tables as DataFrames, its ``run.json`` and its texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.annotations_in import annotations_from_tables
from pipeline.concepts import COLUMNS as CONCEPT_COLUMNS
from pipeline.network import COLUMNS as NETWORK_COLUMNS
from pipeline.records import Annotation
from pipeline.tables_in import TableError, find_table, read_frame
from pipeline.tabulate import (
    ABOUT_COLUMNS,
    DOCUMENT_COLUMNS,
    FAILURE_COLUMNS,
    MAY_LACK,
    MENTION_COLUMNS,
    RELATION_COLUMNS,
)
from pipeline.texts import Texts, find_texts, read_about

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = {
    "documents": DOCUMENT_COLUMNS,
    "mentions": MENTION_COLUMNS,
    "relations": RELATION_COLUMNS,
    "network": NETWORK_COLUMNS,
    "concepts": CONCEPT_COLUMNS,
    "failures": FAILURE_COLUMNS,
}
FLAGS = ("negated", "hedged", "contradicted")


@dataclass(frozen=True, slots=True)
class Frames:
    """The tables, one DataFrame each, columns as in the files. Names and texts are strings
    (never missing, "" where there is nothing), offsets and counts integers (characters),
    scores floats, flags booleans; a relation without a trigger has ``<NA>`` for its offsets."""

    documents: pd.DataFrame
    mentions: pd.DataFrame
    relations: pd.DataFrame
    network: pd.DataFrame
    concepts: pd.DataFrame
    failures: pd.DataFrame

    def named(self) -> dict[str, pd.DataFrame]:
        """The tables by name, in the order of the README."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Result:
    """A run: the folder that it wrote, what ``run.json`` says, and its tables."""

    folder: Path
    about: dict[str, Any]
    frames: Frames

    def texts(self, inputs: Sequence[Path] = ()) -> Texts:
        """The texts behind the tables; see :func:`pipeline.texts.find_texts`."""
        documents, mentions = self.frames.documents, self.frames.mentions
        lengths = dict(zip(documents["doc_id"], documents["n_characters"].tolist(), strict=True))
        columns = [mentions[name].tolist() for name in ("doc_id", "start", "end", "text")]
        return find_texts(self.folder, lengths, zip(*columns, strict=True), inputs)

    def annotations(self, texts: Texts) -> list[Annotation]:
        """The records behind the tables, by document id; a document whose text is missing has
        an empty one. Raises TableError for rows that are no records."""
        try:
            return annotations_from_tables(self.folder, texts.found)
        except TableError:
            raise
        except ValueError as error:
            raise TableError(str(error)) from error


def read_result(folder: Path) -> Result:
    """The tables of a run, CSV or Parquet.

    Raises TableError, with the file, for a folder that no run wrote, tables of an older version
    and cells that are no numbers or flags.
    """
    if not folder.is_dir():
        raise TableError(f"{folder}: no such folder; give the one that pipeline run wrote")
    about = read_about(folder)
    try:
        frames = Frames(**{name: read_typed(folder, name) for name in COLUMNS})
    except FileNotFoundError as error:
        raise TableError(str(error)) from error
    return Result(folder, about, frames)


def read_typed(folder: Path, name: str) -> pd.DataFrame:
    """One table of a run, with the columns in their types (see :class:`Frames`)."""
    path = find_table(folder, name)
    needed = [column for column in COLUMNS[name] if column not in ABOUT_COLUMNS]
    frame = read_frame(path, needed)
    for column in set(COLUMNS[name]) - set(frame.columns):
        frame[column] = ""
    for column in COLUMNS[name]:
        try:
            frame[column] = _typed(frame[column], column)
        except (ValueError, TypeError) as error:
            raise TableError(
                f"{path}: the column {column} holds what does not belong there ({error}); "
                "write the table with pipeline run, not by hand"
            ) from error
    return frame


def column_type(column: str) -> str:
    """The type of a column of any table in a DataFrame."""
    if column in MAY_LACK:
        return "Int64"
    if column in ("start", "end") or column.endswith(("_start", "_end")) or column[:2] == "n_":
        return "int64"
    if column == "score":
        return "float64"
    return "bool" if column in FLAGS else "str"


def _typed(cells: pd.Series[str], column: str) -> pd.Series[Any]:
    kind = column_type(column)
    if kind == "Int64":
        return cells.where(cells != "", None).astype("Float64").astype("Int64")
    if kind == "bool":
        wrong = ~cells.isin(["true", "false"])
        if wrong.any():
            raise ValueError(f"{cells[wrong].iloc[0]!r} is neither true nor false")
        return cells == "true"
    if kind == "str":
        return cells
    values: pd.Series[Any] = cells.astype(kind)  # type: ignore[call-overload]
    if column == "score" and not values.between(0, 1).all():
        raise ValueError(f"{cells[~values.between(0, 1)].iloc[0]!r} is no number from 0 to 1")
    return values
