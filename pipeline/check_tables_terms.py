"""Rules of the term tables: one meaning to a spelling, one row to a spelling, one identifier
and one name to a concept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.check_tables_rows import Row, wrong_source
from pipeline.check_tables_schema import Schema
from pipeline.recognise.spellings import Spelling, spellings
from pipeline.recognise.terms import BLOCKED
from pipeline.records import LABELS

_SPECIFIC = frozenset({"CYTOKINE", "RECEPTOR"})
_STRICTER = ("", "case", "cue", "defined")


class Spelled:
    """The rows with all their spellings: folded, and in exact case where the row asks for it."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.folded = [spellings(row.text) for row in rows]
        self.exact = [
            spellings(row.text, exact=True) if row.match else folded
            for row, folded in zip(rows, self.folded, strict=True)
        ]
        self._folded: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._exact: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for i, row in enumerate(rows):
            own, index = (
                (self.exact[i], self._exact) if row.match else (self.folded[i], self._folded)
            )
            for pieces in dict.fromkeys(spelling.pieces for spelling in own):
                index[pieces].append(i)

    def is_exact(self, i: int) -> bool:
        """Whether row ``i`` matches in exact case only."""
        return self.rows[i].match != ""

    def beside(self, i: int) -> Iterator[int]:
        """The rows that may share a spelling with row ``i``. A folded row and an exact one
        are beside each other as seen from the exact one alone."""
        found: dict[int, None] = {}
        for spelling in self.folded[i]:
            found.update(dict.fromkeys(self._folded.get(spelling.pieces, ())))
        if self.rows[i].match:
            for spelling in self.exact[i]:
                found.update(dict.fromkeys(self._exact.get(spelling.pieces, ())))
        found.pop(i, None)
        yield from found

    def names(self, label: str, text: str) -> set[str]:
        """The concepts of a label that ``text``, or its plural, may stand for."""
        found = [i for one in spellings(text) for i in self._folded.get(one.pieces, ())]
        exact = spellings(text, exact=True)
        found += [i for one in exact for i in self._exact.get(one.pieces, ())]
        return {self.rows[i].name for i in found if self.rows[i].label == label}

    def _in_one_case(self, i: int, j: int) -> tuple[list[Spelling], list[Spelling]]:
        """The spellings of two rows in a form in which they can be compared."""
        if self.rows[i].match and self.rows[j].match:
            return self.exact[i], self.exact[j]
        return self.folded[i], self.folded[j]

    def meet(self, i: int, j: int) -> bool:
        """Whether some text is a spelling of both rows."""
        ours, theirs = self._in_one_case(i, j)
        return any(
            a.pieces == b.pieces and all(x & y for x, y in zip(a.gaps, b.gaps, strict=True))
            for a in ours
            for b in theirs
        )

    def covers(self, i: int, j: int) -> bool:
        """Whether every text that row ``j`` matches is a spelling of row ``i`` too."""
        if self.rows[i].match and not self.rows[j].match:
            return False
        ours, theirs = self._in_one_case(i, j)
        return all(any(_holds(a, b) for a in ours) for b in theirs)


def _holds(wide: Spelling, narrow: Spelling) -> bool:
    if wide.pieces != narrow.pieces:
        return False
    return all(x & y == y for x, y in zip(wide.gaps, narrow.gaps, strict=True))


def check_terms(spelled: Spelled, schema: Schema | None) -> Iterator[str]:
    """One line a finding, with ``file:line``."""
    rows = spelled.rows
    for i, row in enumerate(rows):
        if row.label == BLOCKED:
            yield from _blocked(spelled, i)
        else:
            yield from _spellings(spelled, i)
        yield from wrong_source(schema, row.source, row.where)
        if schema is not None and row.concept_id:
            told = schema.wrong_id(row.concept_id, imported=row.imported)
            if told:
                yield f"{row.where}: {told}"
    yield from _concepts([row for row in rows if row.label != BLOCKED])


