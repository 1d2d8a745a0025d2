"""What leaves rules out before they are tried never leaves out one that would speak."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.patterns_data import default_patterns_dir
from pipeline.recognise.fine import fine_vocab
from pipeline.relate.possible import WordIndex, anchor, labels_needed, parts
from pipeline.relate.rules import Rule, read_rules
from pipeline.relate.sequences import WordSequence, word_check
from pipeline.relate.words import read_words

VOCAB = fine_vocab()
WORDS = ["IL-6", "cells", "Cells", "make", "made", "by", ","]
NODES = [
    {"LOWER": "cells"}, {"LEMMA": {"IN": ["make", "cell"]}}, {"LOWER": {"REGEX": "^ma"}},
    {"ORTH": {"NOT_IN": [","]}}, {"TEXT": "Cells"}, {"TAG": "NN", "LOWER": "by"},
    {"ENT_TYPE": "CYTOKINE"}, {"ENT_TYPE": ""}, {"IS_PUNCT": True}, {},
]  # fmt: skip
OPERATORS = [None, None, "?", "*", "+", "{0,2}", "{1,2}"]


@st.composite
def docs(draw: st.DrawFn, ends: str = "") -> Doc:
    """One sentence of 3 to 7 words, between two more if ``ends`` is given; IL-6 is a mention."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1 if ends else 3, max_size=7))
    words = [ends, *words, ends] if ends else words
    lemmas = [{"made": "make", "cells": "cell", "Cells": "cell"}.get(w, w) for w in words]
    tags = ["NN" for _ in words]
    ents = ["B-CYTOKINE" if word == "IL-6" else "O" for word in words]
    return Doc(
        VOCAB, words=words, lemmas=lemmas, tags=tags, ents=ents, heads=[0 for _ in words],
        deps=["ROOT", *("dep" for _ in words[1:])],
    )  # fmt: skip


@st.composite
def sequences(draw: st.DrawFn) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = draw(st.lists(st.sampled_from(NODES), min_size=2, max_size=4))
    with_operators = []
    for node in nodes:
        operator = draw(st.sampled_from(OPERATORS))
        with_operators.append({**node, "OP": operator} if operator else dict(node))
    return with_operators


@given(doc=docs(), nodes=sequences())
def test_a_sequence_that_stands_has_its_anchor_and_its_mentions(
    doc: Doc, nodes: list[dict[str, Any]]
) -> None:
    matcher = Matcher(VOCAB)
    matcher.add("any", [nodes])
    if not matcher(doc):
        return
    index = WordIndex({4: anchor(nodes)})
    words = read_words(doc)
    assert any(index[word] == (4,) for word in words)
    labels = Counter(label for part in parts(words) for label in part.labels.elements())
    assert labels_needed(nodes) <= labels


@settings(max_examples=400)
@given(doc=docs(ends="IL-6"), nodes=sequences())
def test_a_sequence_that_stands_may_stand(doc: Doc, nodes: list[dict[str, Any]]) -> None:
    tokens = [{"role": "subject"}, *nodes, {"role": "object"}]
    rule = Rule.model_construct(id="r", predicate="REGULATES", subject=[], object=[], tokens=tokens)
    sequence = WordSequence(rule, VOCAB)
    words = read_words(doc)
    index = WordIndex({0: sequence.anchor})
    for part in parts(words):
        may_stand = sequence.may_stand_in(part, [word for word in words if index[word]])
        assert may_stand or not list(sequence(doc, 0))


@given(doc=docs(), node=st.sampled_from(NODES))
def test_a_word_that_fits_is_in_the_index(doc: Doc, node: dict[str, Any]) -> None:
    matcher = Matcher(VOCAB)
    matcher.add("any", [[node]])
    index, fits = WordIndex({0: node}), word_check(node, VOCAB)
    for word in read_words(doc):
        expected = bool(matcher(doc[word.i : word.i + 1]))
        assert fits(word) is expected
        assert index[word] == (0,) or not expected


