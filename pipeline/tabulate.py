"""Annotations as tables, and tables on disk: whole or not at all."""

from __future__ import annotations

import csv
import errno
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipeline.marked import with_roles
from pipeline.records import SIGNATURES, Annotation, Failure, Mention, Relation

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]

# What a source says of a document, where it does; tables of older runs lack them.
ABOUT_COLUMNS = ("pmid", "pmcid", "doi", "language", "publication_types", "journal", "year")
DOCUMENT_COLUMNS = (
    "doc_id", "title", "source", "n_characters", "n_sentences", "n_mentions", "n_relations",
    *ABOUT_COLUMNS,
)  # fmt: skip
MENTION_COLUMNS = (
    "mention_id", "doc_id", "section", "start", "end", "text", "label", "concept_id",
    "concept_name", "specificity", "layer", "alias_of", "score", "grounding",
    "matched",
)  # fmt: skip
RELATION_COLUMNS = (
    "relation_id", "doc_id", "section", "predicate",
    "subject_mention_id", "subject_start", "subject_end", "subject_text", "subject_label",
    "subject_id", "subject_name",
    "object_mention_id", "object_start", "object_end", "object_text", "object_label",
    "object_id", "object_name",
    "effect", "function", "negated", "hedged", "trigger", "rule", "score",
    "sentence", "sentence_start", "sentence_end", "marked_sentence", "signs",
    "trigger_start", "trigger_end",
)  # fmt: skip
# Places that there need not be: a relation without a trigger has none.
MAY_LACK = ("trigger_start", "trigger_end")
COOCCURRENCE_COLUMNS = (
    "doc_id", "section", "subject_mention_id", "subject_text", "subject_label", "subject_name",
    "object_mention_id", "object_text", "object_label", "object_name", "sentence",
    "sentence_start", "sentence_end",
)  # fmt: skip
SKIPPED_COLUMNS = ("doc_id", "source", "n_characters")
FAILURE_COLUMNS = ("doc_id", "source", "step", "error")

# A "sentence" with more mentions is a table or a list of names; its pairs say nothing,
# and grow with the square of its length.
MAX_TOGETHER = 60

_EXECUTABLE = re.compile(r"'*[=+\-@\t\r]")
_LONE_RETURN = re.compile(r'[^,"\n]*\r[^,"\n]*')
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")


def neutralise_cell(cell: str) -> str:
    """Put a quote before what a spreadsheet would run; :func:`restore_cell` takes it off."""
    return "'" + cell if _EXECUTABLE.match(cell) else cell


def restore_cell(cell: str) -> str:
    """Undo the quote that keeps a spreadsheet from running a cell as a formula."""
    return cell[1:] if _NEUTRALISED.match(cell) else cell


@dataclass
class Tables:
    """Rows of some documents in memory, for benchmarks and tests: a run writes its rows as it goes
    (:mod:`pipeline.work`)."""

    documents: list[Row] = field(default_factory=list)
    mentions: list[Row] = field(default_factory=list)
    relations: list[Row] = field(default_factory=list)
    cooccurrences: list[Row] = field(default_factory=list)
    failures: list[Row] = field(default_factory=list)
    n_tokens: int = 0

    def add(self, annotation: Annotation, *, cooccurrence: bool = False) -> None:
        """Take in one document; a failed one becomes a row of failures."""
        if annotation.failure is not None:
            self.add_failure(annotation.failure)
            return
        self.n_tokens += annotation.n_tokens
        self.documents.append(document_row(annotation))
        self.mentions += [mention_row(m) for m in annotation.mentions]
        self.relations += relation_rows(annotation.relations)
        if cooccurrence:
            self.cooccurrences += cooccurrence_rows(annotation)

    def add_failure(self, failure: Failure) -> None:
        self.failures.append({name: getattr(failure, name) for name in FAILURE_COLUMNS})


