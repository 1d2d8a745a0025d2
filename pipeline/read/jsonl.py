"""``.jsonl``: one JSON object a line with ``id`` and ``text``; other fields are metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipeline.read.document import build, failure
from pipeline.read.source import ReadOptions, Source
from pipeline.records import Document, Failure


def read(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """A document or a failure for each line that is not blank."""
    with source.open() as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield _document(line, f"{source.name}:{number}", source, options)


def _document(line: str, where: str, source: Source, options: ReadOptions) -> Document | Failure:
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
