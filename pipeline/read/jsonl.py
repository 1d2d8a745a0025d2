"""``.jsonl``: one JSON object a line with ``id`` and ``text``, or other usual names of these;
other fields are metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipeline.read.columns import ABOUT_NAMES, Columns, find_columns
from pipeline.read.document import build, failure
from pipeline.read.source import ReadOptions, Source, lines
from pipeline.records import Document, Failure

MARKUP = 4  # characters of a line for one of text that a document may have, and some more:
MORE_MARKUP = 1_000_000
MAX_VALUES = 1_000_000  # objects and lists in one line: each takes 60 bytes and more


def read(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """A document or a failure for each line that is not blank."""
    limit = MARKUP * options.max_characters + MORE_MARKUP
    with source.open() as stream:
        for number, line in enumerate(lines(stream, limit), start=1):
            where = f"{source.name}:{number}"
            if len(line) > limit:
                yield failure(where, f"the line has more than {limit:,} characters; split it")
            elif line.strip():
                yield _document(line, where, source, options)


def _document(line: str, where: str, source: Source, options: ReadOptions) -> Document | Failure:
    if len(line) > MAX_VALUES and line.count("{") + line.count("[") > MAX_VALUES:
        return failure(where, f"the line has more than {MAX_VALUES:,} brackets; leave fields out")
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        return failure(where, f"not JSON: {error.msg} at column {error.colno}; correct the line")
    except (ValueError, RecursionError) as error:  # a huge number, or thousands of brackets
        return failure(where, f"not usable JSON: {error}; correct the line")
    if not isinstance(record, dict):
        kind = type(record).__name__
        return failure(where, f'not a JSON object but a {kind}; write {{"id": …, "text": …}}')
    return _of_fields(record, where, source, options)


def _of_fields(
    record: dict[str, object], where: str, source: Source, options: ReadOptions
) -> Document | Failure:
    fields = list(record)
    values = list(record.values())
    columns = find_columns(fields, options)
    given = values[columns.id] if columns.id >= 0 else None
    doc_id = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    for kind, position, option in (
        ("id", columns.id, options.id_column),
        ("text", columns.text, options.text_column),
    ):
        if position < 0:
            error = (
                f'no field "{option or kind}" (fields: {", ".join(fields) or "none"}); '
                f"add it or name another by --{kind}-column"
            )
            return failure(where, error, doc_id)
    if not doc_id.strip():
        error = f'the field "{fields[columns.id]}" must be a string or a whole number'
        return failure(where, error)
    text = values[columns.text]
    if not isinstance(text, str):
        error = f'the field "{fields[columns.text]}" must be a string, not {type(text).__name__}'
        return failure(where, error, doc_id)
    title = values[columns.title] if columns.title >= 0 else ""
    return build(
        doc_id,
        text,
        source=where,
        options=options,
        title=_string(title or ""),
        metadata=_metadata(columns, values) + source.metadata,
    )


def _metadata(columns: Columns, values: list[object]) -> tuple[tuple[str, str], ...]:
    pairs = zip(columns.names, values, strict=True)
    return columns.metadata(
        [_about(value) if name in ABOUT_NAMES else _string(value) for name, value in pairs]
    )


def _about(value: object) -> str:
    """What is said of a document as the other formats say it: *Review; Journal Article*."""
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "; ".join(value)
    return _string(value)


def _string(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
