"""Annotated texts as documents of the library ``bioc``: one passage with the whole text, and
infons by the names of the columns of our tables (``identifier`` is the concept). An infon
``export`` of each document says so to ``pipeline gold``."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

from pipeline.export.fields import (
    Fields,
    as_strings,
    document_fields,
    mention_fields,
    relation_fields,
    relations_by_id,
    stated,
)
from pipeline.export.source import ExportError, Source
from pipeline.gold.formats import exported
from pipeline.gold.formats.bioc_records import library
from pipeline.gold.raw import FormatError
from pipeline.records import Annotation, Mention, Relation

# What XML 1.0 cannot hold, escaped or not.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
REPLACED = "\ufffd"


def bioc_module(name: str = "bioc") -> ModuleType:
    """A module of the package ``bioc``. Raises ExportError with the command that installs it."""
    try:
        module: ModuleType = library(name)
    except FormatError as error:
        raise ExportError(str(error)) from error
    return module


def collection(source: Source, *, xml: bool) -> tuple[Any, int]:
    """All documents, and how many signs became U+FFFD, since XML cannot hold them."""
    result = bioc_module().BioCCollection()
    result.source = "cytokine-reader"
    result.date = ""  # the same tables give the same bytes on any day
    result.key = "infons by the names of the columns of cytokine-reader's tables"
    held = _Held(xml)
    for annotation in source.annotations:
        result.add_document(_document(annotation, held))
    return result, held.replaced


class _Held:
    """Strings as the file can hold them, and how many signs it cannot."""

    def __init__(self, xml: bool) -> None:
        self._xml = xml
        self.replaced = 0

    def text(self, value: str) -> str:
        if not self._xml:
            return value
        value, n = _NOT_XML.subn(REPLACED, value)
        self.replaced += n
        return value

    def infons(self, values: Fields) -> dict[str, str]:
        return {
            self.text(name): self.text(value) for name, value in as_strings(stated(values)).items()
        }


def _document(annotation: Annotation, held: _Held) -> Any:
    bioc = bioc_module()
    document = annotation.document
    result = bioc.BioCDocument()
    result.id = held.text(document.doc_id)
    about = document_fields(document)
    shown = {name: about.get(name, "") for name in ("title", "source")}
    result.infons = held.infons({exported.MARK: "1", **shown})
    passage = bioc.BioCPassage()
    passage.offset = 0
    passage.text = held.text(document.text)
    result.add_passage(passage)
    for mention in annotation.mentions:
        passage.add_annotation(_annotation(bioc, mention, held))
    for name, relation in relations_by_id(annotation):
        passage.add_relation(_relation(bioc, name, relation, held))
    return result


def _annotation(bioc: Any, mention: Mention, held: _Held) -> Any:
    result = bioc.BioCAnnotation()
    values = mention_fields(mention)
    result.id = values.pop("mention_id")
    result.text = held.text(values.pop("text"))
    head = {"type": values.pop("label"), "identifier": values.pop("concept_id")}
    start, end = values.pop("start"), values.pop("end")
    result.infons = held.infons(head | values)
    result.add_location(bioc.BioCLocation(start, end - start))
    return result


def _relation(bioc: Any, name: str, relation: Relation, held: _Held) -> Any:
    result = bioc.BioCRelation()
    values = relation_fields(relation, name)
    result.id = values.pop("relation_id")
    for role in ("subject", "object"):
        result.add_node(bioc.BioCNode(values.pop(role), role))
    head = {"type": values.pop("predicate")}
    del values["sentence"]  # stands in the passage
    result.infons = held.infons(head | values)
    return result
