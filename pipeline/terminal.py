"""What a person sees on the terminal: a progress bar and a closing summary, on stderr."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path
from typing import Any, BinaryIO

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from pipeline.run import RunOptions, RunResult, run
from pipeline.work.engine import Step
from pipeline.work.shares import Share

LINE_SECONDS = 60  # between lines of progress where there is no terminal


def _console() -> Console:
    return Console(stderr=True, highlight=False)


class Watcher:
    """How much of the inputs is read, in packed bytes, and how much is done."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._before = 0  # bytes of files that were read before the one that is open
        self._open: BinaryIO | None = None
        self._size = 0
        self._known = 0  # bytes that an earlier run has worked off
        self.known_seconds = 0.0  # and how long it took to read over them
        self._away = 0  # items that are read and not done
        self.items = self.annotated = self.failed = self.new = 0

    def opened(self, file: BinaryIO) -> None:
        """One more file is read; of a file that is opened twice only the second time counts."""
        size = os.fstat(file.fileno()).st_size
        if self._open is not None and self._open.name != file.name:
            self._before += self._size
        self._open, self._size = file, size

    def read(self) -> int:
        """Bytes of all files whose documents are done so far: what is read and waits for a worker
        counts by its share of all that is read."""
        if self._open is None:
            return 0
        here = self._size if self._open.closed else self._open.tell()
        done = self.items / ((self.items + self._away) or 1) if self._away else 1.0
        return round(min(self._before + here, self.total) * done)

    def step(self, step: Step, seconds: float) -> None:
        """A part is done, so many seconds after the start."""
        self.items += step.items
        self.annotated += step.annotated
        self.failed += step.failed
        self._away = step.away
        if step.before:
            self._known, self.known_seconds = self.read(), seconds
        else:
            self.new += step.items

    def told(self, seconds: float) -> str:
        """How much is done, and the rate at which this run does what none did before."""
        seconds -= self.known_seconds
        rate = f", {self.new / seconds:,.1f} a second" if self.new and seconds > 0 else ""
        return f"{self.items:,} documents read, {self.annotated:,} annotated{rate}"

    def left(self, seconds: float) -> str:
        """The share of the inputs that is done, and the time that the rest will take."""
        read = self.read()
        share = f"{read / (self.total or 1):.0%} of the inputs"
        if read <= self._known:
            return share
        rest = (seconds - self.known_seconds) * (self.total - read) / (read - self._known)
        return f"{share}, about {dt.timedelta(seconds=round(rest))} left"


def run_with_progress(options: RunOptions) -> RunResult:
    """The run, with a bar only where somebody can see it; else a line each minute, and one when
    the parts are merged."""
    console = _console()
    files = Share(options.inputs, options.shard).files
    watcher = Watcher(sum(file.stat().st_size for file in files if file.is_file()))
    started = last = time.monotonic()
    if not console.is_terminal:

        def tell(step: Step) -> None:
            nonlocal last
            now = time.monotonic()
            watcher.step(step, now - started)
            if now - last >= LINE_SECONDS:
                last = now
                told = f"{watcher.told(now - started)}, {watcher.left(now - started)}"
                console.print(told, soft_wrap=True)

        def say(what: str) -> None:
            console.print(what, soft_wrap=True)

        return run(options, tell, watcher.opened, say)
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[told]}"), TimeElapsedColumn(), TextColumn("left"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=watcher.total or 1, told="")

        def show(step: Step) -> None:
            seconds = time.monotonic() - started
            watcher.step(step, seconds)
            told = watcher.told(seconds)
            bar.update(task, completed=watcher.read(), told=told)

        def describe(what: str) -> None:
            bar.update(task, description=what, refresh=True)

        return run(options, show, watcher.opened, describe)


def tell_summary(result: RunResult, output: Path) -> None:
    """Failures, counts, the ten best supported relations, and where the files are."""
    console = _console()
    counts = result.counts

    def tell(message: str) -> None:  # on one line, however long: logs are searched by line
        console.print(message, markup=False, soft_wrap=True)

    if result.before:
        tell(f"complete already: {output} holds the tables of this run; nothing was done")
    for row in result.failures:
        document = f" ({row['doc_id']})" if row["doc_id"] else ""
        tell(f"failed: {row['source']}{document}: {row['error']}")
    if more := counts["failures"] - len(result.failures):
        told = f"and {more} more" if result.failures else f"{more}"
        tell(f"{told} failures, see the table of failures in {output}")
    tell(
        f"{counts['documents']} documents, {counts['mentions']} mentions, "
        f"{counts['relations']} relations, {counts['network']} facts, "
        f"{counts['failures']} failures in {result.seconds:.1f} s"
    )
    if result.tally.skipped:
        tell(
            f"{result.tally.skipped} documents name none of what was asked for (by default a "
            "cytokine or a receptor) and were left out, see the table skipped; --all reads them too"
        )
    tell("Models: " + ", ".join(f"{one['name']} {one['version']}" for one in result.models))
    if result.facts:
        console.print(_strongest(result.facts))
    if not result.tally.read:
        tell("No document could be read; correct the paths that are named as inputs")
    if result.before:
        return
    if result.paths:
        tell("Written: " + ", ".join(path.as_posix() for path in result.paths))
    else:
        tell(f"Nothing written: the tables in {output} are those of the run before")


def _strongest(facts: list[dict[str, Any]]) -> Table:
    table = Table(title="Strongest relations", title_justify="left", box=None)
    for heading in ("predicate", "subject", "object", "effect", "documents", "sentences"):
        table.add_column(heading, no_wrap=heading == "predicate", overflow="fold")
    for fact in facts[:10]:
        table.add_row(
            fact["predicate"], escape(fact["subject_name"]), escape(fact["object_name"]),
            fact["effect"], str(fact["n_documents"]), str(fact["n_sentences"]),
        )  # fmt: skip
    return table
