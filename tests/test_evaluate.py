"""Scoring, on small records made by hand."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.annotations_in import annotations_from_tables
from pipeline.evaluate.intervals import count_scores, f1_score, ratio, wilson
from pipeline.evaluate.relations import all_pairs, gold_annotation, sentence_at
from pipeline.evaluate.report import Evaluation, evaluate
from pipeline.evaluate.spans import assign, match_mentions
from pipeline.evaluate.summary import format_summary
from pipeline.evaluate.write import write_evaluation
from pipeline.gold.load import load_gold
from pipeline.gold.records import GoldDocument, GoldError, GoldMention
from pipeline.records import Annotation, Document, Mention, Relation
from pipeline.tabulate import neutralise_cell, restore_cell

TEXT = (
    "Mast cells release interleukin-6 (IL-6) into the airway. "
    "Leptin may raise IL-6 in asthma, but cytokines did not drive asthma."
)
SENTENCES = [(0, 57), (57, len(TEXT))]


def gold_document() -> GoldDocument:
    def at(mention_id: str, words: str, label: str, nth: int = 0, **more: object) -> dict:
        start = -1
        for _ in range(nth + 1):
            start = TEXT.index(words, start + 1)
        return {
            "id": mention_id,
            "start": start,
            "end": start + len(words),
            "label": label,
            **more,
        }

    il6 = {"specificity": "specific", "norm": "IL6"}
    return GoldDocument.model_validate(
        {
            "id": "g1",
            "text": TEXT,
            "mentions": [
                at("T1", "Mast cells", "CELL", norm="mast cell"),
                at("T2", "interleukin-6", "CYTOKINE", **il6),
                at("T3", "IL-6", "CYTOKINE", alias_of="T2", **il6),
                at("T4", "Leptin", "CYTOKINE", optional=True, specificity="specific"),
                at("T5", "IL-6", "CYTOKINE", nth=1, **il6),
                at("T6", "asthma", "DISEASE"),
                at("T7", "cytokines", "CYTOKINE", specificity="generic", norm="CYTOKINE"),
                at("T8", "asthma", "DISEASE", nth=1),
            ],
            "relations": [
                {"predicate": "SECRETES", "subject": "T1", "object": "T2"},
                {"predicate": "REGULATES", "subject": "T4", "object": "T5", "effect": "positive"},
                {
                    "predicate": "ASSOCIATED_WITH",
                    "subject": "T5",
                    "object": "T6",
                    "effect": "positive",
                    "hedged": True,
                },
                {
                    "predicate": "ASSOCIATED_WITH",
                    "subject": "T7",
                    "object": "T8",
                    "effect": "positive",
                    "negated": True,
                },
            ],
        }
    )


@pytest.fixture
def gold() -> GoldDocument:
    return gold_document()


@pytest.fixture
def ideal(gold: GoldDocument) -> Annotation:
    return gold_annotation(gold, SENTENCES)


def pick(annotation: Annotation, words: str, nth: int = 0) -> Mention:
    return [m for m in annotation.mentions if m.text == words][nth]


def mention(start: int, end: int, label: str = "CELL", doc_id: str = "g1") -> Mention:
    return Mention(doc_id, start, end, label, TEXT[start:end])


def relation(subject: Mention, predicate: str, target: Mention, **more: object) -> Relation:
    span = sentence_at(SENTENCES, min(subject.start, target.start))
    return replace(Relation("g1", *span, subject, target, predicate), **more)  # type: ignore[arg-type]


def run(gold: GoldDocument, annotation: Annotation) -> Evaluation:
    return evaluate([gold], [annotation], {gold.id: SENTENCES})


def score(evaluation: Evaluation, name: str, matching: str = "relaxed", subset: str = "all"):
    """The row of a label or of a predicate."""
    rows = [*evaluation.mentions, *evaluation.relations]
    for row in rows:
        key = (row["matching"], row.get("label", row.get("predicate")), row["subset"])
        if key == (matching, name, subset):
            return row
    raise AssertionError(f"no row {name}")


def rows_of(evaluation: Evaluation, part: str):
    return [row for row in evaluation.errors if row["part"] == part]


def counts(row) -> tuple[int, int, int]:
    return row["tp"], row["fp"], row["fn"]


def all_relations(evaluation: Evaluation, matching: str = "relaxed"):
    rows = [r for r in evaluation.relations if (r["matching"], r["predicate"]) == (matching, "ALL")]
    return next(row for row in rows if row["subset"] == "all")


def attribute(evaluation: Evaluation, name: str, over: str = "ALL", value: str = "ALL"):
    for row in evaluation.attributes:
        if (row["attribute"], row["over"], row["value"]) == (name, over, value):
            return row
    raise AssertionError(f"no row {name}")


# --- intervals ---------------------------------------------------------------------


def test_undefined_scores_are_none_and_missed_classes_are_zero() -> None:
    assert ratio(0, 0) is None
    assert wilson(0, 0) == (None, None)
    assert f1_score(0, 0, 0) is None
    never_predicted = count_scores(0, 0, 3)
    assert never_predicted["precision"] is None
    assert never_predicted["recall"] == 0
    assert never_predicted["f1"] == 0


def test_wilson_known_values() -> None:
    low, high = wilson(8, 10)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert wilson(5, 5)[1] == 1.0
    assert wilson(0, 5)[0] == 0.0
    with pytest.raises(ValueError, match="6 successes"):
        wilson(6, 5)


# --- mentions ----------------------------------------------------------------------


def test_gold_against_itself_is_perfect(gold: GoldDocument, ideal: Annotation) -> None:
    evaluation = run(gold, ideal)
    for row in [*evaluation.mentions, *evaluation.relations]:
        assert row["f1"] in (1.0, None), row
    for row in evaluation.attributes:
        assert row.get("accuracy") in (1.0, None), row
    assert counts(score(evaluation, "CYTOKINE")) == (4, 0, 0)
    assert evaluation.errors == []


def test_strict_and_relaxed(gold: GoldDocument) -> None:
    cells = mention(5, 10)  # "cells" for "Mast cells"
    wrong_label = mention(0, 10, "DRUG")
    evaluation = run(gold, Annotation(Document("g1", TEXT), (cells, wrong_label)))
    assert counts(score(evaluation, "CELL", "strict")) == (0, 1, 1)
    assert counts(score(evaluation, "CELL", "relaxed")) == (1, 0, 0)
    assert counts(score(evaluation, "DRUG", "relaxed")) == (0, 1, 0)
    kinds = {(row["kind"], row["name"]) for row in rows_of(evaluation, "mention")}
    assert ("boundary", "CELL") in kinds
    assert ("false", "DRUG") in kinds


def test_touching_spans_do_not_overlap() -> None:
    assert assign([mention(0, 4)], [mention(4, 8)], strict=False) == []


def test_one_gold_mention_is_matched_once(gold: GoldDocument) -> None:
    halves = (mention(0, 4), mention(5, 10))
    evaluation = run(gold, Annotation(Document("g1", TEXT), halves))
    assert counts(score(evaluation, "CELL")) == (1, 1, 0)


def test_matching_finds_the_most_pairs() -> None:
    # The largest overlap is gold 0 with prediction 0, which would leave prediction 1 alone.
    gold = [mention(0, 20), mention(20, 30)]
    predicted = [mention(2, 22), mention(0, 2)]
    assert assign(gold, predicted, strict=False) == [(0, 1), (1, 0)]


def test_matching_prefers_the_exact_pair() -> None:
    gold = [mention(0, 10)]
    predicted = [mention(0, 12), mention(0, 10)]
    assert assign(gold, predicted, strict=False) == [(0, 1)]


@pytest.mark.parametrize("label", ["CYTOKINE", "DRUG"])
def test_optional_mentions_count_neither_way(gold: GoldDocument, label: str) -> None:
    start = TEXT.index("Leptin")
    leptin = mention(start, start + 6, label)
    nothing = run(gold, Annotation(Document("g1", TEXT)))
    something = run(gold, Annotation(Document("g1", TEXT), (leptin,)))
    assert counts(score(nothing, "ALL")) == counts(score(something, "ALL")) == (0, 0, 7)


def test_required_gold_is_served_before_optional_gold() -> None:
    gold = [
        GoldMention(id="a", start=0, end=5, label="CELL"),
        GoldMention(id="b", start=0, end=9, label="CELL", optional=True),
    ]
    match = match_mentions(gold, [mention(0, 9)], strict=False)
    assert [g.id for g, _ in match.found] == ["a"]
    assert match.neutral == []


def test_generic_cytokines_apart(gold: GoldDocument, ideal: Annotation) -> None:
    without = tuple(m for m in ideal.mentions if m.text != "cytokines")
    evaluation = run(gold, replace(ideal, mentions=without, relations=()))
    assert counts(score(evaluation, "CYTOKINE", subset="generic")) == (0, 0, 1)
    assert counts(score(evaluation, "CYTOKINE", subset="named")) == (3, 0, 0)


def test_grounding(gold: GoldDocument, ideal: Annotation) -> None:
    renamed = {"Mast cells": "Mast Cell", "IL-6": "il6"}
    mentions = tuple(
        replace(m, concept_name=renamed.get(m.text, m.concept_name)) for m in ideal.mentions
    )
    evaluation = run(gold, replace(ideal, mentions=mentions))
    assert attribute(evaluation, "concept_name", "CELL")["accuracy"] == 1.0
    cytokines = attribute(evaluation, "concept_name", "CYTOKINE")
    assert (cytokines["n_correct"], cytokines["n_gold"]) == (2, 4)
    assert attribute(evaluation, "concept_name", "DISEASE")["accuracy"] is None
    assert [row["kind"] for row in rows_of(evaluation, "mention")] == ["name", "name"]


def test_a_concept_counts_under_another_of_its_names(gold: GoldDocument, ideal: Annotation) -> None:
    """Gold says *mast cells*, the tables *mastocyte*; for cytokines the symbol must agree."""
    renamed = {"Mast cells": "mastocyte", "IL-6": "interleukin 6"}
    mentions = tuple(
        replace(m, concept_name=renamed.get(m.text, m.concept_name)) for m in ideal.mentions
    )
    names = {("CELL", "mast cell"): "mastocyte", ("CYTOKINE", "IL6"): "interleukin 6"}
    annotation = replace(ideal, mentions=mentions)
    sentences = {gold.id: list(ideal.sentences)}
    known = evaluate(
        [gold], [annotation], sentences, lambda label, name: names.get((label, name), "")
    )
    unknown = evaluate([gold], [annotation], sentences)
    assert attribute(known, "concept_name", "CELL")["accuracy"] == 1.0
    assert attribute(unknown, "concept_name", "CELL")["accuracy"] == 0.0
    assert attribute(known, "concept_name", "CYTOKINE")["n_correct"] == 2


def test_specificity(gold: GoldDocument, ideal: Annotation) -> None:
    given = [m for m in gold.mentions if m.specificity]
    assert given
    wrong = tuple(
        replace(m, specificity="generic") if m.label == "CYTOKINE" else m for m in ideal.mentions
    )
    right = attribute(run(gold, ideal), "specificity", "CYTOKINE")
    assert (right["n_correct"], right["accuracy"]) == (right["n_gold"], 1.0)
    found = attribute(run(gold, replace(ideal, mentions=wrong)), "specificity", "CYTOKINE")
    assert found["n_correct"] == sum(m.specificity == "generic" for m in given)
    labels = {r["over"] for r in run(gold, ideal).attributes if r["attribute"] == "specificity"}
    assert labels <= {"CYTOKINE", "RECEPTOR", "ALL"}


# --- relations ---------------------------------------------------------------------


def test_direction_and_predicate_must_be_right(gold: GoldDocument, ideal: Annotation) -> None:
    cell, il6 = pick(ideal, "Mast cells"), pick(ideal, "interleukin-6")
    reversed_ = relation(il6, "SECRETES", cell)
    other = relation(il6, "ACTS_ON", cell)
    evaluation = run(gold, replace(ideal, relations=(reversed_, other)))
    assert counts(all_relations(evaluation)) == (0, 2, 3)
    rows = {(row["kind"], row["name"]): row for row in rows_of(evaluation, "relation")}
    assert rows["missed", "SECRETES"]["note"] == "found in the other direction"
    assert rows["false", "SECRETES"]["note"] == "other direction in gold"
    assert rows["false", "ACTS_ON"]["note"] == "SECRETES in gold"
    assert (
        rows["false", "ACTS_ON"]["nearest"] == "SECRETES Mast cells -> interleukin-6, unspecified"
    )
    assert rows["missed", "SECRETES"]["nearest"] == (
        "SECRETES interleukin-6 -> Mast cells, unspecified"
    )
    assert rows["missed", "SECRETES"]["marked_sentence"] == (
        "[subject: Mast cells] release [object: interleukin-6] (IL-6) into the airway. "
    )


def test_alias_counts_as_its_long_form(gold: GoldDocument, ideal: Annotation) -> None:
    on_short_form = relation(pick(ideal, "Mast cells"), "SECRETES", pick(ideal, "IL-6"))
    evaluation = run(gold, replace(ideal, relations=(on_short_form,)))
    assert counts(score(evaluation, "SECRETES")) == (1, 0, 0)


def test_alias_of_the_prediction_counts_where_gold_has_none(ideal: Annotation) -> None:
    source = gold_document()
    bare = source.model_copy(update={"mentions": tuple(m for m in source.mentions if m.id != "T3")})
    on_short_form = relation(pick(ideal, "Mast cells"), "SECRETES", pick(ideal, "IL-6"))
    evaluation = run(bare, replace(ideal, relations=(on_short_form,)))
    assert counts(score(evaluation, "SECRETES")) == (1, 0, 0)


def test_alias_in_another_sentence_is_not_followed(gold: GoldDocument, ideal: Annotation) -> None:
    # A recogniser may link each later short form to its definition: the later "IL-6",
    # not marked in this gold, must not stand for the words of the first sentence.
    first, later = pick(ideal, "interleukin-6"), pick(ideal, "IL-6", 1)
    linked = replace(later, alias_of=first.mention_id)
    mentions = tuple(linked if m == later else m for m in ideal.mentions)
    bare = gold.model_copy(
        update={
            "mentions": tuple(m for m in gold.mentions if m.id != "T5"),
            "relations": gold.relations[:1],
        }
    )
    across = Relation("g1", *SENTENCES[1], pick(ideal, "Mast cells"), linked, "SECRETES")
    evaluation = run(bare, replace(ideal, mentions=mentions, relations=(across,)))
    assert counts(score(evaluation, "SECRETES")) == (0, 1, 1)


def test_repeats_through_an_alias_count_once(gold: GoldDocument, ideal: Annotation) -> None:
    cell = pick(ideal, "Mast cells")
    long_form, short_form = pick(ideal, "interleukin-6"), pick(ideal, "IL-6")
    right = tuple(relation(cell, "SECRETES", form) for form in (long_form, short_form))
    wrong = tuple(relation(form, "ACTS_ON", cell) for form in (long_form, short_form))
    evaluation = run(gold, replace(ideal, relations=right + wrong))
    assert counts(score(evaluation, "SECRETES")) == (1, 0, 0)
    assert counts(score(evaluation, "ACTS_ON")) == (0, 1, 0)


def test_a_second_fragment_of_a_mention_is_no_alias(gold: GoldDocument, ideal: Annotation) -> None:
    halves = (mention(0, 4), mention(5, 10))
    il6 = pick(ideal, "interleukin-6")
    relations = tuple(relation(half, "SECRETES", il6) for half in halves)
    evaluation = run(gold, Annotation(Document("g1", TEXT), (*halves, il6), relations))
    assert counts(score(evaluation, "SECRETES")) == (1, 1, 0)
    assert counts(score(evaluation, "SECRETES", "strict")) == (0, 2, 1)


def test_a_neutral_relation_excuses_no_later_one_that_counts() -> None:
    text = "VEGF IL-6 or so T cells."
    at = {"id": "d", "text": text}
    mentions = [
        {"id": "o", "start": 0, "end": 4, "label": "CYTOKINE", "optional": True},
        {"id": "g", "start": 5, "end": 9, "label": "CYTOKINE"},
        {"id": "c", "start": 16, "end": 23, "label": "CELL"},
    ]
    gold = GoldDocument.model_validate(at | {"mentions": mentions})
    il6 = Mention("d", 5, 9, "CYTOKINE", "IL-6")
    both = [Mention("d", 0, end, "CYTOKINE", text[:end], alias_of=il6.mention_id) for end in (4, 3)]
    cells = Mention("d", 16, 23, "CELL", "T cells")
    joined = [Relation("d", 0, len(text), subject, cells, "ACTS_ON") for subject in (both[1], il6)]
    annotation = Annotation(Document("d", text), (*both, il6, cells), tuple(joined))
    every = all_relations(evaluate([gold], [annotation], {"d": [(0, len(text))]}))
    assert counts(every) == (0, 1, 0)


def test_optional_relations_count_neither_way(gold: GoldDocument, ideal: Annotation) -> None:
    leptin = pick(ideal, "Leptin")
    kept = (
        relation(leptin, "REGULATES", pick(ideal, "IL-6", 1)),  # in gold, on an optional mention
        relation(leptin, "ASSOCIATED_WITH", pick(ideal, "asthma")),  # not in gold, likewise
    )
    evaluation = run(gold, replace(ideal, relations=kept))
    assert counts(all_relations(evaluation)) == (0, 0, 3)

    flagged = gold.relations[0].model_copy(update={"optional": True})
    lenient = gold.model_copy(update={"relations": (flagged, *gold.relations[1:])})
    assert counts(score(run(lenient, ideal), "SECRETES")) == (0, 0, 0)
    assert counts(score(run(lenient, replace(ideal, relations=())), "SECRETES")) == (0, 0, 0)


def test_attributes_of_found_relations(gold: GoldDocument, ideal: Annotation) -> None:
    flat = tuple(replace(r, negated=False, hedged=True) for r in ideal.relations)
    evaluation = run(gold, replace(ideal, relations=flat))
    negated = attribute(evaluation, "negated")
    assert (negated["n_correct"], negated["n_gold"]) == (2, 3)
    assert attribute(evaluation, "negated", value="true")["recall"] == 0
    assert attribute(evaluation, "negated", value="true")["precision"] is None
    assert attribute(evaluation, "hedged")["accuracy"] == pytest.approx(1 / 3)
    assert attribute(evaluation, "effect")["accuracy"] == 1.0
    assert attribute(evaluation, "function", "ACTS_ON")["accuracy"] is None
    wrong = [row for row in rows_of(evaluation, "relation") if row["kind"] == "attribute"]
    assert "negated in gold: true" in str([row["note"] for row in wrong])


def test_missed_relation_names_the_lost_argument(gold: GoldDocument, ideal: Annotation) -> None:
    mentions = tuple(m for m in ideal.mentions if m.label != "CELL")
    evaluation = run(gold, replace(ideal, mentions=mentions, relations=()))
    row = next(row for row in rows_of(evaluation, "relation") if row["name"] == "SECRETES")
    assert row["note"] == "subject not recognised"
    assert (row["subject_text"], row["object_text"]) == ("Mast cells", "interleukin-6")
    assert str(row["sentence"]).startswith("Mast cells release")


# --- baseline ----------------------------------------------------------------------


def test_all_pairs_by_signature(ideal: Annotation) -> None:
    pairs = list(all_pairs(ideal.mentions, SENTENCES))
    found = {(p.predicate, p.subject.text, p.object.text) for p in pairs if p.sentence_start == 0}
    assert found == {
        (predicate, subject, target)
        for form in ("interleukin-6", "IL-6")
        for predicate, subject, target in (
            ("SECRETES", "Mast cells", form),
            ("ACTS_ON", form, "Mast cells"),
        )
    }


def test_baseline_stands_beside_the_scores(gold: GoldDocument, ideal: Annotation) -> None:
    evaluation = run(gold, ideal)
    associated = score(evaluation, "ASSOCIATED_WITH")
    # IL-6 and cytokines with two mentions of asthma each; those of leptin do not count.
    assert associated["pairs_of_gold_precision"] == 2 / 4
    assert associated["pairs_of_gold_recall"] == 1.0
    assert associated["pairs_of_predicted_precision"] == 2 / 4
    # Long and short form with one cell are one pair.
    assert score(evaluation, "SECRETES")["pairs_of_gold_precision"] == 1.0
    assert score(evaluation, "TREATS")["pairs_of_gold_precision"] is None

    blind = run(gold, replace(ideal, mentions=(), relations=()))
    assert score(blind, "ASSOCIATED_WITH")["pairs_of_predicted_recall"] == 0
    assert score(blind, "ASSOCIATED_WITH")["pairs_of_gold_recall"] == 1.0


# --- the whole ---------------------------------------------------------------------


def test_documents_without_predictions_are_missed(gold: GoldDocument) -> None:
    stranger = Annotation(Document("elsewhere", ""))
    evaluation = evaluate([gold], [stranger], {"g1": SENTENCES})
    assert (evaluation.n_gold, evaluation.n_annotated, evaluation.n_ignored) == (1, 0, 1)
    assert counts(score(evaluation, "ALL")) == (0, 0, 7)


def test_predictions_from_another_text_are_refused(gold: GoldDocument) -> None:
    shifted = Annotation(Document("g1", ""), (Mention("g1", 1, 11, "CELL", "Mast cells"),))
    with pytest.raises(ValueError, match="same text"):
        run(gold, shifted)


def test_input_that_cannot_be_scored(gold: GoldDocument, ideal: Annotation) -> None:
    with pytest.raises(ValueError, match="twice"):
        evaluate([gold], [ideal, ideal], {"g1": SENTENCES})
    with pytest.raises(ValueError, match="no sentences"):
        evaluate([gold], [ideal], {})


def test_summary_and_files(gold: GoldDocument, ideal: Annotation, tmp_path: Path) -> None:
    evaluation = run(gold, replace(ideal, relations=ideal.relations[:1]))
    summary = format_summary(evaluation)
    drug = next(line for line in summary.splitlines() if line.startswith("DRUG"))
    assert drug.split() == ["DRUG", "0", "0", "0", *["-"] * 8]
    paths = write_evaluation(evaluation, tmp_path / "new")
    assert sorted(path.name for path in paths) == [
        "errors.csv",
        "evaluation.html",
        "evaluation.json",
        "reliability.svg",
        "scores_attributes.csv",
        "scores_bands.csv",
        "scores_mentions.csv",
        "scores_registers.csv",
        "scores_relations.csv",
        "scores_rules.csv",
    ]
    assert sorted(tmp_path.glob("new/*")) == sorted(paths)
    with (tmp_path / "new" / "scores_mentions.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["matching"], row["label"], row["subset"]): row for row in csv.DictReader(file)}
    assert rows["strict", "DRUG", "all"]["precision"] == ""
    assert rows["strict", "CELL", "all"]["precision"] == "1.0000"
    header = (tmp_path / "new" / "errors.csv").read_text(encoding="utf-8")
    assert header.startswith("doc_id,register,part,kind,name,")


# --- gold files --------------------------------------------------------------------


def gold_line(**changes: object) -> str:
    line: dict[str, object] = {
        "id": "n1",
        "text": "TNF wakes T cells.",
        "mentions": [
            {"id": "a", "start": 0, "end": 3, "label": "CYTOKINE"},
            {"id": "b", "start": 10, "end": 17, "label": "CELL"},
        ],
        "relations": [{"predicate": "ACTS_ON", "subject": "a", "object": "b"}],
    }
    return json.dumps(line | changes, ensure_ascii=False)


def test_gold_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    noted = gold_line(_curator="AB", relations=[], mentions=[])
    path.write_text(gold_line() + "\n\n" + noted.replace("n1", "n2") + "\n", encoding="utf-8")
    documents = load_gold([path])
    assert [document.id for document in documents] == ["n1", "n2"]
    assert documents[0].relations[0].effect == "unspecified"
    assert load_gold([tmp_path]) == documents


A = {"id": "a", "start": 0, "end": 3, "label": "CYTOKINE"}
B = {"id": "b", "start": 10, "end": 17, "label": "CELL"}
LINK = {"predicate": "ACTS_ON", "subject": "a", "object": "b"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        (gold_line(extra=1), "unknown key 'extra'"),
        (gold_line(mentions=[A | {"lable": "x"}, B]), "mentions[0].lable: unknown key 'lable'"),
        (gold_line(mentions=[A | {"end": 99}, B]), "mention a: 0-99 is no stretch"),
        (gold_line(mentions=[A | {"start": 3}, B]), "mention a: 3-3 is no stretch"),
        (gold_line(mentions=[A | {"start": -2}, B]), "mention a: -2-3 is no stretch"),
        (gold_line(mentions=[A | {"start": "0"}, B]), "mentions[0].start: "),
        (gold_line(mentions=[A, B, B | {"id": "c", "start": 9, "end": 10}]), "9-10 is blank"),
        (gold_line(mentions=[A | {"end": 4}, B]), "'TNF ' has blanks at its edge"),
        (gold_line(mentions=[A | {"label": "GENE"}, B]), "mentions[0].label: 'GENE' is unknown"),
        (gold_line(mentions=[A, B, B | {"start": 12}]), "mention b: this id stands twice"),
        (gold_line(mentions=[A, B, B | {"id": "c"}]), "mention c: the same words and label"),
        (gold_line(relations=[LINK, LINK | {"hedged": True}]), "says the same as relation 1"),
        (gold_line(relations=[], rejected=[LINK]), "document that is not partial"),
        (gold_line(predicates=["BINDS"]), "not among the document's predicates"),
        (gold_line(split="train"), "split: 'train' is unknown"),
        (gold_line(mentions=[A | {"alias_of": "z"}, B]), "alias_of 'z' is no mention"),
        (gold_line(mentions=[A | {"alias_of": "a"}, B]), "alias_of leads in a circle"),
        (gold_line(relations=[LINK | {"predicate": "LIKES"}]), "'LIKES' is unknown"),
        (gold_line(relations=[LINK | {"effect": "up"}]), "relations[0].effect: 'up' is unknown"),
        (gold_line(relations=[LINK | {"object": "z"}]), "object 'z' is no mention"),
        (gold_line(relations=[LINK | {"object": "a"}]), "object a is a CYTOKINE, should be CELL"),
        (gold_line(relations=[{"predicate": "ACTS_ON", "subject": "a"}]), "object: missing"),
        (gold_line(), "document 'n1' is also "),
    ],
)
def test_gold_errors_name_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(gold_line() + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(GoldError) as caught:
        load_gold([path])
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(f"{path}:2: ")
    assert message in caught.value.problems[0]


def test_gold_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "caf\xe9"}')
    (tmp_path / "empty.jsonl").write_bytes(b"\n")
    (tmp_path / "folder").mkdir()
    names = ["latin.jsonl", "empty.jsonl", "folder", "absent.jsonl"]
    with pytest.raises(GoldError) as caught:
        load_gold([tmp_path / name for name in names])
    assert [problem.removeprefix(f"{tmp_path}/") for problem in caught.value.problems] == [
        "latin.jsonl:1: not UTF-8; save the file as UTF-8",
        "empty.jsonl: holds no document",
        "folder: the folder holds nothing; give the files of one format",
        "absent.jsonl: cannot be read (No such file or directory); check the path",
    ]


# --- tables ------------------------------------------------------------------------


def write_tables(folder: Path, annotation: Annotation) -> None:
    def cell(value: object) -> str:
        return str(value).lower() if isinstance(value, bool) else neutralise_cell(str(value))

    def write(name: str, rows: list[dict[str, object]]) -> None:
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows({k: cell(v) for k, v in row.items()} for row in rows)

    names = "doc_id start end text label section concept_id concept_name specificity layer alias_of"
    write(
        "mentions.csv",
        [
            {"mention_id": m.mention_id, "score": m.score}
            | {name: getattr(m, name) for name in names.split()}
            for m in annotation.mentions
        ],
    )
    names = (
        "doc_id section predicate effect function negated hedged trigger rule score sentence "
        "sentence_start sentence_end"
    )
    write(
        "relations.csv",
        [
            {name: getattr(r, name) for name in names.split()}
            | {
                "subject_mention_id": r.subject.mention_id,
                "object_mention_id": r.object.mention_id,
            }
            for r in annotation.relations
        ],
    )
    write("documents.csv", [{"doc_id": "g1"}, {"doc_id": "silent"}])


def test_round_trip_through_tables(gold: GoldDocument, ideal: Annotation, tmp_path: Path) -> None:
    odd = Mention("g1", 0, 4, "CELL", '-β, "NA"', section="=1+1", concept_id="NA")
    full = replace(ideal, mentions=tuple(sorted((*ideal.mentions, odd))))
    write_tables(tmp_path, full)
    read, silent = annotations_from_tables(tmp_path)
    assert read.document == Document("g1", "")
    assert read.mentions == full.mentions
    assert read.relations == full.relations
    assert silent == Annotation(Document("silent", ""))

    write_tables(tmp_path, ideal)
    evaluation = evaluate([gold], annotations_from_tables(tmp_path), {"g1": SENTENCES})
    assert all_relations(evaluation)["f1"] == 1.0
    assert evaluation.n_ignored == 1


@pytest.mark.parametrize("cell", ["-β", "=1", "'=1", "''+x", "'quoted'", "plain", "", "@a", "\tb"])
def test_neutralised_cells_come_back(cell: str) -> None:
    assert restore_cell(neutralise_cell(cell)) == cell
    assert not neutralise_cell(cell).startswith(("=", "+", "-", "@", "\t"))


def test_tables_that_cannot_be_read(ideal: Annotation, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"mentions\.csv: no such table"):
        annotations_from_tables(tmp_path)
    write_tables(tmp_path, ideal)
    path = tmp_path / "relations.csv"
    original = path.read_text(encoding="utf-8")
    path.write_text(original.replace("false", "maybe", 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"relations\.csv: row 1 .*'maybe'"):
        annotations_from_tables(tmp_path)
    path.write_text(original.replace("predicate", "verb", 1), encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the columns predicate"):
        annotations_from_tables(tmp_path)
    missing = ideal.relations[0].subject.mention_id
    path.write_text(original.replace(missing, "Mnone", 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"'Mnone' is not in mentions\.csv"):
        annotations_from_tables(tmp_path)
