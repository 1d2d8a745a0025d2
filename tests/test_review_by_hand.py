"""Decisions where people and other programs had their hands in the files, and the order in which
they are taken back."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.curate.decisions import BROKEN, DecisionError
from pipeline.curate.reviews import every_review, holding, read_reviews
from pipeline.review.context import row_item
from pipeline.review.desk import Desk, DeskError, check_name
from pipeline.review.serve import open_desk
from pipeline.tables_in import TableError
from tests import reviewed
from tests.reviewed import line, rows_of, write_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("by-hand") / "run")


class Clock:
    """A second later whenever somebody looks."""

    def __init__(self) -> None:
        self.seconds = 0

    def __call__(self) -> str:
        self.seconds += 1
        return f"2026-11-30T10:{self.seconds // 60:02}:{self.seconds % 60:02}+00:00"


@pytest.fixture
def again(run: Path, tmp_path: Path) -> Callable[[], Desk]:
    """Opens the review; the clock goes on."""
    clock = Clock()
    return lambda: Desk(open_desk(run, tmp_path)[0].rows, tmp_path / "reviews", clock)


@pytest.fixture
def desk(again: Callable[[], Desk]) -> Desk:
    return again()


@pytest.fixture
def ids(run: Path) -> list[str]:
    return [row["relation_id"] for row in rows_of(run)]


def said(desk: Desk, ids: list[str], curator: str = "a") -> list[str]:
    """What a curator decided about the rows, "" for nothing."""
    found = (desk.standing(one).get(curator) for one in ids)
    return [one.decision if one else "" for one in found]


class TestFilesByHand:
    def test_an_edit_that_keeps_the_size(
        self, desk: Desk, again: Callable[[], Desk], ids: list[str], tmp_path: Path
    ) -> None:
        for one in ids[:2]:
            desk.decide(one, "a", "accept")
        path = tmp_path / "reviews" / "a.csv"
        path.write_text(path.read_text("utf-8").replace("accept", "reject", 1), encoding="utf-8")
        desk.decide(ids[2], "a", "unsure")  # before anybody looks
        expected = ["reject", "accept", "unsure"]
        assert said(desk, ids[:3]) == said(again(), ids[:3]) == expected

    @pytest.mark.parametrize(("old", "new"), [("so it", 'so 5" it'), ("so it", 'so "it')])
    def test_a_quote_inside_of_a_word_takes_nothing_away(
        self, desk: Desk, ids: list[str], tmp_path: Path, old: str, new: str
    ) -> None:
        for one in ids[:5]:
            desk.decide(one, "a", "accept", "so it is")
        path = tmp_path / "reviews" / "a.csv"
        path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
        desk.decide(ids[5], "a", "reject")
        assert said(desk, ids[:6]) == [*["accept"] * 5, "reject"]
        assert len(read_reviews([path])) == 6
        assert not path.with_name(path.name + BROKEN).exists()

    def test_a_quote_that_is_never_closed_is_told(
        self, desk: Desk, again: Callable[[], Desk], ids: list[str], tmp_path: Path
    ) -> None:
        for one in ids[:5]:
            desk.decide(one, "a", "accept", "so it is")
        path = tmp_path / "reviews" / "a.csv"
        right = path.read_text("utf-8")
        lines = right.split("\n")
        for n in (3, 5):  # also in the last line
            by_hand = [*lines[:n], lines[n].replace("so it", '"so it'), *lines[n + 1 :]]
            path.write_text("\n".join(by_hand), encoding="utf-8")
            for other in (desk, again()):
                other.refresh()
                assert said(other, ids[:5]) == [*["accept"] * (n - 1), *[""] * (6 - n)]
                (problem,) = other.problems
                assert problem.startswith(f"{path}:{n + 1}: a quote begins there")
            with pytest.raises(DecisionError, match=f":{n + 1}: a quote begins there"):
                desk.decide(ids[5], "a", "reject")
            assert path.read_text("utf-8") == "\n".join(by_hand)
        path.write_text(right, encoding="utf-8")
        desk.decide(ids[5], "a", "reject")
        assert said(desk, ids[:6]) == [*["accept"] * 5, "reject"]

    def test_a_quote_that_swallows_more_than_a_cell_holds(
        self, desk: Desk, ids: list[str], tmp_path: Path
    ) -> None:
        desk.decide(ids[0], "a", "accept")
        desk.decide(ids[1], "a", "accept", "so it is")
        path = tmp_path / "reviews" / "a.csv"
        text = path.read_text("utf-8").replace("so it", '"so it')
        path.write_text(text + "R1,x\n" * (csv.field_size_limit() // 4), encoding="utf-8")
        desk.refresh()
        assert said(desk, ids[:2]) == ["accept", ""]
        (problem,) = desk.problems
        assert problem.startswith(f"{path}:2: no line below can be read")

    @pytest.mark.parametrize("name", ["a_old.csv", "0.csv"])
    def test_an_older_copy_takes_nothing_back(
        self, desk: Desk, again: Callable[[], Desk], ids: list[str], tmp_path: Path, name: str
    ) -> None:
        desk.decide(ids[0], "a", "accept")
        shutil.copy(tmp_path / "reviews" / "a.csv", tmp_path / "reviews" / name)
        desk.decide(ids[0], "a", "reject")
        assert said(desk, ids[:1]) == said(again(), ids[:1]) == ["reject"]
        found, _ = every_review(sorted((tmp_path / "reviews").iterdir()))
        assert [one.decision for one in holding(found)] == ["reject"]

    def test_lines_without_a_usable_date_are_the_oldest(self, run: Path, tmp_path: Path) -> None:
        row = rows_of(run)[0]
        for name, date, decision in (
            ("a", "2026-11-30", "accept"), ("b", "30.11.2027", "reject"), ("c", "", "unsure"),
        ):  # fmt: skip
            cells = line(row, "a", decision) | {"date": date}
            with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(cells))
                writer.writeheader()
                writer.writerow(cells)
        found, wrong = every_review(sorted(tmp_path.glob("*.csv")))
        assert [one.decision for one in holding(found)] == ["accept"]
        assert wrong == []

    def test_a_line_of_the_future_is_told(self, desk: Desk, ids: list[str], tmp_path: Path) -> None:
        desk.decide(ids[0], "a", "accept")
        path = tmp_path / "reviews" / "a.csv"
        late = path.read_text("utf-8").replace("2026-11-30T", "2036-11-30T")
        (tmp_path / "reviews" / "b.csv").write_text(late, encoding="utf-8")
        with pytest.raises(DeskError, match=r"b\.csv:2 has a later date"):
            desk.decide(ids[0], "a", "reject")

    def test_a_stranger_that_grows_does_no_harm(
        self, desk: Desk, ids: list[str], tmp_path: Path
    ) -> None:
        desk.decide(ids[0], "a", "accept")
        stranger = tmp_path / "reviews" / "x.csv"
        for text in ("a;b;c\n1;2;3\n", "a;b;c\n1;2;3\n4;5;6\n", "a,a\n1,2\n", "\xff", ""):
            stranger.write_text(text, encoding="latin-1")
            desk.decide(ids[1], "a", "reject", text[:1])
            assert said(desk, ids[:2]) == ["accept", "reject"]

    def test_a_file_that_cannot_be_read(
        self, desk: Desk, ids: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.decide(ids[0], "a", "accept")
        other = tmp_path / "reviews" / "b.csv"
        shutil.copy(tmp_path / "reviews" / "a.csv", other)
        right = Path.open

        def refused(self: Path, *given: object, **named: object) -> object:
            if self == other:
                raise PermissionError(13, "Permission denied")
            return right(self, *given, **named)  # type: ignore[call-overload]

        monkeypatch.setattr(Path, "open", refused)
        desk.refresh()
        assert desk.problems == [f"{other}: cannot be read (Permission denied)"]
        desk.decide(ids[1], "a", "reject")
        assert said(desk, ids[:2]) == ["accept", "reject"]

    def test_a_file_that_is_replaced_while_it_is_added_to(
        self, desk: Desk, ids: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from pipeline.review import desk as module

        desk.decide(ids[0], "a", "accept")
        path = tmp_path / "reviews" / "a.csv"
        before, append = path.read_bytes(), module.append_decisions

        def replaced(*given: object) -> None:
            append(*given)  # type: ignore[arg-type]
            path.write_bytes(before)

        monkeypatch.setattr(module, "append_decisions", replaced)
        with pytest.raises(DecisionError, match="was the file replaced"):
            desk.decide(ids[1], "a", "reject")

    @pytest.mark.parametrize(
        ("column", "cell", "message"),
        [
            ("new_subject_start", "x", "no offset"),
            ("new_predicate", "EATS", "none of SECRETES"),
            ("new_object_label", "cell", "none of CYTOKINE"),
            ("subject_end", "", "no offset"),
        ],
    )
    def test_a_correction_by_hand_that_is_none(
        self, run: Path, tmp_path: Path, column: str, cell: str, message: str
    ) -> None:
        cells = line(rows_of(run)[0], "a", "fix", new_effect="negative") | {column: cell}
        path = tmp_path / "reviews.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(cells))
            writer.writeheader()
            writer.writerow(cells)
        found, wrong = every_review([path])
        assert found == []
        assert message in wrong[0]

    def test_a_folder_with_the_name_of_a_file(self, run: Path, tmp_path: Path) -> None:
        (tmp_path / "all.csv").mkdir()
        desk, _ = open_desk(run, tmp_path / "all.csv")
        assert desk.file_of("a") == tmp_path / "all.csv" / "a.csv"


class TestOneLineADecision:
    def test_the_same_again_adds_nothing(self, desk: Desk, ids: list[str], tmp_path: Path) -> None:
        for _ in range(3):
            desk.decide(ids[0], "a", "accept")
            desk.decide(ids[1], "a", "fix", "why", {"negated": "true"})
        path = tmp_path / "reviews" / "a.csv"
        assert len(path.read_text("utf-8").splitlines()) == 3
        desk.decide(ids[1], "a", "fix", "why", {"hedged": "true"})
        desk.decide(ids[0], "a", "accept", "so")
        assert len(path.read_text("utf-8").splitlines()) == 5

    def test_undo_goes_back_in_time(
        self, desk: Desk, again: Callable[[], Desk], ids: list[str]
    ) -> None:
        desk.decide(ids[0], "a", "accept")
        desk.decide(ids[1], "a", "accept")
        desk.decide(ids[0], "a", "reject")
        desk.decide(ids[2], "a", "accept")
        steps = []
        for _ in range(4):
            desk = again()  # each in a session of its own
            desk.undo("a")
            steps.append(said(desk, ids[:3]))
        assert steps == [
            ["reject", "accept", ""], ["accept", "accept", ""], ["accept", "", ""], ["", "", ""],
        ]  # fmt: skip
        assert desk.undo("a") is None

    def test_undo_of_a_row_that_was_opened_otherwise(
        self, desk: Desk, ids: list[str], run: Path, tmp_path: Path
    ) -> None:
        from pipeline.curate.decisions import append_decisions

        desk.decide(ids[1], "a", "accept")
        desk.decide(ids[0], "a", "accept")
        desk.decide(ids[0], "a", "reject")
        taken = line(rows_of(run)[0], "a", "undo") | {"date": "2026-11-30T11:00:00+00:00"}
        append_decisions(tmp_path / "reviews" / "a.csv", [taken])  # as a sheet says it
        row = desk.undo("a")
        assert row is not None
        assert row["relation_id"] == ids[1]
        assert said(desk, ids[:2]) == ["", ""]

    def test_undo_of_one_row_alone(self, desk: Desk, ids: list[str]) -> None:
        desk.decide(ids[0], "a", "accept")
        desk.decide(ids[1], "a", "accept")
        with pytest.raises(DeskError, match="another row was decided since"):
            desk.undo("a", ids[0])
        assert desk.undo("a", ids[1]) is not None
        assert said(desk, ids[:2]) == ["accept", ""]

    def test_undo_shows_what_the_row_fulfils(
        self, again: Callable[[], Desk], run: Path, ids: list[str], tmp_path: Path
    ) -> None:
        desk = again()
        desk.decide(ids[0], "a", "fix", "", {"subject": "cells"})
        made = rows_of(run)[0]["subject_start"]
        later = write_run(tmp_path / "later")
        table = later / "relations.csv"
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        rows[0] |= {"relation_id": "Rnew", "subject_start": str(int(made) + 5)}
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        desk, _ = open_desk(later, tmp_path / "reviews")
        assert said(desk, ["Rnew"]) == ["accept"]
        desk.decide("Rnew", "a", "reject")
        assert said(desk, ["Rnew"]) == ["reject"]
        desk.undo("a")
        afresh, _ = open_desk(later, tmp_path / "reviews")
        assert said(desk, ["Rnew"]) == said(afresh, ["Rnew"]) == ["accept"]
        assert desk.undo("a") is None


class TestNames:
    def test_one_person_however_it_is_typed(self, desk: Desk, ids: list[str]) -> None:
        desk.decide(ids[0], "A\u0308nna  B", "accept")
        desk.decide(ids[1], " \u00c4nna B ", "reject")
        assert desk.curators == ["\u00c4nna B"]
        assert desk.figures("\u00c4nna B")["reviewed"] == 2

    def test_names_that_share_a_file_stay_apart(
        self, desk: Desk, again: Callable[[], Desk], ids: list[str], tmp_path: Path
    ) -> None:
        names = ["Anna", "anna", "ANNA"]
        for name, decision in zip(names, ("accept", "reject", "unsure"), strict=True):
            desk.decide(ids[0], name, decision)
        assert [path.name for path in (tmp_path / "reviews").iterdir()] == ["anna.csv"]
        desk = again()
        desk.undo("anna")
        found = {name: one.decision for name, one in desk.standing(ids[0]).items()}
        assert found == {"Anna": "accept", "ANNA": "unsure"}

    def test_a_long_name_is_a_file(self, desk: Desk, ids: list[str]) -> None:
        name = check_name("\ufb03" * 60)  # one sign that is three in lower case
        desk.decide(ids[0], name, "accept")
        assert said(desk, ids[:1], name) == ["accept"]


class TestMovedText:
    def test_a_correction_of_words_moves_with_them(
        self, desk: Desk, ids: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.decide(ids[0], "a", "fix", "", {"subject": "cells"})
        longer = {**reviewed.TEXTS, "calm": "A line before.\n\n" + reviewed.TEXTS["calm"]}
        monkeypatch.setattr(reviewed, "TEXTS", longer)
        later, _ = open_desk(write_run(tmp_path / "later"), tmp_path / "reviews")
        row = later.rows.row(ids[0])
        assert row is not None
        item = row_item(row, later, "a")
        start = int(item["mine"]["fixes"]["subject_start"]) - item["sentence_start"]
        assert row["sentence"][start:].startswith("cells make")


class TestCuratorsDisagree:
    def test_about_the_correction(self, desk: Desk, ids: list[str]) -> None:
        from pipeline.review.rows import Query

        for one, other in ((ids[0], "hedged"), (ids[1], "negated")):
            desk.decide(one, "a", "fix", "", {"negated": "true"})
            desk.decide(one, "b", "fix", "why", {other: "true"})
        found = desk.rows.page(Query(state="disagree", curator="a"), 0, 9)
        assert [row["relation_id"] for row in found] == [ids[0]]
        (pair,) = desk.figures("a")["agreement"]
        assert (pair["both"], pair["alike"]) == (2, 1)


class TestTablesByHand:
    @pytest.mark.parametrize(
        ("column", "cell", "message"),
        [
            ("score", "nan", "score is 'nan', not a number"),
            ("score", "", "score is '', not a number"),
            ("relation_id", "", "relation_id is '', not an id"),
            ("sentence_start", "x", "not a place in characters"),
            ("trigger_start", "-1", "not a place in characters or empty"),
            ("negated", "TRUE", "not true or false"),
            ("predicate", "EATS", "not one of SECRETES"),
        ],
    )
    def test_cells_that_no_run_writes(
        self, run: Path, tmp_path: Path, column: str, cell: str, message: str
    ) -> None:
        folder = self.changed(run, tmp_path, lambda rows: rows[1].update({column: cell}))
        with pytest.raises(TableError, match="row 2 below the header") as caught:
            open_desk(folder, tmp_path / "reviews")
        assert message in str(caught.value)

    def test_ids_that_stand_twice(self, run: Path, tmp_path: Path) -> None:
        folder = self.changed(run, tmp_path, lambda rows: rows.append(rows[0]))
        with pytest.raises(TableError, match="two rows would share their decisions"):
            open_desk(folder, tmp_path / "reviews")

    def test_odd_rows_that_can_be_reviewed(self, run: Path, tmp_path: Path) -> None:
        odd = {"score": "1.5", "subject_start": "999", "subject_name": "", "trigger_start": ""}
        folder = self.changed(run, tmp_path, lambda rows: rows[0].update(odd))
        desk, _ = open_desk(folder, tmp_path / "reviews")
        row = rows_of(folder)[0]
        item = row_item(row, desk, "a")
        assert "".join(text for text, _, _ in item["segments"]) == row["sentence"]
        desk.decide(row["relation_id"], "a", "accept")

    @staticmethod
    def changed(
        run: Path, tmp_path: Path, change: Callable[[list[dict[str, str]]], object]
    ) -> Path:
        folder = tmp_path / "changed"
        shutil.copytree(run, folder)
        path = folder / "relations.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = list(rows[0])
        change(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
        return folder
