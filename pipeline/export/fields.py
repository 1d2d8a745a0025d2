"""Mentions and relations as plain values by the names of the columns of our tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from pipeline.records import Annotation, Document, Mention, Relation

Fields = dict[str, Any]

_MENTION = [one.name for one in fields(Mention) if one.name != "doc_id"]
_RELATION = [
    one.name for one in fields(Relation) if one.name not in ("doc_id", "subject", "object")
]


@dataclass(frozen=True, slots=True)
class Numbered(Annotation):
    """A document with the ids that the table gives its relations, in their order."""

    relation_ids: tuple[str, ...] = ()


def document_fields(document: Document) -> Fields:
    """The id of a document, and its title, source and metadata where it has them."""
    own = {"doc_id": document.doc_id, "title": document.title, "source": document.source}
    return stated(dict(document.metadata) | own)


def mention_fields(mention: Mention) -> Fields:
    """Everything about a mention but its document: strings, offsets in characters, the score."""
    return {
        "mention_id": mention.mention_id,
        **{name: getattr(mention, name) for name in _MENTION},
    }


def relation_fields(relation: Relation, relation_id: str) -> Fields:
    """Everything about a relation but its document; the arguments are ids of mentions. Offsets of
    the trigger are -1 where there is none."""
    return {
        "relation_id": relation_id,
        "subject": relation.subject.mention_id,
        "object": relation.object.mention_id,
        **{name: getattr(relation, name) for name in _RELATION},
    }


def relations_by_id(annotation: Annotation) -> Iterator[tuple[str, Relation]]:
    """The relations with the ids that the tables give them: one sentence may stand twice in a
    document, word for word, and what it says then has numbers, also where the first is no longer
    there."""
    if isinstance(annotation, Numbered):
        yield from zip(annotation.relation_ids, annotation.relations, strict=True)
        return
    seen: Counter[str] = Counter()
    for relation in annotation.relations:
        name = relation.relation_id
        seen[name] += 1
        yield (f"{name}-{seen[name]}" if seen[name] > 1 else name), relation


def numbered(annotation: Annotation, relation_ids: Sequence[str]) -> Numbered:
    """The document with these ids, one a relation."""
    values = {one.name: getattr(annotation, one.name) for one in fields(Annotation)}
    return Numbered(**values, relation_ids=tuple(relation_ids))


def stated(values: Fields, *without: str) -> Fields:
    """The values that say something, but for those named: no empty strings, no false flags, no
    offsets of a trigger that is not there."""
    return {
        name: value
        for name, value in values.items()
        if name not in without and value not in ("", None) and value is not False and value != -1
    }


def as_strings(values: Fields) -> dict[str, str]:
    """The values as strings; a flag that is set is *true*."""
    return {name: "true" if value is True else str(value) for name, value in values.items()}
