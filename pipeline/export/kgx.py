"""KGX: nodes and edges in the terms of the Biolink Model, as TSV."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.export.biolink import Biolink, biolink, publication
from pipeline.export.files import whole_folder
from pipeline.export.graph import OWN_PREFIX, Edge, Graph, Node, graph_of
from pipeline.export.source import ExportError, Source
from pipeline.export.tables import Row, counted, rows

NODES, EDGES = "nodes.tsv", "edges.tsv"
LIST = "|"
NODE_COLUMNS = (
    "id", "category", "name", "label", "specificity", "n_mentions", "n_documents", "ancestors",
    "targets",
)  # fmt: skip
EDGE_COLUMNS = (
    "id", "subject", "predicate", "object", "category", "qualified_predicate",
    "object_aspect_qualifier", "object_direction_qualifier", "negated", "knowledge_level",
    "agent_type", "primary_knowledge_source", "publications", "has_confidence_score",
    "evidence_count", "original_predicate", "effect", "functions", "hedged", "contradicted",
    "n_documents", "n_asserted", "n_negated", "n_hedged", "n_contradicting", "doc_ids",
    "relation_ids", "contradicting_ids", "supporting_text",
)  # fmt: skip
# KGX reads cells without any quoting: these would end a cell, a row or the file.
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# What a spreadsheet would run, and what readers that do know quotes would swallow rows for.
_UNSAFE = re.compile("[\"'=+\\-@]")


def write(source: Source, path: Path) -> list[str]:
    """Write ``nodes.tsv`` and ``edges.tsv``: a node a concept, an edge a fact. Several values in a
    cell are joined by ``|``, and there are no quotes.

    Raises ExportError for tables that do not fit together, and OutputError.
    """
    graph = graph_of(source)
    model = biolink()
    cells = _Cells()
    evidence = {row["relation_id"]: row for row in rows(source.frames.relations[_EVIDENCE])}
    categories = _categories(graph, model)
    nodes = [_node(node, categories, model, cells) for node in graph.nodes]
    edges = [_edge(edge, evidence, categories, model, cells) for edge in graph.edges]
    with whole_folder(path, (NODES, EDGES)) as beside:
        _write(beside / NODES, NODE_COLUMNS, nodes)
        _write(beside / EDGES, EDGE_COLUMNS, edges)
    return [*graph.notes, *_left_out(graph, edges, categories, model), *cells.notes()]


_EVIDENCE = ["relation_id", "doc_id", "sentence", "negated", "hedged", "function"]
Categories = dict[tuple[str, str], str]  # of a node with a label


def _categories(graph: Graph, model: Biolink) -> Categories:
    return {
        (node.id, label): model.category(label, model.curie(node.id), node.specificity)
        for node in graph.nodes
        for label in node.labels
    }


def _node(node: Node, categories: Categories, model: Biolink, cells: _Cells) -> Row:
    own = {categories[node.id, label]: None for label in node.labels}
    return {
        "id": model.curie(node.id),
        "category": LIST.join(f"biolink:{one}" for one in own),
        "name": cells.text(node.name),
        "label": LIST.join(node.labels),
        "specificity": node.specificity,
        "n_mentions": node.n_mentions,
        "n_documents": node.n_documents,
        "ancestors": cells.texts(node.ancestors),
        "targets": cells.texts(node.targets),
    }


def _edge(
    edge: Edge,
    evidence: Mapping[str, Row],
    categories: Categories,
    model: Biolink,
    cells: _Cells,
) -> Row:
    fact = edge.row
    said = _said(fact, evidence)
    ends = [
        categories[at, fact[f"{role}_label"]]
        for role, at in (("subject", edge.subject), ("object", edge.object))
    ]
    statement = model.statement(fact["predicate"], ends[0], ends[1], fact["effect"])
    negated = all(row["negated"] for row in said)
    plain = [row for row in said if row["negated"] == negated]
    doc_ids = sorted({row["doc_id"] for row in said})
    papers = [publication(one) for one in doc_ids]
    functions = Counter(row["function"] for row in said if row["function"])
    kept = {name: fact[name] for name in EDGE_COLUMNS if name in fact}
    return {
        **kept,
        **model.edge,
        "id": f"{OWN_PREFIX}:{edge.id}",
        "subject": model.curie(edge.subject),
        "predicate": statement.predicate,
        "object": model.curie(edge.object),
        "category": statement.association,
        "qualified_predicate": statement.qualified_predicate,
        "object_aspect_qualifier": statement.object_aspect,
        "object_direction_qualifier": statement.object_direction,
        # KGX takes every text in this column for true, "false" as well
        "negated": True if negated else None,
        "publications": cells.texts(one for one in papers if one),
        "has_confidence_score": fact["score"],
        "evidence_count": fact["n_sentences"],
        "original_predicate": f"{OWN_PREFIX}:{fact['predicate']}",
        "functions": LIST.join(sorted(functions, key=lambda one: (-functions[one], one))),
        "hedged": all(row["hedged"] for row in plain),
        "doc_ids": cells.texts(doc_ids),
        "relation_ids": fact["relation_ids"].replace(";", LIST),
        "contradicting_ids": fact["contradicting_ids"].replace(";", LIST),
        "supporting_text": cells.texts(dict.fromkeys(row["sentence"] for row in said)),
    }


def _said(fact: Row, evidence: Mapping[str, Row]) -> list[Row]:
    ids = fact["relation_ids"].split(";")
    lost = [one for one in ids if one not in evidence]
    if lost:
        raise ExportError(
            f"the network rests on the relation {lost[0] or '(none)'}, which the table of "
            "relations lacks; run the pipeline again"
        )
    return [evidence[one] for one in ids]


def _left_out(
    graph: Graph, edges: Sequence[Row], categories: Categories, model: Biolink
) -> Iterator[str]:
    n_effects = sum(
        1
        for row in edges
        if row["effect"] != "unspecified" and not row["object_direction_qualifier"]
    )
    if n_effects:
        yield f"a qualifier for the effect of {counted(n_effects, 'fact')}: see the column effect"
    triples = Counter((row["subject"], row["predicate"], row["object"]) for row in edges)
    if n_alike := sum(n for n in triples.values() if n > 1):
        yield (
            "for programs that tell edges apart by subject, predicate and object, as KGX in "
            f"memory: {counted(n_alike, 'fact')} that only the effect tells from another"
        )
    unlisted: Counter[str] = Counter()
    for node in graph.nodes:
        prefix = model.curie(node.id).partition(":")[0]
        if node.grounded and prefix not in model.listed[categories[node.id, node.labels[0]]]:
            unlisted[prefix] += 1
    if unlisted:
        named = ", ".join(f"{prefix} {n}" for prefix, n in sorted(unlisted.items()))
        yield f"a prefix that Biolink lists there for {counted(unlisted.total(), 'node')} ({named})"
    yield from _about_papers({one for row in edges for one in row["doc_ids"].split(LIST) if one})


def _about_papers(doc_ids: set[str]) -> Iterator[str]:
    if n_other := sum(1 for one in doc_ids if not publication(one)):
        yield (
            f"{counted(n_other, 'document')} that by their id are no publications: see the column "
            "doc_ids"
        )
    if n_bare := sum(1 for one in doc_ids if one.isdecimal() and publication(one)):
        yield f"{counted(n_bare, 'document id')}, bare numbers, taken for PubMed identifiers"


class _Cells:
    """Texts as cells, and what that changed."""

    def __init__(self) -> None:
        self._changed: Counter[str] = Counter()

    def text(self, text: str) -> str:
        """One text, in a cell of its own."""
        return self._safe(self._plain(text))

    def texts(self, texts: Iterable[str]) -> str:
        """Several texts in a cell, none of which can hold the sign that joins them."""
        return self._safe(LIST.join(self._plain(text) for text in texts))

    def _plain(self, text: str) -> str:
        plain = _BREAKS.sub(" ", text)
        self._changed["breaks"] += plain != text
        self._changed["bars"] += LIST in plain
        return plain.replace(LIST, "¦")

    def _safe(self, cell: str) -> str:
        if not _UNSAFE.match(cell):
            return cell
        self._changed["unsafe"] += 1
        return f"'{cell}"

    def notes(self) -> Iterator[str]:
        if n := self._changed["breaks"]:
            yield f"tabs, line breaks and control characters in {counted(n, 'text')}: now blanks"
        if n := self._changed["bars"]:
            yield f"the | in {counted(n, 'text')}, which joins texts in KGX: now ¦"
        if n := self._changed["unsafe"]:
            yield (
                f"the beginning of {counted(n, 'cell')}, a quote or the sign of a formula: now "
                "with a ' before it"
            )


def _write(path: Path, columns: Sequence[str], table: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        print(*columns, sep="\t", file=file)
        for row in table:
            print(*(_spelled(row[column]) for column in columns), sep="\t", file=file)


def _spelled(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
