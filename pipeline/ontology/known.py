"""What a patterns folder knows already; an import adds to it and never against it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.ontology.spellings import match_key
from pipeline.ontology.tables import Row, read_rows
from pipeline.patterns_data import PatternError


@dataclass(frozen=True, slots=True, order=True)
class Concept:
    """A concept by the name and CURIE that the rows of a table carry."""

    name: str
    concept_id: str


@dataclass(slots=True)
class Known:
    """Concepts of one label by CURIE and by name, and spellings by :func:`match_key`:
    ``spellings`` with the concepts that they stand for (None where they need a context),
    ``names`` those that are a concept's name, ``others`` of other labels, ``blocked``."""

    by_id: dict[str, Concept] = field(default_factory=dict)
    spellings: dict[str, set[Concept | None]] = field(default_factory=dict)
    names: dict[str, Concept] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)

    def concept_of(self, key: str) -> Concept | None:
        """The one concept that a spelling stands for, in any context."""
        concepts = self.spellings.get(key, set())
        return next(iter(concepts)) if len(concepts) == 1 else None


def read_known(folder: Path, label: str, own: str) -> Known:
    """What the tables of ``folder`` know about ``label``, without the file named ``own``
    (what an earlier import of the same ontology has written).

    Raises PatternError with ``file:line``.
    """
    paths = sorted((folder / "terms").glob("*.csv"))
    if not paths:
        raise PatternError(
            f"{folder}/terms: no term tables (*.csv) found; name a folder that does not exist "
            "to have the shipped patterns copied"
        )
    known = Known()
    for path in paths:
        if path.name == own:
            continue
        for row in read_rows(path)[1]:
            if path.name.startswith("blocked"):
                if row["label"] in {"", label}:
                    known.blocked.add(match_key(row["text"]))
            elif row["label"] == label:
                _add(known, row)
            elif row["match"] in {"", "case"}:
                known.others.add(match_key(row["text"]))
    return known


def _add(known: Known, row: Row) -> None:
    concept = Concept(row["name"], row.get("concept_id", ""))
    if concept.concept_id:
        known.by_id.setdefault(concept.concept_id, concept)
    sure = row["match"] in {"", "case"}
    key = match_key(row["text"])
    known.spellings.setdefault(key, set()).add(concept if sure else None)
    if sure and row["status"] == "name":
        known.names.setdefault(key, concept)
