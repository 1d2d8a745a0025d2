"""Label Studio: a list of tasks with our annotations as predictions, and beside it the labelling
configuration that fits, ``NAME.config.xml``.

Offsets are Unicode characters, as Label Studio counts (its pages convert them from the units of
JavaScript; those from before August 2022 did not). Everything that regions and relations have no
place for stands in the data of the task, by the same ids.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

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
from pipeline.export.tables import counted
from pipeline.export.targets import json_text, write_text
from pipeline.records import EFFECTS, FUNCTIONS, LABELS, PREDICATES, Annotation, Mention, Relation

COLOURS = {
    "CYTOKINE": "#0072b2",
    "RECEPTOR": "#009e73",
    "CELL": "#e69f00",
    "DISEASE": "#d55e00",
    "DRUG": "#cc79a7",
}
FROM, TO = "label", "text"  # names of tags in the configuration
_FLAGS = ("negated", "hedged")


def write(source: Source, path: Path) -> list[str]:
    """Write the tasks and the configuration; returns where this is, and what regions cannot
    show. Raises ExportError."""
    check(source)
    model = _model(source.about)
    tasks = [_task(annotation, model) for annotation in source.annotations]
    beside = path.with_name(f"{path.stem}.config.xml")
    write_text(path, json_text(tasks, indent=1) + "\n")
    write_text(beside, configuration())
    sentences = [f"the labelling configuration, which is no part of tasks: see {beside.name}"]
    wide = sum(not _plain(annotation.document.text) for annotation in source.annotations)
    if wide:
        sentences.append(
            f"right places behind signs above U+FFFF in {counted(wide, 'text')}, for Label Studio "
            "from before August 2022"
        )
    if any(annotation.mentions for annotation in source.annotations):
        sentences.append(
            "scores, rules and triggers on Label Studio's pages: the data of each task has them"
        )
    return sentences


def _plain(text: str) -> bool:
    """Whether every character is one unit of JavaScript."""
    return max(text, default="") <= "\uffff"


def configuration() -> str:
    """The labelling configuration (XML) for the tasks of :func:`write`."""
    labels = "".join(
        f"    <Label value={quoteattr(name)} background={quoteattr(COLOURS[name])}/>\n"
        for name in LABELS
    )
    names = [*PREDICATES, *EFFECTS, *FUNCTIONS, *_FLAGS]
    relations = "".join(f"    <Relation value={quoteattr(name)}/>\n" for name in names)
    return (
        "<View>\n"
        f'  <Relations choice="multiple">\n{relations}  </Relations>\n'
        f'  <Labels name="{FROM}" toName="{TO}">\n{labels}  </Labels>\n'
        f'  <Text name="{TO}" value="$text"/>\n'
        "</View>\n"
    )


def _model(about: Fields) -> str:
    """The name and version of the program that annotated, and of its model."""
    parts = [about.get(name) or {} for name in ("program", "model")]
    said = [f"{part['name']} {part.get('version', '')}".strip() for part in parts if "name" in part]
    return ", ".join(said) or "cytokine-reader"


def _task(annotation: Annotation, model: str) -> dict[str, Any]:
    relations = list(relations_by_id(annotation))
    result = [_region(mention) for mention in annotation.mentions]
    result += [_relation(relation) for _, relation in relations]
    prediction: dict[str, Any] = {"model_version": model, "result": result}
    if relations:  # then tasks can be sorted by it, the doubtful ones first
        scores = [relation.score for _, relation in relations]
        prediction["score"] = round(sum(scores) / len(scores), 4)
    # Names of the task win over those of a document's own metadata.
    data = document_fields(annotation.document) | {
        "text": annotation.document.text,
        "mentions": [stated(mention_fields(mention)) for mention in annotation.mentions],
        "relations": [
            stated(relation_fields(relation, name), "sentence") for name, relation in relations
        ],
    }
    return {"data": data, "predictions": [prediction]}


def _region(mention: Mention) -> dict[str, Any]:
    value = {
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "labels": [mention.label],
    }
    note = " ".join(filter(None, (mention.concept_id, mention.concept_name)))
    return {
        "id": mention.mention_id,
        "from_name": FROM,
        "to_name": TO,
        "type": "labels",
        "value": value,
        "score": mention.score,
        **({"meta": {"text": [note]}} if note else {}),
    }


def _relation(relation: Relation) -> dict[str, Any]:
    flags = [flag for flag in _FLAGS if getattr(relation, flag)]
    labels = [relation.predicate, relation.effect, relation.function, *flags]
    return {
        "type": "relation",
        "from_id": relation.subject.mention_id,
        "to_id": relation.object.mention_id,
        "direction": "right",
        "labels": [label for label in labels if label],
    }
