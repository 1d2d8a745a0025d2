"""From two annotations to one: a table of what they disagree about, and what was decided.

A row of the table is one disagreement; its ``key`` is made of content, so that the table can be
sorted and shared out. ``decision`` is to be filled in: ``a`` or ``b`` (as that side has it; a side
that has nothing means that nothing is there), or ``optional`` (counts neither way). For two
relations that differ in attributes, ``fix`` takes the words of ``fixed`` instead, such as
*negative hedged function=death*.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.curate.pairs import Pairing, Statement, names, pair
from pipeline.evaluate.intervals import Row
from pipeline.gold.formats.marked import relation_attributes
from pipeline.gold.records import GoldDocument, GoldError, GoldMention, GoldRelation
from pipeline.marked import with_roles
from pipeline.records import content_id
from pipeline.tables_in import numbered

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
DECISIONS = ("a", "b", "optional", "fix")
CONTEXT = 160  # characters around the words of a row


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one disagreement, and where that stands (``file:line``)."""

    value: str
    fixed: str
    place: str


Decisions = Mapping[str, Decision]


def disagreements(a: GoldDocument, b: GoldDocument) -> list[Row]:
    """The rows of the table for one document, mentions first, by position.

    Raises GoldError when the texts differ.
    """
    pairing = pair(a, b)
    rows = [_mention_row(pairing, one, other) for one, other in _unequal_mentions(pairing)]
    rows += [
        _relation_row(pairing, statement, one, other)
        for statement, one, other in _unequal_relations(pairing)
    ]
    return rows


Sides = tuple[GoldMention | None, GoldMention | None]


def _unequal_mentions(pairing: Pairing) -> Iterator[Sides]:
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


