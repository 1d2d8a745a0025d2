"""Short forms that a document defines, and every later use of them."""

from __future__ import annotations

import pytest
from spacy.language import Language
from spacy.vocab import Vocab

from pipeline.recognise.abbreviations import Definition, Meaning, definitions, occurrences
from pipeline.recognise.fine import fine_text
from pipeline.recognise.terms import BLOCKED


@pytest.mark.filterwarnings("ignore:.*W036")
class TestDefinitions:
    def test_only_the_place_of_definition(self, plain: Language) -> None:
        text = "Plump round cells (PRC) divide. Later each PRC shrinks, and PRC die."
        (found,) = definitions(plain(text), text)
        assert found == Definition("PRC", 19, 22, 0, 17)
        assert text[found.long_start : found.long_end] == "Plump round cells"

    def test_two_in_order(self, plain: Language) -> None:
        text = "Red bone disease (RBD) precedes soft tissue swelling (STS)."
        assert [d.short for d in definitions(plain(text), text)] == ["RBD", "STS"]

    @pytest.mark.parametrize(
        ("text", "short", "long"),
        [
            # the short form first
            ("MS (multiple sclerosis) is chronic.", "MS", "multiple sclerosis"),
            ("An OPG (orthopantomogram) was taken.", "OPG", "orthopantomogram"),
            # many fine tokens in few words
            (
                "a toluene-diisocyanate-induced asthma (TA) case",
                "TA", "toluene-diisocyanate-induced asthma",
            ),
            # a number at the end
            ("The bean starch fraction (BSF2) swelled.", "BSF2", "bean starch fraction"),
            ("Second survey form (SSF-2) was sent.", "SSF-2", "Second survey form"),
            # a list of them
            ("Abbreviations: MS, mass spectrometry; CV, coefficient of variation.",
             "MS", "mass spectrometry"),
        ],
    )  # fmt: skip
    def test_what_the_detector_leaves(
        self, plain: Language, text: str, short: str, long: str
    ) -> None:
        found = [(d.short, text[d.long_start : d.long_end]) for d in definitions(plain(text), text)]
        assert (short, long) in found

    @pytest.mark.parametrize(
        "text",
        [
            "Nothing in brackets.",
            "Mice (see below) died.",
            "A (n = 4).",
            "polyovular follicles (follicles containing multiple oocytes)",
            "The MS (Thermo Fisher, Bremen) was run.",
            "Three arms (ABC) were used.",
        ],
    )
    def test_no_definition(self, plain: Language, text: str) -> None:
        assert definitions(plain(text), text) == []


MEANINGS = {
    "PRC": Meaning("CELL", "plump round cell", "X:1"),
    "IFN-q": Meaning("CYTOKINE", "IFNQ", "", "family"),
    "MS": Meaning(),
}


def uses(text: str, vocab: Vocab) -> list[tuple[str, str]]:
    found = occurrences(fine_text(text), MEANINGS)
    return [(text[c.start : c.end], c.label) for c in found]


class TestOccurrences:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("a PRC.", "PRC"),
            ("many PRCs here", "PRCs"),
            ("PRC-derived IL-2", "PRC"),
            ("with IFN-q alone", "IFN-q"),
        ],
    )
    def test_finds(self, vocab: Vocab, text: str, words: str) -> None:
        assert [w for w, _ in uses(text, vocab)] == [words]

    @pytest.mark.parametrize("text", ["prc", "Prc", "PRC2", "APRC", "IFN q", "IFN-qs2"])
    def test_exact_case_and_form_only(self, vocab: Vocab, text: str) -> None:
        assert uses(text, vocab) == []

    def test_plural_definition_is_met_in_the_singular(self, vocab: Vocab) -> None:
        fine = fine_text("one PRC, two PRCs")
        found = list(occurrences(fine, {"PRCs": Meaning("CELL")}))
        assert [(c.start, c.end) for c in found] == [(4, 7), (13, 17)]

    def test_carries_the_meaning(self, vocab: Vocab) -> None:
        (found,) = occurrences(fine_text("the IFN-q"), MEANINGS)
        assert (found.name, found.specificity) == ("IFNQ", "family")
        assert (found.layer, found.status, found.match) == ("abbreviations", "abbreviation", "")

    def test_a_meaning_of_nothing_of_ours_blocks(self, vocab: Vocab) -> None:
        assert uses("by MS", vocab) == [("MS", BLOCKED)]

    def test_nothing_defined(self, vocab: Vocab) -> None:
        assert list(occurrences(fine_text("a PRC"), {})) == []
