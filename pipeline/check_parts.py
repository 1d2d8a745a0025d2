"""Parts of a patterns folder that must be there, and reading those that are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from pipeline.catalogue import FILE as MODELS
from pipeline.patterns_data import PatternError

_T = TypeVar("_T")

NO_FILE = "1: no such file; copy the shipped one"
_FOLDERS = {
    "terms": ("*.csv", "term tables"),
    "mentions": ("*.yaml", "mention patterns"),
    "relations": ("*.yaml", "relation rules"),
}
_CUES = ("attributes", "carriers", "chemicals", "coordination", "recognition", "senses")
_FILES = (*(f"cues/{name}.yaml" for name in _CUES), "relations/paths.yaml", MODELS)


def missing_parts(folder: Path) -> Iterator[str]:
    """A line for each; ``hierarchy``, ``markers.csv``, ``targets.csv``, ``schema.yaml`` and
    ``cues/import_stop.yaml`` may be missing."""
    for name, (pattern, what) in _FOLDERS.items():
        if not any((folder / name).glob(pattern)):
            yield f"{folder}/{name}:1: no {what} ({pattern}); copy the shipped ones"
    for name in _FILES:
        if not (folder / name).is_file():
            yield f"{folder / name}:{NO_FILE}"


class Reader:
    """Reads one part of a folder after the other and keeps what goes wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.findings: list[str] = []

    def __call__(self, read: Callable[[Path], _T]) -> _T | None:
        try:
            return read(self._folder)
        except PatternError as error:
            self.findings.append(str(error))
        except FileNotFoundError as error:
            self.findings.append(f"{error.filename}:{NO_FILE}")
        return None
