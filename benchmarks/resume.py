"""Nothing is lost and nothing differs when a run is killed again and again.

    python benchmarks/resume.py [--kills 20] [--workers 1] [--citations 4000] [--seed 8]

A run without a break, then the same run, whose processes are all killed (SIGKILL) at moments
drawn at random and which goes on with ``--resume``: while it starts, while it annotates, and
while it writes the tables or takes the parts away. A run that ends before its kill begins anew in
another folder, until all kills are done. In the end all files but run.json are compared byte by
byte.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from citations import Wanted, write
from processes import PipelineRun

from pipeline.work.folder import NAME

EVERY = 0.02  # seconds between two looks
STARTS, ANNOTATES, WRITES = "starts", "annotates", "writes the tables"
MOMENTS = (ANNOTATES, WRITES, ANNOTATES, STARTS, ANNOTATES)  # in this share
RELEVANT = 0.2  # so that there are many parts
HEADER = (
    "workers", "kills", "while it " + WRITES, "parts", "parts lost", "CPU s unbroken",
    "CPU s with kills", "of these to start again", "files that differ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unbroken:
    """A run without a break: wall seconds until the first part is done, from there until the
    tables are begun, and from there until the parts are gone; CPU seconds, those of the
    start among them; parts, and digests of the files."""

    start: float
    parts: float
    tables: float
    seconds: float
    start_seconds: float
    n_parts: int
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the kills: parts that were done before a kill and not after it; runs that were
    brought to their end (``rounds``) and started; CPU seconds; and the names of files that differ
    from those of the unbroken run, are missing or too many (``other``)."""

    workers: int
    unbroken: Unbroken
    kills: int
    while_writing: int
    lost: int
    rounds: int
    starts: int
    seconds: float
    other: tuple[str, ...]

    @property
    def again(self) -> float:
        """CPU seconds to load all tools once more, for one result."""
        return (self.starts - self.rounds) / self.rounds * self.unbroken.start_seconds

    def row(self) -> tuple[str, ...]:
        """The cells of the table; CPU seconds are for one result."""
        return (
            str(self.workers), str(self.kills), str(self.while_writing),
            str(self.unbroken.n_parts), str(self.lost), f"{self.unbroken.seconds:.1f}",
            f"{self.seconds / self.rounds:.1f}", f"{self.again:.1f}",
            ", ".join(self.other) or "none",
        )  # fmt: skip


def parts_done(output: Path) -> int:
    """How many parts of a run are noted as done."""
    try:
        return (output / NAME / "manifest.jsonl").read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0


def writes_tables(output: Path) -> bool:
    """Whether the run is at its last stage."""
    return any((output / NAME).glob("new-*"))


def digests(output: Path) -> dict[str, str]:
    """The SHA-256 of all files of a folder but run.json, hidden ones among them."""
    return {
        path.relative_to(output).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(output.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def measure(citations: int, kills: int, workers: int, seed: int = 8) -> Result:
    """Runs over made-up files, one without a break and as many as it takes with kills."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "in", Wanted(citations, RELEVANT))
        unbroken = _unbroken(folder / "in", folder / "unbroken", workers)
        return _killed(folder, unbroken, kills, workers, Random(seed))


def _arguments(inputs: Path, output: Path, workers: int) -> list[str]:
    options = ["--workers", str(workers), "--texts", "--include-cooccurrence"]
    return [str(inputs), "--output", str(output), *options]


def _unbroken(inputs: Path, output: Path, workers: int) -> Unbroken:
    first = tables = gone = started_with = 0.0
    n_parts = 0
    with PipelineRun(_arguments(inputs, output, workers)) as process:
        while process.look():
            n_parts = max(n_parts, parts_done(output))
            if n_parts and not first:
                first, started_with = process.wall, process.seconds
            if first and not tables and writes_tables(output):
                tables = process.wall
            if tables and not gone and not (output / NAME).exists():
                gone = process.wall
            time.sleep(EVERY)
        gone = gone or process.wall
    tables = tables or gone
    return Unbroken(
        first, tables - first, gone - tables, process.seconds, started_with, n_parts,
        digests(output),
    )  # fmt: skip


@dataclass
class _Kills:
    """The kills that are still to come, and what came of those that were."""

    left: list[str]
    done: int = 0
    while_writing: int = 0
    lost: int = 0
    starts: int = 0
    seconds: float = 0.0


def _killed(folder: Path, unbroken: Unbroken, n_kills: int, workers: int, random: Random) -> Result:
    kills = _Kills(_moments(n_kills, random))
    rounds = 0
    other: set[str] = set()
    while kills.left or not rounds:
        rounds += 1
        output = folder / f"killed-{rounds}"
        arguments = [*_arguments(folder / "in", output, workers), "--resume"]
        while _start(arguments, output, kills, unbroken, random):
            pass
        found = digests(output)
        names = found.keys() | unbroken.files.keys()
        other |= {name for name in names if found.get(name) != unbroken.files.get(name)}
    return Result(
        workers, unbroken, kills.done, kills.while_writing, kills.lost, rounds, kills.starts,
        kills.seconds, tuple(sorted(other)),
    )  # fmt: skip


def _moments(n_kills: int, random: Random) -> list[str]:
    """What the run does at each kill; those at the end of a run come last."""
    moments = [MOMENTS[at % len(MOMENTS)] for at in range(n_kills)]
    random.shuffle(moments)
    return sorted(moments, key=WRITES.__eq__)


def _start(
    arguments: list[str], output: Path, kills: _Kills, unbroken: Unbroken, random: Random
) -> bool:
    """Start the run, or go on with it, until the next kill; False when it ended by itself."""
    before = parts_done(output)
    kills.starts += 1
    with PipelineRun(arguments) as process:
        killed = bool(kills.left) and _reached(kills.left[0], process, output, before)
        if killed:
            killed = _lasts(process, random.random() * _span(kills.left[0], unbroken))
        while not killed and not kills.left and process.look():
            time.sleep(EVERY)
    kills.seconds += process.seconds
    if killed:
        late = not (output / NAME).exists() and (output / "run.json").exists()
        kills.while_writing += kills.left.pop(0) == WRITES or writes_tables(output) or late
        kills.done += 1
        kills.lost += 0 if late else max(0, before - parts_done(output))
    return killed


def _reached(moment: str, process: PipelineRun, output: Path, before: int) -> bool:
    """Wait for the moment; False when the run ends before."""
    while process.look():
        if moment == STARTS or writes_tables(output):
            return True
        if moment == ANNOTATES and parts_done(output) > before:
            return True
        time.sleep(EVERY)
    return False


def _lasts(process: PipelineRun, seconds: float) -> bool:
    """Let the run go on for so long; False when it ends before."""
    end = process.wall + seconds
    while process.wall < end:
        if not process.look():
            return False
        time.sleep(min(EVERY, max(0.0, end - process.wall)))
    return process.look()


def _span(moment: str, unbroken: Unbroken) -> float:
    """Seconds in which a kill falls once its moment has come."""
    if moment == ANNOTATES:
        return 2 * unbroken.parts / unbroken.n_parts
    return unbroken.start if moment == STARTS else unbroken.tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, nargs="+", default=[1])
    parser.add_argument("--citations", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=8)
    options = parser.parse_args()
    print(" | ".join(HEADER))
    for workers in options.workers:
        result = measure(options.citations, options.kills, workers, options.seed)
        print(" | ".join(result.row()), flush=True)
        if result.other:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
