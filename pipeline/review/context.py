"""What the page shows of a row: the sentence with its marks, the paragraph around it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.curate.carry import ATTRIBUTES, Stale, Standing, shift_of
from pipeline.curate.concept_names import ConceptNames, Spelled
from pipeline.curate.fixes import Known
from pipeline.curate.reviews import ARGUMENTS, FIXES
from pipeline.records import content_id
from pipeline.review.desk import Desk, others_of
from pipeline.segments import Passage, Segment, Span, segments
from pipeline.texts import Texts

if TYPE_CHECKING:
    from pipeline.recognise.terms import Term

WIDEST = 1500  # characters of a paragraph on either side of the sentence
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\r\n[^\S\n]*\r\n|\r[^\S\r]*\r")
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the mentions' concepts by document and place, and all spellings of them."""

    of_document: Mapping[str, Known] = field(default_factory=dict)
    spelled: frozenset[Spelled] = frozenset()


class Library:
    """The texts of a run, the names of its mentions and the concepts that curators may mean, read
    when they are first asked for (which may take a while). Any thread may ask."""

    def __init__(
        self,
        read_texts: Callable[[], Texts],
        read_names: Callable[[], Names],
        read_terms: Callable[[], Iterable[Term]],
    ) -> None:
        self._read_texts, self._read_names = read_texts, read_names
        self._texts: Texts | None = None
        self._names: Names | None = None
        self._lock = threading.Lock()
        self.concepts = ConceptNames(read_terms, lambda: self._all_names().spelled)

    def _all_names(self) -> Names:
        with self._lock:
            if self._names is None:
                self._names = self._read_names()
            return self._names

    def names(self, doc_id: str) -> Known:
        """The names of the concepts that stand in a document, by start, end and label."""
        return self._all_names().of_document.get(doc_id, {})

    def paragraph(self, row: Cells) -> dict[str, Any]:
        """``segments`` of the paragraph around the row's sentence, and whether it was cut
        ``before`` or ``after``; or ``missing``, why the text is not at hand."""
        with self._lock:
            if self._texts is None:
                self._texts = self._read_texts()
        stored = self._texts.found.get(row["doc_id"])
        if stored is None:
            return {"missing": self._texts.missing.get(row["doc_id"], "the text is not at hand")}
        text = stored.document.text
        first, last = int(row["sentence_start"]), int(row["sentence_end"])
        start, end = _paragraph(text, first, last)
        passage = Passage(start, text[start:end], [*spans(row), (first, last, "sentence")])
        cut = {"before": start > 0, "after": end < len(text)}
        return {"segments": segments(passage), "title": stored.document.title, **cut}


def _paragraph(text: str, first: int, last: int) -> tuple[int, int]:
    """Where the lines around characters ``first`` to ``last`` begin and end, up to blank lines."""
    left, right = max(first - WIDEST, 0), min(last + WIDEST, len(text))
    breaks = [match.end() for match in _BLANK_LINE.finditer(text, left, first)]
    following = _BLANK_LINE.search(text, last, right)
    start = breaks[-1] if breaks else left
    if not breaks and left > 0:  # do not begin inside of a word
        start = min((text.find(" ", left, first) + 1) or left, first)
    return start, following.start() if following else right


def spans(row: Cells) -> list[Span]:
    """The places of subject, object and trigger in the document."""
    places = [(row[f"{role}_start"], row[f"{role}_end"], role) for role in (*ARGUMENTS, "trigger")]
    return [(int(start), int(end), role) for start, end, role in places if start and end]


def sentence_segments(row: Cells) -> list[Segment]:
    """The sentence cut where marks change."""
    return segments(Passage(int(row["sentence_start"]), row["sentence"], spans(row)))


def row_item(row: Cells, desk: Desk, curator: str) -> dict[str, Any]:
    """A row as the page's script reads it."""
    standing = desk.standing(row["relation_id"])
    mine = standing.get(curator)
    earlier = None if mine else desk.earlier(row["relation_id"], curator)
    return {
        "id": row["relation_id"],
        "document": row["doc_id"],
        "section": row["section"],
        "predicate": row["predicate"],
        **{role: _argument(row, role) for role in ARGUMENTS},
        **{name: row[name] for name in ("effect", "function", "trigger", "rule", "signs")},
        "negated": row["negated"] == "true",
        "hedged": row["hedged"] == "true",
        "sentence_start": int(row["sentence_start"]),
        "score": float(row["score"]),
        "segments": sentence_segments(row),
        "version": version(row),
        "mine": said(mine, row) if mine else None,
        "others": [
            {"curator": name, **said(one, row)} for name, one in others_of(standing, curator)
        ],
        "earlier": stale_item(earlier) if earlier else None,
    }


def _argument(row: Cells, role: str) -> dict[str, Any]:
    words = {what: row[f"{role}_{what}"] for what in ("text", "label", "name", "id")}
    return {**words, **{at: int(row[f"{role}_{at}"]) for at in ("start", "end")}}


def version(row: Cells) -> str:
    """Of what a row says beside what its id says: another one when a later run says it
    otherwise."""
    return content_id(*(row[name] for name in ATTRIBUTES))


def said(standing: Standing, row: Cells) -> dict[str, Any]:
    """A decision about a row as the script reads it, corrected places where they are in the text
    now; ``asked`` is what a curator decided in an earlier run that the row now fulfils."""
    cells = standing.review.cells
    fixes: dict[str, str] = {}
    if standing.decision == "fix":
        fixes = {name.removeprefix("new_"): cells[name] for name in FIXES if cells.get(name)}
        for name in fixes:
            if name.endswith(("_start", "_end")):
                fixes[name] = str(int(fixes[name]) + shift_of(row, cells))
    return {
        "decision": standing.decision,
        "note": cells.get("note", ""),
        "date": cells.get("date", ""),
        "fixes": fixes,
        "asked": standing.review.decision if standing.review.decision != standing.decision else "",
    }


def stale_item(stale: Stale) -> dict[str, Any]:
    """A decision that no longer applies as the script reads it."""
    cells = stale.review.cells
    return {
        "curator": cells["curator"],
        "decision": stale.review.decision,
        "date": cells.get("date", ""),
        "note": cells.get("note", ""),
        "document": cells["doc_id"],
        "predicate": cells["predicate"],
        "subject": cells["subject_text"],
        "object": cells["object_text"],
        "reason": stale.reason,
        "row": stale.relation_id,
        "place": stale.review.place,
    }
