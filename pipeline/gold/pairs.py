"""The relations of a document of others as ours: arguments found, concepts linked, types mapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from pipeline.gold.attributes import flag
from pipeline.gold.plain import placed
from pipeline.gold.raw import RawDocument, RawRelation
from pipeline.gold.records import GoldMention, GoldRelation
from pipeline.gold.typemap import Pairing, TypeMap
from pipeline.records import PREDICATES

# No sentence is longer, and a relation joins mentions of one sentence.
_FAR = 1000

Pair = tuple[GoldRelation, bool]  # and whether it is a rejected one


@dataclass(slots=True)
class Linked:
    """The mentions of a document by id. ``by_raw_id``: what each of the file's mentions became
    (nothing, if a map drops it); ``by_concept``: the same for each identifier of a concept."""

    mentions: dict[str, GoldMention]
    by_raw_id: dict[str, tuple[str, ...]]
    by_concept: dict[str, tuple[str, ...]]

    @classmethod
    def of(
        cls,
        raw: RawDocument,
        mentions: dict[str, GoldMention],
        by_raw_id: dict[str, tuple[str, ...]],
    ) -> Linked:
        """Where relations join concepts, all mentions of a concept become aliases of the first
        one, and a relation joins those. A composite mention counts as one of its first concept;
        the others it has are found by it only where no other mention has them."""
        concepts: dict[str, list[str]] = {}
        further: dict[str, list[str]] = {}
        for mention in raw.mentions:
            for at, concept in enumerate(mention.ids):
                own = (further if at else concepts).setdefault(concept, [])
                own += by_raw_id.get(mention.id, ())
        linked = cls(mentions, by_raw_id, {})
        for concept, ids in concepts.items():
            linked.by_concept[concept] = tuple(dict.fromkeys(ids))
        for concept, ids in further.items():
            linked.by_concept.setdefault(concept, tuple(dict.fromkeys(ids)))
        if any(relation.level == "document" for relation in raw.relations):
            for concept in concepts:
                linked.by_concept[concept] = linked._join(linked.by_concept[concept])
        return linked

    def _join(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Link the mentions of each label; the first of each, those that count before others."""
        ranked = sorted(ids, key=lambda one: self.mentions[one].optional)
        roots: dict[str, str] = {}
        for mention_id in ranked:
            mention = self.mentions[mention_id]
            root = roots.setdefault(mention.label, mention_id)
            if root != mention_id and not mention.alias_of:
                self.mentions[mention_id] = mention.model_copy(update={"alias_of": root})
        return tuple(roots.values())

    def root(self, mention_id: str) -> str:
        """The end of the chain of aliases; stops where it leaves the document or turns back."""
        seen = {mention_id}
        while (mention := self.mentions.get(mention_id)) is not None:
            if mention.alias_of not in self.mentions or mention.alias_of in seen:
                break
            mention_id = mention.alias_of
            seen.add(mention_id)
        return mention_id


def gold_relations(
    raw: RawDocument, linked: Linked, type_map: TypeMap | None, found: list[str]
) -> list[Pair]:
    """All relations, and those that are known to be wrong; adds to ``found`` what is wrong with
    the file. A relation whose argument means nothing to us is left out."""
    pairs: list[Pair] = []
    related: set[frozenset[str]] = set()
    for relation in raw.relations:
        ends = [
            _argument(relation, end, linked, found) for end in (relation.subject, relation.object)
        ]
        for first in ends[0]:
            related |= {frozenset((linked.root(first), linked.root(second))) for second in ends[1]}
        if type_map is not None:
            for pairing in type_map.relations.get(relation.type, ()):
                made = list(_mapped(relation, pairing, ends, linked, found))
                pairs += made
                if made:
                    break
        elif relation.type in PREDICATES and all(ends):
            pairs += _pair(relation, relation.type, ends[0][0], ends[1][0], {}, found)
    if type_map is None:
        return pairs
    pairs = _single(pairs, linked)
    return pairs + [(wrong, True) for wrong in _rejected(type_map, linked, related)]


