"""What a curator can take back, in the order in which it was decided."""

from __future__ import annotations

from pipeline.curate.reviews import FIXES, UNDO, Review

Entry = tuple[str, Review | None]  # relation_id, and the decision that held before, if any


class History:
    """Decisions by curator, as the files tell them: what holds, and what can be taken back. A line
    that takes one back may be followed by the one before it, of the same time, which then holds
    again and is no decision of its own."""

    def __init__(self) -> None:
        self.last: dict[tuple[str, str], Review] = {}  # by curator and row, also taken back
        self._entries: dict[str, list[Entry]] = {}
        self._back: dict[tuple[str, str], tuple[str, Review | None]] = {}

    def add(self, review: Review) -> None:
        """Take in the next decision."""
        curator, relation_id = key = review.cells["curator"], review.cells["relation_id"]
        entries = self._entries.setdefault(curator, [])
        taken_at, restored = self._back.pop(key, ("", None))
        known = self.last.get(key)
        if review.decision == UNDO:
            self._back[key] = (review.date, self._pop(entries, relation_id))
        elif restored is None or taken_at != review.date or not same(restored, review):
            holds = known is not None and known.decision != UNDO
            entries.append((relation_id, known if holds else None))
        self.last[key] = review

    def _pop(self, entries: list[Entry], relation_id: str) -> Review | None:
        for at in range(len(entries) - 1, -1, -1):
            if entries[at][0] == relation_id:
                return entries.pop(at)[1]
        return None

    def holding(self) -> list[Review]:
        """What was not taken back."""
        return [review for review in self.last.values() if review.decision != UNDO]

    def of(self, curator: str) -> list[Entry]:
        """What the curator can take back, the latest last; entries may be dropped from it."""
        return self._entries.setdefault(curator, [])


def same(one: Review, other: Review) -> bool:
    """Whether two decisions about a row say the same, note and corrections included."""
    return one.decision == other.decision and all(
        one.cells.get(name, "") == other.cells.get(name, "") for name in (*FIXES, "note")
    )