class TestWordIndex:
    def test_gives_the_nodes_of_each_form(self, vocab: Vocab) -> None:
        one, other = read_words(
            Doc(vocab, words=["Made", "cells"], lemmas=["make", "cell"], sent_starts=[1, -1])
        )
        nodes = [{"LEMMA": {"IN": ["make", "brew"]}}, {"LOWER": "made"}, {"ORTH": "made"}]
        index = WordIndex(dict(enumerate(nodes)))
        assert (index[one], index[other]) == ((0, 1), ())

    def test_a_node_without_words_takes_all(self, vocab: Vocab) -> None:
        (word,) = read_words(Doc(vocab, words=["Made"], lemmas=["make"], sent_starts=[1]))
        assert WordIndex({3: {"TAG": "NN"}, 5: {"LOWER": {"NOT_IN": ["x"]}}})[word] == (3, 5)

    @pytest.mark.parametrize("regex", ["^ma", "(?i)^MA", r"(d|a)e$|(x)\2", "^(?P<a>m)"])
    def test_expressions_of_any_kind_side_by_side(self, regex: str, vocab: Vocab) -> None:
        words = read_words(
            Doc(vocab, words=["made", "xx"], lemmas=["make", "xx"], sent_starts=[1, -1])
        )
        nodes = [{"LOWER": {"REGEX": "^(?P<a>x)"}}, {"LOWER": {"REGEX": regex}}]
        index = WordIndex(dict(enumerate(nodes)))
        assert [index[word] for word in words] == [
            tuple(n for n, node in enumerate(nodes)
                  if re.search(node["LOWER"]["REGEX"], word.lower_))
            for word in words
        ]  # fmt: skip


class TestAnchor:
    def test_the_trigger_goes_before_other_lists(self) -> None:
        nodes = [{"LOWER": "by"}, {"LEMMA": {"IN": ["make"]}, "role": "trigger"}]
        assert anchor(nodes) == nodes[1]

    def test_a_node_that_may_be_missing_is_none(self) -> None:
        nodes = [{"LOWER": "by", "OP": "?"}, {"LOWER": {"REGEX": "^ma"}}, {"LOWER": {"IN": ["x"]}}]
        assert anchor(nodes) == nodes[2]
        assert anchor(nodes[:2]) == nodes[1]
        assert anchor(nodes[:1]) == {}

    @pytest.mark.parametrize("operator", ["?", "*", "!", "{0,3}", "{,2}"])
    def test_no_mention_is_needed_where_none_may_stand(self, operator: str) -> None:
        nodes = [{"ENT_TYPE": "CELL"}, {"ENT_TYPE": "CELL", "OP": operator}]
        assert labels_needed(nodes) == Counter({"CELL": 1})


class TestParts:
    def test_names_the_labels_of_the_sentence_before(self, vocab: Vocab) -> None:
        doc = Doc(
            vocab, words=["IL-6", "rose", "it", "fell", "then", "ended"],
            heads=[1, 1, 3, 3, 5, 5], deps=["nsubj", "ROOT", "nsubj", "ROOT", "advmod", "ROOT"],
            ents=["B-CYTOKINE", "O", "O", "O", "O", "O"],
        )  # fmt: skip
        found = [(s.start, s.end, dict(s.labels), set(s.near)) for s in parts(read_words(doc))]
        assert found == [(0, 2, {"CYTOKINE": 1}, {"CYTOKINE"}), (2, 4, {}, {"CYTOKINE"})]

    def test_a_tree_with_a_gap_is_one_stretch(self, vocab: Vocab) -> None:
        doc = Doc(
            vocab, words=["IL-6", "rose", "fell", "monocytes"], heads=[1, 1, 2, 1],
            deps=["nsubj", "ROOT", "ROOT", "dobj"], ents=["B-CYTOKINE", "O", "O", "B-CELL"],
        )  # fmt: skip
        (one,) = parts(read_words(doc))
        assert (one.start, one.end, one.near) == (0, 4, {"CYTOKINE", "CELL"})


def test_every_sequence_of_the_shipped_rules_has_an_anchor() -> None:
    rules = [rule for rule in read_rules(default_patterns_dir()).rules if rule.tokens]
    assert [rule.id for rule in rules if not anchor(rule.tokens or [])] == []
