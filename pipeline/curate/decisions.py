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
from pipeline.disk import sync_folder
from pipeline.tabulate import neutralise_cell

try:
    import fcntl
except ImportError:  # a system without such locks, where two programs must not share a file
    fcntl = None  # type: ignore[assignment]

BROKEN = ".broken"
LARGE = 1_000_000  # bytes; a larger file that looks whole is not read through for each decision
_END = "\x1fend"  # a row of its own behind the last one, if no quote is open there


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
            columns = _columns(path, file, rows)
            size = _mend(path, file)
            content = _lines(columns, rows, header=size == 0)
            try:
                _write_all(file, content)
                os.fsync(file)
            except OSError:
                os.ftruncate(file, size)
                raise
            if size == 0:
                sync_folder(path.parent)
    except DecisionError:
        raise
    except OSError as error:
        raise DecisionError(
            error.errno or errno.EIO,
            f"{path}: nothing was saved ({error.strerror or error}); make room or look at the "
            "rights of the file",
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
    """Take away what a crash left of a last line; returns the size of the file in bytes.

    Raises DecisionError where a quote was opened by hand, so that more than one line would go.
    """
    content = os.pread(file, os.fstat(file).st_size, 0)
    if len(content) > LARGE and content.endswith(b"\n") and content.count(b'"') % 2 == 0:
        return len(content)
    whole, lines_above, open_quote = _end_of_last_line(content)
    rest = content[whole:]
    if not rest:
        return whole
    n_columns = len(next(csv.reader([content.partition(b"\n")[0].decode("utf-8-sig", "replace")])))
    lines = rest.decode("utf-8", "replace").splitlines()
    rows = [next(csv.reader([line]), []) for line in lines]
    if not open_quote and len(rows[0]) == n_columns:
        _write_all(file, b"\n")  # a person's editor left the last line end out
        return len(content) + 1
    by_hand = rest.endswith(b"\n") and len(rows[0]) == n_columns
    if open_quote and (by_hand or any(len(cells) == n_columns for cells in rows[1:])):
        raise DecisionError(
            errno.EINVAL,
            f"{path}:{lines_above + 1}: a quote begins there and never ends, and would swallow "
            "what is added; close it in an editor",
        )
    with path.with_name(path.name + BROKEN).open("ab") as aside:
        aside.write(rest + b"\n")
        os.fsync(aside.fileno())
    os.ftruncate(file, whole)
    return whole


def _end_of_last_line(content: bytes) -> tuple[int, int, bool]:
    """Where the last line that is complete ends, as the csv module reads it (line breaks inside of
    quotes end none, a quote inside of a word opens none), in bytes; how many lines of the file
    that is; and whether a quote is open at the end."""
    lines = list(io.StringIO(content.decode("utf-8", "surrogateescape"), newline=""))
    reader = csv.reader([*lines, _END])
    before, begun, ends = 0, 0, 0
    last: list[str] = []
    try:
        for cells in reader:
            before, begun, ends, last = begun, ends, reader.line_num, cells
    except csv.Error:  # a quote that swallowed more than a cell holds
        begun, last = ends, []
    open_quote = last != [_END]
    if not open_quote:
        whole = not lines or lines[-1].endswith(("\n", "\r"))
        begun = len(lines) if whole else before
    size = sum(len(line.encode("utf-8", "surrogateescape")) for line in lines[:begun])
    return size, begun, open_quote


def _columns(path: Path, file: int, rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The file's own columns, ours where it has no whole header yet. Raises DecisionError for a
    file of another kind, before anything is changed in it."""
    # As far as the header can reach; a line that long is none.
    head, ended, _ = os.pread(file, 1 << 16, 0).partition(b"\n")
    if not ended:
        return list(COLUMNS)
    columns = next(csv.reader([head.decode("utf-8-sig", "replace")]), [])
    missing = [name for name in NEEDED_COLUMNS if name not in columns]
    used = {name for row in rows for name, cell in row.items() if cell}
    missing += sorted(used - set(columns) - set(missing))
    if missing:
        raise DecisionError(
            errno.EINVAL,
            f"{path}: no file of decisions, it lacks the columns {', '.join(missing)}; name "
            "another file",
        )
    return columns


def _lines(columns: Sequence[str], rows: Sequence[Mapping[str, str]], *, header: bool) -> bytes:
    """The rows in the order of the columns, below a header where there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if header:
        writer.writerow(columns)
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
