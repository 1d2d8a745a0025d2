"""``pipeline run`` as a process with all its workers: CPU time, memory, and an end by force.

Reads ``/proc``, so Linux only. The process leads a group of its own, in which its workers are.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    """Of a group of processes: resident memory in bytes (what they share counts in each), and
    CPU seconds of those that live and those that were waited for."""

    memory: int
    seconds: float


def usage(group: int) -> Usage:
    """What the processes of a group use at this moment."""
    memory, ticks = 0, 0
    for entry in PROC.iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            # the name of the program, in brackets, may hold blanks
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):  # gone since
            continue
        if int(fields[2]) == group:
            ticks += sum(map(int, fields[11:15]))
            memory += int(fields[21]) * PAGE
    return Usage(memory, ticks / TICKS)


@dataclass
class PipelineRun:
    """A run in a group of processes of its own; what is left of it at the end is killed."""

    arguments: Sequence[str]
    peak: int = 0  # bytes of all processes together, as far as they were looked at
    seconds: float = 0.0  # CPU, likewise; exact at the end of a run that ends by itself
    started: float = field(default_factory=time.monotonic)

    def __enter__(self) -> PipelineRun:
        self._messages: IO[bytes] = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipeline", "run", *self.arguments],
            stdout=self._messages,
            stderr=self._messages,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.returncode is None:
            self.kill()
        self._messages.close()

    @property
    def wall(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def look(self) -> bool:
        """Take stock; whether the run still goes on. RuntimeError, with its messages, where it
        ended with an error."""
        now = usage(self._process.pid)
        self.peak = max(self.peak, now.memory)
        self.seconds = max(self.seconds, now.seconds)
        ended, status, used = os.wait4(self._process.pid, os.WNOHANG)
        if not ended:
            return True
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = used.ru_utime + used.ru_stime
        if self._process.returncode:
            self._messages.seek(0)
            said = self._messages.read().decode(errors="replace").strip()
            raise RuntimeError(f"pipeline run ended with {self._process.returncode}: {said}")
        return False

    def kill(self) -> None:
        """End all processes of the group at once, as a cut of the power would."""
        self.seconds = max(self.seconds, usage(self._process.pid).seconds)
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        while usage(self._process.pid).memory:  # the workers, which are not our children
            time.sleep(0.01)
