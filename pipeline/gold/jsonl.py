"""The gold format: JSON Lines, one annotated document a line, checked as it is read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from pipeline.gold.records import GoldDocument, problems


def _field_problems(error: ValidationError) -> Iterator[str]:
    """pydantic's findings, one plain sentence each: where in the line, then what."""
    for item in error.errors():
        place = ""
        for part in item["loc"]:
            place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
        if item["type"] == "extra_forbidden":
            yield f"{place}: unknown key {item['loc'][-1]!r}"
        elif item["type"] == "missing":
            yield f"{place}: missing"
        else:
            message = item["msg"].removeprefix("Value error, ")
            yield f"{place}: {message}" if place else message


def parse_gold_line(line: bytes) -> tuple[GoldDocument | None, list[str]]:
    """One line of a gold file: the document, or None and what is wrong with it."""
    try:
        document = GoldDocument.model_validate(json.loads(line.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        return None, [f"not UTF-8 (byte {error.start + 1} of the line)"]
    except json.JSONDecodeError as error:
        return None, [f"not JSON (column {error.colno}: {error.msg})"]
    except ValidationError as error:
        return None, list(_field_problems(error))
    found = problems(document)
    return (None if found else document), found


def read_jsonl(path: Path) -> Iterator[tuple[str, GoldDocument | None, list[str]]]:
    """Each document as its place (``file:line``), itself or None, and what is wrong with it.

    Raises OSError for a file that cannot be read.
    """
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if line.strip():
            yield f"{path}:{number}", *parse_gold_line(line)


def write(documents: Sequence[GoldDocument], path: Path) -> list[str]:
    """Write documents, one a line, without defaults; returns what is lost, which is nothing."""
    path.write_bytes("".join(f"{gold_line(document)}\n" for document in documents).encode("utf-8"))
    return []


def gold_line(document: GoldDocument) -> str:
    """One document as JSON, without a line break."""
    record = document.model_dump(by_alias=True, exclude_defaults=True)
    record = {"id": document.id, "text": document.text, "mentions": [], "relations": [], **record}
    return json.dumps(record, ensure_ascii=False)
