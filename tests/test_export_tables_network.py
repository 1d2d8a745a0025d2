"""Networks for other programs: GraphML, CX2 and KGX come back with every fact."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest
import yaml
from hypothesis import given as generated
from hypothesis import strategies as st

from pipeline.export import biolink as biolink_module
from pipeline.export import cytoscape, kgx
from pipeline.export.biolink import biolink, publication
from pipeline.export.graph import graph_of, node_id
from pipeline.export.run import export
from pipeline.export.source import ExportError, Source
from pipeline.export.tables import rows
from pipeline.records import EFFECTS, LABELS, SIGNATURES
from tests.export_source import nasty, source

NETWORKS = ("graphml", "cytoscape", "kgx")
CELL = "cytokine-reader:CELL=t%20cell"
ODD = "cytokine-reader:RECEPTOR=odd%20id%2F1=%CE%B1%7Cthing"


@pytest.fixture
def full(tmp_path: Path) -> Source:
    return source(tmp_path / "run", nasty())


@pytest.fixture
def empty(tmp_path: Path) -> Source:
    return source(tmp_path / "none", [])


def facts(of: Source) -> list[dict[str, Any]]:
    return list(rows(of.frames.network))


def test_nodes_are_concepts_and_edges_facts(full: Source) -> None:
    graph = graph_of(full)
    by_id = {node.id: node for node in graph.nodes}
    assert set(by_id) == {
        "CL:0000236", "FPLX:Interferon", "HGNC:6001", "MESH:D000075242", CELL, ODD,
    }  # fmt: skip
    il2 = by_id["HGNC:6001"]
    assert (il2.name, il2.labels, il2.n_mentions, il2.n_documents) == ("IL2", ("CYTOKINE",), 3, 3)
    assert by_id[CELL].name == "t cell"
    assert [edge.row for edge in graph.edges] == facts(full)
    assert len({edge.id for edge in graph.edges}) == len(graph.edges) == 6
    assert graph.notes == (
        "2 concepts without a CURIE: the node has one of our own, cytokine-reader:, made of label "
        "and name",
    )


def test_one_identifier_is_one_node(full: Source) -> None:
    mentions = full.frames.mentions
    lines = mentions["label"].where(mentions["doc_id"] != "PMC12345", "DISEASE")
    moved = full.frames.network.copy()
    moved.loc[moved["predicate"] == "MODULATES", "object_label"] = "RECEPTOR"
    frames = replace(full.frames, mentions=mentions.assign(label=lines), network=moved)
    graph = graph_of(replace(full, frames=frames))
    il2 = next(node for node in graph.nodes if node.id == "HGNC:6001")
    assert il2.labels == ("CYTOKINE", "RECEPTOR")
    assert "1 identifier with several labels or names: each is one node" in graph.notes
    assert any("without a fact" in note for note in graph.notes)


def test_a_fact_twice_is_refused(full: Source, tmp_path: Path) -> None:
    twice = pd.concat([full.frames.network] * 2)
    with pytest.raises(ExportError, match="the network has the fact"):
        export(replace(full, frames=replace(full.frames, network=twice)), "graphml", tmp_path / "x")


@generated(st.sampled_from(LABELS), st.text(max_size=8), st.text(max_size=8))
def test_ids_differ_and_hold_nothing_odd(label: str, concept_id: str, name: str) -> None:
    found = node_id(label, concept_id, name)
    assert found.isascii()
    assert found.isprintable()
    prefix, colon, rest = found.partition(":")
    assert all((prefix, colon, rest))
    assert not set(rest) & set(' /:|<>"')
    if found != concept_id:
        assert found != node_id(label, concept_id, name + "=")
        assert found != node_id(label, name, concept_id) or concept_id == name


def test_graphml_comes_back(full: Source, tmp_path: Path) -> None:
    said = export(full, "graphml", tmp_path / "x.graphml")
    assert "control characters in 1 value, which XML cannot hold: U+FFFD stands for each" in said
    network = nx.read_graphml(tmp_path / "x.graphml", force_multigraph=True)
    assert network.is_directed()
    assert network.nodes["HGNC:6001"]["n_mentions"] == 3
    found = {key: row for *_, key, row in network.edges(keys=True, data=True)}
    for edge in graph_of(full).edges:
        expected = {
            name: value.replace("\x07", "\ufffd").replace("\x0b", "\ufffd")
            if isinstance(value, str)
            else value
            for name, value in edge.row.items()
        }
        assert found[edge.id] == expected
        assert network.has_edge(edge.subject, edge.object, edge.id)
    text = (tmp_path / "x.graphml").read_text(encoding="utf-8")
    assert ">true</data>" in text
    assert ">True</data>" not in text


def test_cx2_comes_back(full: Source, tmp_path: Path) -> None:
    cx2 = pytest.importorskip("ndex2.cx2", reason="ndex2 is not installed")
    export(full, "cytoscape", tmp_path / "x.cx2")
    raw = json.loads((tmp_path / "x.cx2").read_text(encoding="utf-8"))
    network = cx2.RawCX2NetworkFactory().get_cx2network(raw)
    nodes, edges = network.get_nodes(), network.get_edges()
    assert len(nodes) == 6
    assert [edges[number]["v"]["best_sentence"] for number in sorted(edges)] == [
        fact["best_sentence"] for fact in facts(full)
    ]
    for number, fact in enumerate(facts(full)):
        edge = edges[number]
        ends = [nodes[edge[end]]["v"]["name"] for end in "st"]
        assert ends == [fact["subject_name"], fact["object_name"]]
        assert edge["v"]["contradicted"] is fact["contradicted"]
        assert edge["v"]["relation_ids"] == fact["relation_ids"].split(";")
    assert all(
        isinstance(node["x"], float) and isinstance(node["y"], float) for node in nodes.values()
    )
    counts = {one["name"]: one["elementCount"] for one in raw[1]["metaData"]}
    assert all(
        len(aspect[name]) == counts[name] for aspect in raw for name in aspect if name in counts
    )


def test_cx2_declares_what_it_uses_and_shows_all_labels(full: Source, tmp_path: Path) -> None:
    export(full, "cytoscape", tmp_path / "x.cx2")
    aspects: dict[str, Any] = {}
    for one in json.loads((tmp_path / "x.cx2").read_text(encoding="utf-8")):
        aspects.update(one)
    declared = aspects["attributeDeclarations"][0]
    kinds = {
        "string": str,
        "integer": int,
        "double": float,
        "boolean": bool,
        "list_of_string": list,
    }
    for name in ("nodes", "edges"):
        for element in aspects[name]:
            for attribute, value in element["v"].items():
                assert type(value) is kinds[declared[name][attribute]["d"]], attribute
    assert set(cytoscape.COLOURS) == set(LABELS)
    assert set(cytoscape.EFFECTS) == set(EFFECTS)


def test_cx2_of_many_nodes_is_not_laid_out(
    full: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cytoscape, "MAX_SPRING", 5)
    said = export(full, "cytoscape", tmp_path / "x.cx2")
    assert said[-1].startswith("the layout of 6 nodes")


def read_tsv(path: Path) -> list[dict[str, str]]:
    """As KGX reads it: a line a row, no quotes."""
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") == len(text.splitlines())
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_kgx_says_each_fact_in_biolinks_terms(full: Source, tmp_path: Path) -> None:
    export(full, "kgx", tmp_path / "kgx")
    nodes = {row["id"]: row for row in read_tsv(tmp_path / "kgx" / "nodes.tsv")}
    assert {id_: row["category"] for id_, row in nodes.items()} == {
        "HGNC:6001": "biolink:Gene", "FPLX:Interferon": "biolink:GeneFamily",
        "CL:0000236": "biolink:Cell", "MESH:D000075242": "biolink:Drug", CELL: "biolink:Cell",
        ODD: "biolink:Protein",
    }  # fmt: skip
    edges = read_tsv(tmp_path / "kgx" / "edges.tsv")
    assert len(edges) == 6
    assert all(row["subject"] in nodes and row["object"] in nodes for row in edges)
    by_kind = {(row["original_predicate"].split(":")[1], row["effect"]): row for row in edges}
    drug = by_kind["MODULATES", "negative"]
    names = ("predicate", "qualified_predicate", "object_aspect_qualifier", "category")
    assert [drug[name] for name in (*names, "object_direction_qualifier")] == [
        "biolink:affects", "biolink:causes", "activity_or_abundance",
        "biolink:ChemicalAffectsGeneAssociation", "decreased",
    ]  # fmt: skip
    assert drug["publications"] == "PMC:12345"
    acts = by_kind["ACTS_ON", "positive"]
    assert acts["negated"] == ""  # stated once, denied once
    assert (acts["n_negated"], acts["functions"]) == ("1", "activation|proliferation")
    assert acts["publications"].split("|") == ["doi:10.1000/x(1)¦y", "PMC:12345"]
    assert by_kind["REGULATES", "positive"]["hedged"] == "true"
    assert {row["agent_type"] for row in edges} == {"text_mining_agent"}


def test_kgx_negates_what_is_only_denied(full: Source, tmp_path: Path) -> None:
    said = nasty()[1]
    only = source(tmp_path / "two", [replace(said, relations=said.relations[:1])])
    export(only, "kgx", tmp_path / "kgx")
    assert [row["negated"] for row in read_tsv(tmp_path / "kgx" / "edges.tsv")] == ["true"]


def test_kgx_keeps_hostile_texts_in_their_cells(full: Source, tmp_path: Path) -> None:
    said = export(full, "kgx", tmp_path / "kgx")
    edges = read_tsv(tmp_path / "kgx" / "edges.tsv")
    row = next(one for one in edges if one["doc_ids"].startswith("a/b"))
    assert row["doc_ids"] == 'a/b\'s "1"'
    assert row["supporting_text"].startswith("'=SUM(A1),\"T cells make 𝛼IL-2 ¦ \u200f"[:20])
    quoted = pd.read_csv(tmp_path / "kgx" / "edges.tsv", sep="\t")  # which knows quotes
    assert len(quoted) == len(edges)
    assert any("tabs, line breaks" in one for one in said)
    assert any("the | in" in one for one in said)
    assert any(one.startswith("the beginning of") for one in said)


def test_kgx_asks_for_the_evidence(full: Source, tmp_path: Path) -> None:
    frames = replace(full.frames, relations=full.frames.relations.iloc[1:])
    with pytest.raises(ExportError, match="which the table of relations lacks"):
        export(replace(full, frames=frames), "kgx", tmp_path / "kgx")


def test_kgx_of_unknown_words(full: Source, tmp_path: Path) -> None:
    for column, message in (("predicate", "the predicate 'X'"), ("subject_label", "the label 'X'")):
        frames = replace(full.frames, network=full.frames.network.assign(**{column: "X"}))
        with pytest.raises(ExportError, match=message):
            export(replace(full, frames=frames), "kgx", tmp_path / "kgx")


def test_biolink_says_all_that_a_run_may_say() -> None:
    model = biolink()
    classes = {label: {row["category"] for row in model.categories[label]} for label in LABELS}
    for predicate, (subjects, objects) in SIGNATURES.items():
        for effect in EFFECTS:
            for subject in (one for label in subjects for one in classes[label]):
                for object_ in (one for label in objects for one in classes[label]):
                    said = model.statement(predicate, subject, object_, effect)
                    assert bool(said.object_aspect) == bool(said.object_direction)
                    assert not said.qualified_predicate or said.object_direction
    assert set(model.predicates) == set(SIGNATURES)
    assert set(model.listed) == set().union(*classes.values())


def test_biolink_names_its_version() -> None:
    path = Path(biolink_module.__file__).with_name("biolink.yaml")
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["version"] == "4.4.6"


@pytest.mark.parametrize(
    ("doc_id", "curie"),
    [
        ("12345678", "PMID:12345678"), ("PMID:123", "PMID:123"), ("pmid_123", "PMID:123"),
        ("123", ""), ("123456789", ""), ("PMC77", "PMC:77"), ("PMCID:PMC77", "PMC:77"),
        ("10.1000/a.b", "doi:10.1000/a.b"), ("https://doi.org/10.1000/a", "doi:10.1000/a"),
        ("10.1000/a b", ""), ("note-7", ""), ("", ""), ("１２３４５６７", ""),
    ],
)  # fmt: skip
def test_publications(doc_id: str, curie: str) -> None:
    assert publication(doc_id) == curie


@pytest.mark.parametrize("name", NETWORKS)
def test_an_empty_run(empty: Source, tmp_path: Path, name: str) -> None:
    assert export(empty, name, tmp_path / "x") == []
    if name == "graphml":
        assert len(nx.read_graphml(tmp_path / "x")) == 0
    elif name == "cytoscape":
        assert {"nodes": []} in json.loads((tmp_path / "x").read_text(encoding="utf-8"))
    else:
        assert (tmp_path / "x" / "nodes.tsv").read_text("utf-8") == "\t".join(
            kgx.NODE_COLUMNS
        ) + "\n"


@pytest.mark.parametrize("name", NETWORKS)
def test_same_bytes(full: Source, tmp_path: Path, name: str) -> None:
    for place in "ab":
        export(full, name, tmp_path / place)
    files = [
        sorted(p for p in [tmp_path / c, *(tmp_path / c).glob("*")] if p.is_file()) for c in "ab"
    ]
    assert [one.read_bytes() for one in files[0]] == [one.read_bytes() for one in files[1]]
    assert files[0]
