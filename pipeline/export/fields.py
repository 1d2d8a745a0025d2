"""Mentions and relations as plain values by the names of the columns of our tables, for formats
that keep whatever they are given."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from pipeline.records import Mention, Relation

Fields = dict[str, Any]

_MENTION = [one.name for one in fields(Mention) if one.name != "doc_id"]
_RELATION = [
    one.name for one in fields(Relation) if one.name not in ("doc_id", "subject", "object")
]


def mention_fields(mention: Mention) -> Fields:
    """Everything about a mention but its document: strings, offsets in characters, the score."""
    return {
        "mention_id": mention.mention_id,
        **{name: getattr(mention, name) for name in _MENTION},
    }


def relation_fields(relation: Relation) -> Fields:
    """Everything about a relation but its document; the arguments are ids of mentions. Offsets of
    the trigger are -1 where there is none."""
    return {
        "relation_id": relation.relation_id,
        "subject": relation.subject.mention_id,
        "object": relation.object.mention_id,
        **{name: getattr(relation, name) for name in _RELATION},
    }
