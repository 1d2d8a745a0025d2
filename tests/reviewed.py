"""A small run to review, with texts that mean harm."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.curate.reviews import JUDGED
from pipeline.network import network
from pipeline.records import Annotation, Document, Mention, Relation
from pipeline.result import COLUMNS
from pipeline.tabulate import Row, Tables, frame, write_all
from pipeline.texts import FILE, FOLDER, text_line

TEXTS = {
    "calm": "Mast cells make IL-4. IL-4 wakes B cells.\n\nT cells do not make IL-6, but IL-6 wakes "
    "T cells.",
    "evil": '<script>alert(1)</script> Mast cells make 𝛼 IL-4 & "IL-5".\r\n\r\n'
    "=IL-6 wakes \u202eB cells.",
}
# document, predicate, subject, object (words and which of them), score, more
RELATIONS: list[tuple[str, str, tuple[str, int], tuple[str, int], float, Row]] = [
    ("calm", "SECRETES", ("Mast cells", 0), ("IL-4", 0), 0.9, {}),
    ("calm", "ACTS_ON", ("IL-4", 1), ("B cells", 0), 0.6, {"function": "activation"}),
    ("calm", "SECRETES", ("T cells", 0), ("IL-6", 0), 0.7, {"negated": True}),
    ("calm", "ACTS_ON", ("IL-6", 1), ("T cells", 1), 0.55, {"function": "activation"}),
    ("evil", "SECRETES", ("Mast cells", 0), ("IL-4", 0), 0.8, {}),
    ("evil", "SECRETES", ("Mast cells", 0), ("IL-5", 0), 0.65, {"hedged": True}),
    ("evil", "ACTS_ON", ("IL-6", 0), ("B cells", 0), 0.75, {"function": "other"}),
]
NAMES = {"Mast cells": "mast cell", "B cells": "B cell", "T cells": "T cell"}
TRIGGERS = {"SECRETES": "make", "ACTS_ON": "wake"}


def annotations(changes: Mapping[int, Row] | None = None) -> list[Annotation]:
    """The documents with their relations; ``changes`` to relations by their number, and None for
    one that is not there."""
    mentions: dict[str, dict[tuple[int, int], Mention]] = {doc_id: {} for doc_id in TEXTS}
    relations: dict[str, list[Relation]] = {doc_id: [] for doc_id in TEXTS}
    for number, (doc_id, predicate, subject, target, score, more) in enumerate(RELATIONS):
        text = TEXTS[doc_id]
        ends = []
        for words, nth in (subject, target):
            start, end = place(text, words, nth)
            label = "CELL" if "cells" in words else "CYTOKINE"
            name = NAMES.get(words, words.replace("-", ""))
            ends.append(
                mentions[doc_id].setdefault(
                    (start, end), Mention(doc_id, start, end, label, words, "", "", name)
                )
            )
        first, last = sentence(text, ends[0].start)
        trigger = text.index(TRIGGERS[predicate], first)
        values: Row = {"effect": "positive" if predicate == "ACTS_ON" else "unspecified", **more}
        change = (changes or {}).get(number, {})
        if change is None:
            continue
        relations[doc_id].append(
            Relation(
                doc_id, first, last, *ends, predicate, score=score, rule=f"rule-{predicate}",
                sentence=text[first:last], trigger=TRIGGERS[predicate], trigger_start=trigger,
                trigger_end=trigger + len(TRIGGERS[predicate]), **(values | change),
            )
        )  # fmt: skip
    return [
        Annotation(
            Document(doc_id, text), tuple(sorted(mentions[doc_id].values())),
            tuple(sorted(relations[doc_id])), (),
        )
        for doc_id, text in TEXTS.items()
    ]  # fmt: skip


def place(text: str, words: str, nth: int) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return start, start + len(words)


def sentence(text: str, at: int) -> tuple[int, int]:
    """From the break before to the full stop."""
    end = text.index(".", at) + 1
    start = max(text.rfind(sign, 0, at) + len(sign) for sign in (". ", "\n", "> ") if sign in text)
    return (start if start <= at else 0), end


def write_run(folder: Path, changes: Mapping[int, Row] | None = None) -> Path:
    """The tables and texts of the run, as ``pipeline run --texts`` writes them."""
    tables = Tables()
    made = annotations(changes)
    for annotation in made:
        tables.add(annotation)
    parts = {
        "documents": tables.documents, "mentions": tables.mentions,
        "relations": tables.relations, "network": network(tables.relations), "concepts": [],
        "failures": [],
    }  # fmt: skip
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    files = {folder / f"{n}.csv": frame(rows, COLUMNS[n], safe=True) for n, rows in parts.items()}
    texts = "".join(text_line(annotation) for annotation in made)
    write_all({**files, folder / FILE: texts, folder / "run.json": "{}\n"})
    return folder


def rows_of(folder: Path) -> list[dict[str, str]]:
    """The rows of ``relations.csv`` as text."""
    from pipeline.tables_in import read_table

    return read_table(folder / "relations.csv", COLUMNS["relations"])


def line(row: Mapping[str, str], curator: str, decision: str, **more: str) -> dict[str, str]:
    """A line of a file of decisions about a row."""
    judged = {name: row[name] for name in JUDGED}
    return {**judged, "curator": curator, "date": "2026-11-30", "decision": decision, **more}
