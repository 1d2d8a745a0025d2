"""The gold format: JSON Lines, one annotated document a line, checked as it is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from pipeline.gold.records import GoldDocument, GoldError, problems


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


def _gold_files(paths: Iterable[str | Path]) -> Iterator[Path]:
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(path.glob("*.jsonl")) or [path]
        else:
            yield path


def load_gold(paths: Iterable[str | Path]) -> list[GoldDocument]:
    """Every document of the gold files (a folder stands for its ``*.jsonl``), in order.

    Raises GoldError with all problems of all files, ``file:line: what is wrong`` each.
    """
    documents: list[GoldDocument] = []
    problems: list[str] = []
    places: dict[str, str] = {}
    for path in _gold_files(paths):
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            reason = "no *.jsonl in this folder" if path.is_dir() else error.strerror
            problems.append(f"{path}: cannot be read ({reason})")
            continue
        if not any(line.strip() for line in lines):
            problems.append(f"{path}: holds no document")
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            place = f"{path}:{number}"
            document, found = parse_gold_line(line)
            problems += [f"{place}: {problem}" for problem in found]
            if document is None:
                continue
            if document.id in places:
                problems.append(f"{place}: document {document.id!r} is also {places[document.id]}")
            places.setdefault(document.id, place)
            documents.append(document)
    if problems:
        raise GoldError(problems)
    return documents
