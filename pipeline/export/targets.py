"""Text and JSON as the formats of annotated text write them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from pipeline.export.files import whole_file, whole_folder
from pipeline.export.source import ExportError


def write_text(path: Path, text: str) -> None:
    """Write UTF-8, whole or not at all.

    Raises ExportError for half a surrogate pair, and as :func:`pipeline.export.files.whole_file`.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        sign = f"U+{ord(text[error.start]):04X}"
        raise ExportError(
            f"{path}: a text holds {sign}, half a character; take it out and run again"
        ) from error
    with whole_file(path) as beside:
        beside.write_bytes(data)


def new_folder(path: Path) -> AbstractContextManager[Path]:
    """A folder to fill, as :func:`pipeline.export.files.whole_folder`, which must be new.

    Raises ExportError for one that holds something: annotations may have been corrected there.
    """
    if path.is_dir() and any(path.iterdir()):
        raise ExportError(
            f"{path}: the folder is not empty, and what was corrected there would be lost; name a "
            "new one with --output"
        )
    return whole_folder(path, ())


def json_lines(rows: Iterable[dict[str, Any]]) -> str:
    """Rows as JSON Lines."""
    return "".join(f"{json_text(row)}\n" for row in rows)


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON with plain Unicode, but for the signs that some readers take for line ends."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    for sign in "\x85\u2028\u2029":  # only strings can hold them
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
