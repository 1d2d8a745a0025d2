"""What a run says on its way, a run that is complete already, and how much memory one takes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from support import SENTENCE, replace_route
from typer.testing import CliRunner
from work_runs import go, hidden, small_parts, tables_of, texts, write_lines

import pipeline.run
from pipeline import terminal
from pipeline.cli import app
from pipeline.run import RunOptions
from pipeline.work.engine import Step

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def route(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_route(monkeypatch.setattr)
    small_parts(monkeypatch.setattr)
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "in.jsonl", texts(14))


def call(*arguments: object) -> Any:
    result = CliRunner().invoke(app, ["run", "--all", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def times(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


class TestCompleteAlready:
    @pytest.mark.parametrize(("special", "status"), [("words", 0), ("RAISE", 1)])
    def test_nothing_is_done(
        self, special: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = write_lines(tmp_path / "in.jsonl", texts(6, d003=special))
        first = call(source, "-o", tmp_path / "out", "--resume")
        before = times(tmp_path / "out")
        monkeypatch.setattr(pipeline.run, "annotate", None)
        again = call(source, "-o", tmp_path / "out", "--resume")
        assert (first.exit_code, again.exit_code) == (status, status)
        assert times(tmp_path / "out") == before
        assert f"complete already: {tmp_path / 'out'}" in again.stderr
        assert "Nothing written" not in again.stderr
        counts = re.compile(r"\d+ documents, .* failures in")
        assert counts.findall(again.stderr) == counts.findall(first.stderr)
        assert "complete already" not in first.stderr

    def test_what_could_not_be_taken_away_goes(self, source: Path, tmp_path: Path) -> None:
        go(source, tmp_path / "out")
        (tmp_path / "out" / ".parts-done").mkdir()
        assert go(source, tmp_path / "out", resume=True).before
        assert hidden(tmp_path / "out") == []

    def test_without_resume_it_runs_anew(self, source: Path, tmp_path: Path) -> None:
        for _ in range(2):
            assert not go(source, tmp_path / "out").before

    @pytest.mark.parametrize(
        "change",
        [
            {"texts": True}, {"include_cooccurrence": True}, {"format": "parquet"},
            {"shard": (1, 2)}, {"triage": ("CYTOKINE",)}, {"text_column": "text"},
        ],
    )  # fmt: skip
    def test_another_option(self, change: dict[str, Any], source: Path, tmp_path: Path) -> None:
        go(source, tmp_path / "out")
        assert not go(source, tmp_path / "out", resume=True, **change).before
        go(source, tmp_path / "anew", **change)
        assert tables_of(tmp_path / "out") == tables_of(tmp_path / "anew")

    def test_workers_do_not_matter(self, source: Path, tmp_path: Path) -> None:
        go(source, tmp_path / "out")
        assert go(source, tmp_path / "out", resume=True, workers=2).before

    def test_another_model(
        self, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        go(source, tmp_path / "out")
        monkeypatch.setattr(pipeline.run, "made_by", lambda _: (("model", "other"),))
        assert not go(source, tmp_path / "out", resume=True).before

    def test_a_file_that_changed(self, source: Path, tmp_path: Path) -> None:
        """Also one that is as long as before."""
        go(source, tmp_path / "out")
        data = source.read_bytes().replace(b"mast cells make", b"fat cells  make")
        source.write_bytes(data)
        os.utime(source, ns=(0, source.stat().st_mtime_ns + 1_000))
        assert not go(source, tmp_path / "out", resume=True).before

    @pytest.mark.parametrize("name", ["relations.csv", "run.json"])
    def test_a_lost_table(self, name: str, source: Path, tmp_path: Path) -> None:
        go(source, tmp_path / "out")
        whole = tables_of(tmp_path / "out")
        (tmp_path / "out" / name).unlink()
        assert not go(source, tmp_path / "out", resume=True).before
        assert tables_of(tmp_path / "out") == whole

    def test_a_run_that_could_read_nothing_is_tried_again(self, tmp_path: Path) -> None:
        for _ in range(2):
            assert not go(tmp_path / "gone.txt", tmp_path / "out", resume=True).before


class Clock:
    """A second passes each time that one looks at it."""

    def __init__(self) -> None:
        self.now = 0

    def monotonic(self) -> int:
        self.now += 1
        return self.now


class TestProgress:
    @pytest.fixture(autouse=True)
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(terminal, "LINE_SECONDS", 0)
        monkeypatch.setattr(terminal, "time", Clock())

    def test_lines_where_there_is_no_terminal(self, source: Path, tmp_path: Path) -> None:
        lines = call(source, "-o", tmp_path / "out").stderr.splitlines()
        told = [line for line in lines if "documents read" in line]
        assert told[0] == (
            "3 documents read, 3 annotated, 3.0 a second, 100% of the inputs, about 0:00:00 left"
        )
        assert told[-1].startswith("14 documents read, 14 annotated, 2.8 a second, 100%")

    def test_a_line_when_many_parts_are_merged(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = write_lines(tmp_path / "in.jsonl", texts(14))
        lines = call(source, "-o", tmp_path / "few").stderr.splitlines()
        assert not [line for line in lines if line.startswith("merging")]
        monkeypatch.setattr("pipeline.run.MANY_PARTS", 5)
        lines = call(source, "-o", tmp_path / "many").stderr.splitlines()
        assert [line for line in lines if line.startswith("merging")] == ["merging 5 parts"]
        assert "documents read" in lines[lines.index("merging 5 parts") - 1]

    def test_the_text_of_the_bar(
        self, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = io.StringIO()
        console = Console(file=seen, force_terminal=True, width=200)
        monkeypatch.setattr("pipeline.run.MANY_PARTS", 5)
        monkeypatch.setattr(terminal, "_console", lambda: console)
        terminal.run_with_progress(RunOptions((source,), tmp_path / "out"))
        text = seen.getvalue()
        assert 0 <= text.index("reading") < text.index("merging 5 parts")
        assert "reading" not in text[text.index("merging 5 parts") :]

    def test_after_a_resume(self, source: Path, tmp_path: Path) -> None:
        """The rate is that of this run alone, without what it only reads over."""
        write_lines(source, {**texts(14), "z": "STOP"})
        assert call(source, "-o", tmp_path / "out").exit_code not in (0, 2)
        write_lines(source, {**texts(14), "z": "words"})
        lines = call(source, "-o", tmp_path / "out", "--resume").stderr.splitlines()
        told = [line for line in lines if "documents read" in line]
        assert told[0] == "3 documents read, 3 annotated, 100% of the inputs"
        assert told[-1].startswith("15 documents read, 15 annotated, 3.0 a second")

    def test_the_time_left(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"x" * 100)
        watcher = terminal.Watcher(total=100)
        with (tmp_path / "a").open("rb", buffering=0) as file:
            watcher.opened(file)
            file.seek(60)
            watcher.step(Step(6, 6, 0, before=True), 2.0)
            assert watcher.left(2.0) == "60% of the inputs"
            file.seek(70)
            watcher.step(Step(1, 1, 0), 12.0)
            assert watcher.left(12.0) == "70% of the inputs, about 0:00:30 left"
            assert watcher.told(12.0) == "7 documents read, 7 annotated, 0.1 a second"

    def test_a_shard_of_files_ends_with_all_of_its_share(self, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        for i in range(8):
            (tmp_path / "in" / f"{i}.txt").write_text(SENTENCE, encoding="utf-8")
        result = call(tmp_path / "in", "-o", tmp_path / "out", "--shard", "2/2")
        (*_, last) = [line for line in result.stderr.splitlines() if "documents read" in line]
        assert "4 documents read" in last
        assert "100% of the inputs" in last


MEMORY = """
import resource, sys
sys.path.insert(0, sys.argv[1])
import support, work_runs
from pathlib import Path
from pipeline.work import sorted_lines
support.replace_route()
sorted_lines.RUN_CHARACTERS = 300_000
work_runs.go(Path(sys.argv[2]), Path(sys.argv[3]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_documents(tmp_path: Path) -> None:
    peaks = []
    for n in (1_500, 15_000):
        given = {f"d{i:05}": "Nothing of note." if i % 30 else SENTENCE for i in range(n)}
        source = write_lines(tmp_path / f"{n}.jsonl", given)
        command = [sys.executable, "-c", MEMORY, HERE, source, tmp_path / f"out{n}"]
        done = subprocess.run(
            [str(one) for one in command], check=True, capture_output=True, text=True
        )
        peaks.append(int(done.stdout.split()[-1]))
    # in kB; few documents state anything: all relations of one pair stand in memory at once
    assert peaks[1] < peaks[0] + 15_000, peaks
