"""Reads the tables of mentions and relations back into records, so that what an earlier run
found can be scored, reviewed or exported without running the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
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
from pipeline.tables_in import Cells, find_table, read_table
from pipeline.tabulate import MENTION_COLUMNS
from pipeline.texts import StoredText

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


def annotations_from_tables(
    folder: str | Path, texts: Mapping[str, StoredText] | None = None
) -> list[Annotation]:
    """The annotations of a run, by document id, from its tables.

    The tables do not hold the text of a document: it is empty, and there are no sentences, where
    ``texts`` do not give it. Trigger offsets are -1 in tables of an older version. Raises
    FileNotFoundError for a missing table and ValueError, with file and row, for what cannot be
    read as a record.
    """
    folder = Path(folder)
    mentions_at, relations_at = (find_table(folder, name) for name in ("mentions", "relations"))
    mention_rows = read_table(mentions_at, NEEDED_MENTION_COLUMNS)
    relation_rows = read_table(relations_at, NEEDED_RELATION_COLUMNS)
    doc_ids = {row["doc_id"] for row in mention_rows + relation_rows}
    about: dict[str, Cells] = {}
    documents = find_table(folder, "documents")
    if documents.exists():  # names the documents in which nothing was found, too
        about = {row["doc_id"]: row for row in read_table(documents, ["doc_id"])}
        doc_ids |= about.keys()

    by_id: dict[str, Mention] = {}
    mentions: dict[str, list[Mention]] = {doc_id: [] for doc_id in doc_ids}
    for row, mention in _records(mentions_at, mention_rows, _mention):
        if row["mention_id"] in by_id:
            raise ValueError(f"{mentions_at}: {row['mention_id']} stands there twice")
        mentions[mention.doc_id].append(mention)
        by_id[row["mention_id"]] = mention
    relations: dict[str, list[Relation]] = {doc_id: [] for doc_id in doc_ids}
    for _, relation in _records(relations_at, relation_rows, lambda row: _relation(row, by_id)):
        relations[relation.doc_id].append(relation)
    return [
        Annotation(
            stored.document if stored else _document(doc_id, about.get(doc_id, {})),
            tuple(mentions[doc_id]),
            tuple(relations[doc_id]),
            stored.sentences if stored else (),
        )
        for doc_id in sorted(doc_ids)
        for stored in [texts.get(doc_id) if texts else None]
    ]


def _document(doc_id: str, cells: Cells) -> Document:
    return Document(doc_id, "", cells.get("source", ""), cells.get("title", ""))


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
        trigger_start=_trigger_offset(row, "trigger_start"),
        trigger_end=_trigger_offset(row, "trigger_end"),
        signs=row.get("signs", ""),
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


def _trigger_offset(row: Cells, column: str) -> int:
    return _offset(column, row[column]) if row.get(column) else -1


def _flag(cell: str) -> bool:
    if cell not in ("true", "false"):
        raise ValueError(f"{cell!r} is neither true nor false")
    return cell == "true"
