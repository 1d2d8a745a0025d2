"""Gold from files of any format that we read, all problems told together."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.gold.jsonl import read_jsonl
from pipeline.gold.raw import FormatError
from pipeline.gold.records import GoldDocument, GoldError

if TYPE_CHECKING:
    from pipeline.gold.maps import TypeMap

log = logging.getLogger(__name__)

Read = tuple[str, GoldDocument | None, list[str]]  # place, document, what is wrong

BESIDE = frozenset({".md", ".yaml", ".yml", ".conf"})  # what usually stands beside gold


def gold_files(paths: Iterable[str | Path]) -> Iterator[Path]:
    """The files themselves. A folder stands for the files in it whose names some format has (a
    folder of brat's, whose files belong together, for itself); what else it holds is named in a
    warning."""
    for path in map(Path, paths):
        if path.is_dir():
            yield from _files_in(path)
        else:
            yield path


def _files_in(folder: Path) -> Iterator[Path]:
    from pipeline.gold.formats import is_brat

    inside = sorted(one for one in folder.iterdir() if not one.name.startswith("."))
    names = {one: _format_name(one) for one in inside if one.is_file()}
    brat = is_brat(folder)
    # Beside other gold, texts that no .ann belongs to are no gold.
    files = [one for one, name in names.items() if name not in ("", "brat")]
    if not files and not brat:
        files = [one for one, name in names.items() if name]
    left = [
        one
        for one in inside
        if one not in files
        and not (brat and _of_brat(one))
        and not (one.is_dir() or one.suffix in BESIDE)
    ]
    if left and (files or brat):
        said = ", ".join(one.name for one in left)
        log.warning(
            "%s: left out, since they are no files of gold by their names: %s", folder, said
        )
    if brat or not files:
        yield folder
    yield from files


def _format_name(path: Path) -> str:
    """What the name says; a file that cannot be read is said to be wrong when it is read."""
    from pipeline.gold.formats import format_by_name

    try:
        return format_by_name(path)
    except FormatError:
        return "brat" if _of_brat(path) else "unknown"


def _of_brat(path: Path) -> bool:
    """What is read, or needed, with a folder of brat's."""
    return path.is_dir() or Path(path.name.removesuffix(".gz")).suffix in (".ann", ".txt", ".conf")


def load_gold(paths: Iterable[str | Path], type_map: TypeMap | None = None) -> list[GoldDocument]:
    """Every document of the gold files, in order; ``type_map`` leads the types of a corpus to
    our labels and predicates.

    Raises GoldError with all problems of all files, ``file:line: what is wrong`` each.
    """
    documents: list[GoldDocument] = []
    wrong: list[str] = []
    places: dict[str, str] = {}
    for path in gold_files(paths):
        empty = True
        for place, document, found in read_safely(path, type_map):
            empty = False
            wrong += found
            if document is None:
                continue
            if document.id in places:
                wrong.append(f"{place}: document {document.id!r} is also {places[document.id]}")
            places.setdefault(document.id, place)
            documents.append(document)
        if empty:
            wrong.append(f"{path}: holds no document")
    if wrong:
        raise GoldError(wrong)
    return documents


def read_safely(path: Path, type_map: TypeMap | None) -> Iterator[Read]:
    """As :func:`read_gold`, with a file that cannot be read as a problem of its own."""
    try:
        yield from read_gold(path, type_map)
    except FormatError as error:
        yield str(path), None, [str(error)]
    except OSError as error:
        yield str(path), None, [f"{path}: cannot be read ({error.strerror})"]


def read_gold(path: Path, type_map: TypeMap | None = None) -> Iterator[Read]:
    """The documents of one file or folder, whatever its format.

    Raises OSError and FormatError for what cannot be read at all.
    """
    from pipeline.gold.formats import FORMATS, OURS, OWN, format_of
    from pipeline.gold.maps import to_gold

    name = format_of(path)
    if name in OWN and type_map is not None:
        raise FormatError(f"{path}: is in our own format, which needs no map; leave --map out")
    if name == OURS:
        for place, document, found in read_jsonl(path):
            yield place, document, [f"{place}: {problem}" for problem in found]
        return
    repeated: list[str] = []
    for raw in FORMATS[name].read(path):
        document, found = to_gold(raw, type_map)
        repeated += raw.repeated
        yield raw.place or str(path), document, found
    if repeated:
        what = "relation says" if len(repeated) == 1 else "relations say"
        log.warning(
            "%s: %d %s the same as another of the run, by other names of the same things; left "
            "out, the highest score stays (first: %s)", path, len(repeated), what, repeated[0]
        )  # fmt: skip


def write_gold(documents: Sequence[GoldDocument], path: Path, name: str | None = None) -> list[str]:
    """Write gold in the named format (*bioc-xml*), or the one that the file's name ends in.

    Returns what the format cannot hold, one line each. Raises FormatError for an unknown format
    or a text that it cannot hold, OSError.
    """
    from pipeline.gold import jsonl
    from pipeline.gold.formats import FORMATS

    writers = {name_.replace("_", "-"): made.write for name_, made in FORMATS.items()}
    writers["jsonl"] = jsonl.write
    if name is None:
        suffix = Path(path.name.removesuffix(".gz")).suffix
        by_suffix = {".xml": "bioc-xml", ".json": "bioc-json", ".ann": "brat", "": "brat"}
        name = by_suffix.get(suffix, suffix.removeprefix("."))
    if name not in writers:
        raise FormatError(f"{path}: no format {name!r}; write --format with {', '.join(writers)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    return writers[name](documents, path)
