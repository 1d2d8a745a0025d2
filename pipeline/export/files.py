"""Writing whole or not at all: beside the place first, then moved there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.export.source import ExportError
from pipeline.tabulate import OutputError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path``, moved there when the block ends well.

    Raises ExportError for a place that is no file, OutputError where nothing can be written.
    """
    if path.exists() and not path.is_file():
        raise ExportError(f"{path}: is no file; name one with --output")
    place = path.resolve()  # a link stays a link
    beside = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    with _told(path):
        try:
            beside.touch()  # a place that cannot be written is told before any work is done
            yield beside
            os.replace(beside, place)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path, names: Collection[str]) -> Iterator[Path]:
    """A temporary folder beside ``path``, moved there when the block ends well.

    ``names`` are the files that an earlier export of the format wrote: a folder that holds nothing
    else is replaced. Raises ExportError for any other one, OutputError where nothing can be
    written.
    """
    place = path.resolve()
    _refuse_strange(path, names)
    beside, before = (
        place.with_name(f".{place.name}.{os.getpid()}.{suffix}") for suffix in ("tmp", "old")
    )
    with _told(path):
        try:
            beside.mkdir()
            yield beside
            if place.exists():
                os.replace(place, before)
            try:
                os.replace(beside, place)
            except OSError:
                if before.exists():
                    os.replace(before, place)
                raise
        finally:
            for folder in (beside, before):
                shutil.rmtree(folder, ignore_errors=True)


def _refuse_strange(path: Path, names: Collection[str]) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise ExportError(f"{path}: is no folder; name one with --output")
    strange = sorted(one.name for one in path.iterdir() if one.name not in names)
    if strange:
        raise ExportError(
            f"{path}: holds {strange[0]}, which no export of this format wrote; "
            "choose another folder with --output"
        )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}; "
            "make room or choose another place with --output"
        ) from error
