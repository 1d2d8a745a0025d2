"""What a drug acts on, from ``patterns/targets.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from pipeline.patterns_data import PatternError

COLUMNS = ("drug", "target", "effect", "source")
EFFECTS = ("inhibits", "activates", "depletes", "replaces")


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """``drug`` is the name of a DRUG concept; ``target`` that of a CYTOKINE or RECEPTOR, or a
    gene symbol."""

    drug: str
    target: str
    effect: str
    source: str = ""
    where: str = ""


def read_targets(folder: Path) -> list[Target]:
    """The rows of ``folder/targets.csv``, none where there is no such file.

    Raises PatternError with ``file:line``.
    """
    path = folder / "targets.csv"
    targets: list[Target] = []
    if not path.is_file():
        return targets
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle, strict=True)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise PatternError(f"{path}:1: the columns must be {','.join(COLUMNS)}")
        for row in reader:
            where = f"{path}:{reader.line_num}"
            if None in row or None in row.values():
                raise PatternError(f"{where}: expected {len(COLUMNS)} cells")
            if row["effect"] not in EFFECTS:
                raise PatternError(f"{where}: effect must be one of {', '.join(EFFECTS)}")
            targets.append(Target(row["drug"], row["target"], row["effect"], row["source"], where))
    return targets
