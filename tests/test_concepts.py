"""``concepts.csv``, the hierarchy behind it, and facts rolled up by it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.concepts import concept_rows
from pipeline.ground.hierarchy import Hierarchy, Link, cycles, read_links
from pipeline.ground.index import ConceptIndex
from pipeline.ground.targets import Target
from pipeline.patterns_data import PatternError
from pipeline.recognise.terms import Term

LINKS = [
    Link("CELL", "T cell", "lymphocyte"),
    Link("CELL", "lymphocyte", "leukocyte"),
    Link("CELL", "Th17 cell", "T helper cell"),
    Link("CELL", "Th17 cell", "effector cell"),
    Link("CELL", "T helper cell", "T cell"),
]


class TestHierarchy:
    def test_ancestors_nearest_first(self) -> None:
        hierarchy = Hierarchy(LINKS)
        assert hierarchy.ancestors("CELL", "Th17 cell") == (
            "T helper cell", "effector cell", "T cell", "lymphocyte", "leukocyte",
        )  # fmt: skip
        assert hierarchy.ancestors("DRUG", "Th17 cell") == ()
        assert hierarchy.is_a("CELL", "T cell", "T cell")
        assert not hierarchy.is_a("CELL", "T cell", "Th17 cell")

    def test_the_longest_path(self) -> None:
        path = Hierarchy(LINKS).path("CELL", "Th17 cell")
        assert path == ("leukocyte", "lymphocyte", "T cell", "T helper cell", "Th17 cell")
        assert Hierarchy(LINKS).path("CELL", "platelet") == ("platelet",)

    def test_a_cycle_ends(self) -> None:
        links = [Link("CELL", "a", "b"), Link("CELL", "b", "a"), Link("CELL", "c", "a")]
        hierarchy = Hierarchy(links)
        assert hierarchy.ancestors("CELL", "c") == ("a", "b")
        assert hierarchy.path("CELL", "c")[-1] == "c"
        assert list(cycles(links)) == links[:2]

    def test_the_path_around_a_cycle(self) -> None:
        pairs = (("a", "b"), ("b", "a"), ("a", "z"), ("c", "a"), ("d", "d"), ("d", "c"))
        hierarchy = Hierarchy(Link("CELL", *pair) for pair in pairs)
        assert hierarchy.path("CELL", "d") == ("z", "a", "c", "d")
        assert hierarchy.path("CELL", "b") == ("a", "b")  # while "a" was looked at

    def test_of_two_long_ways_the_first_in_the_alphabet(self) -> None:
        pairs = (("x", "q"), ("x", "p"), ("q", "a"), ("p", "b"), ("x", "0"))
        hierarchy = Hierarchy(Link("CELL", *pair) for pair in pairs)
        assert hierarchy.path("CELL", "x") == ("a", "q", "x")

    @pytest.mark.parametrize("back", [False, True])
    def test_a_long_chain(self, back: bool) -> None:
        links = [Link("CELL", f"c{i}", f"c{i + 1}") for i in range(5_000)]
        ends = [Link("CELL", "c5000", "c0")] if back else []
        path = Hierarchy([*links, *ends]).path("CELL", "c0")
        # what leads back to a concept is no way to it
        assert path == (("c0",) if back else tuple(f"c{i}" for i in range(5_000, -1, -1)))

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("label,child,parent\n", ":1: the columns must be"),
            ("label,child,parent,source\nCELL,a,b\n", ":2: expected 4 cells"),
            ("label,child,parent,source\nGENE,a,b,CL\n", ":2: label must be one of"),
        ],
    )
    def test_a_wrong_row_is_named(self, tmp_path: Path, text: str, says: str) -> None:
        path = tmp_path / "hierarchy" / "cells.csv"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        with pytest.raises(PatternError, match="cells.csv" + says):
            read_links(tmp_path)

    def test_no_folder_no_links(self, tmp_path: Path) -> None:
        assert read_links(tmp_path) == []

    @pytest.mark.parametrize(
        ("label", "name", "ancestor"),
        [
            ("CELL", "Th17 cell", "T cell"),
            ("CELL", "regulatory T cell", "T cell"),
            ("CELL", "alveolar macrophage", "macrophage"),
            ("CELL", "Jurkat", "T cell"),
            ("CYTOKINE", "CXCL8", "CHEMOKINE"),
            ("CYTOKINE", "IFNB1", "IFN1"),
            ("RECEPTOR", "CCR5", "CHEMOKINE_RECEPTOR"),
            ("DISEASE", "rheumatoid arthritis", "autoimmune disease"),
            ("DISEASE", "Crohn disease", "inflammatory bowel disease"),
            ("DRUG", "adalimumab", "TNF inhibitor"),
            ("DRUG", "tofacitinib", "JAK inhibitor"),
        ],
    )
    def test_shipped(self, patterns_dir: Path, label: str, name: str, ancestor: str) -> None:
        assert Hierarchy(read_links(patterns_dir)).is_a(label, name, ancestor)


def test_concept_rows() -> None:
    index = ConceptIndex([Term("T cell", "CELL", "T cell", "CL:0000084")])
    mentions = [
        {"label": "CELL", "concept_name": name, "concept_id": "", "doc_id": doc}
        for name, doc in (("Th17 cell", "a"), ("Th17 cell", "b"), ("Th17 cell", "b"), ("", "a"))
    ]
    mentions.append(
        {"label": "DRUG", "concept_name": "x", "concept_id": "DRUGBANK:DB1", "doc_id": "a"}
    )
    cell, drug = concept_rows(
        mentions, Hierarchy(LINKS), index, [Target("x", "TNF", "inhibits"), Target("y", "A", "b")]
    )
    assert (cell["n_documents"], cell["n_mentions"]) == (2, 3)
    assert cell["path"] == "leukocyte|lymphocyte|T cell|T helper cell|Th17 cell"
    assert cell["ancestors"] == "T helper cell|effector cell|T cell|lymphocyte|leukocyte"
    assert cell["ancestor_ids"] == "||CL:0000084||"
    assert (drug["concept_id"], drug["targets"], drug["ancestors"]) == (
        "DRUGBANK:DB1", "TNF inhibits", "",
    )  # fmt: skip


class TestKinds:
    def test_a_query_for_t_cell_finds_th17(self) -> None:
        result = CliRunner().invoke(app, ["terms", "find", "T cell", "--kinds"])
        assert result.exit_code == 0
        rows = [line.split("\t") for line in result.stdout.splitlines()]
        names = {row[1] for row in rows}
        assert {"T cell", "Th17 cell", "regulatory T cell"} <= names
        assert "B cell" not in names
        assert all(row[3].split(" > ")[-1] == row[1] for row in rows)

    def test_by_identifier(self) -> None:
        result = CliRunner().invoke(app, ["terms", "find", "CL:0000236", "--kinds"])
        assert "memory B cell" in result.stdout

    @pytest.mark.parametrize("query", ["", "no such cell"])
    def test_an_unknown_concept(self, query: str) -> None:
        result = CliRunner().invoke(app, ["terms", "find", query, "--kinds"])
        assert result.exit_code == 2
        assert "no concept has the name" in result.output


class TestNetworkCommand:
    """On a real run of three documents."""

    @pytest.fixture(scope="class")
    def folder(self, tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = tmp_path_factory.mktemp("run")
        texts = {
            "a": "Th17 cells secrete IL-17A. Adalimumab neutralises TNF-α.",
            "b": "Naive T cells secrete IL-17A. Monocytes secrete IL-1β.",
            "c": "Regulatory T cells do not secrete IL-17A.",
        }
        for name, text in texts.items():
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        documents = [str(folder / f"{name}.txt") for name in texts]
        result = CliRunner().invoke(app, ["run", *documents, "--output", str(folder / "out")])
        assert result.exit_code == 0, result.output
        return folder / "out"

    def facts(self, folder: Path, *options: str) -> list[tuple[str, str, str, str]]:
        path = folder / "facts.csv"
        result = CliRunner().invoke(app, ["network", str(folder), "--output", str(path), *options])
        assert result.exit_code == 0, result.output
        with path.open(encoding="utf-8", newline="") as handle:
            return [
                (r["subject_name"], r["predicate"], r["object_name"], r["n_documents"])
                for r in csv.DictReader(handle)
            ]

    def test_a_query_for_t_cell_finds_th17(self, folder: Path) -> None:
        found = {fact[0] for fact in self.facts(folder, "--under", "T cell")}
        assert found == {"Th17 cell", "naive T cell", "regulatory T cell"}

    def test_by_another_spelling(self, folder: Path) -> None:
        assert self.facts(folder, "--under", "T-cells") == self.facts(folder, "--under", "T cell")

    def test_by_identifier(self, folder: Path) -> None:
        assert {f[0] for f in self.facts(folder, "--under", "CL:0000576")} == {"monocyte"}

    def test_kinds_are_counted_together(self, folder: Path) -> None:
        found = self.facts(folder, "--roll-up", "T cell")
        assert ("T cell", "SECRETES", "IL17A", "3") in found
        assert not any(name in {"Th17 cell", "naive T cell"} for name, *_ in found)
        assert ("monocyte", "SECRETES", "IL1B", "1") in found

    def test_what_one_kind_does_and_another_does_not(self, folder: Path) -> None:
        self.facts(folder, "--roll-up", "T cell", "--under", "T cell")
        with (folder / "facts.csv").open(encoding="utf-8", newline="") as handle:
            (fact,) = csv.DictReader(handle)
        counts = [fact[f"n_{name}"] for name in ("asserted", "hedged", "negated", "contradicting")]
        assert (counts, fact["contradicted"]) == (["2", "0", "1", "0"], "true")
        assert fact["best_sentence"].endswith("] [trigger: secrete] [object: IL-17A].")

    def test_to_a_level(self, folder: Path) -> None:
        with (folder / "concepts.csv").open(encoding="utf-8", newline="") as handle:
            paths = {r["concept_name"]: r["path"].split("|") for r in csv.DictReader(handle)}
        tops = {fact[0] for fact in self.facts(folder, "--level", "0")}
        assert tops == {
            paths[n][0] for n in ("Th17 cell", "monocyte", "regulatory T cell", "adalimumab")
        }

    def test_without_options_it_is_the_network_of_the_run(self, folder: Path) -> None:
        self.facts(folder)
        assert (folder / "facts.csv").read_bytes() == (folder / "network.csv").read_bytes()

    @pytest.mark.parametrize(
        ("where", "options", "says"),
        [
            ("out", ("--under", "neutrophil"), "no concept 'neutrophil' in this run"),
            ("nowhere", (), "no such table"),
        ],
    )
    def test_wrong_use(self, folder: Path, where: str, options: tuple[str, ...], says: str) -> None:
        result = CliRunner().invoke(app, ["network", str(folder.parent / where), *options])
        assert result.exit_code == 2
        assert says in result.output

    def test_tables_of_an_older_version(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "relations.csv").write_bytes((folder / "relations.csv").read_bytes())
        result = CliRunner().invoke(app, ["network", str(tmp_path)])
        assert result.exit_code == 2
        assert "concepts.csv: no such table" in result.output
