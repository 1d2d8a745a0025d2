"""Makes files and checks them, within bounds of time and memory."""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

from tests.fuzz import invariants, texts
from tests.fuzz.grammar import GRAMMARS
from tests.fuzz.mutate import mutated, packed
from tests.fuzz.seeds import seeds

TARGETS = (*(suffix[1:] for suffix in GRAMMARS), "triage", "route")
CPU_SECONDS = 10.0  # for one file, read twice
WALL_SECONDS = 120.0
MEMORY = 4 << 30  # bytes of address space; the model takes half of it
SHOWN = 300  # characters of a message


class Slow(BaseException):
    """Over the time; a BaseException, which nothing takes for a failure of its own."""


@dataclass(slots=True)
class Report:
    """What was run, and what was found: (target, number, what), the first of each kind."""

    runs: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    findings: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    repeated: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, tuple[float, int]] = field(default_factory=dict)
    seconds: float = 0.0  # of processor time

    def lines(self) -> Iterator[str]:
        for target, n in sorted(self.runs.items()):
            slow, number = self.slowest[target]
            documents = self.documents[target]
            yield f"{target}: {n:,} files, {documents:,} documents, slowest {slow:.2f} s ({number})"
        yield f"{sum(self.runs.values()):,} files in {self.seconds:,.0f} s of processor time"
        for key, (target, number, what) in self.findings.items():
            times = self.repeated[key]
            yield f"FOUND {times} times: --only {target} --seed {number}: {what}"


def fuzz(targets: Sequence[str], seconds: float, seed: int, keep: Path | None = None) -> Report:
    """Number after number, a file of each target, until the time is over."""
    report = Report()
    files = seeds()
    signal.signal(signal.SIGVTALRM, _too_slow)
    signal.signal(signal.SIGALRM, _too_slow)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    end, number = time.monotonic() + seconds, seed
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            for target in targets:
                _one(target, number, files, Path(folder), report, keep)
            number += 1
    report.seconds = time.process_time()
    return report


def _one(
    target: str,
    number: int,
    files: dict[str, tuple[bytes, ...]],
    folder: Path,
    report: Report,
    keep: Path | None,
) -> None:
    suffix, data = f".{target}", b""
    if suffix in GRAMMARS:
        suffix, data = made(target, number, files)
    path = folder / f"file{suffix}"
    path.write_bytes(data)
    begin = time.process_time()
    try:
        with _timed():
            report.documents[target] += _check(target, number, path, data)
    except (Exception, Slow) as error:  # noqa: BLE001 whatever comes is a finding
        kind, what = _told(error)
        if keep is not None and kind not in report.findings:
            keep.mkdir(exist_ok=True)
            (keep / f"{target}-{number}{suffix}").write_bytes(data)
        if kind not in report.findings:
            print(f"found: --only {target} --seed {number}: {what}", file=sys.stderr, flush=True)
        report.findings.setdefault(kind, (target, number, what))
        report.repeated[kind] += 1
    report.runs[target] += 1
    spent = time.process_time() - begin
    report.slowest[target] = max(report.slowest.get(target, (0.0, 0)), (spent, number))
    os.unlink(path)


def made(target: str, number: int, files: dict[str, tuple[bytes, ...]]) -> tuple[str, bytes]:
    """(suffix, bytes) of the file with this number."""
    random = Random(f"{target} {number}")
    suffix = f".{target}"
    if random.random() < 0.5:
        data = random.choice(GRAMMARS[suffix])(random)
        if random.random() < 0.3:
            data = mutated([data], random)
    else:
        data = mutated(files[suffix], random)
    if random.random() < 0.05 and target not in ("marked", "example"):
        return f"{suffix}.gz", packed(data, random)
    return suffix, data


def _check(target: str, number: int, path: Path, data: bytes) -> int:
    if target == "example":
        return invariants.check_example(data)
    if target == "marked":
        return invariants.check_marked(path)
    if target == "triage":
        return texts.check_triage(Random(f"triage {number}"))
    if target == "route":
        return texts.check_route(Random(f"route {number}"))
    return invariants.check_file(path)


def _told(error: BaseException) -> tuple[str, str]:
    """(what tells findings apart, what to print)."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "/pipeline/" in f.filename] or list(frames)
    at = f"{Path(own[-1].filename).name}:{own[-1].lineno}"
    message = str(error).replace("\n", " ")[:SHOWN]
    kind = message[:12] if isinstance(error, invariants.Broken) else at
    return f"{type(error).__name__} {kind}", f"{type(error).__name__}: {message} ({at})"


def _too_slow(signal_number: int, frame: FrameType | None) -> None:
    raise Slow(f"more than {CPU_SECONDS:g} s of processor time, or {WALL_SECONDS:g} s in all")


@contextmanager
def _timed() -> Iterator[None]:
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
