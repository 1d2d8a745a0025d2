"""Tables: columns, cells that survive every reader, files written whole or not at all."""

from __future__ import annotations

import csv
import dataclasses
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import mention, relation

from pipeline import tabulate
from pipeline.records import Annotation, Document, Failure, Mention, Relation
from pipeline.tabulate import (
    ABOUT_COLUMNS,
    COOCCURRENCE_COLUMNS,
    DOCUMENT_COLUMNS,
    FAILURE_COLUMNS,
    MENTION_COLUMNS,
    RELATION_COLUMNS,
    OutputError,
    Tables,
    frame,
    marked_sentence,
    neutralise_cell,
    prepare_output,
    restore_cell,
    write_all,
)

TEXT = "The mast cells make IL-4."


def annotation(text: str = TEXT, doc_id: str = "d") -> Annotation:
    cell = mention(doc_id, text, "mast cells", "CELL", name="mast cell")
    cytokine = mention(doc_id, text, "IL-4", "CYTOKINE", name="IL4")
    found = relation(doc_id, text, cell, cytokine)
    document = Document(doc_id, text, "d.txt", "A title")
    return Annotation(document, (cell, cytokine), (found,), ((0, len(text)),), 6)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


class TestColumns:
    def test_names_and_order(self) -> None:
        mentions = (
            "mention_id doc_id section start end text label concept_id concept_name specificity "
            "layer alias_of score grounding matched"
        )
        relations = (
            "relation_id doc_id section predicate subject_mention_id subject_start subject_end "
            "subject_text subject_label subject_id subject_name object_mention_id object_start "
            "object_end object_text object_label object_id object_name effect function negated "
            "hedged trigger rule score sentence sentence_start sentence_end marked_sentence signs "
            "trigger_start trigger_end"
        )
        documents = (
            "doc_id title source n_characters n_sentences n_mentions n_relations pmid pmcid doi "
            "language publication_types journal year"
        )
        assert " ".join(MENTION_COLUMNS) == mentions
        assert " ".join(RELATION_COLUMNS) == relations
        assert " ".join(DOCUMENT_COLUMNS) == documents
        assert " ".join(FAILURE_COLUMNS) == "doc_id source step error"

    def test_rows_hold_exactly_the_columns(self) -> None:
        tables = Tables()
        tables.add(annotation(), cooccurrence=True)
        tables.add_failure(Failure("f", "f.txt", "read", "no text"))
        assert tuple(tables.documents[0]) == DOCUMENT_COLUMNS
        assert tuple(tables.mentions[0]) == MENTION_COLUMNS
        assert tuple(tables.relations[0]) == RELATION_COLUMNS
        assert tuple(tables.failures[0]) == FAILURE_COLUMNS


class TestRows:
    def test_document(self) -> None:
        tables = Tables()
        tables.add(annotation())
        assert tables.documents == [
            {
                "doc_id": "d",
                "title": "A title",
                "source": "d.txt",
                "n_characters": len(TEXT),
                "n_sentences": 1,
                "n_mentions": 2,
                "n_relations": 1,
                **dict.fromkeys(ABOUT_COLUMNS, ""),
            }
        ]
        assert tables.n_tokens == 6

    def test_relation_joins_its_mentions(self) -> None:
        tables = Tables()
        tables.add(annotation())
        (row,) = tables.relations
        by_id = {m["mention_id"]: m for m in tables.mentions}
        for role, label, name in (
            ("subject", "CELL", "mast cell"),
            ("object", "CYTOKINE", "IL4"),
        ):
            joined = by_id[row[f"{role}_mention_id"]]
            assert (joined["label"], joined["concept_name"]) == (label, name)
            for attribute in ("start", "end", "text", "label"):
                assert row[f"{role}_{attribute}"] == joined[attribute]
            assert row[f"{role}_name"] == name

    def test_a_failed_document_is_only_in_failures(self) -> None:
        tables = Tables()
        failure = Failure("d", "d.txt", "annotate", "ValueError: x")
        tables.add(Annotation(Document("d", TEXT), failure=failure))
        assert tables.failures == [dataclasses.asdict(failure)]
        assert tables.documents == tables.mentions == tables.relations == []

    def test_one_sentence_twice_gets_two_ids(self) -> None:
        first = annotation(TEXT)
        text = f"{TEXT} {TEXT}"
        again = [_shifted(m, len(TEXT) + 1) for m in first.mentions]
        other = dataclasses.replace(
            first.relations[0],
            sentence_start=len(TEXT) + 1,
            sentence_end=len(text),
            subject=again[0],
            object=again[1],
        )
        tables = Tables()
        both = (first.relations[0], other)
        tables.add(Annotation(Document("d", text), (*first.mentions, *again), both))
        ids = [row["relation_id"] for row in tables.relations]
        assert ids == [other.relation_id, f"{other.relation_id}-2"]


