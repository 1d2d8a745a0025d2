"""Gold in other formats than our own, read into :mod:`pipeline.gold.raw`, written from gold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.gold.formats import bioc_json, bioc_xml, brat, corpora, fields, marked, pubtator
from pipeline.gold.raw import FormatError, RawDocument
from pipeline.gold.records import GoldDocument

__all__ = ["FORMATS", "OURS", "Format", "format_of"]

OURS = "jsonl"  # the name of our own format, which pipeline.gold.jsonl reads and writes


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
        Format("corpora", (".jsonl",), corpora.read, corpora.write),
        Format("pubtator", (".pubtator", ".txt"), pubtator.read, pubtator.write),
    )
}
_TITLE_LINE = re.compile(r"^[^|\t\n]+\|t\|", re.MULTILINE)


def format_of(path: Path) -> str:
    """The name of the format of a file or folder, by its suffix, and by what it holds where a
    suffix does not tell. Raises FormatError for what is in none of them.
    """
    if path.is_dir():
        return _format_of_folder(path)
    suffix = Path(fields.plain_name(path)).suffix.lower()
    if suffix == ".jsonl":
        return "corpora" if _has_entities(path) else OURS
    if suffix == ".txt" and _TITLE_LINE.search(fields.read_text(path)):
        return "pubtator"
    for made in FORMATS.values():
        if suffix in made.suffixes:
            return made.name
    known = sorted({suffix for made in FORMATS.values() for suffix in made.suffixes})
    raise FormatError(f"{path}: the format is not known by its name; known are {', '.join(known)}")


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
    names = [fields.plain_name(file) for file in sorted(path.rglob("*"))]
    if any(name.endswith(".ann") for name in names):
        return "brat"
    files = [file for file in sorted(path.iterdir()) if file.is_file()]
    found = {format_of(file) for file in files}
    if len(found) != 1:
        said = ", ".join(sorted(found)) or "nothing"
        raise FormatError(f"{path}: the folder holds {said}; give the files of one format")
    return found.pop()
