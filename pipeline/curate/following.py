"""Files of decisions that grow while they are read: by this program, by another curator's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.curate.reviews import Review, reviews_in

_KNOWN = 256  # bytes at the end of the known part that must be there still


@dataclass(slots=True)
class _Followed:
    """How far a file was read, in bytes and lines, what stood in its first line and last bytes,
    and by what a change of another kind shows: the file itself and the time of its change."""

    size: int = -1
    lines: int = 0
    header: bytes = b""
    last: bytes = b""
    inode: int = 0
    changed: int = 0
    closed: bool = True
    reviews: list[Review] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Followers:
    """The decisions of a file, or of all ``*.csv`` files of a folder. A file that cannot be read
    is a problem and no error."""

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
            try:
                anew |= self._read(path, file, added)
            except OSError as error:
                anew |= bool(file.reviews)
                problem = f"{path}: cannot be read ({error.strerror or error})"
                self._files[path] = _Followed(problems=[problem])
        return added, anew

    def _read(self, path: Path, file: _Followed, added: list[Review]) -> bool:
        """Read what is new in a file; says whether it was changed otherwise than by adding."""
        now = path.stat()
        same = (now.st_size, now.st_ino, now.st_mtime_ns)
        if same == (file.size, file.inode, file.changed):
            return False
        known = file.size > 0
        if not known and now.st_size == 0:
            return False  # somebody has made it and is about to write
        grown = known and now.st_ino == file.inode and now.st_size > file.size
        if not (grown and self._read_tail(path, file, added)):
            self._read_whole(path, file)
            added += file.reviews
            return known
        return False

    def _read_whole(self, path: Path, file: _Followed) -> None:
        with path.open("rb") as stream:
            now = os.fstat(stream.fileno())  # before it is read: what changes then is seen later
            content = stream.read()
        file.size, file.inode, file.changed = len(content), now.st_ino, now.st_mtime_ns
        file.lines = content.count(b"\n")
        file.header = content[: content.find(b"\n") + 1]
        file.last = content[-_KNOWN:]
        file.reviews, file.problems, file.closed = reviews_in(content, path)

    def _read_tail(self, path: Path, file: _Followed, added: list[Review]) -> bool:
        """Read what was added behind the part that is known; False where that cannot be told."""
        if not (file.closed and file.header and file.last.endswith(b"\n")):
            return False
        with path.open("rb") as stream:
            if stream.read(len(file.header)) != file.header:
                return False
            stream.seek(file.size - len(file.last))
            if stream.read(len(file.last)) != file.last:
                return False
            now = os.fstat(stream.fileno())
            tail = stream.read()
        if not tail.endswith(b"\n"):
            return True  # somebody is writing; the next call reads it
        read = reviews_in(file.header + tail, path, lines_above=file.lines - 1)
        if not read.closed:
            return False
        file.size += len(tail)
        file.lines += tail.count(b"\n")
        file.last = (file.last + tail)[-_KNOWN:]
        file.changed = now.st_mtime_ns
        file.reviews += read.reviews
        file.problems += read.wrong
        added += read.reviews
        return True
