"""Reviews: what people decided about rows, as it stands in files.

A review is a CSV file of decisions, one a line, never changed, only added to: of one curator's
decisions about a row the last one holds, also where they stand in several files (see
:func:`in_time`). The columns are those of ``relations.csv`` that say what
was judged, then who decided what, then what is right instead (empty: as it stands).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from pipeline.gold.records import GoldError
from pipeline.records import EFFECTS, FUNCTIONS, LABELS, PREDICATES
from pipeline.tables_in import TableError, numbered

ARGUMENTS = ("subject", "object")
JUDGED = [
    "relation_id",
    "doc_id",
    "predicate",
    *(f"{role}_{what}" for role in ARGUMENTS for what in ("start", "end", "text", "label", "name")),
    "effect",
    "function",
    "negated",
    "hedged",
]
FIXES = [
    *("new_predicate", "new_effect", "new_function", "new_negated", "new_hedged"),
    *(f"new_{role}_{what}" for role in ARGUMENTS for what in ("start", "end", "label", "name")),
]
ALLOWED = {
    "new_predicate": PREDICATES, "new_effect": EFFECTS, "new_function": FUNCTIONS,
    **{f"new_{role}_label": LABELS for role in ARGUMENTS},
}  # fmt: skip
COLUMNS = [*JUDGED, "curator", "date", "decision", *FIXES, "note"]
NEEDED_COLUMNS = [name for name in COLUMNS if name not in (*FIXES, "note", "date")]
DECISIONS = ("accept", "reject", "unsure", "fix")
UNDO = "undo"  # takes the curator's decision about the row back
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_END = "\x1fend"  # a row of its own behind the last one, if no quote is open there


@dataclass(frozen=True, slots=True)
class Review:
    """One decision that holds, with the place where it stands (``file:line``)."""

    cells: Mapping[str, str]
    place: str

    @property
    def decision(self) -> str:
        return self.cells["decision"].strip().lower()

    def right(self, column: str) -> str:
        """What is right for a column of the row: the correction, else what the row says."""
        fixed = self.cells.get(f"new_{column}", "") if self.decision == "fix" else ""
        return fixed or self.cells[column]

    @property
    def file(self) -> str:
        """The file of its place."""
        return self.place.rpartition(":")[0]

    @property
    def date(self) -> str:
        """When it was decided, as ISO 8601 and so in order; "" where nothing usable stands."""
        date = self.cells.get("date", "").strip()
        return date if _DATE.match(date) else ""


class Read(NamedTuple):
    """The decisions of a file, what is wrong with it (``file:line: what``), and whether it ends
    outside of quotes: else the last line would swallow what is added."""

    reviews: list[Review]
    wrong: list[str]
    closed: bool = True


def curator_name(name: str) -> str:
    """A name in the one spelling by which curators are told apart: blanks and the ways to write
    an accent do not make another person."""
    return " ".join(normalize("NFC", name).split())


def in_time(reviews: Iterable[Review]) -> list[Review]:
    """Decisions in the order in which they were made: in a file that of its lines, between files
    that of their dates. So an older copy of a file in the same folder takes nothing back. Lines
    without a date, at the beginning of a file, count as older than all that have one."""
    reached: dict[str, str] = {}
    dated = []
    for review in reviews:
        reached[review.file] = max(reached.get(review.file, ""), review.date)
        dated.append((reached[review.file], review))
    return [review for _, review in sorted(dated, key=lambda one: one[0])]


def read_reviews(paths: Iterable[Path]) -> list[Review]:
    """The decisions that hold, by document and place in the files.

    Raises GoldError with all problems, ``file:line: what is wrong``.
    """
    found, wrong = every_review(paths)
    if wrong:
        raise GoldError(wrong)
    return holding(found)


def holding(reviews: Iterable[Review]) -> list[Review]:
    """Of each curator's decisions about a row the last one, where it was not taken back."""
    last: dict[tuple[str, str], Review] = {}
    for review in in_time(reviews):
        last[review.cells["curator"], review.cells["relation_id"]] = review
    return [review for review in last.values() if review.decision != UNDO]


