"""Term tables: their rows, and reading them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from pipeline.patterns_data import PatternError, read_csv
from pipeline.records import LABELS

BLOCKED = "BLOCKED"
# of two terms of one spelling the one whose status stands first here
STATUS_RANK = {"name": 0, "synonym": 1, "class": 2, "brand": 3, "abbreviation": 4}


class TermRow(BaseModel):
    """One row of ``patterns/terms/*.csv``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    concept_id: str = ""
    name: str
    text: str
    label: str
    status: Literal["name", "synonym", "abbreviation", "brand", "class"]
    match: Literal["", "case", "cue", "defined"] = ""
    specificity: Literal["", "specific", "family", "generic"] = ""
    source: str = ""
    note: str = ""

    @field_validator("name", "text")
    @classmethod
    def _not_blank(cls, value: str) -> str:
        if not value.strip() or value != value.strip():
            raise ValueError("must not be blank or have blanks at its edges")
        return value

    @field_validator("name")
    @classmethod
    def _no_bar(cls, value: str) -> str:
        if "|" in value:
            raise ValueError("must not hold '|', which parts names in concepts.csv")
        return value

    @field_validator("label")
    @classmethod
    def _known_label(cls, value: str) -> str:
        if value not in LABELS:
            raise ValueError(f"must be one of {', '.join(LABELS)}")
        return value


class BlockedRow(BaseModel):
    """One row of ``patterns/terms/blocked*.csv``: words that are consumed, not marked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    label: str = ""
    match: Literal["", "case", "cue", "defined"] = ""
    reason: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One spelling of a concept, or (label ``BLOCKED``) of what is none; the name of a
    blocked one is the label that it must not get, empty for any."""

    text: str
    label: str
    name: str = ""
    concept_id: str = ""
    status: str = "name"
    match: str = ""
    specificity: str = ""


def _term(row: TermRow) -> Term:
    return Term(
        row.text, row.label, row.name, row.concept_id, row.status, row.match, row.specificity
    )


def is_blocked(path: Path) -> bool:
    """Whether a table holds words that are consumed, not marked."""
    return path.name.startswith("blocked")


def term_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells of each row of a term table; PatternError names ``file:line``."""
    fields = (BlockedRow if is_blocked(path) else TermRow).model_fields
    needed = [name for name, field in fields.items() if field.is_required()]
    yield from read_csv(path, needed, others=True)  # the rows refuse other columns


def read_terms(folder: Path) -> list[Term]:
    """All terms of ``folder/terms``, blocked ones with label ``BLOCKED``.

    Raises PatternError with ``file:line`` for what is no CSV in UTF-8 and for a row that does
    not fit the schema.
    """
    terms: list[Term] = []
    for path in sorted((folder / "terms").glob("*.csv")):
        blocked = is_blocked(path)
        for line, row in term_rows(path):
            try:
                if blocked:
                    block = BlockedRow.model_validate(row)
                    terms.append(Term(block.text, BLOCKED, name=block.label, match=block.match))
                else:
                    terms.append(_term(TermRow.model_validate(row)))
            except ValidationError as error:
                first = error.errors()[0]
                column = first["loc"][0] if first["loc"] else "?"
                raise PatternError(f"{path}:{line}: {column}: {first['msg']}") from error
    if not terms:
        raise PatternError(f"{folder}/terms:1: no term tables (*.csv); copy the shipped ones")
    return terms
