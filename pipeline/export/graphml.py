"""GraphML of the facts."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

from pipeline.concepts import JOIN
from pipeline.export.files import whole_file
from pipeline.export.graph import Graph, Node, graph_of
from pipeline.export.source import Source
from pipeline.export.tables import counted

# What XML 1.0 has no place for, not even as a character reference.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"


def write(source: Source, path: Path) -> list[str]:
    """Write the facts as a directed multigraph: nodes are concepts, an edge is a fact with its
    counts and best sentence. Raises ExportError and OutputError."""
    graph = graph_of(source)
    content, n_replaced = _content(graph)
    with whole_file(path) as beside:
        beside.write_bytes(content)
    left_out = list(graph.notes)
    if n_replaced:
        left_out.append(
            f"control characters in {counted(n_replaced, 'value')}, which XML cannot hold: "
            "U+FFFD stands for each"
        )
    return left_out


def _content(graph: Graph) -> tuple[bytes, int]:
    import networkx as nx
    from networkx.readwrite.graphml import GraphMLWriter

    class Writer(GraphMLWriter):
        """Spells flags as XML does; networkx writes them as Python does."""

        def add_data(self, name: str, element_type: type, value: str, *args: Any) -> Any:
            element = super().add_data(name, element_type, value, *args)
            if element_type is bool:
                element.text = value.lower()
            return element

    network = nx.MultiDiGraph()
    n_replaced = 0
    for node in graph.nodes:
        values, n = _clean(_node_values(node))
        network.add_node(node.id, **values)
        n_replaced += n
    for edge in graph.edges:
        values, n = _clean(edge.row)
        network.add_edge(edge.subject, edge.object, edge.id, **values)
        n_replaced += n
    writer = Writer(encoding="utf-8", prettyprint=True)
    writer.add_graph_element(network)
    stream = BytesIO()
    writer.dump(stream)
    # ElementTree leaves a return as it is, and every parser makes a line feed of that.
    return stream.getvalue().replace(b"\r", b"&#13;"), n_replaced


def _node_values(node: Node) -> dict[str, Any]:
    return {
        "name": node.name,
        "label": node.labels[0],
        "concept_id": node.concept_id,
        "specificity": node.specificity,
        "n_mentions": node.n_mentions,
        "n_documents": node.n_documents,
        **{
            name: JOIN.join(getattr(node, name))
            for name in ("path", "ancestors", "ancestor_ids", "targets")
        },
    }


def _clean(values: dict[str, Any]) -> tuple[dict[str, Any], int]:
    n_replaced = 0
    clean = {}
    for name, value in values.items():
        if isinstance(value, str) and NOT_XML.search(value):
            value = NOT_XML.sub(REPLACEMENT, value)
            n_replaced += 1
        clean[name] = value
    return clean, n_replaced
