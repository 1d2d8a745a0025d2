"""``pipeline terms``: what an import takes of an ontology, what it leaves, what it writes."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from pipeline.check import check_all
from pipeline.cli import app
from pipeline.ontology import folder as folder_module
from pipeline.ontology.hierarchy import without_circles
from pipeline.ontology.importer import Imported, ImportOptions, convert, table_name
from pipeline.ontology.known import read_known
from pipeline.ontology.obo import Ontology, OntologyError, parse_obo
from pipeline.ontology.spellings import (
    ImportWords,
    in_running_text,
    is_short_form,
    keys,
    read_import_words,
)
from pipeline.ontology.tables import sort_tables
from pipeline.patterns_data import PatternError
from pipeline.recognise.terms import read_terms
from pipeline.records import LABELS

TERMS = """concept_id,name,text,label,status,match,specificity,source,note
MONDO:1,asthma,asthma,DISEASE,name,,,curator,
MONDO:1,asthma,bronchial asthma,DISEASE,synonym,,,curator,
,gout,gout,DISEASE,name,,,curator,
,gout,podagra of the toe,DISEASE,synonym,,,curator,
,multiple sclerosis,multiple sclerosis,DISEASE,name,,,curator,
,multiple sclerosis,MSCL,DISEASE,abbreviation,defined,,curator,
HGNC:1,LEP,leptin,CYTOKINE,name,,specific,curator,
"""
BLOCKED = "text,label,match,reason,source\nyak virus,DISEASE,,virus,curator\nox,CELL,,no,curator\n"


@pytest.fixture(scope="module")
def words(patterns_dir: Path) -> ImportWords:
    return read_import_words(patterns_dir)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A small folder of patterns."""
    folder = tmp_path / "own"
    (folder / "terms").mkdir(parents=True)
    (folder / "terms" / "diseases.csv").write_text(TERMS, encoding="utf-8")
    (folder / "terms" / "blocked.csv").write_text(BLOCKED, encoding="utf-8")
    return folder


def obo(*terms: str, header: str = "ontology: zoo\n") -> Ontology:
    """Each term is ``id | name | clause | clause``."""
    return parse_obo(obo_text(*terms, header=header).encode("utf-8").splitlines(keepends=True))


def obo_text(*terms: str, header: str = "ontology: zoo\n") -> str:
    stanzas = [header]
    for one in terms:
        curie, name, *clauses = (part.strip() for part in one.split("|"))
        stanzas.append("\n".join(["[Term]", f"id: {curie}", f"name: {name}", *clauses, ""]))
    return "\n".join(stanzas)


def taken(ontology: Ontology, own: Path, words: ImportWords, **options: Any) -> Imported:
    chosen = ImportOptions(**{"label": "DISEASE", **options})
    known = read_known(own, chosen.label, table_name(ontology))
    return convert(ontology, known, words, chosen)


def spellings(imported: Imported) -> dict[str, str]:
    """The name of the concept that each spelling got."""
    return {row["text"]: row["name"] for row in imported.rows}


def matches(imported: Imported) -> dict[str, str]:
    return {row["text"]: row["match"] for row in imported.rows}


