"""One export: the format by its name, and what it cannot hold."""

from __future__ import annotations

from pathlib import Path

from pipeline.export.formats import FORMATS
from pipeline.export.source import ExportError, Source


def export(source: Source, name: str, path: Path) -> list[str]:
    """Write ``source`` in the format ``name`` to ``path``, a folder for some formats.

    Returns what the format cannot hold, one plain sentence each. Raises ExportError for an unknown
    format and for what the format cannot write at all, OSError for a place that cannot be
    written.
    """
    if name not in FORMATS:
        raise ExportError(f"no format {name!r}; there are: {', '.join(FORMATS)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    return FORMATS[name].writer()(source, path)
