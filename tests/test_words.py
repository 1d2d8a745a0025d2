"""The words of a block say what spaCy's tokens say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipeline.recognise.fine import fine_vocab
from pipeline.relate.words import read_words

VOCAB = fine_vocab()


@st.composite
def trees(draw: st.DrawFn) -> Doc:
    """1 to 8 words whose heads make one tree or several, some with gaps."""
    n = draw(st.integers(1, 8))
    order = draw(st.permutations(range(n)))
    heads = list(range(n))
    for place in range(1, n):
        if draw(st.booleans()):
            heads[order[place]] = order[draw(st.integers(0, place - 1))]
    deps = ["ROOT" if head == i else "dep" for i, head in enumerate(heads)]
    words = draw(st.lists(st.sampled_from(["Cells", "die", "IL-6", "?"]), min_size=n, max_size=n))
    return Doc(
        VOCAB, words=words, heads=heads, deps=deps, tags=["NN"] * n, pos=["NOUN"] * n,
        lemmas=[word.lower() for word in words],
        ents=["B-CYTOKINE" if word == "IL-6" else "O" for word in words],
    )  # fmt: skip


@given(trees())
def test_each_word_is_its_token(doc: Doc) -> None:
    words = read_words(doc)
    for token, word in zip(doc, words, strict=True):
        for name in ("i", "text", "lower_", "lemma_", "tag_", "pos_", "dep_", "ent_type_"):
            assert getattr(word, name) == getattr(token, name)
        assert word.head is words[token.head.i]
        assert [w.i for w in word.children] == [t.i for t in token.children]
        assert [w.i for w in word.ancestors] == [t.i for t in token.ancestors]
        assert {w.i for w in word.subtree} == {t.i for t in token.subtree}


@given(trees())
def test_sentences_are_those_of_the_doc(doc: Doc) -> None:
    words = read_words(doc)
    for token, word in zip(doc, words, strict=True):
        sent = token.sent
        assert (word.sent.start, word.sent.end) == (sent.start, sent.end)
        assert word.sent.asks == sent.text.rstrip().endswith("?")
        assert word.sent.root.i == sent.root.i
        assert [w.i for w in word.sent] == [t.i for t in sent]
