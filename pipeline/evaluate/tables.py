"""Reads ``mentions.csv`` and ``relations.csv`` back into records, so that tables of an
earlier run can be scored without running the pipeline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pipeline.records import Annotation, Document, Mention, Relation
from pipeline.tables_in import Cells, read_table
from pipeline.tabulate import MENTION_COLUMNS

# tables of an older version say nothing about grounding
NEEDED_MENTION_COLUMNS = [c for c in MENTION_COLUMNS if c not in {"grounding", "matched"}]
NEEDED_RELATION_COLUMNS = [
    "doc_id",
    "section",
    "predicate",
    "subject_mention_id",
    "object_mention_id",
    "effect",
    "function",
    "negated",
    "hedged",
    "trigger",
    "rule",
    "score",
    "sentence",
    "sentence_start",
    "sentence_end",
]

T = TypeVar("T")


def annotations_from_tables(folder: str | Path) -> list[Annotation]:
    """The annotations of a run, by document id, from its tables.

    The tables hold neither the text of a document nor the offsets of triggers: the
    text is empty and the trigger offsets are -1. Raises FileNotFoundError for a missing
    table and ValueError, with file and row, for what cannot be read as a record.
    """
    folder = Path(folder)
    mention_rows = read_table(folder / "mentions.csv", NEEDED_MENTION_COLUMNS)
    relation_rows = read_table(folder / "relations.csv", NEEDED_RELATION_COLUMNS)
    doc_ids = {row["doc_id"] for row in mention_rows + relation_rows}
    documents = folder / "documents.csv"  # names the documents in which nothing was found
    if documents.exists():
        doc_ids |= {row["doc_id"] for row in read_table(documents, ["doc_id"])}

    by_id: dict[str, Mention] = {}
    mentions: dict[str, list[Mention]] = {doc_id: [] for doc_id in doc_ids}
    for row, mention in _records(folder / "mentions.csv", mention_rows, _mention):
        mentions[mention.doc_id].append(mention)
        by_id[row["mention_id"]] = mention
    relations: dict[str, list[Relation]] = {doc_id: [] for doc_id in doc_ids}
    for _, relation in _records(
        folder / "relations.csv", relation_rows, lambda row: _relation(row, by_id)
    ):
        relations[relation.doc_id].append(relation)
    return [
        Annotation(Document(doc_id, ""), tuple(mentions[doc_id]), tuple(relations[doc_id]))
        for doc_id in sorted(doc_ids)
    ]


def _records(path: Path, rows: list[Cells], make: Callable[[Cells], T]) -> list[tuple[Cells, T]]:
    made = []
    for number, row in enumerate(rows, 1):
        try:
            made.append((row, make(row)))
        except ValueError as error:
            raise ValueError(f"{path}: row {number} below the header: {error}") from error
    return made


def _mention(row: Cells) -> Mention:
    return Mention(
        doc_id=row["doc_id"],
        start=int(row["start"]),
        end=int(row["end"]),
        label=row["label"],
        text=row["text"],
        section=row["section"],
        concept_id=row["concept_id"],
        concept_name=row["concept_name"],
        specificity=row["specificity"],
        layer=row["layer"],
        alias_of=row["alias_of"],
        grounding=row.get("grounding", ""),
        matched=row.get("matched", ""),
        score=float(row["score"]),
    )


def _relation(row: Cells, mentions: dict[str, Mention]) -> Relation:
    for column in ("subject_mention_id", "object_mention_id"):
        if row[column] not in mentions:
            raise ValueError(f"{column} {row[column]!r} is not in mentions.csv")
    return Relation(
        doc_id=row["doc_id"],
        sentence_start=int(row["sentence_start"]),
        sentence_end=int(row["sentence_end"]),
        subject=mentions[row["subject_mention_id"]],
        object=mentions[row["object_mention_id"]],
        predicate=row["predicate"],
        effect=row["effect"],
        function=row["function"],
        negated=_flag(row["negated"]),
        hedged=_flag(row["hedged"]),
        trigger=row["trigger"],
        rule=row["rule"],
        score=float(row["score"]),
        sentence=row["sentence"],
        section=row["section"],
    )


def _flag(cell: str) -> bool:
    if cell not in ("true", "false"):
        raise ValueError(f"{cell!r} is neither true nor false")
    return cell == "true"
