"""``.jsonl``: one JSON object a line with ``id`` and ``text``; other fields are metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator

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
    id_field, text_field = options.id_column or "id", options.text_column or "text"
    given = record.get(id_field)
    doc_id = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    for field, flag in ((id_field, "--id-column"), (text_field, "--text-column")):
        if field not in record:
            fields = ", ".join(record) or "none"
            error_text = f'no field "{field}" (fields: {fields}); add it or name another by {flag}'
            return failure(where, error_text, doc_id)
    if not doc_id.strip():
        return failure(where, f'the field "{id_field}" must be a string or a whole number')
    text = record[text_field]
    if not isinstance(text, str):
        kind = type(text).__name__
        return failure(where, f'the field "{text_field}" must be a string, not {kind}', doc_id)
    rest = {k: v for k, v in record.items() if k not in (id_field, text_field, "title")}
    return build(
        doc_id,
        text,
        source=where,
        options=options,
        title=_string(record.get("title") or ""),
        metadata=tuple((k, _string(v)) for k, v in rest.items()) + source.metadata,
    )


def _string(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
