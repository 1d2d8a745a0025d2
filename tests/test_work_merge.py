"""The folders of shards joined: byte by byte those of one run."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from support import SENTENCE, read_csv, replace_route
from typer.testing import CliRunner
from work_runs import go, hidden, ids, small_parts, tables_of, texts, write_lines

import pipeline.work.merge
from pipeline.cli import app
from pipeline.work import sorted_lines

OPTIONS: dict[str, Any] = {"texts": True, "include_cooccurrence": True}


@pytest.fixture(autouse=True)
def route(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_route(monkeypatch.setattr)
    small_parts(monkeypatch.setattr)
    monkeypatch.setattr(os, "fsync", lambda _: None)


def shards(source: Path, folder: Path, n: int, **options: Any) -> list[Path]:
    """The folders of ``n`` shards."""
    folders = [folder / f"shard{i}" for i in range(1, n + 1)]
    for i, place in enumerate(folders, 1):
        go(source, place, shard=(i, n), **options)
    return folders


def merge(*arguments: object) -> Any:
    result = CliRunner().invoke(app, ["merge", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def with_failures(n: int) -> dict[str, str]:
    return {**texts(n, d003="RAISE", d008="RAISE"), '\'=odd, "id"': f"-{SENTENCE}\r\nMore; =1."}


@pytest.mark.parametrize("format", ["csv", "parquet"])
@pytest.mark.parametrize("n", [1, 3])
def test_like_one_run(n: int, format: str, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", with_failures(30))
    go(source, tmp_path / "whole", format=format, **OPTIONS)
    folders = shards(source, tmp_path, n, format=format, **OPTIONS)
    result = merge(*folders, "-o", tmp_path / "out", "--format", format)
    assert result.exit_code == 1  # as a run with failures
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "whole")
    assert len(tables_of(tmp_path / "out")) == 8
    assert hidden(tmp_path / "out") == []
    whole, out = (
        json.loads((tmp_path / name / "run.json").read_text()) for name in ("whole", "out")
    )
    assert out["counts"] == whole["counts"]
    same = ("inputs", "shard", "model", "triage", "patterns", "format")
    assert [out["options"][one] for one in same] == [whole["options"][one] for one in same]


@pytest.mark.parametrize(("before", "after"), [("csv", "parquet"), ("parquet", "csv")])
def test_into_the_other_format(before: str, after: str, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", with_failures(12))
    go(source, tmp_path / "whole", format=after)
    merge(*shards(source, tmp_path, 2, format=before), "-o", tmp_path / "out", "--format", after)
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "whole")


def test_merged_folders_can_be_merged(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", texts(20))
    go(source, tmp_path / "whole", **OPTIONS)
    one, two, three = shards(source, tmp_path, 3, **OPTIONS)
    first = merge(two, one, "-o", tmp_path / "first")
    assert "not among the folders: shard 3/3" in first.stderr
    assert merge(tmp_path / "first", three, "-o", tmp_path / "out").exit_code == 0
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "whole")


def test_what_triage_left_out(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", texts(12))
    go(source, tmp_path / "whole", triage=("CYTOKINE",))
    merge(*shards(source, tmp_path, 2, triage=("CYTOKINE",)), "-o", tmp_path / "out")
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "whole")
    assert len(read_csv(tmp_path / "out" / "skipped.csv")) == 4


def test_an_id_that_two_folders_share(tmp_path: Path) -> None:
    for name in ("one", "two"):
        source = write_lines(tmp_path / f"{name}.jsonl", {"same": SENTENCE, name: SENTENCE})
        go(source, tmp_path / name)
    result = merge(tmp_path / "one", tmp_path / "two", "-o", tmp_path / "out")
    assert result.exit_code == 1
    (row,) = read_csv(tmp_path / "out" / "failures.csv")
    assert row["doc_id"] == "same"
    assert "one.jsonl:1 was kept" in row["error"]
    assert row["error"] in result.stderr
    assert ids(read_csv(tmp_path / "out" / "documents.csv")) == ["one", "same", "two"]
    assert ids(read_csv(tmp_path / "out" / "relations.csv")) == ["one", "same", "two"]


def test_tables_that_only_some_have(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", texts(6))
    go(source, tmp_path / "one", shard=(1, 2), texts=True)
    go(source, tmp_path / "two", shard=(2, 2), include_cooccurrence=True)
    result = merge(tmp_path / "one", tmp_path / "two", "-o", tmp_path / "out")
    assert f"left out: texts, which {tmp_path / 'two'} has not" in result.stderr
    assert "left out: cooccurrences" in result.stderr
    assert len(tables_of(tmp_path / "out")) == 6


def changed(folder: Path, *names: str) -> None:
    path = folder / "run.json"
    about = json.loads(path.read_text())
    inner = about
    for name in names[:-1]:
        inner = inner[name]
    inner[names[-1]] = "other"
    path.write_text(json.dumps(about))


class TestRefused:
    @pytest.fixture
    def folders(self, tmp_path: Path) -> list[Path]:
        return shards(write_lines(tmp_path / "in.jsonl", texts(6)), tmp_path, 2)

    @pytest.mark.parametrize(
        "names", [("models",), ("patterns", "hash"), ("options", "min_score"), ("made_by", "model")]
    )
    def test_another_model_or_patterns(
        self, names: tuple[str, ...], folders: list[Path], tmp_path: Path
    ) -> None:
        changed(folders[1], *names)
        result = merge(*folders, "-o", tmp_path / "out")
        assert result.exit_code == 2
        assert f"{folders[1]} was made with another {' '.join(names)}" in result.stderr
        assert not (tmp_path / "out").exists()

    def test_patterns_that_have_changed_since(
        self, folders: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pipeline.work.merge, "patterns_hash", lambda _: "today's")
        assert "have changed since" in merge(*folders, "-o", tmp_path / "out").stderr

    def test_a_run_that_did_not_end(self, folders: list[Path], tmp_path: Path) -> None:
        (folders[1] / ".parts").mkdir()
        result = merge(*folders, "-o", tmp_path / "out")
        assert result.exit_code == 2
        assert f"{folders[1]}: its run did not end" in result.stderr

    def test_no_folder_of_a_run(self, folders: list[Path], tmp_path: Path) -> None:
        result = merge(*folders, tmp_path / "gone", "-o", tmp_path / "out")
        assert f"{tmp_path / 'gone'}: no run.json" in result.stderr

    def test_the_same_folder_twice_or_as_output(self, folders: list[Path], tmp_path: Path) -> None:
        assert "named twice" in merge(*folders, folders[0], "-o", tmp_path / "out").stderr
        assert "one of the folders" in merge(*folders, "-o", folders[0]).stderr

    def test_rows_of_no_document(self, folders: list[Path], tmp_path: Path) -> None:
        path = folders[0] / "documents.csv"
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(lines[:1] + lines[2:]))
        result = merge(*folders, "-o", tmp_path / "out")
        assert result.exit_code == 2
        assert "not among the documents" in result.stderr
        assert tables_of(tmp_path / "out") == {}


def test_memory_is_flat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline.work.parts, "PART_DOCUMENTS", 32)
    monkeypatch.setattr(sorted_lines, "RUN_CHARACTERS", 20_000)
    peaks = []
    for n in (300, 1_200):
        source = write_lines(tmp_path / f"{n}.jsonl", texts(n))
        folders = shards(source, tmp_path / f"{n}", 2)
        tracemalloc.start()
        merge(*folders, "-o", tmp_path / f"out{n}")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.6 * peaks[0] + 300_000
