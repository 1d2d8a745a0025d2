"""A filled sheet against the tables of a run: the decisions in it, and what is wrong, by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from pipeline.curate.fixes import Find, FixError, Known, Named, fix_row
from pipeline.curate.reviews import DECISIONS, FIXES, JUDGED, UNDO, Review
from pipeline.curate.sheets import CORRECTED, Cells
from pipeline.curate.sheets_check import CHECKED, compared, flag, shown, turned
from pipeline.curate.sheets_in import Sheet, SheetRow

_FIELDS = {field: column for column, field in CORRECTED.items()}
_MEANT = {
    "accept": ("ok", "okay", "yes", "y", "a", "+", "1", "true", "right", "correct", "ja", "oui"),
    "reject": ("no", "n", "r", "-", "0", "false", "wrong", "nein", "non"),
    "unsure": ("?", "u", "maybe", "unclear", "unknown"),
    "fix": ("f", "edit", "change", "corrected", "correction"),
}
_SUGGESTED = {word: decision for decision, words in _MEANT.items() for word in words}


class RowError(ValueError):
    """A row of a sheet that is not applied; ``column`` is where the matter lies."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


@dataclass(slots=True)
class Applied:
    """What a sheet comes to: ``rows`` to add to the decisions (the columns of reviews), how many
    are ``unchanged`` or ``open`` (without a decision), ``problems`` and ``said`` (what does not
    matter) with row and column, one line each."""

    rows: list[Cells] = field(default_factory=list)
    unchanged: int = 0
    open: int = 0
    problems: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


class Tables:
    """The rows of a run, all cells as text, to be found by id and by what they say; ``known``
    gives the names of the concepts in a document by their places, ``find`` those of others."""

    def __init__(self, rows: Iterable[Cells], known: Callable[[str], Known], find: Find) -> None:
        self.by_id = {row["relation_id"]: row for row in rows}
        self.known, self.find = known, find
        self._by_content: dict[tuple[str, ...], list[Cells]] = {}

    def saying(self, cells: Mapping[str, str]) -> list[Cells]:
        """The rows with the document, predicate and marked sentence of a row of a sheet."""
        if not self._by_content:
            for row in self.by_id.values():
                key = (row["doc_id"], row["predicate"], row["marked_sentence"])
                self._by_content.setdefault(key, []).append(row)
        asked = tuple(cells.get(name, "") for name in ("document", "predicate", "sentence"))
        return self._by_content.get(asked, []) if all(asked) else []


def apply_sheet(
    sheet: Sheet, tables: Tables, earlier: Sequence[Review], curator: str, date: str
) -> Applied:
    """The decisions of a sheet, each about the row of the tables with its ``relation_id``.

    ``earlier`` are the decisions that hold (:func:`pipeline.curate.reviews.holding`): what the
    curator has said already is not said again.
    """
    return _Applier(sheet, tables, earlier, curator, date).apply()


