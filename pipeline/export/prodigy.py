"""Prodigy: JSON Lines with tokens, spans and relations, for ``rel.manual`` and ``spans.manual``.

``token_end`` is the last token of a span, not the one behind it, and a relation leads from the
last token of its subject (``head``) to that of its object (``child``), as Prodigy has it. Tokens
are spaCy's, cut at the edges of mentions. Prodigy joins spans only where they do not overlap:
mentions inside others, and relations of these, stand under ``nested``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

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
from pipeline.export.targets import json_lines, write_text
from pipeline.export.words import Span, covered, layers, words_of
from pipeline.records import Annotation, Mention


def write(source: Source, path: Path) -> list[str]:
    """Write all documents; returns what Prodigy does not show. Raises ExportError."""
    check(source)
    rows = [_row(annotation) for annotation in source.annotations]
    write_text(path, json_lines(rows))
    spans, relations = (
        sum(len(row["nested"][part]) for row in rows if "nested" in row)
        for part in ("spans", "relations")
    )
    if not spans:
        return []
    return [
        f"{counted(spans, 'mention')} inside others, which Prodigy cannot join, and "
        f"{counted(relations, 'relation')} of theirs: they stand under 'nested'"
    ]


def _row(annotation: Annotation) -> dict[str, Any]:
    text = annotation.document.text
    words = words_of(annotation, blanks=True)
    shown = {mention.mention_id for mention in layers(annotation.mentions)[0]}
    spans = {m.mention_id: _span(m, words) for m in annotation.mentions}
    relations = list(_relations(annotation, spans))
    row: dict[str, Any] = {
        "text": text,
        "meta": document_fields(annotation.document),
        "tokens": list(_tokens(text, words)),
        "spans": [span for name, span in spans.items() if name in shown],
        "relations": [r for r in relations if {r["subject"], r["object"]} <= shown],
    }
    if len(shown) < len(spans):
        row["nested"] = {
            "spans": [span for name, span in spans.items() if name not in shown],
            "relations": [r for r in relations if not {r["subject"], r["object"]} <= shown],
        }
    return row


def _tokens(text: str, words: Sequence[Span]) -> Iterator[Fields]:
    for number, (start, end) in enumerate(words):
        following = words[number + 1][0] if number + 1 < len(words) else len(text)
        yield {
            "text": text[start:end],
            "start": start,
            "end": end,
            "id": number,
            "ws": following > end,  # the one blank behind it
        }


def _span(mention: Mention, words: Sequence[Span]) -> Fields:
    own = covered(words, mention.start, mention.end)
    place = {"token_start": own[0], "token_end": own[-1]}
    return stated(mention_fields(mention)) | place


def _relations(annotation: Annotation, spans: dict[str, Fields]) -> Iterator[Fields]:
    for name, relation in relations_by_id(annotation):
        values = relation_fields(relation, name)
        head, child = spans[values["subject"]], spans[values["object"]]
        keys = ("start", "end", "token_start", "token_end", "label")
        yield {
            "head": head["token_end"],
            "child": child["token_end"],
            "head_span": {key: head[key] for key in keys},
            "child_span": {key: child[key] for key in keys},
            "label": relation.predicate,
            **stated(values, "predicate", "sentence"),
        }
