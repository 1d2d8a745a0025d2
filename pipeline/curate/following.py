"""Files of decisions that grow while they are read: by this program, by another curator's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.curate.reviews import Review, every_review, reviews_of


@dataclass(slots=True)
class _Followed:
    """How far a file was read, in bytes and lines, and what stood in its last bytes."""

    size: int = 0
    lines: int = 0
    header: bytes = b""
    reviews: list[Review] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Followers:
    """The decisions of a file, or of all ``*.csv`` files of a folder."""

    def __init__(self, where: Path) -> None:
        self._where = where
        self._files: dict[Path, _Followed] = {}

    @property
    def problems(self) -> list[str]:
        """What is wrong with lines of the files; they are no decisions."""
        return [problem for file in self._files.values() for problem in file.problems]

    def reviews(self) -> Iterator[Review]:
        """All decisions that were read, file by file, in their order."""
        for _, file in sorted(self._files.items()):
            yield from file.reviews

    def read_new(self) -> tuple[list[Review], bool]:
        """The decisions that were added since the last call, and whether everything has to be
        looked at anew, because a file was changed otherwise or is gone."""
        paths = sorted(self._where.glob("*.csv")) if self._where.is_dir() else [self._where]
        there = [path for path in paths if path.is_file()]
        anew = any(path not in there for path in self._files)
        for path in self._files.keys() - set(there):
            del self._files[path]
        added: list[Review] = []
        for path in there:
            file = self._files.setdefault(path, _Followed())
            size = path.stat().st_size
            if size == file.size:
                continue
            if size < file.size or file.size == 0 or not self._read_tail(path, file, added):
                anew |= file.size > 0
                self._read_whole(path, file)
                added += file.reviews
        return added, anew

    def _read_whole(self, path: Path, file: _Followed) -> None:
        content = path.read_bytes()
        file.size = len(content)
        file.lines = content.count(b"\n")
        file.header = content[: content.find(b"\n") + 1]
        file.reviews, file.problems = every_review([path])

    def _read_tail(self, path: Path, file: _Followed, added: list[Review]) -> bool:
        """Read what was added behind the part that is known; False where that cannot be told."""
        with path.open("rb") as stream:
            if stream.read(len(file.header)) != file.header or not file.header:
                return False
            stream.seek(file.size - 1)
            if stream.read(1) != b"\n":
                return False
            tail = stream.read()
        if not tail.endswith(b"\n"):
            return True  # somebody is writing; the next call reads it
        try:
            lines = io.StringIO((file.header + tail).decode("utf-8-sig"), newline="")
            found, wrong = reviews_of(lines, path, lines_above=file.lines - 1)
        except (UnicodeDecodeError, csv.Error):
            return False
        file.size += len(tail)
        file.lines += tail.count(b"\n")
        file.reviews += found
        file.problems += wrong
        added += found
        return True
