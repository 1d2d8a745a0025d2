"""The tables of a run as people corrected them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.curate.carry import TableRows, carry_over
from pipeline.curate.concept_names import ConceptNames, Spelled, terms_of_run
from pipeline.curate.corrected import REVIEW_COLUMNS, CorrectedDocument
from pipeline.curate.reviews import Review
from pipeline.network import network
from pipeline.result import COLUMNS, Result
from pipeline.tables_in import find_table, read_table
from pipeline.tabulate import (
    RELATION_COLUMNS,
    Row,
    frame,
    make_folder,
    prepare_output,
    write_all,
)
from pipeline.texts import FILE, FOLDER, Texts

if TYPE_CHECKING:
    import pandas as pd


@dataclass(slots=True)
class Corrected:
    """Rows of each table by its name, their columns, and how many rows had each outcome
    (accept, reject, fix, unsure, disputed; merged: a row that said what another says once they are
    corrected). ``unknown`` are the concepts in corrections that nothing knows."""

    rows: dict[str, list[Row]]
    columns: dict[str, tuple[str, ...]]
    counts: Counter[str] = field(default_factory=Counter)
    stale: int = 0
    unknown: set[str] = field(default_factory=set)


def corrected(result: Result, reviews: Sequence[Review]) -> Corrected:
    """Apply decisions that hold (see :func:`pipeline.curate.reviews.holding`) to a run.

    Corrected concepts are looked up in the run and in the term tables, for their preferred names
    and identifiers. Decisions that no longer apply change nothing and are counted. Raises
    TableError for tables that are no records, PatternError for term tables that are none.
    """
    cells = read_table(find_table(result.folder, "relations"), RELATION_COLUMNS)
    carried = carry_over(reviews, TableRows(cells, result.frames.documents["doc_id"]))
    names = ConceptNames(lambda: terms_of_run(result.about), lambda: _spelled(result))
    counts: Counter[str] = Counter()
    unknown: set[str] = set()
    mentions: list[Row] = []
    relations: list[Row] = []
    of_document: dict[str, list[dict[str, str]]] = {}
    for row in cells:
        of_document.setdefault(row["doc_id"], []).append(row)
    for annotation in result.annotations(Texts()):
        page = CorrectedDocument(annotation.mentions, names.find)
        rows = of_document.get(annotation.document.doc_id, [])
        for relation, row in zip(annotation.relations, rows, strict=True):
            page.add(relation, row, carried.standing.get(row["relation_id"], {}))
        mentions += page.mention_rows()
        relations += page.relation_rows()
        counts += page.counts
        unknown |= page.unknown
    tables: dict[str, list[Row]] = {
        "documents": _recounted(result, mentions, relations),
        "mentions": mentions,
        "relations": relations,
        "network": network(relations),
        "concepts": _concepts(result, mentions),
        "failures": _records(result.frames.failures),
    }
    columns = {**COLUMNS, "relations": (*RELATION_COLUMNS, *REVIEW_COLUMNS)}
    return Corrected(tables, columns, counts, len(carried.stale), unknown)


def _spelled(result: Result) -> Iterator[Spelled]:
    names = ("label", "text", "concept_name", "concept_id")
    mentions = result.frames.mentions
    yield from zip(*(mentions[name].tolist() for name in names), strict=True)


def _records(frame: pd.DataFrame) -> list[Row]:
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def _recounted(result: Result, mentions: list[Row], relations: list[Row]) -> list[Row]:
    n_mentions, n_relations = (
        Counter(row["doc_id"] for row in rows) for rows in (mentions, relations)
    )
    return [
        {**row, "n_mentions": n_mentions[row["doc_id"]], "n_relations": n_relations[row["doc_id"]]}
        for row in _records(result.frames.documents)
    ]


def _concepts(result: Result, mentions: list[Row]) -> list[Row]:
    """The concepts of the run, counted anew; one that only a correction names has no ancestors."""
    known = {
        (row["label"], row["concept_name"], row["concept_id"]): row
        for row in _records(result.frames.concepts)
    }
    found: dict[tuple[str, str, str], list[str]] = {}
    for row in mentions:
        if row["concept_name"]:
            key = (row["label"], row["concept_name"], row["concept_id"])
            found.setdefault(key, []).append(row["doc_id"])
    rows = []
    for (label, name, concept_id), documents in sorted(found.items()):
        new = {**dict.fromkeys(COLUMNS["concepts"], ""), "path": name}
        new |= {"label": label, "concept_name": name, "concept_id": concept_id}
        base = known.get((label, name, concept_id), new)
        counts = {"n_documents": len(set(documents)), "n_mentions": len(documents)}
        rows.append({**base, **counts})
    return rows


def write_corrected(result: Result, made: Corrected, output: Path) -> list[Path]:
    """Write the tables as CSV into a folder, made where it is not there, with a ``run.json`` that
    says what was decided, and the texts that the run kept. Raises OutputError."""
    prepare_output(output)
    files: dict[Path, pd.DataFrame | str] = {
        output / f"{name}.csv": frame(rows, made.columns[name], safe=True)
        for name, rows in made.rows.items()
    }
    reviewed = {name or "undecided": n for name, n in sorted(made.counts.items())}
    about = {**result.about, "reviewed": {**reviewed, "no longer apply": made.stale}}
    counts = {name: len(rows) for name, rows in made.rows.items() if name != "network"}
    about["counts"] = {**about.get("counts", {}), **counts, "facts": len(made.rows["network"])}
    files[output / "run.json"] = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    texts = result.folder / FILE
    if texts.is_file():
        make_folder(output / FOLDER)
        files[output / FILE] = texts.read_text(encoding="utf-8")
    write_all(files)
    return list(files)
