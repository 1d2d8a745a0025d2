"""A Dask cluster as a pool, see :mod:`pipeline.work.pools`. Needs the extra ``cluster``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.work.pools import AHEAD, DIED, WorkerDiedError

CONNECT_SECONDS = 30
WORKERS_SECONDS = 300  # a queue may take its time


class ClusterError(RuntimeError):
    """The cluster cannot be used, or is lost; the message says what to do."""


class Cluster:
    """The workers of a running scheduler. Dask does a task again when its worker dies, and gives
    up on one that has killed several."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise ClusterError(
                "--scheduler needs Dask; pip install 'cytokine-reader[cluster]', here and on all "
                "workers"
            ) from error
        try:
            self._client = Client(address, timeout=CONNECT_SECONDS)
        except (OSError, ValueError, TimeoutError) as error:
            raise ClusterError(
                f"no Dask scheduler answers at {address}: {error}; start one with 'dask scheduler' "
                "and give its address, such as tcp://127.0.0.1:8786"
            ) from error
        try:
            self._client.wait_for_workers(1, timeout=WORKERS_SECONDS)
        except TimeoutError as error:
            self.close()
            raise ClusterError(
                f"no worker has come to {address} in {WORKERS_SECONDS} seconds; start some with "
                f"'dask worker {address} --nthreads 1'"
            ) from error

    def slots(self) -> int:
        """Changes as workers come and go."""
        with _reached():
            threads = sum(self._client.nthreads().values())
        return max(1, threads) * AHEAD

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        with _reached():
            return self._client.submit(function, *arguments, pure=False)

    def wait(self, handles: list[Any]) -> None:
        from distributed import wait

        with _reached():
            wait(handles, return_when="FIRST_COMPLETED")

    def is_done(self, handle: Any) -> bool:
        return bool(handle.done())

    def result(self, handle: Any) -> Any:
        from distributed import KilledWorker

        try:
            # not handle.result(): what the task itself raises is no fault of the connection
            with _reached():
                failed = handle.exception()
            if failed is not None:
                raise failed
            with _reached():
                return handle.result()
        except KilledWorker as error:
            raise WorkerDiedError(DIED) from error

    def alone(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Waits for the one task; Dask itself tries it on several workers."""
        return self.result(self.submit(function, *arguments))

    def close(self) -> None:
        self._client.close()


@contextmanager
def _reached() -> Iterator[None]:
    """What goes wrong between here and the scheduler, as a ClusterError."""
    from concurrent.futures import CancelledError

    from distributed.client import FutureCancelledError

    try:
        yield
    except (CancelledError, FutureCancelledError, OSError, TimeoutError) as error:
        raise ClusterError(
            f"the Dask scheduler is lost ({error}); start it again and go on with --resume"
        ) from error
