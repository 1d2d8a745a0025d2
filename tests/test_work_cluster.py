"""A Dask cluster on this machine: two worker processes that are killed, blind, or others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from support import fake_annotate, read_csv, replace_route
from work_runs import go, hidden, small_parts, tables_of, texts, write_lines

import pipeline.run
from pipeline.records import Annotation, Document
from pipeline.work.cluster import Cluster, ClusterError
from pipeline.work.job import OtherVersionError

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as started:
        yield started


@pytest.fixture(autouse=True)
def route(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_route(monkeypatch.setattr)
    small_parts(monkeypatch.setattr)


def slowly(documents: Sequence[Document], settings: Any) -> list[Annotation]:
    """The stand-in route, so slow that a worker can be killed in the middle; says where it is."""
    for one in documents:
        place = Path(one.source.rpartition(":")[0]).with_name("workers")
        place.mkdir(exist_ok=True)
        (place / str(os.getpid())).touch()
    time.sleep(0.1)
    return fake_annotate(documents, settings)


def other_version(settings: object) -> tuple[tuple[str, str], ...]:
    return (("model", f"of {os.getpid()}"),)


def test_a_worker_killed_in_mid_run(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_lines(tmp_path / "in.jsonl", texts(40, d003="RAISE"))
    go(source, tmp_path / "whole", texts=True)
    monkeypatch.setattr(pipeline.run, "annotate", slowly)
    killed = []

    def kill_one() -> None:
        limit = time.monotonic() + 30
        while time.monotonic() < limit and not killed:
            for place in (tmp_path / "workers").glob("*"):
                os.kill(int(place.name), signal.SIGKILL)
                killed.append(place.name)
                break
            time.sleep(0.02)

    killer = threading.Thread(target=kill_one)
    killer.start()
    go(source, tmp_path / "out", texts=True, scheduler=cluster.scheduler_address)
    killer.join()
    assert killed
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "whole")
    assert hidden(tmp_path / "out") == []


def test_a_document_that_always_kills(cluster: Any, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", texts(6, d004="DIE"))
    with distributed.Client(cluster) as client:
        client.run_on_scheduler(_one_death_is_enough)
    go(source, tmp_path / "out", scheduler=cluster.scheduler_address)
    (killer,) = read_csv(tmp_path / "out" / "failures.csv")
    assert killer["doc_id"] == "d004"
    assert "worker process died" in killer["error"]
    assert len(read_csv(tmp_path / "out" / "documents.csv")) == 5


def _one_death_is_enough(dask_scheduler: Any) -> None:
    dask_scheduler.allowed_failures = 0


def test_workers_that_do_not_see_the_folder(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_lines(tmp_path / "in.jsonl", texts(12))
    go(source, tmp_path / "whole")
    made = pipeline.run.Job

    def elsewhere(settings: Any, expected: Any, folder: str, *rest: Any) -> Any:
        return made(settings, expected, "/not/on/this/machine", *rest)

    monkeypatch.setattr(pipeline.run, "Job", elsewhere)
    go(source, tmp_path / "out", scheduler=cluster.scheduler_address)
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "whole")


def test_workers_of_another_version(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_lines(tmp_path / "in.jsonl", texts(6))
    monkeypatch.setattr(pipeline.run, "made_by", other_version)
    with pytest.raises(OtherVersionError, match="install the same on all machines") as caught:
        go(source, tmp_path / "out", scheduler=cluster.scheduler_address)
    assert f"of {os.getpid()} there" in str(caught.value)


def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.work.cluster.CONNECT_SECONDS", 0.5)
    with pytest.raises(ClusterError, match=r"no Dask scheduler answers at tcp:"):
        Cluster("tcp://127.0.0.1:9")


SCHEDULER = """
import sys
sys.path.insert(0, sys.argv[1])
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None,
                      processes=False, protocol="tcp://") as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


def test_a_scheduler_lost_in_mid_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_lines(tmp_path / "in.jsonl", texts(40))
    go(source, tmp_path / "whole")
    here = str(Path(__file__).parent)
    scheduler = subprocess.Popen(
        [sys.executable, "-c", SCHEDULER, here], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert scheduler.stdout is not None
    address = scheduler.stdout.readline().decode().strip()
    monkeypatch.setattr(pipeline.run, "annotate", slowly)
    done = []

    def kill(step: object) -> None:
        done.append(step)
        if len(done) == 2:
            scheduler.kill()

    options = pipeline.run.RunOptions((source,), tmp_path / "out", scheduler=address)
    with pytest.raises(ClusterError, match=r"scheduler is lost .* go on with --resume"):
        pipeline.run.run(options, kill)
    scheduler.wait()
    assert done
    monkeypatch.setattr(pipeline.run, "annotate", fake_annotate)
    go(source, tmp_path / "out", resume=True)
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "whole")
