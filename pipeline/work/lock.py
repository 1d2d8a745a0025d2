"""One run at a time into a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.tabulate import OutputError

try:
    import fcntl
except ImportError:  # Windows: two runs into one folder are not noticed there
    fcntl = None  # type: ignore[assignment]

_LOCK = ".run.lock"


@contextmanager
def alone(output: Path) -> Iterator[None]:
    """The folder for this process alone. Raises OutputError where another one has it."""
    path = output / _LOCK
    try:
        file = _locked(path)
    except BlockingIOError as error:
        raise OutputError(
            f"another run writes into {output}; wait for it, or choose another --output"
        ) from error
    except OSError as error:
        raise OutputError(f"cannot lock {path}: {error.strerror or error}") from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(file)  # and with it the lock


def _locked(path: Path) -> int:
    """The file, open and locked. Raises BlockingIOError where another process has it."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # the run before may have removed it between the two calls
            if path.exists() and os.fstat(file).st_ino == path.stat().st_ino:
                return file
        except OSError:
            os.close(file)
            raise
        os.close(file)
