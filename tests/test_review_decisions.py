"""Decisions on disk: appended whole, never changed, read as they grow, carried to a later run."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.curate.carry import Stale, Standing, TableRows, carry_over
from pipeline.curate.decisions import BROKEN, DecisionError, append_decisions
from pipeline.curate.following import Followers
from pipeline.curate.reviews import COLUMNS, Review, holding, read_reviews
from tests.reviewed import line, rows_of, write_run

Cells = dict[str, str]


@pytest.fixture
def rows(tmp_path: Path) -> list[Cells]:
    return rows_of(write_run(tmp_path / "run"))


class TestAppending:
    def test_lines_come_back(self, tmp_path: Path, rows: list[Cells]) -> None:
        path = tmp_path / "deep" / "anna.csv"
        note = '=HYPERLINK("x"), \r "quoted"\n𝛼'
        append_decisions(path, [line(rows[0], "anna", "accept", note=note)])
        append_decisions(path, [line(row, "anna", "reject") for row in rows[1:3]])
        found = read_reviews([path])
        assert [(r.cells["relation_id"], r.decision) for r in found] == [
            (rows[0]["relation_id"], "accept"),
            (rows[1]["relation_id"], "reject"),
            (rows[2]["relation_id"], "reject"),
        ]
        assert found[0].cells["note"] == note
        assert "'=HYPERLINK" in path.read_text(encoding="utf-8")

    def test_nothing_to_save_makes_no_file(self, tmp_path: Path) -> None:
        append_decisions(tmp_path / "a.csv", [])
        assert not (tmp_path / "a.csv").exists()

    def test_what_a_crash_left_is_set_aside(self, tmp_path: Path, rows: list[Cells]) -> None:
        path = tmp_path / "anna.csv"
        append_decisions(path, [line(rows[0], "anna", "accept")])
        whole = path.read_bytes()
        for torn in (b"R12,ca", b'R12,calm,SECRETES,1,2,"two\nlines\n'):
            path.write_bytes(whole + torn)
            append_decisions(path, [line(rows[1], "anna", "reject")])
            assert [r.decision for r in read_reviews([path])] == ["accept", "reject"]
            assert torn in path.with_name(path.name + BROKEN).read_bytes()

    def test_a_last_line_without_its_end_is_kept(self, tmp_path: Path, rows: list[Cells]) -> None:
        path = tmp_path / "anna.csv"
        append_decisions(path, [line(rows[0], "anna", "accept")])
        path.write_bytes(path.read_bytes().rstrip(b"\n"))
        append_decisions(path, [line(rows[1], "anna", "reject")])
        assert [r.decision for r in read_reviews([path])] == ["accept", "reject"]
        assert not path.with_name(path.name + BROKEN).exists()

    def test_columns_of_the_file_are_kept(self, tmp_path: Path, rows: list[Cells]) -> None:
        path = tmp_path / "anna.csv"
        columns = sorted(COLUMNS)
        path.write_text(",".join(columns) + "\n", encoding="utf-8")
        append_decisions(path, [line(rows[0], "anna", "unsure")])
        with path.open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == columns
        assert [r.decision for r in read_reviews([path])] == ["unsure"]

    @pytest.mark.parametrize("header", ["name,age\n", "relation_id;doc_id\n"])
    def test_another_table_is_not_touched(
        self, tmp_path: Path, rows: list[Cells], header: str
    ) -> None:
        path = tmp_path / "other.csv"
        path.write_text(header, encoding="utf-8")
        with pytest.raises(DecisionError, match="no file of decisions"):
            append_decisions(path, [line(rows[0], "anna", "accept")])
        assert path.read_text(encoding="utf-8") == header

    def test_a_column_that_would_be_lost(self, tmp_path: Path, rows: list[Cells]) -> None:
        path = tmp_path / "anna.csv"
        path.write_text(",".join(c for c in COLUMNS if c != "note") + "\n", encoding="utf-8")
        append_decisions(path, [line(rows[0], "anna", "accept")])
        with pytest.raises(DecisionError, match="lacks the columns note"):
            append_decisions(path, [line(rows[0], "anna", "accept", note="why")])

    def test_a_full_disk_changes_nothing(self, tmp_path: Path, rows: list[Cells]) -> None:
        """A limit on the size of files stands for a full disk: part of the line is written."""
        path = tmp_path / "anna.csv"
        append_decisions(path, [line(rows[0], "anna", "accept")])
        before = path.read_bytes()
        program = (
            "import resource, signal, sys\n"
            "from pathlib import Path\n"
            "from pipeline.curate.decisions import DecisionError, append_decisions\n"
            "from tests.reviewed import line, rows_of\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "path, run, size = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])\n"
            "row = rows_of(run)[1]\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))\n"
            "try:\n"
            "    append_decisions(path, [line(row, 'anna', 'reject')])\n"
            "except DecisionError as error:\n"
            "    print(error.strerror)\n"
        )
        arguments = [str(path), str(tmp_path / "run"), str(len(before) + 40)]
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
        )
        assert "nothing was saved (File too large); make room" in done.stdout
        assert path.read_bytes() == before

    def test_a_folder_in_the_way(self, tmp_path: Path, rows: list[Cells]) -> None:
        (tmp_path / "anna.csv").mkdir()
        with pytest.raises(DecisionError, match=r"anna\.csv: nothing was saved"):
            append_decisions(tmp_path / "anna.csv", [line(rows[0], "anna", "accept")])

    def test_several_at_the_same_time(self, tmp_path: Path, rows: list[Cells]) -> None:
        """The lock is that of the opened file, so threads stand for programs."""
        path = tmp_path / "all.csv"
        names = ["anna", "ben", "cem", "dora"]

        def decide_often(curator: str) -> None:
            for _ in range(5):
                for row in rows:
                    append_decisions(path, [line(row, curator, "accept")])

        with ThreadPoolExecutor(len(names)) as pool:
            list(pool.map(decide_often, names))
        found = read_reviews([path])
        assert len(found) == len(names) * len(rows)
        assert path.read_text(encoding="utf-8").count("\n") == 1 + 5 * len(found)
        assert path.read_text(encoding="utf-8").count("relation_id") == 1


class TestFollowing:
    def test_only_what_is_new(self, tmp_path: Path, rows: list[Cells]) -> None:
        files = Followers(tmp_path / "reviews")
        assert files.read_new() == ([], False)
        append_decisions(tmp_path / "reviews" / "a.csv", [line(rows[0], "a", "accept")])
        added, anew = files.read_new()
        assert ([r.decision for r in added], anew) == (["accept"], False)
        append_decisions(tmp_path / "reviews" / "a.csv", [line(rows[1], "a", "reject")])
        append_decisions(tmp_path / "reviews" / "b.csv", [line(rows[1], "b", "unsure")])
        added, anew = files.read_new()
        assert ([r.decision for r in added], anew) == (["reject", "unsure"], False)
        assert added[0].place.endswith("a.csv:3")
        assert [r.decision for r in files.reviews()] == ["accept", "reject", "unsure"]
        assert files.read_new() == ([], False)

    def test_a_line_that_is_being_written(self, tmp_path: Path, rows: list[Cells]) -> None:
        path = tmp_path / "a.csv"
        append_decisions(path, [line(rows[0], "a", "accept")])
        files = Followers(path)
        files.read_new()
        whole = path.read_bytes()
        append_decisions(path, [line(rows[1], "a", "reject")])
        longer = path.read_bytes()
        path.write_bytes(longer[:-9])
        assert files.read_new() == ([], False)
        path.write_bytes(longer)
        assert [r.decision for r in files.read_new()[0]] == ["reject"]
        path.write_bytes(whole)
        assert files.read_new()[1] is True

    def test_a_file_that_was_edited_or_is_gone(self, tmp_path: Path, rows: list[Cells]) -> None:
        path = tmp_path / "a.csv"
        append_decisions(path, [line(row, "a", "accept") for row in rows[:2]])
        files = Followers(tmp_path)
        files.read_new()
        path.write_text(path.read_text("utf-8").replace("accept", "reject!"), encoding="utf-8")
        added, anew = files.read_new()
        assert (added, anew) == ([], True)
        assert len(files.problems) == 2
        assert "a.csv:2: the decision 'reject!'" in files.problems[0]
        path.unlink()
        assert files.read_new() == ([], True)
        assert (list(files.reviews()), files.problems) == ([], [])


def carried(rows: list[Cells], *lines: Cells) -> tuple[dict[tuple[str, str], str], list[Stale]]:
    """The decisions that hold, by row and curator, and what is stale."""
    reviews = holding([Review(cells, f"f:{n}") for n, cells in enumerate(lines)])
    found = carry_over(reviews, TableRows(rows, ["calm", "evil"]))
    standing = {
        (relation_id, curator): one.decision
        for relation_id, by in found.standing.items()
        for curator, one in by.items()
    }
    return standing, found.stale


class TestCarryingOver:
    def test_the_same_run(self, rows: list[Cells]) -> None:
        lines = [line(rows[0], "a", "accept"), line(rows[0], "b", "reject")]
        standing, stale = carried(rows, *lines)
        key = rows[0]["relation_id"]
        assert standing == {(key, "a"): "accept", (key, "b"): "reject"}
        assert stale == []

    def test_text_before_the_sentence_grew(self, tmp_path: Path, rows: list[Cells]) -> None:
        moved = {
            **rows[0],
            **{n: str(int(rows[0][n]) + 7) for n in rows[0] if n.endswith(("_start", "_end"))},
        }
        standing, stale = carried([moved], line(rows[0], "a", "accept"))
        assert (list(standing.values()), stale) == (["accept"], [])

    def test_an_attribute_that_changed(self, tmp_path: Path, rows: list[Cells]) -> None:
        later = rows_of(write_run(tmp_path / "later", {0: {"negated": True}}))
        standing, (stale,) = carried(later, line(rows[0], "a", "accept"))
        assert standing == {}
        assert stale.reason == "the row says something else now: negated false → true"
        assert stale.relation_id == rows[0]["relation_id"]

    def test_a_correction_that_the_run_now_makes(self, tmp_path: Path, rows: list[Cells]) -> None:
        fixed = line(rows[0], "a", "fix", new_negated="true")
        assert list(carried(rows, fixed)[0].values()) == ["fix"]
        later = rows_of(write_run(tmp_path / "later", {0: {"negated": True}}))
        standing, stale = carried(later, fixed)
        assert (list(standing.values()), stale) == (["accept"], [])

    def test_a_corrected_predicate_is_found_in_its_new_row(
        self, tmp_path: Path, rows: list[Cells]
    ) -> None:
        fixed = line(rows[0], "a", "fix", new_predicate="EXPRESSES", new_object_label="RECEPTOR")
        later = [
            {**rows[0], "predicate": "EXPRESSES", "object_label": "RECEPTOR", "relation_id": "Rx"}
        ]
        standing, stale = carried(later, fixed)
        assert (standing, stale) == ({("Rx", "a"): "accept"}, [])
        own = line(later[0], "a", "reject")
        assert carried(later, own, fixed)[0] == {("Rx", "a"): "reject"}

    def test_rows_that_are_gone(self, tmp_path: Path, rows: list[Cells]) -> None:
        wider = {**rows[1], "relation_id": "Rw", "object_text": "B cells."}
        wider["object_end"] = str(int(rows[1]["object_end"]) + 1)
        gone = {**line(rows[2], "a", "reject"), "doc_id": "elsewhere"}
        lines = [line(rows[0], "a", "accept"), line(rows[1], "a", "accept"), gone]
        standing, stale = carried([wider], *lines)
        assert standing == {}
        assert [(one.reason, one.relation_id) for one in stale] == [
            ("the run no longer has the row", ""),
            ("a row with other bounds stands there now", "Rw"),
            ("the document is not in this run", ""),
        ]

    def test_a_sentence_that_changed(self, rows: list[Cells]) -> None:
        """Its rows are found by their words, not where they stood."""
        moved = {**rows[0], "relation_id": "Rm", "sentence": "Of note, " + rows[0]["sentence"]}
        for name in moved:
            if name.endswith(("_start", "_end")) and moved[name]:
                moved[name] = str(int(moved[name]) + 9)
        there = {**moved, "relation_id": "Rx", "object_text": "IL-5"}
        there |= {name: rows[0][name] for name in ("object_start", "object_end")}
        there |= {name: rows[0][name] for name in ("subject_start", "subject_end")}
        standing, (stale,) = carried([there, moved], line(rows[0], "a", "accept"))
        assert standing == {}
        assert (stale.reason, stale.relation_id) == ("its sentence has changed", "Rm")
        _, (stale,) = carried([there], line(rows[0], "a", "accept"))
        assert (stale.reason, stale.relation_id) == ("the run no longer has the row", "")

    def test_what_was_taken_back_is_not_carried(self, rows: list[Cells]) -> None:
        lines = [line(rows[0], "a", "accept"), line(rows[0], "a", "undo")]
        assert carried(rows, *lines) == ({}, [])

    def test_offsets_that_are_none_do_no_harm(self, rows: list[Cells]) -> None:
        broken = {**line(rows[0], "a", "accept"), "relation_id": "R?", "subject_end": "x"}
        _, (stale,) = carried(rows, broken)
        assert stale.reason == "its sentence has changed"


def test_standing_knows_its_review(rows: list[Cells]) -> None:
    review = Review(line(rows[0], "a", "accept"), "f:2")
    found = carry_over([review], TableRows(rows))
    assert found.standing[rows[0]["relation_id"]]["a"] == Standing(
        rows[0]["relation_id"], "accept", review
    )
    assert os.fspath("f:2") == review.place
