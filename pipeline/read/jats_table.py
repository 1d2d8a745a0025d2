"""Rows of JATS tables (XHTML or OASIS) as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipeline.read.jats_text import text_of
from pipeline.read.table_rows import MAX_SPAN, Cell, Rows, span

MAX_TABLE = 50_000  # characters: longer ones are lists of data
TABLES = frozenset({"table", "array"})
_PARTS = frozenset({"thead", "tbody", "tfoot"})
_GROUPS = TABLES | _PARTS | {"tgroup"}
_ROWS = frozenset({"tr", "row"})


def rows(table: Element) -> Iterator[Element]:
    """The rows of a table, without those of tables in its cells, and before those of its head,
    body or foot the element of this."""
    for child in table:
        if child.tag in _ROWS:
            yield child
        elif child.tag in _GROUPS:
            if child.tag in _PARTS:
                yield child
            yield from rows(child)


def table_rows(table: Element) -> tuple[list[str], int, bool]:
    """(texts of the first rows, at most MAX_TABLE characters; number of all rows; whether
    some were left out). The cells of a row are joined by " | "; an empty cell keeps its
    place."""
    kept: list[str] = []
    size = number = 0
    names = _columns(table)
    above = Rows()
    for row in rows(table):
        if row.tag in _PARTS:
            above.new_group()
            continue
        number += 1
        if size > MAX_TABLE:
            continue
        cells = above.texts(_cell(cell, names) for cell in row)
        if cells:
            text = " ".join(" | ".join(cells).split())
            size += len(text)
            if size <= MAX_TABLE:
                kept.append(text)
    return kept, number, size > MAX_TABLE


def _columns(table: Element) -> dict[str, int]:
    """The places of the columns of an OASIS table by their names."""
    return {
        name: index
        for index, column in enumerate(table.iter("colspec"))
        if (name := column.get("colname"))
    }


def _cell(cell: Element, names: dict[str, int]) -> Cell:
    text = text_of(cell, cell=True)
    if cell.tag != "entry":
        rows = span(cell.get("rowspan"), zero=MAX_SPAN)
        return Cell(text, rows, span(cell.get("colspan")))
    first, last = names.get(cell.get("namest", "")), names.get(cell.get("nameend", ""))
    columns = 1 if first is None or last is None else max(1, last - first + 1)
    return Cell(text, 1 + span(cell.get("morerows", "0"), zero=0), columns)
