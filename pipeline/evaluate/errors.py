"""Every miss and false hit, with what one needs to see why: the rows of ``errors.csv``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.evaluate.intervals import Row
from pipeline.evaluate.relations import Arguments, Statement, gold_statement, sentence_at
from pipeline.evaluate.scores import ATTRIBUTES, Concept, DocumentMatch, no_concept, same_name
from pipeline.evaluate.spans import overlap, span_key
from pipeline.gold.records import GoldDocument, GoldMention, GoldRelation
from pipeline.marked import with_roles
from pipeline.records import Mention, Relation

# One row an error. ``part`` is mention or relation, ``name`` the label or the predicate.
# ``kind``: missed, false, boundary (found, but not exactly), name (found, but grounded to another
# concept), attribute (a relation that was found with a wrong attribute, named in ``note``).
# ``nearest`` is what the other side has there: gold for a false hit, a prediction for a miss.
# The sentence is lengthened where a mention stands outside of it.
COLUMNS = [
    "doc_id",
    "register",
    "part",
    "kind",
    "name",
    "gold_start",
    "gold_end",
    "gold_text",
    "gold_name",
    "start",
    "end",
    "text",
    "concept_name",
    "layer",
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
    "trigger_start",
    "trigger_end",
    "trigger",
    "rule",
    "score",
    "note",
    "nearest",
    "sentence_start",
    "sentence_end",
    "sentence",
    "marked_sentence",
]


Span = tuple[int, int, str]  # start, end (characters), role or label


def errors(matches: Sequence[DocumentMatch], concept: Concept = no_concept) -> list[Row]:
    """All errors by relaxed matching: document by document, mentions before relations, each
    by position in the text."""
    rows: list[Row] = []
    for match in matches:
        rows += _in_order(_mention_errors(match, concept))
        rows += _in_order([*_missed(match), *_false(match), *_wrong_attributes(match)])
    return rows


def _in_order(rows: Iterable[tuple[int, Row]]) -> list[Row]:
    return [row for _, row in sorted(rows, key=lambda item: (item[0], str(item[1]["kind"])))]


def _row(
    match: DocumentMatch, part: str, kind: str, spans: Sequence[Span], sentence: tuple[int, int]
) -> dict[str, object]:
    text = match.gold.text
    start = max(0, min([sentence[0], *(span[0] for span in spans)]))
    end = max([sentence[1], *(span[1] for span in spans)])
    row: dict[str, object] = dict.fromkeys(COLUMNS, "")
    return row | {
        "doc_id": match.gold.id,
        "register": match.gold.register_,
        "part": part,
        "kind": kind,
        "sentence_start": start,
        "sentence_end": end,
        "sentence": text[start:end],
        "marked_sentence": with_roles(text, start, end, spans),
    }


def _mention_errors(match: DocumentMatch, concept: Concept) -> Iterator[tuple[int, Row]]:
    relaxed = match.mentions["relaxed"]
    for gold in relaxed.missed:
        touching = [p for p in match.annotation.mentions if overlap(gold, p)]
        nearest = ", ".join(f"{p.label} {p.text}" for p in sorted(touching))
        yield gold.start, _mention_row(match, "missed", gold, None, nearest)
    for predicted in relaxed.false:
        others = [g for g in match.gold.mentions if overlap(g, predicted)]
        nearest = ", ".join(f"{g.label} {match.gold.span_text(g)}" for g in others)
        yield predicted.start, _mention_row(match, "false", None, predicted, nearest)
    for gold, predicted in relaxed.found:
        if span_key(gold) != span_key(predicted):
            yield gold.start, _mention_row(match, "boundary", gold, predicted)
        if gold.norm and not same_name(gold.label, gold.norm, predicted.concept_name, concept):
            yield gold.start, _mention_row(match, "name", gold, predicted)


def _mention_row(
    match: DocumentMatch,
    kind: str,
    gold: GoldMention | None,
    predicted: Mention | None,
    nearest: str = "",
) -> Row:
    one = gold or predicted
    if one is None:
        raise ValueError("an error is one of gold, of the predictions, or of both")
    spans = [(one.start, one.end, one.label)]
    row = _row(match, "mention", kind, spans, sentence_at(match.sentences, one.start))
    row |= {"name": one.label, "nearest": nearest}
    if predicted:
        row |= {
            "start": predicted.start,
            "end": predicted.end,
            "text": predicted.text,
            "concept_name": predicted.concept_name,
            "layer": predicted.layer,
            "score": predicted.score,
        }
    if gold:
        row |= {
            "gold_start": gold.start,
            "gold_end": gold.end,
            "gold_text": match.gold.span_text(gold),
            "gold_name": gold.norm,
        }
    return row


def _missed(match: DocumentMatch) -> Iterator[tuple[int, Row]]:
    arguments = _arguments(match)
    stated = {arguments.statement(r): r for r in reversed(match.annotation.relations)}
    known = {match.gold.alias_root(g.id) for g, _ in match.arguments["relaxed"].found}
    for gold in match.relations["relaxed"].missed:
        subject, target = match.gold.mention(gold.subject), match.gold.mention(gold.object)
        row = _relation_row(match, "missed", gold, subject, target)
        wanted = gold_statement(match.gold, gold)
        row["note"] = _why_missed(wanted, list(stated), known)
        if (near := _nearest(wanted, list(stated))) is not None:
            row["nearest"] = _said(stated[near])
        yield subject.start, row


def _arguments(match: DocumentMatch) -> Arguments:
    return Arguments(match.gold, match.annotation.mentions, match.arguments["relaxed"])


def _nearest(wanted: Statement, others: Sequence[Statement]) -> Statement | None:
    """The statement that shares most arguments with the wanted one, then the predicate; None
    where none shares an argument."""
    predicate, *nodes = wanted

    def likeness(other: Statement) -> tuple[int, bool]:
        return len(set(nodes) & set(other[1:])), other[0] == predicate

    best = max(others, key=likeness, default=None)
    return best if best is not None and likeness(best)[0] else None


def _said(relation: Relation) -> str:
    flags = [flag for flag in ("negated", "hedged") if getattr(relation, flag)]
    words = f"{relation.predicate} {relation.subject.text} -> {relation.object.text}"
    rule = f" [{relation.rule}]" if relation.rule else ""
    return ", ".join([words, relation.effect, *flags]) + rule


def _said_by_gold(document: GoldDocument, relation: GoldRelation) -> str:
    flags = [flag for flag in ("negated", "hedged", "optional") if getattr(relation, flag)]
    subject, target = (
        document.span_text(document.mention(one)) for one in (relation.subject, relation.object)
    )
    return ", ".join([f"{relation.predicate} {subject} -> {target}", relation.effect, *flags])


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
    arguments = _arguments(match)
    wanted = {gold_statement(match.gold, gold): gold for gold in match.gold.relations}
    for relation in match.relations["relaxed"].false:
        row = _relation_row(match, "false", relation, relation.subject, relation.object)
        statement = arguments.statement(relation)
        row["note"] = _why_false(statement, set(wanted))
        if (near := _nearest(statement, list(wanted))) is not None:
            row["nearest"] = _said_by_gold(match.gold, wanted[near])
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
            row = _relation_row(match, "attribute", relation, relation.subject, relation.object)
            row["note"] = "; ".join(f"{n} in gold: {ATTRIBUTES[n](gold) or 'none'}" for n in wrong)
            row["nearest"] = _said_by_gold(match.gold, gold)
            yield relation.subject.start, row


def _relation_row(
    match: DocumentMatch,
    kind: str,
    relation: GoldRelation | Relation,
    subject: GoldMention | Mention,
    target: GoldMention | Mention,
) -> dict[str, object]:
    text = match.gold.text
    spans = [(subject.start, subject.end, "subject"), (target.start, target.end, "object")]
    sentence = sentence_at(match.sentences, min(subject.start, target.start))
    trigger: dict[str, object] = {}
    if isinstance(relation, Relation):
        sentence = (relation.sentence_start, relation.sentence_end)
        trigger = {"trigger": relation.trigger, "rule": relation.rule, "score": relation.score}
        start, end = relation.trigger_start, relation.trigger_end
        if start >= 0 and all(end <= a or b <= start for a, b, _ in spans):
            spans.append((start, end, "trigger"))
            trigger |= {"trigger_start": start, "trigger_end": end}
    row = _row(match, "relation", kind, spans, sentence)
    return (
        row
        | trigger
        | {
            "name": relation.predicate,
            "subject_start": subject.start,
            "subject_end": subject.end,
            "subject_text": text[subject.start : subject.end],
            "object_start": target.start,
            "object_end": target.end,
            "object_text": text[target.start : target.end],
            **{name: read(relation) for name, read in ATTRIBUTES.items()},
        }
    )
