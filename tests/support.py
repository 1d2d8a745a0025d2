"""Stand-ins for the route, for tests that need no model. Worker processes import this
module by name, so it imports nothing heavy."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipeline.records import Annotation, Document, Failure, Mention, Relation

SENTENCE = "The mast cells make IL-4."


def fake_annotate(documents: Sequence[Document], settings: object) -> list[Annotation]:
    """Two mentions and a relation for a document that holds SENTENCE; some texts do harm.

    A text with DIE kills the process, one with RAISE is a failure as the route gives it,
    one with STOP behaves like a user who presses Ctrl-C.
    """
    return [_annotation(document) for document in documents]


def _annotation(document: Document) -> Annotation:
    text = document.text
    if "DIE" in text:
        os._exit(9)
    if "STOP" in text:
        raise KeyboardInterrupt
    if "RAISE" in text:
        failure = Failure(document.doc_id, document.source, "annotate", "ValueError: poisoned")
        return Annotation(document, failure=failure)
    if SENTENCE not in text:
        return Annotation(document, n_tokens=1)
    cell = mention(document.doc_id, text, "mast cells", "CELL", name="mast cell")
    cytokine = mention(document.doc_id, text, "IL-4", "CYTOKINE", name="IL4")
    found = relation(document.doc_id, text, cell, cytokine)
    return Annotation(document, (cell, cytokine), (found,), ((0, len(text)),), 5)


def mention(doc_id: str, text: str, words: str, label: str, *, name: str = "") -> Mention:
    start = text.index(words)
    return Mention(doc_id, start, start + len(words), label, words, concept_name=name, layer="x")


def relation(doc_id: str, text: str, subject: Mention, object_: Mention) -> Relation:
    return Relation(
        doc_id, 0, len(text), subject, object_, "SECRETES", rule="r", score=0.8, sentence=text
    )  # fmt: skip


def fake_made_by(settings: object) -> tuple[tuple[str, str], ...]:
    """Stands for the fingerprint, in worker processes too: nothing is loaded or compared."""
    return (("model", "fake 0"), ("patterns", "none"))


def replace_route(setattr_: Callable[..., Any] = setattr) -> None:
    """Let the command run with ``fake_annotate`` and without the model."""
    import pipeline.distribute
    import pipeline.fingerprint
    import pipeline.route
    import pipeline.run
    import pipeline.work.assemble
    from pipeline.ground.hierarchy import Hierarchy
    from pipeline.ground.index import ConceptIndex

    model = {"name": "fake", "version": "0"}
    meta = {**model, "models": [model]}

    def tools(settings: object) -> SimpleNamespace:
        nothing = SimpleNamespace(hierarchy=Hierarchy([]), index=ConceptIndex([]))
        return SimpleNamespace(nlp=SimpleNamespace(meta=meta), recogniser=nothing)

    setattr_(pipeline.route, "tools", tools)
    setattr_(pipeline.run, "tools", tools)
    setattr_(pipeline.fingerprint, "tools", tools)
    setattr_(pipeline.work.assemble, "tools", tools)
    setattr_(pipeline.distribute, "annotate", fake_annotate)
    setattr_(pipeline.run, "annotate", fake_annotate)
    setattr_(pipeline.run, "made_by", fake_made_by)


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows as the csv module reads them, which knows nothing of our neutralised cells."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
