"""Term tables and hierarchy files as sorted CSV: one order, so that a diff shows the change."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.patterns_data import PatternError
from pipeline.tabulate import write_all

Row = dict[str, str]

TERM_COLUMNS = (
    "concept_id", "name", "text", "label", "status", "match", "specificity", "source", "note",
)  # fmt: skip
HIERARCHY_COLUMNS = ("label", "child", "parent", "source")
_NEEDED = {
    "terms": ("name", "label", "status", "text", "match"),
    "blocked": ("text", "label", "match"),
    "hierarchy": ("label", "child", "parent"),
}


def _kind(path: Path) -> str:
    if path.parent.name == "hierarchy":
        return "hierarchy"
    return "blocked" if path.name.startswith("blocked") else "terms"


def _order(kind: str, row: Row) -> tuple[str, ...]:
    key: tuple[str, ...]
    if kind == "terms":
        key = (
            row["name"].casefold(), row["name"], row["label"], row["status"],
            row["text"].casefold(), row["text"], row["match"],
        )  # fmt: skip
    elif kind == "blocked":
        key = (row["text"].casefold(), row["text"], row["label"], row["match"])
    else:
        key = (row["label"], row["child"].casefold(), row["parent"].casefold())
    return (*key, *row.values())  # rows that agree so far must not keep the order of the file


def read_rows(path: Path) -> tuple[list[str], list[Row]]:
    """The columns and rows of a table under ``terms/`` or ``hierarchy/``.

    Raises PatternError with ``file:line`` for a row of the wrong length, a missing column,
    or what is no CSV in UTF-8.
    """
    rows: list[Row] = []
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle, strict=True)
        try:
            columns = list(reader.fieldnames or [])
            missing = [name for name in _NEEDED[_kind(path)] if name not in columns]
            if missing:
                raise PatternError(f"{path}:1: no column {missing[0]!r}")
            for row in reader:
                if None in row or None in row.values():
                    raise PatternError(
                        f"{path}:{reader.line_num}: expected {len(columns)} cells; "
                        "quote a cell that holds a comma"
                    )
                rows.append(row)
        except csv.Error as error:
            raise PatternError(f"{path}:{reader.reader.line_num}: {error}") from error
        except UnicodeDecodeError as error:
            raise PatternError(f"{path}: not UTF-8 ({error.reason})") from error
    return columns, rows


def table_text(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> str:
    """The content of the table ``path``, in its order; which one that is tells the path."""
    kind = _kind(path)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    ordered: list[Row] = sorted(rows, key=lambda row: _order(kind, row))
    writer.writerows(ordered)
    return text.getvalue()


def sort_tables(folder: Path) -> list[Path]:
    """Put every table of a patterns folder in order: the files that changed.

    Nothing is written unless all can be read. Raises PatternError, OutputError.
    """
    paths = sorted(path for part in ("terms", "hierarchy") for path in folder.glob(f"{part}/*.csv"))
    if not paths:
        raise PatternError(f"{folder}/terms: no term tables (*.csv) found")
    changed: dict[Path, str] = {}
    for path in paths:
        text = table_text(path, *read_rows(path))
        if text.encode("utf-8") != path.read_bytes():
            changed[path] = text
    write_all(changed)
    return list(changed)
