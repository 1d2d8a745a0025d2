"""CX2, the exchange format of Cytoscape, of the facts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.export.files import whole_file
from pipeline.export.graph import Edge, Graph, Node, graph_of
from pipeline.export.source import Source

# Above it a spring layout, whose time grows with the square of the nodes, takes too long.
MAX_SPRING = 2000
ITERATIONS = 15  # more of them pull the middle together until nothing can be read there
SEED = 1
SPACING = 60.0  # about the distance of neighbours, in the units of the page

COLOURS = {
    "CYTOKINE": "#1D4ED8", "RECEPTOR": "#0F766E", "CELL": "#B45309", "DISEASE": "#B42318",
    "DRUG": "#7A3EA8",
}  # fmt: skip
EFFECTS = {
    "positive": ("triangle", "#0B6B3A"),
    "negative": ("tee", "#B42318"),
    "unspecified": ("circle", "#566377"),
}
NODE_TYPES = {
    "name": "string", "label": "string", "identifier": "string", "concept_id": "string",
    "specificity": "string", "n_mentions": "integer", "n_documents": "integer",
    "path": "list_of_string", "ancestors": "list_of_string", "ancestor_ids": "list_of_string",
    "targets": "list_of_string",
}  # fmt: skip
LISTS = ("relation_ids", "contradicting_ids")


def write(source: Source, path: Path) -> list[str]:
    """Write the facts with a layout and a style: colour by label, arrow by effect.

    Raises ExportError and OutputError.
    """
    graph = graph_of(source)
    with whole_file(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(_aspects(graph, source.about), file, ensure_ascii=False)
    left_out = list(graph.notes)
    if len(graph.nodes) > MAX_SPRING:
        left_out.append(
            f"the layout of {len(graph.nodes)} nodes, too many for it: they stand on a circle; "
            "lay them out in Cytoscape"
        )
    return left_out


def _aspects(graph: Graph, about: Mapping[str, Any]) -> list[dict[str, Any]]:
    ids = {node.id: number for number, node in enumerate(graph.nodes)}
    places = _places(graph)
    nodes = [
        {"id": ids[node.id], "x": x, "y": y, "v": _node_values(node)}
        for node, (x, y) in zip(graph.nodes, places, strict=True)
    ]
    edges = [
        {"id": number, "s": ids[edge.subject], "t": ids[edge.object], "v": _edge_values(edge)}
        for number, edge in enumerate(graph.edges)
    ]
    values = {"name": "Facts", **_network_values(about)}
    declared = {
        "networkAttributes": {name: {"d": "string"} for name in values},
        "nodes": {name: {"d": kind} for name, kind in NODE_TYPES.items()},
        "edges": _edge_types(graph.edges),
    }
    content: dict[str, list[Any]] = {
        "attributeDeclarations": [declared],
        "networkAttributes": [values],
        "nodes": nodes,
        "edges": edges,
        "visualProperties": [_style()],
    }
    return [
        {"CXVersion": "2.0", "hasFragments": False},
        {"metaData": [{"name": name, "elementCount": len(of)} for name, of in content.items()]},
        *({name: of} for name, of in content.items()),
        {"status": [{"success": True, "error": ""}]},
    ]


def _network_values(about: Mapping[str, Any]) -> dict[str, str]:
    made_by = about.get("program")
    if not isinstance(made_by, dict):
        return {}
    return {"made_by": " ".join(str(made_by[one]) for one in ("name", "version") if one in made_by)}


def _node_values(node: Node) -> dict[str, Any]:
    own = {"label": node.labels[0], "identifier": node.id}
    return {name: own[name] if name in own else _plain(getattr(node, name)) for name in NODE_TYPES}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _edge_values(edge: Edge) -> dict[str, Any]:
    row = {name: value for name, value in edge.row.items() if value is not None}
    for name in LISTS:
        row[name] = [one for one in row[name].split(";") if one]
    # the two names that Cytoscape shows: of the row, and of the kind of the edge
    label = f"{row['subject_name']} ({row['predicate']}) {row['object_name']}"
    return {"name": label, "interaction": row["predicate"], "fact_id": edge.id, **row}


def _edge_types(edges: Sequence[Edge]) -> dict[str, dict[str, str]]:
    kinds = {
        bool: "boolean",
        int: "integer",
        float: "double",
        str: "string",
        list: "list_of_string",
    }
    found: dict[str, dict[str, str]] = {}
    for edge in edges:
        for name, value in _edge_values(edge).items():
            found.setdefault(name, {"d": kinds[type(value)]})
    return found


def _places(graph: Graph) -> list[tuple[float, float]]:
    """Where the nodes stand, rounded: the last digits differ between machines."""
    import networkx as nx

    network = nx.Graph()
    network.add_nodes_from(node.id for node in graph.nodes)
    network.add_edges_from((edge.subject, edge.object) for edge in graph.edges)
    size = SPACING * max(len(graph.nodes), 1) ** 0.5
    if len(graph.nodes) > MAX_SPRING:
        found = nx.circular_layout(network, scale=SPACING * len(graph.nodes) / 6)
    else:
        found = nx.spring_layout(
            network, seed=SEED, scale=size, iterations=ITERATIONS, method="force"
        )
    places = (found[node.id] for node in graph.nodes)
    return [(round(float(x), 1), round(float(y), 1)) for x, y in places]


def _style() -> dict[str, Any]:
    def discrete(attribute: str, of: Mapping[str, str]) -> dict[str, Any]:
        pairs = [{"v": value, "vp": shown} for value, shown in of.items()]
        return {"type": "DISCRETE", "definition": {"attribute": attribute, "map": pairs}}

    shapes = {effect: shape for effect, (shape, _) in EFFECTS.items()}
    lines = {effect: colour for effect, (_, colour) in EFFECTS.items()}
    name = {"type": "PASSTHROUGH", "definition": {"attribute": "name", "type": "string"}}
    return {
        "default": {
            "network": {"NETWORK_BACKGROUND_COLOR": "#FFFFFF"},
            "node": {
                "NODE_SHAPE": "ellipse", "NODE_WIDTH": 40, "NODE_HEIGHT": 40,
                "NODE_BACKGROUND_COLOR": "#566377", "NODE_LABEL_COLOR": "#1B2533",
                "NODE_LABEL_FONT_SIZE": 12,
            },
            "edge": {
                "EDGE_WIDTH": 1, "EDGE_LINE_COLOR": "#566377", "EDGE_TARGET_ARROW_SHAPE": "circle",
                "EDGE_TARGET_ARROW_COLOR": "#566377",
            },
        },
        "nodeMapping": {
            "NODE_LABEL": name,
            "NODE_BACKGROUND_COLOR": discrete("label", COLOURS),
        },
        "edgeMapping": {
            "EDGE_TARGET_ARROW_SHAPE": discrete("effect", shapes),
            "EDGE_LINE_COLOR": discrete("effect", lines),
            "EDGE_TARGET_ARROW_COLOR": discrete("effect", lines),
        },
    }  # fmt: skip
