"""Mentions as single tokens of a parsed text, on trees made by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.recognise.candidates import Candidate
from pipeline.recognise.recogniser import Found
from pipeline.relate.bind import bind, coarse
from pipeline.relate.words import read_words

Tree = Callable[..., Doc]


def found(*spans: tuple[int, int, str]) -> list[Found]:
    return [Found(Candidate(start, end, label, "test")) for start, end, label in spans]


def row(doc: Doc) -> list[tuple[str, str, str, str]]:
    return [(t.text, t.dep_, t.head.text, t.tag_) for t in doc]


@pytest.fixture(scope="module")
def text(tree: Tree) -> Doc:
    return tree(
        "Resident 2 amod JJ", "mast 2 compound NN", "cells 3 nsubj NNS",
        "release 3 ROOT VBP", "tumor 6 compound NN", "necrosis 6 compound NN",
        "factor_ 3 dobj NN", ". 3 punct .",
    )  # fmt: skip


class TestMerging:
    def test_a_mention_is_one_token_on_its_heads_place(self, text: Doc) -> None:
        bound = bind(text, found((9, 19, "CELL"), (28, 49, "CYTOKINE")))
        assert row(bound.doc) == [
            ("Resident", "amod", "mast cells", "JJ"),
            ("mast cells", "nsubj", "release", "NNS"),
            ("release", "ROOT", "release", "VBP"),
            ("tumor necrosis factor", "dobj", "release", "NN"),
            (".", "punct", "release", "."),
        ]
        assert [t.ent_type_ for t in bound.doc] == ["", "CELL", "", "CYTOKINE", ""]

    def test_offsets_and_indexes(self, text: Doc) -> None:
        bound = bind(text, found((9, 19, "CELL"), (28, 49, "CYTOKINE")))
        assert bound.doc.text == text.text
        assert (bound.starts, bound.ends) == ([0, 9, 20, 28, 49], [8, 19, 27, 49, 50])
        assert bound.mention_of == [-1, 0, -1, 1, -1]
        assert bound.token_of == {0: 1, 1: 3}
        assert [(e.start, e.label_) for e in bound.doc.ents] == [(1, "CELL"), (3, "CYTOKINE")]

    def test_lemmas(self, text: Doc) -> None:
        bound = bind(text, found((9, 19, "CELL")))
        assert [t.lemma_ for t in bound.doc][:3] == ["resident", "mast cells", "release"]

    def test_without_mentions_the_text_stays(self, text: Doc) -> None:
        bound = bind(text, [])
        assert row(bound.doc) == row(text)
        assert set(bound.mention_of) == {-1}


class TestSplitting:
    def test_the_rest_governs_what_is_split_off(self, tree: Tree) -> None:
        text = tree("IL-17-producing 1 amod JJ", "cells 2 nsubj NNS", "die 2 ROOT VBP")
        bound = bind(text, found((0, 5, "CYTOKINE")))
        assert row(bound.doc) == [
            ("IL-17", "compound", "-producing", "NN"),
            ("-producing", "amod", "cells", "JJ"),
            ("cells", "nsubj", "die", "NNS"),
            ("die", "ROOT", "die", "VBP"),
        ]
        assert bound.doc[1].lemma_ == "producing"
        assert bound.doc.text == text.text

    def test_a_mention_over_part_of_a_token_and_the_next(self, tree: Tree) -> None:
        text = tree("non-mast 1 compound NN", "cells 2 nsubj NNS", "die 2 ROOT VBP")
        bound = bind(text, found((4, 14, "CELL")))
        assert [t.text for t in bound.doc] == ["non-", "mast cells", "die"]
        assert bound.doc[1].head.text == "die"
        assert bound.doc[1].dep_ == "nsubj"

    def test_two_mentions_in_one_token(self, tree: Tree) -> None:
        text = tree("IL-2/IL-15 1 nsubj NN", "act 1 ROOT VBP")
        bound = bind(text, found((0, 4, "CYTOKINE"), (5, 10, "CYTOKINE")))
        assert [t.text for t in bound.doc] == ["IL-2", "/", "IL-15", "act"]
        assert bound.token_of == {0: 0, 1: 2}
        assert {t.head.text for t in bound.doc if t.dep_ == "nsubj"} == {"act"}

    def test_a_sign_left_over_governs_nothing(self, tree: Tree) -> None:
        text = tree("TNF-α- 1 nsubj NN", "acts 1 ROOT VBZ")
        bound = bind(text, found((0, 5, "CYTOKINE")))
        assert row(bound.doc)[:2] == [
            ("TNF-α", "nsubj", "acts", "NN"),
            ("-", "punct", "TNF-α", "HYPH"),
        ]


class TestNesting:
    def test_the_outer_one_is_the_token(self, tree: Tree) -> None:
        text = tree("anti-TNF 1 amod JJ", "antibody 2 nsubj NN", "helps 2 ROOT VBZ")
        bound = bind(text, found((0, 17, "DRUG"), (5, 8, "CYTOKINE")))
        assert [t.text for t in bound.doc] == ["anti-TNF antibody", "helps"]
        assert bound.nested_in == {1: 0}
        assert bound.token_of == {0: 0}


class TestRepairs:
    """What parsers often get wrong, put right on the tree."""

    def test_what_has_a_subject_is_no_attribute(self, tree: Tree) -> None:
        text = tree("IL-4 1 nsubj NN", "raised 2 amod VBN", "CD80 2 ROOT NN", ". 2 punct .")
        assert row(bind(text, []).doc) == [
            ("IL-4", "nsubj", "raised", "NN"),
            ("raised", "ROOT", "raised", "VBD"),
            ("CD80", "dobj", "raised", "NN"),
            (".", "punct", "raised", "."),
        ]

    def test_an_attribute_stays_one(self, tree: Tree) -> None:
        text = tree("raised 1 amod VBN", "CD80 2 nsubj NN", "fell 2 ROOT VBD")
        assert row(bind(text, []).doc) == row(text)

    def test_an_infinitive_has_an_object(self, tree: Tree) -> None:
        text = tree("said 0 ROOT VBN", "to 3 case TO", "lower 3 amod VB", "TNF 0 nmod NN")
        bound = bind(text, [])
        assert row(bound.doc)[1:] == [
            ("to", "mark", "lower", "TO"),
            ("lower", "xcomp", "said", "VB"),
            ("TNF", "dobj", "lower", "NN"),
        ]
        assert bound.doc[2].lemma_ == "lower"

    def test_a_finite_verb_below_the_root_is_the_statement(self, tree: Tree) -> None:
        text = tree("Etanercept 0 ROOT NN", "lowered 0 acl VBD", "TNF 1 dobj NN", ". 0 punct .")
        assert row(bind(text, []).doc) == [
            ("Etanercept", "nsubj", "lowered", "NN"),
            ("lowered", "ROOT", "lowered", "VBD"),
            ("TNF", "dobj", "lowered", "NN"),
            (".", "punct", "lowered", "."),
        ]

    def test_of_two_subjects_the_pronoun_is_the_object(self, tree: Tree) -> None:
        text = tree(
            "CXCL9 0 ROOT NN", "which 3 nsubj WDT", "it 3 nsubj PRP", "makes 0 acl:relcl VBZ"
        )
        assert [t.dep_ for t in bind(text, []).doc] == ["ROOT", "dobj", "nsubj", "acl:relcl"]

    def test_a_noun_with_subject_and_copula_is_a_clause(self, tree: Tree) -> None:
        text = tree(
            "It 1 nsubj PRP",
            "helps 1 ROOT VBZ",
            "gout 4 nsubj NN",
            "is 4 cop VBZ",
            "cause 1 conj NN",
        )
        assert [t.dep_ for t in bind(text, []).doc][-1] == "parataxis"

    def test_a_preposition_is_the_nouns(self, tree: Tree) -> None:
        text = tree(
            "in 1 case IN", "mild 4 amod JJ", "or 1 cc CC", "bad 1 conj JJ", "lupus 4 ROOT NN"
        )
        assert bind(text, []).doc[0].head.text == "lupus"

    def test_two_names_share_a_noun(self, tree: Tree) -> None:
        text = tree("IL-4 0 ROOT NN", "and 0 cc CC", "TNF 3 compound NN", "release 0 conj NN",
                    "rose 0 acl VBD")  # fmt: skip
        bound = bind(text, found((0, 4, "CYTOKINE"), (9, 12, "CYTOKINE")))
        assert row(bound.doc) == [
            ("IL-4", "compound", "release", "NN"),
            ("and", "cc", "IL-4", "CC"),
            ("TNF", "conj", "IL-4", "NN"),
            ("release", "ROOT", "release", "NN"),
            ("rose", "acl", "release", "VBD"),
        ]

    @pytest.mark.parametrize(
        ("word", "tag", "lemma"),
        [("lower", "VB", "lower"), ("calms", "VBZ", "calm"), ("women", "NNS", "woman"),
         ("are", "VBP", "are")],
    )  # fmt: skip
    def test_lemma(self, tree: Tree, word: str, tag: str, lemma: str) -> None:
        text = tree(f"{word} 0 ROOT {tag}")
        text[0].lemma_ = word
        assert bind(text, []).doc[0].lemma_ == lemma

    def test_a_shortened_genus_is_one_word(self, vocab: Vocab) -> None:
        text = Doc(
            vocab, words=["F", ".", "nucleatum", "grew", "."], heads=[2, 0, 3, 3, 3],
            spaces=[False, True, True, False, False],
            deps=["compound", "punct", "nsubj", "ROOT", "punct"],
            tags=["NN", ".", "NN", "VBD", "."],
        )  # fmt: skip
        assert [t.text for t in bind(text, []).doc] == ["F.", "nucleatum", "grew", "."]


class TestTrees:
    def test_merging_across_a_head_closes_no_circle(self, tree: Tree) -> None:
        # "mast cells" is no constituent: its parts govern, and hang on, "old"
        text = tree("mast 3 nsubj NN", "cells 2 dep NNS", "old 0 amod JJ", "die 3 ROOT VBP")
        bound = bind(text, found((0, 10, "CELL")))
        assert [t.text for t in bound.doc] == ["mast cells", "old", "die"]
        assert bound.doc[1].head.text == "mast cells"
        assert_tree(bound.doc)

    @pytest.mark.parametrize(
        ("tag", "pos"),
        [("VBZ", "VERB"), ("NNS", "NOUN"), ("JJ", "ADJ"), ("IN", "ADP"), ("WDT", "PRON"),
         ("CC", "CCONJ"), ("HYPH", "PUNCT"), (",", "PUNCT"), ("MD", "AUX"), ("TO", "PART")],
    )  # fmt: skip
    def test_coarse(self, tag: str, pos: str) -> None:
        assert coarse(tag) == pos


def assert_tree(doc: Doc) -> None:
    """Every token reaches a root."""
    for token in doc:
        for _ in range(len(doc)):
            token = token.head
        assert token.head.i == token.i


@st.composite
def parsed(draw: st.DrawFn) -> tuple[list[str], list[bool], list[int], list[tuple[int, int]]]:
    """Words, blanks, heads of a projective or crossing tree, and mentions in order."""
    n = draw(st.integers(1, 9))
    words = draw(
        st.lists(st.sampled_from(["cell", "IL-6-led", "-", "a", "of"]), min_size=n, max_size=n)
    )
    spaces = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    order = draw(st.permutations(range(n)))
    heads = list(range(n))
    for k in range(1, n):
        heads[order[k]] = order[draw(st.integers(0, k - 1))]
    length = sum(len(w) + s for w, s in zip(words, spaces, strict=True))
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=8)))
    return words, spaces, heads, list(zip(cuts[::2], cuts[1::2], strict=False))


@given(parsed())
def test_any_tree_with_any_mentions(
    vocab: Vocab, case: tuple[list[str], list[bool], list[int], list[tuple[int, int]]]
) -> None:
    words, spaces, heads, cuts = case
    n = len(words)
    doc = Doc(vocab, words=words, spaces=spaces, heads=heads, deps=["dep"] * n, tags=["NN"] * n)
    mentions = []
    for start, end in cuts:  # a mention starts and ends with a character of a word
        while start < end and doc.text[start].isspace():
            start += 1
        while start < end and doc.text[end - 1].isspace():
            end -= 1
        if start < end:
            mentions.append((start, end, "CELL"))
    bound = bind(doc, found(*mentions))
    assert_tree(bound.doc)
    for word, same in zip(bound.words, read_words(bound.doc), strict=True):
        for name in ("text", "lower_", "lemma_", "tag_", "pos_", "dep_", "ent_type_"):
            assert getattr(word, name) == getattr(same, name)
        assert word.head.i == same.head.i
        assert (word.sent.start, word.sent.end) == (same.sent.start, same.sent.end)
    for m, (start, end, _) in enumerate(mentions):
        i = bound.token_of[m]
        assert (bound.starts[i], bound.ends[i]) == (start, end)
        assert bound.doc[i].text == doc.text[start:end]
    covered = {c for s, e in zip(bound.starts, bound.ends, strict=True) for c in range(s, e)}
    assert {i for i, c in enumerate(doc.text) if not c.isspace()} <= covered
    assert bound.ends == sorted(bound.ends)
    assert all(e <= s for e, s in zip(bound.ends, bound.starts[1:], strict=False))


def test_a_finer_tokenizer_gives_the_same_words(vocab: Vocab) -> None:
    """*LPS* *-* *stimulated* is one word to the rules, with or without a mention in it."""
    doc = Doc(
        vocab,
        words=["IL-4", "/", "IL-13", "-", "treated", "or", "LPS", "-", "primed", "B", "cells"],
        spaces=[False, False, False, False, True, True, False, False, True, True, False],
        heads=[4, 0, 0, 4, 10, 4, 8, 8, 4, 10, 10],
        deps=[
            "compound", "punct", "conj", "punct", "amod", "cc", "compound", "punct", "conj",
            "compound", "ROOT",
        ],
        tags=["NN", ":", "NN", "HYPH", "JJ", "CC", "NN", "HYPH", "JJ", "NN", "NNS"],
        lemmas=["IL-4", "/", "IL-13", "-", "treated", "or", "LPS", "-", "primed", "B", "cell"],
    )  # fmt: skip
    mentions = found((0, 4, "CYTOKINE"), (5, 10, "CYTOKINE"), (33, 40, "CELL"))
    bound = bind(doc, mentions).doc
    assert [t.text for t in bound] == [
        "IL-4", "/", "IL-13", "-treated", "or", "LPS-primed", "B cells",
    ]  # fmt: skip
    assert [(t.dep_, t.head.text) for t in bound] == [
        ("compound", "-treated"),
        ("punct", "IL-4"),
        ("conj", "IL-4"),
        ("amod", "B cells"),
        ("cc", "-treated"),
        ("conj", "-treated"),
        ("ROOT", "B cells"),
    ]
    assert [t.lemma_ for t in bound][3] == "treated"
