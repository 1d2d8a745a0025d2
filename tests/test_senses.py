"""Doubtful forms: points for and against, on texts without a model."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.vocab import Vocab

from pipeline.patterns_data import PatternError
from pipeline.recognise.fine import fine_text
from pipeline.recognise.sense_cues import Sense, Senses, read_senses
from pipeline.recognise.senses import SenseJudge
from pipeline.recognise.term_matcher import TermMatcher
from pipeline.recognise.terms import BLOCKED, Term

TERMS = [
    Term("TNF", "CYTOKINE", "TNF"),
    Term("IL-6", "CYTOKINE", "IL6"),
    Term("MIF", "CYTOKINE", "MIF", match="case"),
    Term("macrophage migration inhibitory factor", "CYTOKINE", "MIF"),
    Term("MDC", "CYTOKINE", "CCL22", match="defined"),
    Term("TARC", "CYTOKINE", "CCL17", match="defined"),
    Term("CCL22", "CYTOKINE", "CCL22"),
    Term("KIT", "RECEPTOR", "KIT", match="cue"),
    Term("AD", "DISEASE", "Alzheimer disease", match="defined"),
    Term("AD", "DISEASE", "atopic dermatitis", match="defined"),
]
SENSES = Senses(
    {
        ("CYTOKINE", "MIF", ""): Sense(
            form=("MIF",),
            label="CYTOKINE",
            near=frozenset({"macrophage"}),
            other=frozenset({"titer", "film thickness"}),
            after=frozenset({"test"}),
        ),
        ("DISEASE", "AD", "Alzheimer disease"): Sense(
            form=("AD",), label="DISEASE", near=frozenset({"amyloid"}), other=frozenset({"skin"})
        ),
        ("DISEASE", "AD", "atopic dermatitis"): Sense(
            form=("AD",), label="DISEASE", near=frozenset({"skin"}), other=frozenset({"amyloid"})
        ),
    },
    window=6,
)
CUES = {"CYTOKINE": frozenset({"serum"}), "RECEPTOR": frozenset({"ligand"})}


def kept(vocab: Vocab, *texts: str) -> list[str]:
    """What is left, as *form=concept*; blocked ones with an exclamation mark."""
    matcher = TermMatcher(TERMS)
    fine = [fine_text(text) for text in texts]
    judged = SenseJudge(SENSES, CUES, cue_window=4)(fine, [matcher(one) for one in fine])
    return [
        f"{text[c.start : c.end]}={'!' if c.label == BLOCKED else c.name}"
        for text, candidates in zip(texts, judged, strict=True)
        for c in sorted(candidates, key=lambda c: (c.start, c.end, c.name))
    ]


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        # exact case holds unless something speaks against it
        (("MIF rose.",), "MIF=MIF"),
        (("The MIF titer rose.",), "MIF=!"),
        (("A MIF film thickness of 2 nm.",), "MIF=!"),
        (("The MIF test was done.",), "MIF=!"),
        (("MIF rose here and there.", "Its titer was high."), "MIF=!"),
        (("MIF-3 rose.",), "MIF=!"),
        (("WE MEASURED MIF TWICE",), "MIF=!"),
        (("MIF and the titer of macrophage",), "MIF=!"),
        # a name elsewhere outweighs a stray word
        (
            ("Macrophage migration inhibitory factor.", "MIF and its titer"),
            "Macrophage migration inhibitory factor=MIF; MIF=MIF",
        ),
        # defined: the concept is named, or a sure name stands beside it
        (("MDC rose.",), ""),
        (("MDC rose.", "CCL22 fell."), "MDC=CCL22; CCL22=CCL22"),
        (("TNF, MDC and TARC rose.",), "TNF=TNF; MDC=CCL22; TARC=CCL17"),
        (("TNF rose with MDC and TARC.",), "TNF=TNF"),
        # cue: a typical word, or the company of others
        (("KIT rose.",), ""),
        (("KIT and its ligand",), "KIT=KIT"),
        (("KIT, with TNF; later IL-6",), "KIT=KIT; TNF=TNF; IL-6=IL6"),
        # two concepts of one form
        (("AD with amyloid.",), "AD=Alzheimer disease"),
        (("AD of the skin.",), "AD=atopic dermatitis"),
        (("AD alone.",), ""),
    ],
)
def test_judges(vocab: Vocab, texts: tuple[str, ...], found: str) -> None:
    assert "; ".join(kept(vocab, *texts)) == found


def test_one_sense_to_a_document(vocab: Vocab) -> None:
    """The clear occurrence decides for the bare one, both ways."""
    assert kept(vocab, "The MIF titer rose.", "MIF fell.") == ["MIF=!", "MIF=!"]
    assert kept(vocab, "TNF and MDC rose.", "MDC fell.") == ["TNF=TNF", "MDC=CCL22", "MDC=CCL22"]


class TestReading:
    def write(self, folder: Path, text: str) -> Path:
        path = folder / "cues" / "senses.yaml"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        return folder

    def test_words_are_folded(self, tmp_path: Path) -> None:
        senses = read_senses(
            self.write(
                tmp_path, "senses:\n  - {form: [IP-10], label: CYTOKINE, near: [Tumours, MIP-2]}\n"
            )
        )
        sense = senses.get("CYTOKINE", "IP 10", "CXCL10")
        assert sense is not None
        assert sense.near == {"tumor", "mip - 2"}
        assert senses.get("CELL", "IP 10", "") is None

    @pytest.mark.parametrize(
        ("item", "says"),
        [
            ("{form: [A], label: GENE}", "unknown label 'GENE'"),
            ("{form: [A], label: CELL, far: [x]}", "far"),
            ("{label: CELL}", "form"),
            ("{form: [A, A], label: CELL}", "stands twice"),
        ],
    )
    def test_a_wrong_item_is_named_with_its_line(
        self, tmp_path: Path, item: str, says: str
    ) -> None:
        folder = self.write(tmp_path, f"senses:\n  - {item}\n")
        with pytest.raises(PatternError, match=says) as caught:
            read_senses(folder)
        assert "senses.yaml:2: " in str(caught.value)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("senses:\n", "1: senses must be a list of items"),
            ("window: 9\nsenses: {a: b}\n", "2: senses must be a list of items"),
            ("senses: MIF\n", "1: senses must be a list of items"),
            ("senses:\n  - MIF\n", "1: item 1 of senses must be a mapping; write {form: ["),
            ("senses:\n  - {form: [A], label: CELL}\n  - \n", "1: item 2 of senses must be a map"),
            *(
                (
                    f"senses:\n  - form: [A]\n    label: CELL\n    {name}: {value}\n",
                    f"4: {name} must be a list of words; {what}",
                )
                for name in ("near", "other", "before", "after")
                for value, what in (
                    ("skin", "write [word, word]"),
                    ("", "write [word, word]"),
                    ("{a: b}", "write [word, word]"),
                    ("[skin, 7]", "quote 7, YAML does not read it as text"),
                    ("[skin, ~]", "quote None, YAML does not read it as text"),
                )
            ),
            ("senses:\n  - {form: A, label: CELL}\n", "2: form must be a list of words"),
            ("senses:\n  - {form: [5], label: CELL}\n", "2: form must be a list of words; quote"),
            ("senses:\n  - {form: [A], label: 5}\n", "2: label: Input should be a valid string"),
            ("senses: []\nauthors: wrote\n", "2: authors must be a list of words; write"),
            ("senses: []\nauthors:\n", "2: authors must be a list of words; write"),
            ("senses: []\nauthors: [a, 5]\n", "2: authors must be a list of words; quote 5"),
            ("senses: []\nwindow: wide\n", "2: window must be a whole number above 0"),
            ("senses: []\nwindow:\n", "2: window must be a whole number above 0"),
            ("senses: []\nwindow: true\n", "2: window must be a whole number above 0"),
            ("senses: []\nwindow: 0\n", "2: window must be a whole number above 0"),
            ("senses: []\nwindow: [12]\n", "2: window must be a whole number above 0"),
        ],
    )
    def test_what_is_no_list_or_number(self, tmp_path: Path, text: str, says: str) -> None:
        folder = self.write(tmp_path, text)
        with pytest.raises(PatternError) as caught:
            read_senses(folder)
        said = str(caught.value)
        assert said.startswith(f"{folder / 'cues' / 'senses.yaml'}:{says}")
        assert "\n" not in said

    def test_shipped(self, patterns_dir: Path) -> None:
        assert len(read_senses(patterns_dir).by_form) > 60
