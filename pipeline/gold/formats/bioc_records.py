"""BioC documents, as the library ``bioc`` gives them, to and from our records.

Our own files have one passage with the whole text, a document infon ``gold`` that says that all
other infons are ours, and relations with the roles subject and object. In what ``pipeline export``
writes, an infon ``export`` says that they are columns of our tables.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from pipeline.gold.formats import exported, fields
from pipeline.gold.formats.pubtator import concept_ids
from pipeline.gold.formats.repeated import each_once
from pipeline.gold.raw import FormatError, RawDocument, RawMention, RawRelation
from pipeline.gold.records import GoldDocument, GoldMention

log = logging.getLogger(__name__)

OURS = "gold"
_LARGEST_GAP = 1_000_000  # characters between two passages; more is a wrong offset
_IDENTIFIERS = ("identifier", "MESH", "MeSH", "OMIM", "NCBI Gene")
# What tools for annotators add to files, ours too.
_OF_TOOLS = (*_IDENTIFIERS, "annotator", "updated_at", "note")
_FIRST_ROLES = ("subject", "cause", "agent", "arg1", "head", "chemical")
# Pairs of infons that name the concepts of a relation without nodes (BioRED, BC5CDR).
_CONCEPT_KEYS = (("entity1", "entity2"), ("Chemical", "Disease"))

Place = Callable[[str, str], str]  # kind of element and its id -> where it stands
Infons = dict[str, str]
Own = Callable[[Infons], Infons]


@dataclass(slots=True)
class Found:
    """What is wrong with a document, as RawDocument has it."""

    problems: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def library(name: str = "bioc") -> Any:
    """A module of the package ``bioc``, or of lxml, which comes with it.

    Raises FormatError with the command that installs them.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise FormatError(
            "BioC needs the package bioc, which is not installed; "
            "pip install 'cytokine-reader[bioc]'"
        ) from error


def raw_document(document: Any, place: Place, found: Found) -> RawDocument:
    """One document of the library as ours, with what ``found`` says is wrong, and more."""
    doc_id = document.id or ""
    where = place("document", doc_id)
    infons = _strings(document.infons)
    own = _own_infons(infons)
    text = _text(document, where, found.problems)
    parts = list(_parts(document))
    mentions: list[RawMention] = []
    for annotation in (a for part in parts for a in part.annotations):
        spot = place("annotation", annotation.id)
        mention = _mention(annotation, own, spot)
        if mention is None:
            found.problems.append(f"{spot}: no location or no type; add them")
            found.unread.append(str(annotation.id))
        else:
            mentions.append(mention)
    pairs = [r for part in parts for r in part.relations]
    known = {*(m.id for m in mentions), *found.unread}
    read = list(_relations(pairs, known, own, place, found))
    relations, repeated = each_once(mentions, read)
    given = own(infons) if own else {"title": infons["title"]} if "title" in infons else {}
    for mark in (OURS, exported.MARK):
        given.pop(mark, None)
    return RawDocument(
        doc_id,
        text,
        tuple(mentions),
        relations,
        given,
        where,
        tuple(found.problems),
        tuple(found.doubts),
        tuple(found.unread),
        repeated=repeated,
    )


def _own_infons(of_document: Infons) -> Own | None:
    """What makes attributes of gold of the infons of a document of ours; None for others."""
    if OURS in of_document:
        return _without_tools
    if exported.MARK in of_document:
        return _of_export
    return None


def _of_export(infons: Infons) -> Infons:
    return exported.attributes(_without_tools(infons))


def _without_tools(infons: Infons) -> Infons:
    return {name: value for name, value in infons.items() if name not in _OF_TOOLS}


def _strings(infons: dict[str, Any]) -> dict[str, str]:
    return {str(key): "" if value is None else str(value) for key, value in infons.items()}


def _parts(document: Any) -> Iterator[Any]:
    """Everything that annotations can hang on."""
    yield document
    for passage in document.passages:
        yield passage
        yield from passage.sentences


