"""Processes that do parts: one that dies, a document that kills, a user who stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from support import SENTENCE, fake_annotate, read_csv, replace_route
from work_runs import go, hidden, ids, small_parts, tables_of, texts, write_lines

import pipeline.run
from pipeline.records import Annotation, Document
from pipeline.tabulate import OutputError
from pipeline.work.folder import NAME
from pipeline.work.pools import Here, NoWorkerError, Processes, WorkerDiedError, work_off

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def route(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_route(monkeypatch.setattr)
    small_parts(monkeypatch.setattr)


def dies_once(documents: Sequence[Document], settings: Any) -> list[Annotation]:
    """Kills its process at d005 when it is there for the first time."""
    for one in documents:
        mark = Path(one.source.rpartition(":")[0]).with_name("died")
        if one.doc_id == "d005" and not mark.exists():
            mark.touch()
            os._exit(9)
    return fake_annotate(documents, settings)


def dies_at_the_start(settings: object) -> Any:
    """Stands for a fingerprint whose model does not fit in memory."""
    os._exit(9)


class TestDeath:
    def test_of_a_worker_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        source = write_lines(tmp_path / "in.jsonl", texts(12))
        go(source, tmp_path / "whole")
        monkeypatch.setattr(pipeline.run, "annotate", dies_once)
        result = go(source, tmp_path / "out", workers=2)
        assert (tmp_path / "died").exists()
        assert result.failures == []
        assert tables_of(tmp_path / "out") == tables_of(tmp_path / "whole")

    def test_of_a_document_always(self, tmp_path: Path) -> None:
        source = write_lines(tmp_path / "in.jsonl", texts(9, d004="DIE", d005="RAISE"))
        go(source, tmp_path / "out", workers=2)
        (killer, raised) = read_csv(tmp_path / "out" / "failures.csv")
        assert (killer["doc_id"], killer["step"]) == ("d004", "annotate")
        assert "worker process died" in killer["error"]
        assert raised["error"] == "ValueError: poisoned"
        documents = ids(read_csv(tmp_path / "out" / "documents.csv"))
        assert documents == [one for one in sorted(texts(9)) if one not in ("d004", "d005")]

    def test_before_the_first_document(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No document is blamed for a machine on which no worker can start."""
        monkeypatch.setattr(pipeline.run, "Job", _job_that_dies)
        source = write_lines(tmp_path / "in.jsonl", texts(3))
        with pytest.raises(NoWorkerError, match="fewer workers or a larger machine"):
            go(source, tmp_path / "out", workers=2)
        assert not (tmp_path / "out" / "failures.csv").exists()


def _job_that_dies(*arguments: Any) -> Any:
    from pipeline.work.job import Job

    return Job(*arguments[:-1], dies_at_the_start)


def test_the_one_process_dies_of_a_document(tmp_path: Path) -> None:
    """With one worker the run itself dies; when it goes on, the document is set aside."""
    source = write_lines(tmp_path / "in.jsonl", texts(9, d004="DIE"))
    child = os.fork()
    if child == 0:
        go(source, tmp_path / "out")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 9
    go(source, tmp_path / "out", resume=True)
    (killer,) = read_csv(tmp_path / "out" / "failures.csv")
    assert killer["doc_id"] == "d004"
    assert len(read_csv(tmp_path / "out" / "documents.csv")) == 8
    assert hidden(tmp_path / "out") == []


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_is_done(workers: int, tmp_path: Path) -> None:
    usual = texts(12)
    source = write_lines(tmp_path / "in.jsonl", {**usual, "z": "STOP"})
    with pytest.raises(KeyboardInterrupt):
        go(source, tmp_path / "out", workers=workers)
    assert (tmp_path / "out" / NAME / "manifest.jsonl").exists()
    assert not (tmp_path / "out" / "documents.csv").exists()
    write_lines(source, usual)
    go(source, tmp_path / "out", resume=True)
    go(source, tmp_path / "whole")
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "whole")


