"""All tables of a run in one workbook."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.export.files import whole_file
from pipeline.export.source import Source
from pipeline.export.tables import counted, flat, not_exported, rows

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

# Of Excel: characters of a cell, as UTF-16 counts them, and rows of a sheet.
MAX_CHARACTERS = 32_767
MAX_ROWS = 1_048_576
LONG, SHORT, SENTENCE = 28, 12, 60  # widths of columns, in characters
WIDTHS = {"sentence": SENTENCE, "marked_sentence": SENTENCE, "best_sentence": SENTENCE}

# What a cell would run or take for an error; "'" is what a spreadsheet writes before a text.
_NOT_PLAIN = re.compile(r"['=+\-@\t\r#]")
# Signs that XML cannot hold or that its readers change, and what looks like an escape of one.
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_HALF_ESCAPE = re.compile(r"_(x[0-9A-Fa-f]{0,4})?$")
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_WHEN = datetime(1980, 1, 1)  # the first that a ZIP file can hold: no date, same bytes


def write(source: Source, path: Path) -> list[str]:
    """Write a sheet a table, and ``run.json`` as the sheet *run*: the header stays in view and
    filters, numbers are numbers, and nothing is a formula. Raises ExportError and OutputError."""
    told: Counter[str] = Counter()
    with whole_file(path) as beside:  # before the work, so that a place that is refused costs none
        draft = beside.with_suffix(".draft")
        try:
            _workbook(source, told).save(draft)
            _undated(draft, beside)
        finally:
            draft.unlink(missing_ok=True)
    return [*not_exported(source), *_left_out(told)]


def _workbook(source: Source, told: Counter[str]) -> Workbook:
    import pandas as pd
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    about = pd.DataFrame(list(flat(source.about)), columns=["key", "value"])
    for name, frame in {**source.frames.named(), "run": about}.items():
        _add(workbook, name, frame, told)
    return workbook


def _left_out(told: Counter[str]) -> Iterator[str]:
    if n := told["cut"]:
        yield f"the end of {counted(n, 'text')} longer than {MAX_CHARACTERS} characters"
    if n := told["escaped"]:
        yield (
            f"control characters in {counted(n, 'text')}: they stand as _xHHHH_, which Excel and "
            "LibreOffice turn back and other readers show as it is"
        )
    if n := told["sheets"]:
        yield f"tables of more than {MAX_ROWS - 1} rows on one sheet: {counted(n, 'sheet')} more"


def _add(workbook: Workbook, name: str, frame: pd.DataFrame, told: Counter[str]) -> None:
    """Add a table, over as many sheets as it takes."""
    remaining = rows(frame)
    n_left = len(frame)
    number = 1
    while number == 1 or n_left:
        n_here = min(n_left, MAX_ROWS - 1)
        title = name if number == 1 else f"{name} ({number})"
        sheet = workbook.create_sheet(title)
        _head(sheet, [str(column) for column in frame.columns], n_here)
        for row in islice(remaining, n_here):
            sheet.append(_cells(sheet, row.values(), told))
        told["sheets"] += number > 1
        n_left -= n_here
        number += 1


def _head(sheet: WriteOnlyWorksheet, columns: list[str], n_rows: int) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{n_rows + 1}"
    cells = []
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _width(column)
        cell = WriteOnlyCell(sheet, column)
        cell.font = Font(bold=True)
        cells.append(cell)
    sheet.append(cells)


def _width(column: str) -> int:
    short = column.startswith("n_") or column.endswith(("start", "end", "label"))
    short = short or column in ("score", "negated", "hedged", "contradicted", "effect")
    return WIDTHS.get(column, SHORT if short else LONG)


def _cells(sheet: WriteOnlyWorksheet, values: Iterable[Any], told: Counter[str]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, str):
            yield _text(sheet, value, told) if value else None
        else:
            yield value


def _text(sheet: WriteOnlyWorksheet, value: str, told: Counter[str]) -> Any:
    from openpyxl.cell import WriteOnlyCell

    text, n_escaped = _ESCAPED.subn(lambda sign: f"_x{ord(sign.group()):04X}_", value)
    told["escaped"] += n_escaped > 0
    if len(text) * 2 > MAX_CHARACTERS and len(text.encode("utf-16-le")) > 2 * MAX_CHARACTERS:
        text = text.encode("utf-16-le")[: 2 * MAX_CHARACTERS].decode("utf-16-le", "ignore")
        if n_escaped:
            text = _HALF_ESCAPE.sub("", text)
        told["cut"] += 1
    if not _NOT_PLAIN.match(text):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # what openpyxl would take for a formula or an error
    cell.quotePrefix = True  # and what Excel would, once somebody edits the cell
    return cell


def _undated(draft: Path, path: Path) -> None:
    """The workbook without the time at which it was written, in it and in the ZIP file."""
    with (
        zipfile.ZipFile(draft) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in sorted(old.infolist(), key=lambda one: one.filename != "[Content_Types].xml"):
            undated = zipfile.ZipInfo(entry.filename, _WHEN.timetuple()[:6])
            undated.compress_type = zipfile.ZIP_DEFLATED
            undated.file_size = entry.file_size
            with old.open(entry) as source, new.open(undated, "w") as target:
                if entry.filename == "docProps/core.xml":
                    stamp = _WHEN.isoformat().encode() + b"Z"
                    target.write(_MODIFIED.sub(rb"\g<1>" + stamp, source.read()))
                else:
                    shutil.copyfileobj(source, target, 1 << 20)
