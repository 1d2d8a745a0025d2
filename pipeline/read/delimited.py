"""``.csv`` and ``.tsv``: a header, then one document a row; other columns are metadata."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import TextIO

from pipeline.long_cells import with_long_cells
from pipeline.read.columns import ID_NAMES, TEXT_NAMES, Columns, find_columns
from pipeline.read.document import build, failure
from pipeline.read.source import ReadError, ReadOptions, Source
from pipeline.records import Document, Failure

DELIMITERS = {".csv": ",", ".tsv": "\t"}
MARKUP = 2  # characters of a row for one of text that a document may have, and some more:
MORE_MARKUP = 1_000_000
MAX_COLUMNS = 10_000
SKIPPED = 1 << 16  # characters that are passed over at once


def read(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """A document or a failure for each row that is not blank.

    Raises ReadError when the header cannot be read or lacks the id or the text column.
    """
    limit = MARKUP * options.max_characters + MORE_MARKUP
    with source.open() as stream:
        lines = _Lines(stream, limit)
        # strict: an unclosed quotation mark is an error instead of swallowing rows unseen.
        rows = with_long_cells(csv.reader(lines, delimiter=DELIMITERS[source.suffix], strict=True))
        try:
            columns = _columns(next(rows, []), options)
        except (csv.Error, _TooLong) as error:
            raise ReadError(f"the header cannot be read: {error}; correct line 1") from error
        while True:
            first = lines.begin_row()
            where = f"{source.name}:{first}"
            try:
                row = next(rows, None)
            except csv.Error as error:
                lost = _named(first, lines.number)
                yield failure(where, f"cannot read {lost}: {error}; check the quotation marks")
                continue
            except _TooLong as error:
                lines.skip_row()
                lost = _named(first, lines.number)
                yield failure(where, f"cannot read {lost}: {error}; split or correct it")
                continue
            if row is None:
                return
            if any(cell.strip() for cell in row):
                yield _document(row, columns, where, source, options)


def _named(first: int, last: int) -> str:
    return f"lines {first} to {last}" if last > first else "the row"


class _TooLong(Exception):
    """A row has more characters than any document may need."""


class _Lines:
    """The lines of a file for the csv module, row by row. Raises _TooLong within a row that is
    over the limit (characters); ``number`` counts the lines from 1."""

    def __init__(self, stream: TextIO, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._length = self._marks = 0  # characters and quotation marks of the row so far
        self._ended = False  # whether the part of a row that was too long ends its line
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(self._limit + 1 - self._length)
        if not line:
            raise StopIteration
        self._length += len(line)
        self._marks += line.count('"')
        if self._length > self._limit:
            self._ended = line[-1] in "\r\n"
            raise _TooLong(f"a row of more than {self._limit:,} characters")
        self.number += 1
        return line

    def begin_row(self) -> int:
        """The number of the line with which the next row begins."""
        self._length = self._marks = 0
        return self.number + 1

    def skip_row(self) -> None:
        """Pass over the rest of a row that is too long: to the end of a line up to which
        quotation marks come in pairs."""
        line = "\n" if self._ended else " "
        while line:
            if line[-1] in "\r\n":
                self.number += 1
                if self._marks % 2 == 0:
                    return
            line = self._stream.readline(SKIPPED)
            self._marks += line.count('"')


def _columns(header: Sequence[str], options: ReadOptions) -> Columns:
    if len(header) > MAX_COLUMNS:
        raise ReadError(f"more than {MAX_COLUMNS:,} columns; leave out those without text")
    columns = find_columns(header, options)
    for kind, position, option, usual in (
        ("id", columns.id, options.id_column, ID_NAMES),
        ("text", columns.text, options.text_column, TEXT_NAMES),
    ):
        if position < 0:
            wanted = f'"{option}"' if option else " or ".join(usual)
            found = ", ".join(header) or "none"
            raise ReadError(
                f"no {kind} column {wanted} (columns found: {found}); "
                f"name it by --{kind}-column, or check the header and the delimiter"
            )
    return columns


def _document(
    row: list[str], columns: Columns, where: str, source: Source, options: ReadOptions
) -> Document | Failure:
    n_columns = len(columns.names)
    if any(cell.strip() for cell in row[n_columns:]):
        # Shifted cells would put the wrong words under "text".
        error = f"{len(row)} cells under {n_columns} columns; quote cells that hold the delimiter"
        return failure(where, error)
    row = row[:n_columns] + [""] * (n_columns - len(row))
    return build(
        row[columns.id],
        row[columns.text],
        source=where,
        options=options,
        title=row[columns.title] if columns.title >= 0 else "",
        metadata=columns.metadata(row) + source.metadata,
    )
