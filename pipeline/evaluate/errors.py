"""Every miss and false hit, with what one needs to see why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.evaluate.gold import GoldMention, GoldRelation
from pipeline.evaluate.intervals import Row
from pipeline.evaluate.relations import Arguments, Statement, gold_statement, sentence_at
from pipeline.evaluate.scores import ATTRIBUTES, Concept, DocumentMatch, no_concept, same_name
from pipeline.evaluate.spans import overlap, span_key
from pipeline.records import Mention, Relation

MENTION_COLUMNS = [
    "doc_id",
    "kind",
    "label",
    "gold_start",
    "gold_end",
    "gold_text",
    "gold_name",
    "start",
    "end",
    "text",
    "concept_name",
    "layer",
    "note",
    "sentence",
]
RELATION_COLUMNS = [
    "doc_id",
    "kind",
    "predicate",
    "subject_start",
    "subject_end",
    "subject_text",
    "object_start",
    "object_end",
    "object_text",
    "effect",
    "function",
    "negated",
    "hedged",
    "trigger",
    "rule",
    "note",
    "sentence_start",
    "sentence_end",
    "sentence",
]


def mention_errors(matches: Sequence[DocumentMatch], concept: Concept = no_concept) -> list[Row]:
    """Rows of kind missed, false, boundary (found, but not exactly) and name (found,
    but grounded to another concept), by document and position."""
    return [row for match in matches for row in _mention_errors(match, concept)]


def _mention_errors(match: DocumentMatch, concept: Concept) -> list[Row]:
    relaxed = match.mentions["relaxed"]
    rows: list[tuple[int, Row]] = []
    for gold in relaxed.missed:
        touching = [p for p in match.annotation.mentions if overlap(gold, p)]
        note = ", ".join(f"{p.label} {p.text}" for p in sorted(touching))
        rows.append((gold.start, _mention_row(match, "missed", gold, None, note)))
    for predicted in relaxed.false:
        others = [g for g in match.gold.mentions if overlap(g, predicted)]
        note = ", ".join(f"{g.label} {match.gold.span_text(g)}" for g in others)
        rows.append((predicted.start, _mention_row(match, "false", None, predicted, note)))
    for gold, predicted in relaxed.found:
        if span_key(gold) != span_key(predicted):
            rows.append((gold.start, _mention_row(match, "boundary", gold, predicted, "")))
        if gold.norm and not same_name(gold.label, gold.norm, predicted.concept_name, concept):
            rows.append((gold.start, _mention_row(match, "name", gold, predicted, "")))
    return [row for _, row in sorted(rows, key=lambda item: (item[0], str(item[1]["kind"])))]


def _mention_row(
    match: DocumentMatch, kind: str, gold: GoldMention | None, predicted: Mention | None, note: str
) -> Row:
    row: dict[str, object] = dict.fromkeys(MENTION_COLUMNS, "")
    row |= {"doc_id": match.gold.id, "kind": kind, "note": note}
    start = 0
    if predicted:
        start = predicted.start
        row |= {
            "label": predicted.label,
            "start": predicted.start,
            "end": predicted.end,
            "text": predicted.text,
            "concept_name": predicted.concept_name,
            "layer": predicted.layer,
        }
    if gold:
        start = gold.start
        row |= {
            "label": gold.label,
            "gold_start": gold.start,
            "gold_end": gold.end,
            "gold_text": match.gold.span_text(gold),
            "gold_name": gold.norm,
        }
    sentence_start, sentence_end = sentence_at(match.sentences, start)
    row["sentence"] = match.gold.text[max(sentence_start, 0) : max(sentence_end, 0)]
    return row


def relation_errors(matches: Sequence[DocumentMatch]) -> list[Row]:
    """Rows of kind missed, false and attribute (found, with a wrong attribute); the
    note says what stood in the way, as far as the records tell."""
    rows: list[Row] = []
    for match in matches:
        found = [*_missed(match), *_false(match), *_wrong_attributes(match)]
        rows += [row for _, row in sorted(found, key=lambda item: (item[0], item[1]["kind"]))]
    return rows


def _missed(match: DocumentMatch) -> Iterator[tuple[int, Row]]:
    arguments = Arguments(match.gold, match.annotation.mentions, match.mentions["relaxed"])
    stated = [arguments.statement(relation) for relation in match.annotation.relations]
    known = {match.gold.alias_root(g.id) for g, _ in match.mentions["relaxed"].found}
    for gold in match.relations["relaxed"].missed:
        subject, target = match.gold.mention(gold.subject), match.gold.mention(gold.object)
        start, end = sentence_at(match.sentences, min(subject.start, target.start))
        row = _relation_row(match, "missed", gold, subject, target, (start, end))
        row["note"] = _why_missed(gold_statement(match.gold, gold), stated, known)
        yield subject.start, row


def _why_missed(wanted: Statement, stated: list[Statement], known: set[str]) -> str:
    predicate, subject, target = wanted
    lost = [role for role, node in (("subject", subject), ("object", target)) if node not in known]
    if lost:
        return " and ".join(lost) + " not recognised"
    if (predicate, target, subject) in stated:
        return "found in the other direction"
    others = sorted({p for p, s, o in stated if {s, o} == {subject, target}})
    return f"found as {', '.join(others)}" if others else "no rule joined them"


def _false(match: DocumentMatch) -> Iterator[tuple[int, Row]]:
    arguments = Arguments(match.gold, match.annotation.mentions, match.mentions["relaxed"])
    wanted = {gold_statement(match.gold, gold) for gold in match.gold.relations}
    for relation in match.relations["relaxed"].false:
        span = (relation.sentence_start, relation.sentence_end)
        row = _relation_row(match, "false", relation, relation.subject, relation.object, span)
        row |= {"trigger": relation.trigger, "rule": relation.rule}
        row["note"] = _why_false(arguments.statement(relation), wanted)
        yield relation.subject.start, row


def _why_false(statement: Statement, wanted: set[Statement]) -> str:
    predicate, subject, target = statement
    nodes = (("subject", subject), ("object", target))
    stray = [role for role, node in nodes if not isinstance(node, str)]
    if stray:
        return " and ".join(stray) + " no gold mention"
    if (predicate, target, subject) in wanted:
        return "other direction in gold"
    others = sorted({p for p, s, o in wanted if {s, o} == {subject, target}})
    return f"{', '.join(others)} in gold" if others else "no relation of them in gold"


def _wrong_attributes(match: DocumentMatch) -> Iterator[tuple[int, Row]]:
    for gold, relation in match.relations["relaxed"].found:
        names = [n for n in ATTRIBUTES if n != "function" or gold.predicate == "ACTS_ON"]
        wrong = [n for n in names if ATTRIBUTES[n](gold) != ATTRIBUTES[n](relation)]
        if wrong:
            span = (relation.sentence_start, relation.sentence_end)
            subject, target = relation.subject, relation.object
            row = _relation_row(match, "attribute", relation, subject, target, span)
            row |= {"trigger": relation.trigger, "rule": relation.rule}
            row["note"] = "; ".join(f"{n} in gold: {ATTRIBUTES[n](gold) or 'none'}" for n in wrong)
            yield subject.start, row


def _relation_row(
    match: DocumentMatch,
    kind: str,
    relation: GoldRelation | Relation,
    subject: GoldMention | Mention,
    target: GoldMention | Mention,
    sentence: tuple[int, int],
) -> dict[str, object]:
    text = match.gold.text
    row: dict[str, object] = dict.fromkeys(RELATION_COLUMNS, "")
    row |= {
        "doc_id": match.gold.id,
        "kind": kind,
        "predicate": relation.predicate,
        "subject_start": subject.start,
        "subject_end": subject.end,
        "subject_text": text[subject.start : subject.end],
        "object_start": target.start,
        "object_end": target.end,
        "object_text": text[target.start : target.end],
        **{name: read(relation) for name, read in ATTRIBUTES.items()},
        "sentence_start": sentence[0],
        "sentence_end": sentence[1],
        "sentence": text[max(sentence[0], 0) : max(sentence[1], 0)],
    }
    return row