def _spellings(spelled: Spelled, i: int) -> Iterator[str]:
    """A row against the others: words that are blocked, a row that says nothing new, a
    spelling that means something else too (told once of a pair)."""
    row = spelled.rows[i]
    for j in spelled.beside(i):
        other = spelled.rows[j]
        if other.label == BLOCKED:
            if other.free and other.name in {"", row.label} and spelled.covers(j, i):
                yield (
                    f"{row.where}: {row.label} {row.text!r} never matches, {other.text!r} is "
                    f"blocked ({other.place}); drop one"
                )
        elif (other.label, other.name) == (row.label, row.name):
            yield from _says_nothing_new(spelled, i, j)
        elif (spelled.is_exact(i) == spelled.is_exact(j) and j > i) or not spelled.meet(i, j):
            continue
        elif other.label == row.label and (row.free or other.free):
            yield (
                f"{row.where}: {row.label} {row.text!r} of {row.name!r} also means "
                f"{other.name!r} ({other.place}); drop one, or give both match cue or defined"
            )
        elif other.label != row.label and row.free and other.free:
            yield (
                f"{row.where}: {row.label} {row.text!r} is also {other.label} {other.text!r} "
                f"({other.place}); drop one, or set its match to cue or defined"
            )


def _says_nothing_new(spelled: Spelled, i: int, j: int) -> Iterator[str]:
    row, other = spelled.rows[i], spelled.rows[j]
    if row.imported or not spelled.covers(j, i):
        return
    if row.match == other.match:
        first = i < j and not _is_name(other) and spelled.covers(i, j)
        if _is_name(row) or first:
            return  # the name stays; of two rows that say the same, the first
        yield (
            f"{row.where}: {row.label} {row.text!r} is a spelling of {other.text!r} "
            f"({other.place}); drop it"
        )
    elif _STRICTER.index(row.match) > _STRICTER.index(other.match):
        yield (
            f"{row.where}: {row.label} {row.text!r} has match {row.match!r}, and {other.text!r} of "
            f"the same concept {other.match!r} ({other.place}); keep one"
        )


def _is_name(row: Row) -> bool:
    return row.status == "name" or row.text == row.name


def _blocked(spelled: Spelled, i: int) -> Iterator[str]:
    """A blocked row: its label, and the same words twice."""
    row = spelled.rows[i]
    if row.name not in {"", *LABELS}:
        yield f"{row.where}: label must be empty or one of {', '.join(LABELS)}"
    for j in spelled.beside(i):
        other = spelled.rows[j]
        if other.label != BLOCKED or not spelled.covers(j, i) or other.name not in {"", row.name}:
            continue
        back = row.name in {"", other.name} and spelled.covers(i, j)
        if not (back and i < j):
            yield f"{row.where}: {row.text!r} is blocked already ({other.place}); drop it"


def _concepts(rows: Sequence[Row]) -> Iterator[str]:
    """What the rows of one concept say about it, and concepts that share an identifier."""
    concepts: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        concepts[row.label, row.name].append(row)
    by_id: dict[tuple[str, str], Row] = {}
    for (label, name), own in concepts.items():
        yield from _one_value(own, "concept_id")
        if label in _SPECIFIC:
            yield from _one_value(own, "specificity")
        yield from _one_name_row(own)
        first = own[0]
        known = by_id.setdefault((label, first.concept_id), first)
        if first.concept_id and known.name != name:
            yield (
                f"{first.where}: {first.concept_id} of {name!r} is the id of {known.name!r} too "
                f"({known.place}); correct one, or join the two"
            )


def _one_value(rows: Sequence[Row], column: str) -> Iterator[str]:
    first = getattr(rows[0], column)
    for row in rows[1:]:
        value = getattr(row, column)
        if value != first:
            yield (
                f"{row.where}: {column} of {row.name!r} is {value!r} here and {first!r} in "
                f"{rows[0].place}; a concept has one"
            )


def _one_name_row(rows: Sequence[Row]) -> Iterator[str]:
    names = [row for row in rows if row.status == "name"]
    for row in names[1:]:
        yield (
            f"{row.where}: {row.name!r} has a row of status name already ({names[0].place}); "
            "make this one a synonym"
        )
    if not names and not any(row.status == "class" or row.imported for row in rows):
        yield f"{rows[0].where}: {rows[0].name!r} has no row of status name; give it one"
