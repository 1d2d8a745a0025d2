"""Lines in order on disk: more of them than fit in memory.

A line is a JSON array; all of it but the last element is its key, made of strings and whole
numbers. Files are gzip without a time stamp, so that the same lines give the same bytes.
"""

from __future__ import annotations

import gzip
import heapq
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pipeline.disk import sync

Line = list[Any]

FAN_IN = 128  # files that are open at once
RUN_CHARACTERS = 32_000_000  # of lines that are sorted in memory
LEVEL = 3  # of compression: half the size of none, a hundredth of the time of the route


class LinesError(ValueError):
    """A file does not hold the lines that were written; the message names it."""


def packed(lines: Iterable[Line]) -> bytes:
    """The lines as the bytes of a file, in the order given."""
    text = "".join(_written(line) for line in lines)
    return gzip.compress(text.encode("utf-8"), LEVEL, mtime=0)


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a file. Raises LinesError for one that is damaged, OSError as ever."""
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
            for text in file:
                yield json.loads(text)
    except (EOFError, zlib.error, gzip.BadGzipFile, ValueError) as error:
        raise LinesError(f"{path}: damaged ({error})") from error


class LinesWriter:
    """Writes lines to a file one by one, in the order given; closed, they are on the disk.
    Raises OSError."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._packed = gzip.GzipFile("", "wb", LEVEL, self._file, mtime=0)

    def write(self, line: Line) -> None:
        """One more line."""
        self._packed.write(_written(line).encode("utf-8"))

    def close(self) -> None:
        """End the file."""
        with self._file:
            self._packed.close()
            sync(self._file)


def merged(paths: Sequence[Path], scratch: Path) -> Iterator[Line]:
    """All lines of sorted files in the order of their keys; equal keys in the order of the
    files. Files in ``scratch`` hold what is merged on the way and are gone at the end."""
    level = 0
    made: list[Path] = []
    while len(paths) > FAN_IN:
        level += 1
        wider = []
        for at in range(0, len(paths), FAN_IN):
            wider.append(scratch / f"merge-{level}-{at // FAN_IN}.tmp")
            _write(merged(paths[at : at + FAN_IN], scratch), wider[-1])
        _remove(made)
        paths = made = wider
    with ExitStack() as stack:
        streams = [read_lines(path) for path in paths]
        for stream in streams:
            stack.callback(stream.close)  # type: ignore[attr-defined]
        yield from heapq.merge(*streams, key=key_of)
    _remove(made)


def key_of(line: Line) -> Line:
    """What a line is sorted by."""
    return line[:-1]


class Sorter:
    """Takes lines in any order and gives them back sorted; equal keys in the order in which they
    came. What does not fit in memory stands in files below ``folder``."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._lines: list[Line] = []
        self._characters = 0
        self._runs: list[Path] = []

    def add(self, line: Line) -> None:
        """One more line, none after the first look at :meth:`lines`."""
        written = len(_written(line))
        self._lines.append(line)
        self._characters += written
        if self._characters > RUN_CHARACTERS:
            self._spill()

    def lines(self) -> Iterator[Line]:
        """All lines, once."""
        if not self._runs:
            yield from sorted(self._lines, key=key_of)
            return
        self._spill()
        yield from merged(self._runs, self._folder)
        _remove(self._runs)

    def _spill(self) -> None:
        path = self._folder / f"{self._name}-{len(self._runs)}.tmp"
        _write(sorted(self._lines, key=key_of), path)
        self._runs.append(path)
        self._lines, self._characters = [], 0


def _written(line: Line) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def _write(lines: Iterable[Line], path: Path) -> None:
    with gzip.open(path, "wt", compresslevel=1, encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(_written(line))


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
