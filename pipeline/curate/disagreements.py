"""What two annotators disagree about, as the rows of a table to decide.

A row is one disagreement; its ``key`` is made of content, so that the table can be sorted and
shared out. ``decision`` is to be filled in: see :mod:`pipeline.curate.adjudicate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.curate.pairs import Pairing, Statement, names, pair
from pipeline.evaluate.intervals import Row
from pipeline.gold.records import GoldDocument, GoldMention, GoldRelation
from pipeline.marked import with_roles
from pipeline.records import content_id

COLUMNS = [
    "key",
    "doc_id",
    "part",
    "name",
    "a",
    "b",
    "start",
    "end",
    "context",
    "decision",
    "fixed",
    "note",
]
CONTEXT = 160  # characters around the words of a row


def disagreements(a: GoldDocument, b: GoldDocument) -> list[Row]:
    """The rows of the table for one document, mentions first, by position.

    Raises GoldError when the texts differ.
    """
    pairing = pair(a, b)
    rows = [mention_row(pairing, one, other) for one, other in unequal_mentions(pairing)]
    rows += [
        _relation_row(pairing, statement, one, other)
        for statement, one, other in unequal_relations(pairing)
    ]
    return rows


Sides = tuple[GoldMention | None, GoldMention | None]


def unequal_mentions(pairing: Pairing) -> Iterator[Sides]:
    name_a, name_b = names(pairing.mentions)
    for one, other in pairing.mentions:
        if one is None or other is None or _content(one, name_a) != _content(other, name_b):
            yield one, other


def _content(mention: GoldMention, name: Mapping[str, str]) -> tuple[object, ...]:
    """What must agree. The norm of a cell, disease or drug is optional, so one side may lack it."""
    norm = mention.norm if mention.label in ("CYTOKINE", "RECEPTOR") else ""
    alias = name.get(mention.alias_of, "")
    bounds = (mention.start, mention.end, mention.spans)
    return bounds, mention.label, mention.specificity, norm, alias, mention.optional


def unequal_relations(
    pairing: Pairing,
) -> Iterator[tuple[Statement, GoldRelation | None, GoldRelation | None]]:
    for statement, (one, other) in sorted(
        pairing.relations.items(), key=lambda item: _relation_start(pairing, *item[1])
    ):
        if one is None or other is None or _said(one) != _said(other):
            yield statement, one, other


def _said(relation: GoldRelation) -> tuple[object, ...]:
    flags = (relation.negated, relation.hedged, relation.optional)
    return relation.effect, relation.function, flags


def _relation_start(
    pairing: Pairing, one: GoldRelation | None, other: GoldRelation | None
) -> tuple[int, int]:
    document, relation = (pairing.a, one) if one else (pairing.b, other)
    if relation is None:
        return 0, 0
    starts = [document.mention(m).start for m in (relation.subject, relation.object)]
    return min(starts), max(starts)


def mention_row(pairing: Pairing, one: GoldMention | None, other: GoldMention | None) -> Row:
    sides = [mention for mention in (one, other) if mention]
    start, end = min(m.start for m in sides), max(m.end for m in sides)
    label = sides[0].label
    return {
        "key": key_of(
            pairing, "mention", label, *((m.start, m.end) if m else "" for m in (one, other))
        ),
        "doc_id": pairing.a.id,
        "part": "mention",
        "name": label,
        "a": _mention_words(pairing.a, one),
        "b": _mention_words(pairing.b, other),
        "start": start,
        "end": end,
        "context": _context(pairing.a.text, [(start, end, label)]),
    }


def key_of(pairing: Pairing, *parts: object) -> str:
    return "D" + content_id(pairing.a.id, *parts)


def _mention_words(document: GoldDocument, mention: GoldMention | None) -> str:
    if mention is None:
        return ""
    words = [document.span_text(mention), mention.label, mention.specificity, mention.norm]
    if mention.alias_of:
        words.append(f"alias of {document.span_text(document.mention(mention.alias_of))}")
    return " | ".join([word for word in words if word] + ["optional"] * mention.optional)


def _relation_row(
    pairing: Pairing, statement: Statement, one: GoldRelation | None, other: GoldRelation | None
) -> Row:
    document, relation = (pairing.a, one) if one else (pairing.b, other)
    if relation is None:
        raise ValueError("a disagreement has at least one side")
    subject, target = document.mention(relation.subject), document.mention(relation.object)
    spans = [(subject.start, subject.end, "subject"), (target.start, target.end, "object")]
    return {
        "key": key_of(pairing, "relation", *statement),
        "doc_id": pairing.a.id,
        "part": "relation",
        "name": relation.predicate,
        "a": _relation_words(one),
        "b": _relation_words(other),
        "start": min(subject.start, target.start),
        "end": max(subject.end, target.end),
        "context": _context(document.text, spans),
    }


def _relation_words(relation: GoldRelation | None) -> str:
    if relation is None:
        return ""
    words = [relation.predicate, relation.effect, relation.function]
    words += [flag for flag in ("negated", "hedged", "optional") if getattr(relation, flag)]
    return " ".join(word for word in words if word)


def _context(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    start = max(0, min(span[0] for span in spans) - CONTEXT)
    end = min(len(text), max(span[1] for span in spans) + CONTEXT)
    return with_roles(text, start, end, spans).replace("\n", " ")  # a row a line