def test_an_exception_in_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program itself: nothing that is done is lost."""
    source = write_lines(tmp_path / "in.jsonl", texts(12))
    go(source, tmp_path / "whole")
    items = pipeline.run.Share.items

    def broken(*arguments: Any) -> Iterator[Any]:
        for number, item in enumerate(items(*arguments)):
            if number == 10:
                raise LookupError("a fault")
            yield item

    with monkeypatch.context() as patch:
        patch.setattr(pipeline.run.Share, "items", broken)
        with pytest.raises(LookupError):
            go(source, tmp_path / "out")
    with pytest.raises(OutputError, match="3 finished parts"):
        go(source, tmp_path / "out")
    go(source, tmp_path / "out", resume=True)
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "whole")


def test_a_rescue_waits_until_nothing_else_is_at_work() -> None:
    """A task that dies with others beside it is done again when they have ended."""
    pool = Processes(2)
    away: dict[str, Any] = {}

    def start(task: str) -> Any:
        away[task] = pool.submit(_slow_or_dead, task)
        return away[task]

    def rescue(task: str) -> str:
        assert all(pool.is_done(one) for one in away.values())
        return f"rescued {task}"

    try:
        found = sorted(work_off(pool, ["die", "slow", "quick"], start, rescue))
    finally:
        pool.close()
    assert "rescued die" in found
    assert len(found) == 3


def _slow_or_dead(task: str) -> str:
    if task == "die":
        os._exit(9)
    time.sleep(0.5 if task == "slow" else 0)
    return task


def test_what_is_alone_dies_alone() -> None:
    pool = Here()
    try:
        with pytest.raises(WorkerDiedError):
            pool.alone(_slow_or_dead, "die")
        assert pool.alone(_slow_or_dead, "quick") == "quick"
    finally:
        pool.close()


RUN = """
import sys, time
sys.path.insert(0, sys.argv[1])
import support, work_runs, test_work_pools
from pathlib import Path
import pipeline.run
if __name__ == "__main__":
    support.replace_route()
    work_runs.small_parts(setattr)
    pipeline.run.annotate = test_work_pools.slowly
    work_runs.go(Path(sys.argv[2]), Path(sys.argv[3]), workers=int(sys.argv[4]), resume=True)
"""


def slowly(documents: Sequence[Document], settings: Any) -> list[Annotation]:
    """The stand-in route, so slow that a run can be killed in the middle."""
    time.sleep(0.02)
    return fake_annotate(documents, settings)


@pytest.mark.parametrize("workers", [1, 2])
def test_kill_9_of_all_processes(workers: int, tmp_path: Path) -> None:
    """At several moments, one after the other, then once to the end."""
    source = write_lines(tmp_path / "in.jsonl", texts(60, d003="RAISE"))
    go(source, tmp_path / "whole")
    output, n_before = tmp_path / "out", 0
    for _ in range(3):
        command = [sys.executable, "-c", RUN, HERE, source, output, workers]
        run = subprocess.Popen([str(one) for one in command], start_new_session=True)
        n_before += _killed_later(run, output / NAME / "manifest.jsonl", n_before)
        assert run.returncode == -signal.SIGKILL
    go(source, output, resume=True)
    assert tables_of(output) == tables_of(tmp_path / "whole")
    assert hidden(output) == []
    assert n_before >= 3


def _killed_later(run: subprocess.Popen[bytes], manifest: Path, n_before: int) -> int:
    """Kill a run with all its processes once it has done a part more than before."""
    limit = time.monotonic() + 60
    while run.poll() is None and time.monotonic() < limit:
        n_lines = manifest.read_bytes().count(b"\n") if manifest.exists() else 0
        if n_lines > n_before:
            break
        time.sleep(0.005)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    return n_lines - n_before


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_same_bytes_with_workers(format: str, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", texts(20, d003="RAISE"))
    for workers in (1, 2):
        go(source, tmp_path / f"{workers}", workers=workers, texts=True, format=format)
    assert tables_of(tmp_path / "1") == tables_of(tmp_path / "2")


@pytest.mark.model
def test_the_model_killed_and_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    given = {f"m{i}": f"Macrophages secrete IL-{i}. {SENTENCE}" for i in range(20, 110)}
    source = write_lines(tmp_path / "in.jsonl", given)
    output, manifest = tmp_path / "out", tmp_path / "out" / NAME / "manifest.jsonl"
    command = [sys.executable, "-m", "pipeline", "run", source, "--workers", 1, "--resume", "-o"]
    run = subprocess.Popen([str(one) for one in [*command, output]], start_new_session=True)
    assert _killed_later(run, manifest, 0) > 0
    for place in (output, tmp_path / "whole"):
        subprocess.run([str(one) for one in [*command, place]], check=True)
    assert tables_of(output) == tables_of(tmp_path / "whole")
    assert json.loads((output / "run.json").read_text())["counts"]["documents"] == len(given)
    assert len(read_csv(output / "relations.csv")) >= len(given)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL and process groups of POSIX")
def test_workers_end_with_the_process_that_started_them() -> None:
    code = (
        "import os, signal, sys, time\n"
        "from pipeline.work.pools import Processes\n"
        "pool = Processes(2)\n"
        "print(*{pool.submit(os.getpid).result() for _ in range(20)}, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    guarded = "if __name__ == '__main__':\n" + "".join(
        f"    {line}\n" for line in code.splitlines()
    )
    done = subprocess.run(
        [sys.executable, "-c", guarded], capture_output=True, text=True, check=False
    )
    workers = [int(word) for word in done.stdout.split()]
    assert done.returncode == -signal.SIGKILL
    assert workers
    deadline = time.monotonic() + 30
    while any(_lives(worker) for worker in workers):
        assert time.monotonic() < deadline, "a worker outlived its parent"
        time.sleep(0.1)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