def document_row(annotation: Annotation) -> Row:
    """The cells of a document, in the columns of ``documents.csv``."""
    document = annotation.document
    about = dict(document.metadata)
    row = {
        "doc_id": document.doc_id,
        "title": document.title,
        "source": document.source,
        "n_characters": len(document.text),
        "n_sentences": len(annotation.sentences),
        "n_mentions": len(annotation.mentions),
        "n_relations": len(annotation.relations),
    }
    return row | {name: about.get(name, "") for name in ABOUT_COLUMNS}


def relation_rows(relations: Iterable[Relation]) -> list[Row]:
    """The rows of the relations of one document, sorted by position."""
    rows: list[Row] = []
    seen: Counter[str] = Counter()
    for relation in relations:
        row = relation_row(relation)
        # One sentence may stand twice in a document, word for word.
        seen[row["relation_id"]] += 1
        if seen[row["relation_id"]] > 1:
            row["relation_id"] += f"-{seen[row['relation_id']]}"
        rows.append(row)
    return sorted(rows, key=relation_order)


def relation_order(row: Row) -> tuple[Any, ...]:
    """What the rows of ``relations.csv`` are sorted by."""
    return (
        row["doc_id"], row["sentence_start"], row["subject_start"], row["object_start"],
        row["subject_end"], row["object_end"], row["predicate"],
    )  # fmt: skip


def mention_row(mention: Mention) -> Row:
    """The cells of a mention, in the columns of ``mentions.csv``."""
    return {name: getattr(mention, name) for name in MENTION_COLUMNS}


def relation_row(relation: Relation) -> Row:
    """The cells of a relation, in the columns of ``relations.csv``."""
    row: Row = {}
    for name in RELATION_COLUMNS:
        role, _, rest = name.partition("_")
        if role in {"subject", "object"}:
            mention = getattr(relation, role)
            attribute = {"id": "concept_id", "name": "concept_name"}.get(rest, rest)
            row[name] = getattr(mention, attribute)
        elif name == "marked_sentence":
            row[name] = marked_sentence(relation)
        elif name in MAY_LACK:
            place = getattr(relation, name)
            row[name] = place if place >= 0 else None
        else:
            row[name] = getattr(relation, name)
    return row


def marked_sentence(relation: Relation) -> str:
    """The sentence with *[subject: …]*, *[object: …]* and *[trigger: …]* around the words."""
    spans = [
        (relation.subject.start, relation.subject.end, "subject"),
        (relation.object.start, relation.object.end, "object"),
    ]
    trigger = (relation.trigger_start, relation.trigger_end, "trigger")
    if trigger[0] >= 0 and all(trigger[1] <= a or b <= trigger[0] for a, b, _ in spans):
        spans.append(trigger)
    offset = relation.sentence_start
    inside = [(start - offset, end - offset, role) for start, end, role in spans]
    return with_roles(relation.sentence, 0, len(relation.sentence), inside)


def cooccurrence_rows(annotation: Annotation) -> list[Row]:
    """The pairs of a document that stand in one sentence and that no rule joined, sorted by
    sentence."""
    rows = _cooccurrences(annotation)
    return sorted(rows, key=lambda row: (row["sentence_start"], row["sentence_end"]))


def _cooccurrences(annotation: Annotation) -> Iterable[Row]:
    seen = {frozenset((r.subject.mention_id, r.object.mention_id)) for r in annotation.relations}
    text = annotation.document.text
    # The sentence of a list item may reach over the items before it: the shortest comes first.
    for start, end in sorted(annotation.sentences, key=lambda s: s[1] - s[0]):
        inside = [m for m in annotation.mentions if start <= m.start and m.end <= end]
        if len(inside) > MAX_TOGETHER:
            continue
        for i, one in enumerate(inside):
            for other in inside[i + 1 :]:
                pair = _allowed_pair(one, other)
                key = frozenset((one.mention_id, other.mention_id))
                if pair is None or key in seen:
                    continue
                seen.add(key)
                subject, object_ = pair
                yield {
                    "doc_id": one.doc_id, "section": one.section,
                    "subject_mention_id": subject.mention_id, "subject_text": subject.text,
                    "subject_label": subject.label, "subject_name": subject.concept_name,
                    "object_mention_id": object_.mention_id, "object_text": object_.text,
                    "object_label": object_.label, "object_name": object_.concept_name,
                    "sentence": text[start:end], "sentence_start": start, "sentence_end": end,
                }  # fmt: skip


