"""Reading a sheet that somebody filled in: what a spreadsheet made of the file is undone where that
is certain, and said."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pipeline.curate.sheets import CORRECTED, SHEET_COLUMNS, SheetError
from pipeline.curate.sheets_xlsx import decode_cell
from pipeline.tabulate import restore_cell

NEEDED = ("relation_id", "decision")
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row by its number in the spreadsheet (the header is row 1). ``shifted``: there are more
    cells than columns. Cells are text, "" where there is nothing."""

    number: int
    cells: dict[str, str]
    shifted: bool = False


@dataclass(slots=True)
class Sheet:
    """The rows of a sheet by our names of the columns; ``unknown`` are names of columns that
    are none of ours, with the one that may be meant, ``said`` what is odd about the file."""

    rows: list[SheetRow]
    columns: list[str]
    unknown: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


def read_sheet(path: Path) -> Sheet:
    """A sheet, XLSX or CSV in any encoding and with any separator that spreadsheets write.

    Raises SheetError for what is no sheet of a review.
    """
    said: list[str] = []
    try:
        if zipfile.is_zipfile(path):
            rows = _workbook_rows(path, said)
        else:
            rows = _csv_rows(path.read_bytes(), said)
        return _sheet(rows, said)
    except OSError as error:
        raise SheetError(f"cannot be read ({error.strerror or error})") from error


def _sheet(rows: Sequence[tuple[int, list[str]]], said: list[str]) -> Sheet:
    """Rows of cells, the header first, as a sheet."""
    if not rows:
        raise SheetError("the sheet is empty; make one with pipeline review export")
    names = [_column(name) for name in rows[0][1]]
    while names and not names[-1]:
        names.pop()
    missing = [name for name in NEEDED if name not in names]
    if missing:
        there = ", ".join(filter(None, names))
        raise SheetError(
            f"row {rows[0][0]}: the column {' and '.join(missing)} is missing; the names of the "
            f"columns must stay as they were (there is: {there[:300]})"
        )
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise SheetError(f"the column {', '.join(twice)} stands there twice; remove one")
    sheet = Sheet([], names, said=said)
    for name in filter(None, names):
        if name not in SHEET_COLUMNS:
            close = get_close_matches(name, [*CORRECTED, "note"], 1, 0.8)
            sheet.unknown[name] = close[0] if close else ""
    for number, cells in rows[1:]:
        if any(cells):
            filled = [*cells, *[""] * (len(names) - len(cells))]
            kept = {name: cell for name, cell in zip(names, filled, strict=False) if name}
            sheet.rows.append(SheetRow(number, kept, any(cells[len(names) :])))
    return sheet


def _column(name: str) -> str:
    """A name in the header as we write it: case, blanks and hyphens do not matter."""
    return re.sub(r"[\s\-]+", "_", name.strip().strip("\ufeff'").casefold())


def _csv_rows(content: bytes, said: list[str]) -> list[tuple[int, list[str]]]:
    text = _decoded(content, said)
    separator = _separator(text)
    if separator != ",":
        said.append(f"columns are cut by {_SEPARATORS[separator]}")
    # Strict: an unclosed quote would swallow the rows below it, with their decisions.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader, 1):
            if cells:
                rows.append((number, [restore_cell(cell) for cell in cells]))
    except csv.Error as error:
        raise SheetError(
            f"row {len(rows) + 1}: no readable CSV ({error}); save it as XLSX or CSV UTF-8"
        ) from error
    return rows


def _decoded(content: bytes, said: list[str]) -> str:
    """The text of a file in the encoding that it is in."""
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise SheetError("a workbook of the old kind (XLS); save it as XLSX or CSV UTF-8")
    if content.startswith(b"PK\x03\x04"):
        raise SheetError("a workbook that breaks off; save or copy it anew")
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "")
    if not encoding and b"\0" in content[:200]:
        encoding = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
    if encoding.startswith("utf-16"):
        said.append("the file is in UTF-16")
    try:
        return content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding:
            raise SheetError(f"broken {encoding} ({error.reason}); save it anew") from error
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise SheetError(
            f"neither UTF-8 nor Windows-1252 (byte {error.start}); save it as XLSX or CSV UTF-8"
        ) from error
    said.append(
        "the file is not UTF-8 and was read as Windows-1252, in which Greek letters are lost; save "
        "it as XLSX or CSV UTF-8, and look at what you wrote with signs beyond ASCII"
    )
    return text


def _separator(text: str) -> str:
    """What cuts the columns: the sign with which the header has the names that are needed."""
    head = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]
    widths = {}
    for sign in _SEPARATORS:
        names = [_column(name) for name in next(csv.reader([head], delimiter=sign), [])]
        if all(name in names for name in NEEDED):
            return sign
        widths[sign] = len(names)
    return max(widths, key=lambda sign: widths[sign])


def _workbook_rows(path: Path, said: list[str]) -> list[tuple[int, list[str]]]:
    """The cells of the first page of a workbook that is a sheet of a review."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    broken = (
        *(InvalidFileException, zipfile.BadZipFile, zlib.error, EOFError, SyntaxError),
        *(NotImplementedError, KeyError, ValueError, TypeError, AttributeError),
    )
    try:
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=True)
            for page in book.worksheets:
                page.reset_dimensions()  # what the file says about its size need not be so
                rows = _page_rows(page)
                first = next(rows, None)
                if first and all(name in map(_column, first[1]) for name in NEEDED):
                    if page is not book.worksheets[0]:
                        said.append(f"the page {page.title!r} was read")
                    return [first, *rows]
    except broken as error:
        raise SheetError(f"no readable XLSX workbook ({error}); save it as XLSX") from error
    raise SheetError("no page has the columns " + " and ".join(NEEDED) + " in its first row")


def _page_rows(page: Any) -> Iterator[tuple[int, list[str]]]:
    for number, values in enumerate(page.iter_rows(values_only=True), 1):
        cells = [_text(value) for value in values]
        if any(cells):
            yield number, cells


def _text(value: Any) -> str:
    """A value of a workbook as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return decode_cell(str(value))