def every_review(paths: Iterable[Path]) -> tuple[list[Review], list[str]]:
    """All decisions in the order of the files, also those that were changed or taken back later,
    and what is wrong, ``file:line: what``; a line with a problem is no decision."""
    found: list[Review] = []
    wrong: list[str] = []
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            wrong.append(f"{path}: cannot be read ({error.strerror or error})")
            continue
        read = reviews_in(content, path)
        found += read.reviews
        wrong += read.wrong
    return found, wrong


def review_files(where: Iterable[Path]) -> list[Path]:
    """Files as they are named, and of folders their CSV files, in order."""
    files: list[Path] = []
    for path in where:
        files += sorted(path.glob("*.csv")) if path.is_dir() else [path]
    return files


def review_findings(where: Iterable[Path]) -> list[str]:
    """What is wrong with files of decisions, ``file:line: what``."""
    return every_review(review_files(where))[1]


def reviews_in(content: bytes, path: Path, lines_above: int = 0) -> Read:
    """The decisions in the bytes of a file; ``lines_above`` were left out between header and first
    row. What cannot be read is said, and what stands above it is kept."""
    try:
        lines = io.StringIO(content.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError as error:
        return Read([], [f"{path}: cannot be read ({error}); save it as CSV in UTF-8"])
    found: list[Review] = []
    wrong: list[str] = []
    place = f"{path}:1"
    try:
        columns, rows = numbered(chain(lines, [_END]))
        missing = [c for c in NEEDED_COLUMNS if c not in columns]
        if missing or columns.count(columns[0]) > 1:
            said = f"lacks the columns {', '.join(missing)}" if missing else "has a column twice"
            return Read([], [f"{place}: the table {said}"])
        for line, cells in rows:
            if cells[columns[0]] == _END:
                return Read(found, wrong)
            place = f"{path}:{line + lines_above}"
            cells["curator"] = curator_name(cells["curator"])
            review = Review(cells, place)
            problems = list(_problems(review))
            wrong += problems
            if review.decision and not problems:
                found.append(review)
    except TableError as error:
        return Read([], [f"{path}: cannot be read ({error})"])
    except csv.Error as error:
        return Read(found, [*wrong, f"{place}: no line below can be read ({error})"], closed=False)
    # The end was taken for a part of the last row.
    found = [review for review in found if review.place != place]
    wrong = [problem for problem in wrong if not problem.startswith(f"{place}: ")]
    said = "a quote begins there and never ends, so no line below can be read; close it"
    return Read(found, [*wrong, f"{place}: {said}"], closed=False)


def _problems(review: Review) -> Iterator[str]:
    cells, place = review.cells, review.place
    decision = review.decision
    if decision and not (cells["relation_id"] and cells["doc_id"]):
        yield f"{place}: relation_id or doc_id is empty; take the row from a run's relations.csv"
    if decision and decision not in (*DECISIONS, UNDO):
        yield f"{place}: the decision {decision!r} is none of {', '.join(DECISIONS)}"
    if decision == "fix" and not any(cells.get(column) for column in FIXES):
        yield f'{place}: "fix" says nothing in the columns new_…; fill one in, or accept or reject'
    if decision != "fix" and any(cells.get(column) for column in FIXES):
        yield f'{place}: the columns new_… are filled in, but the decision is not "fix"'
    for column in FIXES if decision == "fix" else []:
        cell = cells.get(column, "")
        if cell and cell not in ALLOWED.get(column, (cell,)):
            yield f"{place}: {column} is {cell!r}, none of {', '.join(ALLOWED[column])}"
        judged = column.removeprefix("new_")
        if judged.endswith(("_start", "_end")) and not is_place(cell or cells[judged]):
            yield f"{place}: {column} is {cell!r}, no offset in characters"
    if decision and not cells["curator"]:
        yield f"{place}: no curator; say who decided"
    for column in ("negated", "hedged"):
        if review.right(column).lower() not in ("true", "false"):
            yield f"{place}: {column} is {review.right(column)!r}, neither true nor false"


def is_place(cell: str) -> bool:
    """Whether a cell is an offset in characters; what is longer is none in any text."""
    return cell.isdecimal() and len(cell) < 12
