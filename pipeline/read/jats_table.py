"""Rows of JATS tables (XHTML or OASIS) as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipeline.read.jats_text import text_of

MAX_TABLE = 50_000  # characters: longer ones are lists of data
TABLES = frozenset({"table", "array"})
_GROUPS = TABLES | {"tgroup", "thead", "tbody", "tfoot"}
_ROWS = frozenset({"tr", "row"})


def rows(table: Element) -> Iterator[Element]:
    """The rows of a table, without those of tables in its cells."""
    for child in table:
        if child.tag in _ROWS:
            yield child
        elif child.tag in _GROUPS:
            yield from rows(child)


def row_text(row: Element) -> str:
    """The cells of a row joined by " | "; an empty cell keeps its place. "" when all are."""
    cells = [text_of(cell, cell=True) for cell in row]
    return " ".join(" | ".join(cells).split()) if any(cells) else ""


def table_rows(table: Element) -> tuple[list[str], int, bool]:
    """(texts of the first rows, at most MAX_TABLE characters; number of all rows; whether
    some were left out)."""
    kept: list[str] = []
    size = number = 0
    for row in rows(table):
        number += 1
        if size <= MAX_TABLE and (text := row_text(row)):
            size += len(text)
            if size <= MAX_TABLE:
                kept.append(text)
    return kept, number, size > MAX_TABLE
