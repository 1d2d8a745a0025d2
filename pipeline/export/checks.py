"""What every format of annotated text relies on."""

from __future__ import annotations

import re

from pipeline.export.source import ExportError, Source
from pipeline.records import Annotation

_HALF = re.compile("[\ud800-\udfff]")


def check(source: Source) -> None:
    """Raises ExportError for documents or mentions that share an id, texts with half a character,
    mentions and triggers that are not the words at their place, and relations between mentions
    that are not there."""
    seen: set[str] = set()
    for annotation in source.annotations:
        doc_id = annotation.document.doc_id
        if doc_id in seen:
            raise ExportError(f"two documents have the id {doc_id!r}; give each its own")
        seen.add(doc_id)
        _check_mentions(annotation)


def _check_mentions(annotation: Annotation) -> None:
    document = annotation.document
    where = f"document {document.doc_id!r}"
    if half := _HALF.search(document.text):
        raise ExportError(
            f"{where}: holds U+{ord(half[0]):04X}, half a character, which no file of text can; "
            "take it out and run again"
        )
    known: set[str] = set()
    for mention in annotation.mentions:
        if document.text[mention.start : mention.end] != mention.text:
            raise ExportError(
                f"{where}: the text does not read {mention.text!r} at {mention.start}; export with "
                "the texts that the run read"
            )
        if not mention.text.strip():
            raise ExportError(f"{where}: the mention at {mention.start} is blank; take it out")
        if mention.mention_id in known:
            raise ExportError(f"{where}: two mentions have the id {mention.mention_id}; drop one")
        known.add(mention.mention_id)
    _check_relations(annotation, known, where)


def _check_relations(annotation: Annotation, known: set[str], where: str) -> None:
    text = annotation.document.text
    for relation in annotation.relations:
        place = (relation.trigger_start, relation.trigger_end)
        if place[0] >= 0 and text[slice(*place)] != relation.trigger:
            raise ExportError(
                f"{where}: the text does not read {relation.trigger!r} at {place[0]}, as a trigger "
                "should; export with the texts that the run read"
            )
        for end in (relation.subject, relation.object):
            if end.mention_id not in known:
                raise ExportError(
                    f"{where}: {relation.predicate} joins {end.mention_id} ({end.text!r}), which "
                    "is no mention of it; write the tables with pipeline run"
                )
