"""The state of a review: rows of a run, the decisions about them, and who may say what."""

from __future__ import annotations

import datetime as dt
import errno
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.curate.carry import Stale, Standing, carry_over, standing_of
from pipeline.curate.decisions import DecisionError, append_decisions
from pipeline.curate.fixes import Find, Known, Named, fix_row
from pipeline.curate.following import Followers
from pipeline.curate.reviews import DECISIONS, JUDGED, UNDO, Review, curator_name, in_time
from pipeline.review.figures import Tally, opinion
from pipeline.review.history import History, same
from pipeline.review.rows import Cells, RowStore

LONGEST_NAME = 60
LONGEST_NOTE = 2000
PROBLEMS_TOLD = 20


class DeskError(ValueError):
    """What was asked for cannot be decided; the message says why and what to do."""


def now() -> str:
    """The time in UTC, to the second."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


class Desk:
    """Rows and decisions of one run. ``where`` is the folder of the files of decisions, one a
    curator, or one file for all; what other programs add to them is seen at the next call.

    Calls come from one thread at a time.
    """

    def __init__(self, rows: RowStore, where: Path, clock: Callable[[], str] = now) -> None:
        self.rows = rows
        self.where = where
        self._clock = clock
        self._files = Followers(where)
        self._history = History()
        self._standing: dict[str, dict[str, Standing]] = {}
        self._asked: dict[tuple[str, str], Standing] = {}  # what rows fulfil, by row and curator
        self.stale: list[Stale] = []
        self._tally = Tally()
        self._take_all()

    # --- what is known ------------------------------------------------------------------

    def refresh(self) -> None:
        """Take in what was added to the files of decisions since the last call."""
        added, anew = self._files.read_new()
        if anew or any(map(self._is_apart, added)):
            self._take_all()
            return
        for review in added:
            self._history.add(review)
            self._lay(review)

    def _is_apart(self, review: Review) -> bool:
        """Whether a new line is not simply the latest about a row of this run."""
        key = review.cells["curator"], review.cells["relation_id"]
        known = self._history.last.get(key)
        late = known is not None and known.file != review.file and known.date > review.date
        return late or self.rows.row(key[1]) is None

    def _take_all(self) -> None:
        self._files.read_new()
        self._history = History()
        for review in in_time(self._files.reviews()):
            self._history.add(review)
        carried = carry_over(self._history.holding(), self.rows)
        self._standing, self.stale = {}, carried.stale
        self._asked = {
            (one.relation_id, one.review.cells["curator"]): one for one in carried.fulfilled
        }
        self._tally = Tally()
        self.rows.forget_decisions()
        for relation_id, by_curator in carried.standing.items():
            for curator, one in by_curator.items():
                self._set(relation_id, curator, one)
        for stale in self.stale:
            if stale.relation_id:
                self.rows.set_changed(stale.relation_id, stale.review.cells["curator"])

    def _lay(self, review: Review) -> None:
        """Show a new decision at its row, which is one of this run."""
        curator, relation_id = review.cells["curator"], review.cells["relation_id"]
        self.stale = [
            one
            for one in self.stale
            if (one.review.cells["curator"], one.review.cells["relation_id"])
            != (curator, relation_id)
        ]
        found: Standing | Stale | None = self._asked.get((relation_id, curator))
        if review.decision != UNDO:
            found = standing_of(review, self.rows)
        self._set(relation_id, curator, found if isinstance(found, Standing) else None)
        if isinstance(found, Stale):
            self.stale.append(found)
            if found.relation_id:
                self.rows.set_changed(found.relation_id, curator)

    def _set(self, relation_id: str, curator: str, standing: Standing | None) -> None:
        """Put a decision in the place of the curator's one before."""
        of_row = self._standing.setdefault(relation_id, {})
        kind = self.rows.kinds[relation_id]
        if curator in of_row:
            self._tally.count(kind, curator, of_row, -1)
            del of_row[curator]
        if standing:
            of_row[curator] = standing
            self._tally.count(kind, curator, of_row, 1)
        said = (standing.decision, opinion(standing)) if standing else ("",)
        self.rows.set_decision(relation_id, curator, *said)

    @property
    def problems(self) -> list[str]:
        """Lines of the files that are no decisions, ``file:line: what is wrong``."""
        return self._files.problems

    @property
    def curators(self) -> list[str]:
        """Everybody who decided anything in the files."""
        return sorted({curator for curator, _ in self._history.last})

    def standing(self, relation_id: str) -> Mapping[str, Standing]:
        """The decisions that hold for a row, by curator."""
        return self._standing.get(relation_id, {})

    def earlier(self, relation_id: str, curator: str) -> Stale | None:
        """The curator's decision about what stood in the place of this row, if it no longer
        applies."""
        for one in self.stale:
            if one.relation_id == relation_id and one.review.cells["curator"] == curator:
                return one
        return None

    def figures(self, curator: str) -> dict[str, Any]:
        """Counts and shares of one curator, and how far all agree."""
        return {
            "total": len(self.rows.kinds),
            **self._tally.progress(curator),
            "agreement": self._tally.agreement(),
            "stale": len(self.stale),
            "problems": self.problems[:PROBLEMS_TOLD],
            "n_problems": len(self.problems),
        }

    # --- deciding -----------------------------------------------------------------------

    def file_of(self, curator: str) -> Path:
        """Where a curator's decisions are saved."""
        if self.where.suffix == ".csv" and not self.where.is_dir():
            return self.where
        plain = re.sub(r"[^\w.-]+", "-", curator.casefold()).strip(".-")
        return self.where / f"{plain[:LONGEST_NAME]}.csv"

    def decide(
        self,
        relation_id: str,
        curator: str,
        decision: str,
        note: str = "",
        corrections: Mapping[str, str] | None = None,
        known: Known | None = None,
        find: Find | None = None,
    ) -> tuple[Cells, list[Named]]:
        """Save a decision; returns the row, and what became of the concepts that were corrected.
        It is on the disk when this returns. ``known`` are the names of the document's mentions and
        ``find`` looks others up, see :func:`pipeline.curate.fixes.fix_cells`.

        Raises DeskError or FixError for what cannot be decided, DecisionError where it could
        not be saved.
        """
        row = self.rows.row(relation_id)
        if row is None:
            raise DeskError(f"this run has no row {relation_id!r}; reload the page")
        if decision not in DECISIONS:
            raise DeskError(f"{decision!r} is no decision; there are {', '.join(DECISIONS)}")
        if len(note) > LONGEST_NOTE:
            raise DeskError(f"the note has {len(note)} characters; {LONGEST_NOTE} are allowed")
        if corrections and decision != "fix":
            raise DeskError("only a fix has corrections")
        name = check_name(curator)
        fixes: dict[str, str] = {}
        named: list[Named] = []
        if decision == "fix":
            fixes, named = fix_row(row, corrections or {}, known=known, find=find)
        self.refresh()  # so that a change by hand is seen before the line that follows it
        line = _line(row, name, self._clock(), decision, note, fixes)
        mine = self.standing(relation_id).get(name)
        if mine is None or not same(mine.review, Review(line, "")):
            self._append(name, [line])
        return row, named

    def undo(self, curator: str, only: str = "") -> Cells | None:
        """Take the curator's latest decision back, or put the one before it in its place; returns
        its row, None where there is nothing to undo. What does not hold for a row of this run
        stays as it is. Raises DeskError, also where the decision is not about the row ``only``,
        and DecisionError."""
        self.refresh()
        curator = check_name(curator)
        history = self._history.of(curator)
        while history:
            relation_id, before = history[-1]
            row = self.rows.row(relation_id)
            mine = self.standing(relation_id).get(curator)
            if row is None or mine is None or mine.review.cells["relation_id"] != relation_id:
                history.pop()
                continue
            if only not in ("", relation_id):
                raise DeskError("another row was decided since; look at this one again")
            when = self._clock()
            lines = [_line(row, curator, when, UNDO, "", {})]
            if before is not None:
                lines.append({**before.cells, "date": when})
            self._append(curator, lines)
            return row
        return None

    def _append(self, curator: str, lines: Sequence[Cells]) -> None:
        """Save lines about a row, and make sure that they are what the files say."""
        path = self.file_of(curator)
        append_decisions(path, lines)
        self.refresh()
        wanted = Review(lines[-1], "")
        found = self._history.last.get((curator, wanted.cells["relation_id"]))
        if found is None or found.file != str(path) or found.decision != wanted.decision:
            if found is not None and found.date > wanted.date:
                raise DeskError(
                    f"saved, but {found.place} has a later date, and so holds; mend that line"
                )
            raise DecisionError(
                errno.EIO, f"{path}: what was saved is not found there; was the file replaced?"
            )


def _line(
    row: Cells, curator: str, date: str, decision: str, note: str, fixes: Mapping[str, str]
) -> dict[str, str]:
    judged = {name: row[name] for name in JUDGED}
    said = {"curator": curator, "date": date, "decision": decision, "note": note}
    return {**judged, **said, **fixes}


def check_name(curator: str) -> str:
    """The name of a curator without blanks around it. Raises DeskError for none."""
    name = curator_name(curator)
    usable = re.search(r"\w", name) and not any(unicodedata.category(c)[0] == "C" for c in name)
    if not usable or len(name) > LONGEST_NAME:
        raise DeskError(
            f"{curator[:LONGEST_NAME]!r} is no name; give letters or digits, at most "
            f"{LONGEST_NAME} characters"
        )
    return name


def others_of(standing: Mapping[str, Standing], curator: str) -> Sequence[tuple[str, Standing]]:
    """What others decided about a row that the curator has decided; nothing before that, so
    that nobody is led."""
    if curator not in standing:
        return []
    return [(name, one) for name, one in sorted(standing.items()) if name != curator]
