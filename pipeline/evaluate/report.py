"""Evaluation as a whole: compare, write the tables, print the summary."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.evaluate import errors, scores
from pipeline.evaluate.gold import GoldDocument
from pipeline.evaluate.intervals import Row, ratio, wilson
from pipeline.evaluate.relations import Sentences
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
    n_gold: int
    n_annotated: int  # gold documents for which predictions exist
    n_ignored: int  # predicted documents that gold does not have


def evaluate(
    gold: Sequence[GoldDocument],
    annotations: Iterable[Annotation],
    sentences: Mapping[str, Sentences],
    concept: Concept = no_concept,
) -> Evaluation:
    """Score predictions against gold.

    ``concept`` gives the concept's name for a label and any of its names, so that a gold
    concept counts under another of its names too.

    ``sentences`` gives for each gold document its sentences as (start, end) in
    characters, in order. A gold document without predictions is missed as a whole;
    predictions for other documents are counted and left out. Raises ValueError when a
    document was predicted twice, has no sentences, or was predicted from another text.
    """
    predicted: dict[str, Annotation] = {}
    for annotation in annotations:
        doc_id = annotation.document.doc_id
        if doc_id in predicted:
            raise ValueError(f"document {doc_id!r} stands twice in the predictions")
        predicted[doc_id] = annotation
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
        n_gold=len(gold),
        n_annotated=len(gold_ids & predicted.keys()),
        n_ignored=len(predicted.keys() - gold_ids),
    )


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
    """Write the five tables as CSV into a folder, made if need be; returns their paths.

    Each file is replaced as a whole, so none is ever half written. Raises OSError.
    """
    import pandas as pd

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, tuple[list[Row], list[str] | None]] = {
        "scores_mentions": (evaluation.mentions, None),
        "scores_relations": (evaluation.relations, None),
        "scores_attributes": (evaluation.attributes, None),
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
    return paths


def _cell(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.4f}"
    return neutralise_cell(value) if isinstance(value, str) else value


def format_summary(evaluation: Evaluation) -> str:
    """The main figures as plain text; "-" stands for a score that is undefined."""
    parts = [
        f"Gold documents: {evaluation.n_gold}, with predictions: {evaluation.n_annotated}, "
        f"predicted without gold (left out): {evaluation.n_ignored}",
        _mention_table(evaluation.mentions),
        _relation_table(evaluation.relations),
        _attribute_table(evaluation.attributes),
    ]
    return "\n\n".join(parts)


def _number(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _interval(row: Row, name: str) -> str:
    return _bounds(row[f"{name}_low"], row[f"{name}_high"])


def _bounds(low: object, high: object) -> str:
    return "-" if low is None else f"{low:.2f}-{high:.2f}"


def _align(header: Sequence[str], body: Iterable[Sequence[object]]) -> str:
    lines = [[str(cell) for cell in header]]
    lines += [[_number(cell) for cell in row] for row in body]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _name(row: Row, key: str) -> str:
    return str(row[key]) if row["subset"] == "all" else f"{row[key]} ({row['subset']})"


def _mention_table(rows: Sequence[Row]) -> str:
    strict = [row for row in rows if row["matching"] == "strict"]
    relaxed = [row for row in rows if row["matching"] == "relaxed"]
    header = ["Mentions", "tp", "fp", "fn", "P", "95 %", "R", "95 %", "F1"]
    header += ["strict P", "strict R", "strict F1"]
    body = [
        [
            _name(row, "label"),
            *(row[key] for key in ("tp", "fp", "fn", "precision")),
            _interval(row, "precision"),
            row["recall"],
            _interval(row, "recall"),
            row["f1"],
            *(exact[key] for key in ("precision", "recall", "f1")),
        ]
        for row, exact in zip(relaxed, strict, strict=True)
    ]
    return _align(header, body)


def _relation_table(rows: Sequence[Row]) -> str:
    strict = [row for row in rows if row["matching"] == "strict"]
    relaxed = [row for row in rows if row["matching"] == "relaxed"]
    header = ["Relations", "tp", "fp", "fn", "P", "95 %", "R", "95 %", "F1", "strict F1"]
    # The baseline: all pairs of a sentence, of predicted mentions, then of gold mentions.
    header += ["all pairs P", "R", "F1", "gold pairs F1"]
    body = [
        [
            _name(row, "predicate"),
            *(row[key] for key in ("tp", "fp", "fn", "precision")),
            _interval(row, "precision"),
            row["recall"],
            _interval(row, "recall"),
            row["f1"],
            exact["f1"],
            *(row[f"pairs_of_predicted_{key}"] for key in ("precision", "recall", "f1")),
            row["pairs_of_gold_f1"],
        ]
        for row, exact in zip(relaxed, strict, strict=True)
    ]
    return _align(header, body)


def _attribute_table(rows: Sequence[Row]) -> str:
    body: list[list[object]] = []
    for row in rows:
        if row["value"] == scores.ALL:
            name = f"{row['attribute']} ({row['over']})"
            body.append(
                [name, row["n_correct"], row["n_gold"], row["accuracy"], _interval(row, "accuracy")]
            )
        elif row["value"] == "true":  # accuracy alone hides that a rare value is never found
            body.append([f"  {row['attribute']} = true: P", *_share(row, "n_predicted")])
            body.append([f"  {row['attribute']} = true: R", *_share(row, "n_gold")])
    return _align(["Found relations and mentions", "right", "of", "share", "95 %"], body)


def _share(row: Row, total: str) -> list[object]:
    correct, n = int(str(row["n_correct"])), int(str(row[total]))
    return [correct, n, ratio(correct, n), _bounds(*wilson(correct, n))]
