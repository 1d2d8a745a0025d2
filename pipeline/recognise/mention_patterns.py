"""Mention patterns: spaCy Matcher patterns over fine tokens, read from YAML."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from spacy.matcher import Matcher
from spacy.tokens import Doc
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

MATCHED = 1 << 13  # stretches of a few words whose matches are remembered; the same come again
# Making a lexeme takes longer than matching it, so those of the words that come first, which are
# the frequent ones, are kept (some 500 bytes each); the others are freed.
KEPT_WORDS = 20_000


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
        self._vocab = vocab
        self._matched = lru_cache(MATCHED)(self._match)
        self._sieve = Sieve([pattern.pattern for pattern in self._patterns])

    def __call__(self, fine: FineText) -> list[Candidate]:
        found: list[Candidate] = []
        for index, stretches in groupby(self._sieve(fine.words), key=itemgetter(0)):
            pattern = self._patterns[index]
            matches = [
                (offset + first, offset + last)
                for _, offset, stop in stretches
                for first, last in self._matched(
                    index, tuple(fine.words[offset:stop]), fine.spaced(offset, stop)
                )
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

    def _match(
        self, index: int, words: tuple[str, ...], spaces: tuple[bool, ...]
    ) -> list[tuple[int, int]]:
        """Where one pattern matches in a stretch of fine tokens, in its tokens."""
        with nullcontext() if len(self._vocab) < KEPT_WORDS else self._vocab.memory_zone():
            stretch = Doc(self._vocab, words=list(words), spaces=list(spaces))
            return [(first, last) for _, first, last in self._matchers[index](stretch)]


def _longest_first(match: tuple[int, int]) -> tuple[int, int]:
    return match[0] - match[1], match[0]


def _matcher(located: Located, vocab: Vocab) -> Matcher:
    matcher = Matcher(vocab, validate=True)
    try:
        matcher.add(located.pattern.id, [located.pattern.pattern], greedy="LONGEST")
    except (ValueError, TypeError) as error:
        raise PatternError(f"{located.where}: {error}") from error
    return matcher
