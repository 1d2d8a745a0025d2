"""``pipeline gold`` and ``pipeline evaluate`` as a user meets them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.curate.reviews import COLUMNS as REVIEW_COLUMNS
from pipeline.gold.load import load_gold

ONE = """\
=== document one
register: abstract
split: dev
=== text
[[Mast cells|m1 CELL]] release [[IL-4|m2 CYTOKINE specific norm=IL4]].
=== relations
m1 SECRETES m2
"""
TWO = """\
=== document two
register: leaflet
split: test
=== text
[[Macrophages|m1 CELL]] produce [[IL-6|m2 CYTOKINE specific norm=IL6]].
=== relations
m1 SECRETES m2
"""


def call(*arguments: object) -> Any:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.marked"
    path.write_text(ONE + TWO, encoding="utf-8")
    return path


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "one.txt").write_text("Mast cells release IL-4.", encoding="utf-8")
    (folder / "two.txt").write_text("Macrophages produce IL-6.", encoding="utf-8")
    return folder


class TestHelp:
    def test_every_command_and_option_has_help(self) -> None:
        group: Any = get_command(app)
        commands = group.commands["gold"].commands
        wanted = {"new", "check", "agree", "adjudicate", "from-reviews", "convert"}
        assert set(commands) == wanted
        for name, command in commands.items():
            assert command.help, name
            for parameter in command.params:
                assert parameter.help or parameter.name == "help", f"{name} {parameter.name}"


class TestNew:
    @pytest.mark.parametrize("name", ["a.marked", "a.jsonl", "a.json", "a.xml", "a.pubtator", "a"])
    def test_a_blank_sheet(self, name: str, documents: Path, tmp_path: Path) -> None:
        sheet = tmp_path / "sheets" / name
        result = call("gold", "new", documents, "-o", sheet, "--register", "note", "--split", "dev")
        assert result.exit_code == 0, result.output
        assert "2 documents, 0 mentions, 0 relations" in result.stderr
        read = load_gold([sheet])
        assert [(d.id, d.text, d.register_, d.split) for d in read] == [
            ("one", "Mast cells release IL-4.", "note", "dev"),
            ("two", "Macrophages produce IL-6.", "note", "dev"),
        ]

    def test_gold_is_never_overwritten(self, documents: Path, gold: Path) -> None:
        before = gold.read_bytes()
        result = call("gold", "new", documents, "-o", gold)
        assert result.exit_code == 2
        assert "exists and is not overwritten" in result.stderr
        assert gold.read_bytes() == before

    def test_wrong_use(self, documents: Path, tmp_path: Path) -> None:
        absent = call("gold", "new", tmp_path / "absent.txt", "-o", tmp_path / "a.marked")
        assert (absent.exit_code, "no such file" in absent.stderr) == (2, True)
        split = call("gold", "new", documents, "-o", tmp_path / "a.marked", "--split", "train")
        assert (split.exit_code, "'train' is unknown" in split.stderr) == (2, True)
        format = call("gold", "new", documents, "-o", tmp_path / "a.docx")
        assert (format.exit_code, "no format 'docx'" in format.stderr) == (2, True)
        assert not list(tmp_path.glob("a.*"))


class TestCheck:
    def test_good_gold(self, gold: Path, documents: Path) -> None:
        result = call("gold", "check", gold, "--documents", documents)
        assert (result.exit_code, result.stdout) == (0, ""), result.output

    def test_findings(self, gold: Path, documents: Path) -> None:
        (documents / "two.txt").write_text("Macrophages make IL-6.", encoding="utf-8")
        text = gold.read_text(encoding="utf-8").replace("specific norm=IL4", "specific norm=IL99")
        gold.write_text(text, encoding="utf-8")
        result = call("gold", "check", gold, "--documents", documents)
        assert result.exit_code == 1
        lines = result.stdout.splitlines()
        assert len(lines) == 2
        assert lines[0].startswith(f"{gold}:5: one: mention m2: ")
        assert "no CYTOKINE named 'IL99'" in lines[0]
        assert lines[1].startswith(f"{gold}:8: two: the text differs")

    def test_what_cannot_be_used(self, gold: Path) -> None:
        gold.write_text(ONE.replace("m1 SECRETES m2", "m2 SECRETES m1"), encoding="utf-8")
        result = call("gold", "check", gold)
        assert result.exit_code == 1
        assert result.stdout.startswith(f"{gold}:7: ")


class TestTwoAnnotators:
    def test_from_two_annotations_to_gold(self, gold: Path, tmp_path: Path) -> None:
        other = tmp_path / "other.marked"
        other.write_text((ONE + TWO).replace("m1 SECRETES m2", "m1 SECRETES m2 hedged", 1), "utf-8")
        agreed = call("gold", "agree", gold, other, "-o", tmp_path / "agreement.csv")
        assert agreed.exit_code == 0
        assert "relation SECRETES" in agreed.stdout
        with (tmp_path / "agreement.csv").open(encoding="utf-8", newline="") as file:
            rows = {(r["part"], r["name"]): r for r in csv.DictReader(file)}
        assert rows["attribute", "hedged"]["agreement"] == "0.5000"

        table = tmp_path / "table.csv"
        asked = call("gold", "adjudicate", gold, other, "-o", table)
        assert (asked.exit_code, "1 disagreements" in asked.stderr) == (0, True)
        made = tmp_path / "g.jsonl"
        open_ = call(
            "gold", "adjudicate", gold, other, "--apply", table, "-o", tmp_path / "g.jsonl"
        )
        assert open_.exit_code == 2
        assert "(relation SECRETES) is not decided" in open_.stderr
        assert not made.exists()

        again = call("gold", "adjudicate", gold, other, "-o", table)
        assert (again.exit_code, "is not overwritten" in again.stderr) == (2, True)

        with table.open(encoding="utf-8", newline="") as file:
            rows_ = list(csv.DictReader(file))
        rows_[0]["decision"] = "b"
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows_[0]))
            writer.writeheader()
            writer.writerows(rows_)
        done = call("gold", "adjudicate", gold, other, "--apply", table, "-o", made)
        assert done.exit_code == 0, done.output
        one, two = load_gold([made])
        assert (one.relations[0].hedged, two.relations[0].hedged) == (True, False)
        assert (one.register_, one.split) == ("abstract", "dev")

    def test_nothing_in_common(self, gold: Path, tmp_path: Path) -> None:
        other = tmp_path / "other.marked"
        other.write_text(ONE.replace("document one", "document three"), encoding="utf-8")
        result = call("gold", "agree", gold, other)
        assert (result.exit_code, "no document in common" in result.stderr) == (2, True)
        other.write_text(ONE, encoding="utf-8")
        result = call("gold", "agree", gold, other)
        assert result.exit_code == 0
        assert "1 documents of one side alone left out: two" in result.stderr


def test_from_reviews(documents: Path, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    row = dict.fromkeys(REVIEW_COLUMNS, "") | {
        "relation_id": "R1",
        "doc_id": "one",
        "predicate": "SECRETES",
        "subject_start": "0",
        "subject_end": "10",
        "subject_text": "Mast cells",
        "subject_label": "CELL",
        "object_start": "19",
        "object_end": "23",
        "object_text": "IL-4",
        "object_label": "CYTOKINE",
        "effect": "unspecified",
        "negated": "false",
        "hedged": "false",
        "curator": "AB",
        "decision": "accept",
    }
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, REVIEW_COLUMNS)
        writer.writeheader()
        writer.writerow(row)
    made = tmp_path / "gold.jsonl"
    result = call("gold", "from-reviews", path, "--documents", documents, "-o", made)
    assert result.exit_code == 0, result.output
    (document,) = load_gold([made])
    assert (document.partial, len(document.relations)) == (True, 1)
    path.write_text(path.read_text(encoding="utf-8").replace("Mast cells", "Mast cell"), "utf-8")
    other = tmp_path / "other.jsonl"
    wrong = call("gold", "from-reviews", path, "--documents", documents, "-o", other)
    assert wrong.exit_code == 2
    assert f"{path}:2: the subject is 'Mast cell'" in wrong.stderr


class TestConvert:
    def test_there_and_back(self, gold: Path, tmp_path: Path) -> None:
        documents = load_gold([gold])
        for name in ("a.json", "b.xml", "c.pubtator", "d.jsonl", "e.marked"):
            there = call("gold", "convert", gold, "-o", tmp_path / name)
            assert there.exit_code == 0, there.output
            assert load_gold([tmp_path / name]) == documents, name
        there = call("gold", "convert", gold, "-o", tmp_path / "brat", "--format", "brat")
        assert there.exit_code == 0, there.output
        assert load_gold([tmp_path / "brat"]) == documents

    def test_gold_of_others(self, tmp_path: Path) -> None:
        path = tmp_path / "theirs.jsonl"
        record = {
            "id": "1",
            "text": "Aspirin caused asthma.",
            "source": "bc5cdr",
            "entities": [
                {"id": "T1", "start": 0, "end": 7, "type": "Chemical", "ids": ["D1"]},
                {"id": "T2", "start": 15, "end": 21, "type": "Disease", "ids": ["D2"]},
            ],
            "relations": [{"type": "CID", "head": "D1", "tail": "D2", "level": "document"}],
        }
        path.write_text(json.dumps(record) + "\n", encoding="utf-8")
        without = call("gold", "convert", path, "-o", tmp_path / "ours.jsonl")
        assert without.exit_code == 2
        assert "--map" in without.stderr
        made = call("gold", "convert", path, "-o", tmp_path / "ours.jsonl", "--map", "bc5cdr")
        assert made.exit_code == 0, made.output
        (document,) = load_gold([tmp_path / "ours.jsonl"])
        assert [(m.label) for m in document.mentions] == ["DRUG", "DISEASE"]
        assert [r.predicate for r in document.relations] == ["CAUSES"]
        unknown = call("gold", "convert", path, "-o", tmp_path / "x.jsonl", "--map", "nothing")
        assert (unknown.exit_code, "no such map" in unknown.stderr) == (2, True)


class TestEvaluate:
    def test_a_part_of_gold(self, gold: Path, tmp_path: Path) -> None:
        result = call("evaluate", gold, "--split", "test", "-o", tmp_path / "out")
        assert result.exit_code == 0, result.output
        assert "Gold documents: 1," in result.stdout
        figures = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))
        assert [one["doc_id"] for one in figures["documents"]] == ["two"]
        assert figures["about"]["options"]["split"] == "test"
        page = (tmp_path / "out" / "evaluation.html").read_text(encoding="utf-8")
        assert page.startswith("<!doctype html>")
        both = call("evaluate", gold, "--register", "abstract", "--register", "leaflet")
        assert "Gold documents: 2," in both.stdout
        assert "leaflet" in both.stdout

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (("--register", "poem"), "gold has no such documents; there are: abstract, leaflet"),
            (("--split", "train"), "gold has no such documents; there are: dev, test"),
            (("--split", "dev", "--register", "leaflet"), "of both that split and that register"),
            (("--map", "nothing"), "no such map"),
            (("--gate", "absent.yaml"), "absent.yaml"),
            (("--against", "absent"), "no such file"),
        ],
    )
    def test_wrong_use(self, gold: Path, options: tuple[str, ...], message: str) -> None:
        result = call("evaluate", gold, *options)
        assert (result.exit_code, message in result.stderr) == (2, True), result.stderr

    def test_against_an_earlier_run(self, gold: Path, tmp_path: Path) -> None:
        assert call("evaluate", gold, "-o", tmp_path / "before").exit_code == 0
        result = call("evaluate", gold, "--against", tmp_path / "before", "-o", tmp_path / "after")
        assert result.exit_code == 0
        assert "Against the earlier run" in result.stdout
        assert (tmp_path / "after" / "comparison.csv").is_file()
        other = call("evaluate", gold, "--against", tmp_path / "before", "--gold-mentions")
        assert "mentions_given was False there and is True here" in other.stderr
        part = call("evaluate", gold, "--split", "dev", "--against", tmp_path / "before")
        assert part.exit_code == 2
        assert "not the same gold" in part.stderr

    def test_the_gate(self, gold: Path, tmp_path: Path) -> None:
        gate = tmp_path / "gate.yaml"
        gate.write_text("relations:\n  SECRETES: {f1: 0.9}\n", encoding="utf-8")
        passed = call("evaluate", gold, "--gate", gate)
        assert (passed.exit_code, "Nothing is below the gate." in passed.stderr) == (0, True)
        text = gold.read_text(encoding="utf-8").replace("m1 SECRETES m2\n", "", 1)
        gold.write_text(text, encoding="utf-8")
        failed = call("evaluate", gold, "--gate", gate)
        assert failed.exit_code == 1
        assert "relations SECRETES: f1 0.667, at least 0.9" in failed.stderr
        assert "[subject: Mast cells] [trigger: release] [object: IL-4]" in failed.stderr

    def test_tables_of_another_corpus(self, gold: Path, documents: Path, tmp_path: Path) -> None:
        assert call("run", documents / "one.txt", "-o", tmp_path / "tables").exit_code == 0
        some = call("evaluate", gold, "--tables", tmp_path / "tables")
        assert some.exit_code == 1
        assert "two: not in the tables, so all of it counts as missed" in some.stderr
        text = gold.read_text(encoding="utf-8").replace("document one", "document three")
        gold.write_text(text, encoding="utf-8")
        none = call("evaluate", gold, "--tables", tmp_path / "tables")
        assert none.exit_code == 2
        assert "no document of gold is in these tables" in none.stderr

    def test_tables_of_another_text(self, gold: Path, documents: Path, tmp_path: Path) -> None:
        (documents / "two.txt").write_text("Often macrophages produce IL-6.", encoding="utf-8")
        assert call("run", documents, "-o", tmp_path / "tables").exit_code == 0
        result = call("evaluate", gold, "--tables", tmp_path / "tables")
        assert result.exit_code == 2
        assert "were they made from the same text?" in result.stderr

    def test_bad_gold_is_told_with_its_line(self, gold: Path) -> None:
        text = gold.read_text(encoding="utf-8").replace("|m1 CELL]] produce", "|m1 GENE]] produce")
        gold.write_text(text, encoding="utf-8")
        result = call("evaluate", gold)
        assert result.exit_code == 2
        assert f"{gold}:12: " in result.stderr
        assert "GENE" in result.stderr
