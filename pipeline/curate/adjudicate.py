"""From two annotations to one, by what was decided about their disagreements.

``decision`` in the table is ``a`` or ``b`` (as that side has it; a side that has nothing means that
nothing is there), or ``optional`` (counts neither way). For two relations that differ in
attributes, ``fix`` takes the words of ``fixed`` instead, such as *negative hedged function=death*.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pipeline.curate.disagreements import (
    disagreements,
    key_of,
    mention_row,
    unequal_mentions,
    unequal_relations,
)
from pipeline.curate.pairs import Pairing, Statement, names, pair
from pipeline.evaluate.intervals import Row
from pipeline.gold.formats.marked import relation_attributes
from pipeline.gold.records import GoldDocument, GoldError, GoldMention, GoldRelation, problems
from pipeline.tables_in import TableError, numbered

DECISIONS = ("a", "b", "optional", "fix")


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one disagreement, and where that stands (``file:line``)."""

    value: str
    fixed: str
    place: str


Decisions = Mapping[str, Decision]


def read_decisions(path: Path) -> dict[str, Decision]:
    """The decisions of a filled-in table by key; rows that are not decided are left out.

    Raises GoldError, with ``file:line`` of each, for decisions that are none.
    """
    decisions: dict[str, Decision] = {}
    wrong: list[str] = []
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
                    wrong.append(f"{place}: the decision {value!r} is none of {known}")
                elif value == "fix" and not fixed:
                    wrong.append(f'{place}: "fix" needs words in "fixed", such as: negative hedged')
                elif value and row["key"] in decisions:
                    other = decisions[row["key"]].place
                    wrong.append(f"{place}: {row['key']} was decided before, at {other}")
                elif value:
                    decisions[row["key"]] = Decision(value, fixed, place)
    except (OSError, UnicodeDecodeError, csv.Error, TableError) as error:
        raise GoldError([f"{path}: cannot be read ({error})"]) from None
    if wrong:
        raise GoldError(wrong)
    return decisions


def adjudicated(a: GoldDocument, b: GoldDocument, decisions: Decisions) -> GoldDocument:
    """One document of what both have and what was decided, its mentions numbered by position.

    Raises GoldError naming every disagreement that is not decided, and decisions that do not fit
    together or make no valid document.
    """
    _check_heads(a, b)
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
    document = _Merge(pairing, decisions).document()
    if wrong := problems(document):
        raise GoldError([f"document {a.id!r}, as decided: {problem}" for problem in wrong])
    return document


def _check_heads(a: GoldDocument, b: GoldDocument) -> None:
    """Raises GoldError where the two say different things about the document as a whole."""
    wrong = [
        f"document {a.id!r}: {name.rstrip('_')} is {getattr(a, name)!r} in a and "
        f"{getattr(b, name)!r} in b; make them the same"
        for name in ("title", "register_", "split", "labels", "predicates", "recall_only")
        if getattr(a, name) != getattr(b, name)
    ]
    if a.partial or b.partial or a.rejected or b.rejected:
        wrong.append(f"document {a.id!r}: partial gold is no full annotation to adjudicate")
    if wrong:
        raise GoldError(wrong)


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
        relations = list(self._relations())
        self._check_ends(kept, relations)
        mentions = [
            kept[name].model_copy(
                update={"id": number[name], "alias_of": number.get(kept[name].alias_of, "")}
            )
            for name in order
        ]
        joined = [
            relation.model_copy(update={"subject": number[subject], "object": number[target]})
            for (_, subject, target), relation in relations
        ]
        place = {mention.id: mention.start for mention in mentions}
        joined.sort(key=lambda r: (place[r.subject], place[r.object], r.predicate))
        return self._pairing.a.model_copy(
            update={"mentions": tuple(mentions), "relations": tuple(joined)}
        )

    def _check_ends(
        self, kept: Mapping[str, GoldMention], relations: list[tuple[Statement, GoldRelation]]
    ) -> None:
        """Raises GoldError for what was kept although a mention that it needs was not."""
        wrong = []
        for statement, relation in relations:
            decision = self._decisions.get(key_of(self._pairing, "relation", *statement))
            place = decision.place if decision else f"document {self._pairing.a.id!r}"
            wrong += [
                f"{place}: {relation.predicate} is kept, but its {role} is not"
                for role, name in zip(("subject", "object"), statement[1:], strict=True)
                if name not in kept
            ]
        wrong += [
            f"document {self._pairing.a.id!r}: {self._pairing.a.span_text(m)!r} is kept as an "
            "alias, but its long form is not"
            for m in kept.values()
            if m.alias_of and m.alias_of not in kept
        ]
        if wrong:
            raise GoldError(wrong)

    def _mentions(self) -> Iterator[tuple[str, GoldMention]]:
        """By name in the pairing; ``alias_of`` is such a name too."""
        unequal = {id(sides[0] or sides[1]) for sides in unequal_mentions(self._pairing)}
        for one, other in self._pairing.mentions:
            first = one or other
            if first is None:
                continue
            name = self._name_a[one.id] if one else self._name_b[first.id]
            value = "a"
            if id(first) in unequal:
                decision = self._decisions[str(mention_row(self._pairing, one, other)["key"])]
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
        unequal = {statement for statement, _, _ in unequal_relations(self._pairing)}
        for statement, (one, other) in self._pairing.relations.items():
            first = one or other
            if first is None:
                continue
            if statement not in unequal:
                yield statement, first
                continue
            decision = self._decisions[key_of(self._pairing, "relation", *statement)]
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
    wrong: list[str] = []
    words = relation_attributes(decision.fixed.split(), decision.place, wrong)
    said: dict[str, object] = {key: value == "true" or value for key, value in words.items()}
    said |= {key: getattr(relation, key) for key in ("predicate", "subject", "object")}
    try:
        fixed = GoldRelation.model_validate(said)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise GoldError([f"{decision.place}: {message}"]) from None
    if wrong:
        raise GoldError(wrong)
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