def _shifted(one: Mention, by: int) -> Mention:
    return dataclasses.replace(one, start=one.start + by, end=one.end + by)


class TestMarkedSentence:
    TEXT = "Title. IL-4 receptor binds IL-4."

    def marked(self, subject: str, object_: str, trigger: str = "", at: int = 7) -> str:
        spans = [(self.TEXT.index(words, at), words) for words in (subject, object_)]
        one, two = (Mention("d", s, s + len(w), "CELL", w) for s, w in spans)
        start = self.TEXT.index(trigger) if trigger else -1
        found = Relation(
            "d", at, len(self.TEXT), one, two, "BINDS",
            trigger=trigger, trigger_start=start, trigger_end=start + len(trigger),
            sentence=self.TEXT[at:],
        )  # fmt: skip
        return marked_sentence(found)

    def test_plain(self) -> None:
        expected = "[subject: IL-4 receptor] [trigger: binds] [object: IL-4]."
        spans = (Mention("d", 7, 20, "RECEPTOR", ""), Mention("d", 27, 31, "CYTOKINE", ""))
        found = Relation("d", 7, 32, *spans, "BINDS", sentence=self.TEXT[7:])
        found = dataclasses.replace(found, trigger_start=21, trigger_end=26)
        assert marked_sentence(found) == expected

    def test_no_trigger(self) -> None:
        assert "trigger" not in self.marked("IL-4 receptor", "binds")

    def test_nested(self) -> None:
        marked = self.marked("IL-4 receptor", "IL-4")
        assert marked.startswith("[subject: [object: IL-4] receptor] binds")
        marked = self.marked("receptor", "IL-4 receptor")
        assert marked.startswith("[object: IL-4 [subject: receptor]] binds")

    def test_side_by_side(self) -> None:
        """One mark closes before the next opens, though nothing stands between them."""
        marked = self.marked("IL-4", " receptor")
        assert marked.startswith("[subject: IL-4][object:  receptor] binds")

    def test_a_trigger_inside_an_argument_is_not_marked(self) -> None:
        assert "trigger" not in self.marked("IL-4 receptor", "binds", trigger="receptor")

    @pytest.mark.parametrize(("subject", "object_"), [("IL-4", "binds"), ("binds", "IL-4")])
    def test_without_marks_it_is_the_sentence(self, subject: str, object_: str) -> None:
        marked = self.marked(subject, object_)
        for mark in ("[subject: ", "[object: ", "]"):
            marked = marked.replace(mark, "")
        assert marked == self.TEXT[7:]


