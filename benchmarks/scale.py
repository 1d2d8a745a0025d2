"""What a run costs as its input grows: CPU and wall seconds, peak memory, size of the tables.

    python benchmarks/scale.py [--up-to 100000] [--workers 1 2]

Each run is ``pipeline run`` in a process of its own, over PubMed files that are made up (see
citations.py) and in which 4 in 100 citations are on cytokines. Memory is that of all processes
of the run together, looked at four times a second.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from citations import Wanted, write
from processes import PipelineRun

SIZES = (1_000, 10_000, 100_000)
EVERY = 0.25  # seconds between two looks
HEADER = (
    "citations", "workers", "annotated", "wall s", "CPU s", "CPU ms/citation", "peak memory MB",
    "tables MB",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What one run cost; seconds of CPU and wall, memory and size in bytes."""

    citations: int
    workers: int
    annotated: int
    wall: float
    seconds: float
    memory: int
    size: int

    def row(self) -> tuple[str, ...]:
        """The cells of the table."""
        return (
            f"{self.citations:,}", str(self.workers), f"{self.annotated:,}", f"{self.wall:.1f}",
            f"{self.seconds:.1f}", f"{1000 * self.seconds / self.citations:.2f}",
            f"{self.memory / 1e6:,.0f}", f"{self.size / 1e6:.1f}",
        )  # fmt: skip


def measure(sizes: Sequence[int], workers: Sequence[int]) -> list[Run]:
    """A run for each size and number of workers."""
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            write(Path(name) / "in", Wanted(size))
            found += [_run(Path(name) / "in", Path(name), size, n) for n in workers]
    return found


def _run(inputs: Path, folder: Path, citations: int, workers: int) -> Run:
    output = folder / f"tables-{workers}"
    arguments = [str(inputs), "--output", str(output), "--workers", str(workers)]
    with PipelineRun(arguments) as process:
        while process.look():
            time.sleep(EVERY)
        wall = process.wall
    about = json.loads((output / "run.json").read_text("utf-8"))
    size = sum(path.stat().st_size for path in output.rglob("*") if path.is_file())
    return Run(
        citations, workers, about["counts"]["documents"], wall, process.seconds, process.peak, size
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--up-to", type=int, default=SIZES[-1], help="citations of the largest run")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    print(" | ".join(HEADER))
    for size in SIZES:
        if size <= options.up_to:
            for run in measure([size], options.workers):
                print(" | ".join(run.row()), flush=True)


if __name__ == "__main__":
    main()
