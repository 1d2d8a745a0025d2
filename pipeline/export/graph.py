"""The facts of a run as a graph: concepts are the nodes, facts the edges."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.concepts import JOIN
from pipeline.export.source import ExportError, Source
from pipeline.export.tables import Row, counted, rows
from pipeline.network import name_of
from pipeline.records import content_id

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, str, str]  # label, concept_id, name

OWN_PREFIX = "cytokine-reader"
_ROLES = ("subject", "object")
# Printable ASCII without the signs that a CURIE or a table of them cannot hold.
_CURIE = re.compile(r"[A-Za-z_][\w.-]*:[!#-.0-9;=?-{}~]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Node:
    """A concept. ``id`` is its CURIE, or one with our own prefix where it has none; ``labels``
    are those of its mentions, the most frequent first."""

    id: str
    concept_id: str
    name: str
    labels: tuple[str, ...]
    specificity: str
    n_mentions: int
    n_documents: int
    path: tuple[str, ...]
    ancestors: tuple[str, ...]
    ancestor_ids: tuple[str, ...]
    targets: tuple[str, ...]

    @property
    def grounded(self) -> bool:
        return self.id == self.concept_id


@dataclass(frozen=True, slots=True)
class Edge:
    """A fact: a key made of its content, the ids of its nodes, and its row of ``network.csv``."""

    id: str
    subject: str
    object: str
    row: Row


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes by id and edges in the order of ``network.csv``; ``notes`` say what is no part of
    it."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Counted:
    n_mentions: int
    documents: set[str]
    specificities: Counter[str]


def node_id(label: str, concept_id: str, name: str) -> str:
    """The CURIE of a concept; where it has none, one with our own prefix, made of its label and
    name so that it is the same in every run and can be read back."""
    if _CURIE.fullmatch(concept_id):
        return concept_id
    parts = (label, concept_id, name) if concept_id else (label, name)
    return f"{OWN_PREFIX}:{'='.join(quote(part, safe='') for part in parts)}"


def graph_of(source: Source) -> Graph:
    """The graph of the facts. Raises ExportError for a fact that stands there twice."""
    keys: defaultdict[str, set[Key]] = defaultdict(set)
    edges = []
    for row in rows(source.frames.network):
        ends = [(row[f"{role}_label"], row[f"{role}_id"], row[f"{role}_name"]) for role in _ROLES]
        subject, object_ = (node_id(*end) for end in ends)
        keys[subject].add(ends[0])
        keys[object_].add(ends[1])
        key = "F" + content_id(row["predicate"], *ends[0], *ends[1], row["effect"])
        edges.append(Edge(key, subject, object_, row))
    twice = [key for key, n in Counter(edge.id for edge in edges).items() if n > 1]
    if twice:
        row = next(edge.row for edge in edges if edge.id == twice[0])
        raise ExportError(
            f"the network has the fact {row['subject_name']} {row['predicate']} "
            f"{row['object_name']} twice; run the pipeline again"
        )
    found = _counted(source.frames.mentions)
    places = {
        (row["label"], row["concept_id"], row["concept_name"]): row
        for row in rows(source.frames.concepts)
    }
    nodes = tuple(_node(id_, keys[id_], found, places) for id_ in sorted(keys))
    return Graph(nodes, tuple(edges), tuple(_notes(nodes, keys, found)))


def _counted(mentions: pd.DataFrame) -> dict[Key, _Counted]:
    found: dict[Key, _Counted] = {}
    names = ("label", "concept_id", "concept_name", "text", "doc_id", "specificity")
    columns = (mentions[name].tolist() for name in names)
    for label, concept_id, concept_name, text, doc_id, specificity in zip(*columns, strict=True):
        name = name_of({"x_name": concept_name, "x_text": text}, "x")
        one = found.setdefault((label, concept_id, name), _Counted(0, set(), Counter()))
        one.n_mentions += 1
        one.documents.add(doc_id)
        one.specificities[specificity] += 1
    return found


def _node(
    id_: str, keys: Iterable[Key], found: dict[Key, _Counted], places: dict[Key, Row]
) -> Node:
    nothing = _Counted(0, set(), Counter())
    ordered = sorted(keys, key=lambda key: (-found.get(key, nothing).n_mentions, key))
    counts = [found.get(key, nothing) for key in ordered]
    specificities = sum((one.specificities for one in counts), Counter[str]())
    main = ordered[0]
    place = next((places[key] for key in ordered if key in places), {})
    return Node(
        id_, main[1], main[2], tuple(dict.fromkeys(key[0] for key in ordered)),
        min(specificities, key=lambda one: (-specificities[one], one), default=""),
        sum(one.n_mentions for one in counts),
        len(set().union(*(one.documents for one in counts))),
        *(
            tuple(place.get(name, "").split(JOIN)) if place.get(name) else ()
            for name in ("path", "ancestors", "ancestor_ids", "targets")
        ),
    )  # fmt: skip


def _notes(
    nodes: Iterable[Node], keys: dict[str, set[Key]], found: dict[Key, _Counted]
) -> Iterator[str]:
    in_facts = set().union(*keys.values())
    if alone := sum(1 for key in found if key not in in_facts):
        yield f"{counted(alone, 'concept')} without a fact: the nodes are those of facts"
    if local := sum(1 for node in nodes if not node.grounded):
        yield (
            f"{counted(local, 'concept')} without a CURIE: the node has one of our own, "
            f"{OWN_PREFIX}:, made of label and name"
        )
    if merged := sum(1 for node in nodes if len(keys[node.id]) > 1):
        yield f"{counted(merged, 'identifier')} with several labels or names: each is one node"
