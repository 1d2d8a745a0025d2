"""A sheet for review as an Excel workbook: drop-down lists, a frozen header, a page of help."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.curate.fixes import ALLOWED
from pipeline.curate.reviews import DECISIONS, UNDO
from pipeline.curate.sheets import CORRECTED, FILLED, FROZEN, KEYS, NUMBERS, SHEET_COLUMNS
from pipeline.curate.sheets_help import HELP, HINT

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

SHEET, HOW_TO = "review", "how to"
# Widths in characters; columns that are not named here get 12.
WIDTHS = {
    **{
        "decision": 10,
        "note": 20,
        "new_predicate": 18,
        "swap": 7,
        "new_function": 14,
        "decided": 14,
    },
    **{"new_subject": 20, "new_subject_name": 20, "new_object": 20, "new_object_name": 20},
    **{"predicate": 18, "subject": 20, "object": 20, "function": 14, "negated": 9, "hedged": 9},
    **{"score": 8, "sentence": 70, "document": 24, "section": 24, "rule": 20, "relation_id": 16},
}
# The moment that stands in the file: none, so that the same rows give the same bytes.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
# Signs that XML cannot hold or changes, and what looks like the code that stands for them.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_CODE = re.compile("_x([0-9A-Fa-f]{4})_")


def encode_cell(text: str) -> str:
    """Text as Excel writes it, with codes (``_x000D_``) for signs that XML does not hold."""
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def decode_cell(text: str) -> str:
    """Undo :func:`encode_cell`."""
    return _CODE.sub(lambda match: chr(int(match[1], 16)), text)


def write_workbook(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write the rows of a sheet; whole or not at all. Raises OSError."""
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    workbook.properties.creator = "cytokine-reader"
    workbook.properties.created = workbook.properties.modified = datetime(*_NO_DATE[:3])
    _fill_review(workbook, rows)
    _fill_help(workbook)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _save(workbook, temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _fill_review(workbook: Workbook, rows: Sequence[Mapping[str, str]]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.utils import get_column_letter

    sheet = workbook.create_sheet(SHEET)
    last = get_column_letter(len(SHEET_COLUMNS))
    sheet.freeze_panes = f"{get_column_letter(len(FROZEN) + 1)}2"
    sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}"
    _shape_columns(sheet)
    _add_lists(sheet, len(rows))
    header = [_header_cell(sheet, name) for name in SHEET_COLUMNS]
    header[0].comment = Comment(HINT, "cytokine-reader", height=110, width=320)
    sheet.append(header)
    templates = [
        (name, _template(sheet, name), _template(sheet, name, quoted=True))
        for name in SHEET_COLUMNS
    ]
    for row in rows:
        sheet.append([_filled(row.get(name, ""), name, *both) for name, *both in templates])


def _filled(
    text: str, name: str, plain: WriteOnlyCell, quoted: WriteOnlyCell
) -> WriteOnlyCell | None:
    """A template of a column with a text, which is written before the next one is filled in."""
    if not text:
        return None
    if name in NUMBERS:
        plain.value = float(text) if name == "score" else int(text)
        return plain
    cell = quoted if text[0] in "=+-@" else plain
    cell.value = encode_cell(text)
    cell.data_type = "s"  # whatever it looks like: never a formula
    return cell


def _shape_columns(sheet: Any) -> None:
    """Widths and styles; the corrections folded away behind a "+", so that the row is seen."""
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    for number, name in enumerate(SHEET_COLUMNS, 1):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width = WIDTHS.get(name, 12)
        if name in FILLED:
            column.number_format = "@"  # text: what looks like a date or a number stays as typed
            column.alignment = Alignment(wrap_text=True, vertical="top")
        if name in CORRECTED:
            column.outlineLevel, column.hidden = 1, True
        if name == "decided":
            column.collapsed = True
    # Written before the columns are counted, and without it Excel shows no "+".
    sheet.column_dimensions.max_outline = 1


def _add_lists(sheet: Any, n_rows: int) -> None:
    """Drop-down lists for the cells that hold one of a few words."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, name in enumerate(SHEET_COLUMNS, 1):
        allowed = ALLOWED.get(CORRECTED.get(name, ""), ())
        if name == "decision":
            allowed = (*DECISIONS, UNDO)
        if not allowed:
            continue
        choice = DataValidation(type="list", formula1=f'"{",".join(allowed)}"', allow_blank=True)
        choice.errorTitle = name
        choice.error = "One of: " + ", ".join(allowed)
        choice.showErrorMessage = True
        letter = get_column_letter(number)
        choice.add(f"{letter}2:{letter}{max(n_rows, 1) + 1}")
        sheet.data_validations.append(choice)


def _header_cell(sheet: Any, name: str) -> WriteOnlyCell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill

    cell = WriteOnlyCell(sheet, name)
    cell.font = Font(name="Calibri", size=11, bold=True)
    colour = "FFF2CC" if name in FILLED else "D9D9D9" if name in (*KEYS, "decided") else "DDEBF7"
    cell.fill = PatternFill("solid", fgColor=colour)
    return cell


def _template(sheet: Any, name: str, *, quoted: bool = False) -> WriteOnlyCell:
    """An empty cell in the style of its column; ``quoted``: Excel does not take it as a formula
    either when somebody edits it."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = WriteOnlyCell(sheet)
    cell.alignment = Alignment(wrap_text=name in ("sentence", "section"), vertical="top")
    if name in (*KEYS, "decided"):
        cell.fill = PatternFill("solid", fgColor="F2F2F2")
        cell.font = Font(name="Calibri", size=11, color="7F7F7F")
    if name == "score":
        cell.number_format = "0.0000"
    elif name not in (*NUMBERS, "sentence", "section"):
        cell.number_format = "@"  # of which older Excel shows no more than 255 characters
    cell.quotePrefix = quoted
    return cell


def _fill_help(workbook: Workbook) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    sheet = workbook.create_sheet(HOW_TO)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 100
    for what, said in HELP:
        cells = [WriteOnlyCell(sheet, what), WriteOnlyCell(sheet, said)]
        cells[0].font = Font(name="Calibri", size=11, bold=True)
        cells[1].alignment = Alignment(wrap_text=True, vertical="top")
        cells[0].alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append(cells)


class _Undated(zipfile.ZipFile):
    """An archive whose entries carry no time."""

    def writestr(self, name: Any, data: Any, *_: Any) -> None:
        super().writestr(self._entry(name), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any) -> None:
        entry = self._entry(arcname)
        with open(filename, "rb") as source, self.open(entry, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target)

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, _NO_DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED
        return entry


def _save(workbook: Workbook, path: Path) -> None:
    from openpyxl.writer.excel import ExcelWriter

    with _Undated(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        ExcelWriter(workbook, archive).save()
