"""Tables as people corrected them, and the command ``pipeline review``."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.curate.corrected_tables import Corrected, corrected, write_corrected
from pipeline.curate.decisions import append_decisions
from pipeline.curate.fixes import fix_cells
from pipeline.curate.reviews import Review, holding
from pipeline.result import read_result
from pipeline.review.server import TOKEN_HEADER
from pipeline.tables_in import TableError
from tests.reviewed import line, rows_of, write_run

Cells = dict[str, str]
RUNNER = CliRunner()


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "run")


@pytest.fixture
def rows(run: Path) -> list[Cells]:
    return rows_of(run)


def made(run: Path, *lines: Cells) -> Corrected:
    return corrected(read_result(run), holding([Review(cells, "f") for cells in lines]))


def said(result: Corrected) -> list[str]:
    return [
        f"{'not ' * row['negated']}{row['predicate']} {row['subject_text']}>{row['object_text']}"
        for row in result.rows["relations"]
    ]


class TestCorrected:
    def test_nothing_decided_changes_nothing(self, run: Path, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        result = made(run)
        write_corrected(read_result(run), result, tmp_path / "out")
        again = read_result(tmp_path / "out").frames
        for name, before in read_result(run).frames.named().items():
            if name != "concepts":  # the run was written by hand, without them
                after = getattr(again, name)
                assert after[list(before.columns)].equals(before), name
        assert result.counts == {"": 7}

    def test_rejected_rows_go(self, run: Path, rows: list[Cells]) -> None:
        result = made(run, line(rows[0], "a", "reject"), line(rows[1], "a", "accept"))
        assert len(result.rows["relations"]) == 6
        assert result.rows["relations"][0]["review"] == "accept"
        assert result.rows["documents"][0]["n_relations"] == 3
        assert len(result.rows["network"]) == len({(r["predicate"], r["subject_name"],
            r["object_name"], r["effect"]) for r in result.rows["relations"]})  # fmt: skip

    def test_a_correction(self, run: Path, rows: list[Cells]) -> None:
        fixes = fix_cells(rows[2], {"object": "IL-6 [2]", "negated": "false", "hedged": "true"})
        result = made(run, line(rows[2], "a", "fix", **fixes))
        row = result.rows["relations"][2]
        assert (row["object_start"], row["negated"], row["hedged"]) == (
            int(fixes["new_object_start"]), False, True,
        )  # fmt: skip
        assert row["marked_sentence"] == (
            "[subject: T cells] do not [trigger: make] IL-6, but [object: IL-6] wakes T cells."
        )
        assert row["relation_id"] != rows[2]["relation_id"]
        assert (row["review"], row["curators"]) == ("fix", "a")

    def test_corrected_words_become_a_mention(self, run: Path, rows: list[Cells]) -> None:
        fixes = fix_cells(rows[1], {"object": "cells", "object_name": "lymphocyte"})
        result = made(run, line(rows[1], "a", "fix", **fixes))
        words = [(m["text"], m["concept_name"], m["layer"]) for m in result.rows["mentions"]]
        assert ("cells", "lymphocyte", "review") in words
        assert words.count(("B cells", "B cell", "")) == 1  # that of the other document
        names = [c["concept_name"] for c in result.rows["concepts"]]
        assert "lymphocyte" in names

    def test_a_corrected_concept_holds_for_the_mention(self, run: Path, rows: list[Cells]) -> None:
        fixes = fix_cells(rows[4], {"subject_name": "basophil"})
        result = made(run, line(rows[4], "a", "fix", **fixes))
        names = [r["subject_name"] for r in result.rows["relations"] if r["doc_id"] == "evil"]
        assert names == ["basophil", "basophil", "IL6"]

    def test_a_correction_that_makes_two_rows_alike(self, run: Path, rows: list[Cells]) -> None:
        fixes = fix_cells(rows[5], {"object": "IL-4"})
        result = made(run, line(rows[5], "a", "fix", **fixes))
        assert len(result.rows["relations"]) == 6
        assert result.counts["merged"] == 1

    def test_of_two_rows_alike_the_higher_score_stays(self, run: Path, rows: list[Cells]) -> None:
        """IL-5 (.65) is corrected to IL-4, which another row (.8) says already."""
        fixes = fix_cells(rows[5], {"object": "IL-4"})
        fix = line(rows[5], "a", "fix", **fixes)

        def kept(*lines: Cells) -> tuple[Any, ...]:
            same = [
                row
                for row in made(run, *lines).rows["relations"]
                if (row["doc_id"], row["object_text"]) == ("evil", "IL-4")
            ]
            return tuple(same[0][name] for name in ("score", "review", "curators", "hedged"))

        assert kept(fix) == (0.8, "fix", "a", True)  # what somebody said of the two
        assert kept(fix, line(rows[4], "b", "accept")) == (0.8, "accept", "a;b", False)

    def test_corrected_concepts_get_their_name_and_identifier(
        self, run: Path, rows: list[Cells]
    ) -> None:
        """Also those that were saved as they were written."""
        by_hand = line(rows[0], "a", "fix", new_object_name="interleukin 13")
        result = made(run, by_hand, line(rows[1], "a", "fix", new_object_name="blorf"))
        first, second = result.rows["relations"][:2]
        assert (first["object_name"], first["object_id"]) == ("IL13", "HGNC:5973")
        assert (second["object_name"], second["object_id"]) == ("blorf", "")
        assert result.unknown == {"blorf"}
        said = {(c["concept_name"], c["concept_id"]) for c in result.rows["concepts"]}
        assert {("IL13", "HGNC:5973"), ("blorf", "")} <= said

    def test_wider_words_keep_the_concept(self, tmp_path: Path) -> None:
        run = write_run(tmp_path / "run")
        table = run / "mentions.csv"
        cells = pd.read_csv(table, dtype=str, keep_default_na=False)
        cells.loc[cells["concept_name"] == "T cell", "concept_id"] = "CL:0000084"
        cells.to_csv(table, index=False)
        rows = rows_of(run)
        fixes = fix_cells(rows[3], {"object": "wakes T cells"})
        assert fixes["new_object_name"] == ""
        row = made(run, line(rows[3], "a", "fix", **fixes)).rows["relations"][3]
        assert (row["object_text"], row["object_name"]) == ("wakes T cells", "T cell")
        assert row["object_id"] == "CL:0000084"

    def test_another_label_without_a_name_keeps_no_identifier(
        self, run: Path, rows: list[Cells]
    ) -> None:
        by_hand = line(
            rows[1], "a", "fix", new_object_label="RECEPTOR", new_predicate="BINDS"
        )  # as no page writes it
        result = made(run, by_hand)
        row = result.rows["relations"][1]
        assert (row["object_label"], row["object_name"], row["object_id"]) == (
            "RECEPTOR", "B cell", "",
        )  # fmt: skip
        assert result.unknown == {"B cell"}

    def test_text_before_the_sentence_grew(self, run: Path, rows: list[Cells]) -> None:
        fixes = fix_cells(rows[1], {"object": "cells"})
        cells = line(rows[1], "a", "fix", **fixes)
        for name in cells:
            if name.endswith(("_start", "_end")) and cells[name]:
                cells[name] = str(int(cells[name]) + 11)
        row = made(run, cells).rows["relations"][1]
        assert row["object_text"] == "cells"
        assert row["object_start"] == int(fixes["new_object_start"])

    def test_curators_who_disagree_change_nothing(self, run: Path, rows: list[Cells]) -> None:
        result = made(run, line(rows[0], "a", "reject"), line(rows[0], "b", "accept"))
        assert (len(result.rows["relations"]), result.counts["disputed"]) == (7, 1)
        assert result.rows["relations"][0]["curators"] == "a;b"

    def test_what_no_longer_applies(self, run: Path, rows: list[Cells]) -> None:
        other = {**line(rows[0], "a", "reject"), "effect": "positive"}
        result = made(run, other)
        assert (len(result.rows["relations"]), result.stale) == (7, 1)


class TestCommands:
    def test_correct(self, run: Path, rows: list[Cells], tmp_path: Path) -> None:
        reviews = tmp_path / "reviews"
        append_decisions(reviews / "a.csv", [line(rows[0], "a", "reject")])
        out = tmp_path / "out"
        arguments = ["review", "correct", str(run), "-o", str(out), "--reviews", str(reviews)]
        done = RUNNER.invoke(app, arguments)
        assert (done.exit_code, "1 reject; 6 undecided" in done.stderr) == (0, True), done.stderr
        assert len(read_result(out).frames.relations) == 6
        about = json.loads((out / "run.json").read_text(encoding="utf-8"))
        assert about["reviewed"] == {"reject": 1, "undecided": 6, "no longer apply": 0}
        assert len(read_result(out).texts().found) == 2

    def test_names_that_nothing_knows_are_told(
        self, run: Path, rows: list[Cells], tmp_path: Path
    ) -> None:
        fix = line(rows[0], "a", "fix", new_object_name="blorf")
        append_decisions(tmp_path / "a.csv", [fix])
        arguments = ["review", "correct", str(run), "-o", str(tmp_path / "out")]
        done = RUNNER.invoke(app, [*arguments, "--reviews", str(tmp_path / "a.csv")])
        assert done.exit_code == 0
        assert "Concepts that nothing knows, kept as written: 'blorf'" in done.stderr

    def test_help_says_what_is_merged(self) -> None:
        said = " ".join(RUNNER.invoke(app, ["review", "correct", "--help"]).stdout.split())
        assert "Such rows are merged" in said
        assert "higher score" in said

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["correct", "RUN", "-o", "RUN"], "is the folder of the run"),
            (["correct", "RUN", "-o", "out", "--reviews", "none"], "no decisions there"),
            (["correct", "none", "-o", "out", "--reviews", "a.csv"], "no such folder"),
            (["correct", "RUN", "-o", "a.csv", "--reviews", "a.csv"], "a file has that name"),
            (["none"], "no such folder"),
            (["RUN", "--curator", "..."], "is no name"),
            (["RUN", "--reviews", "run.json"], "name a folder or a .csv file"),
            (["RUN", "--documents", "nowhere"], "no such file or folder"),
        ],
    )
    def test_wrong_use(
        self, run: Path, rows: list[Cells], tmp_path: Path, arguments: list[str], message: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        append_decisions(tmp_path / "a.csv", [line(rows[0], "a", "reject")])
        (tmp_path / "run.json").touch()
        monkeypatch.chdir(tmp_path)
        done = RUNNER.invoke(app, ["review", *(a.replace("RUN", str(run)) for a in arguments)])
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
        assert message in done.stderr
        assert not (tmp_path / "out").exists()  # nothing is left of what failed

    def test_the_page_is_served_until_it_is_stopped(self, run: Path, tmp_path: Path) -> None:
        environment = {**os.environ, "DISPLAY": "", "WAYLAND_DISPLAY": ""}
        command = [sys.executable, "-m", "pipeline", "review", "--port", "0", str(run)]
        command += ["--reviews", str(tmp_path / "reviews")]
        with subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env=environment
        ) as server:
            assert server.stderr is not None
            told = server.stderr.readline()
            found = re.search(r"(http://127\.0\.0\.1:\d+/)#token=(\S+)", told)
            assert found, told
            with urllib.request.urlopen(found[1], timeout=10) as page:
                assert b"<script" in page.read()
            with pytest.raises(urllib.error.HTTPError, match="401"):
                urllib.request.urlopen(found[1] + "api/start", timeout=10)
            asked = urllib.request.Request(found[1] + "api/rows", headers={TOKEN_HEADER: found[2]})
            with urllib.request.urlopen(asked, timeout=10) as answer:
                assert json.load(answer)["total"] == 7
            server.send_signal(signal.SIGINT)
            assert server.wait(timeout=10) in (0, 130, -signal.SIGINT)
            assert "Traceback" not in server.stderr.read()


@pytest.mark.parametrize(
    ("by_hand", "message"),
    [
        ({"new_subject_start": "900", "new_subject_end": "905"}, "is not in the sentence"),
        ({"new_subject_end": "0"}, "is not in the sentence"),
        ({"new_subject_label": "DRUG"}, "the subject of SECRETES cannot be a DRUG"),
    ],
)
def test_corrections_by_hand_that_no_row_can_hold(
    tmp_path: Path, by_hand: dict[str, str], message: str
) -> None:
    run = write_run(tmp_path / "run")
    cells = line(rows_of(run)[0], "a", "fix", **by_hand)
    with pytest.raises(TableError, match=message) as caught:
        corrected(read_result(run), [Review(cells, "reviews.csv:7")])
    assert str(caught.value).startswith("reviews.csv:7: ")
