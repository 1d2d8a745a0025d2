"""The gold format: JSON Lines, one annotated document a line, checked as it is read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from pipeline.gold import json_text
from pipeline.gold.formats import fields
from pipeline.gold.plain import placed
from pipeline.gold.records import GoldDocument, problems


def parse_gold_line(line: bytes) -> tuple[GoldDocument | None, list[str]]:
    """One line of a gold file: the document, or None and what is wrong with it."""
    try:
        record = json_text.load(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return None, [f"not UTF-8 (byte {error.start + 1} of the line)"]
    except json_text.JsonError as error:
        return None, [error.message]
    half = json_text.half_character(record) if b"\\u" in line else ""
    if half:
        return None, [half]
    try:
        document = GoldDocument.model_validate(record)
    except ValidationError as error:
        return None, placed("", error, {}, "")
    found = problems(document)
    return (None if found else document), found


def read_jsonl(path: Path) -> Iterator[tuple[str, GoldDocument | None, list[str]]]:
    """Each document as its place (``file:line``), itself or None, and what is wrong with it.

    Raises FormatError for a file that cannot be read.
    """
    for number, line in enumerate(fields.read_bytes(path).split(b"\n"), 1):
        if line.strip():
            yield f"{path}:{number}", *parse_gold_line(line)


def write(documents: Sequence[GoldDocument], path: Path) -> list[str]:
    """Write documents, one a line, without defaults; returns what is lost, which is nothing.

    Raises FormatError for half a character, which no file can hold.
    """
    fields.write_text(path, "".join(f"{gold_line(document)}\n" for document in documents))
    return []


def gold_line(document: GoldDocument) -> str:
    """One document as JSON, without a line break."""
    record = document.model_dump(by_alias=True, exclude_defaults=True)
    record = {"id": document.id, "text": document.text, "mentions": [], "relations": [], **record}
    return json.dumps(record, ensure_ascii=False)
