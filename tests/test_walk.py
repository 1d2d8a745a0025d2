"""Our walk along a path against spaCy's DependencyMatcher, on random trees."""

from __future__ import annotations

from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.matcher import DependencyMatcher
from spacy.tokens import Doc

from pipeline.relate.reached import Ways
from pipeline.relate.rules import Path_, RuleBook
from pipeline.relate.walk import _OPERATORS, Walk
from pipeline.relate.words import read_words

VOCAB = spacy.blank("en").vocab
DEPS = ["nsubj", "dobj", "nmod", "conj"]


@st.composite
def trees(draw: st.DrawFn) -> Doc:
    """A sentence of 2 to 7 words with a random tree: each word but the first hangs on an
    earlier or, after shuffling, a later one."""
    n = draw(st.integers(2, 7))
    order = draw(st.permutations(range(n)))
    heads = [0] * n
    heads[order[0]] = order[0]
    for place in range(1, n):
        heads[order[place]] = order[draw(st.integers(0, place - 1))]
    deps = ["ROOT" if heads[i] == i else draw(st.sampled_from(DEPS)) for i in range(n)]
    words = draw(st.lists(st.sampled_from(["a", "b", "c"]), min_size=n, max_size=n))
    return Doc(VOCAB, words=words, heads=heads, deps=deps)


@st.composite
def patterns(draw: st.DrawFn) -> list[dict[str, Any]]:
    def attributes() -> dict[str, Any]:
        return draw(
            st.sampled_from(
                [{}, {"DEP": "nmod"}, {"DEP": {"IN": ["nsubj", "conj"]}}, {"LOWER": "a"},
                 {"DEP": {"NOT_IN": ["dobj"]}}, {"LOWER": {"REGEX": "^[ab]$"}}]
            )
        )  # fmt: skip

    names = ["trigger", "middle", "argument"][: draw(st.integers(2, 3))]
    if len(names) == 2:
        names = ["trigger", "argument"]
    nodes: list[dict[str, Any]] = [{"RIGHT_ID": "trigger", "RIGHT_ATTRS": attributes()}]
    for i, name in enumerate(names[1:], 1):
        nodes.append(
            {
                "LEFT_ID": names[draw(st.integers(0, i - 1))],
                "REL_OP": draw(st.sampled_from(sorted(_OPERATORS))),
                "RIGHT_ID": name,
                "RIGHT_ATTRS": attributes(),
            }
        )
    return nodes


@settings(max_examples=400, deadline=None)
@given(doc=trees(), pattern=patterns())
def test_the_walk_reaches_what_spacys_matcher_finds(
    doc: Doc, pattern: list[dict[str, Any]]
) -> None:
    matcher = DependencyMatcher(VOCAB)
    matcher.add("path", [pattern])
    argument = [node["RIGHT_ID"] for node in pattern].index("argument")
    expected: dict[int, set[int]] = {}
    for _, tokens in matcher(doc):
        expected.setdefault(tokens[0], set()).add(tokens[argument])
    walk = Walk(pattern)
    for word in read_words(doc):
        assert set(walk.reach(word)) == expected.get(word.i, set())


@settings(max_examples=400, deadline=None)
@given(doc=trees(), pattern=patterns())
def test_a_path_that_reaches_something_is_open(doc: Doc, pattern: list[dict[str, Any]]) -> None:
    path = Path_.model_construct(id="way", why="for tests", pattern=pattern, unless=[])
    ways = Ways(RuleBook({"way": path}, [], {}), ["way"])
    for word in read_words(doc):
        assert ways.open_to(word) == 1 or ways.walks[0].reach(word) == []


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ({"REL_OP": "~"}, "no operator '~'"),
        ({"RIGHT_ATTRS": {"IS_ALPHA": True}}, "cannot test IS_ALPHA"),
        ({"RIGHT_ATTRS": {"LOWER": {"FUZZY": "x"}}}, "cannot use FUZZY"),
    ],
)
def test_what_a_path_cannot_say_is_refused(node: dict[str, Any], message: str) -> None:
    base = {"LEFT_ID": "trigger", "REL_OP": ">", "RIGHT_ID": "argument", "RIGHT_ATTRS": {}}
    with pytest.raises(ValueError, match=message):
        Walk([{"RIGHT_ID": "trigger", "RIGHT_ATTRS": {}}, {**base, **node}])
