"""Term tables: reading with file:line messages, and matching over fine tokens."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from spacy.vocab import Vocab

from pipeline.ground.hierarchy import read_links
from pipeline.ground.targets import read_targets
from pipeline.patterns_data import PatternError
from pipeline.recognise.fine import fine_text
from pipeline.recognise.term_matcher import TermMatcher
from pipeline.recognise.terms import BLOCKED, Term, read_terms
from pipeline.records import LABELS

HEADER = "concept_id,name,text,label,status,match,specificity,source,note\n"
ROW = "HGNC:6018,IL6,IL-6,CYTOKINE,name,,specific,HGNC,\n"


def table(folder: Path, content: str, name: str = "own.csv") -> Path:
    path = folder / "terms" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


class TestReading:
    def test_a_row_is_a_term(self, tmp_path: Path) -> None:
        table(tmp_path, HEADER + ROW)
        assert read_terms(tmp_path) == [
            Term("IL-6", "CYTOKINE", "IL6", "HGNC:6018", "name", "", "specific")
        ]

    def test_blocked_tables_name_no_concept(self, tmp_path: Path) -> None:
        table(
            tmp_path,
            "text,label,match,reason,source\nIL-6 Street,CYTOKINE,case,an address,curator\n",
            "blocked_places.csv",
        )
        (term,) = read_terms(tmp_path)
        assert (term.text, term.label, term.match) == ("IL-6 Street", BLOCKED, "case")
        assert term.concept_id == ""

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            (",TNF,TNF,PROTEIN,name,,,HGNC,\n", "label"),
            (",TNF,TNF,CYTOKINE,nickname,,,HGNC,\n", "status"),
            (",TNF,TNF,CYTOKINE,name,fuzzy,,HGNC,\n", "match"),
            (",TNF,TNF,CYTOKINE,name,,vague,HGNC,\n", "specificity"),
            (",TNF, TNF,CYTOKINE,name,,,HGNC,\n", "text"),
            (",,TNF,CYTOKINE,name,,,HGNC,\n", "name"),
            (",TNF,TNF,CYTOKINE,name,,,HGNC\n", "cells"),
            (",TNF,TNF,CYTOKINE,name,,,HGNC,a,b\n", "cells"),
        ],
    )
    def test_a_bad_row_is_named_with_its_line(self, tmp_path: Path, row: str, says: str) -> None:
        path = table(tmp_path, HEADER + ROW + row)
        with pytest.raises(PatternError, match=says) as caught:
            read_terms(tmp_path)
        assert str(caught.value).startswith(f"{path}:3: ")

    def test_an_unknown_column_is_named(self, tmp_path: Path) -> None:
        path = table(tmp_path, HEADER.replace("note", "remark") + ROW)
        with pytest.raises(PatternError, match=r":2: remark: "):
            read_terms(path.parent.parent)

    def test_a_folder_without_tables(self, tmp_path: Path) -> None:
        with pytest.raises(PatternError, match="no term tables"):
            read_terms(tmp_path)


@pytest.fixture(scope="module")
def own() -> list[Term]:
    return [
        Term("tumor necrosis factor", "CYTOKINE", "TNF", "HGNC:11892", specificity="specific"),
        Term("TNF-alpha", "CYTOKINE", "TNF", "HGNC:11892"),
        Term("RANK", "RECEPTOR", "TNFRSF11A", status="abbreviation", match="case"),
        Term("DC", "CELL", "dendritic cell", status="abbreviation", match="cue"),
        Term("MS", "DISEASE", "multiple sclerosis", status="abbreviation", match="defined"),
        Term("MS analysis", BLOCKED, match="case"),
        Term("CT", "DISEASE", "one"),
        Term("CT", "DRUG", "other"),
    ]


@pytest.fixture(scope="module")
def matcher(own: list[Term]) -> TermMatcher:
    return TermMatcher(own)


class TestMatching:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("Tumour Necrosis Factors fell.", "Tumour Necrosis Factors"),
            ("high tumor\nnecrosis  factor", "tumor\nnecrosis  factor"),
            ("serum TNFα here", "TNFα"),
            ("anti-TNF-α", "TNF-α"),
            ("on RANK alone", "RANK"),
            ("mature DCs", "DCs"),
        ],
    )
    def test_finds(self, matcher: TermMatcher, vocab: Vocab, text: str, words: str) -> None:
        assert [text[c.start : c.end] for c in matcher(fine_text(text))] == [words]

    @pytest.mark.parametrize(
        "text", ["we rank them", "Rank them", "dc motors", "ms later", "TNF-alphabet", "mtnf-alpha"]
    )
    def test_leaves(self, matcher: TermMatcher, vocab: Vocab, text: str) -> None:
        assert matcher(fine_text(text)) == []

    def test_candidate_carries_the_row(self, matcher: TermMatcher, vocab: Vocab) -> None:
        (found,) = matcher(fine_text("the tumor necrosis factor"))
        assert (found.label, found.name, found.concept_id) == ("CYTOKINE", "TNF", "HGNC:11892")
        assert (found.layer, found.status, found.match) == ("terms", "name", "")
        assert found.specificity == "specific"

    def test_condition_is_passed_on(self, matcher: TermMatcher, vocab: Vocab) -> None:
        found = matcher(fine_text("DC and MS"))
        assert {(c.name, c.match) for c in found} == {
            ("dendritic cell", "cue"), ("multiple sclerosis", "defined"),
        }  # fmt: skip

    def test_overlaps_and_homographs_all_come_out(self, matcher: TermMatcher, vocab: Vocab) -> None:
        found = matcher(fine_text("MS analysis by CT"))
        assert {c.label for c in found} == {"DISEASE", BLOCKED, "DRUG"}
        assert {c.name for c in found if c.start == 15} == {"one", "other"}


class TestShippedTables:
    def test_every_label_has_terms(self, terms: list[Term]) -> None:
        assert {term.label for term in terms} == {*LABELS, BLOCKED}

    def test_cytokines_and_receptors_say_how_specific_they_are(self, terms: list[Term]) -> None:
        silent = [
            t.text for t in terms if t.label in {"CYTOKINE", "RECEPTOR"} and not t.specificity
        ]
        assert silent == []

    @pytest.mark.parametrize(
        ("label", "prefix", "at_least"),
        [
            ("CYTOKINE", "HGNC:", 150),
            ("RECEPTOR", "HGNC:", 115),
            ("CELL", "CL:", 350),
            ("DISEASE", "", 800),
            ("DRUG", "", 500),
        ],
    )
    def test_how_many_concepts_have_an_identifier(
        self, terms: list[Term], label: str, prefix: str, at_least: int
    ) -> None:
        found = {
            t.name
            for t in terms
            if t.label == label and t.concept_id and t.concept_id.startswith(prefix)
        }
        assert len(found) >= at_least

    def test_biologics_have_targets_and_classes(self, patterns_dir: Path) -> None:
        with (patterns_dir / "terms" / "biologics.csv").open(encoding="utf-8", newline="") as file:
            biologics = {row["name"] for row in csv.DictReader(file)}
        targeted = {target.drug for target in read_targets(patterns_dir)}
        classed = {link.child for link in read_links(patterns_dir) if link.label == "DRUG"}
        assert len(biologics & targeted & classed) >= 150

    def test_concept_ids_are_curies(self, terms: list[Term]) -> None:
        wrong = [t for t in terms if t.concept_id and t.concept_id.count(":") != 1]
        assert wrong == []

    def test_a_concept_has_one_name(self, terms: list[Term]) -> None:
        names: dict[tuple[str, str], set[str]] = {}
        for term in terms:
            if term.concept_id:
                names.setdefault((term.label, term.concept_id), set()).add(term.name)
        assert {k: v for k, v in names.items() if len(v) > 1} == {}

    @pytest.mark.parametrize(
        ("text", "name", "concept_id"),
        [
            ("TNF", "TNF", "HGNC:11892"),
            ("IL-6", "IL6", "HGNC:6018"),
            ("IL-8", "CXCL8", "HGNC:6025"),
            ("interferon gamma", "IFNG", "HGNC:5438"),
            ("macrophage", "macrophage", "CL:0000235"),
        ],
    )
    def test_anchors(self, terms: list[Term], text: str, name: str, concept_id: str) -> None:
        folded = text.lower().replace("-", " ")
        assert (name, concept_id) in {
            (t.name, t.concept_id) for t in terms if t.text.lower().replace("-", " ") == folded
        }
