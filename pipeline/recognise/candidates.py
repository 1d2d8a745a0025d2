"""What a recogniser offers: words with a label, before overlaps are settled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Characters ``start:end`` of a block that one layer takes for a mention.

    ``match`` says under which condition it holds: empty (always), ``case`` (always, the
    case was checked), ``cue`` (a typical word must stand near), ``defined`` (the
    document must name the concept in another way). ``source`` is what the concept rests on
    (a spelling of the tables, the completed name, the long form, a pattern's id), and
    ``grounding`` how the words lead there (see :mod:`pipeline.ground.grounder`).
    """

    start: int
    end: int
    label: str
    layer: str
    name: str = ""
    concept_id: str = ""
    specificity: str = ""
    status: str = ""
    match: str = ""
    source: str = ""
    grounding: str = ""
    score: float = 1.0

    @property
    def length(self) -> int:
        return self.end - self.start

    def covers(self, other: Candidate) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Candidate) -> bool:
        return self.start < other.end and other.start < self.end
