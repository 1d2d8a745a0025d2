"""Relations made by hand together with the gold that judges them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.evaluate.report import Evaluation, evaluate
from pipeline.gold.records import GoldDocument, GoldMention, GoldRelation
from pipeline.records import Annotation, Document, Mention, Relation

PAIR = "B cells, IL-4; "  # a cell and a cytokine, over and over
# predicate (SECRETES or ACTS_ON), rule, score, and what gold makes of it: tp, fp or neutral
Case = tuple[str, str, float, str]


def judged(cases: Sequence[Case], book: Mapping[str, str] | None = None) -> Evaluation:
    """The evaluation of one document in which each case has a pair of mentions of its own,
    and of a second one, unknown to gold, that holds all relations once more."""
    text = PAIR * len(cases)
    gold_mentions: list[GoldMention] = []
    gold_relations: list[GoldRelation] = []
    for number, (predicate, _, _, outcome) in enumerate(cases):
        at, cell, cytokine = number * len(PAIR), f"cell{number}", f"cytokine{number}"
        gold_mentions += [
            GoldMention(id=cell, start=at, end=at + 7, label="CELL"),
            GoldMention(id=cytokine, start=at + 9, end=at + 13, label="CYTOKINE"),
        ]
        subject, target = (cell, cytokine) if predicate == "SECRETES" else (cytokine, cell)
        if outcome != "fp":
            gold_relations.append(
                GoldRelation(
                    predicate=predicate,
                    subject=subject,
                    object=target,
                    optional=outcome == "neutral",
                )
            )
    gold = GoldDocument(
        id="g", text=text, mentions=tuple(gold_mentions), relations=tuple(gold_relations)
    )
    annotations = [_predicted(doc_id, text, cases) for doc_id in ("g", "stranger")]
    return evaluate([gold], annotations, {"g": [(0, len(text))]}, book=book or {})


def _predicted(doc_id: str, text: str, cases: Sequence[Case]) -> Annotation:
    mentions: list[Mention] = []
    relations: list[Relation] = []
    for number, (predicate, rule, score, _) in enumerate(cases):
        at = number * len(PAIR)
        cell = Mention(doc_id, at, at + 7, "CELL", "B cells")
        cytokine = Mention(doc_id, at + 9, at + 13, "CYTOKINE", "IL-4")
        subject, target = (cell, cytokine) if predicate == "SECRETES" else (cytokine, cell)
        mentions += [cell, cytokine]
        relations.append(
            Relation(doc_id, 0, len(text), subject, target, predicate, rule=rule, score=score)
        )
    return Annotation(Document(doc_id, text), tuple(mentions), tuple(relations))
