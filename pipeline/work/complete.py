"""Whether a folder holds the tables of the very run that is asked for.

Job scripts pass ``--resume`` always, also when the job before ended well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.work.folder import is_at_rest

KEY = "made_of"  # in run.json


def made_of(asked: Mapping[str, Any], files: Iterable[Path]) -> str:
    """A digest of what decides the tables: what is asked for, and the names, sizes and times of
    the last change of the files that are read."""
    digest = hashlib.sha256(json.dumps(dict(asked), sort_keys=True, default=str).encode())
    for path in files:
        digest.update(f"{path.as_posix()!r} {_state(path)}\n".encode())
    return digest.hexdigest()


def complete(output: Path, digest: str, names: Sequence[str]) -> dict[str, Any] | None:
    """What ``run.json`` says, where the run of this digest ended there and its files, the
    ``names``, are there; else None. Raises OutputError where another run writes into the
    folder."""
    try:
        about = json.loads((output / "run.json").read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(about, dict) or about.get(KEY) != digest:
        return None
    if not all((output / name).is_file() for name in names) or not is_at_rest(output):
        return None
    return about


def _state(path: Path) -> str:
    try:
        about = path.stat()
    except OSError:
        return "not there"
    return f"{about.st_size} {about.st_mtime_ns}"
