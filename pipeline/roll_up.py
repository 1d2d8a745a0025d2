"""Facts at the level that a question asks for: Th17 cells counted as T cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.concepts import COLUMNS, JOIN
from pipeline.recognise.fine import normal_form
from pipeline.tables_in import TableError, find_table, read_table
from pipeline.tabulate import MAY_LACK, RELATION_COLUMNS

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a concept stands: its path from the top, and all ancestors with their ids, the
    nearest first."""

    path: tuple[str, ...]
    ancestors: tuple[tuple[str, str], ...]


class Concepts:
    """The rows of ``concepts.csv`` by label and name."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._places: dict[tuple[str, str], Place] = {}
        self._ids: dict[tuple[str, str], str] = {}
        for row in rows:
            key = (row["label"], row["concept_name"])
            names = row["ancestors"].split(JOIN) if row["ancestors"] else []
            ids = row["ancestor_ids"].split(JOIN) if names else []
            above = tuple(zip(names, ids, strict=True))
            self._places[key] = Place(tuple(row["path"].split(JOIN)), above)
            self._ids[key] = row["concept_id"]
            for name, concept_id in above:
                self._ids.setdefault((row["label"], name), concept_id)

    def find(self, query: str) -> list[tuple[str, str]]:
        """(label, name) of what a name or an identifier stands for. Raises TableError when
        the run has no such concept and none below it."""
        wanted = normal_form(query)  # T cells and t-cell are T cell
        found = [
            key
            for key, concept_id in self._ids.items()
            if normal_form(key[1]) == wanted or concept_id.casefold() == query.casefold() != ""
        ]
        if not found:
            raise TableError(
                f"no concept {query!r} in this run, nor any kind of it; "
                "concepts.csv lists names, identifiers and ancestors"
            )
        return found

    def is_under(self, label: str, name: str, wanted: set[tuple[str, str]]) -> bool:
        """Whether a concept is one of the wanted ones or a kind of one."""
        place = self._places.get((label, name), Place((), ()))
        names = (name, *(ancestor for ancestor, _ in place.ancestors))
        return any((label, one) in wanted for one in names)

    def rolled(
        self, label: str, name: str, concept_id: str, to: set[tuple[str, str]], level: int | None
    ) -> tuple[str, str]:
        """Name and id of the nearest wanted ancestor, else of the one at ``level`` of the
        path (0 = the top), else the concept's own."""
        place = self._places.get((label, name))
        if place is None:
            return name, concept_id
        for ancestor, ancestor_id in ((name, concept_id), *place.ancestors):
            if (label, ancestor) in to:
                return ancestor, ancestor_id
        if level is not None and level < len(place.path) - 1:
            above = place.path[level]
            return above, self._ids.get((label, above), "")
        return name, concept_id


def read_run(folder: Path) -> tuple[list[Row], Concepts]:
    """The relations of a run and its concepts. Raises TableError for what is no run."""
    older = {"signs", *MAY_LACK}  # what tables of an older version lack
    needed = [name for name in RELATION_COLUMNS if name not in older]
    cells = read_table(find_table(folder, "relations"), needed)
    relations: list[Row] = [
        {**row, "negated": row["negated"] == "true", "hedged": row["hedged"] == "true"}
        for row in cells
    ]
    return relations, Concepts(read_table(find_table(folder, "concepts"), COLUMNS))


def roll_up(
    relations: Sequence[Row],
    concepts: Concepts,
    *,
    to: Sequence[str] = (),
    level: int | None = None,
    under: Sequence[str] = (),
) -> list[Row]:
    """The relations with subject and object replaced by the ancestors asked for; of
    ``under`` only those with such a subject or object. What becomes a fact of a concept
    about itself only by this is left out."""
    targets = {key for query in to for key in concepts.find(query)}
    wanted = {key for query in under for key in concepts.find(query)}
    rolled = []
    for row in relations:
        ends = [(row[f"{role}_label"], row[f"{role}_name"]) for role in ("subject", "object")]
        if wanted and not any(concepts.is_under(*end, wanted) for end in ends):
            continue
        new = dict(row)
        for role, (label, name) in zip(("subject", "object"), ends, strict=True):
            new[f"{role}_name"], new[f"{role}_id"] = concepts.rolled(
                label, name, row[f"{role}_id"], targets, level
            )
        if _of_itself(row) or not _of_itself(new):
            rolled.append(new)
    return rolled


def _of_itself(row: Row) -> bool:
    same = row["subject_label"] == row["object_label"] and row["subject_name"] != ""
    return same and bool(row["subject_name"] == row["object_name"])
