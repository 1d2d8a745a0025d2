"""Evaluation as a whole: compare gold and predictions in every way that the tables need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pipeline.evaluate import scores
from pipeline.evaluate.bands import Band, score_bands
from pipeline.evaluate.curve import curve_rows
from pipeline.evaluate.errors import errors
from pipeline.evaluate.intervals import Row
from pipeline.evaluate.registers import DocumentCounts, document_counts, register_scores
from pipeline.evaluate.relations import Sentences
from pipeline.evaluate.rule_yield import rule_scores
from pipeline.evaluate.scores import Concept, no_concept
from pipeline.gold.records import GoldDocument
from pipeline.records import Annotation, Document


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The score tables and errors, as rows. Undefined scores (0/0) are None."""

    mentions: list[Row]
    relations: list[Row]
    attributes: list[Row]
    registers: list[Row]
    errors: list[Row]
    rules: list[Row]
    bands: list[Band]
    curve: list[Row]
    documents: list[DocumentCounts]
    n_annotated: int  # gold documents for which predictions exist
    n_ignored: int  # predicted documents that gold does not have

    @property
    def n_gold(self) -> int:
        return len(self.documents)


def evaluate(
    gold: Sequence[GoldDocument],
    annotations: Iterable[Annotation],
    sentences: Mapping[str, Sentences],
    concept: Concept = no_concept,
    book: Mapping[str, str] = MappingProxyType({}),
) -> Evaluation:
    """Score predictions against gold.

    ``concept`` gives the concept's name for a label and any of its names, so that a gold
    concept counts under another of its names too. ``book`` gives the predicate of each rule
    in use, so that those which gave nothing are listed.

    ``sentences`` gives for each gold document its sentences as (start, end) in
    characters, in order. A gold document without predictions is missed as a whole;
    predictions for other documents are counted and left out. Raises ValueError when a
    document was predicted twice, has no sentences, or was predicted from another text, or
    a relation's score is not between 0 and 1.
    """
    predicted = _by_document(annotations)
    matches = []
    for document in gold:
        if document.id not in sentences:
            raise ValueError(f"document {document.id!r}: no sentences were given")
        annotation = predicted.get(document.id, Annotation(Document(document.id, "")))
        _check_text(document, annotation)
        matches.append(scores.match_document(document, annotation, sentences[document.id]))
    gold_ids = {document.id for document in gold}
    documents = document_counts(matches)
    return Evaluation(
        mentions=scores.mention_scores(matches),
        relations=scores.relation_scores(matches),
        attributes=scores.attribute_scores(matches, concept),
        registers=register_scores(documents),
        errors=errors(matches, concept),
        rules=rule_scores(matches, book),
        bands=score_bands(matches),
        curve=curve_rows(matches),
        documents=documents,
        n_annotated=len(gold_ids & predicted.keys()),
        n_ignored=len(predicted.keys() - gold_ids),
    )


def _by_document(annotations: Iterable[Annotation]) -> dict[str, Annotation]:
    """Predictions by document id; ValueError when a document stands twice in them."""
    predicted: dict[str, Annotation] = {}
    for annotation in annotations:
        doc_id = annotation.document.doc_id
        if doc_id in predicted:
            raise ValueError(f"document {doc_id!r} stands twice in the predictions")
        predicted[doc_id] = annotation
    return predicted


def _check_text(gold: GoldDocument, annotation: Annotation) -> None:
    """Offsets into different texts would give scores that mean nothing."""
    stretches = [(m.start, m.end, m.text) for m in annotation.mentions]
    stretches += [(r.sentence_start, r.sentence_end, r.sentence) for r in annotation.relations]
    for start, end, said in stretches:
        words = gold.text[start:end]
        if said and words != said:
            raise ValueError(
                f"document {gold.id!r}: at {start}-{end} gold reads {words!r}, "
                f"the predictions {said!r}; were they made from the same text?"
            )
