"""What the three kinds of coordination share: word lists, separators, candidates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.patterns_data import PatternError, expand_lists, read_yaml
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import FineText, fold
from pipeline.recognise.terms import Term

LISTS = (
    "conjunctions", "counted", "followers", "cell_adjectives", "determiners", "shared_heads",
    "drug_heads", "drug_modifiers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CoordinationCues:
    """Word lists of ``patterns/cues/coordination.yaml``, folded."""

    lists: dict[str, frozenset[str]]

    def holds(self, name: str, word: str) -> bool:
        return word != "" and fold(word) in self.lists[name]


def read_coordination_cues(folder: Path) -> CoordinationCues:
    """Raises PatternError when a list is missing or wrong."""
    path = folder / "cues" / "coordination.yaml"
    lists = expand_lists(read_yaml(path).get("lists", {}), str(path))
    missing = [name for name in LISTS if name not in lists]
    if missing:
        raise PatternError(f"{path}:1: list {missing[0]!r} is missing")
    return CoordinationCues({k: frozenset(map(fold, v)) for k, v in lists.items()})


def separator(cues: CoordinationCues, fine: FineText, at: int) -> tuple[int, bool, bool] | None:
    """(token behind it, whether it is a slash, whether it holds a conjunction), or None
    where no conjunct can follow."""
    words = fine.words
    if at >= len(words):
        return None
    slash = words[at] == "/"
    after = at + 1 if slash or words[at] == "," else at
    if after < len(words) and fine.folded[after] in cues.lists["conjunctions"]:
        after += 1
        if words[after : after + 1] == ["/"]:  # and/or
            after += 2
        return (after, False, True) if after < len(words) else None
    return (after, slash, False) if at < after < len(words) else None


def conjunct(fine: FineText, first: int, last: int, term: Term, completed: str) -> Candidate:
    start, end = fine.char_span(first, last)
    return Candidate(
        start, end, term.label,
        layer="coordination", name=term.name, concept_id=term.concept_id,
        specificity=term.specificity, source=completed,
    )  # fmt: skip
