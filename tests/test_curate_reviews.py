"""Gold from the decisions of reviewers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.curate.reviews import COLUMNS, read_reviews
from pipeline.curate.reviews_gold import gold_from_reviews
from pipeline.evaluate.relations import gold_annotation
from pipeline.evaluate.report import evaluate
from pipeline.gold.records import GoldDocument, GoldError
from pipeline.records import Document

TEXT = "IL-6 wakes T cells, not B cells, in gout. TNF stops T cells."
TEXTS = {"d": Document("d", TEXT, title="Two")}


def words(role: str, said: str, label: str, nth: int = 0) -> dict[str, object]:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(said, start + 1)
    return {
        f"{role}_start": start,
        f"{role}_end": start + len(said),
        f"{role}_text": said,
        f"{role}_label": label,
        f"{role}_name": said,
    }


def row(relation_id: str, decision: str, subject, target, **more: object) -> dict[str, object]:
    line = {"relation_id": relation_id, "doc_id": "d", "predicate": "ACTS_ON"}
    line |= {"effect": "positive", "function": "activation", "negated": "false", "hedged": "false"}
    line |= {"curator": "AB", "date": "2026-11-30", "decision": decision}
    return line | subject | target | more


IL6 = words("subject", "IL-6", "CYTOKINE")
TNF = words("subject", "TNF", "CYTOKINE")
T = words("object", "T cells", "CELL")
B = words("object", "B cells", "CELL")
LATER_T = words("object", "T cells", "CELL", 1)


def write(tmp_path: Path, *rows: dict[str, object]) -> Path:
    path = tmp_path / "reviews.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def gold(tmp_path: Path, *rows: dict[str, object]) -> tuple[GoldDocument, list[str]]:
    documents, left_out = gold_from_reviews(read_reviews([write(tmp_path, *rows)]), TEXTS)
    (document,) = documents
    return document, left_out


def said(document: GoldDocument, relations) -> list[tuple[str, ...]]:
    def name(mention_id: str) -> str:
        return document.span_text(document.mention(mention_id))

    return [(name(r.subject), r.predicate, name(r.object), r.effect) for r in relations]


def test_accepted_corrected_and_rejected_rows(tmp_path: Path) -> None:
    document, left_out = gold(
        tmp_path,
        row("R1", "accept", IL6, T),
        row("R2", "reject", IL6, B),
        row("R3", "fix", TNF, LATER_T, new_effect="negative", new_function="other"),
        row("R4", "unsure", TNF, T),
    )
    assert left_out == []
    assert document.partial
    assert (document.text, document.title) == (TEXT, "Two")
    assert said(document, document.relations) == [
        ("IL-6", "ACTS_ON", "T cells", "positive"),
        ("TNF", "ACTS_ON", "T cells", "negative"),
        ("TNF", "ACTS_ON", "T cells", "positive"),
    ]
    assert [r.optional for r in document.relations] == [False, False, True]
    assert said(document, document.rejected) == [("IL-6", "ACTS_ON", "B cells", "positive")]


def test_precision_on_reviewed_rows_is_that_of_the_decisions(tmp_path: Path) -> None:
    document, _ = gold(
        tmp_path,
        row("R1", "accept", IL6, T),
        row("R2", "reject", IL6, B),
        row("R3", "unsure", TNF, LATER_T),
    )
    whole = document.model_copy(
        update={"relations": (*document.relations, *document.rejected), "rejected": ()}
    )
    spans = [(0, 42), (42, len(TEXT))]
    evaluation = evaluate([document], [gold_annotation(whole, spans)], {"d": spans})
    every = next(r for r in evaluation.relations if r["predicate"] == "ALL")
    assert (every["tp"], every["fp"], every["fn"]) == (1, 1, 0)


def test_another_direction_span_and_label(tmp_path: Path) -> None:
    swapped = {
        "new_predicate": "SECRETES",
        **{f"new_subject_{k}": T[f"object_{k}"] for k in ("start", "end", "label")},
        **{f"new_object_{k}": IL6[f"subject_{k}"] for k in ("start", "end", "label")},
    }
    document, _ = gold(tmp_path, row("R1", "fix", IL6, T, **swapped))
    assert said(document, document.relations) == [("T cells", "SECRETES", "IL-6", "positive")]
    assert document.relations[0].function == ""
    assert said(document, document.rejected) == [("IL-6", "ACTS_ON", "T cells", "positive")]


def test_a_corrected_name_holds_for_the_mention(tmp_path: Path) -> None:
    document, _ = gold(
        tmp_path,
        row("R1", "accept", IL6, T),
        row("R2", "fix", IL6, B, new_subject_name="IL6"),
    )
    assert [m.norm for m in document.mentions if m.label == "CYTOKINE"] == ["IL6"]


def test_two_rows_that_say_it_differently(tmp_path: Path) -> None:
    rows = row("R1", "accept", IL6, T), row("R2", "accept", IL6, T, effect="negative")
    with pytest.raises(GoldError, match=r"reviews\.csv:3: another row says the same"):
        gold(tmp_path, *rows)


def test_what_a_spreadsheet_does_to_words(tmp_path: Path) -> None:
    document, _ = gold(tmp_path, row("R1", " Accept", IL6, T, negated="FALSE", hedged="TRUE"))
    assert [(r.negated, r.hedged) for r in document.relations] == [(False, True)]
    path = tmp_path / "semicolons.csv"
    path.write_text(";".join(COLUMNS) + "\n", encoding="utf-8")
    with pytest.raises(GoldError, match="not cut by commas"):
        read_reviews([path])


def test_the_last_decision_of_a_curator_holds(tmp_path: Path) -> None:
    document, _ = gold(
        tmp_path,
        row("R1", "accept", IL6, T),
        row("R1", "reject", IL6, T),
        row("R2", "accept", TNF, LATER_T),
        row("R2", "undo", TNF, LATER_T),
    )
    assert document.relations == ()
    assert said(document, document.rejected) == [("IL-6", "ACTS_ON", "T cells", "positive")]


def test_what_curators_disagree_about_is_left_out_and_said(tmp_path: Path) -> None:
    document, left_out = gold(
        tmp_path,
        row("R1", "accept", IL6, T),
        row("R1", "reject", IL6, T, curator="CD"),
        row("R2", "accept", TNF, LATER_T),
        row("R2", "accept", TNF, LATER_T, curator="CD"),
    )
    assert said(document, document.relations) == [("TNF", "ACTS_ON", "T cells", "positive")]
    assert document.rejected == ()
    assert left_out == [
        f"{tmp_path}/reviews.csv:3: left out, the curators disagree (AB: accept and CD: reject)"
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (row("R1", "maybe", IL6, T), "the decision 'maybe' is none of accept, reject, unsure, fix"),
        (row("R1", "fix", IL6, T), '"fix" says nothing in the columns new_'),
        (row("R1", "accept", IL6, T, new_effect="negative"), 'the decision is not "fix"'),
        (row("R1", "accept", IL6, T, curator=""), "no curator"),
        (row("R1", "accept", IL6, T, negated="perhaps"), "neither true nor false"),
        (row("R1", "accept", IL6 | {"subject_text": "IL-8"}, T), "the document has 'IL-6' at 0-4"),
        (row("R1", "accept", IL6 | {"subject_start": "x"}, T), "'x' is no offset"),
        (row("R1", "accept", IL6 | {"subject_start": "9" * 5000}, T), "is no offset in a text"),
        (row("R1", "fix", IL6, T, new_object_end="999"), "'999' is no offset in a text of 60"),
        (row("", "accept", IL6, T), "relation_id or doc_id is empty"),
        (row("R1", "fix", IL6, T, new_effect="upwards"), "'upwards', none of positive"),
        (
            row("R1", "fix", IL6, T, new_predicate="BINDS"),
            "the object is a CELL, should be",
        ),
        (row("R1", "accept", IL6, T, doc_id="e"), "no document 'e' is given"),
    ],
)
def test_bad_reviews_are_refused_with_their_line(
    tmp_path: Path, line: dict[str, object], message: str
) -> None:
    with pytest.raises(GoldError) as caught:
        gold(tmp_path, line)
    assert message in caught.value.problems[0]
    if "no document" not in message:
        assert caught.value.problems[0].startswith(f"{tmp_path}/reviews.csv:2: ")


def test_a_table_that_is_no_review(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("relation_id,decision\nR1,accept\n", encoding="utf-8")
    with pytest.raises(GoldError, match=r"other\.csv:1: the table lacks the columns doc_id, "):
        read_reviews([path])
    with pytest.raises(GoldError, match="cannot be read"):
        read_reviews([tmp_path / "absent.csv"])
