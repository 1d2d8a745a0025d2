"""Gold from reviews: rows that people accepted, corrected or rejected.

A review is a CSV file of decisions, one a line, never changed, only added to: of one curator's
decisions about a row the last one holds. The columns are those of ``relations.csv`` that say what
was judged, then who decided what, then what is right instead (empty: as it stands).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pipeline.gold.records import GoldDocument, GoldError, GoldMention, GoldRelation, problems
from pipeline.records import Document
from pipeline.tables_in import numbered

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
COLUMNS = [*JUDGED, "curator", "date", "decision", *FIXES, "note"]
DECISIONS = ("accept", "reject", "unsure", "fix")
UNDO = "undo"  # takes the curator's decision about the row back


@dataclass(frozen=True, slots=True)
class Review:
    """One decision that holds, with the place where it stands (``file:line``)."""

    cells: Mapping[str, str]
    place: str

    @property
    def decision(self) -> str:
        return self.cells["decision"]

    def right(self, column: str) -> str:
        """What is right for a column of the row: the correction, else what the row says."""
        fixed = self.cells.get(f"new_{column}", "") if self.decision == "fix" else ""
        return fixed or self.cells[column]


def read_reviews(paths: Iterable[Path]) -> list[Review]:
    """The decisions that hold, by document and place in the files.

    Raises GoldError with all problems, ``file:line: what is wrong``.
    """
    last: dict[tuple[str, str], Review] = {}
    wrong: list[str] = []
    for path in paths:
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                columns, rows = numbered(file)
                missing = [c for c in COLUMNS if c not in columns]
                missing = [c for c in missing if c not in (*FIXES, "note", "date")]
                if missing:
                    wrong.append(f"{path}:1: the table lacks the columns {', '.join(missing)}")
                    continue
                for line, cells in rows:
                    review = Review(cells, f"{path}:{line}")
                    wrong += _problems(review)
                    if review.decision:
                        last[cells["curator"], cells["relation_id"]] = review
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            wrong.append(f"{path}: cannot be read ({error})")
    if wrong:
        raise GoldError(wrong)
    return [review for review in last.values() if review.decision != UNDO]


def _problems(review: Review) -> Iterator[str]:
    cells, place = review.cells, review.place
    decision = review.decision
    if decision and decision not in (*DECISIONS, UNDO):
        yield f"{place}: the decision {decision!r} is none of {', '.join(DECISIONS)}"
    if decision == "fix" and not any(cells.get(column) for column in FIXES):
        yield f'{place}: "fix" says nothing in the columns new_…; fill one in, or accept or reject'
    if decision != "fix" and any(cells.get(column) for column in FIXES):
        yield f'{place}: the columns new_… are filled in, but the decision is not "fix"'
    if decision and not cells["curator"]:
        yield f"{place}: no curator; say who decided"
    for column in ("negated", "hedged"):
        if review.right(column) not in ("true", "false"):
            yield f"{place}: {column} is {review.right(column)!r}, neither true nor false"


def gold_from_reviews(
    reviews: Sequence[Review], texts: Mapping[str, Document]
) -> tuple[list[GoldDocument], list[str]]:
    """Partial gold, a document for each that was reviewed: accepted and corrected rows are its
    relations, rejected ones and what was corrected its ``rejected``, unsure ones are optional.

    Also lines about rows that are left out: those on which curators disagree. Raises GoldError
    for rows that do not fit the text of their document, and documents that are not in ``texts``.
    """
    rows: dict[str, dict[str, list[Review]]] = defaultdict(lambda: defaultdict(list))
    for review in reviews:
        rows[review.cells["doc_id"]][review.cells["relation_id"]].append(review)
    documents: list[GoldDocument] = []
    left_out: list[str] = []
    wrong: list[str] = []
    for doc_id, by_row in sorted(rows.items()):
        agreed = []
        for group in by_row.values():
            if len({_verdict(review) for review in group}) > 1:
                said = " and ".join(f"{r.cells['curator']}: {r.decision}" for r in group)
                left_out.append(f"{group[-1].place}: left out, the curators disagree ({said})")
            else:
                agreed.append(group[0])
        if doc_id not in texts:
            wrong.append(
                f"{agreed[0].place if agreed else doc_id}: no document {doc_id!r} is given"
            )
            continue
        maker = _Maker(texts[doc_id])
        for review in agreed:
            maker.add(review)
        wrong += maker.wrong
        document = maker.document()
        wrong += [f"document {doc_id!r}: {problem}" for problem in problems(document)]
        documents.append(document)
    if wrong:
        raise GoldError(wrong)
    return documents, left_out


def _verdict(review: Review) -> tuple[str, ...]:
    wanted = [column for column in JUDGED if f"new_{column}" in FIXES]
    return (review.decision, *(review.right(column) for column in wanted))


class _Maker:
    """Collects the mentions and relations of one document."""

    def __init__(self, text: Document) -> None:
        self._text = text
        self._mentions: dict[tuple[int, int, str], GoldMention] = {}
        self._relations: dict[tuple[str, str, str], GoldRelation] = {}
        self._rejected: dict[tuple[str, str, str], GoldRelation] = {}
        self.wrong: list[str] = []

    def add(self, review: Review) -> None:
        for role in ARGUMENTS:
            start, end = review.cells[f"{role}_start"], review.cells[f"{role}_end"]
            words, said = self._words(start, end), review.cells[f"{role}_text"]
            if words != said:
                self.wrong.append(
                    f"{review.place}: the {role} is {said!r}, the document has {words!r} at "
                    f"{start}-{end}; was it reviewed on another version of the text?"
                )
                return
        try:
            if review.decision == "reject":
                self._put(self._rejected, self._relation(review, fixed=False))
                return
            right = self._relation(review, fixed=True)
            self._put(self._relations, right)
            if review.decision == "fix":
                judged = self._relation(review, fixed=False)
                if _statement(judged) != _statement(right):
                    self._put(self._rejected, judged)
        except ValidationError as error:
            said = error.errors()[0]["msg"].removeprefix("Value error, ")
            self.wrong.append(f"{review.place}: no usable relation ({said})")
        except ValueError as error:
            self.wrong.append(f"{review.place}: no usable relation ({error})")

    def _words(self, start: str, end: str) -> str:
        if not (start.isdecimal() and end.isdecimal()):
            return ""
        return self._text.text[int(start) : int(end)]

    def _relation(self, review: Review, *, fixed: bool) -> GoldRelation:
        value = review.right if fixed else review.cells.__getitem__
        subject, target = (self._mention(review, role, fixed=fixed) for role in ARGUMENTS)
        return GoldRelation(
            predicate=value("predicate"),
            subject=subject,
            object=target,
            effect=value("effect") or "unspecified",
            function=value("function") if value("predicate") == "ACTS_ON" else "",
            negated=value("negated") == "true",
            hedged=value("hedged") == "true",
            optional=review.decision == "unsure",
        )

    def _mention(self, review: Review, role: str, *, fixed: bool) -> str:
        """The id of the mention, made where it is new."""
        value = review.right if fixed else review.cells.__getitem__
        start, end = int(value(f"{role}_start")), int(value(f"{role}_end"))
        label = value(f"{role}_label")
        key = (start, end, label)
        if key not in self._mentions:
            self._mentions[key] = GoldMention(
                id=f"T{len(self._mentions) + 1}",
                start=start,
                end=end,
                label=label,
                norm=value(f"{role}_name"),
            )
        return self._mentions[key].id

    def _put(self, into: dict[tuple[str, str, str], GoldRelation], relation: GoldRelation) -> None:
        into.setdefault(_statement(relation), relation)

    def document(self) -> GoldDocument:
        rejected = [r for key, r in self._rejected.items() if key not in self._relations]
        return GoldDocument(
            id=self._text.doc_id,
            text=self._text.text,
            title=self._text.title,
            partial=True,
            mentions=tuple(sorted(self._mentions.values(), key=lambda m: (m.start, -m.end))),
            relations=tuple(self._relations.values()),
            rejected=tuple(rejected),
        )


def _statement(relation: GoldRelation) -> tuple[str, str, str]:
    return relation.predicate, relation.subject, relation.object
