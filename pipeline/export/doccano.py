"""doccano: JSON Lines for sequence labelling with relations, a document a line.

Ids of mentions and relations are numbers over the whole file. What doccano has no place for
stands in ``mentions`` and ``relation_details``, by the same numbers, which it keeps as metadata.
Offsets are Unicode characters: leave "count grapheme clusters as one character" off.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from pipeline.export.checks import check
from pipeline.export.fields import (
    document_fields,
    mention_fields,
    relation_fields,
    relations_by_id,
    stated,
)
from pipeline.export.source import Source
from pipeline.export.tables import counted
from pipeline.export.targets import json_lines, write_text
from pipeline.export.words import layers


def write(source: Source, path: Path) -> list[str]:
    """Write all documents; returns what doccano does not show. Raises ExportError."""
    check(source)
    write_text(path, json_lines(_rows(source)))
    inside = sum(len(a.mentions) - len(layers(a.mentions)[0]) for a in source.annotations)
    said = sum(len(a.mentions) for a in source.annotations)
    sentences = {
        "all but labels and predicates on doccano's pages: the metadata of each text has it": said,
        f"{counted(inside, 'mention')} inside others, unless the project allows overlapping "
        "spans": inside,
    }
    return [sentence for sentence, n in sentences.items() if n]


def _rows(source: Source) -> Iterator[dict[str, Any]]:
    mention_numbers, relation_numbers = count(1), count(1)
    for number, annotation in enumerate(source.annotations, 1):
        numbers = {m.mention_id: next(mention_numbers) for m in annotation.mentions}
        relations = [
            (next(relation_numbers), name, relation)
            for name, relation in relations_by_id(annotation)
        ]
        # Names of the format win over those of a document's own metadata.
        yield document_fields(annotation.document) | {
            "id": number,
            "text": annotation.document.text,
            "entities": [
                {
                    "id": numbers[m.mention_id], "label": m.label,
                    "start_offset": m.start, "end_offset": m.end,
                }
                for m in annotation.mentions
            ],
            "relations": [
                {
                    "id": own, "type": relation.predicate,
                    "from_id": numbers[relation.subject.mention_id],
                    "to_id": numbers[relation.object.mention_id],
                }
                for own, _, relation in relations
            ],
            "mentions": [
                {"id": numbers[m.mention_id], **stated(mention_fields(m), "start", "end", "label")}
                for m in annotation.mentions
            ],
            "relation_details": [
                {"id": own, **stated(relation_fields(relation, name), "sentence")}
                for own, name, relation in relations
            ],
        }  # fmt: skip
