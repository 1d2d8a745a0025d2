"""Annotations on a spaCy ``Doc``, for DocBin files and for pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.export.fields import mention_fields, relation_fields, relations_by_id
from pipeline.records import Annotation

if TYPE_CHECKING:
    from spacy.tokens import Doc

KEY = "cytokine_reader"  # of Doc.spans and of Doc.user_data


def to_doc(annotation: Annotation, doc: Doc, key: str = KEY) -> None:
    """Put mentions and relations on a ``doc`` with the same text.

    ``doc.spans[key]`` gets a span a mention, in the order of the mentions, with
    the label, the CURIE as ``kb_id_`` and the mention id as ``id_``. Spans are whole tokens: one
    whose words end inside a token reaches further. ``doc.user_data[key]`` holds
    ``mentions`` and ``relations``, a dictionary each, with the exact offsets (characters).
    Raises ValueError for another text.
    """
    text = annotation.document.text
    if doc.text != text:
        raise ValueError(
            f"document {annotation.document.doc_id!r}: the Doc has another text "
            f"({len(doc.text)} characters, not {len(text)}); make it of the document's own"
        )
    spans = [
        doc.char_span(
            mention.start,
            mention.end,
            label=mention.label,
            kb_id=mention.concept_id,
            span_id=mention.mention_id,
            alignment_mode="expand",
        )
        for mention in annotation.mentions
    ]
    doc.spans[key] = [span for span in spans if span is not None]
    doc.user_data[key] = {
        "mentions": [mention_fields(mention) for mention in annotation.mentions],
        "relations": [
            relation_fields(relation, name) for name, relation in relations_by_id(annotation)
        ],
    }


def set_entities(doc: Doc) -> None:
    """Make the mentions that :func:`to_doc` put there the entities of the ``doc``, the longer one
    where two overlap, since entities cannot. Entities that stood there are gone."""
    from spacy.util import filter_spans

    doc.set_ents(filter_spans(doc.spans[KEY]))
