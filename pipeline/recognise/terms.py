"""Term tables: reading, checking, and matching them over fine tokens."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.patterns_data import PatternError
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import FineText, fold
from pipeline.recognise.variants import variants
from pipeline.records import LABELS

BATCH = 1000  # PhraseMatcher takes a quarter of the memory when filled in batches
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


def _forms(term: Term) -> list[tuple[str, ...]]:
    """The spellings of a term; an exact one may also stand in the plural (DCs, Tregs)."""
    forms = variants(term.text)
    if term.match:
        forms += [
            (*words[:-1], words[-1] + "s")
            for words in forms
            if words[-1].isalnum() and len(words[-1]) > 1
        ]
    return forms


class TermMatcher:
    """Finds terms in fine texts: one PhraseMatcher for folded, one for exact forms."""

    def __init__(self, terms: Iterable[Term], vocab: Vocab) -> None:
        self.terms = list(terms)
        self._vocab = vocab
        self._folded = PhraseMatcher(vocab, attr="NORM")
        self._exact = PhraseMatcher(vocab, attr="ORTH")
        self._keys: dict[str, list[int]] = {}
        self._fill()

    def _fill(self) -> None:
        # spaCy folds the words of a pattern itself, so they are handed over as written
        written: dict[tuple[bool, tuple[str, ...]], tuple[str, ...]] = {}
        indexes: dict[tuple[bool, tuple[str, ...]], list[int]] = {}
        for index, term in enumerate(self.terms):
            for form in _forms(term):
                exact = bool(term.match)
                key = (exact, form if exact else tuple(fold(word) for word in form))
                written.setdefault(key, form)
                known = indexes.setdefault(key, [])
                if index not in known:
                    known.append(index)
        for exact, matcher in ((False, self._folded), (True, self._exact)):
            keys = [key for key in indexes if key[0] is exact]
            for start in range(0, len(keys), BATCH):
                for key in keys[start : start + BATCH]:
                    name = ("E" if exact else "F") + "\x1f".join(key[1])
                    self._keys[name] = indexes[key]
                    matcher.add(name, [Doc(self._vocab, words=list(written[key]))])

    def __call__(self, fine: FineText) -> list[Candidate]:
        """Candidates with offsets into the fine text's own text."""
        found: list[Candidate] = []
        strings = self._vocab.strings
        for matcher in (self._folded, self._exact):
            for key, first, last in matcher(fine.doc):
                start, end = fine.char_span(first, last)
                for index in self._keys[strings[key]]:
                    term = self.terms[index]
                    candidate = Candidate(
                        start, end, term.label,
                        layer="terms", name=term.name, concept_id=term.concept_id,
                        specificity=term.specificity, status=term.status, match=term.match,
                    )  # fmt: skip
                    found.append(candidate)
        return found
