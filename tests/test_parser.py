"""What the embedded parser must bear: titles, lists, brackets, statistics, long and glued text."""

from __future__ import annotations

import pytest
from spacy.language import Language
from spacy.tokens import Doc

pytestmark = pytest.mark.model


def sentences(nlp: Language, text: str) -> list[str]:
    return [sentence.text.strip() for sentence in nlp(text).sents]


def arc(doc: Doc, word: str) -> tuple[str, str]:
    token = next(token for token in doc if token.text == word)
    return token.dep_, token.head.text


@pytest.mark.parametrize(
    "parts",
    [
        ["Serum IL-18 in adult-onset Still's disease: a cohort study.", "We followed 61 patients."],
        ["Mice were bled weekly.", "IL-5 fell at once.", "Eosinophils took longer to fall."],
        [
            "Levels rose (n = 14; 3.2 vs. 1.1 pg/mL; P < 0.01).",
            "No such rise was seen in controls.",
        ],
        ["IL-6 was measured by ELISA (Fig. 2A, see ref. 14).", "TNF was not detected."],
        ["Patients were given vitamin D.", "Their T cells were counted by flow cytometry."],
        ["Is IL-17 needed?", "In the gut it is (see below), in the skin it is not."],
        [
            "Dr. Meyer et al. used E. coli LPS, i.e. a TLR4 ligand.",
            "Monocytes answered within 2 h.",
        ],
    ],
)
def test_sentences_end_where_a_reader_ends_them(nlp: Language, parts: list[str]) -> None:
    assert sentences(nlp, " ".join(parts)) == parts


def test_lines_of_a_list_are_sentences(nlp: Language) -> None:
    text = "IL-10 comes from:\n- regulatory T cells\n- B cells\n- macrophages of the gut"
    doc = nlp(text)
    assert not any(doc[token.i - 1].text == "-" for token in doc if token.is_sent_start and token.i)
    assert arc(doc, "IL-10") == ("nsubj", "comes")


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("IL-6 (14.2 +/- 3.1 pg/mL, n = 9) activates monocytes.", "IL-6", ("nsubj", "activates")),
        (
            "IL-6 (14.2 +/- 3.1 pg/mL, n = 9) activates monocytes.",
            "monocytes",
            ("dobj", "activates"),
        ),
        (
            "Macrophages [CD68+, 31% of all cells (range, 22-40%)] release TNF.",
            "TNF",
            ("dobj", "release"),
        ),
        ("Cisplatin-induced nephrotoxicity needs TNF.", "Cisplatin", ("compound", "induced")),
        ("Cisplatin-induced nephrotoxicity needs TNF.", "induced", ("amod", "nephrotoxicity")),
        ("IL-4/IL-13-treated macrophages released CCL18.", "treated", ("amod", "macrophages")),
        ("TNF does not activate neutrophils.", "not", ("neg", "activate")),
        ("Neutrophils are recruited by CXCL8.", "CXCL8", ("nmod", "recruited")),
        ("Neutrophils are recruited by CXCL8.", "Neutrophils", ("nsubjpass", "recruited")),
    ],
)
def test_arcs_that_the_rules_rest_on(
    nlp: Language, text: str, word: str, expected: tuple[str, str]
) -> None:
    assert arc(nlp(text), word) == expected


def test_a_very_long_sentence_is_one_and_its_verb_is_the_root(nlp: Language) -> None:
    middle = ", ".join(f"IL-{n} ({n}.5 pg/mL)" for n in range(1, 38))
    doc = nlp(f"In the supernatants we found {middle} and CCL2, but TNF was not detected.")
    assert len(doc) > 200
    assert len(list(doc.sents)) == 1
    assert next(doc.sents).root.text == "found"
    assert arc(doc, "IL-1") == ("dobj", "found")
    assert arc(doc, "TNF") == ("nsubjpass", "detected")


def test_a_title_without_a_verb_has_a_noun_for_root(nlp: Language) -> None:
    doc = nlp("Interleukin-33 and the lung epithelium in severe asthma")
    assert [s.root.text for s in doc.sents] == ["Interleukin-33"]