class TestTerms:
    def test_a_row_in_our_schema(self, own: Path, words: ImportWords) -> None:
        header = "ontology: zoo\ndata-version: zoo/releases/2031-02-03/zoo.obo\n"
        one = obo('Z:1 | yak fever | synonym: "yak ague" EXACT []', header=header)
        rows = taken(one, own, words).rows
        assert rows[0] == {
            "concept_id": "Z:1", "name": "yak fever", "text": "yak fever", "label": "DISEASE",
            "status": "name", "match": "", "specificity": "", "source": "Z 2031-02-03", "note": "",
        }  # fmt: skip
        assert (rows[1]["text"], rows[1]["status"]) == ("yak ague", "synonym")

    def test_cytokines_say_how_specific_they_are(self, own: Path, words: ImportWords) -> None:
        (row,) = taken(obo("Z:1 | yakokine"), own, words, label="CYTOKINE").rows
        assert row["specificity"] == "specific"

    def test_obsolete_terms(self, own: Path, words: ImportWords) -> None:
        imported = taken(obo("Z:1 | yak fever", "Z:2 | gnu fever | is_obsolete: true"), own, words)
        assert list(spellings(imported)) == ["yak fever"]
        assert imported.terms_out["obsolete"] == 1

    def test_unnamed_and_unnumbered(self, own: Path, words: ImportWords) -> None:
        imported = taken(obo("Z:1 | yak fever", "Z:2 |", "Z:3:4 | gnu fever"), own, words)
        assert imported.n_terms == 1
        assert imported.terms_out["no name"] == 1
        assert imported.terms_out["an id that is no CURIE"] == 1

    MIXED = ("Y:1 | yak fever", "Z:1 | gnu fever", "Z:2 | cow fever", "loose | ram fever")

    @pytest.mark.parametrize(
        ("prefix", "header", "wanted"),
        [
            ("", "", {"gnu fever", "cow fever"}),
            ("Y", "", {"yak fever"}),
            ("y:", "", {"yak fever"}),
            ("", "ontology: y/subsets/slim\n", {"yak fever"}),
            ("Z", "ontology: y\n", {"gnu fever", "cow fever"}),
        ],
    )
    def test_prefix(
        self, own: Path, words: ImportWords, prefix: str, header: str, wanted: set[str]
    ) -> None:
        imported = taken(obo(*self.MIXED, header=header), own, words, prefix=prefix)
        assert set(spellings(imported)) == wanted
        assert imported.terms_out["another prefix"] == 4 - len(wanted)

    def test_no_such_prefix(self, own: Path, words: ImportWords) -> None:
        with pytest.raises(OntologyError, match=r"'X'; there are Z, Y, none|'X'; there are Z"):
            taken(obo(*self.MIXED), own, words, prefix="X")

    TREE = (
        "Z:1 | beast fever", "Z:2 | yak fever | is_a: Z:1 | alt_id: Z:22",
        "Z:3 | night yak fever | is_a: Z:2", "Z:4 | gnu fever | is_a: Z:1",
    )  # fmt: skip

    GONE = "Z:8 | lost fever | is_obsolete: true"

    @pytest.mark.parametrize(
        ("roots", "wanted"),
        [
            (("Z:2",), {"yak fever", "night yak fever"}),
            (("Z:22",), {"yak fever", "night yak fever"}),
            (("Z:3", "Z:4"), {"night yak fever", "gnu fever"}),
        ],
    )
    def test_branches(
        self, own: Path, words: ImportWords, roots: tuple[str, ...], wanted: set[str]
    ) -> None:
        imported = taken(obo(*self.TREE), own, words, roots=roots)
        assert set(spellings(imported)) == wanted
        assert imported.terms_out["outside of the branch"] == 4 - len(wanted)

    def test_no_such_root(self, own: Path, words: ImportWords) -> None:
        with pytest.raises(OntologyError, match="Z:7 is not in the ontology"):
            taken(obo(*self.TREE), own, words, roots=("Z:7",))
        with pytest.raises(OntologyError, match="Z:8 is obsolete"):
            taken(obo(*self.TREE, self.GONE), own, words, roots=("Z:8",))

    def test_nothing_but_obsolete_terms(self, own: Path, words: ImportWords) -> None:
        with pytest.raises(OntologyError, match="obsolete"):
            taken(obo("Z:1 | yak fever | is_obsolete: true"), own, words)


class TestOursWins:
    @pytest.mark.parametrize(
        "ids", ["MONDO:1 | asthma, allergic", "MONDO:9 | wheeze | alt_id: MONDO:1"]
    )
    def test_a_known_curie(self, own: Path, words: ImportWords, ids: str) -> None:
        one = obo(f'{ids} | synonym: "yak wheezing" EXACT []')
        rows = taken(one, own, words).rows
        assert {(r["name"], r["concept_id"]) for r in rows} == {("asthma", "MONDO:1")}
        assert {r["status"] for r in rows} == {"synonym"}
        assert "yak wheezing" in [r["text"] for r in rows]

    def test_a_known_name(self, own: Path, words: ImportWords) -> None:
        one = obo('Z:5 | Gout | synonym: "uric arthritis" EXACT []')
        imported = taken(one, own, words)
        (row,) = imported.rows
        assert (row["name"], row["concept_id"], row["text"]) == ("gout", "", "uric arthritis")
        assert (imported.n_joined, imported.spellings_out["known already"]) == (1, 1)

    def test_known_and_blocked_spellings(self, own: Path, words: ImportWords) -> None:
        one = obo(
            'Z:1 | yak fever | synonym: "Bronchial asthmas" EXACT [] | synonym: "mscl" EXACT []'
            ' | synonym: "Yak-Virus" EXACT [] | synonym: "Leptin" EXACT []'
        )
        imported = taken(one, own, words)
        assert list(spellings(imported)) == ["yak fever"]
        assert imported.spellings_out["known already"] == 2
        assert imported.spellings_out["blocked"] == 1
        assert imported.spellings_out["of another label"] == 1

    def test_a_blocked_name_takes_its_synonyms_along(self, own: Path, words: ImportWords) -> None:
        one = obo('Z:1 | yak virus | synonym: "YKV agent" EXACT []', "Z:2 | yak fever",
                  'Z:3 | leptin | synonym: "ob product" EXACT []')  # fmt: skip
        imported = taken(one, own, words)
        assert list(spellings(imported)) == ["yak fever"]
        assert imported.terms_out["blocked"] == imported.terms_out["of another label"] == 1

    def test_blocked_for_another_label_only(self, own: Path, words: ImportWords) -> None:
        one = obo('Z:1 | ox | synonym: "grunting ox" EXACT []', "Z:2 | yak cell")
        assert list(spellings(taken(one, own, words, label="CELL"))) == ["yak cell"]
        assert "grunting ox" in spellings(taken(one, own, words))

    def test_nothing_new_is_an_error_that_says_why(self, own: Path, words: ImportWords) -> None:
        with pytest.raises(OntologyError, match=r"nothing to import.*1 known already"):
            taken(obo("Z:1 | asthma"), own, words)

    def test_an_earlier_import_is_not_ours(self, own: Path, words: ImportWords) -> None:
        path = own / "terms" / "imported_zoo.csv"
        path.write_text(TERMS.splitlines()[0] + "\nZ:1,x,yak fever,DISEASE,name,,,Z,\n", "utf-8")
        assert spellings(taken(obo("Z:1 | yak fever"), own, words)) == {"yak fever": "yak fever"}
        other = obo("Z:1 | yak fever", "Z:2 | gnu fever", header="ontology: farm\n")
        assert list(spellings(taken(other, own, words))) == ["gnu fever"]


