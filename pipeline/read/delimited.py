"""``.csv`` and ``.tsv``: a header, then one document a row; other columns are metadata."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.read.document import build, failure
from pipeline.read.source import ReadError, ReadOptions, Source
from pipeline.records import Document, Failure

DELIMITERS = {".csv": ",", ".tsv": "\t"}
ID_NAMES = ("id", "doc_id", "docid", "document_id", "pmid", "pmcid", "doi")
TEXT_NAMES = ("text", "abstract", "body", "full_text", "fulltext", "content", "passage")
FIELD_LIMIT = 2**31 - 1  # of the csv module; the limit for a document is checked later


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions of the columns in a row; ``title`` is -1 where there is none."""

    header: tuple[str, ...]
    id: int
    text: int
    title: int


def read(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """A document or a failure for each row that is not blank.

    Raises ReadError when the header cannot be read or lacks the id or the text column.
    """
    csv.field_size_limit(FIELD_LIMIT)
    with source.open() as stream:
        # strict: an unclosed quotation mark is an error instead of swallowing rows unseen.
        rows = csv.reader(stream, delimiter=DELIMITERS[source.suffix], strict=True)
        try:
            columns = _columns(next(rows, []), options)
        except csv.Error as error:
            raise ReadError(f"the header cannot be read: {error}; correct line 1") from error
        while True:
            line = rows.line_num + 1  # where the row begins: a quoted cell may hold line ends
            where = f"{source.name}:{line}"
            try:
                row = next(rows, None)
            except csv.Error as error:
                lost = f"lines {line} to {rows.line_num}" if rows.line_num > line else "the row"
                yield failure(where, f"cannot read {lost}: {error}; check the quotation marks")
                continue
            if row is None:
                return
            if any(cell.strip() for cell in row):
                yield _document(row, columns, where, source, options)


def _columns(header: Sequence[str], options: ReadOptions) -> Columns:
    names = [name.strip().lower() for name in header]

    def find(kind: str, option: str | None, usual: tuple[str, ...]) -> int:
        for name in (option.strip().lower(),) if option else usual:
            if name in names:
                return names.index(name)
        wanted = f'"{option}"' if option else " or ".join(usual)
        found = ", ".join(header) or "none"
        raise ReadError(
            f"no {kind} column {wanted} (columns found: {found}); "
            f"name it by --{kind}-column, or check the header and the delimiter"
        )

    return Columns(
        tuple(header),
        find("id", options.id_column, ID_NAMES),
        find("text", options.text_column, TEXT_NAMES),
        names.index("title") if "title" in names else -1,
    )


def _document(
    row: list[str], columns: Columns, where: str, source: Source, options: ReadOptions
) -> Document | Failure:
    n_columns = len(columns.header)
    if any(cell.strip() for cell in row[n_columns:]):
        # Shifted cells would put the wrong words under "text".
        error = f"{len(row)} cells under {n_columns} columns; quote cells that hold the delimiter"
        return failure(where, error)
    row = row[:n_columns] + [""] * (n_columns - len(row))
    used = {columns.id, columns.text, columns.title}
    rest = tuple((n, row[i]) for i, n in enumerate(columns.header) if i not in used)
    return build(
        row[columns.id],
        row[columns.text],
        source=where,
        options=options,
        title=row[columns.title] if columns.title >= 0 else "",
        metadata=rest + source.metadata,
    )
