"""``.docx``: a Word document, read from its zip archive; nothing is ever unpacked to disk."""

from __future__ import annotations

import errno
import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, BinaryIO, cast
from xml.etree.ElementTree import Element

from pipeline.read.document import build
from pipeline.read.docx_styles import Styles, value
from pipeline.read.docx_text import Reader
from pipeline.read.parts import MANUAL, Part, outline, titled, without_back_matter
from pipeline.read.source import ReadError, ReadOptions, Source
from pipeline.read.wording import is_label
from pipeline.read.xml_stream import elements, text_of
from pipeline.records import Document, Failure

OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # also around documents with a password
MAX_PACKED = 256_000_000  # bytes of a .docx.gz, which is held in memory
MAX_DIRECTORY = 4_000_000  # bytes; a list of some 40,000 names
MAX_PART = 200_000_000  # bytes of one part, unpacked
MAX_RATIO = 200  # of unpacked to packed bytes, in parts above ...
SMALL_PART = 4_000_000  # ... this many bytes
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    ValueError,
    OverflowError,
    RuntimeError,
)
OTHERS = {"xl/": "an Excel workbook", "ppt/": "a PowerPoint file", "content.xml": "OpenDocument"}


def read(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """The one document of the file. Raises ReadError for what is no Word document."""
    with source.open_bytes() as stream:
        archive = _Archive(_seekable(source, stream))
        main = archive.main()
        styles = Styles(
            _elements(archive, archive.related(main, "styles"), ("style", "docDefaults"))
        )
        reader = Reader(styles)
        parts = _up_to(options.max_characters, _parts(archive, main, reader))
        title, language = _core(archive)
    given, rest = titled(parts)
    if not given and title and rest and rest[0].text == title:
        given, rest = title, rest[1:]
    if not given and rest and _opens(rest[0]):
        given, rest = rest[0].text, rest[1:]
    rest = [replace(p, kind="heading", level=1) if p.kind == "title" else p for p in rest]
    text, layout = outline(given, without_back_matter(rest), options.max_characters)
    language = language or styles.language
    yield build(
        source.stem,
        text,
        source=source.name,
        options=options,
        title=given or title,
        metadata=(("language", language),) if language else (),
        layout=layout,
    )


def _opens(part: Part) -> bool:
    """A bold line that stands first is the title of a manuscript."""
    return (part.kind, part.level) == ("heading", MANUAL) and not is_label(part.text)


def _parts(archive: _Archive, main: str, reader: Reader) -> Iterator[Part]:
    """The text, then the notes that it names."""
    for block in _elements(archive, main, ("p", "tbl")):
        yield from reader.parts(block)
    yield from reader.rest()
    for kind in ("footnote", "endnote"):
        for note in _elements(archive, archive.related(main, f"{kind}s"), (kind,)):
            if (kind, value(note, "id")) in reader.notes:
                for part in (*reader.parts(note), *reader.rest()):
                    plain = "row" if part.kind == "row" else "paragraph"
                    yield Part(plain, part.text, section=f"{kind.capitalize()}s")


def _up_to(limit: int, parts: Iterable[Part]) -> list[Part]:
    """The parts, not many more than hold this number of characters."""
    found: list[Part] = []
    total = 0
    for part in parts:
        found.append(part)
        total += len(part.text)
        if total > limit:
            break
    return found


def _core(archive: _Archive) -> tuple[str, str]:
    """(title, language) as the properties of the file say."""
    name = archive.related("", "core-properties")
    for core in _elements(archive, name, ("coreProperties",)):
        title = text_of(core.find("title"))
        return ("" if title.startswith("Microsoft Word - ") else title), text_of(
            core.find("language")
        )
    return "", ""


def _elements(archive: _Archive, name: str, tags: tuple[str, ...]) -> Iterator[Element]:
    """The elements of a part of the archive; none where there is no such part."""
    if name in archive:
        with archive.open(name) as stream:
            try:
                yield from elements(stream, tags)
            except ReadError as error:
                raise ReadError(f"{name}: {error}") from error


def _seekable(source: Source, stream: BinaryIO) -> BinaryIO:
    """The bytes of the zip archive, which is read from its end."""
    if source.path.suffix.lower() == ".gz":
        data = stream.read(MAX_PACKED + 1)
        if len(data) > MAX_PACKED:
            raise ReadError(f"the document has more than {MAX_PACKED:,} bytes; unpack the .gz")
        stream = io.BytesIO(data)
    start = stream.read(8)
    stream.seek(0)
    if not start:
        raise ReadError("the file is empty; remove it or fill it")
    if start == OLD_WORD:
        raise ReadError(
            "an old Word file (.doc) or one with a password; save it as .docx without a password"
        )
    if not start.startswith(b"PK"):
        raise ReadError("not a Word document (.docx is a zip archive); save it as .docx")
    return stream


class _Archive:
    """The parts of the zip archive, by name; no part is trusted to be as long as it says."""

    def __init__(self, stream: BinaryIO) -> None:
        with _guarded():
            _check_directory(stream)
            self.zip = zipfile.ZipFile(stream)
            self.parts = {info.filename.lower(): info for info in self.zip.infolist()}

    def __contains__(self, name: str) -> bool:
        return bool(name) and name.lower() in self.parts

    def main(self) -> str:
        """The name of the part that holds the text."""
        for name in (self.related("", "officeDocument"), "word/document.xml"):
            if name in self and not name.startswith(("xl/", "ppt/")):
                return name
        kind = next(
            (k for start, k in OTHERS.items() for n in self.parts if n.startswith(start)), ""
        )
        found = f"it looks like {kind}" if kind else "a zip archive without word/document.xml"
        raise ReadError(f"not a Word document: {found}; save it as .docx")

    def _begins(self, start: str) -> bool:
        return any(name.startswith(start) for name in self.parts)

    def related(self, name: str, kind: str) -> str:
        """The part of this kind that belongs to a part ("" for the whole file); "" for none."""
        folder, base = posixpath.split(name)
        relations = posixpath.join(folder, "_rels", f"{base}.rels")
        for relation in _elements(self, relations, ("Relationship",)):
            if (
                relation.get("Type", "").rpartition("/")[2] == kind
                and relation.get("TargetMode") != "External"
            ):
                target = posixpath.join("/", folder, relation.get("Target", ""))
                return posixpath.normpath(target).lstrip("/")
        return ""

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        info = self.parts[name.lower()]
        if info.flag_bits & 1:
            raise ReadError(f"{name} is encrypted; save the document without a password")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ReadError(f"{name} is packed in a way that Word does not use; save it again")
        with _guarded():
            stream = self.zip.open(info)
        with stream:
            yield cast(BinaryIO, _Bounded(stream, info))


class _Bounded:
    """Reads a part and counts what really comes out."""

    def __init__(self, stream: IO[bytes], info: zipfile.ZipInfo) -> None:
        self.stream = stream
        self.limit = min(MAX_PART, max(SMALL_PART, MAX_RATIO * info.compress_size))
        self.seen = 0

    def read(self, size: int) -> bytes:
        with _guarded():
            data = self.stream.read(size)
        self.seen += len(data)
        if self.seen > self.limit:
            raise ReadError(
                f"unpacks to more than {self.limit:,} bytes, the limit for its size "
                "in the archive; if the document is sound, split it"
            )
        return data


@contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except (*DAMAGED, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # a place before the file
            raise
        raise ReadError(
            f"the zip archive of the document is damaged or cut off ({error}); save it again"
        ) from error


def _check_directory(stream: BinaryIO) -> None:
    """Refuse a list of names that would not fit into memory."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - (1 << 16) - 22 - 76))
    tail = stream.read()
    end = tail.rfind(b"PK\x05\x06")
    long_end = tail.rfind(b"PK\x06\x06", 0, max(end, 0))
    said = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if long_end >= 0:
        said = max(said, int.from_bytes(tail[long_end + 40 : long_end + 48], "little"))
    if said > MAX_DIRECTORY:
        raise ReadError(
            f"the archive lists more than {MAX_DIRECTORY:,} bytes of names; save it again"
        )
    stream.seek(0)
