"""The command as a user meets it: help, exit codes, what goes to which stream."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import SENTENCE, contents, read_csv, replace_route
from typer.testing import CliRunner

from pipeline import terminal
from pipeline.cli import app

COMMANDS = (
    "run", "evaluate", "explain", "check", "reparse", "network", "models", "terms", "gold",
    "review", "report", "export", "merge",
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[1]
HEAVY = "{'spacy', 'scispacy', 'pandas', 'numpy', 'yaml'}"


def call(*arguments: object) -> Any:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def shell(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the installed command does: its entry point in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


class TestHelp:
    def test_lists_every_command(self) -> None:
        named = {c.name or c.callback.__name__ for c in app.registered_commands}
        named |= {group.typer_instance.info.name for group in app.registered_groups}
        assert named == set(COMMANDS)
        shown = call("--help").stdout
        assert all(command in shown for command in COMMANDS)

    def test_every_command_and_option_has_help(self) -> None:
        from typer.main import get_command

        group: Any = get_command(app)
        todo = [([name], group.commands[name]) for name in COMMANDS]
        for names, command in todo:
            assert command.help, names
            assert call(*names, "--help").exit_code == 0
            for parameter in command.params:
                assert parameter.help or parameter.name == "help", f"{names} {parameter.name}"
            below = getattr(command, "commands", {})
            todo += [([*names, name], one) for name, one in below.items()]

    def test_no_command_shows_help(self) -> None:
        result = call()
        assert "Usage" in result.output
        assert result.exit_code == 2

    @pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["run", "--nonsense"]])
    def test_answers_without_heavy_imports(self, arguments: list[str]) -> None:
        code = (
            "import sys\nfrom pipeline.cli import main\n"
            "try:\n    main()\nexcept SystemExit:\n    pass\n"
            f"print('heavy:', sorted({HEAVY} & set(sys.modules)))"
        )
        done = shell(code, *arguments)
        assert done.stdout.endswith("heavy: []\n"), done.stdout + done.stderr

    def test_readme_shows_every_command(self) -> None:
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        missing = [c for c in COMMANDS if f"pipeline {c}" not in readme]
        assert missing == []


class TestWrongUse:
    @pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "1/", "-1/2", "²/3", "1/2/3"])
    def test_shard(self, shard: str, tmp_path: Path) -> None:
        result = call("run", tmp_path, "--shard", shard, "-o", tmp_path / "out")
        assert result.exit_code == 2
        assert "write I/N" in result.stderr
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize(
        "options",
        [["--workers", "0"], ["--min-score", "1.5"], ["--format", "xlsx"], ["--nonsense"]],
    )
    def test_options(self, options: list[str], tmp_path: Path) -> None:
        result = call("run", tmp_path, "-o", tmp_path / "out", *options)
        assert result.exit_code == 2
        assert options[0] in result.stderr
        assert result.stdout == ""

    def test_no_input(self) -> None:
        result = call("run")
        assert result.exit_code == 2
        assert "inputs" in result.stderr.lower()

    @pytest.mark.parametrize(
        "command",
        [["run", "x"], ["explain", "x"], ["check"], ["terms"], ["reparse"], ["evaluate", "x"]],
    )
    def test_no_such_patterns(self, command: list[str], tmp_path: Path) -> None:
        folder = tmp_path / "gone"
        if command[0] == "evaluate":
            gold = tmp_path / "gold.jsonl"
            gold.write_text('{"id": "a", "text": "b", "mentions": [], "relations": []}\n', "utf-8")
            command = ["evaluate", str(gold)]
        elif command[0] == "run":
            command += ["-o", str(tmp_path / "out")]
        result = call(*command, "--patterns", folder)
        assert result.exit_code == 2
        assert str(folder) in result.stderr
        assert len(result.stderr.splitlines()) == 1

    def test_a_folder_that_is_no_patterns_folder(self, tmp_path: Path) -> None:
        result = call("check", "--patterns", tmp_path)
        assert result.exit_code != 0
        assert str(tmp_path) in result.output

    def test_gold_that_is_not_there(self, tmp_path: Path) -> None:
        result = call("evaluate", tmp_path / "gone.jsonl")
        assert result.exit_code == 2
        assert "gone.jsonl" in result.stderr

    def test_evaluate_into_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "out").touch()
        result = call("evaluate", tmp_path / "gone.jsonl", "-o", tmp_path / "out")
        assert result.exit_code == 2
        assert "choose another with --output" in result.stderr

    def test_one_column_twice(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        replace_route(monkeypatch.setattr)
        (tmp_path / "a.csv").write_text("x\n1\n", encoding="utf-8")
        arguments = ["--id-column", "x", "--text-column", "x", "-o", tmp_path / "out"]
        result = call("run", tmp_path / "a.csv", *arguments)
        assert result.exit_code == 2
        assert 'cannot both be the column "x"' in result.stderr

    def test_no_such_model(self, tmp_path: Path) -> None:
        result = call("run", tmp_path, "--model", "no_such_model", "-o", tmp_path / "out")
        assert result.exit_code == 2
        assert "no_such_model" in result.stderr
        assert "pipeline models" in result.stderr


class TestRun:
    @pytest.fixture(autouse=True)
    def route(self, monkeypatch: pytest.MonkeyPatch) -> None:
        replace_route(monkeypatch.setattr)

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for name in ("a", "b"):
            (tmp_path / "in").mkdir(exist_ok=True)
            (tmp_path / "in" / f"{name}.txt").write_text(SENTENCE, encoding="utf-8")
        return tmp_path / "in"

    def test_summary(self, folder: Path, tmp_path: Path) -> None:
        result = call("run", folder, "-o", tmp_path / "out")
        assert (result.exit_code, result.stdout) == (0, "")
        assert "2 documents, 4 mentions, 2 relations, 1 facts, 0 failures" in result.stderr
        assert "Strongest relations" in result.stderr
        assert "SECRETES" in result.stderr
        (written,) = [line for line in result.stderr.splitlines() if line.startswith("Written")]
        for name in contents(tmp_path / "out"):
            assert f"{(tmp_path / 'out').as_posix()}/{name}" in written

    def test_nothing_found_is_done(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Plain words.", encoding="utf-8")
        result = call("run", tmp_path / "a.txt", "-o", tmp_path / "out", "--all")
        assert result.exit_code == 0
        assert "1 documents, 0 mentions" in result.stderr
        result = call("run", tmp_path / "a.txt", "-o", tmp_path / "out")
        assert result.exit_code == 0
        assert "0 documents, 0 mentions" in result.stderr
        assert "1 documents name none of what was asked for" in result.stderr
        assert [r["doc_id"] for r in read_csv(tmp_path / "out" / "skipped.csv")] == ["a"]

    def test_an_empty_shard_is_done(self, folder: Path, tmp_path: Path) -> None:
        result = call("run", folder, "--shard", "3/3", "-o", tmp_path / "out")
        assert result.exit_code == 0
        assert read_csv(tmp_path / "out" / "documents.csv") == []

    def test_names_that_look_like_markup(self) -> None:
        facts = [
            {
                "predicate": "BINDS",
                "subject_name": "[bold]",
                "object_name": "IL6 [sic]",
                "effect": "positive",
                "n_documents": 1,
                "n_sentences": 1,
            }
        ]
        cells = [list(column.cells) for column in terminal._strongest(facts).columns]
        assert cells[1:3] == [["\\[bold]"], ["IL6 \\[sic]"]]

    def test_default_folder(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        call("run", "in")
        assert (tmp_path / "outputs" / "relations.csv").is_file()
        (row, _) = read_csv(tmp_path / "outputs" / "documents.csv")
        assert row["source"] == "in/a.txt"

    def test_named_columns(self, tmp_path: Path) -> None:
        path = tmp_path / "a.tsv"
        path.write_text(f"key\twords\n7\t{SENTENCE}\n", encoding="utf-8")
        arguments = ["--id-column", "key", "--text-column", "words", "-o", tmp_path / "out"]
        assert call("run", path, *arguments).exit_code == 0
        assert [r["doc_id"] for r in read_csv(tmp_path / "out" / "relations.csv")] == ["7"]

    def test_how_much_is_read(self, folder: Path, tmp_path: Path) -> None:
        watcher = terminal.Watcher(total=2 * len(SENTENCE))
        assert watcher.read() == 0
        for name, read in (("a.txt", len(SENTENCE)), ("b.txt", 2 * len(SENTENCE))):
            for _ in range(2):  # the encoding is looked for first
                with (folder / name).open("rb") as file:
                    watcher.opened(file)
                    file.read()
            assert watcher.read() == read

    def test_progress_only_on_a_terminal(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from rich.console import Console

        result = call("run", folder, "-o", tmp_path / "out")
        assert "reading" not in result.stderr
        monkeypatch.setattr(
            terminal, "_console", lambda: Console(stderr=True, force_terminal=True, width=100)
        )
        result = call("run", folder, "-o", tmp_path / "out")
        assert result.exit_code == 0
        assert "reading" in result.stderr


class TestLists:
    def test_terms(self) -> None:
        result = call("terms", "infliximab")
        assert result.exit_code == 0
        rows = [line.split("\t") for line in result.stdout.splitlines()]
        assert ["DRUG", "infliximab"] in [row[:2] for row in rows]
        assert all(len(row) == 5 for row in rows)

    def test_no_such_term(self) -> None:
        result = call("terms", "qwzxv")
        assert (result.exit_code, result.stdout) == (0, "")

    def test_models(self) -> None:
        result = call("models")
        assert result.exit_code == 0
        assert result.stdout.startswith("embedded\tcytokine_reader")
        rows = {line.split("\t")[0]: line for line in result.stdout.splitlines()}
        assert "\t0.5.4\tcan be installed\t?\t" in rows["en_ner_craft_md"]
        assert "\t15 MB\t" in rows["en_core_sci_sm"]

    @pytest.mark.skipif(sys.platform == "win32", reason="pipes end differently")
    def test_a_reader_that_leaves_early(self) -> None:
        code = (
            "import os, sys\nfrom pipeline.cli import main\n"
            "read, write = os.pipe()\nos.close(read)\nos.dup2(write, 1)\nmain()"
        )
        done = shell(code, "models")
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.model
class TestModel:
    def test_explain(self) -> None:
        result = call("explain", "Macrophages secrete IL-6.")
        assert result.exit_code == 0
        assert "SECRETES(Macrophages, IL-6)" in result.stdout

    def test_explain_unknown_rule(self) -> None:
        result = call("explain", "Macrophages secrete IL-6.", "--rule", "nonsense")
        assert result.exit_code == 2
        assert "no rule named 'nonsense'" in result.stderr

    def test_run(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Macrophages secrete IL-6.", encoding="utf-8")
        result = call("run", tmp_path / "a.txt", tmp_path / "gone.txt", "-o", tmp_path / "out")
        assert result.exit_code == 1
        (row,) = read_csv(tmp_path / "out" / "relations.csv")
        assert (row["subject_name"], row["object_name"]) == ("macrophage", "IL6")

    def test_five_megabytes(self, tmp_path: Path) -> None:
        """Mostly white space, so that it is quick; the sentences stand at both ends."""
        space = ("\n" + " " * 100_000) * 50
        text = f"Macrophages secrete IL-6.{space}\n\nMast cells release IL-4."
        (tmp_path / "big.txt").write_text(text, encoding="utf-8")
        result = call("run", tmp_path / "big.txt", "-o", tmp_path / "out")
        assert result.exit_code == 0
        rows = read_csv(tmp_path / "out" / "relations.csv")
        assert [r["object_name"] for r in rows] == ["IL6", "IL4"]
        assert len(text) > 5_000_000
        assert rows[1]["sentence_end"] == str(len(text))

    def test_evaluate(self, tmp_path: Path) -> None:
        gold = tmp_path / "gold.jsonl"
        gold.write_text(
            '{"id": "a", "text": "Mast cells release IL-4.", "mentions": ['
            '{"id": "m1", "start": 0, "end": 10, "label": "CELL"}, '
            '{"id": "m2", "start": 19, "end": 23, "label": "CYTOKINE", "specificity": "specific", '
            '"norm": "IL4"}], "relations": [{"predicate": "SECRETES", "subject": "m1", '
            '"object": "m2", "effect": "unspecified", "function": "", "negated": false, '
            '"hedged": false}]}\n',
            encoding="utf-8",
        )
        result = call("evaluate", gold, "-o", tmp_path / "scores")
        assert result.exit_code == 0
        assert "SECRETES" in result.stdout
        assert (tmp_path / "scores" / "errors.csv").is_file()
