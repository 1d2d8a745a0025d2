"""PubAnnotation JSON, a file a document: denotations (mentions, and the words that state
relations), relations between mentions, and attributes of both."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from pipeline.export.brat import file_names
from pipeline.export.checks import check
from pipeline.export.fields import (
    Fields,
    document_fields,
    mention_fields,
    relation_fields,
    relations_by_id,
    stated,
)
from pipeline.export.source import Source
from pipeline.export.targets import json_text, new_folder, write_text
from pipeline.records import Annotation

TRIGGER = "TRIGGER"
_PLACES = ("trigger", "trigger_start", "trigger_end", "sentence_start", "sentence_end", "sentence")


def write(source: Source, path: Path) -> list[str]:
    """Write a new folder; returns what is lost: nothing. Raises ExportError."""
    check(source)
    with new_folder(path) as folder:
        for name, annotation in zip(file_names(source), source.annotations, strict=True):
            text = json_text(_document(annotation), indent=1)
            write_text(folder / f"{name}.json", text + "\n")
    return []


def _document(annotation: Annotation) -> Fields:
    """The whole file. The trigger of a relation is a denotation, which an attribute of the
    relation names; a sentence is a denotation too, where a relation stands in it."""
    document = annotation.document
    about = document_fields(document)
    triggers = dict(_places(annotation, "trigger", "T"))
    sentences = dict(_places(annotation, "sentence", "S"))
    denotations = [_denotation(m.mention_id, m.start, m.end, m.label) for m in annotation.mentions]
    denotations += [_denotation(name, *place, TRIGGER) for place, name in triggers.items()]
    denotations += [_denotation(name, *place, "SENTENCE") for place, name in sentences.items()]
    said: list[tuple[str, Fields]] = []
    for mention in annotation.mentions:
        values = mention_fields(mention)
        said.append(
            (mention.mention_id, stated(values, "mention_id", "start", "end", "label", "text"))
        )
    relations = []
    for name, relation in relations_by_id(annotation):
        values = relation_fields(relation, name)
        relations.append({
            "id": name, "pred": relation.predicate,
            "subj": values["subject"], "obj": values["object"],
        })  # fmt: skip
        own = stated(values, "relation_id", "predicate", "subject", "object", *_PLACES)
        places = {
            "trigger": triggers.get((relation.trigger_start, relation.trigger_end)),
            "sentence": sentences.get((relation.sentence_start, relation.sentence_end)),
        }
        said.append((name, own | stated(places)))
    return {
        "sourcedb": "cytokine-reader",
        "sourceid": document.doc_id,
        **{name: about[name] for name in ("title", "source") if name in about},
        "text": document.text,
        "denotations": denotations,
        "relations": relations,
        "attributes": list(_attributes(said)),
    }


def _denotation(name: str, start: int, end: int, obj: str) -> Fields:
    return {"id": name, "span": {"begin": start, "end": end}, "obj": obj}


def _places(
    annotation: Annotation, kind: str, letter: str
) -> Iterator[tuple[tuple[int, int], str]]:
    """Each trigger or sentence of a relation once, with its id."""
    found = {(getattr(r, f"{kind}_start"), getattr(r, f"{kind}_end")) for r in annotation.relations}
    places = sorted(place for place in found if place[0] >= 0)
    return ((place, f"{letter}{number}") for number, place in enumerate(places, 1))


def _attributes(said: list[tuple[str, Fields]]) -> Iterator[dict[str, Any]]:
    numbers = count(1)
    for name, values in said:
        for key, value in values.items():
            yield {"id": f"A{next(numbers)}", "subj": name, "pred": key, "obj": value}