def _unequal_relations(
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


def _mention_row(pairing: Pairing, one: GoldMention | None, other: GoldMention | None) -> Row:
    sides = [mention for mention in (one, other) if mention]
    start, end = min(m.start for m in sides), max(m.end for m in sides)
    label = sides[0].label
    return {
        "key": _key(
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


def _key(pairing: Pairing, *parts: object) -> str:
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
        "key": _key(pairing, "relation", *statement),
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


def read_decisions(path: Path) -> dict[str, Decision]:
    """The decisions of a filled-in table by key; rows that are not decided are left out.

    Raises GoldError, with ``file:line`` of each, for decisions that are none.
    """
    decisions: dict[str, Decision] = {}
    problems: list[str] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns, rows = numbered(file)
            if missing := {"key", "decision"} - set(columns):
                raise GoldError(
                    [f"{path}: the table lacks the columns {', '.join(sorted(missing))}"]
                )
            for line, row in rows:
                place = f"{path}:{line}"
                value = row["decision"].strip().lower()
                fixed = row.get("fixed", "").strip()
                if value and value not in DECISIONS:
                    known = ", ".join(DECISIONS)
                    problems.append(f"{place}: the decision {value!r} is none of {known}")
                elif value == "fix" and not fixed:
                    problems.append(
                        f'{place}: "fix" needs words in "fixed", such as: negative hedged'
                    )
                elif value and row["key"] in decisions:
                    other = decisions[row["key"]].place
                    problems.append(f"{place}: {row['key']} was decided before, at {other}")
                elif value:
                    decisions[row["key"]] = Decision(value, fixed, place)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GoldError([f"{path}: cannot be read ({error})"]) from None
    if problems:
        raise GoldError(problems)
    return decisions


def adjudicated(a: GoldDocument, b: GoldDocument, decisions: Decisions) -> GoldDocument:
    """One document of what both have and what was decided, its mentions numbered by position.

    Raises GoldError naming every disagreement that is not decided, and decisions that do not fit.
    """
    pairing = pair(a, b)
    open_rows = [row for row in disagreements(a, b) if row["key"] not in decisions]
    if open_rows:
        raise GoldError(
            [
                f"document {a.id!r}: {row['key']} ({row['part']} {row['name']}) is not decided: "
                f"a {row['a']!r}, b {row['b']!r}"
                for row in open_rows
            ]
        )
    return _Merge(pairing, decisions).document()


class _Merge:
    """Puts the decided document together."""

    def __init__(self, pairing: Pairing, decisions: Decisions) -> None:
        self._pairing = pairing
        self._decisions = decisions
        self._name_a, self._name_b = names(pairing.mentions)

    def document(self) -> GoldDocument:
        kept = dict(self._mentions())
        order = sorted(kept, key=lambda name: (kept[name].start, -kept[name].end))
        number = {name: f"T{n}" for n, name in enumerate(order, 1)}
        mentions = []
        for name in order:
            alias = number.get(kept[name].alias_of, "")
            mentions.append(kept[name].model_copy(update={"id": number[name], "alias_of": alias}))
        relations = [
            relation.model_copy(update={"subject": number[subject], "object": number[target]})
            for (_, subject, target), relation in self._relations()
            if subject in number and target in number
        ]
        place = {mention.id: mention.start for mention in mentions}
        relations.sort(key=lambda r: (place[r.subject], place[r.object], r.predicate))
        return self._pairing.a.model_copy(
            update={"mentions": tuple(mentions), "relations": tuple(relations)}
        )

    def _mentions(self) -> Iterator[tuple[str, GoldMention]]:
        """By name in the pairing; ``alias_of`` is such a name too."""
        unequal = {id(sides[0] or sides[1]) for sides in _unequal_mentions(self._pairing)}
        for one, other in self._pairing.mentions:
            first = one or other
            if first is None:
                continue
            name = self._name_a[one.id] if one else self._name_b[first.id]
            value = "a"
            if id(first) in unequal:
                decision = self._decisions[str(_mention_row(self._pairing, one, other)["key"])]
                value = decision.value
                if value == "fix":
                    raise GoldError([f'{decision.place}: "fix" is for attributes of relations'])
            chosen = {"a": one, "b": other}.get(value, first)
            if chosen is not None:
                names_of_side = self._name_a if chosen is one else self._name_b
                norm = chosen.norm or (one.norm if one else "") or (other.norm if other else "")
                yield (
                    name,
                    chosen.model_copy(
                        update={
                            "alias_of": names_of_side.get(chosen.alias_of, ""),
                            "norm": norm,
                            "optional": chosen.optional or value == "optional",
                        }
                    ),
                )

    def _relations(self) -> Iterator[tuple[Statement, GoldRelation]]:
        unequal = {statement for statement, _, _ in _unequal_relations(self._pairing)}
        for statement, (one, other) in self._pairing.relations.items():
            first = one or other
            if first is None:
                continue
            if statement not in unequal:
                yield statement, first
                continue
            decision = self._decisions[_key(self._pairing, "relation", *statement)]
            chosen = {"a": one, "b": other}.get(decision.value, first)
            if chosen is None:
                continue
            update: dict[str, object] = {}
            if decision.value == "optional":
                update = {"optional": True}
            elif decision.value == "fix":
                update = _fixed(decision, chosen)
            yield statement, chosen.model_copy(update=update)


def _fixed(decision: Decision, relation: GoldRelation) -> dict[str, object]:
    """All attributes anew, from words as in marked text."""
    problems: list[str] = []
    words = relation_attributes(decision.fixed.split(), decision.place, problems)
    try:
        fixed = GoldRelation.model_validate(
            {
                "predicate": relation.predicate,
                "subject": relation.subject,
                "object": relation.object,
                **{
                    key: value == "true" if value == "true" else value
                    for key, value in words.items()
                },
            }
        )
    except ValueError as error:
        raise GoldError([f"{decision.place}: {error}"]) from None
    if problems:
        raise GoldError(problems)
    return fixed.model_dump(exclude={"predicate", "subject", "object"})


def unknown_keys(decisions: Decisions, rows: Iterable[Row]) -> list[str]:
    """Decisions about nothing that the two annotations disagree about, ``file:line: why``."""
    known = {row["key"] for row in rows}
    return [
        f"{decision.place}: {key} is no disagreement of these annotations; was the table made from "
        "others?"
        for key, decision in decisions.items()
        if key not in known
    ]