class TestCooccurrence:
    @staticmethod
    def pairs(text: str, *labels: tuple[str, str], cut: tuple[int, ...] = ()) -> list[Any]:
        mentions = tuple(mention("d", text, words, label) for words, label in labels)
        ends = (*cut, len(text))
        sentences = tuple(zip((0, *ends), ends, strict=False))
        tables = Tables()
        tables.add(Annotation(Document("d", text), mentions, (), sentences), cooccurrence=True)
        assert all(tuple(row) == COOCCURRENCE_COLUMNS for row in tables.cooccurrences)
        return [(r["subject_text"], r["object_text"]) for r in tables.cooccurrences]

    def test_subject_is_what_a_predicate_takes(self) -> None:
        found = self.pairs("IL-4 and asthma", ("IL-4", "CYTOKINE"), ("asthma", "DISEASE"))
        assert found == [("IL-4", "asthma")]
        found = self.pairs("asthma and IL-4", ("asthma", "DISEASE"), ("IL-4", "CYTOKINE"))
        assert found == [("IL-4", "asthma")]

    def test_labels_that_no_predicate_joins(self) -> None:
        assert self.pairs("T cell, B cell", ("T cell", "CELL"), ("B cell", "CELL")) == []

    def test_one_sentence_only(self) -> None:
        text = "IL-4 rose. So did asthma."
        labels = (("IL-4", "CYTOKINE"), ("asthma", "DISEASE"))
        assert self.pairs(text, *labels, cut=(10,)) == []
        assert self.pairs(text, *labels) == [("IL-4", "asthma")]

    def test_related_pairs_are_left_out(self) -> None:
        tables = Tables()
        tables.add(annotation(), cooccurrence=True)
        assert tables.cooccurrences == []

    def test_only_when_asked(self) -> None:
        tables = Tables()
        tables.add(dataclasses.replace(annotation(), relations=()))
        assert tables.cooccurrences == []

    def test_a_pair_is_told_once_where_sentences_overlap(self) -> None:
        """The sentence of a later list item reaches from the lead-in over the items before."""
        text = "IL-4 drives: mast cells; basophils"
        labels = (("IL-4", "CYTOKINE"), ("mast cells", "CELL"), ("basophils", "CELL"))
        mentions = tuple(mention("d", text, words, label) for words, label in labels)
        tables = Tables()
        whole = Annotation(Document("d", text), mentions, (), ((0, len(text)), (0, 24)))
        tables.add(whole, cooccurrence=True)
        found = [(r["object_text"], r["sentence_end"]) for r in tables.cooccurrences]
        assert found == [("mast cells", 24), ("basophils", len(text))]


class TestCells:
    @pytest.mark.parametrize(
        "cell", ["=1+1", "+IL-2", "-", "@x", "\tx", "\rx", "'=1", "''-x", "=cmd|' /C calc'!A0"]
    )
    def test_formulas_are_neutralised(self, cell: str) -> None:
        safe = neutralise_cell(cell)
        assert safe == "'" + cell
        assert restore_cell(safe) == cell

    @pytest.mark.parametrize("cell", ["", "IL-4", "'", "''", "'IL-4'", "5'-nucleotidase", "1-a"])
    def test_other_cells_stay(self, cell: str) -> None:
        assert neutralise_cell(cell) == cell
        assert restore_cell(cell) == cell

    @given(st.text(alphabet="'=+-@\t\rab", max_size=6))
    def test_round_trip(self, cell: str) -> None:
        safe = neutralise_cell(cell)
        assert restore_cell(safe) == cell
        assert safe[:1] not in set("=+-@\t\r") or not safe

    def test_booleans_and_empty_cells(self, tmp_path: Path) -> None:
        rows = [{"a": True, "b": "", "n": 1}, {"a": False, "b": "NA", "n": 2}]
        path = tmp_path / "t.csv"
        write_all({path: frame(rows, ["a", "b", "n"], safe=True)})
        assert path.read_bytes() == b"a,b,n\ntrue,,1\nfalse,NA,2\n"

    def test_quoting(self, tmp_path: Path) -> None:
        cells = ['say "IL-4", twice', "two\nlines", "a,b", "α β", "end\r\nof line"]
        path = tmp_path / "t.csv"
        write_all({path: frame([{"a": cell} for cell in cells], ["a"], safe=True)})
        assert [row["a"] for row in read_csv(path)] == cells
        assert b'"say ""IL-4"", twice"\n' in path.read_bytes()

    def test_a_lone_return_does_not_end_the_row(self, tmp_path: Path) -> None:
        path = tmp_path / "t.csv"
        rows = [{"a": "old Mac\rlines", "n": 1}]
        write_all({path: frame(rows, ["a", "n"], safe=True)})
        assert read_csv(path) == [{"a": "old Mac\rlines", "n": "1"}]
        again = pd.read_csv(path, dtype=str, keep_default_na=False)
        assert again.to_dict("records") == [{"a": "old Mac\rlines", "n": "1"}]

    def test_no_rows_still_a_header(self, tmp_path: Path) -> None:
        path = tmp_path / "t.csv"
        write_all({path: frame([], FAILURE_COLUMNS, safe=True)})
        assert path.read_text(encoding="utf-8") == "doc_id,source,step,error\n"


