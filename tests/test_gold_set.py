"""The gold set: what it holds, that it is of the corpus, and where it comes from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.curate.adjudicate import adjudicated, read_decisions, unknown_keys
from pipeline.curate.agree import agreement
from pipeline.curate.disagreements import disagreements
from pipeline.curate.findings import gold_findings
from pipeline.curate.pairs import by_id
from pipeline.evaluate.gate import read_gate
from pipeline.gold.load import load_gold
from pipeline.gold.records import GoldDocument
from pipeline.read import read_inputs
from pipeline.records import PREDICATES, Document

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT / "corpus" / "gold"


@pytest.fixture(scope="module")
def gold() -> list[GoldDocument]:
    return load_gold([GOLD])


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    items = list(read_inputs([ROOT / "corpus" / "documents"]))
    assert all(isinstance(item, Document) for item in items)
    return {item.doc_id: item.text for item in items if isinstance(item, Document)}


def counted(documents: list[GoldDocument]) -> Counter[str]:
    tally: Counter[str] = Counter()
    for document in documents:
        tally["mentions"] += sum(not mention.optional for mention in document.mentions)
        for relation in document.relations:
            if not document.is_optional(relation):
                tally["relations"] += 1
                tally[relation.predicate] += 1
                tally["negated"] += relation.negated
                tally["hedged"] += relation.hedged
    return tally


def test_size(gold: list[GoldDocument]) -> None:
    assert len(gold) >= 80
    every = counted(gold)
    assert every["mentions"] >= 2500
    assert every["relations"] >= 1000
    assert every["negated"] >= 100
    assert every["hedged"] >= 150
    assert all(every[predicate] >= 40 for predicate in PREDICATES)
    # the part that is held back can be measured by itself
    test = counted([document for document in gold if document.split == "test"])
    assert test["relations"] >= 1000
    assert all(test[predicate] >= 40 for predicate in PREDICATES)


def test_every_document_has_a_part_and_a_register(gold: list[GoldDocument]) -> None:
    assert {document.split for document in gold} == {"dev", "test"}
    assert all(document.register_ for document in gold)
    assert len({document.register_ for document in gold}) >= 8
    for split in ("dev", "test"):
        names = {document.id for document in load_gold([GOLD / f"{split}.jsonl"])}
        assert names == {document.id for document in gold if document.split == split}


def test_there_are_texts_full_of_mentions_with_next_to_no_relation(
    gold: list[GoldDocument],
) -> None:
    hard = [d for d in gold if len(d.mentions) >= 25 and len(d.relations) * 4 <= len(d.mentions)]
    assert len(hard) >= 10


def test_texts_are_those_of_the_corpus(gold: list[GoldDocument], texts: dict[str, str]) -> None:
    assert {document.id for document in gold} <= texts.keys()
    assert [document.id for document in gold if document.text != texts[document.id]] == []


def test_findings_are_known(texts: dict[str, str]) -> None:
    """What the guidelines ask, but for what was looked at and is right."""
    found = [line.split(": ", 1)[1] for line in gold_findings([GOLD], texts=texts)]
    assert found == [
        "g022: mention T12: 'tuberculosis' is unmarked at 33-45",  # of the organism's name
        "results-copd-airway-immunostaining: mention T34: 'neutrophil' is unmarked at 599-609",
    ]


def test_two_annotations_agree_and_lead_to_the_gold(gold: list[GoldDocument]) -> None:
    a, b = (load_gold([GOLD / "annotators" / f"{name}.jsonl"]) for name in ("a", "b"))
    both, alone = by_id(a, b)
    assert (len(both), alone) == (len(gold), [])
    rows = {(row["part"], row["name"]): row for row in agreement(both)}
    assert float(str(rows["mention", "ALL"]["f1"])) > 0.9
    assert float(str(rows["relation", "ALL"]["f1"])) > 0.9
    decisions = read_decisions(GOLD / "annotators" / "decisions.csv")
    assert unknown_keys(decisions, [r for one, two in both for r in disagreements(one, two)]) == []
    # Everything that the two disagree about is decided. What the passes after that changed
    # is listed in second-look.txt; it is a small part.
    decided = {one.id: adjudicated(one, two, decisions) for one, two in both}
    listed = (GOLD / "annotators" / "second-look.txt").read_text(encoding="utf-8")
    for document in gold:
        said = [
            {(r.predicate, *places(one, r), r.effect, r.function, r.negated, r.hedged, r.optional)
             for r in one.relations}
            for one in (decided[document.id], document)
        ]  # fmt: skip
        if said[0] != said[1]:
            assert f"{document.id}:" in listed, document.id


def places(document: GoldDocument, relation) -> tuple[int, ...]:
    mentions = (document.mention(relation.subject), document.mention(relation.object))
    return tuple(edge for one in mentions for edge in (one.start, one.end))


def test_the_gate_is_about_every_label_and_predicate() -> None:
    gate = read_gate(GOLD / "gate.yaml")
    assert set(gate["relations"]) >= {*PREDICATES, "ALL"}
    assert set(gate["mentions"]) >= {"CYTOKINE", "RECEPTOR", "CELL", "DISEASE", "DRUG", "ALL"}
