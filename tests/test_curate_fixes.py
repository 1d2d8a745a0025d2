"""Corrections in words become cells in offsets, or are refused with the field that is wrong."""

from __future__ import annotations

import re

import pytest

from pipeline.curate.fixes import FixError, Named, fix_cells, fix_row, locate
from pipeline.curate.reviews import FIXES

SENTENCE = "𝛼 IL-17 and IL-1 wake T cells; IL-1 stops regulatory T\u00a0cells in Crohn's disease."
OFFSET = 100


def at(words: str, nth: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = SENTENCE.index(words, start + 1)
    return OFFSET + start, OFFSET + start + len(words)


def row(**more: str) -> dict[str, str]:
    cells = {
        "relation_id": "R1", "doc_id": "d", "predicate": "ACTS_ON", "effect": "positive",
        "function": "activation", "negated": "false", "hedged": "false",
        "subject_text": "IL-17", "subject_label": "CYTOKINE", "subject_name": "IL17A",
        "object_text": "T cells", "object_label": "CELL", "object_name": "T cell",
        "sentence": SENTENCE, "sentence_start": str(OFFSET),
    }  # fmt: skip
    for role, words in (("subject", "IL-17"), ("object", "T cells")):
        start, end = at(words)
        cells |= {f"{role}_start": str(start), f"{role}_end": str(end)}
    return cells | more


def fixed(known=None, row_=None, **corrections: str) -> dict[str, str]:
    cells = fix_cells(row_ or row(), corrections, known=known)
    assert list(cells) == FIXES
    return {name.removeprefix("new_"): cell for name, cell in cells.items() if cell}


def test_whole_words_are_found_and_the_nearest_place_is_taken() -> None:
    first, second = (OFFSET + i for i in (SENTENCE.index("IL-1 "), SENTENCE.rindex("IL-1 ")))
    assert locate(SENTENCE, OFFSET, "IL-1", near=OFFSET) == (first, first + 4)
    assert locate(SENTENCE, OFFSET, "IL-1", near=second + 3) == (second, second + 4)
    assert locate(SENTENCE, OFFSET, "IL-1", near=OFFSET + len(SENTENCE)) == (second, second + 4)


@pytest.mark.parametrize(
    "words", ["regulatory T cells", " Regulatory  T cells\n", "\ufeffREGULATORY t\u00a0CELLS\u200f"]
)
def test_blanks_and_case_do_not_matter(words: str) -> None:
    start, end = locate(SENTENCE, OFFSET, words, near=0)
    assert SENTENCE[start - OFFSET : end - OFFSET] == "regulatory T\u00a0cells"


def test_curly_quotes_and_long_dashes_stand_for_plain_ones() -> None:
    assert locate(SENTENCE, OFFSET, "Crohn’s disease", 0) == at("Crohn's disease")
    assert locate(SENTENCE, OFFSET, "IL–17", 0) == at("IL-17")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("T cell", "'T cell' stands only as a part of 'T cells'; write the whole word"),
        ("IL-99", "'IL-99' does not stand in the sentence"),
        (" ", "no words are given"),
        ("(.*)", "does not stand in the sentence"),
    ],
)
def test_words_that_are_not_there(words: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        locate(SENTENCE, OFFSET, words, 0)


def test_values_are_taken_in_any_case() -> None:
    assert fixed(effect=" Negative", negated="TRUE", function="DEATH", hedged="") == {
        "effect": "negative", "negated": "true", "function": "death",
    }  # fmt: skip


def test_direction() -> None:
    turned = fixed(swap="true", predicate="secretes")
    start, end = at("T cells")
    assert turned["predicate"] == "SECRETES"
    assert (turned["subject_start"], turned["subject_end"]) == (str(start), str(end))
    assert (turned["subject_label"], turned["object_label"]) == ("CELL", "CYTOKINE")
    assert (turned["subject_name"], turned["object_name"]) == ("T cell", "IL17A")
    assert "function" not in turned


def test_words_after_a_turn_are_those_of_the_new_argument() -> None:
    turned = fixed(swap="true", predicate="SECRETES", subject="regulatory T cells")
    assert turned["subject_start"] == str(at("regulatory")[0])


def test_of_several_places_the_number_has_to_be_said() -> None:
    with pytest.raises(FixError, match=r"subject: 'IL-1' stands 2 times .* such as IL-1 \[2\]"):
        fixed(subject="IL-1")
    assert fixed(subject="IL-1 [2]")["subject_start"] == str(OFFSET + SENTENCE.rindex("IL-1"))
    with pytest.raises(FixError, match="stands 2 times"):
        fixed(subject="IL-1 [3]")
    assert fixed(object="T cells", subject="IL-1[1]")["subject_name"] == "IL-1"


def test_the_name_of_other_words() -> None:
    start, end = at("regulatory T\u00a0cells")
    assert fixed(object="regulatory T cells")["object_name"] == "regulatory T cells"
    known = {(start, end, "CELL"): "Treg"}
    assert fixed(known, object="regulatory T cells")["object_name"] == "Treg"
    assert fixed(known, object="regulatory T cells", object_name="x")["object_name"] == "x"
    assert fixed(object_name="naive T cell") == {"object_name": "naive T cell"}
    assert "object_name" not in fixed(object="wake T cells")  # other bounds, the same concept


TABLES = {
    ("CYTOKINE", "interleukin 13"): "IL13", ("CYTOKINE", "HGNC:5973"): "IL13",
    ("CELL", "regulatory T cells"): "Treg", ("CELL", "T-cells"): "T cell",
    ("RECEPTOR", "T cells"): "TCR", ("CYTOKINE", "IL-17"): "another",
}  # fmt: skip


def find(label: str, said: str) -> str:
    return TABLES.get((label, said), "")


def became(**corrections: str) -> list[Named]:
    return fix_row(row(), corrections, find=find)[1]


@pytest.mark.parametrize("said", ["interleukin 13", "HGNC:5973", " interleukin 13\n"])
def test_a_name_that_is_known_becomes_the_preferred_one(said: str) -> None:
    cells, named = fix_row(row(), {"subject_name": said}, find=find)
    assert cells["new_subject_name"] == "IL13"
    assert named == [Named("subject", "subject_name", said.strip(), "IL13", known=True)]


def test_a_name_that_nothing_knows_is_kept_as_written() -> None:
    cells, named = fix_row(row(), {"subject_name": "blorf"}, find=find)
    assert cells["new_subject_name"] == "blorf"
    assert named == [Named("subject", "subject_name", "blorf", "blorf", known=False)]
    assert [one.known for one in became(object_name="interleukin 13")] == [False]  # of a cell


def test_another_name_of_the_same_concept_changes_nothing() -> None:
    with pytest.raises(FixError, match=r"nothing changes \('T-cells' is 'T cell'\); accept"):
        fix_row(row(), {"object_name": "T-cells"}, find=find)


def test_other_words_are_looked_up() -> None:
    cells, named = fix_row(row(), {"object": "regulatory T cells"}, find=find)
    assert cells["new_object_name"] == "Treg"
    assert named == [Named("object", "object", "regulatory T cells", "Treg", known=True)]
    assert became(object="cells", effect="negative") == [
        Named("object", "object", "cells", "T cell", known=True)  # part of the old words
    ]
    assert became(subject="IL-1 [1]") == [Named("subject", "subject", "IL-1", "IL-1", known=False)]
    assert became(effect="negative") == []


def test_wider_words_keep_the_concept_unless_they_name_one() -> None:
    cells, named = fix_row(row(), {"object": "wake T cells"}, find=find)
    assert cells["new_object_name"] == ""
    assert named == [Named("object", "object", "wake T cells", "T cell", known=True)]
    start, end = at("T\u00a0cells")
    last = row(object_start=str(start), object_end=str(end), object_text="T\u00a0cells")
    assert fix_cells(last, {"object": "regulatory T cells"}, find=find)["new_object_name"] == "Treg"
    nowhere = row(object_name="")
    cells, named = fix_row(nowhere, {"object": "wake T cells"}, find=find)
    assert (cells["new_object_name"], named) == ("", [])


def test_the_same_words_elsewhere_keep_what_the_document_means_by_them() -> None:
    again = SENTENCE.replace("IL-1 stops", "IL-17 stops")
    cells = fix_cells(row(sentence=again), {"subject": "IL-17 [2]"}, find=find)
    assert cells["new_subject_start"]
    assert cells["new_subject_name"] == ""


def test_another_label_asks_for_the_concept_anew() -> None:
    cells, named = fix_row(row(), {"object_label": "RECEPTOR", "predicate": "BINDS"}, find=find)
    assert cells["new_object_name"] == "TCR"
    assert named == [Named("object", "object_label", "T cells", "TCR", known=True)]


def test_another_label() -> None:
    corrected = fixed(object_label="receptor", predicate="BINDS")
    assert corrected == {"predicate": "BINDS", "object_label": "RECEPTOR", "object_name": "T cells"}


@pytest.mark.parametrize(
    ("corrections", "field", "message"),
    [
        ({"effect": "up"}, "effect", "'up' is none of positive, negative, unspecified"),
        ({"predicate": "MAKES"}, "predicate", "'MAKES' is none of SECRETES, ACTS_ON"),
        ({"swap": "yes"}, "swap", "none of true, false"),
        ({"predicate": "SECRETES"}, "predicate", "'IL-17' is a CYTOKINE, of SECRETES it should be"),
        ({"swap": "true"}, "swap", "the subject 'T cells' is a CELL, of ACTS_ON"),
        ({"object_label": "DRUG"}, "object_label", "is a DRUG, of ACTS_ON it should be CELL"),
        ({"subject": "IL-9"}, "subject", "does not stand in the sentence"),
        ({"object": "IL-17", "object_label": "CELL"}, "object", "are the same words"),
        (
            {"predicate": "REGULATES", "object_label": "CYTOKINE", "function": "death"},
            "function",
            "only ACTS_ON has a function, not REGULATES",
        ),
        ({"effect": "positive"}, "effect", "nothing changes; accept the row"),
        ({"subject": "il-17", "swap": "false"}, "subject", "nothing changes"),
        ({}, "predicate", "nothing changes"),
        ({"score": "1"}, "score", "no such correction"),
    ],
)
def test_what_cannot_hold(corrections: dict[str, str], field: str, message: str) -> None:
    with pytest.raises(FixError) as caught:
        fix_cells(row(), corrections)
    assert caught.value.field == field
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{field}: ")


def test_acts_on_needs_a_function() -> None:
    regulates = row(predicate="REGULATES", function="")
    with pytest.raises(FixError, match="function: ACTS_ON needs one; say which of activation"):
        fixed(row_=regulates, predicate="ACTS_ON")
    assert fixed(row_=regulates, predicate="ACTS_ON", function="other")["function"] == "other"
