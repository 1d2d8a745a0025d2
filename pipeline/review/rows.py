"""The rows of ``relations.csv`` in a database in memory: filtered, sorted and searched at once."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.network import name_of
from pipeline.tabulate import RELATION_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

Cells = dict[str, str]

SORTS = {
    "uncertain": "abs(score - 0.5), sample",
    "certain": "score DESC, sample",
    "fact": "fact, score DESC, n",
    "document": "n",
    "sample": "sample",
}
# What a person may have decided about a row, and the states that can be asked for beside.
STATES = ("", "open", "decided", "accept", "reject", "unsure", "fix", "disagree", "changed")
_PLAIN = tuple(name for name in RELATION_COLUMNS if name != "score")
_INDEXED = ("relation_id", "fact", "predicate", "doc_id", "sample", "score")
_SEARCHED = (
    *("sentence", "doc_id", "subject_text", "subject_name", "object_text", "object_name"),
    *("trigger", "rule", "relation_id", "section"),
)
LIKE_SIGNS = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


@dataclass(frozen=True, slots=True)
class Query:
    """What rows are asked for. Empty strings and None ask for nothing in particular."""

    predicate: str = ""
    label: str = ""
    concept: str = ""
    document: str = ""
    rule: str = ""
    search: str = ""
    state: str = ""
    min_score: float | None = None
    max_score: float | None = None
    sort: str = "uncertain"
    curator: str = ""


class RowStore:
    """All rows of ``relations.csv``, given as text cells, and who decided what about them.

    ``documents`` are the ids of all documents of the run, ``kinds`` (predicate, rule) of each row
    by its id, ``predicates`` and ``rules`` how many rows have each. One thread at a time.
    """

    def __init__(self, relations: pd.DataFrame, documents: Iterable[str]) -> None:
        self.documents = frozenset(documents)
        self.db = sqlite3.connect(":memory:", check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        columns = ", ".join(f'"{name}"' for name in _PLAIN)
        self.db.execute(
            f"CREATE TABLE rows (n INTEGER PRIMARY KEY, {columns}, score REAL, fact TEXT, "
            "sample TEXT, searched TEXT)"
        )
        key = "relation_id TEXT, curator TEXT, PRIMARY KEY (relation_id, curator)"
        self.db.execute(f"CREATE TABLE changed ({key}) WITHOUT ROWID")
        key = key.replace("curator TEXT,", "curator TEXT, decision TEXT, opinion TEXT,")
        self.db.execute(f"CREATE TABLE state ({key}) WITHOUT ROWID")
        self._fill(relations)
        names = ("relation_id", "predicate", "rule")
        of_row = zip(*(relations[name].tolist() for name in names), strict=True)
        self.kinds = {relation_id: (predicate, rule) for relation_id, predicate, rule in of_row}
        self.predicates, self.rules = (
            dict(sorted(Counter(names).items(), key=lambda one: (-one[1], one[0])))
            for names in (relations["predicate"], relations["rule"])
        )

    def _fill(self, relations: pd.DataFrame) -> None:
        scores = relations["score"].astype("float64").tolist()
        rows = zip(*(relations[name].tolist() for name in _PLAIN), strict=True)
        places = ", ".join("?" * (len(_PLAIN) + 5))
        self.db.executemany(
            f"INSERT INTO rows VALUES ({places})",
            (
                (number, *row, score, *_derived(dict(zip(_PLAIN, row, strict=True))))
                for number, (row, score) in enumerate(zip(rows, scores, strict=True))
            ),
        )
        for name in _INDEXED:
            self.db.execute(f"CREATE INDEX by_{name} ON rows ({name})")
        self.db.execute("CREATE INDEX by_uncertain ON rows (abs(score - 0.5), sample)")
        self.db.execute("ANALYZE")
        self.db.commit()

    # --- asking -------------------------------------------------------------------------

    def count(self, query: Query) -> int:
        where, values = _where(query)
        found = self.db.execute(f"SELECT count(*) FROM rows{where}", values).fetchone()
        return int(found[0])

    def page(self, query: Query, offset: int, limit: int) -> list[Cells]:
        """Rows as text cells, with ``fact``, in the order that was asked for."""
        where, values = _where(query)
        found = self.db.execute(
            f"SELECT * FROM rows{where} ORDER BY {SORTS[query.sort]} LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )
        return [_cells(row) for row in found]

    def row(self, relation_id: str) -> Cells | None:
        found = self.db.execute("SELECT * FROM rows WHERE relation_id = ?", [relation_id])
        row = found.fetchone()
        return None if row is None else _cells(row)

    def elsewhere(self, row: Mapping[str, str], limit: int) -> tuple[int, list[Cells]]:
        """How many other rows state the same fact (predicate and concepts), and the first of
        them, the surest first."""
        same = "FROM rows WHERE fact = ? AND relation_id <> ?"
        values = [row["fact"], row["relation_id"]]
        total = self.db.execute(f"SELECT count(*) {same}", values).fetchone()[0]
        found = self.db.execute(
            f"SELECT * {same} ORDER BY score DESC, n LIMIT ?", [*values, limit]
        ).fetchall()
        return int(total), [_cells(one) for one in found]

    def of_document(self, doc_id: str) -> list[Cells]:
        found = self.db.execute("SELECT * FROM rows WHERE doc_id = ? ORDER BY n", [doc_id])
        return [_cells(row) for row in found]

    def knows(self, doc_id: str) -> bool:
        return doc_id in self.documents

    def suggest(self, kind: str, typed: str, label: str = "", limit: int = 20) -> list[str]:
        """Documents or concept names that hold what was typed, those that begin with it first."""
        source = "SELECT doc_id AS name, '' AS label FROM rows"
        if kind == "concept":
            source = (
                "SELECT subject_name AS name, subject_label AS label FROM rows "
                "UNION ALL SELECT object_name, object_label FROM rows"
            )
        pattern = typed.translate(LIKE_SIGNS)
        found = self.db.execute(
            f"SELECT name FROM ({source}) WHERE name <> '' AND name LIKE ? ESCAPE '\\' "
            "AND (? = '' OR label = ?) GROUP BY name "
            "ORDER BY name NOT LIKE ? ESCAPE '\\', count(*) DESC, name LIMIT ?",
            [f"%{pattern}%", label, label, f"{pattern}%", limit],
        )
        return [str(row[0]) for row in found]

    # --- who decided what ---------------------------------------------------------------

    def forget_decisions(self) -> None:
        self.db.execute("DELETE FROM state")
        self.db.execute("DELETE FROM changed")

    def set_decision(
        self, relation_id: str, curator: str, decision: str, opinion: str = ""
    ) -> None:
        """A decision that holds for a row; an empty one takes the one before away. Curators
        disagree about it where their ``opinion`` (without one the decision) is another."""
        key = [relation_id, curator]
        if decision:
            self.db.execute(
                "INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)",
                [*key, decision, opinion or decision],
            )
        else:
            self.db.execute("DELETE FROM state WHERE relation_id = ? AND curator = ?", key)

    def set_changed(self, relation_id: str, curator: str) -> None:
        """An earlier decision about what stands in this row now no longer applies."""
        self.db.execute("INSERT OR REPLACE INTO changed VALUES (?, ?)", [relation_id, curator])


def _derived(cells: Cells) -> tuple[str, str, str]:
    fact = "\x1f".join((cells["predicate"], name_of(cells, "subject"), name_of(cells, "object")))
    sample = hashlib.sha1(cells["relation_id"].encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return fact, sample, "\n".join(cells[name] for name in _SEARCHED).casefold()


def _cells(row: sqlite3.Row) -> Cells:
    cells = {name: row[name] for name in (*RELATION_COLUMNS, "fact")}
    cells["score"] = str(row["score"])
    return cells


def _where(query: Query) -> tuple[str, list[Any]]:
    """The conditions of a query and their values. Raises ValueError for what cannot be asked."""
    if query.sort not in SORTS:
        raise ValueError(f"no order {query.sort!r}; there are {', '.join(SORTS)}")
    if query.state not in STATES:
        raise ValueError(f"no state {query.state!r}; there are {', '.join(filter(None, STATES))}")
    parts: list[tuple[str, Sequence[Any]]] = []
    for column, wanted in (("predicate", query.predicate), ("rule", query.rule)):
        if wanted:
            parts.append((f"{column} = ?", [wanted]))
    if query.document:
        parts.append(("doc_id = ?", [query.document]))
    if query.label:
        parts.append(("(subject_label = ? OR object_label = ?)", [query.label] * 2))
    if query.concept:
        ends = "subject_name = ? OR object_name = ? OR subject_id = ? OR object_id = ?"
        parts.append((f"({ends})", [query.concept] * 4))
    if query.min_score is not None:
        parts.append(("score >= ?", [query.min_score]))
    if query.max_score is not None:
        parts.append(("score <= ?", [query.max_score]))
    for word in query.search.casefold().split():
        parts.append(("searched LIKE ? ESCAPE '\\'", [f"%{word.translate(LIKE_SIGNS)}%"]))
    parts += _state(query)
    if not parts:
        return "", []
    conditions = " AND ".join(condition for condition, _ in parts)
    return f" WHERE {conditions}", [value for _, values in parts for value in values]


def _state(query: Query) -> list[tuple[str, Sequence[Any]]]:
    mine = "SELECT 1 FROM state s WHERE s.relation_id = rows.relation_id AND s.curator = ?"
    if query.state == "":
        return []
    if query.state == "open":
        return [(f"NOT EXISTS ({mine})", [query.curator])]
    if query.state == "decided":
        return [(f"EXISTS ({mine})", [query.curator])]
    if query.state == "changed":
        changed = "SELECT 1 FROM changed c WHERE c.relation_id = rows.relation_id AND c.curator = ?"
        return [(f"EXISTS ({changed}) AND NOT EXISTS ({mine})", [query.curator] * 2)]
    if query.state == "disagree":
        # Only where the curator has decided: what others said must not lead the first look.
        other = (
            "SELECT 1 FROM state a JOIN state b ON a.relation_id = b.relation_id "
            "AND a.opinion <> b.opinion WHERE a.relation_id = rows.relation_id AND a.curator = ?"
        )
        return [(f"EXISTS ({other})", [query.curator])]
    return [(f"EXISTS ({mine} AND s.decision = ?)", [query.curator, query.state])]
