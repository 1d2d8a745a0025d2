"""Saving decisions: lines added to a CSV file, each whole or not at all, none ever changed."""

from __future__ import annotations

import csv
import errno
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.curate.reviews import COLUMNS, NEEDED_COLUMNS
from pipeline.tabulate import neutralise_cell

try:
    import fcntl
except ImportError:  # a system without such locks, where two programs must not share a file
    fcntl = None  # type: ignore[assignment]

BROKEN = ".broken"


class DecisionError(OSError):
    """Decisions could not be saved, and the file is as it was before."""


def append_decisions(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Add rows (text by the names of :data:`pipeline.curate.reviews.COLUMNS`) to a file of
    decisions, which is made with its folder where it is new.

    When this returns, the rows are on the disk. Other programs may add to the same file at the
    same time. What a crash left of a line goes to a file beside it, ``NAME.broken``. Raises
    DecisionError when the rows cannot be saved, for a full disk say, or the file is none of
    decisions.
    """
    if not rows:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path) as file:
            size = _mend(path, file)
            content = _lines(path, file, size, rows)
            try:
                _write_all(file, content)
                os.fsync(file)
            except OSError:
                os.ftruncate(file, size)
                raise
            if size == 0:
                _sync_folder(path.parent)
    except DecisionError:
        raise
    except OSError as error:
        raise DecisionError(
            error.errno or errno.EIO,
            f"{path}: nothing was saved ({error.strerror or error}); make room or look at the "
            "rights of the file, then decide again",
        ) from error


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file, opened to be read and added to, alone."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)  # and with it the lock


def _mend(path: Path, file: int) -> int:
    """Take away what a crash left of a last line; returns the size of the file in bytes."""
    content = os.pread(file, os.fstat(file).st_size, 0)
    whole = _end_of_last_line(content)
    rest = content[whole:]
    if not rest:
        return whole
    columns = next(csv.reader(io.StringIO(content[:whole].decode("utf-8-sig", "replace"))), COLUMNS)
    cells = next(csv.reader(io.StringIO(rest.decode("utf-8", "replace"))), [])
    if len(cells) == len(columns) and rest.count(b'"') % 2 == 0:
        _write_all(file, b"\n")  # a person's editor left the last line end out
        return len(content) + 1
    with path.with_name(path.name + BROKEN).open("ab") as aside:
        aside.write(rest + b"\n")
        os.fsync(aside.fileno())
    os.ftruncate(file, whole)
    return whole


def _end_of_last_line(content: bytes) -> int:
    """Where the last line that is complete ends: line breaks inside of quotes end none."""
    at = len(content)
    while at > 0:
        at = content.rfind(b"\n", 0, at) + 1
        if content.count(b'"', 0, at) % 2 == 0:
            return at
        at -= 1
    return 0


def _lines(path: Path, file: int, size: int, rows: Sequence[Mapping[str, str]]) -> bytes:
    """The rows in the order of the file's own columns, below a header where it has none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = list(COLUMNS)
    if size == 0:
        writer.writerow(columns)
    else:
        # As far as the header can reach; a line that long is none.
        head = os.pread(file, 1 << 16, 0).decode("utf-8-sig", "replace")
        columns = next(csv.reader(io.StringIO(head)), [])
        missing = [name for name in NEEDED_COLUMNS if name not in columns]
        used = {name for row in rows for name, cell in row.items() if cell}
        missing += sorted(used - set(columns) - set(missing))
        if missing:
            raise DecisionError(
                errno.EINVAL,
                f"{path}: no file of decisions, it lacks the columns {', '.join(missing)}; "
                "name another file",
            )
    # Python leaves a cell with a lone return unquoted, and readers would end the line there.
    careful = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        cells = [_cell(row.get(name, "")) for name in columns]
        (careful if any("\r" in cell for cell in cells) else writer).writerow(cells)
    return out.getvalue().encode("utf-8", "surrogatepass")


def _cell(cell: str) -> str:
    return neutralise_cell(cell.replace("\0", ""))  # which some readers refuse


def _write_all(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]


def _sync_folder(folder: Path) -> None:
    if fcntl is None:  # folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