class _Applier:
    def __init__(
        self, sheet: Sheet, tables: Tables, earlier: Sequence[Review], curator: str, date: str
    ) -> None:
        self._sheet, self._tables = sheet, tables
        self._who = {"curator": curator, "date": date}
        self._last = {
            review.cells["relation_id"]: review
            for review in earlier
            if review.cells["curator"] == curator
        }
        self._applied = Applied()
        self._oddities: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._made: dict[str, list[tuple[int, Cells]]] = defaultdict(list)

    def apply(self) -> Applied:
        applied = self._applied
        self._say_columns()
        for row in self._sheet.rows:
            try:
                made = self._row(row)
            except RowError as error:
                self._problem(row.number, error.column, str(error))
                continue
            if made is None:
                applied.open += 1
            else:
                self._made[made["relation_id"]].append((row.number, made))
        for made_rows in self._made.values():
            self._settle(made_rows)
        for (column, said), numbers in self._oddities.items():
            more = f" (and {len(numbers) - 1} more rows)" if len(numbers) > 1 else ""
            applied.said.append(f"row {numbers[0]}{more}, column {column}: {said}")
        return applied

    def _problem(self, number: int, column: str, message: str) -> None:
        self._applied.problems.append(f"row {number}, column {column}: {message}")

    def _say_columns(self) -> None:
        said = self._applied.said
        said += self._sheet.said
        missing = [name for name in CHECKED if name not in self._sheet.columns]
        if missing:
            said.append(f"rows cannot be compared by the missing columns {', '.join(missing)}")
        strange = [name for name, meant in self._sheet.unknown.items() if not meant]
        if strange:
            said.append(f"columns that are not read: {', '.join(strange)}")

    def _row(self, row: SheetRow) -> Cells | None:
        """The decision of a row; None where there is none."""
        cells = row.cells
        decision = self._decision(row)
        if not decision:
            if cells.get("note", "").strip():
                self._oddities["note", "a note without a decision is not kept"].append(row.number)
            return None
        if row.shifted:
            raise RowError("decision", "more cells than columns; were cells pushed to the right?")
        judged = self._judged(row)
        corrections = self._corrections(row)
        if decision != "fix" and corrections:
            columns = ", ".join(_FIELDS[name] for name in corrections)
            raise RowError("decision", f'{columns} filled in, but the decision is not "fix"')
        fixes = dict.fromkeys(FIXES, "")
        if decision == "fix":
            fixes = self._fixes(judged, corrections, row.number)
        note = cells.get("note", "").replace("\0", "").strip()
        made = {name: judged[name] for name in JUDGED} | self._who
        return made | {"decision": decision, **fixes, "note": note}

    def _decision(self, row: SheetRow) -> str:
        """What was decided, in the words of the reviews."""
        said = row.cells["decision"].strip().strip("'").strip()
        decision = said.lower()
        for name, meant in self._sheet.unknown.items():
            if meant and row.cells.get(name, "").strip():
                raise RowError(name, f"no such column; if {meant} is meant, name it so")
        if decision in ("", *DECISIONS, UNDO):
            if not decision and self._filled(row):
                raise RowError(
                    "decision", f'empty, but {self._filled(row)} is filled in; write "fix"'
                )
            return decision
        close = get_close_matches(decision, [*DECISIONS, UNDO], 1)
        meant = _SUGGESTED.get(decision, close[0] if close else "")
        hint = f"; if {meant} is meant, write that" if meant else ""
        raise RowError(
            "decision", f"{shown(said)} is none of {', '.join((*DECISIONS, UNDO))}{hint}"
        )

    def _filled(self, row: SheetRow) -> str:
        return next((name for name in CORRECTED if row.cells.get(name, "").strip()), "")

    def _judged(self, row: SheetRow) -> Cells:
        """The row of the tables that was decided about."""
        cells = row.cells
        relation_id = cells["relation_id"].strip().strip("'").strip()
        judged = self._tables.by_id.get(relation_id)
        if judged is None:
            alike = self._tables.saying(cells)
            if len(alike) != 1:
                raise RowError(
                    "relation_id",
                    f"no row {shown(relation_id)} in the tables, and none that says the same; was "
                    "the sheet made from another run?",
                )
            judged = alike[0]
            said = "unknown; the one row with this document, predicate and sentence was taken"
            self._oddities["relation_id", said].append(row.number)
        for column, said, harmless in compared(cells, judged):
            if not harmless:
                raise RowError(column, said)
            self._oddities[column, said].append(row.number)
        return judged

    def _corrections(self, row: SheetRow) -> Cells:
        """What is filled in of the corrections, by their fields."""
        given: Cells = {}
        for column, name in CORRECTED.items():
            cell = row.cells.get(column, "").strip()
            if name in ("swap", "negated", "hedged"):
                cell = flag(cell)
            if cell and not (name == "swap" and cell == "false"):
                given[name] = cell
        return given

    def _fixes(self, judged: Cells, corrections: Cells, number: int) -> Cells:
        if not corrections:
            raise RowError(
                "decision", '"fix" without a correction; fill in one of the new_… columns'
            )
        for role in ("subject", "object"):
            words, name = corrections.get(role, ""), corrections.get(f"{role}_name", "")
            if words.startswith("'") and words not in judged["sentence"]:
                corrections[role] = words[1:]
            what = turned(name) or ("letters that were lost" if "?" in name else "")
            if what:
                raise RowError(
                    f"new_{role}_name",
                    f"{shown(name)} may be {what}, as a spreadsheet makes of a name; write it "
                    "again in a cell of the format text",
                )
        try:
            known = self._tables.known(judged["doc_id"])
            fixes, named = fix_row(judged, corrections, known=known, find=self._tables.find)
        except FixError as error:
            said = str(error).removeprefix(f"{error.field}: ")
            raise RowError(_FIELDS[error.field], said + _hint(error.field, corrections)) from error
        for one in named:
            if not one.known or one.given != one.name:
                self._oddities[_FIELDS[one.field], _became(one)].append(number)
        return fixes

    def _settle(self, made: list[tuple[int, Cells]]) -> None:
        """Keep the one decision about a row, where it is one and not there already."""
        numbers = [number for number, _ in made]
        number, cells = made[0]
        if any(other != cells for _, other in made):
            where = ", ".join(map(str, numbers))
            for one in numbers:
                self._problem(
                    one, "decision", f"rows {where} decide differently about one relation"
                )
            return
        if len(made) > 1:
            self._oddities["relation_id", f"the same row again as row {number}"] += numbers[1:]
        last = self._last.get(cells["relation_id"])
        if self._is_said(cells, last):
            self._applied.unchanged += 1
        else:
            self._applied.rows.append(cells)

    def _is_said(self, cells: Cells, last: Review | None) -> bool:
        """Whether the curator's last decision about the row is the same."""
        if last is None:
            return cells["decision"] == UNDO
        names = (*JUDGED, *FIXES)
        return (
            cells["decision"] == last.decision
            and cells["note"] == last.cells.get("note", "").strip()
            and all(cells[name] == last.cells.get(name, "") for name in names)
        )


def _became(named: Named) -> str:
    """What became of a concept that was corrected."""
    if named.known:
        return f"{shown(named.given)} → {named.name}"
    return f"nothing knows the concept {shown(named.given)}; kept as written"


def _hint(name: str, corrections: Mapping[str, str]) -> str:
    """What a spreadsheet may have done to corrected words that are not found."""
    cell = corrections.get(name, "")
    if name not in ("subject", "object"):
        return ""
    if turned(cell):
        return f" (did the spreadsheet make {turned(cell)} of them? use a cell of the format text)"
    if "?" in cell:
        return " (were Greek letters lost? save as XLSX or CSV UTF-8)"
    return ""
