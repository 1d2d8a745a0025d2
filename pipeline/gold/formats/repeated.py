"""Rows of a run that say the same of the same things: gold has each statement once, a run has one
for each two mentions, and two mentions may be names of one thing."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.gold.attributes import flag
from pipeline.gold.raw import RawMention, RawRelation

Key = tuple[str, str, str, bool, bool]


def each_once(
    mentions: Sequence[RawMention], relations: Sequence[RawRelation]
) -> tuple[tuple[RawRelation, ...], tuple[str, ...]]:
    """The relations in their order, of those with a score each statement once: that with the
    highest one, the first of equals. And the places of those that are left out.

    A relation without a score is a person's, and stays: two that say the same are a slip, which is
    told. So are two of which a person made one optional or rejected.
    """
    parents = {m.id: m.attributes.get("alias_of", "") for m in mentions}
    best: dict[Key, RawRelation] = {}
    for relation in relations:
        if relation.score is not None:
            known = best.setdefault(_key(relation, parents), relation)
            if relation.score > (known.score or 0):
                best[_key(relation, parents)] = relation
    kept: list[RawRelation] = []
    repeated: list[str] = []
    for relation in relations:
        if relation.score is None or best[_key(relation, parents)] is relation:
            kept.append(relation)
        else:
            repeated.append(relation.place)
    return tuple(kept), tuple(repeated)


def _key(relation: RawRelation, parents: dict[str, str]) -> Key:
    ends = (_root(relation.subject, parents), _root(relation.object, parents))
    judged = (flag(relation.attributes, "optional"), flag(relation.attributes, "rejected"))
    return (relation.type, *ends, *judged)


def _root(mention_id: str, parents: dict[str, str]) -> str:
    """The end of the chain of aliases; stops where it leaves the document or turns back."""
    seen = {mention_id}
    while (above := parents.get(mention_id, "")) in parents and above not in seen:
        seen.add(above)
        mention_id = above
    return mention_id