class TestSpellings:
    def test_scopes(self, own: Path, words: ImportWords) -> None:
        one = obo(
            'Z:1 | yak fever | synonym: "exact ague" EXACT [] | synonym: "near ague" RELATED []'
            ' | synonym: "small ague" NARROW [] | synonym: "wide ague" BROAD []'
            ' | synonym: "bare ague" []'
        )
        imported = taken(one, own, words)
        assert list(spellings(imported)) == ["yak fever", "exact ague"]
        assert imported.spellings_out["of another scope"] == 4
        more = taken(one, own, words, scopes=frozenset({"EXACT", "NARROW", "RELATED"}))
        assert matches(more) == {
            "yak fever": "", "exact ague": "", "near ague": "defined", "bare ague": "defined",
            "small ague": "defined",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("synonym", "match", "status"),
        [
            ('"YKFV" EXACT []', "case", "abbreviation"),
            ('"YKF" EXACT []', "defined", "abbreviation"),
            ('"YKF3" EXACT []', "defined", "abbreviation"),
            ('"AT V1" EXACT []', "defined", "abbreviation"),
            ('"YaKF" EXACT []', "case", "abbreviation"),
            ('"Yakf" EXACT []', "", "synonym"),
            ('"YAKFEVER" EXACT []', "", "synonym"),
            ('"Yak-Fev" EXACT OMO:0003012 []', "case", "abbreviation"),
            ('"Yak-Fev" EXACT ABBREVIATION []', "case", "abbreviation"),
            ('"Yak-Fev" EXACT ZOO:short []', "case", "abbreviation"),
            ('"yf2" EXACT OMO:0003012 []', "defined", "abbreviation"),
            ('"Yakomab" EXACT BRAND_NAME []', "", "brand"),
            ('"Y cell" EXACT []', "case", "synonym"),
            ('"Little disease" EXACT []', "case", "synonym"),
            ('"Best\'s disease" EXACT []', "case", "synonym"),
            ('"Yak disease" EXACT []', "", "synonym"),
            ('"dry eye" EXACT []', "", "synonym"),
            ('"yfv" EXACT []', "defined", "abbreviation"),
            ('"asthma 2" EXACT []', "defined", "synonym"),
            ('"yak ague 2" EXACT []', "", "synonym"),
            ('"YKFV" RELATED OMO:0003012 []', "defined", "abbreviation"),
        ],
    )
    def test_short_forms(
        self, own: Path, words: ImportWords, synonym: str, match: str, status: str
    ) -> None:
        header = 'ontology: zoo\nsynonymtypedef: ZOO:short "acronym" EXACT\n'
        one = obo(f"Z:1 | yak fever | synonym: {synonym}", header=header)
        _, row = taken(one, own, words, scopes=frozenset({"EXACT", "RELATED"})).rows
        assert (row["match"], row["status"]) == (match, status)

    def test_a_short_form_that_others_hint_at(self, own: Path, words: ImportWords) -> None:
        one = obo('Z:1 | yak fever | synonym: "YKFV" EXACT []',
                  'Z:2 | gnu fever | synonym: "ykfv" BROAD []')  # fmt: skip
        assert matches(taken(one, own, words))["YKFV"] == "defined"

    def test_a_spelling_of_two_concepts(self, own: Path, words: ImportWords) -> None:
        one = obo('Z:1 | yak fever | synonym: "ague" EXACT [] | synonym: "gnu fever" EXACT []',
                  'Z:2 | gnu fever | synonym: "Agues" EXACT []')  # fmt: skip
        imported = taken(one, own, words)
        assert spellings(imported) == {"yak fever": "yak fever", "gnu fever": "gnu fever"}
        assert imported.spellings_out["of several concepts"] == 3

    def test_two_terms_of_one_name(self, own: Path, words: ImportWords) -> None:
        one = obo("Z:1 | yak fever", 'Z:2 | Yak fever (disease) | synonym: "ague" EXACT []')
        imported = taken(one, own, words)
        assert spellings(imported) == {"yak fever": "yak fever", "ague": "yak fever"}
        assert {row["concept_id"] for row in imported.rows} == {"Z:1"}

    @pytest.mark.parametrize(
        "again", ["Yak fever", "yak fevers", "yak-fever", "yak's fever", "fever, yak"]
    )
    def test_what_is_folded_is_not_repeated(
        self, own: Path, words: ImportWords, again: str
    ) -> None:
        imported = taken(obo(f'Z:1 | yak fever | synonym: "{again}" EXACT []'), own, words)
        assert list(spellings(imported)) == ["yak fever"]
        assert imported.spellings_out["repeated"] == 1

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("YF", "shorter than 3 characters"), ("1996", "no letters"), ("12-3", "no letters"),
            ("WAS", "a frequent English word"), ("Can", "a frequent English word"),
            ("TEN", "a frequent English word"), ("men 1", "a frequent English word"),
            ("disorder", "too general"), ("Medical Condition", "too general"),
            ("Syndromes", "too general"), ("bees", "a frequent English word"),
            ("grade II", "a frequent English word"), ("type 2a", "a frequent English word"),
            ("A-like", "a frequent English word"), ("BEs", "shorter than 3 characters"),
            ("inherited", "an adjective"), ("Congenital", "an adjective"),
            ("severe Gout", "known already but for a state"),
        ],
    )  # fmt: skip
    def test_refused(self, own: Path, words: ImportWords, text: str, reason: str) -> None:
        imported = taken(obo(f'Z:1 | yak fever | synonym: "{text}" EXACT []'), own, words)
        assert list(spellings(imported)) == ["yak fever"]
        assert imported.spellings_out[reason] == 1

    @pytest.mark.parametrize("kind", ["SMILES", "FORMULA", "OMO:0003006", "bad:one"])
    def test_refused_types(self, own: Path, words: ImportWords, kind: str) -> None:
        one = obo(f'Z:1 | yak fever | synonym: "CCO fever" EXACT {kind} []',
                  header='synonymtypedef: bad:one "misspelling"\n')  # fmt: skip
        imported = taken(one, own, words)
        assert list(spellings(imported)) == ["yak fever"]
        assert imported.spellings_out["of a refused type"] == 1

    def test_a_general_name_takes_its_synonyms_along(self, own: Path, words: ImportWords) -> None:
        one = obo('Z:1 | disease | synonym: "malady" EXACT []', "Z:2 | yak fever",
                  'Z:3 | COLD | synonym: "obstructive yak" EXACT []',
                  'Z:4 | acquired | synonym: "got later" EXACT []')  # fmt: skip
        imported = taken(one, own, words)
        assert list(spellings(imported)) == ["yak fever"]
        assert imported.terms_out["named by an adjective"] == 1
        assert imported.terms_out["too general"] == 1
        assert imported.terms_out["named by a frequent English word"] == 1

    def test_a_short_name_leaves_its_synonyms(self, own: Path, words: ImportWords) -> None:
        one = obo('Z:1 | YF | synonym: "yak fever" EXACT []', "Z:2 | 123")
        imported = taken(one, own, words)
        assert spellings(imported) == {"yak fever": "YF"}
        assert imported.terms_out["no spelling left"] == 1


