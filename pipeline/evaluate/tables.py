"""Reads ``mentions.csv`` and ``relations.csv`` back into records, so that tables of an
earlier run can be scored without running the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

from pipeline.records import (
    EFFECTS,
    FUNCTIONS,
    LABELS,
    PREDICATES,
    SIGNATURES,
    Annotation,
    Document,
    Mention,
    Relation,
)
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
        if row["mention_id"] in by_id:
            raise ValueError(f"{folder / 'mentions.csv'}: {row['mention_id']} stands there twice")
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


def _known(column: str, cell: str, known: Collection[str]) -> str:
    if cell not in known:
        raise ValueError(f"{column} {cell!r} is none of {', '.join(filter(None, known))}")
    return cell


def _mention(row: Cells) -> Mention:
    if not row["text"]:
        raise ValueError("text is empty, so nobody can tell which words were meant")
    return Mention(
        doc_id=row["doc_id"],
        start=_offset("start", row["start"]),
        end=_offset("end", row["end"]),
        label=_known("label", row["label"], LABELS),
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
        if mentions[row[column]].doc_id != row["doc_id"]:
            raise ValueError(f"{column} {row[column]!r} is a mention of another document")
    predicate = _known("predicate", row["predicate"], PREDICATES)
    ends = (mentions[row["subject_mention_id"]], mentions[row["object_mention_id"]])
    for role, end, labels in zip(("subject", "object"), ends, SIGNATURES[predicate], strict=True):
        if end.label not in labels:
            raise ValueError(f"the {role} of {predicate} cannot be a {end.label}")
    return Relation(
        doc_id=row["doc_id"],
        sentence_start=_offset("sentence_start", row["sentence_start"]),
        sentence_end=_offset("sentence_end", row["sentence_end"]),
        subject=mentions[row["subject_mention_id"]],
        object=mentions[row["object_mention_id"]],
        predicate=predicate,
        effect=_known("effect", row["effect"], EFFECTS),
        function=_known("function", row["function"], ("", *FUNCTIONS)),
        negated=_flag(row["negated"]),
        hedged=_flag(row["hedged"]),
        trigger=row["trigger"],
        rule=row["rule"],
        score=float(row["score"]),
        sentence=row["sentence"],
        section=row["section"],
    )


def _offset(column: str, cell: str) -> int:
    """A place in the text, in characters."""
    if not (cell.isdecimal() and len(cell) < 12):  # what is longer is no place in any text
        raise ValueError(f"{column} {cell[:20]!r} is no offset")
    return int(cell)


def _flag(cell: str) -> bool:
    if cell not in ("true", "false"):
        raise ValueError(f"{cell!r} is neither true nor false")
    return cell == "true"
