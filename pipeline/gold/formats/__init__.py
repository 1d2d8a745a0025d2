"""Gold in other formats than our own, read into :mod:`pipeline.gold.raw`, written from gold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.gold.formats import bioc_json, bioc_xml, brat, entities, fields, marked, pubtator
from pipeline.gold.raw import FormatError, RawDocument
from pipeline.gold.records import GoldDocument

__all__ = ["FORMATS", "OURS", "OWN", "Format", "format_by_name", "format_of", "is_brat"]

OURS = "jsonl"  # the name of our own format, which pipeline.gold.jsonl reads and writes
OWN = (OURS, "marked")  # those that nobody else writes, so that no map is for them


@dataclass(frozen=True, slots=True)
class Format:
    """A format. ``read`` and ``write`` raise FormatError where a whole file is of no
    use; ``write`` returns what the format could not hold."""

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Path], Iterator[RawDocument]]
    write: Callable[[Sequence[GoldDocument], Path], list[str]]


FORMATS: dict[str, Format] = {
    made.name: made
    for made in (
        Format("bioc_json", (".json",), bioc_json.read, bioc_json.write),
        Format("bioc_xml", (".xml",), bioc_xml.read, bioc_xml.write),
        Format("brat", (".ann", ".txt"), brat.read, brat.write),
        Format("marked", (marked.SUFFIX,), marked.read, marked.write),
        Format("entities", (".jsonl",), entities.read, entities.write),
        Format("pubtator", (".pubtator", ".txt"), pubtator.read, pubtator.write),
    )
}
_ID = r"[^|\t\n]*[^|\s]"
# A text may hold "|t|", too, though hardly at its begin, or with a line of the same id below it.
_IS_PUBTATOR = re.compile(rf"\A\s*+{_ID}\|t\||^({_ID})\|t\|[^\n]*\n\1\|a\|", re.MULTILINE)


def format_of(path: Path) -> str:
    """The name of the format of a file or folder, by its suffix, and by what it holds where a
    suffix does not tell. Raises FormatError for what is in none of them.
    """
    if path.is_dir():
        return _format_of_folder(path)
    name = format_by_name(path)
    if name:
        return name
    known = sorted({suffix for made in FORMATS.values() for suffix in made.suffixes})
    raise FormatError(f"{path}: the format is not known by its name; known are {', '.join(known)}")


def format_by_name(path: Path) -> str:
    """As :func:`format_of` for a file, or "" where no format has such names."""
    suffix = Path(fields.plain_name(path)).suffix.lower()
    if suffix == ".jsonl":
        return "entities" if _has_entities(path) else OURS
    if suffix == ".txt":
        return _format_of_text(path)
    return next((made.name for made in FORMATS.values() if suffix in made.suffixes), "")


def _format_of_text(path: Path) -> str:
    """A text with annotations of brat's beside it is brat's, whatever it reads."""
    if brat.has_annotations(path):
        return "brat"
    return "pubtator" if _IS_PUBTATOR.search(fields.read_text(path)) else "brat"


def is_brat(path: Path) -> bool:
    """Whether a folder, or one in it, holds annotations of brat's."""
    return any(fields.plain_name(file).endswith(".ann") for file in path.rglob("*.ann*"))


def _has_entities(path: Path) -> bool:
    """Whether the first line that is JSON is of the corpora's format."""
    for line in fields.read_text(path).split("\n"):
        try:
            record = json.loads(line) if line.strip() else None
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            return "entities" in record and "mentions" not in record
    return False


def _format_of_folder(path: Path) -> str:
    """brat where there are its files; else the one format that all files have."""
    if is_brat(path):
        return "brat"
    files = [file for file in sorted(path.iterdir()) if file.is_file()]
    found = {name for file in files if (name := format_by_name(file))}
    if len(found) != 1:
        said = ", ".join(sorted(found)) or ("no file of a known format" if files else "nothing")
        raise FormatError(f"{path}: the folder holds {said}; give the files of one format")
    return found.pop()