class TestRunningText:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("Arthritis, Rheumatoid", "Rheumatoid Arthritis"),
            ("Leukemia, Myelogenous, Chronic", "Chronic Myelogenous Leukemia"),
            ("Lymphoma, B-Cell", "B-Cell Lymphoma"),
            ("Anemia, Sickle Cell", "Sickle Cell Anemia"),
            ("Diabetes Mellitus, Type 2", "Diabetes Mellitus Type 2"),
            ("deafness, autosomal recessive 12", "autosomal recessive deafness 12"),
            ("epilepsy, progressive myoclonic 1A", "progressive myoclonic epilepsy 1A"),
            ("aneurysm, familial abdominal, 3", "familial abdominal aneurysm 3"),
            ("anemia, congenital, type IVb", "congenital anemia type IVb"),
            ("malaria, susceptibility to", "susceptibility to malaria"),
            ("asthma (disease)", "asthma"),
            ("adenocarcinoma, NOS", "adenocarcinoma"),
            ("adenocarcinoma (ACA), unspecified", "adenocarcinoma"),
            ("asthma (acute)", "asthma (acute)"),
            ("obstructive asthma (OAS)", "obstructive asthma"),
            ("carcinoma, ductal, in situ", "carcinoma, ductal, in situ"),
            ("hypotonia, with seizures", "hypotonia, with seizures"),
            ("myopathy, lactic acidosis", "myopathy, lactic acidosis"),
            ("seizures, ataxia, and deafness", "seizures, ataxia, and deafness"),
            ("1,4-dioxane poisoning", "1,4-dioxane poisoning"),
            ("(disease)", "(disease)"),
            ("anemia, , chronic", "anemia, , chronic"),
            (", chronic", ", chronic"),
        ],
    )
    def test_diseases(self, words: ImportWords, name: str, text: str) -> None:
        assert in_running_text(name, "DISEASE", words) == text

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("CD4-positive, alpha-beta T cell", "CD4-positive, alpha-beta T cell"),
            ("CD4-negative, CD8-negative NK T cell secreting IL-4",) * 2,
            ("CD14-positive, CD16-positive monocyte",) * 2,
            ("amacrine cell, GABAergic", "GABAergic amacrine cell"),
            ("neuron (sensu Vertebrata)", "neuron"),
        ],
    )
    def test_cells(self, words: ImportWords, name: str, text: str) -> None:
        assert in_running_text(name, "CELL", words) == text

    @given(st.text(max_size=40), st.sampled_from(LABELS))
    def test_any_name(self, words: ImportWords, name: str, label: str) -> None:
        in_running_text(" ".join(name.split()), label, words)
        is_short_form(name)
        keys(name)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Crohn's disease", "Crohn disease"), ("type II error", "Type 2 errors"),
            ("tumour", "tumor"), ("TNF-α", "TNFalpha"), ("graves' disease", "Graves disease"),
        ],
    )  # fmt: skip
    def test_what_the_matcher_folds(self, one: str, other: str) -> None:
        assert keys(one)[0] == keys(other)[0]

    def test_gaps_tell_spellings_apart(self) -> None:
        one, other = keys("micro-cephaly"), keys("microcephaly")
        assert one[0] == other[0]
        assert one[1] != other[1]

    def test_words_of_an_older_copy(self, own: Path, words: ImportWords) -> None:
        assert read_import_words(own) == words