def _text(document: Any, where: str, problems: list[str]) -> str:
    """The text, each passage at its offset; what lies between is a line break and blanks."""
    pieces = [
        (piece.offset, piece.text)
        for passage in document.passages
        for piece in ([passage] if passage.text else passage.sentences)
        if piece.text
    ]
    text = ""
    for offset, content in sorted(pieces, key=lambda piece: piece[0]):
        gap = offset - len(text)
        if not 0 <= gap <= _LARGEST_GAP:
            problems.append(
                f"{where}: the passage at {offset} does not begin behind the one before, which "
                f"ends at {len(text)}; offsets are characters, correct them"
            )
            continue
        text += "\n"[:gap] + " " * (gap - 1) + content
    return text


def _mention(annotation: Any, own: Own | None, where: str) -> RawMention | None:
    infons = _strings(annotation.infons)
    type_ = infons.pop("type", "")
    if not annotation.locations or not type_:
        return None
    spans = sorted((place.offset, place.end) for place in annotation.locations)
    ids = () if own else [i for key in _IDENTIFIERS for i in concept_ids(infons.get(key, ""))]
    return RawMention(
        annotation.id,
        tuple(spans),
        type_,
        annotation.text,
        tuple(ids),
        own(infons) if own else {},
        where,
    )


def _relations(
    pairs: list[Any], known: set[str], own: Own | None, place: Place, found: Found
) -> Iterator[RawRelation]:
    others = {pair.id for pair in pairs}
    skipped = 0
    for pair in pairs:
        where = place("relation", pair.id)
        infons = _strings(pair.infons)
        type_ = infons.pop("type", "") or infons.pop("relation", "")
        ends = _ends(pair, infons)
        if len(ends) != 2 or (others & set(ends)) - known:
            skipped += not own  # an event, or a relation between relations
            said = f"has {len(ends)} nodes, not two" if len(ends) != 2 else "joins a relation"
            found.doubts.append(f"{where}: {said}; write two nodes that are annotations")
        elif not type_:
            found.problems.append(f"{where}: no infon 'type'; add it")
        else:
            level = "mention" if pair.nodes and known & set(ends) else "document"
            given = own(infons) if own else {}
            score = exported.score(infons) if own is _of_export else None
            yield RawRelation(type_, ends[0], ends[1], level, given, where, score=score)
    if skipped:
        log.warning("%s: %d relations are no pairs; left out", place("document", ""), skipped)


def _ends(pair: Any, infons: dict[str, str]) -> list[str]:
    """The two arguments, the one whose role says that it acts first."""
    if pair.nodes:
        acting = [node.role.lower() in _FIRST_ROLES for node in pair.nodes]
        nodes = sorted(range(len(acting)), key=lambda at: not acting[at])
        return [pair.nodes[at].refid for at in nodes]
    for first, second in _CONCEPT_KEYS:
        if first in infons and second in infons:
            return [infons[first], infons[second]]
    return []


def bioc_document(document: GoldDocument) -> Any:
    """Our document as one of the library, with all that the record holds."""
    bioc = library()
    result = bioc.BioCDocument()
    result.id = document.id
    result.infons = {OURS: "1", **fields.document_fields(document)}
    passage = bioc.BioCPassage()
    passage.offset = 0
    passage.text = document.text
    result.add_passage(passage)
    for mention in document.mentions:
        passage.add_annotation(_annotation(bioc, document, mention))
    for number, (relation, attributes) in enumerate(fields.all_relations(document), 1):
        pair = bioc.BioCRelation()
        pair.id = f"R{number}"
        pair.infons = {"type": relation.predicate, **attributes}
        pair.add_node(bioc.BioCNode(relation.subject, "subject"))
        pair.add_node(bioc.BioCNode(relation.object, "object"))
        result.add_relation(pair)
    return result


def _annotation(bioc: Any, document: GoldDocument, mention: GoldMention) -> Any:
    annotation = bioc.BioCAnnotation()
    annotation.id = mention.id
    annotation.infons = {"type": mention.label, **fields.mention_fields(mention)}
    annotation.text = fields.plain_words(document, mention)
    for start, end in fields.spans_of(mention):
        annotation.add_location(bioc.BioCLocation(start, end - start))
    return annotation


def collection(documents: list[Any]) -> Any:
    """A collection of the library's documents. Its key says what our infons mean."""
    result = library().BioCCollection()
    result.source = "cytokine-reader"
    result.date = ""  # the same gold gives the same bytes on any day
    result.key = "gold: infons as in the gold format of cytokine-reader"
    for document in documents:
        result.add_document(document)
    return result
