"""What decides a result, as digests: the program's own code, models, patterns, settings."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.patterns_data import patterns_hash
from pipeline.route import Settings, tools

DIGITS = 16


def fingerprint(settings: Settings) -> dict[str, Any]:
    """Names and digests of what makes annotations of texts. Two processes with the same
    fingerprint give the same. Raises ModelError or PatternError as the route does."""
    meta = tools(settings).nlp.meta
    names = [f"{one['name']} {one['version']}" for one in meta["models"]]
    digests = [_digest_of_folder(Path(folder), "*") for folder in meta.get("folders", ())]
    return {
        "program": f"{__version__} {_digest_of_folder(Path(__file__).parent, '*.py')}",
        "model": ", ".join([*names, *digests]),
        "patterns": patterns_hash(settings.patterns_dir),
        "lowest score": settings.min_score,
    }


@cache
def _digest_of_folder(folder: Path, pattern: str) -> str:
    """A digest of the names and contents of the files below a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob(pattern)):
        if path.is_file() and "__pycache__" not in path.parts:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()[:DIGITS]
