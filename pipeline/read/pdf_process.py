"""The process that opens PDF files, as the readers see it: pages out, or ReadError.

It is started when the first PDF comes and serves all that follow. When a file brings it down,
holds it up or fills its memory, that file fails and the next one gets a new process.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.read.source import ReadError

CHILD = Path(__file__).with_name("pdf_child.py")
CHUNK = 1 << 16
MAX_BYTES = 1 << 28
MAX_PAGES = 5_000
PAGE_SECONDS = 60.0
FILE_SECONDS = 900.0  # the process ends itself after as many seconds of work on one file
FILES_EACH = 200  # served by one process: what pdfium may leak stays small
ERRORS = {
    "locked": "is encrypted and opens with a password only; save it without one",
    "damaged": "is not a PDF file, or a damaged one; open it and save it again",
    "cut": "is cut short (its end is missing); copy or download it again",
    "pages": f"has more than {MAX_PAGES:,} pages, the limit for one file; split it",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters without a blank between them, of one style on one base line.

    ``left``, ``right``, ``line`` (the base line) and ``size`` are points from the top left
    corner of the page; ``style`` is an index into the styles of the page; ``blank`` says that
    a blank comes before.
    """

    text: str
    left: float
    right: float
    line: float
    size: float
    style: int
    blank: bool


@dataclass(frozen=True, slots=True)
class Page:
    """``styles`` are (name of the font, bold, italic); ``pieces`` stand in the file's order;
    ``damaged``: the page cannot be opened, and has none."""

    width: float
    height: float
    pieces: tuple[Piece, ...]
    styles: tuple[tuple[str, bool, bool], ...]
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself; either may be empty."""

    title: str
    language: str


class _Down(Exception):
    """The process ended or was ended; the message says why."""


class _Process:
    """One child, and how much it has served."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        # -P: the modules beside the script are not to hide those of the standard library.
        command = [sys.executable, "-P", str(CHILD)]
        self.owner = os.getpid()
        self.served = 0
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    def send(self, message: bytes) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(len(message).to_bytes(4) + message)
            self.process.stdin.flush()
        except OSError as error:
            raise _Down("ended") from error

    def receive(self, seconds: float) -> dict[str, Any]:
        """The next answer; raises _Down when none comes in time."""
        assert self.process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            self.process.kill()

        timer = threading.Timer(max(seconds, 0.0), stop)
        timer.start()
        try:
            head = self.process.stdout.read(4)
            size = int.from_bytes(head)
            data = self.process.stdout.read(size) if len(head) == 4 else b""
        finally:
            timer.cancel()
        if len(head) < 4 or len(data) < size:
            raise _Down("late" if late.is_set() else "ended")
        answer: dict[str, Any] = json.loads(data)
        return answer

    def close(self) -> None:
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # what was not yet sent to it
                    continue
        self.process.wait()


class _Server:
    """The child in use, if any; one file at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.child: _Process | None = None

    def get(self) -> _Process:
        """The child of this process; a forked copy of the parent starts its own."""
        if self.child is None or self.child.owner != os.getpid():
            self.child = _Process()
        elif self.child.served >= FILES_EACH or self.child.process.poll() is not None:
            self.stop()
            self.child = _Process()
        self.child.served += 1
        return self.child

    def stop(self) -> None:
        if self.child is not None and self.child.owner == os.getpid():
            self.child.close()
        self.child = None


_server = _Server()
atexit.register(_server.stop)


def read_pages(file: BinaryIO, max_characters: int) -> Iterator[About | Page]:
    """What the file says of itself, then its pages.

    Raises ReadError when the file cannot be read.
    Take them all before another file: one is read at a time.
    """
    with _server.lock:
        done = False
        try:
            yield from _served(file, max_characters)
            done = True
        except _Down as down:
            if str(down) == "late":
                error = "took too long to read; print it to a new PDF file, or leave it out"
            else:
                error = "brings the PDF reader down (damaged, or too large); save it again"
            raise ReadError(error) from down
        finally:
            if not done:
                _server.stop()


def _served(file: BinaryIO, max_characters: int) -> Iterator[About | Page]:
    child = _server.get()
    _send_file(child, file, max_characters)
    end = time.monotonic() + FILE_SECONDS
    first = child.receive(PAGE_SECONDS)
    _raise(first, max_characters)
    yield About(str(first["title"]), str(first["language"]))
    while True:
        answer = child.receive(min(PAGE_SECONDS, end - time.monotonic()))
        _raise(answer, max_characters)
        if "end" in answer:
            return
        styles = tuple((str(name), bool(b), bool(i)) for name, b, i in answer["styles"])
        width, height = answer["size"]
        pieces = tuple(Piece(*piece) for piece in answer["pieces"])
        yield Page(width, height, pieces, styles, "damaged" in answer)


def _send_file(child: _Process, file: BinaryIO, max_characters: int) -> None:
    limits = {"pages": MAX_PAGES, "characters": max_characters, "seconds": int(FILE_SECONDS)}
    child.send(json.dumps(limits).encode())
    total = 0
    while chunk := file.read(CHUNK):
        total += len(chunk)
        if total > MAX_BYTES:
            raise ReadError(f"has more than {MAX_BYTES:,} bytes, the limit for one PDF; split it")
        child.send(chunk)
    if not total:
        raise ReadError("the file is empty; remove it or fill it")
    child.send(b"")


def _raise(answer: dict[str, Any], max_characters: int) -> None:
    if "error" not in answer:
        return
    if answer["error"] == "characters":
        raise ReadError(
            f"the text has more than {max_characters:,} characters, "
            "the limit for one document; split it"
        )
    raise ReadError(ERRORS[answer["error"]])
