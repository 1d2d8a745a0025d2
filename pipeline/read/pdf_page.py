"""The pieces of a PDF page put together to lines, column by column, in the order of reading."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, replace

from pipeline.read.pdf_cells import BLANK, cell_starts, main_type
from pipeline.read.pdf_columns import read_parts
from pipeline.read.pdf_letters import clean, raised
from pipeline.read.pdf_process import Page, Piece

MAX_PIECES = 10_000  # of a page; where there are more, columns are not looked for
SAME = 0.15  # of the size: base lines of one line
SMALL = 0.85  # of the size of a line: raised and lowered letters


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a column. Places are points from the top left corner of the page.

    ``part`` counts the parts of the page (columns, and what spans them); ``cells`` are its
    words where wide gaps part them; ``opens_bold``: its first letters are bold.
    """

    page: int
    part: int
    text: str
    left: float
    right: float
    line: float
    size: float
    bold: bool
    italic: bool
    opens_bold: bool
    cells: tuple[str, ...]


def read_lines(page: Page, number: int) -> list[Line]:
    """The lines of a page, in order; ``number`` counts the pages from 0."""
    pieces = clean(page)
    if not pieces:
        return []
    dense = len(pieces) > MAX_PIECES
    lines: list[Line] = []
    for index, part in enumerate([pieces] if dense else read_parts(pieces)):
        rows = _rows(part, dense=dense)
        found = zip(rows, cell_starts(rows), strict=True)
        lines += [one for row, starts in found if (one := _line(row, starts, page, number, index))]
    return lines


def _rows(pieces: list[Piece], *, dense: bool) -> list[list[Piece]]:
    """Pieces of one line each, from top to bottom; in a line from left to right. Raised and
    lowered letters stand with the line beside them, unless ``dense``."""
    lines: list[tuple[float, int]] = []  # base line, index of the row
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda one: (-one.size, one.line, one.left)):
        index = _row_of(piece, lines, rows, dense=dense)
        if index is None:
            insort(lines, (piece.line, len(rows)))
            rows.append([piece])
        else:
            rows[index].append(piece)
    return [sorted(rows[index], key=lambda piece: piece.left) for _, index in lines]


def _row_of(
    piece: Piece, lines: list[tuple[float, int]], rows: list[list[Piece]], *, dense: bool
) -> int | None:
    """The row that the piece stands in."""
    reach = piece.size * (SAME if dense else 1.0)
    at = bisect_left(lines, (piece.line - reach, 0))
    best: tuple[float, int] | None = None
    while at < len(lines) and lines[at][0] <= piece.line + reach:
        line, index = lines[at]
        at += 1
        away = piece.line - line  # above 0: lower on the page
        in_line = abs(away) <= SAME * min(piece.size, rows[index][0].size)
        if (in_line or (not dense and _raised(piece, rows[index], away))) and (
            best is None or abs(away) < best[0]
        ):
            best = (abs(away), index)
    return None if best is None else best[1]


def _raised(piece: Piece, row: list[Piece], away: float) -> bool:
    """Small letters, raised or lowered beside letters of the row."""
    size = row[0].size
    return (
        piece.size <= SMALL * size
        and -0.6 * size < away < 0.35 * size
        and any(
            -0.3 * size < gap < 0.4 * size
            for one in row
            for gap in (piece.left - one.right, one.left - piece.right)
        )
    )


def _line(row: list[Piece], starts: set[float], page: Page, number: int, part: int) -> Line | None:
    """The line of a row whose cells begin at the ``starts``; None when nothing is left."""
    size, base = main_type(row)
    cells = [cell for cell in _cells(row, starts, size, base) if cell]
    if not cells:
        return None
    bold, italic = (_share(row, page, which) > 0.9 for which in (1, 2))
    right = max(piece.right for piece in row)
    opens_bold = page.styles[row[0].style][1]
    return Line(
        number, part, " ".join(cells), row[0].left, right, base, size, bold, italic, opens_bold,
        tuple(cells),
    )  # fmt: skip


def _cells(row: list[Piece], starts: set[float], size: float, base: float) -> list[str]:
    """The words of a row, cut at the starts of its cells."""
    row = _with_whole_raised(row, size, base)
    cells: list[str] = []
    text = ""
    right = row[0].left
    dropped = False  # a blank, with the raised letters behind it
    for index, piece in enumerate(row):
        gap = piece.left - right
        blank = dropped or gap > BLANK * piece.size or (piece.blank and gap > 0.05 * size)
        letters = piece.text
        if _is_raised(piece, size, base):
            after = row[index + 1] if index + 1 < len(row) else None
            close = after is not None and after.left - piece.right <= BLANK * size
            following = after.text if after is not None and close else ""
            letters = raised(text + " " * blank, letters, following)
        dropped = blank and not letters
        if index and piece.left in starts:
            cells.append(text)
            text = ""
        text += (" " if blank and text and letters else "") + letters
        right = max(right, piece.right)
    return [*cells, text]


def _is_raised(piece: Piece, size: float, base: float) -> bool:
    return piece.size <= SMALL * size and piece.line < base - 0.15 * size


def _with_whole_raised(row: list[Piece], size: float, base: float) -> list[Piece]:
    """The row, raised letters that touch put together: a minus and its figure may be of two
    fonts."""
    found: list[Piece] = []
    for piece in row:
        before = found[-1] if found else None
        if (
            before is not None
            and _is_raised(piece, size, base)
            and _is_raised(before, size, base)
            and piece.left - before.right < BLANK * piece.size
        ):
            right = max(before.right, piece.right)
            found[-1] = replace(before, text=before.text + piece.text, right=right)
        else:
            found.append(piece)
    return found


def _share(row: list[Piece], page: Page, which: int) -> float:
    """The share of letters whose font is bold (1) or italic (2)."""
    total = sum(len(piece.text) for piece in row)
    return sum(len(p.text) for p in row if page.styles[p.style][which]) / total
