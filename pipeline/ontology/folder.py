"""The patterns folder that an import goes into: the user's own, made when it is not there."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from pipeline.ontology.importer import Imported
from pipeline.ontology.tables import HIERARCHY_COLUMNS, TERM_COLUMNS, table_text
from pipeline.patterns_data import PatternError, default_patterns_dir
from pipeline.tabulate import write_all


def _is_new(folder: Path) -> bool:
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def known_folder(folder: Path) -> Path:
    """The folder whose tables an import into ``folder`` has to respect: itself, or the
    shipped one when it is still to be made.

    Raises PatternError for the shipped folder itself and for what is no folder of patterns.
    """
    shipped = default_patterns_dir()
    if folder.resolve() == shipped:
        raise PatternError(f"{folder} is the shipped folder; name one of your own with --patterns")
    if _is_new(folder):
        return shipped
    if not (folder / "terms").is_dir():
        raise PatternError(
            f"{folder} is no folder of patterns; name one that does not exist to have the "
            "shipped one copied"
        )
    return folder


def write_import(folder: Path, name: str, imported: Imported) -> list[Path]:
    """Write ``terms/name`` and ``hierarchy/name``, each whole or not at all, and return
    their paths. A folder that is not there is first made as a copy of the shipped one.

    Raises OSError.
    """
    if _is_new(folder):
        _copy_shipped(folder)
    terms, hierarchy = folder / "terms" / name, folder / "hierarchy" / name
    hierarchy.parent.mkdir(exist_ok=True)
    write_all(
        {
            terms: table_text(terms, TERM_COLUMNS, imported.rows),
            hierarchy: table_text(hierarchy, HIERARCHY_COLUMNS, imported.links),
        }
    )
    return [terms, hierarchy]


def _copy_shipped(folder: Path) -> None:
    """Copy beside the place and move: a copy that is stopped leaves no half a folder."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as place:
        copy = Path(place) / "patterns"
        shutil.copytree(
            default_patterns_dir(), copy, copy_function=shutil.copyfile,
            ignore=shutil.ignore_patterns(".*", "__pycache__"),
        )  # fmt: skip
        if folder.exists():
            folder.rmdir()  # an empty one
        os.replace(copy, folder)