def _allowed_pair(one: Mention, other: Mention) -> tuple[Mention, Mention] | None:
    if one.alias_of or other.alias_of:
        return None
    for subject, object_ in ((one, other), (other, one)):
        for subjects, objects in SIGNATURES.values():
            if subject.label in subjects and object_.label in objects:
                return subject, object_
    return None


def frame(rows: Sequence[Row], columns: Sequence[str], *, safe: bool) -> pd.DataFrame:
    """Rows as a DataFrame with exactly ``columns``; ``safe`` neutralises spreadsheet
    formulas and spells booleans ``true``/``false`` for CSV."""
    import pandas as pd

    table = pd.DataFrame(list(rows), columns=list(columns))
    for name in set(MAY_LACK) & set(columns):
        table[name] = table[name].astype("Int64")
    if not safe:
        return table
    for name in table.columns:
        table[name] = [csv_cell(value) for value in table[name]]
    return table


def csv_cell(value: Any) -> Any:
    """A value as CSV has it: formulas neutralised, booleans ``true`` and ``false``."""
    if isinstance(value, str):
        return neutralise_cell(value)
    if value is True or value is False:
        return "true" if value else "false"
    return value


class OutputError(OSError):
    """The output folder cannot be used; nothing in it was changed."""


def prepare_output(folder: Path) -> None:
    """Make the folder and prove that it can be written, before any work is done.

    Raises OutputError.
    """
    make_folder(folder)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".probe-"):
            pass
    except OSError as error:
        raise _no_folder(folder, error) from error


def make_folder(folder: Path) -> None:
    """Make the folder where it is not there. Raises OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_folder(folder, error) from error


def _no_folder(folder: Path, error: OSError) -> OutputError:
    reason = "a file has that name" if folder.is_file() else error.strerror or str(error)
    return OutputError(
        f"cannot write to the output folder {folder}: {reason}; choose another with --output"
    )


def write_all(files: Mapping[Path, pd.DataFrame | str | bytes]) -> None:
    """Write tables (CSV or Parquet by suffix), texts and bytes: each whole, and all or none.

    All are written beside their places before the first one is moved, so that a full
    disk or a stopped run leaves the files of the run before. Raises OutputError.
    """
    staged: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            if path.is_dir():
                raise IsADirectoryError(
                    errno.EISDIR, "a folder has the name of this file", str(path)
                )
            staged[path] = path.with_name(f".{path.name}.{os.getpid()}.tmp")
            _write(content, staged[path], path.suffix)
        for path, temporary in staged.items():
            os.replace(temporary, path)
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}; "
            "make room or choose another folder with --output"
        ) from error
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)


def _write(content: pd.DataFrame | str | bytes, path: Path, suffix: str) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, encoding="utf-8", newline="\n")
    elif suffix == ".parquet":
        content.to_parquet(path, index=False)
    else:
        # The csv module leaves such a cell unquoted, and readers end the row at the return.
        cells = content.to_numpy().flat
        returns = any(isinstance(cell, str) and _LONE_RETURN.fullmatch(cell) for cell in cells)
        quoting: Literal[0, 2] = csv.QUOTE_NONNUMERIC if returns else csv.QUOTE_MINIMAL
        content.to_csv(path, index=False, encoding="utf-8", lineterminator="\n", quoting=quoting)
