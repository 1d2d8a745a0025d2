"""The sieve lets through all that spaCy's Matcher finds, and little else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.marked import read_marked
from pipeline.patterns_data import default_patterns_dir
from pipeline.recognise.fine import FineText, fine_text
from pipeline.recognise.mention_patterns import (
    Located,
    MentionPattern,
    PatternMatcher,
    read_mention_patterns,
)
from pipeline.recognise.sieve import Pattern, Sieve

WORDS = ("IL", "6", "cells", "+", "Tumours")
CONDITIONS: list[dict[str, Any]] = [
    {},
    {"ORTH": "IL"},
    {"TEXT": "6"},
    {"norm": "cell"},
    {"NORM": {"IN": ["cell", "tumor", "6"]}},
    {"LOWER": {"REGEX": "^[a-z]+$"}},
    {"ORTH": {"REGEX": "[0-9+]", "NOT_IN": ["6"]}},
    {"ORTH": "+", "SPACY": False},
    {"IS_DIGIT": True},
    {"LOWER": {"REGEX": {"IN": ["^i", "s$"]}}},
]
OPERATORS = (None, "?", "*", "+", "!", "{2}", "{1,2}", "{0,2}", "{,2}", "{1,}")


def located(patterns: list[Pattern]) -> list[Located]:
    return [
        Located(
            MentionPattern(
                id=f"p{i}", label="CELL", why="for tests", pattern=list(pattern), matches=["-"]
            ),
            "here:1",
        )
        for i, pattern in enumerate(patterns)
    ]


class Plain:
    """One Matcher with all patterns over the whole text."""

    def __init__(self, patterns: list[Located], vocab: Vocab) -> None:
        self._trims = {p.pattern.id: (p.pattern.trim, p.pattern.trim_end) for p in patterns}
        self._matcher = Matcher(vocab)
        for one in patterns:
            self._matcher.add(one.pattern.id, [one.pattern.pattern], greedy="LONGEST")

    def __call__(self, fine: FineText) -> list[tuple[str, int, int]]:
        """All matches, sorted: id of the pattern, characters."""
        found = []
        spaces = list(fine.spaced(0, len(fine.words)))
        doc = Doc(self._matcher.vocab, words=fine.words, spaces=spaces)
        for key, first, last in self._matcher(doc):
            name = doc.vocab.strings[key]
            first, last = first + self._trims[name][0], last - self._trims[name][1]
            if first < last:
                found.append((name, *fine.char_span(first, last)))
        return sorted(found)


def sieved(matcher: PatternMatcher, fine: FineText) -> list[tuple[str, int, int]]:
    return sorted((c.source, c.start, c.end) for c in matcher(fine))


@st.composite
def token_specs(draw: st.DrawFn) -> dict[str, Any]:
    spec = dict(draw(st.sampled_from(CONDITIONS)))
    operator = draw(st.sampled_from(OPERATORS))
    if operator is not None:
        spec["OP"] = operator
    return spec


PATTERNS = st.lists(st.lists(token_specs(), min_size=1, max_size=5), min_size=1, max_size=4)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


@given(PATTERNS, TEXTS)
def test_nothing_is_lost_and_nothing_is_added(
    vocab: Vocab, patterns: list[Pattern], text: str
) -> None:
    fine = fine_text(text)
    own = located(patterns)
    assert sieved(PatternMatcher(own, vocab), fine) == Plain(own, vocab)(fine)


@pytest.fixture(scope="module")
def shipped() -> list[Located]:
    return read_mention_patterns(default_patterns_dir())


def texts(patterns: list[Located]) -> list[str]:
    """The examples of all patterns, each a text, and joined to longer ones."""
    examples = [
        read_marked(text)[0]
        for one in patterns
        for text in (*one.pattern.matches, *one.pattern.rejects)
    ]
    return examples + [". ".join(examples[i : i + 8]) for i in range(0, len(examples), 8)]


def test_the_shipped_patterns_over_all_their_examples(shipped: list[Located], vocab: Vocab) -> None:
    matcher, plain = PatternMatcher(shipped, vocab), Plain(shipped, vocab)
    for text in texts(shipped):
        fine = fine_text(text)
        assert sieved(matcher, fine) == plain(fine), text


def test_the_shipped_patterns_over_the_documents(shipped: list[Located], vocab: Vocab) -> None:
    matcher, plain = PatternMatcher(shipped, vocab), Plain(shipped, vocab)
    folder = Path(__file__).parent.parent / "corpus" / "documents"
    paths = sorted(folder.glob("abstract-*.txt"))
    assert paths
    for path in paths:
        fine = fine_text(path.read_text(encoding="utf-8"))
        assert sieved(matcher, fine) == plain(fine), path.name


class TestSieve:
    def test_says_where(self) -> None:
        sieve = Sieve([[{"NORM": "cell"}], [{"ORTH": "IL"}, {"OP": "?", "ORTH": "-"}]])
        words = ["two", "cells", "and", "IL", "-", "6", "in", "cells"]
        assert sieve(words) == [(0, 1, 2), (0, 7, 8), (1, 3, 5)]
        assert sieve(["none"]) == sieve([]) == []

    def test_matches_that_may_overlap_are_in_one_stretch(self) -> None:
        sieve = Sieve([[{"ORTH": "IL"}, {"ORTH": "6", "OP": "*"}, {"ORTH": "IL"}]])
        words = ["IL", "6", "IL", "IL", "and", "6", "IL", "IL", "6"]
        assert sieve(words) == [(0, 0, 4), (0, 5, 8)]

    def test_most_patterns_stay_out(self, shipped: list[Located], vocab: Vocab) -> None:
        sieve = Sieve([one.pattern.pattern for one in shipped])
        fine = fine_text("IL-6 is made by alveolar macrophages of old mice.")
        let_through = {shipped[index].pattern.id for index, _, _ in sieve(fine.words)}
        found = {name for name, _, _ in Plain(shipped, vocab)(fine)}
        assert found <= let_through
        assert len(let_through) < len(found) + 5
