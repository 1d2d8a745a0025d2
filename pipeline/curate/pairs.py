"""Two annotations of one text side by side: what both have, what only one has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.evaluate.spans import assign
from pipeline.gold.records import GoldDocument, GoldError, GoldMention, GoldRelation

Statement = tuple[str, str, str]  # predicate, then the names of both mentions in the pairing


@dataclass(frozen=True, slots=True)
class Pairing:
    """Documents ``a`` and ``b`` of one text.

    ``mentions`` are the pairs by relaxed matching (same label, overlapping, each once) and
    the mentions of one side alone (None on the other), by position. ``relations`` likewise, paired
    where predicate and both mentions agree, a short form standing for its long form.
    """

    a: GoldDocument
    b: GoldDocument
    mentions: list[tuple[GoldMention | None, GoldMention | None]]
    relations: dict[Statement, tuple[GoldRelation | None, GoldRelation | None]]


def pair(a: GoldDocument, b: GoldDocument) -> Pairing:
    """Pair two annotations; raises GoldError when their texts differ."""
    if a.text != b.text:
        at = next(
            (i for i, (x, y) in enumerate(zip(a.text, b.text, strict=False)) if x != y),
            min(len(a.text), len(b.text)),
        )
        raise GoldError(
            [
                f"document {a.id!r}: the texts differ from character {at} on "
                f"({a.text[at : at + 20]!r} and {b.text[at : at + 20]!r}); annotate the same text"
            ]
        )
    both = assign(a.mentions, b.mentions, strict=False)
    mentions: list[tuple[GoldMention | None, GoldMention | None]] = [
        (a.mentions[i], b.mentions[j]) for i, j in both
    ]
    in_a, in_b = {i for i, _ in both}, {j for _, j in both}
    mentions += [(mention, None) for i, mention in enumerate(a.mentions) if i not in in_a]
    mentions += [(None, mention) for j, mention in enumerate(b.mentions) if j not in in_b]
    mentions.sort(key=_position)
    return Pairing(a, b, mentions, _pair_relations(a, b, mentions))


def _position(sides: tuple[GoldMention | None, GoldMention | None]) -> tuple[int, int]:
    one = sides[0] or sides[1]
    return (one.start, -one.end) if one else (0, 0)


def _pair_relations(
    a: GoldDocument,
    b: GoldDocument,
    mentions: Sequence[tuple[GoldMention | None, GoldMention | None]],
) -> dict[Statement, tuple[GoldRelation | None, GoldRelation | None]]:
    name_a, name_b = names(mentions)
    relations: dict[Statement, tuple[GoldRelation | None, GoldRelation | None]] = {}
    for relation in a.relations:
        relations[_statement(a, relation, name_a)] = (relation, None)
    for relation in b.relations:
        statement = _statement(b, relation, name_b)
        relations[statement] = (relations.get(statement, (None, None))[0], relation)
    return relations


def names(
    mentions: Sequence[tuple[GoldMention | None, GoldMention | None]],
) -> tuple[dict[str, str], dict[str, str]]:
    """By id of a mention in a and in b: its name in the pairing, ``a:id``, or ``b:id`` where
    only b has it."""
    name_a = {one.id: f"a:{one.id}" for one, _ in mentions if one}
    name_b = {
        other.id: f"a:{one.id}" if one else f"b:{other.id}" for one, other in mentions if other
    }
    return name_a, name_b


def _statement(document: GoldDocument, relation: GoldRelation, name: dict[str, str]) -> Statement:
    subject, target = (
        name[document.alias_root(argument)] for argument in (relation.subject, relation.object)
    )
    return relation.predicate, subject, target


def by_id(
    a: Sequence[GoldDocument], b: Sequence[GoldDocument]
) -> tuple[list[tuple[GoldDocument, GoldDocument]], list[str]]:
    """The documents that both sides have, in the order of ``a``, and the ids of the others."""
    other = {document.id: document for document in b}
    both = [(document, other[document.id]) for document in a if document.id in other]
    common = {document.id for document, _ in both}
    return both, [d.id for d in [*a, *b] if d.id not in common]
