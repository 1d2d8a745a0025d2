"""The lines of a PDF put together to headings, paragraphs, items, captions and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.read.pdf_page import Line
from pipeline.read.pdf_signs import (
    SHORT_CELL,
    SMALLER,
    Measures,
    is_bullet,
    is_caption,
    is_chapter,
    is_heading,
    is_row,
    marker,
)
from pipeline.read.wording import ends_sentence

GAP = 1.3  # of the usual distance of lines: a new paragraph
INDENT = 0.8  # of the size
HEADING_LINES = 4
ITEM_ENDS = (";", ",", ".", "?", "!", "; and", ", and", "; or", ", or")


@dataclass(slots=True)
class Block:
    """Lines that are one thing. ``kind`` is one of the kinds of stretches, or *note*: small type
    that is a paragraph beside the running text."""

    kind: str
    lines: list[Line] = field(default_factory=list)


def read_blocks(lines: Sequence[Line], measures: Measures) -> list[Block]:
    """The blocks in the order of reading. A paragraph goes on behind a caption, a table, a
    note, or the end of a column, where its sentence does."""
    builder = _Builder(measures)
    rows = _rows(lines)
    for index, line in enumerate(lines):
        builder.add(line, row=index in rows)
    return builder.blocks


def _rows(lines: Sequence[Line]) -> set[int]:
    """Indices of the rows of tables: at least two together, with the second lines of cells, and
    the bold lines that name the rows below."""
    several = {index for index, line in enumerate(lines) if is_row(line)}
    rows = {index for index in several if index - 1 in several or index + 1 in several}
    for index in sorted(several):
        for after in (index + 2, index + 3):
            between = range(index + 1, after)
            if after in several and all(
                lines[one].size <= lines[index].size
                and (lines[one].bold or len(lines[one].text) <= SHORT_CELL)
                and lines[one].part == lines[index].part == lines[after].part
                and lines[one].page == lines[index].page == lines[after].page
                for one in between
            ):
                rows.update(range(index, after + 1))
                break
            if index + 1 in several:
                break
    return rows


class _Builder:
    def __init__(self, measures: Measures) -> None:
        self.measures = measures
        self.blocks: list[Block] = []
        self.last: Block | None = None  # that of the line before
        self.running: Block | None = None  # the paragraph or item that may go on

    def add(self, line: Line, *, row: bool) -> None:
        """Put the line into the last block, into the running paragraph, or into a new one."""
        last = self.last
        fresh = last is None or not self._goes_on(line, last)
        kind = self._kind(line, last, fresh, row=row)
        if kind == "":
            return
        if last is not None and last.kind == kind and (not fresh or kind == "heading"):
            if kind != "heading" or self._same_heading(line, last):
                last.lines.append(line)
                return
        elif kind == "paragraph" and self.running and self._resumes(line, self.running):
            self.running.lines.append(line)
            self.last = self.running
            return
        self.last = Block(kind, [line])
        self.blocks.append(self.last)
        if kind in ("paragraph", "item"):
            self.running = self.last
        elif kind == "heading":
            self.running = None

    def _kind(self, line: Line, last: Block | None, fresh: bool, *, row: bool) -> str:
        if not any(letter.isalpha() for letter in line.text) and (fresh and not row):
            return ""  # figures on the axis of a picture
        if last is not None and last.kind == "heading" and self._same_heading(line, last):
            return "heading"
        if is_caption(line, fresh, self.measures):
            return "caption"
        if last is not None and last.kind == "caption" and not fresh and not row:
            return "caption"
        if row:
            return "row"
        if is_heading(line, fresh or (last is not None and last.kind == "heading"), self.measures):
            return "heading"
        small = line.size < SMALLER * self.measures.size
        if (
            (fresh or (last is not None and last.kind == "item"))
            and marker(line.text)
            and not small
        ):
            return "item"
        if not fresh and last is not None and last.kind in ("paragraph", "note", "item"):
            return last.kind
        if fresh and last is not None and self._is_unmarked_item(line, last):
            return "item"
        return "note" if small else "paragraph"

    def _is_unmarked_item(self, line: Line, last: Block) -> bool:
        """Set in below a line that ends with a colon, or below such an item: its bullet is drawn,
        not written."""
        first = last.lines[0]
        if (first.page, first.part, first.size) != (line.page, line.part, line.size):
            return False
        if last.kind == "item":
            return not marker(first.text) and abs(line.left - first.left) < 2
        led = last.kind == "paragraph" and last.lines[-1].text.endswith(":")
        return led and line.left > first.left + INDENT * line.size

    def _same_heading(self, line: Line, last: Block) -> bool:
        """The line goes on with the heading above it."""
        before = last.lines[-1]
        return (
            len(last.lines) < HEADING_LINES
            and (before.page, before.part, before.size) == (line.page, line.part, line.size)
            and (before.bold, before.italic) == (line.bold, line.italic)
            and 0 < line.line - before.line < 1.45 * line.size
            and not is_chapter(line)
            and (line.bold or line.italic or line.size > self.measures.size)
        )

    def _goes_on(self, line: Line, last: Block) -> bool:
        """By its place and type the line belongs to the block of the line above it."""
        before = last.lines[-1]
        if (before.page, before.part) != (line.page, line.part) or last.kind == "heading":
            return False
        if abs(before.size - line.size) > 0.07 * before.size:
            return False
        step = line.line - before.line
        if not 0 < step <= GAP * self.measures.distance(before):
            return False
        if last.kind == "row":
            return False
        return not self._begins(line, last, before)

    def _begins(self, line: Line, last: Block, before: Line) -> bool:
        """The line begins a paragraph: by its indent, or by the end of the one before."""
        first, wide = last.lines[0], INDENT * line.size
        done = before.text.endswith((":", *ITEM_ENDS))
        if marker(line.text) and (is_bullet(line.text) or done):
            return line.left <= first.left + wide or last.kind != "item"
        if last.kind == "item":
            marked = marker(first.text) > 0
            outdented = line.left < first.left - wide
            flush = line.left < first.left + wide / 2
            return outdented or ((flush or not marked) and done and self._room(line, before))
        if line.left > before.left + wide:
            return len(last.lines) > 1 or ends_sentence(before.text) or before.text.endswith(":")
        if line.left < before.left - wide and len(last.lines) > 1 and ends_sentence(before.text):
            return True
        if not self._room(line, before):
            return False
        left, right = self.measures.sides[line.page, line.part]
        half = before.right < left + 0.6 * (right - left)
        return ends_sentence(before.text) or (half and not line.text[0].islower())

    def _room(self, line: Line, before: Line) -> bool:
        """The first word of the line would have had room at the end of the one before."""
        _, right = self.measures.sides[line.page, line.part]
        return right - before.right > (0.5 * len(line.text.split()[0]) + 0.8) * line.size

    def _resumes(self, line: Line, running: Block) -> bool:
        """The line goes on with the running paragraph behind what stands between them."""
        before = running.lines[-1]
        if abs(before.size - line.size) > 0.07 * before.size:
            return False
        if (before.bold, before.italic) != (line.bold, line.italic) and line.bold:
            return False
        if ends_sentence(before.text):
            return False
        if line.text[0].islower():
            return True
        left, _ = self.measures.sides[line.page, line.part]
        apart = self.last is not running or (before.page, before.part) != (line.page, line.part)
        begin, end = self.measures.sides[before.page, before.part]
        full = before.right > begin + 0.6 * (end - begin)
        indented = line.left > left + INDENT * line.size
        return running.kind == "paragraph" and apart and full and not indented