class TestHierarchy:
    def test_links_of_what_is_imported_or_known(self, own: Path, words: ImportWords) -> None:
        one = obo(
            "Z:0 | disease", "MONDO:1 | asthma | is_a: Z:0", "Z:1 | yak fever | is_a: MONDO:1",
            "Z:2 | WAS | is_a: Z:1", "Z:3 | gnu fever | is_a: Z:2 ! WAS | is_a: Z:9",
            header="",
        )  # fmt: skip
        imported = taken(one, own, words)
        assert [(r["label"], r["child"], r["parent"]) for r in imported.links] == [
            ("DISEASE", "gnu fever", "yak fever"),  # over what was left out
            ("DISEASE", "yak fever", "asthma"),
        ]
        assert {r["source"] for r in imported.links} == {"Z"}

    def test_a_branch_hangs_on_what_is_known(self, own: Path, words: ImportWords) -> None:
        one = obo("MONDO:1 | asthma", "Z:1 | yak fever | is_a: MONDO:1", "Z:2 | gnu fever")
        imported = taken(one, own, words, roots=("Z:1",))
        assert [(r["child"], r["parent"]) for r in imported.links] == [("yak fever", "asthma")]

    def test_links_between_known_concepts(self, own: Path, words: ImportWords) -> None:
        one = obo("Z:1 | gout | is_a: Z:2", "Z:2 | asthma", "Z:3 | yak fever")
        imported = taken(one, own, words)
        assert [(r["child"], r["parent"]) for r in imported.links] == [("gout", "asthma")]

    def test_no_parents_for_what_we_count_to_another(self, own: Path, words: ImportWords) -> None:
        one = obo("Z:1 | podagra of the toe | is_a: Z:2", "Z:2 | foot fever",
                  "Z:3 | small podagra | is_a: Z:1")  # fmt: skip
        imported = taken(one, own, words)
        assert [(r["child"], r["parent"]) for r in imported.links] == [("small podagra", "gout")]

    def test_circles_are_cut_and_counted(self, own: Path, words: ImportWords) -> None:
        one = obo("Z:1 | yak fever | is_a: Z:2", "Z:2 | gnu fever | is_a: Z:1 | is_a: Z:2")
        imported = taken(one, own, words)
        assert (len(imported.links), imported.n_circles) == (1, 1)

    @given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=20))
    def test_no_circle_is_left(self, links: list[tuple[str, str]]) -> None:
        links = sorted(set(links))
        kept = without_circles(links)
        assert set(kept) <= set(links)
        above = {name: {parent for child, parent in kept if child == name} for name in "abcdef"}
        for _ in above:  # long enough for the longest way
            above = {
                name: ones.union(*(above[one] for one in ones)) for name, ones in above.items()
            }
        assert not any(name in ones for name, ones in above.items())


