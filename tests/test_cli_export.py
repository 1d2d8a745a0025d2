"""``pipeline export``: formats, places, texts that are missing, statuses and messages."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from pipeline.cli_export import export
from pipeline.export.formats import FORMATS
from tests.export_source import annotation, nasty, write_run

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(export)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_run(tmp_path / "out", nasty())


def test_writes_beside_the_tables(run: Run, folder: Path) -> None:
    result = run(folder, "--to", "graphml", "--to", "kgx", "--to", "graphml")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr.count("Written: ") == 2
    assert f"Written: {folder / 'export' / 'network.graphml'}\nleft out:\n" in result.stderr
    assert sorted(p.name for p in (folder / "export").iterdir()) == ["kgx", "network.graphml"]


@pytest.mark.parametrize("name", [n for n, one in FORMATS.items() if not one.needs_texts])
def test_output_is_the_place_of_one_format(run: Run, folder: Path, name: str) -> None:
    result = run(folder, "--to", name, "-o", "deep/here")
    assert result.exit_code == 0, result.stderr
    assert Path("deep/here").is_dir() == FORMATS[name].folder


def test_output_is_the_folder_of_several_formats(run: Run, folder: Path) -> None:
    assert run(folder, "--to", "parquet", "--to", "xlsx", "-o", "all").exit_code == 0
    assert sorted(p.name for p in Path("all").iterdir()) == ["parquet", "tables.xlsx"]
    assert run(folder, "--to", "sqlite", "-o", "all").exit_code == 0  # a folder is no file
    assert Path("all/tables.sqlite").is_file()


def test_min_score(run: Run, folder: Path) -> None:
    assert run(folder, "--to", "sqlite", "--min-score", "0.95", "-o", "x").exit_code == 0
    with closing(sqlite3.connect("x")) as database:
        assert database.execute("SELECT count(*) FROM relations").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM network").fetchone() == (0,)
        assert database.execute("SELECT value FROM run WHERE key = 'export.min_score'").fetchall()
        assert database.execute("SELECT count(*) FROM texts").fetchone() == (4,)
    assert run(folder, "--to", "sqlite", "--min-score", "2").exit_code == 2


def test_texts_that_are_missing_are_named(run: Run, folder: Path, tmp_path: Path) -> None:
    kept = folder / "texts" / "texts.jsonl"
    _, *others = kept.read_text(encoding="utf-8").split("\n")  # U+2028 stands in a text
    kept.write_text("\n".join(others), encoding="utf-8")
    result = run(folder, "--to", "bioc-json", "--to", "graphml")
    assert result.exit_code == 1
    assert 'pipeline: a/b\'s "1": left out, not in' in result.stderr
    assert "pipeline: 1 document has no text; give --documents" in result.stderr
    written = json.loads((folder / "export" / "bioc.json").read_text(encoding="utf-8"))
    assert [one["id"] for one in written["documents"]] == ["10.1000/x(1)|y", "PMC12345", "empty"]
    assert run(folder, "--to", "sqlite").exit_code == 0  # it can do without


def test_only_some_of_many_missing_texts_are_named(run: Run, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "many", [annotation(f"d{n}", "x") for n in range(9)])
    kept = folder / "texts" / "texts.jsonl"
    kept.write_text(kept.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    result = run(folder, "--to", "doccano")
    assert result.exit_code == 1
    assert result.stderr.count("left out, not in") == 5
    assert "pipeline: and 3 more" in result.stderr
    assert "pipeline: 8 documents have no text" in result.stderr


def test_no_text_at_all(run: Run, folder: Path) -> None:
    shutil.rmtree(folder / "texts")
    result = run(folder, "--to", "bioc-json")
    assert result.exit_code == 2
    assert "give --documents, or run again with --texts" in result.stderr
    assert not (folder / "export").exists()
    assert run(folder, "--to", "sqlite", "--to", "kgx").exit_code == 0


def test_documents_are_read_again(run: Run, folder: Path, tmp_path: Path) -> None:
    shutil.rmtree(folder / "texts")
    kept = [one.document for one in nasty() if one.failure is None]
    lines = [json.dumps({"id": one.doc_id, "text": one.text}) for one in kept if one.text]
    Path("again.jsonl").write_text("\n".join(lines), encoding="utf-8")
    result = run(folder, "--to", "doccano", "--documents", "again.jsonl")
    assert result.exit_code == 1  # the empty text is no document to read
    assert "pipeline: 1 document has no text" in result.stderr
    result = run(folder, "--to", "doccano", "--documents", "nowhere.jsonl")
    assert (result.exit_code, result.stderr) == (
        2, "pipeline: nowhere.jsonl: no such file or folder; see to --documents\n",
    )  # fmt: skip


def test_a_run_of_nothing(run: Run, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "none", [])
    result = run(folder, *(word for name in FORMATS for word in ("--to", name)), "-o", "all")
    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name a format with --to; pipeline export --list"),
        (["--to", "csv"], "no format 'csv'; there are: bioc-xml, "),
        (["--to", "xlsx", "-o", "file/x"], "cannot make the folder file"),
        (["--to", "kgx", "-o", "file"], "file: is no folder"),
        (["--to", "kgx", "-o", "out"], "holds concepts.csv, which no export of this format wrote"),
        (["--to", "sqlite", "-o", "out/relations.csv"], "relations.csv: is a file of the run"),
        (["--to", "xlsx", "-o", "out/../out/run.json"], "run.json: is a file of the run itself"),
    ],
)
def test_wrong_use_is_one_line(run: Run, folder: Path, arguments: list[str], message: str) -> None:
    Path("file").write_text("mine", encoding="utf-8")
    result = run(folder, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert Path("file").read_text(encoding="utf-8") == "mine"


def test_no_run(run: Run, tmp_path: Path) -> None:
    result = run("nowhere", "--to", "xlsx")
    assert (result.exit_code, result.stderr) == (
        2, "pipeline: nowhere: no such folder; give the one that pipeline run wrote\n",
    )  # fmt: skip


def test_list_needs_no_folder(run: Run) -> None:
    result = run("--list")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(FORMATS)
