"""The state behind the review page: rows, decisions, undo, figures, two curators."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.curate.decisions import append_decisions
from pipeline.curate.fixes import FixError
from pipeline.curate.reviews import read_reviews
from pipeline.evaluate.intervals import cohen_kappa, wilson
from pipeline.review.context import Library, row_item
from pipeline.review.desk import Desk, DeskError
from pipeline.review.rows import Query
from pipeline.review.serve import open_desk
from pipeline.tables_in import TableError
from tests.reviewed import TEXTS, line, rows_of, write_run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "run")


@pytest.fixture
def opened(run: Path, tmp_path: Path) -> tuple[Desk, Library]:
    return open_desk(run, tmp_path / "reviews")


@pytest.fixture
def desk(opened: tuple[Desk, Library]) -> Desk:
    return opened[0]


def ids(desk: Desk, **query: object) -> list[str]:
    rows = desk.rows.page(Query(**query), 0, 50)  # type: ignore[arg-type]
    assert desk.rows.count(Query(**query)) == len(rows)  # type: ignore[arg-type]
    return [f"{row['doc_id']} {row['subject_text']}>{row['object_text']}" for row in rows]


class TestRows:
    def test_orders(self, desk: Desk) -> None:
        scores = [row["score"] for row in desk.rows.page(Query(sort="uncertain"), 0, 50)]
        assert scores == ["0.55", "0.6", "0.65", "0.7", "0.75", "0.8", "0.9"]
        assert [r["score"] for r in desk.rows.page(Query(sort="certain"), 1, 2)] == ["0.8", "0.75"]
        facts = ids(desk, sort="fact")
        assert facts.index("evil Mast cells>IL-4") == facts.index("calm Mast cells>IL-4") + 1
        assert ids(desk, sort="document")[0] == "calm Mast cells>IL-4"
        assert sorted(ids(desk, sort="sample")) == sorted(facts)
        with pytest.raises(ValueError, match="no order 'score'"):
            desk.rows.page(Query(sort="score; DROP TABLE rows"[:5]), 0, 1)

    @pytest.mark.parametrize(
        ("query", "n"),
        [
            ({"predicate": "SECRETES"}, 4),
            ({"label": "CELL"}, 7),
            ({"label": "DRUG"}, 0),
            ({"concept": "IL6"}, 3),
            ({"document": "evil"}, 3),
            ({"rule": "rule-ACTS_ON"}, 3),
            ({"min_score": 0.6, "max_score": 0.7}, 3),
            ({"search": "MAST il-5"}, 2),  # both words stand in the sentence
            ({"search": "100%"}, 0),
            ({"search": "c_lls"}, 0),
            ({"search": "𝛼"}, 2),
        ],
    )
    def test_filters(self, desk: Desk, query: dict[str, object], n: int) -> None:
        assert len(ids(desk, **query)) == n

    def test_elsewhere(self, desk: Desk) -> None:
        (row,) = desk.rows.page(
            Query(search="make IL-4.", document="calm", predicate="SECRETES"), 0, 1
        )
        total, found = desk.rows.elsewhere(row, 20)
        assert (total, [one["doc_id"] for one in found]) == (1, ["evil"])

    def test_suggestions(self, desk: Desk) -> None:
        assert desk.rows.suggest("concept", "il") == ["IL4", "IL6", "IL5"]
        assert desk.rows.suggest("concept", "cell", "CYTOKINE") == []
        assert desk.rows.suggest("document", "v") == ["evil"]
        assert desk.rows.suggest("concept", "%") == []


class TestDeciding:
    def test_a_decision_is_on_disk(self, desk: Desk, tmp_path: Path) -> None:
        first = desk.rows.page(Query(), 0, 1)[0]["relation_id"]
        desk.decide(first, "Anna  B.", "accept", "seen")
        (review,) = read_reviews([tmp_path / "reviews" / "anna-b.csv"])
        assert (review.cells["curator"], review.decision) == ("Anna B.", "accept")
        assert review.cells["note"] == "seen"
        assert review.cells["date"].endswith("+00:00")
        assert desk.standing(first)["Anna B."].decision == "accept"

    def test_states(self, desk: Desk) -> None:
        first, second, third = (row["relation_id"] for row in desk.rows.page(Query(), 0, 3))
        desk.decide(first, "a", "accept")
        desk.decide(second, "a", "unsure")
        desk.decide(second, "b", "reject")
        desk.decide(third, "b", "reject")
        counts = {
            state: desk.rows.count(Query(state=state, curator="a"))
            for state in ("open", "decided", "accept", "reject", "unsure", "disagree", "changed")
        }
        assert counts == {
            "open": 5, "decided": 2, "accept": 1, "reject": 0, "unsure": 1, "disagree": 1,
            "changed": 0,
        }  # fmt: skip

    def test_a_fix(self, desk: Desk, tmp_path: Path) -> None:
        row = desk.rows.page(Query(search="wakes t cells", predicate="ACTS_ON"), 0, 1)[0]
        desk.decide(row["relation_id"], "a", "fix", "", {"effect": "negative", "object": "cells"})
        (review,) = read_reviews([tmp_path / "reviews" / "a.csv"])
        assert review.right("effect") == "negative"
        start, end = int(review.right("object_start")), int(review.right("object_end"))
        assert TEXTS["calm"][start:end] == "cells"
        item = row_item(row, desk, "a")
        assert item["mine"]["fixes"]["effect"] == "negative"

    def test_a_corrected_concept(self, opened: tuple[Desk, Library], tmp_path: Path) -> None:
        desk, library = opened
        row = desk.rows.page(Query(predicate="SECRETES", document="calm"), 0, 1)[0]

        def fix(**corrections: str) -> list[tuple[str, str, bool]]:
            find = library.concepts.name_of
            said = desk.decide(row["relation_id"], "a", "fix", "", corrections, None, find)[1]
            return [(one.given, one.name, one.known) for one in said]

        def saved() -> str:
            (review,) = read_reviews([tmp_path / "reviews" / "a.csv"])
            return review.right("object_name")

        assert fix(object_name="interleukin 13") == [("interleukin 13", "IL13", True)]
        assert saved() == "IL13"
        assert fix(object_name="blorf") == [("blorf", "blorf", False)]
        assert saved() == "blorf"
        assert desk.decide(row["relation_id"], "a", "accept")[1] == []

    @pytest.mark.parametrize(
        ("decision", "more", "error", "message"),
        [
            ("yes", {}, DeskError, "'yes' is no decision"),
            ("accept", {"corrections": {"effect": "negative"}}, DeskError, "only a fix"),
            ("accept", {"note": "x" * 3000}, DeskError, "3000 characters"),
            ("fix", {"corrections": {}}, FixError, "nothing changes"),
            ("fix", {"corrections": {"object": "NK cells"}}, FixError, "does not stand"),
        ],
    )
    def test_what_cannot_be_decided(
        self, desk: Desk, tmp_path: Path, decision: str, more: dict, error: type, message: str
    ) -> None:
        first = desk.rows.page(Query(), 0, 1)[0]["relation_id"]
        with pytest.raises(error, match=message):
            desk.decide(first, "a", decision, **more)
        with pytest.raises(DeskError, match="no row"):
            desk.decide("R0", "a", "accept")
        for name in ("", " ", "...", "a\nb\x00", "x" * 61):
            with pytest.raises(DeskError, match="is no name"):
                desk.decide(first, name, "accept")
        assert not (tmp_path / "reviews").exists()

    def test_names_cannot_leave_the_folder(self, desk: Desk, tmp_path: Path) -> None:
        for name in ("../../etc/x", "..a", "C:\\x", "Ünal/Ö"):
            assert desk.file_of(name).parent == tmp_path / "reviews"
        assert desk.file_of("Ünal/Ö").name == "ünal-ö.csv"

    def test_undo_goes_back_step_by_step(self, desk: Desk, tmp_path: Path) -> None:
        first, second = (row["relation_id"] for row in desk.rows.page(Query(), 0, 2))
        desk.decide(first, "a", "accept", "why")
        desk.decide(second, "a", "reject")
        desk.decide(first, "a", "unsure")
        for expected in ({first: "accept", second: "reject"}, {first: "accept"}, {}):
            assert desk.undo("a") is not None
            found = {r: desk.standing(r)["a"].decision for r in (first, second) if desk.standing(r)}
            assert found == expected
        assert desk.undo("a") is None
        text = (tmp_path / "reviews" / "a.csv").read_text(encoding="utf-8")
        assert text.count("\n") == 1 + 3 + 4  # nothing was taken out

    def test_undo_after_a_restart(self, desk: Desk, run: Path, tmp_path: Path) -> None:
        first = desk.rows.page(Query(), 0, 1)[0]["relation_id"]
        desk.decide(first, "a", "accept")
        desk.decide(first, "a", "reject")
        again, _ = open_desk(run, tmp_path / "reviews")
        again.undo("a")
        assert again.standing(first)["a"].decision == "accept"
        assert read_reviews([tmp_path / "reviews" / "a.csv"])[0].decision == "accept"


class TestCurators:
    def test_two_programs_see_each_other(self, desk: Desk, run: Path, tmp_path: Path) -> None:
        other, _ = open_desk(run, tmp_path / "reviews")
        first, second = (row["relation_id"] for row in desk.rows.page(Query(), 0, 2))
        desk.decide(first, "a", "accept")
        other.decide(first, "b", "reject")
        other.decide(second, "a", "unsure")
        desk.refresh()
        assert {k: v.decision for k, v in desk.standing(first).items()} == {
            "a": "accept", "b": "reject",
        }  # fmt: skip
        assert desk.standing(second)["a"].decision == "unsure"
        assert desk.curators == ["a", "b"]

    def test_others_are_hidden_until_one_has_decided(self, desk: Desk) -> None:
        row = desk.rows.page(Query(), 0, 1)[0]
        desk.decide(row["relation_id"], "b", "reject")
        assert row_item(row, desk, "a")["others"] == []
        desk.decide(row["relation_id"], "a", "accept")
        assert [one["curator"] for one in row_item(row, desk, "a")["others"]] == ["b"]

    def test_agreement(self, desk: Desk) -> None:
        said = [
            ("accept", "accept"),
            ("accept", "reject"),
            ("reject", "reject"),
            ("accept", "accept"),
        ]
        for row, (one, other) in zip(desk.rows.page(Query(), 0, 4), said, strict=True):
            desk.decide(row["relation_id"], "a", one)
            desk.decide(row["relation_id"], "b", other)
        (found,) = desk.figures("a")["agreement"]
        assert (found["curators"], found["both"], found["alike"]) == (["a", "b"], 4, 3)
        assert found["kappa"] == pytest.approx(0.5)  # .75 seen, .5 by chance

    def test_kappa_is_that_of_scikit_learn(self) -> None:
        from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped]

        pairs = [("a", "a"), ("a", "b"), ("c", "c"), ("b", "b"), ("c", "a"), ("a", "a"), ("b", "c")]
        expected = cohen_kappa_score(*zip(*pairs, strict=True))
        assert cohen_kappa(pairs) == pytest.approx(expected)
        assert cohen_kappa([("a", "a")]) is None
        assert cohen_kappa([]) is None


class TestFigures:
    def test_precision(self, desk: Desk) -> None:
        rows = desk.rows.page(Query(sort="document"), 0, 7)
        desk.decide(rows[0]["relation_id"], "a", "accept")
        desk.decide(rows[1]["relation_id"], "a", "fix", "", {"effect": "negative"})
        desk.decide(rows[2]["relation_id"], "a", "fix", "", {"object": "IL-6 [2]"})
        desk.decide(rows[3]["relation_id"], "a", "unsure")
        desk.decide(rows[4]["relation_id"], "a", "reject")
        figures = desk.figures("a")
        assert (figures["total"], figures["reviewed"], figures["judged"]) == (7, 5, 4)
        assert (figures["right"], figures["wholly_right"], figures["unsure"]) == (2, 1, 1)
        assert (figures["low"], figures["high"]) == wilson(2, 4)
        by = {part["name"]: (part["right"], part["judged"]) for part in figures["predicate"]}
        assert by == {"SECRETES": (1, 3), "ACTS_ON": (1, 1)}
        assert {part["name"] for part in figures["rule"]} == {"rule-SECRETES", "rule-ACTS_ON"}
        desk.undo("a")
        assert desk.figures("a")["judged"] == 3
        assert desk.figures("nobody")["precision"] is None


class TestLaterRun:
    def test_what_changed_is_asked_again(self, desk: Desk, tmp_path: Path) -> None:
        rows = desk.rows.page(Query(sort="document"), 0, 7)
        for row in rows[:3]:
            desk.decide(row["relation_id"], "a", "accept")
        later = write_run(tmp_path / "later", {0: {"negated": True}, 1: None})  # type: ignore[dict-item]
        desk, _ = open_desk(later, tmp_path / "reviews")
        assert desk.rows.count(Query(state="decided", curator="a")) == 1
        (changed,) = desk.rows.page(Query(state="changed", curator="a"), 0, 5)
        item = row_item(changed, desk, "a")
        assert item["mine"] is None
        assert item["earlier"]["decision"] == "accept"
        assert "negated false → true" in item["earlier"]["reason"]
        assert sorted(one.reason.partition(":")[0] for one in desk.stale) == [
            "the row says something else now", "the run no longer has the row",
        ]  # fmt: skip
        desk.decide(changed["relation_id"], "a", "reject")
        assert [one.relation_id for one in desk.stale] == [""]
        assert desk.figures("a")["stale"] == 1

    def test_undo_leaves_decisions_on_other_runs(self, desk: Desk, tmp_path: Path) -> None:
        row = desk.rows.page(Query(sort="document"), 1, 1)[0]
        desk.decide(row["relation_id"], "a", "accept")
        later = write_run(tmp_path / "later", {1: None})  # type: ignore[dict-item]
        desk, _ = open_desk(later, tmp_path / "reviews")
        assert desk.undo("a") is None
        assert len(read_reviews([tmp_path / "reviews" / "a.csv"])) == 1


class TestContext:
    def test_paragraph(self, opened: tuple[Desk, Library]) -> None:
        desk, library = opened
        row = desk.rows.page(Query(concept="B cell", document="calm"), 0, 1)[0]
        found = library.paragraph(row)
        text = "".join(text for text, _, _ in found["segments"])
        assert text == TEXTS["calm"].split("\n\n")[0]
        marked = {role: part for part, roles, _ in found["segments"] for role in roles}
        assert marked["subject"] == "IL-4"
        assert (found["before"], found["after"]) == (False, True)
        row = desk.rows.page(Query(search="il-5", predicate="SECRETES"), 0, 1)[0]
        assert "\r\n" not in "".join(t for t, _, _ in library.paragraph(row)["segments"])

    def test_no_text(self, run: Path, tmp_path: Path) -> None:
        (run / "texts" / "texts.jsonl").unlink()
        desk, library = open_desk(run, tmp_path / "reviews")
        row = desk.rows.page(Query(), 0, 1)[0]
        assert library.paragraph(row) == {"missing": "not in any named input"}

    def test_names_of_mentions(self, opened: tuple[Desk, Library]) -> None:
        names = opened[1].names("calm")
        assert names[0, 10, "CELL"] == "mast cell"
        assert opened[1].names("nowhere") == {}


class TestTables:
    def test_an_older_version(self, run: Path, tmp_path: Path) -> None:
        path = run / "relations.csv"
        path.write_text(path.read_text("utf-8").replace("trigger_start", "x"), encoding="utf-8")
        with pytest.raises(TableError, match=r"trigger_start.*older version.*run it again"):
            open_desk(run, tmp_path / "reviews")

    def test_no_run(self, tmp_path: Path) -> None:
        with pytest.raises(TableError, match="no such folder"):
            open_desk(tmp_path / "none", tmp_path)
        with pytest.raises(TableError, match=r"relations\.csv: no such table"):
            open_desk(tmp_path, tmp_path)

    def test_one_file_for_all(self, run: Path, tmp_path: Path) -> None:
        path = tmp_path / "mine.csv"
        append_decisions(path, [line(rows_of(run)[0], "b", "accept")])
        desk, _ = open_desk(run, path)
        desk.decide(rows_of(run)[1]["relation_id"], "a", "accept")
        assert len(read_reviews([path])) == 2

    def test_lines_that_are_no_decisions_are_named(self, run: Path, tmp_path: Path) -> None:
        path = tmp_path / "reviews" / "a.csv"
        rows = rows_of(run)
        append_decisions(path, [line(rows[0], "a", "maybe"), line(rows[1], "a", "accept")])
        desk, _ = open_desk(run, tmp_path / "reviews")
        assert [p.partition(": ")[2] for p in desk.problems] == [
            "the decision 'maybe' is none of accept, reject, unsure, fix"
        ]
        assert desk.figures("a")["reviewed"] == 1
