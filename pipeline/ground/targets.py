"""What a drug acts on, from ``patterns/targets.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.patterns_data import PatternError, read_csv

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
    for line, row in read_csv(path, COLUMNS):
        where = f"{path}:{line}"
        if row["effect"] not in EFFECTS:
            raise PatternError(f"{where}: effect must be one of {', '.join(EFFECTS)}")
        targets.append(Target(row["drug"], row["target"], row["effect"], row["source"], where))
    return targets
