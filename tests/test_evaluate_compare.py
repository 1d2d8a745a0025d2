"""Registers, the curve over the score, the paired bootstrap and the gate."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from judged import judged

from pipeline.evaluate.compare import SAMPLES, CompareError, compare, read_counts
from pipeline.evaluate.curve import curve_rows
from pipeline.evaluate.gate import falls, format_falls, read_gate
from pipeline.evaluate.registers import PARTS, DocumentCounts, register_scores
from pipeline.evaluate.summary import format_comparison, format_summary
from pipeline.evaluate.write import write_evaluation
from pipeline.patterns_data import PatternError


def counted(doc_id: str, tp: int, fp: int, fn: int, register: str = "abstract") -> DocumentCounts:
    counts = {(part, name): (0, 0, 0) for part, names in PARTS.items() for name in names}
    for name in ("SECRETES", "ALL"):
        counts["relation", name] = (tp, fp, fn)
    return DocumentCounts(doc_id, register, f"digest of {doc_id}", counts)


def figure(rows, name: str, metric: str, part: str = "relation"):
    return next(r for r in rows if (r["part"], r["name"], r["metric"]) == (part, name, metric))


# --- registers ---------------------------------------------------------------------


def test_registers_counted_by_hand() -> None:
    documents = [counted("a", 3, 1, 0), counted("b", 1, 1, 2), counted("c", 0, 0, 4, "leaflet")]
    rows = {(r["register"], r["part"], r["name"]): r for r in register_scores(documents)}
    abstracts = rows["abstract", "relation", "ALL"]
    assert (abstracts["n_documents"], abstracts["tp"], abstracts["fp"]) == (2, 4, 2)
    assert abstracts["precision"] == pytest.approx(4 / 6)
    assert abstracts["recall"] == pytest.approx(4 / 6)
    assert rows["leaflet", "relation", "SECRETES"]["recall"] == 0
    assert rows["leaflet", "relation", "SECRETES"]["precision"] is None
    assert rows["leaflet", "mention", "CELL"]["f1"] is None


# --- the curve ---------------------------------------------------------------------


def test_curve_counted_by_hand() -> None:
    cases = [
        ("SECRETES", "a", 0.9, "tp"),
        ("SECRETES", "a", 0.8, "fp"),
        ("SECRETES", "b", 0.8, "tp"),
        ("ACTS_ON", "c", 0.6, "tp"),
        ("ACTS_ON", "c", 0.7, "neutral"),
    ]
    rows = judged(cases).curve
    points = [
        (r["from_score"], r["n"], r["precision"], r["recall"])
        for r in rows
        if r["predicate"] == "ALL"
    ]
    assert points == [
        (0.9, 1, 1.0, pytest.approx(1 / 3)),
        (0.8, 3, pytest.approx(2 / 3), pytest.approx(2 / 3)),
        (0.6, 4, pytest.approx(3 / 4), 1.0),
    ]
    acts = [(r["from_score"], r["recall"]) for r in rows if r["predicate"] == "ACTS_ON"]
    assert acts == [(0.6, 1.0)]
    assert not [r for r in rows if r["predicate"] == "BINDS"]
    assert curve_rows([]) == []


# --- the paired bootstrap ----------------------------------------------------------


def test_a_real_change_and_none() -> None:
    before = [counted(f"d{n}", 4, 2, 4) for n in range(20)]
    better = [counted(f"d{n}", 6 + n % 3, 2, 2) for n in range(20)]
    recall = figure(compare(before, better), "ALL", "recall")
    assert recall["before"] == pytest.approx(0.5)
    assert recall["difference"] == pytest.approx(recall["after"] - 0.5)
    assert 0 < recall["low"] < recall["difference"] < recall["high"]
    assert recall["p"] == pytest.approx(2 / (SAMPLES + 1))
    same = figure(compare(before, before), "ALL", "f1")
    assert (same["difference"], same["low"], same["high"], same["p"]) == (0, 0, 0, 1)


def test_one_lucky_document_is_no_real_change() -> None:
    before = [counted(f"d{n}", 5, 1, 1) for n in range(12)]
    lucky = [replace(before[0], counts=counted("d0", 6, 1, 0).counts), *before[1:]]
    recall = figure(compare(before, lucky), "SECRETES", "recall")
    assert recall["difference"] > 0
    assert recall["low"] == 0
    assert recall["p"] > 0.05


def test_better_in_one_half_and_worse_in_the_other() -> None:
    before = [counted(f"d{n}", 5, 1, 5) for n in range(30)]
    after = [counted(f"d{n}", 7 if n % 2 else 3, 1, 3 if n % 2 else 7) for n in range(30)]
    recall = figure(compare(before, after), "ALL", "recall")
    assert recall["difference"] == 0
    assert recall["low"] < 0 < recall["high"]
    assert recall["p"] > 0.5


def test_the_order_of_documents_does_not_matter_and_undefined_stays_so() -> None:
    before = [counted("a", 1, 0, 1), counted("b", 0, 0, 0)]
    after = [counted("b", 0, 0, 0), counted("a", 2, 0, 0)]
    rows = compare(before, after)
    assert rows == compare(before[::-1], after)
    assert {r["name"] for r in rows} == {"SECRETES", "ALL"}  # what neither side has is left out
    silent = compare([counted("a", 0, 0, 3)], [counted("a", 0, 0, 3)])
    assert figure(silent, "ALL", "precision")["difference"] is None
    assert figure(silent, "ALL", "recall")["difference"] == 0
    shown = {" ".join(line.split()) for line in format_comparison(silent).splitlines()}
    assert "relation ALL precision - - - - -" in shown


@pytest.mark.parametrize(
    ("before", "message"),
    [
        ([counted("a", 1, 1, 1)], "1 documents are in this evaluation alone"),
        (
            [counted(name, 1, 1, 1) for name in "abc"],
            "1 documents are in the other evaluation alone",
        ),
        (
            [counted("a", 1, 1, 1), replace(counted("b", 1, 1, 1), digest="other")],
            r"1 documents have other gold there \(b\)",
        ),
    ],
)
def test_other_gold_is_refused(before: list[DocumentCounts], message: str) -> None:
    with pytest.raises(CompareError, match=message):
        compare(before, [counted("a", 1, 1, 1), counted("b", 1, 1, 1)])


def test_counts_come_back_from_the_file(tmp_path: Path) -> None:
    evaluation = judged([("SECRETES", "a", 0.9, "tp"), ("ACTS_ON", "b", 0.7, "fp")])
    comparison = compare(evaluation.documents, evaluation.documents)
    write_evaluation(evaluation, tmp_path, {"options": {"split": "test"}}, comparison)
    assert read_counts(tmp_path) == evaluation.documents
    figures = json.loads((tmp_path / "evaluation.json").read_text(encoding="utf-8"))
    assert figures["about"] == {"options": {"split": "test"}}
    assert figures["documents"][0]["relation"]["ALL"] == [1, 1, 0]
    assert figures["relations"][0]["precision"] == 1.0
    assert figures["mentions"][1]["precision"] is None
    header = (tmp_path / "comparison.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "part,name,metric,before,after,difference,low,high,p"


def test_files_that_are_no_evaluation(tmp_path: Path) -> None:
    with pytest.raises(CompareError, match="no such file"):
        read_counts(tmp_path)
    (tmp_path / "evaluation.json").write_text("{", encoding="utf-8")
    with pytest.raises(CompareError, match="cannot be read"):
        read_counts(tmp_path)
    (tmp_path / "evaluation.json").write_text('{"documents": [{}]}', encoding="utf-8")
    with pytest.raises(CompareError, match="no evaluation of this version"):
        read_counts(tmp_path)


# --- the gate ----------------------------------------------------------------------

CASES = [
    ("SECRETES", "a", 0.9, "tp"),
    ("SECRETES", "a", 0.8, "fp"),
    ("ACTS_ON", "c", 0.6, "tp"),
]


def gate(tmp_path: Path, text: str):
    path = tmp_path / "gate.yaml"
    path.write_text(text, encoding="utf-8")
    return read_gate(path)


def test_what_fell_is_named_with_its_rows(tmp_path: Path) -> None:
    thresholds = gate(
        tmp_path,
        "why: measured\n"
        "mentions:\n  CELL: {f1: 1.0}\n"
        "relations:\n  SECRETES: {precision: 0.6, recall: 1.0}\n  ACTS_ON: {f1: 0.9}\n"
        "  BINDS: {recall: 0.1}\n"
        "attributes:\n  effect: {accuracy: 1.0}\n  negated: {f1: 0.5}\n",
    )
    fallen = falls(thresholds, judged(CASES))
    said = [(f.section, f.name, f.metric, f.value) for f in fallen]
    assert said == [
        ("relations", "SECRETES", "precision", 0.5),
        ("relations", "BINDS", "recall", None),
        ("attributes", "negated", "f1", None),
    ]
    text = format_falls(fallen)
    assert "relations SECRETES: precision 0.500, at least 0.6" in text
    assert "g: false SECRETES (no relation of them in gold): " in text
    assert "[subject: B cells], [object: IL-4]" in text
    assert "undefined (gold has nothing to measure it on)" in text


def test_a_gate_that_all_figures_pass(tmp_path: Path) -> None:
    thresholds = gate(tmp_path, "relations:\n  ALL: {precision: 0.66, recall: 1}\n")
    assert falls(thresholds, judged(CASES)) == []


def test_many_rows_are_cut_short(tmp_path: Path) -> None:
    thresholds = gate(tmp_path, "relations:\n  ALL: {precision: 1}\n")
    evaluation = judged([("SECRETES", "a", 0.8, "fp")] * 25)
    assert "and 5 more; all are in errors.csv" in format_falls(falls(thresholds, evaluation))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("relation:\n  ALL: {f1: 1}\n", "'relation' is none of mentions, relations"),
        ("relations:\n  LIKES: {f1: 1}\n", "gate.yaml:2: relations: LIKES is unknown"),
        ("relations:\n  ALL: {f2: 1}\n", "gate.yaml:2: relations: ALL: 'f2' is not measured"),
        ("relations:\n  ALL: {accuracy: 1}\n", "'accuracy' is not measured; precision"),
        ("attributes:\n  effect: {f1: 1}\n", "'f1' is not measured; accuracy are"),
        ("relations:\n  ALL: {f1: 80}\n", "f1 is 80, not a number from 0 to 1"),
        ("relations:\n  ALL: {f1: true}\n", "f1 is True, not a number"),
        ("relations:\n  ALL: 0.8\n", "relations: ALL: no threshold"),
        ("relations:\n  ALL: {}\n", "relations: ALL: no threshold"),
        ("relations:\n  ALL: {f1: 1}\n  ALL: {f1: 0}\n", "gate.yaml:3: .*stands there twice"),
        ("why: nothing\n", "a gate that cannot fail is none"),
    ],
)
def test_gates_that_are_none(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(PatternError, match=message):
        gate(tmp_path, text)


def test_the_terminal_shows_registers_where_there_are_several() -> None:
    evaluation = judged(CASES)
    assert "Registers" not in format_summary(evaluation)
    two = [counted("a", 3, 1, 0), counted("c", 0, 0, 4, "leaflet")]
    shown = format_summary(replace(evaluation, registers=register_scores(two)))
    assert "leaflet" in shown
