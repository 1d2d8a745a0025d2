"""The files of a run: made in a scratch folder, then put in their places, all or none."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pipeline.disk import sync_folder, write_whole
from pipeline.result import COLUMNS
from pipeline.route import Settings
from pipeline.tabulate import OutputError, make_folder
from pipeline.texts import FILE, FOLDER
from pipeline.work.assemble import Assembled, Wanted, assemble
from pipeline.work.entries import ENTRIES, Kept
from pipeline.work.sorted_lines import LinesError

_ALL_TABLES = (*COLUMNS, "cooccurrences", "skipped")


def publish(
    kept: Iterable[Kept],
    output: Path,
    scratch: Path,
    wanted: Wanted,
    settings: Settings,
    describe: Callable[[Assembled], dict[str, Any] | None],
) -> tuple[Assembled, list[Path]]:
    """Write the tables of entries, the texts and ``run.json`` into a folder that is there, and
    remove what an earlier run left that this one does not write; the paths, in the order of the
    README. ``scratch`` is a folder on the same disk.

    ``describe`` gives what ``run.json`` shall say; None: nothing is put into its place. Raises
    OSError, and ModelError or PatternError as the route.
    """
    made = assemble(kept, scratch, wanted, settings)
    about = describe(made)
    if about is None:
        return made, []
    if wanted.texts:
        make_folder(output / FOLDER)
    text = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    about_file = output / "run.json"
    written = scratch / "new-run.json"
    write_whole(written, text.encode("utf-8", "replace"))
    # run.json comes last: with it the tables are those of this run
    places = {output / name: path for name, path in made.files.items()} | {about_file: written}
    for place in places:
        if place.is_dir():
            raise IsADirectoryError(f"a folder has the name of the file {place}")
    for place, path in places.items():
        os.replace(path, place)
    _remove_stale(output, set(places))
    for folder in {place.parent for place in places}:
        sync_folder(folder)
    texts = output / FILE
    listed = [place for place in places if place != texts]
    return made, [*listed, *([texts] if wanted.texts else [])]


def broken_off(output: Path, error: OSError | LinesError) -> OutputError:
    """What to tell of a run that could not write, or found a file damaged."""
    if isinstance(error, LinesError):
        return OutputError(f"{error}; go on with --resume, which makes that part anew")
    where = f" ({error.filename})" if error.filename else ""
    return OutputError(
        f"cannot write into {output}: {error.strerror or error}{where}; make room or set its "
        "rights right, then go on with --resume: what is done is kept"
    )


def _remove_stale(output: Path, written: set[Path]) -> None:
    """Tables and texts that an earlier run wrote and this one did not: they say something else."""
    for name in _ALL_TABLES:
        for suffix in (".csv", ".parquet"):
            path = output / f"{name}{suffix}"
            if path not in written and path.is_file():
                path.unlink()
    for name in (FILE, ENTRIES):
        if output / name not in written:
            (output / name).unlink(missing_ok=True)
