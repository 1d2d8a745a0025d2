"""One input file: is it text, in which encoding, and how is it opened."""

from __future__ import annotations

import codecs
import gzip
import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

logger = logging.getLogger(__name__)

CHUNK = 1 << 20
DOUBLE_SUFFIXES = (".pubtator.txt",)
# Longest first: the mark of UTF-32 begins with that of UTF-16.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Control characters that no text needs; tab, line feed, form feed and return are left out.
CONTROLS = bytes(code for code in range(1, 32) if chr(code) not in "\t\n\v\f\r")
NOT_UTF8 = re.compile("[\udc80-\udcff]")  # what "surrogateescape" makes of such a byte
BINARY_SHARE = 0.1  # of control characters, in bytes that are valid UTF-8
MAX_RATIO = 200  # of unpacked to packed bytes in a .gz (sound text: 3 to 20), behind the first ...
UNCHECKED = 64 << 20  # ... bytes, which may be white space
UNPACKED_AT_ONCE = 1 << 16  # bytes
MAX_UTF8 = 4  # bytes of a character


Watch = Callable[[BinaryIO], None]


class ReadError(Exception):
    """A file cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user asked for: names of columns or fields, and the size limit (characters)."""

    id_column: str | None
    text_column: str | None
    max_characters: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file that holds text. ``stem`` is its name without suffixes, ``suffix`` without .gz."""

    path: Path
    stem: str
    suffix: str
    encoding: str = "utf-8-sig"
    note: str = ""
    watch: Watch | None = None

    @property
    def name(self) -> str:
        return self.path.as_posix()

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The encoding that had to be guessed, as a pair for the documents; else nothing."""
        return (("encoding", self.note),) if self.note else ()

    @contextmanager
    def open(self) -> Iterator[TextIO]:
        """The decoded text, line ends unchanged. Raises OSError, EOFError or zlib.error."""
        with self.open_bytes() as stream:
            # Only damaged files still hold bytes that do not decode: see ``_encoding``.
            wrapper = io.TextIOWrapper(stream, encoding=self.encoding, errors="replace", newline="")
            yield wrapper

    @contextmanager
    def open_bytes(self) -> Iterator[BinaryIO]:
        """The bytes, unpacked. Raises OSError, EOFError or zlib.error."""
        with open_bytes(self.path, self.watch) as stream:
            yield stream


@contextmanager
def open_bytes(path: Path, watch: Watch | None = None) -> Iterator[BinaryIO]:
    """The bytes of the file, unpacked when its name ends in .gz; ``watch`` sees the packed
    ones."""
    with path.open("rb") as raw:
        if watch is not None:
            watch(raw)
        if path.suffix.lower() == ".gz":
            with io.BufferedReader(_Unpacked(raw), UNPACKED_AT_ONCE) as unpacked:
                yield cast(BinaryIO, unpacked)
        else:
            yield raw


class _Unpacked(io.RawIOBase):
    """What a gzip file holds. Raises ReadError when that is out of all proportion."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._unpacked = gzip.GzipFile(fileobj=packed)
        self._total = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        # Not more than is there: what comes before a damaged place is to be had.
        data = self._unpacked.read1(len(buffer))
        buffer[: len(data)] = data
        self._total += len(data)
        if self._total > max(UNCHECKED, MAX_RATIO * self._packed.tell()):
            raise ReadError(
                f"unpacks to more than {MAX_RATIO} times its size (a gzip bomb?); "
                "if it is sound, unpack it first"
            )
        return len(data)


def lines(stream: TextIO, limit: int) -> Iterator[str]:
    """Each line with its end; of one that has more than ``limit`` characters the first
    ``limit`` + 1."""
    while line := stream.readline(limit + 1):
        yield line
        while len(line) > limit and line[-1] not in "\r\n":
            line = stream.readline(limit + 1)


def split_name(path: Path) -> tuple[str, str]:
    """(stem, suffix) with a final .gz left out: ("a", ".txt") for ``a.txt.gz``. Of a double
    suffix the first counts: ("a", ".pubtator") for ``a.pubtator.txt``."""
    bare = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    stem, suffix = bare.stem, bare.suffix.lower()
    if f"{Path(stem).suffix.lower()}{suffix}" in DOUBLE_SUFFIXES:
        return Path(stem).stem, Path(stem).suffix.lower()
    return stem, suffix


def inspect(path: Path, watch: Watch | None = None, *, max_characters: int | None = None) -> Source:
    """Look through the file once, or through all that ``max_characters`` may take, and settle
    its encoding.

    Raises ReadError for an empty or a binary file, and OSError, EOFError or zlib.error
    for one that cannot be opened or unpacked.
    """
    with open_bytes(path) as stream:
        encoding, note = _encoding(
            stream, None if max_characters is None else MAX_UTF8 * max_characters
        )
    if note:
        logger.warning(
            "%s: not valid UTF-8; read as %s; save it as UTF-8 if letters come out wrong",
            path.as_posix(),
            note,
        )
    stem, suffix = split_name(path)
    return Source(path, stem, suffix, encoding, note, watch)


def _encoding(stream: BinaryIO, limit: int | None) -> tuple[str, str]:
    """(codec, note): the note is empty unless something had to be guessed. Looks at little more
    than ``limit`` bytes."""
    chunk = stream.read(CHUNK)
    if not chunk:
        raise ReadError("the file is empty; remove it or fill it")
    for mark, encoding in BYTE_ORDER_MARKS:
        if chunk.startswith(mark):
            return encoding, ""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    total = controls = invalid = beyond_ascii = 0
    while chunk:
        if b"\0" in chunk:
            raise ReadError(
                "looks like a binary file (it holds NUL bytes); if it is text, save it as UTF-8"
            )
        total += len(chunk)
        text = decoder.decode(chunk)
        following = stream.read(CHUNK)
        if not following:
            text += decoder.decode(b"", final=True)
        controls += len(chunk) - len(chunk.translate(None, CONTROLS))
        if not text.isascii():
            n_invalid = len(NOT_UTF8.findall(text))
            invalid += n_invalid
            beyond_ascii += len(text) - len(text.encode("ascii", "ignore")) - n_invalid
        chunk = following if limit is None or total <= limit else b""
    if controls > BINARY_SHARE * total or (invalid and controls):
        raise ReadError(
            "looks like a binary file (it holds control codes); if it is text, save it as UTF-8"
        )
    if not invalid:
        return "utf-8-sig", ""
    # Many good multi-byte characters and a few bad bytes: UTF-8 with damage. As cp1252
    # every Greek letter of it would turn into two wrong ones.
    return ("utf-8-sig", "utf-8 (damaged)") if beyond_ascii > invalid else ("cp1252", "cp1252")
