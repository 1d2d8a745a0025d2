"""Coordinated names: each conjunct at its own offsets with its own concept. These tests use
the shipped tables and patterns, and no model."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.vocab import Vocab

from pipeline.ground.index import ConceptIndex
from pipeline.patterns_data import PatternError
from pipeline.recognise.coordination import Coordination
from pipeline.recognise.coordination_cues import read_coordination_cues
from pipeline.recognise.fine import fine_text
from pipeline.recognise.mention_patterns import PatternMatcher, read_mention_patterns
from pipeline.recognise.settle import settle
from pipeline.recognise.term_matcher import TermMatcher
from pipeline.recognise.terms import Term


class Conjuncts:
    """The conjuncts that are found in a text: words and concept."""

    def __init__(self, folder: Path, terms: list[Term], vocab: Vocab) -> None:
        self._vocab = vocab
        self._terms = TermMatcher(terms)
        self._patterns = PatternMatcher(read_mention_patterns(folder), vocab)
        self._coordination = Coordination(read_coordination_cues(folder), ConceptIndex(terms))

    def __call__(self, text: str) -> list[tuple[str, str]]:
        fine = fine_text(text)
        offered = [*self._terms(fine), *self._patterns(fine)]
        mentions = settle([c for c in offered if c.match in {"", "case"}])
        found = {(c.start, c.end, c.name) for c in self._coordination(fine, mentions)}
        return [(text[start:end], name) for start, end, name in sorted(found)]


@pytest.fixture(scope="module")
def conjuncts(patterns_dir: Path, terms: list[Term], vocab: Vocab) -> Conjuncts:
    return Conjuncts(patterns_dir, terms, vocab)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("IL-4 and -13 were", "-13 IL13"),
        ("IL-4, -6 and more", "-6 IL6"),
        ("IL-4, -6, -8, -10, and -13 rose", "-6 IL6; -8 CXCL8; -10 IL10; -13 IL13"),
        ("IL-4/13 axis", "13 IL13"),
        ("IL-4/5/13 axis", "5 IL5; 13 IL13"),
        ("IL-1β, -6 and -8 rose", "-6 IL6; -8 CXCL8"),
        ("interleukin 6 and -8", "-8 CXCL8"),
        ("IL6/8 ratio", "8 CXCL8"),
        ("interleukins 4 and 13 in mice", "13 IL13"),
        ("ILs-4 and -13 in", "-13 IL13"),
        ("interleukins 1, 6, and 8 in", "6 IL6; 8 CXCL8"),
        ("IL-1, 6, and 8 were", "6 IL6; 8 CXCL8"),
        ("interleukin (IL)-4 and -13", "-13 IL13"),
        ("IL-17A and -F bind", "-F IL17F"),
        ("IL-17A/F signals", "F IL17F"),
        ("interferon α/β inducible", "β IFNB1"),
        ("IFN alpha and beta were", "beta IFNB1"),
        ("TNF-α and -β were", "-β LTA"),
        ("IFN-α, -β and -γ were", "-β IFNB1; -γ IFNG"),
        ("IL-1-alpha and -beta were", "-beta IL1B"),
        ("interleukin 1 alpha and beta were", "beta IL1B"),
        ("MIP-1 alpha and beta", "beta CCL4"),
        ("MIP-1α and -1β", "-1β CCL4"),
        ("IL-36α/β/γ were", "β IL36B; γ IL36G"),
        ("TGF-β1, β2 and β3 are", "β2 TGFB2; β3 TGFB3"),
        ("TGF-β1/2 and", "2 TGFB2"),
        ("IFN-λ1, 2 and 3 were", "2 IFNL2; 3 IFNL3"),
        ("CXCL9/10/11 and", "10 CXCL10; 11 CXCL11"),
        ("CXCL9, 10 and 11 rose", "10 CXCL10; 11 CXCL11"),
        ("CXCL9 and 10 were", "10 CXCL10"),
        ("both type I and III interferons", "type I IFN1; III interferons IFN3"),
        ("both types 1 and 2 interferons", "types 1 IFN1; 2 interferons IFNG"),
        ("both type I and type III IFNs", "type I IFN1"),
        ("CXCR1/2 and", "2 CXCR2"),
        ("CCR1, -3, and -5 are", "-3 CCR3; -5 CCR5"),
        ("TNF receptor 1 and 2 are", "2 TNFRSF1B"),
        ("TNFRI/II and", "II TNFRSF1B"),
        ("IL-4 and IL-13 receptors", "IL-4 IL4R"),
        ("IL-3, IL-5 and GM-CSF receptors", "IL-3 IL3RA; IL-5 IL5RA"),
        ("IL-4 and -13 receptors", "IL-4 IL4R; -13 receptors IL13R"),
        ("CD4+ and CD8+ T cells", "CD4+ CD4-positive T cell"),
        ("CD4(+) or CD8(+) T cells", "CD4(+) CD4-positive T cell"),
        ("both B and T lymphocytes", "B B cell"),
        ("B- and T-cells", "B B cell"),
        ("T, B and NK cells", "T T cell; B B cell"),
        ("naive, memory and regulatory T cells", "naive naive T cell; memory memory T cell"),
        ("epithelial and endothelial cells", "epithelial epithelial cell"),
        ("pleural and peritoneal macrophages", "pleural pleural macrophage"),
        ("splenic and peritoneal macrophages", "splenic splenic macrophage"),
        ("synovial and dermal fibroblasts", "synovial fibroblast-like synoviocyte"),
        ("gingival and splenic DCs", "gingival "),
        ("M1 and M2 macrophages", "M1 M1 macrophage"),
        ("Th1 and 2 cells", "Th1 Th1 cell; 2 cells Th2 cell"),
        ("colon and breast cancer", "colon colon cancer"),
        ("acute and chronic pancreatitis", "acute acute pancreatitis"),
        ("hepatitis B and C", "C hepatitis C"),
        ("type 1 and type 2 diabetes", "type 1 type 1 diabetes mellitus"),
        ("TNF and IL-6 inhibitors", "TNF TNF inhibitor"),
        ("humanized IL-31 and anti-IL-6 receptor antibodies", "humanized IL-31 "),
    ],
)
def test_finds(conjuncts: Conjuncts, text: str, found: str) -> None:
    assert "; ".join(f"{words} {name}" for words, name in conjuncts(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        "IL-4 and 13 patients",
        "IL-6, 8 patients and 9 controls",
        "IL-1 and 8 ng/ml",
        "IL-2, 3 days later",
        "IL-6 and 12 other cytokines",
        "IL-6 (5, 8 and 10)",
        "IL-1α and 2 mice",  # no IL-12
        "IL-1 and β-actin",
        "IL-1 and β cells",
        "IL-17A and E. coli",
        "TNF-α and γ-radiation",
        "curcumin and -β",
        "the colon and breast cancer",
        "in the lung and alveolar macrophages",
        "spleen and lymph node cells",
        "CD4 and CD8 expression",
        "levels of IL-4 and IL-13 receptor",
        "tadekinig alfa, a recombinant protein",
        "type I and type II errors",
        "STAT1/3 and IL-6",
        "cytokines/chemokines and chemokine receptors",
        "selective for IL-23, and JAK inhibitors",
    ],
)
def test_leaves(conjuncts: Conjuncts, text: str) -> None:
    assert conjuncts(text) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("lists: {conjunctions: [and]}", "1: list 'counted' is missing"),
        ("window: 1", "1: list 'conjunctions' is missing"),
        ("lists:", "1: lists must give lists of words by name"),
        ("lists:\n  conjunctions: and", "2: list conjunctions must be a list of words"),
        ("lists:\n  conjunctions:", "2: list conjunctions must be a list of words"),
    ],
)
def test_a_missing_list_is_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "cues" / "coordination.yaml"
    path.parent.mkdir()
    path.write_text(f"{text}\n", encoding="utf-8")
    with pytest.raises(PatternError) as caught:
        read_coordination_cues(tmp_path)
    assert str(caught.value).startswith(f"{path}:{says}")
