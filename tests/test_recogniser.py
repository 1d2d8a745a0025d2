"""Recognition of whole documents: all layers together.

Most tests run without a trained model; the last ones take the embedded one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.language import Language

from pipeline.recognise.recogniser import Found, Recogniser

pytestmark = pytest.mark.filterwarnings("ignore:.*W036")
Recognise = Callable[..., list[list[tuple[str, str, str]]]]


@pytest.fixture(scope="session")
def blocks(plain: Language, recogniser: Recogniser) -> Callable[..., list[list[Found]]]:
    """The texts are the blocks of one document."""
    return lambda *texts: recogniser([plain(text) for text in texts])


@pytest.fixture(scope="session")
def recognise(blocks: Callable[..., list[list[Found]]]) -> Recognise:
    """Blocks of one document -> for each block (words, label, concept name)."""

    def run(*texts: str) -> list[list[tuple[str, str, str]]]:
        return [
            [(text[f.candidate.start : f.candidate.end], f.candidate.label, f.candidate.name)
             for f in found]
            for text, found in zip(texts, blocks(*texts), strict=True)
        ]  # fmt: skip

    return run


@pytest.fixture(scope="session")
def names(recognise: Recognise) -> Callable[[str], dict[str, str]]:
    """One text -> the words of each mention with its concept."""
    return lambda text: {words: name for words, _, name in recognise(text)[0]}


class TestSpelling:
    @pytest.mark.parametrize(
        ("words", "name"),
        [
            ("TNF-α", "TNF"),
            ("TNFα", "TNF"),
            ("IFN-γ", "IFNG"),
            ("IL-1 β", "IL1B"),
            ("TGFβ1", "TGFB1"),
            ("TGF‑β1", "TGFB1"),
            ("interferon-gamma", "IFNG"),
            ("interleukin (IL)-2", "IL2"),
            ("Interleukin 17A", "IL17A"),
            ("IL-23p19", "IL23A"),
        ],
    )
    def test_one_cytokine_in_many_spellings(
        self, recognise: Recognise, words: str, name: str
    ) -> None:
        assert recognise(f"Serum {words} rose twofold.")[0] == [(words, "CYTOKINE", name)]

    @pytest.mark.parametrize("words", ["Crohn's disease", "Crohn’s disease", "Crohn disease"])
    def test_possessives(self, names: Callable[[str], dict[str, str]], words: str) -> None:
        assert names(f"Children with {words} lost weight.") == {words: "Crohn disease"}

    def test_accents(self, names: Callable[[str], dict[str, str]]) -> None:
        assert names("Women with Sjögren's syndrome tire.") == {
            "Sjögren's syndrome": "Sjogren syndrome"
        }

    def test_names_inside_hyphenated_words(self, recognise: Recognise) -> None:
        (found,) = recognise("TNFα-induced death and IL-17-producing clones in IL-6−/− mice.")
        cytokines = [(words, name) for words, label, name in found if label == "CYTOKINE"]
        assert cytokines == [("TNFα", "TNF"), ("IL-17", "IL17A"), ("IL-6", "IL6")]

    def test_across_a_line_break(self, names: Callable[[str], dict[str, str]]) -> None:
        assert names("Blood held tumor necrosis\nfactor.") == {"tumor necrosis\nfactor": "TNF"}


class TestCoordination:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Both IL-1α and -β rose.", {"IL-1α": "IL1A", "-β": "IL1B"}),
            ("We saw interferon-α and -γ.", {"interferon-α": "IFNA", "-γ": "IFNG"}),
            (
                "Blood held IL-6, -8 and -10 throughout.",
                {"IL-6": "IL6", "-8": "CXCL8", "-10": "IL10"},
            ),
            ("They share IL-12/23 subunits.", {"IL-12": "IL12", "23": "IL23"}),
        ],
    )
    def test_tails_have_their_own_concept(
        self, names: Callable[[str], dict[str, str]], text: str, expected: dict[str, str]
    ) -> None:
        assert names(text) == expected

    def test_cells(self, recognise: Recognise) -> None:
        (found,) = recognise("CD4+ and CD8+ T cells met Th1/Th17 cells.")
        assert [words for words, label, _ in found if label == "CELL"] == [
            "CD4+", "CD8+ T cells", "Th1", "Th17 cells",
        ]  # fmt: skip


class TestFootnotes:
    def test_glued_digits_are_no_part_of_a_name(self, recognise: Recognise) -> None:
        (found,) = recognise("Joints make IL-6,3 whereas gut makes CCL2.")
        assert found == [("IL-6", "CYTOKINE", "IL6"), ("CCL2", "CYTOKINE", "CCL2")]


class TestDefined:
    """Short forms with many meanings count only where the document supports one."""

    @pytest.mark.parametrize("short", ["RA", "MS", "KC", "AS"])
    def test_without_definition_there_is_none(self, recognise: Recognise, short: str) -> None:
        (found,) = recognise(f"The {short} was large.")
        assert found == []

    def test_named_in_another_block(self, recognise: Recognise) -> None:
        title, body = recognise("Rheumatoid arthritis in the young", "In RA the wrists swell.")
        assert title == [("Rheumatoid arthritis", "DISEASE", "rheumatoid arthritis")]
        assert body == [("RA", "DISEASE", "rheumatoid arthritis")]

    def test_documents_do_not_leak_into_each_other(self, recognise: Recognise) -> None:
        recognise("Rheumatoid arthritis (RA) hurts.")
        assert recognise("The RA was large.") == [[]]

    def test_a_word_nearby_supports_a_doubtful_form(self, recognise: Recognise) -> None:
        assert recognise("Each DC was grown from marrow.")[0][0] == (
            "DC", "CELL", "dendritic cell",
        )  # fmt: skip

    def test_defined_as_something_else(self, recognise: Recognise) -> None:
        texts = ("Peaks came from mass spectrometry (MS).", "With MS we saw TNF.")
        assert recognise(*texts) == [[], [("TNF", "CYTOKINE", "TNF")]]

    def test_a_definition_overrules_the_tables(self, recognise: Recognise) -> None:
        first, second = recognise("We used an ink flow X-ray (IFX) device.", "IFX was cheap.")
        assert ("IFX", "DRUG", "infliximab") not in [*first, *second]

    def test_a_new_short_form_is_learnt(self, recognise: Recognise) -> None:
        _, later = recognise("Spindle glial cells (SGCs) divide.", "One SGC made IL-6.")
        assert [(words, label) for words, label, _ in later] == [
            ("SGC", "CELL"), ("IL-6", "CYTOKINE"),
        ]  # fmt: skip


class TestAliases:
    @pytest.mark.parametrize(
        "text",
        [
            "Dendritic cells (DCs) woke up.",
            "Interleukin-6 (IL-6) rose.",
            "IL-6 (interleukin-6) rose.",
            "Macrophage migration inhibitory factor (MIF) fell.",
        ],
    )
    def test_the_second_repeats_the_first(
        self, blocks: Callable[..., list[list[Found]]], text: str
    ) -> None:
        ((long, short),) = blocks(text)
        assert (long.alias_of, short.alias_of) == (-1, 0)
        assert long.candidate.name == short.candidate.name != ""

    @pytest.mark.parametrize("text", ["IL-6 (TNF) rose.", "IL-6 rose, then IL-6 fell."])
    def test_others_do_not(self, blocks: Callable[..., list[list[Found]]], text: str) -> None:
        ((one, other),) = blocks(text)
        assert (one.alias_of, other.alias_of) == (-1, -1)


class TestNesting:
    @pytest.mark.parametrize(
        ("drug", "target", "label", "name"),
        [
            ("anti-TNF-α antibody", "TNF-α", "CYTOKINE", "TNF"),
            ("anti-IL-17A monoclonal antibody", "IL-17A", "CYTOKINE", "IL17A"),
            ("IL-6 receptor antagonist", "IL-6 receptor", "RECEPTOR", "IL6R"),
            ("TNF inhibitors", "TNF", "CYTOKINE", "TNF"),
        ],
    )
    def test_a_drug_holds_its_target(
        self, recognise: Recognise, drug: str, target: str, label: str, name: str
    ) -> None:
        (found,) = recognise(f"They injected {drug} twice.")
        assert [(words, lab) for words, lab, _ in found] == [(drug, "DRUG"), (target, label)]
        assert found[1][2] == name

    def test_a_receptor_holds_no_cytokine(self, recognise: Recognise) -> None:
        (found,) = recognise("Soluble IL-6R and the IL-4 receptor were shed.")
        assert [(words, label) for words, label, _ in found] == [
            ("IL-6R", "RECEPTOR"), ("IL-4 receptor", "RECEPTOR"),
        ]  # fmt: skip


class TestBlocked:
    @pytest.mark.parametrize(
        "text",
        [
            "TNF receptor-associated factor 2 was cut.",
            "The interferon regulatory factor 3 site was mutated.",
            "C1q/TNF-related protein was bought.",
        ],
    )
    def test_a_name_inside_another_protein(self, recognise: Recognise, text: str) -> None:
        assert recognise(text) == [[]]

    def test_the_name_beside_it_still_counts(self, recognise: Recognise) -> None:
        (found,) = recognise("TNF calls TNF receptor-associated factor 2.")
        assert found == [("TNF", "CYTOKINE", "TNF")]


class TestClasses:
    @pytest.mark.parametrize(
        ("words", "specificity"),
        [
            ("pro-inflammatory cytokines", "generic"),
            ("chemokines", "family"),
            ("type I interferons", "family"),
            ("TSLP", "specific"),
        ],
    )
    def test_specificity(
        self, blocks: Callable[..., list[list[Found]]], words: str, specificity: str
    ) -> None:
        text = f"The skin released {words} at night."
        (found,) = (
            [f.candidate for f in b if f.candidate.label == "CYTOKINE"] for b in blocks(text)
        )
        assert [(text[c.start : c.end], c.specificity) for c in found] == [(words, specificity)]


def test_a_document_without_text(recogniser: Recogniser, plain: Language) -> None:
    assert recogniser([]) == []
    assert recogniser([plain("")]) == [[]]


@pytest.mark.model
class TestWithTheModel:
    def test_layers_show_what_each_offers(self, nlp: Language, recogniser: Recogniser) -> None:
        text = "In mice, macrophages secreted TNF and the colitis waned under prednisolone."
        layers = recogniser.layers(nlp(text))
        assert {"terms", "model"} <= set(layers)
        assert "TNF" in {c.name for c in layers["terms"]}
        assert all(c.layer == name for name, offered in layers.items() for c in offered)

    def test_known_names_keep_their_own_layer(self, nlp: Language, recogniser: Recogniser) -> None:
        ((cell, cytokine),) = recogniser([nlp("Macrophages secreted TNF.")])
        assert cell.candidate.layer == cytokine.candidate.layer == "terms"

    def test_a_target_stays_free_of_what_is_against_it(
        self, nlp: Language, recogniser: Recogniser
    ) -> None:
        text = "They injected anti-TNF-α antibody twice."
        (found,) = recogniser([nlp(text)])
        assert [text[f.candidate.start : f.candidate.end] for f in found] == [
            "anti-TNF-α antibody", "TNF-α",
        ]  # fmt: skip

    def test_defined_forms_of_a_parsed_document(
        self, nlp: Language, recogniser: Recogniser
    ) -> None:
        texts = ("Rheumatoid arthritis (RA) hurts.", "In RA, synovial fibroblasts make IL-6.")
        _, second = recogniser([nlp(text) for text in texts])
        assert next((f.candidate.label, f.candidate.name) for f in second) == (
            "DISEASE", "rheumatoid arthritis",
        )  # fmt: skip