def _argument(relation: RawRelation, end: str, linked: Linked, found: list[str]) -> tuple[str, ...]:
    """The ids of the mentions that an argument is about; none where the map drops it."""
    known = linked.by_concept if relation.level == "document" else linked.by_raw_id
    if end not in known:
        what = "concept" if relation.level == "document" else "mention"
        found.append(
            f"{relation.place}: relation {relation.type} joins {what} {end!r}, which the document "
            "does not have; correct it or take it out"
        )
    return known.get(end, ())


def _pair(
    relation: RawRelation,
    predicate: str,
    subject: str,
    target: str,
    changes: dict[str, str | bool],
    found: list[str],
) -> Iterator[Pair]:
    given = relation.attributes
    values: dict[str, str | bool] = {
        "predicate": predicate,
        "subject": subject,
        "object": target,
        **{key: given[key] for key in ("effect", "function") if key in given},
        **{key: flag(given, key) for key in ("negated", "hedged", "optional")},
        **changes,
    }
    try:
        yield GoldRelation.model_validate(values), flag(given, "rejected")
    except ValidationError as error:
        found += placed(relation.place, error, relation.places, f"relation {relation.type}: ")


def _mapped(
    relation: RawRelation,
    pairing: Pairing,
    ends: list[tuple[str, ...]],
    linked: Linked,
    found: list[str],
) -> Iterator[Pair]:
    """What a pairing makes of a relation: nothing where the labels do not fit. Where it has no
    direction and both fit, both, optional: neither is known to be wrong or right."""
    orders = [ends[::-1] if pairing.swap else ends]
    if pairing.undirected:
        orders.append(orders[0][::-1])
    fitting = []
    for first, second in orders:
        subjects = [one for one in first if linked.mentions[one].label in pairing.subject]
        objects = [one for one in second if linked.mentions[one].label in pairing.object]
        if subjects and objects:
            fitting.append((subjects[0], objects[0]))
    changes: dict[str, str | bool] = {}
    if pairing.effect != "unspecified":
        changes["effect"] = pairing.effect
    if pairing.negated:
        changes["negated"] = True
    if len(fitting) > 1:
        changes["optional"] = True
    for subject, target in fitting:
        yield from _pair(relation, pairing.predicate, subject, target, changes, found)


def _single(pairs: list[Pair], linked: Linked) -> list[Pair]:
    """Each statement once, one that counts before an optional one; none of a concept with
    itself, which a map makes of relations between names of one thing."""
    kept: dict[tuple[str, str, str], Pair] = {}
    for relation, rejected in sorted(pairs, key=lambda pair: pair[0].optional):
        subject, target = linked.root(relation.subject), linked.root(relation.object)
        if subject != target:
            kept.setdefault((relation.predicate, subject, target), (relation, rejected))
    return list(kept.values())


def _rejected(
    type_map: TypeMap, linked: Linked, related: set[frozenset[str]]
) -> Iterator[GoldRelation]:
    """The pairs that the corpus judged and did not relate in any way."""
    roots = [m for m in linked.mentions.values() if not m.alias_of and not m.optional]
    named = {mention.alias_of for mention in linked.mentions.values()}
    seen: set[tuple[str, str, str]] = set()
    for pairing in type_map.exhaustive:
        subjects = [m for m in roots if m.label in pairing.subject]
        objects = [m for m in roots if m.label in pairing.object]
        for first in subjects:
            for second in objects:
                statement = (pairing.predicate, first.id, second.id)
                # Concepts are related wherever they stand, mentions only in one sentence.
                near = {first.id, second.id} & named or abs(first.start - second.start) < _FAR
                joined = frozenset((first.id, second.id))
                if near and len(joined) == 2 and joined not in related and statement not in seen:
                    seen.add(statement)
                    yield GoldRelation(
                        predicate=pairing.predicate, subject=first.id, object=second.id
                    )


def drop_unneeded(
    mentions: Sequence[GoldMention], relations: Sequence[GoldRelation], labels: Sequence[str]
) -> list[GoldMention]:
    """The mentions whose label is scored, or that a relation needs, by themselves or an alias."""
    parents = {mention.id: mention.alias_of or mention.id for mention in mentions}
    needed = {parents[end] for relation in relations for end in (relation.subject, relation.object)}
    return [m for m in mentions if m.label in labels or parents[m.id] in needed]
