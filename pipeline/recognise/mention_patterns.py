"""Mention patterns: spaCy Matcher patterns over fine tokens, read from YAML."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from spacy.matcher import Matcher
from spacy.vocab import Vocab

from pipeline.patterns_data import (
    PatternError,
    expand_lists,
    fill_lists,
    read_yaml,
    without_lines,
)
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import FineText
from pipeline.recognise.sieve import Sieve
from pipeline.records import LABELS


class MentionPattern(BaseModel):
    """One pattern of ``patterns/mentions/*.yaml``."""

    model_config = ConfigDict(extra="forbid")

    id: str
    label: str
    why: str
    pattern: list[dict[str, Any]] = Field(min_length=1)
    matches: list[str] = Field(min_length=1)
    rejects: list[str] = []
    name: str = ""
    concept_id: str = ""
    specificity: str = ""
    trim: int = 0
    trim_end: int = 0


@dataclass(frozen=True, slots=True)
class Located:
    """A pattern and where it is written."""

    pattern: MentionPattern
    where: str


def read_mention_patterns(folder: Path) -> list[Located]:
    """All mention patterns under ``folder/mentions``; PatternError names ``file:line``."""
    found: list[Located] = []
    seen: dict[str, str] = {}
    for path in sorted((folder / "mentions").glob("*.yaml")):
        data = read_yaml(path)
        lists = expand_lists(data.get("lists", {}), str(path))
        for raw in data.get("patterns", []):
            where = f"{path}:{raw.get('__line__', 1)}"
            try:
                filled = fill_lists(without_lines(raw), lists, where)
                pattern = MentionPattern.model_validate(filled)
            except ValidationError as error:
                first = error.errors()[0]
                place = ".".join(str(part) for part in first["loc"])
                raise PatternError(f"{where}: {place}: {first['msg']}") from error
            if pattern.label not in LABELS:
                raise PatternError(f"{where}: unknown label {pattern.label!r}")
            if pattern.id in seen:
                raise PatternError(f"{where}: id {pattern.id!r} is taken by {seen[pattern.id]}")
            seen[pattern.id] = where
            found.append(Located(pattern, where))
    return found


class PatternMatcher:
    """Runs the mention patterns over fine texts, in the order of the files: where two offer
    the same, the earlier one gets the credit."""

    def __init__(self, patterns: list[Located], vocab: Vocab) -> None:
        self._patterns = [located.pattern for located in patterns]
        # A Matcher for each, so that only those run that the sieve lets through.
        self._matchers = [_matcher(located, vocab) for located in patterns]
        self._sieve = Sieve([pattern.pattern for pattern in self._patterns], vocab)

    def __call__(self, fine: FineText) -> list[Candidate]:
        found: list[Candidate] = []
        let_through = self._sieve(fine.words)
        if not let_through:
            return found
        doc = fine.doc()
        for index, stretches in groupby(let_through, key=itemgetter(0)):
            pattern = self._patterns[index]
            matches = [
                (offset + first, offset + last)
                for _, offset, stop in stretches
                for _, first, last in self._matchers[index](doc[offset:stop])
            ]
            matches.sort(key=_longest_first)  # as one call of the Matcher gives them
            for first, last in matches:
                first, last = first + pattern.trim, last - pattern.trim_end
                if first >= last:
                    continue
                start, end = fine.char_span(first, last)
                candidate = Candidate(
                    start, end, pattern.label,
                    layer="patterns", name=pattern.name, concept_id=pattern.concept_id,
                    specificity=pattern.specificity, source=pattern.id,
                )  # fmt: skip
                found.append(candidate)
        return found


def _longest_first(match: tuple[int, int]) -> tuple[int, int]:
    return match[0] - match[1], match[0]


def _matcher(located: Located, vocab: Vocab) -> Matcher:
    matcher = Matcher(vocab, validate=True)
    try:
        matcher.add(located.pattern.id, [located.pattern.pattern], greedy="LONGEST")
    except (ValueError, TypeError) as error:
        raise PatternError(f"{located.where}: {error}") from error
    return matcher
