"""What the surroundings rule out, and cells and receptors whose names reach further."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.vocab import Vocab

from pipeline.ground.index import ConceptIndex
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.context import ContextFilter
from pipeline.recognise.fine import fine_text
from pipeline.recognise.interposed import Interposed
from pipeline.recognise.marked_cells import MarkedCells
from pipeline.recognise.model_mentions import read_cues


def at(text: str, words: str, label: str, layer: str = "terms", source: str = "") -> Candidate:
    start = text.index(words)
    return Candidate(start, start + len(words), label, layer=layer, source=source)


class TestContextFilter:
    @pytest.mark.parametrize(
        ("text", "words", "label", "layer", "kept"),
        [
            # a dose
            ("with TGF-β 2 ng/ml", "TGF-β 2", "CYTOKINE", "terms", False),
            ("IFN-λ 2 and 3 days later", "IFN-λ 2", "CYTOKINE", "terms", False),
            ("IL 6 h after", "IL 6", "CYTOKINE", "terms", False),
            ("TGF-β 2 and TGF-β 3", "TGF-β 2", "CYTOKINE", "terms", True),
            ("IL-6 ng/ml", "IL-6", "CYTOKINE", "terms", True),
            ("Il 6 gennaio", "Il 6", "CYTOKINE", "terms", False),
            # whose antibodies
            ("patients' autoantibodies and antibodies to IL-6 in serum", "antibodies to IL-6",
             "DRUG", "patterns", False),
            ("naturally occurring antibodies to IL-6", "antibodies to IL-6",
             "DRUG", "patterns", False),
            ("neutralizing antibodies to IL-6 in serum", "neutralizing antibodies to IL-6",
             "DRUG", "patterns", True),
            ("blocked by antibodies to IL-6", "antibodies to IL-6", "DRUG", "patterns", True),
            ("neutralising antibodies to IL-6 develop in 2% of patients",
             "neutralising antibodies to IL-6", "DRUG", "patterns", False),
            ("treated with antibodies to IL-6, no titer", "antibodies to IL-6",
             "DRUG", "patterns", True),
            # headings in capitals
            ("ALL SAMPLES WERE RUN", "SAMPLES", "DISEASE", "model", False),
            ("Of all SAMPLES some were run", "SAMPLES", "DISEASE", "model", True),
            # a verb that looks like a plural
            ("it matures dendritic cells", "matures dendritic cells", "CELL", "patterns", False),
            ("the mature dendritic cells", "mature dendritic cells", "CELL", "patterns", True),
            # other series
            ("IN -6, IL -10 (Illinois)", "IL -10", "CYTOKINE", "terms", False),
            ("the ileum (IL-6 site)", "IL-6", "CYTOKINE", "terms", False),
            ("IL-6 in biopsies of the ileum", "IL-6", "CYTOKINE", "terms", True),
            ("made in the ileum. IL-6 rose", "IL-6", "CYTOKINE", "terms", True),
            ("levels of IL-6", "IL-6", "CYTOKINE", "terms", True),
        ],
    )  # fmt: skip
    def test_keeps(
        self, patterns_dir: Path, vocab: Vocab, text: str, words: str, label: str, layer: str,
        kept: bool,
    ) -> None:  # fmt: skip
        candidate = at(text, words, label, layer)
        found = ContextFilter(read_cues(patterns_dir))(fine_text(text), [candidate])
        assert found == ([candidate] if kept else [])


@pytest.mark.parametrize(
    ("text", "words", "found", "name"),
    [
        (
            "the transforming growth factor β (TGF-β) type II receptor (R2)",
            "transforming growth factor β",
            "transforming growth factor β (TGF-β) type II receptor", "TGFBR2",
        ),
        (
            "tumor necrosis factor (TNF) receptor 1 and",
            "tumor necrosis factor", "tumor necrosis factor (TNF) receptor 1", "TNFRSF1A",
        ),
        (
            "an interleukin-1 (IL-1) receptor antagonist (x)",
            "interleukin-1", "interleukin-1 (IL-1) receptor antagonist", "IL1RN",
        ),
        ("two TGF-β/BMP type I receptors", "TGF-β", "TGF-β", "TGFBR1"),
        ("cytokines/chemokines and chemokine receptors", "cytokines", "", ""),
        ("IL-6/IL-8 and their receptors", "IL-6", "", ""),
        ("interleukin-6 (IL-6) and its receptor", "interleukin-6", "", ""),
        ("interleukin-6 (IL-6) levels", "interleukin-6", "", ""),
        ("interleukin-6 is", "interleukin-6", "", ""),
    ],
)  # fmt: skip
def test_interposed(
    index: ConceptIndex, vocab: Vocab, text: str, words: str, found: str, name: str
) -> None:
    got = list(Interposed(index)(fine_text(text), [at(text, words, "CYTOKINE")]))
    assert [(text[c.start : c.end], c.name) for c in got] == ([(found, name)] if found else [])


@pytest.mark.parametrize(
    ("text", "mention", "found"),
    [
        ("CD4(+)YFP(+)GFP(+) T cells", ("T cells", "CELL", ""), "CD4(+)YFP(+)GFP(+) T cells"),
        ("TGF-b1(+) F4/80(+) cells", ("cells", "CELL", ""), "TGF-b1(+) F4/80(+) cells"),
        ("the CD4+IFN-γ+ T cells", ("T cells", "CELL", ""), "CD4+IFN-γ+ T cells"),
        ("Lin−CD34+ progenitors", ("progenitors", "CELL", ""), "Lin−CD34+ progenitors"),
        ("IL-17+ T cells", ("T cells", "CELL", ""), None),  # no marker of a cell
        ("IL-2 + T cells", ("T cells", "CELL", ""), None),
        ("some T cells", ("T cells", "CELL", ""), None),
        ("in STS cells grew", ("STS", "DISEASE", "soft tissue sarcoma"), "STS cells"),
        ("STS cell lines", ("STS", "DISEASE", "soft tissue sarcoma"), "STS cell lines"),
        ("RA cells", ("RA", "DISEASE", "rheumatoid arthritis"), None),
        ("STS grew", ("STS", "DISEASE", "soft tissue sarcoma"), None),
    ],
)
def test_marked_cells(
    vocab: Vocab, text: str, mention: tuple[str, str, str], found: str | None
) -> None:
    words, label, source = mention
    layer = "abbreviations" if source else "terms"
    got = list(MarkedCells()(fine_text(text), [at(text, words, label, layer, source)]))
    assert [text[c.start : c.end] for c in got] == ([found] if found else [])
    assert all(c.label == "CELL" for c in got)