def call(*arguments: object) -> Any:
    result = CliRunner().invoke(app, ["terms", *(str(argument) for argument in arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")), strict=True))


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    path = tmp_path / "zoo.obo"
    path.write_text(
        obo_text(
            'Z:2 | yak fever | synonym: "YKFV" EXACT OMO:0003012 [] | synonym: oops | is_a: Z:1',
            "Z:1 | beast fever", "Z:3 | gnu fever, chronic | is_a:", "Y:1 | other",
        ),
        encoding="utf-8",
    )  # fmt: skip
    return path


class TestImportCommand:
    def test_into_a_new_folder(self, zoo: Path, tmp_path: Path, patterns_dir: Path) -> None:
        mine = tmp_path / "deep" / "mine"
        result = call("import", zoo, "--label", "DISEASE", "--patterns", mine)
        assert (result.exit_code, result.stdout) == (0, "")
        assert [row["text"] for row in read(mine / "terms" / "imported_zoo.csv")] == [
            "beast fever", "chronic gnu fever", "YKFV", "yak fever",
        ]  # fmt: skip
        assert read(mine / "hierarchy" / "imported_zoo.csv") == [
            {"label": "DISEASE", "child": "yak fever", "parent": "beast fever", "source": "Z"}
        ]
        copied = mine / "terms" / "cytokines.csv"
        assert copied.read_bytes() == (patterns_dir / "terms" / "cytokines.csv").read_bytes()
        assert [path.name for path in mine.parent.iterdir()] == ["mine"]

    def test_summary(self, zoo: Path, own: Path) -> None:
        said = call("import", zoo, "--label", "DISEASE", "--patterns", own).stderr
        assert "4 terms read, 3 imported (0 of them known by their concept), 4 spellings" in said
        assert "Terms left out: 1 another prefix" in said
        assert "Bad clauses skipped: 2" in said
        assert f"  {zoo}:7: no text in quotes: 'oops'" in said
        assert f"{(own / 'terms' / 'imported_zoo.csv').as_posix()}, " in said

    def test_what_is_written_is_read_and_found(self, zoo: Path, tmp_path: Path) -> None:
        mine = tmp_path / "mine"
        call("import", zoo, "--label", "DISEASE", "--patterns", mine)
        assert "yak fever" in {term.text for term in read_terms(mine)}
        assert call("YKFV", "--patterns", mine).stdout == "DISEASE\tyak fever\tYKFV\tZ:2\tcase\n"
        ours = ("yak", "gnu", "beast", "YKFV", "imported_")
        assert not [f for f in check_all(mine) if any(word in f for word in ours)]

    def test_twice_gives_the_same_bytes(self, zoo: Path, own: Path, tmp_path: Path) -> None:
        packed = tmp_path / "zoo.obo.gz"
        packed.write_bytes(gzip.compress(zoo.read_bytes()))
        seen = []
        for path in (zoo, zoo, packed):
            assert call("import", path, "--label", "DISEASE", "--patterns", own).exit_code == 0
            files = sorted(own.rglob("*.*"))
            seen.append({file: file.read_bytes() for file in files})
        assert seen[0] == seen[1] == seen[2]

    def test_options(self, own: Path, tmp_path: Path) -> None:
        path = tmp_path / "a.obo"
        path.write_text(
            obo_text(
                "A:1 | yak fever", 'A:2 | gnu fever | is_a: A:1 | synonym: "ague" BROAD []',
                "B:1 | cow fever", "B:2 | ram fever", "B:3 | ewe fever", header="",
            ),
            encoding="utf-8",
        )  # fmt: skip
        arguments = ["--prefix", "A", "--root", "A:2", "--scope", "exact", "--scope", "broad"]
        result = call("import", path, "--label", "DISEASE", "--patterns", own, *arguments)
        assert result.exit_code == 0, result.output
        (table,) = (own / "terms").glob("imported*")
        assert table.name == "imported_b.csv"
        assert [(r["text"], r["match"]) for r in read(table)] == [
            ("gnu fever", ""), ("ague", "defined")
        ]  # fmt: skip

    def test_bar_only_on_a_terminal(
        self, zoo: Path, own: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        arguments = ("import", zoo, "--label", "DISEASE", "--patterns", own)
        assert "reading" not in call(*arguments).stderr
        monkeypatch.setattr(
            "rich.console.Console", lambda **_: Console(stderr=True, force_terminal=True, width=80)
        )
        result = call(*arguments)
        assert result.exit_code == 0
        assert "reading" in result.stderr

    def fails(self, says: str, *arguments: object) -> None:
        result = call("import", *arguments)
        assert result.exit_code == 2
        assert says in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert result.stdout == ""

    def test_missing_file(self, own: Path, tmp_path: Path) -> None:
        gone = tmp_path / "gone.obo"
        self.fails(f"{gone}: No such file", gone, "--label", "CELL", "--patterns", own)
        self.fails(f"{own}: Is a directory", own, "--label", "CELL", "--patterns", own)

    def test_no_obo(self, own: Path, tmp_path: Path) -> None:
        path = tmp_path / "a.owl"
        path.write_text("<owl/>", encoding="utf-8")
        self.fails("no OBO file", path, "--label", "CELL", "--patterns", own)

    def test_unknown_label(self, zoo: Path, own: Path) -> None:
        self.fails("no label is named 'Cell'", zoo, "--label", "Cell", "--patterns", own)

    def test_nothing_is_left_by_a_failure(self, tmp_path: Path) -> None:
        path, mine = tmp_path / "a.obo", tmp_path / "mine"
        path.write_text(obo_text("Z:1 | asthma"), encoding="utf-8")
        self.fails("nothing to import", path, "--label", "DISEASE", "--patterns", mine)
        self.fails("--root Z:9", path, "--label", "DISEASE", "--patterns", mine, "--root", "Z:9")
        self.fails("prefix 'Q'", path, "--label", "DISEASE", "--patterns", mine, "--prefix", "Q")
        assert not mine.exists()

    def test_the_shipped_folder_is_not_touched(self, zoo: Path, patterns_dir: Path) -> None:
        self.fails("name one of your own", zoo, "--label", "DISEASE", "--patterns", patterns_dir)

    def test_no_folder_of_patterns(self, zoo: Path, tmp_path: Path) -> None:
        self.fails("no folder of patterns", zoo, "--label", "DISEASE", "--patterns", tmp_path)
        self.fails("no folder of patterns", zoo, "--label", "DISEASE", "--patterns", zoo)
        (tmp_path / "own" / "terms").mkdir(parents=True)
        self.fails("no term tables", zoo, "--label", "DISEASE", "--patterns", tmp_path / "own")

    def test_a_broken_table_is_named(self, zoo: Path, own: Path) -> None:
        table = own / "terms" / "mine.csv"
        table.write_text("name,text\na,b\n", encoding="utf-8")
        self.fails(f"{table}:1: no column 'label'", zoo, "--label", "CELL", "--patterns", own)

    def test_wrong_use(self, zoo: Path, own: Path) -> None:
        assert call("import", zoo, "--patterns", own).exit_code == 2
        assert call("import", zoo, "--label", "CELL").exit_code == 2
        wrong = ("--label", "CELL", "--patterns", own, "--scope", "fuzzy")
        assert call("import", zoo, *wrong).exit_code == 2

    def test_a_full_disk_leaves_what_was_there(
        self, zoo: Path, own: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call("import", zoo, "--label", "DISEASE", "--patterns", own)
        before = {path: path.read_bytes() for path in own.rglob("*.csv")}
        zoo.write_text(zoo.read_text(encoding="utf-8").replace("yak", "ewe"), encoding="utf-8")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device", "x.csv")

        monkeypatch.setattr("os.replace", full)
        self.fails("No space left", zoo, "--label", "DISEASE", "--patterns", own)
        assert {path: path.read_bytes() for path in own.rglob("*.*") if path.is_file()} == before

    def test_a_copy_that_fails_leaves_nothing(
        self, zoo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device", "x.csv")

        monkeypatch.setattr(folder_module.shutil, "copytree", full)
        mine = tmp_path / "mine"
        self.fails("No space left", zoo, "--label", "DISEASE", "--patterns", mine)
        assert [path.name for path in tmp_path.iterdir()] == ["zoo.obo"]

    def test_an_empty_folder_is_a_new_one(self, zoo: Path, tmp_path: Path) -> None:
        (tmp_path / "mine").mkdir()
        result = call("import", zoo, "--label", "DISEASE", "--patterns", tmp_path / "mine")
        assert result.exit_code == 0
        assert (tmp_path / "mine" / "models.yaml").is_file()


class TestTableName:
    @pytest.mark.parametrize(
        ("header", "name"),
        [
            ("ontology: cl\n", "imported_cl.csv"),
            ("ontology: doid/subsets/DO_IEDB_slim\n", "imported_do_iedb_slim.csv"),
            ("ontology: http://example.org/Big Zoo.owl\n", "imported_big_zoo.csv"),
            ("", "imported_z.csv"),
            ("ontology: ../..\n", "imported_ontology.csv"),
        ],
    )
    def test_after_the_header_or_the_ids(self, header: str, name: str) -> None:
        assert table_name(obo("Z:1 | a", "Z:2 | b", "Y:1 | c", header=header)) == name


class TestFindAndSort:
    def test_the_old_form_finds(self, own: Path) -> None:
        rows = call("find", "leptin", "--patterns", own).stdout
        assert rows == "CYTOKINE\tLEP\tleptin\tHGNC:1\t\n"
        for arguments in (["leptin", "--patterns", own], ["--patterns", own, "leptin"]):
            assert call(*arguments).stdout == rows
        assert call("--patterns", own).stdout == call("find", "--patterns", own).stdout
        assert len(call("--patterns", own).stdout.splitlines()) == 9

    def test_a_query_that_is_a_command(self, own: Path) -> None:
        assert call("find", "sort", "--patterns", own).exit_code == 0

    @pytest.mark.parametrize("command", ["find", "import", "sort"])
    def test_help(self, command: str) -> None:
        from typer.main import get_command

        assert call(command, "--help").exit_code == 0
        assert command in call("--help").stdout
        group: Any = get_command(app)
        parameters = group.commands["terms"].commands[command].params
        assert all(parameter.help or parameter.name == "help" for parameter in parameters)

    def test_sort(self, own: Path) -> None:
        head, *rows = TERMS.splitlines(keepends=True)
        table = own / "terms" / "diseases.csv"
        table.write_bytes((head + "".join(reversed(rows))).replace("\n", "\r\n").encode())
        (own / "hierarchy").mkdir()
        links = own / "hierarchy" / "mine.csv"
        links.write_text("label,child,parent,source\nDISEASE,b,A,x\nDISEASE,a,b,x\nCELL,z,y,x\n")
        result = call("sort", "--patterns", own)
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr.endswith("3 files were out of order\n")
        texts = [row["text"] for row in read(table)]
        assert texts == [
            "asthma", "bronchial asthma", "gout", "podagra of the toe", "leptin", "MSCL",
            "multiple sclerosis",
        ]  # fmt: skip
        assert b"\r" not in table.read_bytes()
        assert [row["child"] for row in read(links)] == ["z", "a", "b"]
        assert [r["text"] for r in read(own / "terms" / "blocked.csv")] == ["ox", "yak virus"]
        assert call("sort", "--patterns", own).stderr == "0 files were out of order\n"

    @given(st.permutations(TERMS.splitlines()[1:]))
    def test_the_order_of_the_file_is_of_no_account(
        self, tmp_path_factory: pytest.TempPathFactory, rows: list[str]
    ) -> None:
        folder = tmp_path_factory.mktemp("sorted")
        (folder / "terms").mkdir()
        table = folder / "terms" / "a.csv"
        table.write_text("\n".join([TERMS.splitlines()[0], *rows, ""]), encoding="utf-8")
        sort_tables(folder)
        assert read(table)[0]["text"] == "asthma"
        assert [r["text"] for r in read(table)][-2:] == ["MSCL", "multiple sclerosis"]

    def test_shipped_tables_keep_their_rows(self, patterns_dir: Path, tmp_path: Path) -> None:
        (tmp_path / "terms").mkdir()
        for path in (patterns_dir / "terms").glob("*.csv"):
            (tmp_path / "terms" / path.name).write_bytes(path.read_bytes())
        sort_tables(tmp_path)
        assert sorted(map(repr, read_terms(tmp_path))) == sorted(
            map(repr, read_terms(patterns_dir))
        )

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"name,text,label,status\n", ":1: no column 'match'"),
            (b"name,text,label,status,match\na,b\n", ":2: expected 5 cells"),
            (b'name,text,label,status,match\na,"b\n', ":2: unexpected end of data"),
            (b"name,text,label,status,match\na,b,c,d,\xff\n", ": not UTF-8"),
            (b"", ":1: no column 'name'"),
        ],
    )
    def test_nothing_is_sorted_unless_all_can_be(
        self, own: Path, content: bytes, says: str
    ) -> None:
        bad = own / "terms" / "zz.csv"
        bad.write_bytes(content)
        before = (own / "terms" / "blocked.csv").read_bytes()
        with pytest.raises(PatternError, match=r"zz\.csv") as caught:
            sort_tables(own)
        assert says in str(caught.value)
        assert (own / "terms" / "blocked.csv").read_bytes() == before
        assert call("sort", "--patterns", own).exit_code == 2

    def test_no_tables(self, tmp_path: Path) -> None:
        result = call("sort", "--patterns", tmp_path)
        assert result.exit_code == 2
        assert "no term tables" in result.stderr
