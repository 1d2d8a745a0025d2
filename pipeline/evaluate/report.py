"""Evaluation as a whole: compare, and write the tables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pipeline.evaluate import errors, scores
from pipeline.evaluate.bands import Band, band_rows, score_bands
from pipeline.evaluate.gold import GoldDocument
from pipeline.evaluate.intervals import Row
from pipeline.evaluate.relations import Sentences
from pipeline.evaluate.reliability import reliability_svg
from pipeline.evaluate.rule_yield import RULE_COLUMNS, rule_scores
from pipeline.evaluate.scores import Concept, no_concept
from pipeline.records import Annotation, Document
from pipeline.tabulate import neutralise_cell


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The score tables and error lists, as rows. Undefined scores (0/0) are None."""

    mentions: list[Row]
    relations: list[Row]
    attributes: list[Row]
    mention_errors: list[Row]
    relation_errors: list[Row]
    rules: list[Row]
    bands: list[Band]
    n_gold: int
    n_annotated: int  # gold documents for which predictions exist
    n_ignored: int  # predicted documents that gold does not have


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
    return Evaluation(
        mentions=scores.mention_scores(matches),
        relations=scores.relation_scores(matches),
        attributes=scores.attribute_scores(matches, concept),
        mention_errors=errors.mention_errors(matches, concept),
        relation_errors=errors.relation_errors(matches),
        rules=rule_scores(matches, book),
        bands=score_bands(matches),
        n_gold=len(gold),
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
    for mention in annotation.mentions:
        words = gold.text[mention.start : mention.end]
        if words != mention.text:
            raise ValueError(
                f"document {gold.id!r}: at {mention.start}-{mention.end} gold reads {words!r}, "
                f"the predictions {mention.text!r}; were they made from the same text?"
            )


def write_evaluation(evaluation: Evaluation, folder: str | Path) -> list[Path]:
    """Write the tables as CSV and the reliability curve as SVG into a folder, made if need
    be; returns their paths.

    Each file is replaced as a whole, so none is ever half written. Raises OSError.
    """
    import pandas as pd

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, tuple[list[Row], list[str] | None]] = {
        "scores_mentions": (evaluation.mentions, None),
        "scores_relations": (evaluation.relations, None),
        "scores_attributes": (evaluation.attributes, None),
        "scores_rules": (evaluation.rules, RULE_COLUMNS),
        "scores_bands": (band_rows(evaluation.bands), None),
        "errors_mentions": (evaluation.mention_errors, errors.MENTION_COLUMNS),
        "errors_relations": (evaluation.relation_errors, errors.RELATION_COLUMNS),
    }
    paths = []
    for name, (rows, columns) in tables.items():
        cells = [{key: _cell(value) for key, value in row.items()} for row in rows]
        path = folder / f"{name}.csv"
        draft = folder / f".{name}.csv.part"
        frame = pd.DataFrame(cells, columns=columns, dtype=object)
        frame.to_csv(draft, index=False, lineterminator="\n", encoding="utf-8")
        os.replace(draft, path)
        paths.append(path)
    picture, draft = folder / "reliability.svg", folder / ".reliability.svg.part"
    draft.write_text(reliability_svg(evaluation.bands), encoding="utf-8", newline="\n")
    os.replace(draft, picture)
    return [*paths, picture]


def _cell(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.4f}"
    return neutralise_cell(value) if isinstance(value, str) else value
