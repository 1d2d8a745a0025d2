"""All measurements of a run, as one Markdown table.

    python -m benchmarks [--full]

Without ``--full`` with small sizes, in under ten minutes on two quiet cores.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # one core, before numpy is imported
sys.path.insert(0, str(Path(__file__).resolve().parent))  # the scripts, each also run by itself

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import resume
import scale
import stack


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of the texts that both ways read, of the growing runs, and of the run that is killed."""

    cytokine: int
    mixed: int
    runs: tuple[int, ...]
    kills: int
    killed: int


SMALL = Sizes(cytokine=60, mixed=200, runs=(1_000,), kills=5, killed=1_000)
FULL = Sizes(cytokine=500, mixed=2_500, runs=scale.SIZES, kills=20, killed=4_000)
Line = tuple[str, str, str]  # what, figure, command


def speed(sizes: Sizes) -> Iterator[Line]:
    """The stack and ours over the same texts."""
    command = f"stack.py --cytokine {sizes.cytokine} --mixed {sizes.mixed}"
    compared, what = stack.compare([], sizes.cytokine, sizes.mixed)
    for one in compared:
        documents, words = len(one.texts.texts), one.texts.words
        for way, cost in (("scispaCy stack", one.stack), ("ours", one.ours)):
            figure = (
                f"{documents / cost.seconds:,.1f} documents, {words / cost.seconds:,.0f} words "
                "a CPU second"
            )
            yield f"{one.texts.name} ({documents:,}), {way}", figure, command
        ratio = f"{one.stack.seconds / one.ours.seconds:.1f} times as fast"
        yield f"{one.texts.name}, ours against the stack", ratio, command
        first = ", ".join(f"{name} {part / one.ours.seconds:.0%}" for name, part in one.ours.parts)
        yield f"{one.texts.name}, where our time goes", first, command
    yield "models of the stack", what, command


def growth(sizes: Sizes) -> Iterator[Line]:
    """Runs of growing size, with one and two workers."""
    command = f"scale.py --up-to {sizes.runs[-1]}"
    for run in scale.measure(sizes.runs, [1, 2]):
        yield (
            f"{run.citations:,} citations, {run.workers} worker{'s' * (run.workers > 1)}",
            f"{run.wall:,.0f} s, {run.seconds:,.0f} CPU s "
            f"({1000 * run.seconds / run.citations:.1f} ms a citation), {run.memory / 1e6:,.0f} MB "
            f"of memory, {run.size / 1e6:.1f} MB of tables; {run.annotated:,} annotated",
            command,
        )


def kills(sizes: Sizes) -> Iterator[Line]:
    """A run that is killed and goes on."""
    for workers in (1, 2):
        options = f"--kills {sizes.kills} --citations {sizes.killed} --workers {workers}"
        made = resume.measure(sizes.killed, sizes.kills, workers)
        yield (
            f"{made.kills} kills, {made.while_writing} of them while it writes the tables, "
            f"{workers} worker{'s' * (workers > 1)}",
            f"files that differ: {', '.join(made.other) or 'none'}; finished parts lost: "
            f"{made.lost}; {made.seconds / made.rounds:,.0f} CPU s instead of "
            f"{made.unbroken.seconds:,.0f}, of them {made.again:,.0f} to start again",
            f"resume.py {options}",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="All measurements of a run, as a table.")
    parser.add_argument("--full", action="store_true", help="the sizes of the README; hours")
    sizes = FULL if parser.parse_args().full else SMALL
    print("| what | figure | command, in `benchmarks/` |\n| --- | --- | --- |")
    for measure in (speed, growth, kills):
        for what, figure, command in measure(sizes):
            print(f"| {what} | {figure} | `{command}` |", flush=True)


if __name__ == "__main__":
    main()
