"""Where work is done: in this process, in others on this machine, on a Dask cluster.

``work_off`` is the one loop over all of them. A pool takes few tasks at a time, so that nothing
heaps up, and says of a task whether it is done, failed, or killed the process that did it.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")

DIED = "the worker process died (out of memory?)"
AHEAD = 3  # tasks handed out per worker: enough to keep it busy, few enough to stay small
PARENT_SECONDS = 1.0  # between looks at whether the parent lives


class WorkerDiedError(RuntimeError):
    """The process that did a task is gone, and with it the task."""


class NoWorkerError(RuntimeError):
    """No process lives long enough to read anything; the message says what to do."""


class Pool(Protocol):
    """Takes tasks. ``alone(function, *arguments)`` gives the result of one that nothing else may
    disturb, and raises as :meth:`result`."""

    @property
    def alone(self) -> Callable[..., Any]: ...

    def slots(self) -> int:
        """How many tasks may be away at once."""

    def submit(self, function: Callable[..., R], *arguments: Any) -> Any:
        """A handle of the task."""

    def wait(self, handles: list[Any]) -> None:
        """Until one is done."""

    def is_done(self, handle: Any) -> bool:
        """Whether :meth:`result` answers at once."""

    def result(self, handle: Any) -> Any:
        """What the function gave; raises what it raised, WorkerDiedError where its process died."""

    def close(self) -> None:
        """Let go of all processes; tasks that are away are lost."""


class _Apart:
    """A process for one task at a time, which may kill it; made when the first one comes."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def __call__(self, function: Callable[..., R], *arguments: Any) -> R:
        self._pool = self._pool or _executor(1)
        try:
            return self._pool.submit(function, *arguments).result()
        except BrokenProcessPool as error:
            self.close()
            raise WorkerDiedError(DIED) from error

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._pool = None


class Here:
    """This process; what must be alone gets one of its own."""

    def __init__(self) -> None:
        self.alone = _Apart()

    def slots(self) -> int:
        return 1

    def submit(self, function: Callable[..., R], *arguments: Any) -> Future[R]:
        future: Future[R] = Future()
        future.set_result(function(*arguments))
        return future

    def wait(self, handles: list[Future[Any]]) -> None:
        return None

    def is_done(self, handle: Future[Any]) -> bool:
        return True

    def result(self, handle: Future[R]) -> R:
        return handle.result()

    def close(self) -> None:
        self.alone.close()


class Processes:
    """Processes of this machine. One that dies takes the executor with it: a new one is made, and
    of all tasks that were away it is told that their process died."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._executor = _executor(workers)
        self.alone = _Apart()

    def slots(self) -> int:
        return self._workers * AHEAD

    def submit(self, function: Callable[..., R], *arguments: Any) -> Future[R]:
        try:
            return self._executor.submit(function, *arguments)
        except BrokenProcessPool:
            self._executor.shutdown(cancel_futures=True)
            self._executor = _executor(self._workers)
            return self._executor.submit(function, *arguments)

    def wait(self, handles: list[Future[Any]]) -> None:
        wait(handles, return_when=FIRST_COMPLETED)

    def is_done(self, handle: Future[Any]) -> bool:
        return handle.done()

    def result(self, handle: Future[R]) -> R:
        try:
            return handle.result()
        except BrokenProcessPool as error:
            raise WorkerDiedError(DIED) from error

    def close(self) -> None:
        self._executor.shutdown(cancel_futures=True)
        self.alone.close()


def _executor(workers: int) -> ProcessPoolExecutor:
    # spawn: a forked copy of a process that has loaded spaCy may hang in its BLAS threads
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(
        workers, mp_context=spawn, initializer=_end_with, initargs=(os.getpid(),)
    )


def _end_with(parent: int) -> None:
    """Let this process end when its parent does, also when that is killed: else it would wait
    for work for ever, and hold its memory."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_SECONDS)
        os._exit(1)

    if os.name == "posix":
        threading.Thread(target=watch, daemon=True).start()


def work_off(
    pool: Pool,
    tasks: Iterable[T],
    start: Callable[[T], Any],
    rescue: Callable[[T], R],
    *,
    ordered: bool = False,
) -> Iterator[R]:
    """The result of every task, in the order in which they end, or (``ordered``) of the tasks.

    ``start`` hands a task to the pool and gives its handle; ``rescue`` does what was lost when a
    worker died, once nothing else is at work: the memory is its own, and no other task kills the
    process under it. At most ``pool.slots()`` tasks are away.
    """
    away: list[tuple[T, Any]] = []
    for task in tasks:
        away.append((task, start(task)))
        while len(away) >= pool.slots():
            yield from _settled(pool, away, rescue, ordered=ordered)
    while away:
        yield from _settled(pool, away, rescue, ordered=ordered)


def _settled(
    pool: Pool, away: list[tuple[T, Any]], rescue: Callable[[T], R], *, ordered: bool
) -> Iterator[R]:
    """Waits for one result at least, and takes the tasks that are done out of ``away``."""
    candidates = away[:1] if ordered else list(away)
    pool.wait([handle for _, handle in candidates])
    for one in [one for one in candidates if pool.is_done(one[1])]:
        away[:] = [other for other in away if other is not one]
        try:
            result = pool.result(one[1])
        except WorkerDiedError:
            _all_ended(pool, [handle for _, handle in away])
            result = rescue(one[0])
        yield result


def _all_ended(pool: Pool, handles: list[Any]) -> None:
    while running := [handle for handle in handles if not pool.is_done(handle)]:
        pool.wait(running)
