"""Term tables: their rows, and reading them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from pipeline.patterns_data import PatternError
from pipeline.records import LABELS

BLOCKED = "BLOCKED"


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


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle, strict=True)
        for row in reader:
            if None in row or None in row.values():
                raise PatternError(
                    f"{path}:{reader.line_num}: expected {len(reader.fieldnames or [])} cells; "
                    "quote a cell that holds a comma"
                )
            yield reader.line_num, row


def _term(row: TermRow) -> Term:
    return Term(
        row.text, row.label, row.name, row.concept_id, row.status, row.match, row.specificity
    )


def read_terms(folder: Path) -> list[Term]:
    """All terms of ``folder/terms``, blocked ones with label ``BLOCKED``.

    Raises PatternError with ``file:line`` for a row that does not fit the schema.
    """
    terms: list[Term] = []
    for path in sorted((folder / "terms").glob("*.csv")):
        blocked = path.name.startswith("blocked")
        for line, row in _rows(path):
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
        raise PatternError(f"{folder}/terms: no term tables (*.csv) found")
    return terms
