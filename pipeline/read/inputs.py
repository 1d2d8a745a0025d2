"""From the paths that a user names to documents, each with an id of its own."""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from pipeline.read.document import failure
from pipeline.read.formats import FORMATS, Item
from pipeline.read.source import ReadError, ReadOptions, Source, Watch, inspect, split_name
from pipeline.records import Deleted, Document, Failure

Place = tuple[int, int]  # number of a file among all, number of an item in it, both from 0 on

log = logging.getLogger(__name__)
MAX_CHARACTERS = 20_000_000
_TABLE_OF_A_RUN = ("failures.csv", "failures.parquet")


class InputError(ValueError):
    """Wrong use: no path named, or options that contradict each other."""


def read_inputs(
    paths: Sequence[Path],
    *,
    id_column: str | None = None,
    text_column: str | None = None,
    max_characters: int = MAX_CHARACTERS,
) -> Iterator[Document | Failure]:
    """Read files and folders, one document at a time, each id once.

    What :func:`stream_inputs` gives, but of documents with one id the first is kept, and the
    others give a Failure. A document that its source says again (PubMed) comes each time.
    Raises InputError at the call for wrong use.
    """
    options = read_options(paths, id_column, text_column, max_characters)
    return _unique_ids(stream_inputs(paths, options))


def read_options(
    paths: Sequence[Path],
    id_column: str | None = None,
    text_column: str | None = None,
    max_characters: int = MAX_CHARACTERS,
) -> ReadOptions:
    """``id_column`` and ``text_column`` name columns (csv, tsv) or fields (jsonl). Raises
    InputError for wrong use."""
    if not paths:
        raise InputError("no input named; give at least one file or folder")
    if id_column is not None and id_column == text_column:
        raise InputError(f'id and text cannot both be the column "{id_column}"')
    return ReadOptions(id_column, text_column, max_characters)


def stream_inputs(
    paths: Sequence[Path],
    options: ReadOptions,
    *,
    watch: Watch | None = None,
) -> Iterator[Item]:
    """Read files and folders, one document at a time, in memory that does not grow with them.

    Folders are walked in sorted order; names that begin with a dot are skipped there, and
    a file reached twice is read once. Whatever cannot be read gives a Failure with step
    "read" and the rest goes on. An id may come several times. ``watch`` is called with each
    file as it is opened (the raw bytes, for progress).
    """
    for _, item in placed_inputs(paths, options, watch=watch):
        yield item


def placed_inputs(
    paths: Sequence[Path],
    options: ReadOptions,
    *,
    watch: Watch | None = None,
    files: slice = slice(None),
) -> Iterator[tuple[Place, Item]]:
    """What :func:`stream_inputs` gives, with its places; of the files only those of the slice
    ``files`` are read, and have the places that they have among all."""
    found = enumerate(_files(paths))
    for number, one in islice(found, files.start, files.stop, files.step):
        items = iter((one,)) if isinstance(one, Failure) else _read_file(one, options, watch)
        for position, item in enumerate(items):
            yield (number, position), item


def input_files(paths: Sequence[Path]) -> list[Path]:
    """The files that :func:`stream_inputs` reads, in its order."""
    return [one for one in _files(paths) if isinstance(one, Path)]


def _unique_ids(items: Iterator[Item]) -> Iterator[Document | Failure]:
    kept: dict[str, str] = {}
    for item in items:
        if isinstance(item, Deleted):
            continue
        if isinstance(item, Document):
            if item.doc_id in kept and not item.revision:
                yield taken(item, kept[item.doc_id])
                continue
            kept[item.doc_id] = item.source
        yield item


def taken(document: Document, kept: str) -> Failure:
    """The failure of a document whose id another one has, which was read from ``kept``."""
    error = (
        f'the id "{document.doc_id}" is taken: {kept} was kept, '
        f"{document.source} was left out; give one of them another id"
    )
    return failure(document.source, error, document.doc_id)


def _files(paths: Sequence[Path]) -> Iterator[Path | Failure]:
    """Each file below the paths once, in order; a Failure where there is none."""
    seen: set[str] = set()
    for path in map(Path, paths):
        empty = True
        for found in _walk(path):
            empty = False
            if isinstance(found, Failure):
                yield found
                continue
            real = os.path.realpath(found)  # a loop of links does not raise here
            if real not in seen:
                seen.add(real)
                yield found
        if empty:
            yield failure(path.as_posix(), "the folder holds no files; name another one")


def _walk(path: Path, above: tuple[Path, ...] = ()) -> Iterator[Path | Failure]:
    """The path itself, or every file below it that is not hidden, sorted at each level.

    ``above`` holds the folders on the way here, so that a link back to one ends.
    """
    try:
        if not path.is_dir():
            yield path
            return
        real = path.resolve()
        if real in above:
            return
        entries = sorted(path.iterdir())
    except OSError as error:
        yield failure(path.as_posix(), f"cannot be looked into: {error.strerror}; check its rights")
        return
    names = {entry.name for entry in entries}
    if above and "run.json" in names and not names.isdisjoint(_TABLE_OF_A_RUN):
        log.warning("%s: left out, it holds the tables of a run", path.as_posix())
        return
    for entry in entries:
        if not entry.name.startswith("."):
            yield from _walk(entry, (*above, real))


def _read_file(path: Path, options: ReadOptions, watch: Watch | None) -> Iterator[Item]:
    name = path.as_posix()
    stem, suffix = split_name(path)
    # The id of the document that a failing file would have been, where that is certain.
    doc_id = stem if suffix in FORMATS and FORMATS[suffix].one else ""
    try:
        if problem := _unreadable(path, suffix):
            yield failure(name, problem, doc_id)
            return
        nothing = True
        format = FORMATS[suffix]
        source = Source(path, stem, suffix, watch=watch)
        if format.text:
            most = options.max_characters + 1 if format.one else None  # no more of it is read
            source = inspect(path, watch, max_characters=most)
        for item in format.read(source, options):
            nothing = False
            yield item
        if nothing:
            yield failure(name, "the file holds no documents; remove it or fill it")
    except ReadError as error:
        yield failure(name, str(error), doc_id)
    except (EOFError, zlib.error) as error:
        yield failure(name, f"not a complete gzip file: {error}; pack it again", doc_id)
    except OSError as error:
        reason = error.strerror or str(error)  # a bad gzip header has no strerror
        yield failure(name, f"cannot be read: {reason}; check the file and its rights", doc_id)


def _unreadable(path: Path, suffix: str) -> str:
    if not path.exists():
        if path.is_symlink():
            return "a link that leads nowhere; remove or repair it"
        return "no such file or folder; check the spelling"
    if not path.is_file():
        return "not a regular file; name a file or a folder"
    if suffix not in FORMATS:
        known = " ".join(sorted(FORMATS))
        shown = f'the suffix "{suffix}"' if suffix else "a name without suffix"
        return f"{shown} cannot be read; convert the file to one of {known} (.gz may follow)"
    return ""