class TestFiles:
    @staticmethod
    def old(folder: Path) -> dict[str, str]:
        for name in ("a.csv", "b.csv", "run.json"):
            (folder / name).write_text("old\n", encoding="utf-8")
        return contents(folder)

    @staticmethod
    def new(folder: Path) -> dict[Path, Any]:
        table = frame([{"x": 1}], ["x"], safe=True)
        return {folder / "a.csv": table, folder / "b.csv": table, folder / "run.json": "{}\n"}

    def test_replaces_all(self, tmp_path: Path) -> None:
        self.old(tmp_path)
        write_all(self.new(tmp_path))
        assert contents(tmp_path) == {"a.csv": "x\n1\n", "b.csv": "x\n1\n", "run.json": "{}\n"}

    def test_a_full_disk_changes_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = self.old(tmp_path)
        real = tabulate._write

        def full(content: Any, path: Path, suffix: str) -> None:
            if "b.csv" in path.name:
                path.write_text("half", encoding="utf-8")
                raise OSError(28, "No space left on device")
            real(content, path, suffix)

        monkeypatch.setattr(tabulate, "_write", full)
        with pytest.raises(OutputError, match=r"b\.csv: No space left.*--output"):
            write_all(self.new(tmp_path))
        assert contents(tmp_path) == before

    def test_an_interrupt_changes_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = self.old(tmp_path)

        def stop(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(pd.DataFrame, "to_csv", stop)
        with pytest.raises(KeyboardInterrupt):
            write_all(self.new(tmp_path))
        assert contents(tmp_path) == before

    def test_a_folder_in_the_place_of_a_table(self, tmp_path: Path) -> None:
        (tmp_path / "b.csv").mkdir()
        (tmp_path / "a.csv").write_text("old\n", encoding="utf-8")
        with pytest.raises(OutputError, match=r"b\.csv"):
            write_all(self.new(tmp_path))
        assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "old\n"
        assert sorted(os.listdir(tmp_path)) == ["a.csv", "b.csv"]

    def test_parquet_holds_what_csv_holds(self, tmp_path: Path) -> None:
        pytest.importorskip("pyarrow")
        tables = Tables()
        tables.add(annotation('The mast cells, ="x", make\nIL-4.'))
        rows = tables.relations
        plain, compact = tmp_path / "t.csv", tmp_path / "t.parquet"
        write_all(
            {
                plain: frame(rows, RELATION_COLUMNS, safe=True),
                compact: frame(rows, RELATION_COLUMNS, safe=False),
            }
        )
        table = pd.read_parquet(compact)
        assert tuple(table.columns) == RELATION_COLUMNS
        assert table["negated"].dtype == bool
        records = [
            {k: None if v is pd.NA else v for k, v in r.items()} for r in table.to_dict("records")
        ]
        assert records == rows
        spelled = [{k: _spell(v) for k, v in row.items()} for row in rows]
        assert [{k: restore_cell(v) for k, v in r.items()} for r in read_csv(plain)] == spelled


def _spell(value: Any) -> str:
    if value is None or value is pd.NA:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def contents(folder: Path) -> dict[str, str]:
    """Every file of the folder, hidden ones too."""
    return {name: (folder / name).read_text(encoding="utf-8") for name in os.listdir(folder)}


class TestPrepareOutput:
    def test_makes_the_folder_and_leaves_nothing_in_it(self, tmp_path: Path) -> None:
        folder = tmp_path / "new" / "deep"
        prepare_output(folder)
        assert os.listdir(folder) == []

    def test_a_file_in_its_place(self, tmp_path: Path) -> None:
        path = tmp_path / "out"
        path.write_text("mine", encoding="utf-8")
        for folder in (path, path / "below"):
            with pytest.raises(OutputError, match="choose another with --output"):
                prepare_output(folder)
        assert path.read_text(encoding="utf-8") == "mine"
