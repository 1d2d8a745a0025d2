"""What a user may get wrong: one clear message each, the rest processed, nothing lost."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

import pytest
from support import SENTENCE, contents, read_csv, replace_route
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.read.inputs import read_options

GOOD_LINE = f'{{"id": "good", "text": "{SENTENCE}"}}\n'
Make = Callable[[Path], Path]


def put(name: str, content: str | bytes) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


def empty_folder(folder: Path) -> Path:
    (folder / "hollow").mkdir()
    return folder / "hollow"


# How it is made; where, what is wrong and what to do, as the message says it.
BAD: dict[str, tuple[Make, str, str, str]] = {
    "missing path": (
        lambda folder: folder / "gone.txt",
        "gone.txt",
        "no such file or folder",
        "check the spelling",
    ),
    "empty folder": (empty_folder, "hollow", "holds no files", "name another one"),
    "unknown suffix": (put("a.xyz", "text"), "a.xyz", 'suffix ".xyz"', "convert the file to"),
    "no suffix": (put("README", "text"), "README", "without suffix", "convert the file to"),
    "empty file": (put("void.txt", ""), "void.txt", "the file is empty", "fill it"),
    "blank file": (put("blank.txt", " \n\n"), "blank.txt", "text is blank", "fill it in"),
    "binary file": (
        put("photo.txt", bytes(range(256)) * 8),
        "photo.txt",
        "binary file",
        "save it as UTF-8",
    ),
    "line not JSON": (
        put("rows.jsonl", '{"id": "x", "text": \n'),
        "rows.jsonl:1",
        "not JSON",
        "correct the line",
    ),
    "line without text": (
        put("rows.jsonl", '\n{"id": "x", "words": "y"}\n'),
        "rows.jsonl:2",
        'no field "text"',
        "--text-column",
    ),
    "line without id": (
        put("rows.jsonl", '{"text": "y"}\n'),
        "rows.jsonl:1",
        'no field "id"',
        "--id-column",
    ),
    "no text column": (
        put("rows.csv", "id,words\n1,y\n"),
        "rows.csv",
        "no text column",
        "--text-column",
    ),
    "damaged gzip": (put("a.txt.gz", b"\x1f\x8b"), "a.txt.gz", "gzip", "pack it again"),
}


@pytest.fixture
def route(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_route(monkeypatch.setattr)


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["run", *map(str, arguments)])


def told(result: Any) -> list[str]:
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.stdout == ""
    return [line for line in result.stderr.splitlines() if line.startswith("failed: ")]


@pytest.mark.usefixtures("route")
class TestEachInput:
    @pytest.mark.parametrize("case", BAD)
    def test_one_message_and_the_rest_is_done(self, case: str, tmp_path: Path) -> None:
        make, where, what, remedy = BAD[case]
        bad, good, out = make(tmp_path), put("good.txt", SENTENCE)(tmp_path), tmp_path / "out"
        result = run(bad, good, "-o", out)
        (line,) = told(result)
        assert where in line
        assert what in line
        assert remedy in line
        assert result.exit_code == 1
        assert [row["doc_id"] for row in read_csv(out / "documents.csv")] == ["good"]
        assert len(read_csv(out / "relations.csv")) == 1
        (row,) = read_csv(out / "failures.csv")
        assert row["step"] == "read"
        assert row["source"] in line
        assert row["error"] in line

    @pytest.mark.parametrize("case", BAD)
    def test_alone_it_is_wrong_use(self, case: str, tmp_path: Path) -> None:
        result = run(BAD[case][0](tmp_path), "-o", tmp_path / "out")
        assert len(told(result)) == 1
        assert "No document could be read" in result.stderr
        assert result.exit_code == 2
        assert len(read_csv(tmp_path / "out" / "failures.csv")) == 1

    @pytest.mark.parametrize("case", BAD)
    def test_alone_it_spares_the_tables_of_the_last_run(self, case: str, tmp_path: Path) -> None:
        out = tmp_path / "out"
        assert run(put("good.txt", SENTENCE)(tmp_path), "-o", out).exit_code == 0
        before = contents(out)
        result = run(BAD[case][0](tmp_path), "-o", out)
        assert result.exit_code == 2
        assert "Nothing written" in result.stderr
        assert contents(out) == before

    def test_bad_lines_do_not_hide_good_ones(self, tmp_path: Path) -> None:
        rows = put("rows.jsonl", f'{{"id": "x"}}\nnot json\n{GOOD_LINE}[1]\n')(tmp_path)
        result = run(rows, "-o", tmp_path / "out")
        assert sorted(line.split(":")[2] for line in told(result)) == ["1 (x)", "2", "4"]
        assert [r["doc_id"] for r in read_csv(tmp_path / "out" / "documents.csv")] == ["good"]

    def test_two_documents_with_one_id(self, tmp_path: Path) -> None:
        first, second = (
            put("same.txt", SENTENCE)(tmp_path),
            put("same.md", "Other words.")(tmp_path),
        )
        result = run(first, second, "-o", tmp_path / "out")
        (line,) = told(result)
        assert f"{first} was kept" in line
        assert f"{second} was left out" in line
        assert "another id" in line
        assert result.exit_code == 1
        (row,) = read_csv(tmp_path / "out" / "documents.csv")
        assert row["source"] == first.as_posix()

    def test_bytes_that_are_not_utf8(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        path = put("latin.txt", f"{SENTENCE} It cost 5 £.".encode("cp1252"))(tmp_path)
        with caplog.at_level(logging.WARNING):
            result = run(path, "-o", tmp_path / "out")
        assert result.exit_code == 0
        (message,) = caplog.messages
        assert message.startswith(f"{path.as_posix()}: not valid UTF-8; read as cp1252")
        assert len(read_csv(tmp_path / "out" / "relations.csv")) == 1

    def test_five_megabytes(self, tmp_path: Path) -> None:
        big = put("big.txt", SENTENCE + "\n\nOther words stand here." * 208_000)(tmp_path)
        good = put("good.txt", SENTENCE)(tmp_path)
        assert big.stat().st_size > 5_000_000
        result = run(big, good, "-o", tmp_path / "out")
        assert result.exit_code == 0
        documents = read_csv(tmp_path / "out" / "documents.csv")
        assert [r["doc_id"] for r in documents] == ["big", "good"]

    def test_over_the_limit(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pipeline.run.read_options", partial(read_options, max_characters=30))
        big, good = put("big.txt", SENTENCE * 2)(tmp_path), put("good.txt", SENTENCE)(tmp_path)
        (line,) = told(run(big, good, "-o", tmp_path / "out"))
        assert "big.txt" in line
        assert "more than 30 characters" in line
        assert "split it" in line

    def test_a_document_on_which_the_route_fails(self, tmp_path: Path) -> None:
        bad, good = put("bad.txt", "IL-4: RAISE")(tmp_path), put("good.txt", SENTENCE)(tmp_path)
        result = run(bad, good, "-o", tmp_path / "out")
        (line,) = told(result)
        assert f"{bad} (bad): ValueError: poisoned" in line
        assert result.exit_code == 1
        (row,) = read_csv(tmp_path / "out" / "failures.csv")
        assert (row["doc_id"], row["step"]) == ("bad", "annotate")

    def test_messages_are_not_broken_into_lines(self, tmp_path: Path) -> None:
        long = tmp_path / ("very-" * 30 + "long.txt")
        (line,) = told(run(long, "-o", tmp_path / "out"))
        assert line.endswith("check the spelling")

    def test_a_name_like_markup(self, tmp_path: Path) -> None:
        (line,) = told(run(tmp_path / "[red]x[bold].txt", "-o", tmp_path / "out"))
        assert "[red]x[bold].txt" in line


@pytest.mark.usefixtures("route")
class TestOutput:
    def test_a_file_stands_in_its_place(self, tmp_path: Path) -> None:
        good, out = put("good.txt", SENTENCE)(tmp_path), put("out", "mine")(tmp_path)
        for folder in (out, out / "below"):
            result = run(good, "-o", folder)
            assert result.exit_code == 2
            (line,) = result.stderr.splitlines()
            assert str(folder) in line
            assert "cannot write" in line
            assert "choose another with --output" in line
        assert out.read_text(encoding="utf-8") == "mine"

    def test_no_right_to_write(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def denied(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(tempfile, "NamedTemporaryFile", denied)
        result = run(put("good.txt", SENTENCE)(tmp_path), "-o", tmp_path / "out")
        assert result.exit_code == 2
        (line,) = result.stderr.splitlines()
        assert "Permission denied" in line
        assert "--output" in line

    @pytest.mark.parametrize("name", ["relations.csv", "run.json"])
    def test_the_disk_fills_up(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good, out = put("good.txt", SENTENCE)(tmp_path), tmp_path / "out"
        run(good, "-o", out)
        (out / "notes.txt").write_text("mine", encoding="utf-8")
        before = _visible(out)

        def full(file: IO[Any]) -> None:
            if name in str(file.name):
                raise OSError(28, "No space left on device", file.name)

        monkeypatch.setattr("pipeline.table_writer.sync", full)
        monkeypatch.setattr("pipeline.work.publish.write_whole", partial(_write_or_fail, full))
        result = run(put("new.txt", SENTENCE)(tmp_path), "-o", out)
        assert result.exit_code == 2
        (line,) = result.stderr.splitlines()
        assert "No space left on device" in line
        assert name in line
        assert "--resume" in line
        assert _visible(out) == before
        monkeypatch.undo()
        replace_route(monkeypatch.setattr)
        assert run(put("new.txt", SENTENCE)(tmp_path), "-o", out, "--resume").exit_code == 0
        assert _visible(out).keys() == before.keys()
        assert b"new.txt" in _visible(out)["documents.csv"]

    def test_a_user_who_stops_the_run(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        run(put("good.txt", SENTENCE)(tmp_path), "-o", out)
        before = contents(out)
        result = run(
            put("new.txt", SENTENCE)(tmp_path), put("s.txt", "IL-4: STOP")(tmp_path), "-o", out
        )
        assert result.exit_code not in (0, 2)
        assert _visible(out) == before

    def test_the_output_among_the_inputs(self, tmp_path: Path) -> None:
        good = put("good.txt", SENTENCE)(tmp_path)
        assert run(good, "-o", tmp_path).exit_code == 0
        before = _visible(tmp_path)
        for inputs in ([tmp_path], [good, tmp_path / "mentions.csv"]):
            result = run(*inputs, "-o", tmp_path)
            assert result.exit_code == 2
            (line,) = result.stderr.splitlines()
            assert "output folder" in line
            assert _visible(tmp_path) == before

    def test_other_files_of_the_folder_stay(self, tmp_path: Path) -> None:
        good, out = put("good.txt", SENTENCE)(tmp_path), tmp_path / "out"
        out.mkdir()
        (out / "notes.txt").write_text("mine", encoding="utf-8")
        (out / "report.html").write_text("older", encoding="utf-8")
        assert run(good, "-o", out).exit_code == 0
        assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
        assert (out / "report.html").read_text(encoding="utf-8") == "older"


def _visible(folder: Path) -> dict[str, bytes]:
    """Files that a user sees: what is hidden waits for --resume."""
    return {name: data for name, data in contents(folder).items() if not name.startswith(".")}


def _write_or_fail(check: Callable[[IO[Any]], None], path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        check(file)
        file.write(data)


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
import support
from pipeline import cli, table_writer
support.replace_route()
sync = table_writer.sync

def killed(file):
    sync(file)
    if "relations" in file.name:
        os.truncate(file.name, 40)
        os.kill(os.getpid(), signal.SIGKILL)

table_writer.sync = killed
cli.app(["run", sys.argv[2], "-o", sys.argv[3]])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.usefixtures("route")
def test_a_run_killed_while_it_writes(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(put("good.txt", SENTENCE)(tmp_path), "-o", out)
    before = contents(out)
    new = put("new.txt", SENTENCE)(tmp_path)
    here = str(Path(__file__).parent)
    done = subprocess.run([sys.executable, "-c", KILLED, here, str(new), str(out)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert _visible(out) == before
    assert run(new, "-o", out, "--resume").exit_code == 0
    assert b"new.txt" in _visible(out)["documents.csv"]
