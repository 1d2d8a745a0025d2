"""Runs for the tests of reports: written by hand, no model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.concepts import COLUMNS as CONCEPT_COLUMNS
from pipeline.network import COLUMNS as NETWORK_COLUMNS
from pipeline.network import network
from pipeline.records import Annotation, Document, Failure, Mention, Relation
from pipeline.tabulate import (
    DOCUMENT_COLUMNS,
    FAILURE_COLUMNS,
    MENTION_COLUMNS,
    RELATION_COLUMNS,
    Tables,
    frame,
    write_all,
)

EVIL = (
    "</script><script>alert(1)</script><b>mast cells</b> 𝛼\u2028 make [trigger: IL-4] & “IL-4” $x$."
)
ABOUT = {
    "program": {"name": "cytokine-reader", "version": "9.9"},
    "model": {"name": "m", "version": "1"},
    "patterns": {"hash": "aaaa"},
    "options": {"inputs": ["<i>in</i>"], "min_score": None},
    "counts": {"documents": 3},
    "finished": "2030-01-02T03:04:05+00:00",
}


def said(
    doc_id: str,
    text: str,
    predicate: str,
    subject: tuple[str, ...],
    object_: tuple[str, ...],
    **more: Any,
) -> Annotation:
    """A document with one relation. ``subject`` and ``object_`` are words, label and, where it
    is not made of the words, the concept's name; the trigger is ``more["trigger"]`` where it is
    given."""
    first, second = (_mention(doc_id, text, *end) for end in (subject, object_))
    if trigger := more.get("trigger"):
        start = text.index(trigger)
        more |= {"trigger_start": start, "trigger_end": start + len(trigger)}
    relation = Relation(
        doc_id, 0, len(text), first, second, predicate, sentence=text, rule="<rule>", **more
    )
    document = Document(doc_id, text, f"in/{doc_id}.txt")
    return Annotation(document, (first, second), (relation,), ((0, len(text)),), 5)


def _mention(doc_id: str, text: str, words: str, label: str, named: str = "") -> Mention:
    start = text.rindex(words)
    name = named or (words.removesuffix("s") if label == "CELL" else words.replace("-", ""))
    specificity = "generic" if words == "cytokines" else ""
    return Mention(
        doc_id, start, start + len(words), label, words, concept_id=f"X:{name}",
        concept_name=name, specificity=specificity, layer="x",
    )  # fmt: skip


def small() -> list[Annotation]:
    """Seven documents: a hostile one, a fact both stated and denied, one with its opposite."""
    mast, il4, il10 = ("mast cells", "CELL"), ("IL-4", "CYTOKINE"), ("IL-10", "CYTOKINE")
    t_cells = ("T cells", "CELL")
    return [
        said('e"/1', EVIL, "SECRETES", mast, il4, trigger="make", score=0.9),
        said("a", "The mast cells make IL-4.", "SECRETES", mast, il4, trigger="make", score=0.8),
        said("b", "Here mast cells did not make IL-4.", "SECRETES", mast, il4, negated=True),
        said("c", "IL-10 inhibits T cells.", "ACTS_ON", il10, t_cells, effect="negative"),
        said(
            "d", "Perhaps IL-10 activates T cells.", "ACTS_ON", il10, t_cells,
            effect="positive", hedged=True, function="activation",
        ),
        said("f", "T cells make cytokines.", "SECRETES", t_cells, ("cytokines", "CYTOKINE")),
        said("g", "T cells make no IL-10.", "SECRETES", t_cells, il10, negated=True),
    ]  # fmt: skip


def write_run(
    folder: Path, annotations: Sequence[Annotation], about: dict[str, Any] | None = None
) -> Path:
    """The tables of a run, as the program writes them."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = Tables()
    for annotation in annotations:
        tables.add(annotation)
    tables.add_failure(Failure("lost", "in/<lost>.txt", "read", "ValueError: not <text>"))
    concepts = {
        (m["label"], m["concept_name"]): dict.fromkeys(CONCEPT_COLUMNS, "")
        | {key: m[key] for key in ("label", "concept_id", "concept_name")}
        | {"n_documents": 1, "n_mentions": 1, "path": f"top|{m['concept_name']}"}
        for m in tables.mentions
    }
    rows = {
        "documents": (tables.documents, DOCUMENT_COLUMNS),
        "mentions": (tables.mentions, MENTION_COLUMNS),
        "relations": (tables.relations, RELATION_COLUMNS),
        "network": (network(tables.relations), NETWORK_COLUMNS),
        "concepts": ([concepts[key] for key in sorted(concepts)], CONCEPT_COLUMNS),
        "failures": (tables.failures, FAILURE_COLUMNS),
    }
    write_all({folder / f"{name}.csv": frame(*table, safe=True) for name, table in rows.items()})
    (folder / "run.json").write_text(json.dumps(about or ABOUT), encoding="utf-8")
    return folder


def write_reviewed(folder: Path, decided: dict[str, tuple[str, str]], counts: Any) -> Path:
    """The small run as ``pipeline review correct`` would write it: outcome and curators of the
    relation of each document that ``decided`` names, and the counts of ``run.json``."""
    import pandas as pd

    write_run(folder, small(), {**ABOUT, "reviewed": counts})
    table = folder / "relations.csv"
    relations = pd.read_csv(table, dtype=str, keep_default_na=False)
    said = [decided.get(doc_id, ("", "")) for doc_id in relations["doc_id"]]
    relations["review"] = [outcome for outcome, _ in said]
    relations["curators"] = [curators for _, curators in said]
    relations.to_csv(table, index=False)
    return folder


def write_evaluation(path: Path, hash_: str = "aaaa") -> Path:
    """An ``evaluation.json`` with one predicate and one label, some figures undefined."""
    scores = {
        "matching": "relaxed", "subset": "all", "tp": 8, "fp": 2, "fn": 4, "precision": 0.8,
        "precision_low": 0.49, "precision_high": 0.94, "recall": 0.6667, "recall_low": 0.39,
        "recall_high": 0.86, "f1": 0.7273, "pairs_of_predicted_f1": 0.3,
    }  # fmt: skip
    undefined = dict.fromkeys(
        (
            "precision",
            "precision_low",
            "precision_high",
            "recall",
            "recall_low",
            "recall_high",
            "f1",
        )
    )
    nothing = scores | undefined | {"tp": 0, "fp": 0, "fn": 0}
    read = {
        "about": {
            **{key: ABOUT[key] for key in ("program", "model")},
            "patterns": {"hash": hash_},
            "options": {"gold": ["some/<gold>.jsonl"], "split": "dev", "min_score": None},
        },
        "n_gold": 49,
        "relations": [
            {**nothing, "predicate": "TREATS"}, {**scores, "predicate": "ALL"},
            {**scores, "predicate": "ALL", "matching": "strict", "f1": 0.1},
        ],
        "mentions": [{**scores, "label": "CELL"}, {**scores, "label": "ALL"}],
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(read), encoding="utf-8")
    return path
