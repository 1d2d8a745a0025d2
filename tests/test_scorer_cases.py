"""The scorer against cases that were counted by hand, and its symmetries."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.evaluate.relations import gold_annotation
from pipeline.evaluate.report import Evaluation, evaluate
from pipeline.gold.load import load_gold
from pipeline.gold.records import GoldDocument

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = yaml.safe_load(
    (HERE / "scorer_cases.yaml").read_text(encoding="utf-8")
)
GOLD = HERE.parent / "corpus" / "gold"


def document(tmp_path: Path, marked: str, scope: dict[str, Any] | None = None) -> GoldDocument:
    body = marked if "\n=== relations" in marked else f"{marked}\n=== relations"
    path = tmp_path / "case.marked"
    head = "partial: true\n" if scope and scope.get("partial") else ""
    path.write_text(f"=== document d\n{head}=== text\n{body}\n", encoding="utf-8")
    read = load_gold([path])[0]
    lists = {key: tuple(value) for key, value in (scope or {}).items() if key != "partial"}
    return read.model_copy(update=lists)


def sentences(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[^.]*(?:\. ?|$)", text) if match[0]] or [(0, 0)]


def score(gold: GoldDocument, predicted: GoldDocument) -> Evaluation:
    spans = sentences(gold.text)
    annotation = gold_annotation(predicted, spans)
    return evaluate([gold], [annotation], {gold.id: spans})


def counts(evaluation: Evaluation, part: str, matching: str) -> list[object]:
    key = {"mentions": "label", "relations": "predicate"}[part]
    rows = getattr(evaluation, part)
    row = next(r for r in rows if (r["matching"], r[key], r["subset"]) == (matching, "ALL", "all"))
    return [row["tp"], row["fp"], row["fn"]]


def test_there_are_enough_cases() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)) >= 30


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any], tmp_path: Path) -> None:
    gold = document(tmp_path, case["gold"], case.get("scope"))
    predicted = document(tmp_path, case["predicted"])
    assert gold.text == predicted.text
    evaluation = score(gold, predicted)
    looked_at = 0
    for matching in ("strict", "relaxed"):
        for part, expected in case.get(matching, {}).items():
            assert counts(evaluation, part, matching) == expected, (matching, part)
            looked_at += 1
    attributes = ("effect", "function", "negated", "hedged", "concept_name", "specificity")
    for name in attributes:
        if name in case:
            over = {"function": "ACTS_ON"}.get(name, "ALL")
            row = next(
                r
                for r in evaluation.attributes
                if (r["attribute"], r["over"], r["value"]) == (name, over, "ALL")
            )
            assert [row["n_correct"], row["n_gold"]] == case[name], name
            looked_at += 1
    for name in case.get("undefined", []):
        row = next(
            r for r in evaluation.relations if (r["predicate"], r["matching"]) == (name, "relaxed")
        )
        assert [row[key] for key in ("precision", "f1", "pairs_of_gold_f1")] == [None] * 3
        assert row["recall"] is not None
        assert not [r for r in evaluation.curve if r["predicate"] == name]
        assert not any(band.n for band in evaluation.bands)
    assert looked_at


def symmetric(case: dict[str, Any]) -> bool:
    """What only gold can say (optional, scope, partial) has no other side, and a short form that
    only one side links to its long form is followed on that side alone."""
    same_links = case["gold"].count("alias=") == case["predicted"].count("alias=")
    return "optional" not in case["gold"] and "scope" not in case and same_links


@pytest.mark.parametrize(
    "case", [case for case in CASES if symmetric(case)], ids=lambda case: case["name"]
)
def test_swapping_gold_and_prediction_swaps_precision_and_recall(
    case: dict[str, Any], tmp_path: Path
) -> None:
    gold, predicted = (document(tmp_path, case[side]) for side in ("gold", "predicted"))
    there, back = score(gold, predicted), score(predicted, gold)
    for part in ("mentions", "relations"):
        for matching in ("strict", "relaxed"):
            tp, fp, fn = counts(there, part, matching)
            assert counts(back, part, matching) == [tp, fn, fp], (part, matching)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_gold_against_itself_is_perfect(case: dict[str, Any], tmp_path: Path) -> None:
    gold = document(tmp_path, case["gold"], case.get("scope"))
    evaluation = score(gold, gold)
    for part in ("mentions", "relations"):
        for matching in ("strict", "relaxed"):
            _, fp, fn = counts(evaluation, part, matching)
            assert (fp, fn) == (0, 0), (part, matching)
    assert evaluation.errors == []


def test_the_gold_set_against_itself() -> None:
    documents = load_gold([GOLD])
    spans = {one.id: sentences(one.text) for one in documents}
    annotations = [gold_annotation(one, spans[one.id]) for one in documents]
    evaluation = evaluate(documents, annotations, spans)
    for row in [*evaluation.mentions, *evaluation.relations]:
        assert row["f1"] in (1.0, None), row
    for row in evaluation.attributes:
        assert row.get("accuracy") in (1.0, None), row
    assert evaluation.errors == []
    broken = [replace(one, relations=one.relations[1:]) for one in annotations]
    assert evaluate(documents, broken, spans).errors != []
