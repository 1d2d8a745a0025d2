"""Sheets for review in a spreadsheet: the columns, and the rows of a run as cells of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from pipeline.curate.carry import Carried
from pipeline.curate.reviews import ARGUMENTS
from pipeline.tabulate import neutralise_cell

Cells = dict[str, str]

# What the curator writes in: a decision, a note, and for "fix" what is right instead.
CORRECTED = {
    "new_predicate": "predicate",
    "swap": "swap",
    **{
        f"new_{role}{what}": f"{role}{what}"
        for role in ARGUMENTS
        for what in ("", "_label", "_name")
    },
    **{f"new_{name}": name for name in ("effect", "function", "negated", "hedged")},
}
FILLED = ("decision", "note", *CORRECTED)
FROZEN = ("decision", "note", "sentence")  # always in view, so that one decides beside the text
# What the curator reads, by the column of relations.csv behind it.
READ = {
    "predicate": "predicate",
    "subject": "subject_text",
    "object": "object_text",
    **{name: name for name in ("effect", "function", "negated", "hedged", "score")},
    "sentence": "marked_sentence",
    "document": "doc_id",
    "section": "section",
    "rule": "rule",
}
KEYS = (
    "relation_id",
    *(f"{role}_{what}" for role in ARGUMENTS for what in ("label", "name", "start", "end")),
    *("sentence_start", "sentence_end"),
)
SHEET_COLUMNS = tuple(dict.fromkeys((*FROZEN, *CORRECTED, "decided", *READ, *KEYS)))
NUMBERS = ("score", *(name for name in KEYS if name.endswith(("_start", "_end"))))

MAX_CELL = 32_767  # UTF-16 units that a cell of a spreadsheet holds
MAX_ROWS = 1_048_575  # below the header
CUT = " […]"


class SheetError(ValueError):
    """A sheet that cannot be made or used; the message says why, and what to do."""


def decided(carried: Carried, curator: str) -> dict[str, str]:
    """By relation_id what was decided before, in words: of one curator, or of all ("")."""
    said: dict[str, list[str]] = {}
    for relation_id, by_curator in carried.standing.items():
        for name, standing in sorted(by_curator.items()):
            if curator in ("", name):
                one = standing.decision if curator else f"{name}: {standing.decision}"
                said.setdefault(relation_id, []).append(one)
    return {relation_id: ", ".join(parts) for relation_id, parts in said.items()}


def changed_since(carried: Carried, curator: str) -> dict[str, str]:
    """Likewise for rows that say something else than what was decided about."""
    said: dict[str, str] = {}
    for stale in carried.stale:
        name, decision = stale.review.cells["curator"], stale.review.decision
        if stale.relation_id and curator in ("", name):
            one = decision if curator else f"{name}: {decision}"
            said[stale.relation_id] = f"before the row changed: {one}"
    return said


def sheet_rows(rows: Iterable[Mapping[str, str]], earlier: Mapping[str, str]) -> list[Cells]:
    """Rows of relations.csv (all cells as text) as rows of a sheet; ``earlier`` is what
    :func:`decided` says. Texts that no cell holds are cut, and end in ``[…]``."""
    made = []
    for row in rows:
        cells = {name: cut_cell(row[source]) for name, source in READ.items()}
        cells |= {name: cut_cell(row[name]) for name in KEYS}
        made.append({**cells, "decided": cut_cell(earlier.get(row["relation_id"], ""))})
    return made


def cut_cell(text: str) -> str:
    """As much of a text as a cell holds."""
    if len(text) <= MAX_CELL // 2:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * MAX_CELL:
        return text
    return units[: 2 * (MAX_CELL - len(CUT))].decode("utf-16-le", "ignore") + CUT


def csv_sheet(rows: Sequence[Mapping[str, str]]) -> str:
    """A sheet as CSV that spreadsheets read as UTF-8 (it begins with a byte order mark), formulas
    neutralised."""
    out = io.StringIO()
    # All quoted: the csv module leaves a lone return bare, and readers would end the row there.
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(SHEET_COLUMNS)
    for row in rows:
        writer.writerow([neutralise_cell(row.get(name, "")) for name in SHEET_COLUMNS])
    return "\ufeff" + out.getvalue()
