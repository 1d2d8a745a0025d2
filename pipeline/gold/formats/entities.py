"""JSON Lines with ``entities``: the one format that annotated corpora are often converted to.

    {"id", "text", "source", "entities": [{"id", "start", "end", "type", "ids", "spans"}],
     "relations": [{"type", "head", "tail", "level": "mention" | "document"}]}

Head and tail are ``{"id", ...}`` of a mention, or, at level "document", identifiers of concepts.
What our gold has beyond that stands in ``attributes`` of the document, entity, or relation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.gold import json_text
from pipeline.gold.formats import fields
from pipeline.gold.raw import FormatError, RawDocument, RawMention, RawRelation
from pipeline.gold.records import GoldDocument, GoldMention

# What some corpora say of a relation, in our words.
_MODIFICATIONS = {"Negation": "negated", "Speculation": "hedged"}
_LEVELS = ("mention", "document")
_DOCUMENT = ("id", "text", "source", "entities", "relations", "attributes", "partial_entities")
_ENTITY = ("id", "start", "end", "type", "ids", "spans", "text", "attributes", "coordination")
_RELATION = ("type", "head", "tail", "level", "attributes", "modifications")
_WRONG = (KeyError, TypeError, ValueError, AttributeError)


def read(path: Path) -> Iterator[RawDocument]:
    """A document each line that is not blank; a line that is no JSON is a problem of an empty
    document. Raises FormatError for a file that cannot be read or holds nothing."""
    lines = fields.read_text(path).split("\n")
    if not any(line.strip() for line in lines):
        raise FormatError(f"{path}: holds no document; is this the right file?")
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _document(line, f"{path}:{number}")


def _document(line: str, place: str) -> RawDocument:
    try:
        record = json_text.load(line)
        half = json_text.half_character(record) if "\\u" in line else ""
        if half:
            return RawDocument(place, "", place=place, problems=(f"{place}: {half}",))
        doc_id, text, entities, pairs, attributes = _parts(record)
    except json_text.JsonError as error:
        return RawDocument(place, "", place=place, problems=(f"{place}: {error.message}",))
    except _WRONG as error:
        problem = f"{place}: no document ({_said(error)}); write id, text, entities, relations"
        return RawDocument(place, "", place=place, problems=(problem,))
    problems: list[str] = []
    doubts = list(_unknown(record, _DOCUMENT, place))
    mentions, relations, unread = [], [], []
    for at, entity in enumerate(entities, 1):
        try:
            mentions.append(_mention(entity, place))
            doubts += _unknown(entity, _ENTITY, f"{place}: entity {at}")
        except _WRONG as error:
            problems.append(f"{place}: entity {at}: {_said(error)}; write id, start, end, type")
            unread += [str(entity["id"])] if isinstance(entity, dict) and "id" in entity else []
    for at, pair in enumerate(pairs, 1):
        try:
            relations.append(_relation(pair, place))
            doubts += _unknown(pair, _RELATION, f"{place}: relation {at}")
        except _WRONG as error:
            problems.append(f"{place}: relation {at}: {_said(error)}; write type, head, tail")
    return RawDocument(
        doc_id,
        text,
        tuple(mentions),
        tuple(relations),
        attributes,
        place,
        tuple(problems),
        tuple(doubts),
        tuple(unread),
    )


def _parts(record: Any) -> tuple[str, str, list[Any], list[Any], dict[str, str]]:
    """Id, text, entities, relations, attributes. Raises KeyError or TypeError."""
    if not isinstance(record, dict):
        raise TypeError("not a JSON object {...}")
    doc_id, text = record["id"], record["text"]
    if not isinstance(doc_id, str) or not isinstance(text, str):
        raise TypeError("id and text must be strings")
    entities, pairs = record["entities"], record.get("relations") or []
    if not isinstance(entities, list) or not isinstance(pairs, list):
        raise TypeError("entities and relations must be lists")
    attributes = fields.strings(record.get("attributes"))
    if record.get("partial_entities") is True:
        attributes["partial"] = fields.TRUE
    return doc_id, text, entities, pairs, attributes


def _unknown(record: dict[str, Any], known: tuple[str, ...], where: str) -> Iterator[str]:
    for key in record:
        if key not in known:
            yield f"{where}: unknown key {key[:40]!r}; known are {', '.join(known)}"


def _said(error: Exception) -> str:
    return f"no {error}" if isinstance(error, KeyError) else str(error)


def _mention(entity: Any, place: str) -> RawMention:
    if not isinstance(entity, dict):
        raise TypeError("not a JSON object {...}")
    cover = [[entity["start"], entity["end"]]]
    given = entity.get("spans") or cover
    if not isinstance(given, list) or not all(isinstance(p, list) and len(p) == 2 for p in given):
        raise ValueError("spans must be a list of [start, end]")
    if not all(type(edge) is int for span in given for edge in span):
        raise ValueError("start and end must be whole numbers")
    spans = tuple((start, end) for start, end in given)
    attributes = fields.strings(entity.get("attributes"))
    if entity.get("coordination") is True:  # "monocytic or epithelial cells" as one
        attributes["coordination"] = fields.TRUE
    ids = tuple(str(concept) for concept in entity.get("ids") or ())
    words = entity.get("text")
    if not isinstance(words, str | None):
        raise TypeError("text must be a string")
    return RawMention(str(entity["id"]), spans, str(entity["type"]), words, ids, attributes, place)


def _relation(pair: Any, place: str) -> RawRelation:
    if not isinstance(pair, dict):
        raise TypeError("not a JSON object {...}")
    level = str(pair.get("level", "mention"))
    if level not in _LEVELS:
        raise ValueError(f"level is {level[:40]!r}, not one of {', '.join(_LEVELS)}")
    ends = [pair["head"], pair["tail"]]
    if level == "mention":
        ends = [_id_of(end) for end in ends]
    attributes = fields.strings(pair.get("attributes"))
    for modification in pair.get("modifications") or ():
        if modification in _MODIFICATIONS:
            attributes[_MODIFICATIONS[modification]] = fields.TRUE
    return RawRelation(str(pair["type"]), str(ends[0]), str(ends[1]), level, attributes, place)


def _id_of(end: Any) -> Any:
    if not isinstance(end, dict):
        raise TypeError('head and tail of mentions must be objects {"id": ...}')
    return end["id"]


def write(documents: Sequence[GoldDocument], path: Path) -> list[str]:
    """Write documents, each with all that its record holds; returns what is lost: nothing."""
    lines = (json.dumps(_record(document), ensure_ascii=False) for document in documents)
    fields.write_text(path, "".join(f"{line}\n" for line in lines))
    return []


def _record(document: GoldDocument) -> dict[str, Any]:
    places = {m.id: {"id": m.id, "start": m.start, "end": m.end} for m in document.mentions}
    relations = [
        {
            "type": relation.predicate,
            "head": places.get(relation.subject, {"id": relation.subject}),
            "tail": places.get(relation.object, {"id": relation.object}),
            "level": "mention",
            **_attributes(attributes),
        }
        for relation, attributes in fields.all_relations(document)
    ]
    return {
        "id": document.id,
        "text": document.text,
        "source": "",
        "entities": [_entity(mention) for mention in document.mentions],
        "relations": relations,
        **_attributes(fields.document_fields(document)),
    }


def _entity(mention: GoldMention) -> dict[str, Any]:
    return {
        "id": mention.id,
        "start": mention.start,
        "end": mention.end,
        "type": mention.label,
        "ids": [],
        **({"spans": [list(span) for span in mention.spans]} if mention.spans else {}),
        **_attributes(fields.mention_fields(mention)),
    }


def _attributes(given: dict[str, str]) -> dict[str, Any]:
    return {"attributes": given} if given else {}
