"""What the exporters share: rows of tables, ``run.json`` as pairs, counts in sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pipeline.export.source import Source

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]


def rows(frame: pd.DataFrame) -> Iterator[Row]:
    """The rows of a table as plain Python values by column; None where there is nothing."""
    names = [str(name) for name in frame.columns]
    columns = [frame[name].astype(object).where(frame[name].notna(), None) for name in names]
    for values in zip(*(column.tolist() for column in columns), strict=True):
        yield dict(zip(names, values, strict=True))


def flat(about: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """``run.json`` as pairs: keys joined by dots, texts as they are, all else as JSON."""
    for key, value in about.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{key}.")
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield f"{above}{key}", text


def not_exported(source: Source) -> list[str]:
    """What a run may have written that no source holds."""
    options = source.about.get("options")
    if isinstance(options, dict) and options.get("include_cooccurrence"):
        return ["the table of co-occurrences; take it from the folder of the run"]
    return []


def counted(n: int, noun: str) -> str:
    """A number with its noun: *1 text*, *2 texts*."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
