"""What the page's script reads: facts, evidence, concepts and documents as columns of numbers
and shared strings, so that a run of thousands of sentences stays small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.records import EFFECTS, LABELS, PREDICATES
from pipeline.report.contradictions import Contradiction, contradictions
from pipeline.report.drawn import drawn, layout
from pipeline.report.evidence import Evidence, Limits, Row, kept_evidence, passage, records
from pipeline.report.reviewed import is_reviewed, outcome
from pipeline.report.spellings import first_sections, spellings
from pipeline.result import Result
from pipeline.tables_in import TableError

Key = tuple[str, str, str]  # label, id, name
Columns = dict[str, list[Any]]
# How many facts can be drawn at once, each with a layout that was computed beforehand.
DRAWN = (30, 60, 120, 240)
HEDGED, NEGATED = 1, 2


@dataclass
class Shared:
    """Strings by their place, each once."""

    places: dict[str, int] = field(default_factory=dict)

    def place(self, text: str) -> int:
        return self.places.setdefault(text, len(self.places))


@dataclass(frozen=True, slots=True)
class Content:
    """The data of a page, with the records that the figures and the notes are made of.

    ``names`` and ``labels`` are of the concepts by their place, ``generic`` the places of those
    that general words alone name, ``ends`` the places of subject and object of each fact.
    """

    data: Mapping[str, Any]
    evidence: Evidence
    contradictions: Sequence[Contradiction]
    names: Sequence[str]
    labels: Sequence[str]
    generic: frozenset[int]
    ends: Sequence[tuple[int, int]]
    left_out: Mapping[str, tuple[int, int]]  # what: how many on the page, how many in the run


def content(result: Result, limits: Limits, edges: int) -> Content:
    """Everything that the page shows by script; ``edges`` is how many facts are drawn at first.

    Raises TableError for a network and relations that are not of one run.
    """
    frames = result.frames
    evidence = kept_evidence(frames.network, frames.relations, limits)
    strings, sentences = Shared(), Shared()
    concepts, ends = _concepts(result, evidence, limits)
    names, labels = [key[2] for key in concepts], [key[0] for key in concepts]
    generic = _generic(result, concepts)
    disputed = contradictions(evidence.facts, evidence.rows)
    documents = _documents(result, evidence, limits)
    sizes = {size: tuple(drawn(ends, generic, size)) for size in sorted({*DRAWN, edges})}
    # in a small run most sizes draw the same facts
    places = {facts: layout(facts, ends, names) for facts in set(sizes.values())}
    said = spellings(frames.mentions)
    data = {
        "labels": LABELS,
        "predicates": PREDICATES,
        "effects": EFFECTS,
        "concepts": _concept_columns(concepts, generic, said, strings),
        "documents": {key: _shared(key, column, strings) for key, column in documents.items()},
        "evidence": _evidence_columns(evidence.rows, documents["id"], strings, sentences),
        "facts": _fact_columns(evidence, ends, strings),
        "reviewed": is_reviewed(frames.relations),
        "contradictions": [[one.claim, one.stated, one.against] for one in disputed],
        "layouts": [{"size": size, **places[facts]} for size, facts in sizes.items()],
        "edges": edges,
        "strings": list(strings.places),
        "sentences": list(sentences.places),
    }
    n_listed = len(concepts)
    left_out = {
        "facts": (len(evidence.facts), evidence.n_facts),
        "relations": (len(evidence.rows), evidence.n_rows),
        "concepts": (n_listed, max(n_listed, len(frames.concepts))),
        "documents": (len(documents["id"]), len(frames.documents)),
    }
    return Content(data, evidence, disputed, names, labels, generic, ends, left_out)


def _known(names: Sequence[str], name: str) -> int:
    if name not in names:
        raise TableError(
            f"the tables name {name!r}, which is none of {', '.join(names)}; write them with "
            "pipeline run, not by hand"
        )
    return names.index(name)


def _shared(key: str, column: list[Any], strings: Shared) -> list[Any]:
    return [strings.place(cell) if isinstance(cell, str) else cell for cell in column]


# --- concepts -----------------------------------------------------------------------


def _concepts(
    result: Result, evidence: Evidence, limits: Limits
) -> tuple[dict[Key, Row], list[tuple[int, int]]]:
    """All concepts of the page's facts and the most named others, and the ends of each fact."""
    rows = {
        (row["label"], row["concept_id"], row["concept_name"]): row
        for row in records(
            result.frames.concepts,
            ("label", "concept_id", "concept_name", "n_documents", "n_mentions", "path"),
        )
    }
    concepts: dict[Key, Row] = {}
    places: dict[Key, int] = {}
    ends: list[tuple[int, int]] = []
    for fact in evidence.facts:
        pair = []
        for role in ("subject", "object"):
            label, concept_id, name = (fact.row[f"{role}_{key}"] for key in ("label", "id", "name"))
            key = (label, concept_id, name)
            concepts.setdefault(key, rows.get(key, {}))
            pair.append(places.setdefault(key, len(places)))
        ends.append((pair[0], pair[1]))
    others = sorted(rows.items(), key=lambda one: (-one[1]["n_mentions"], one[0]))
    for key, row in others[: max(limits.listed - len(concepts), 0)]:
        concepts.setdefault(key, row)
    return concepts, ends


def _generic(result: Result, concepts: Mapping[Key, Row]) -> frozenset[int]:
    """Concepts that are named by general words alone, such as *cytokine*."""
    mentions = result.frames.mentions
    seen: dict[tuple[str, str], set[str]] = {}
    wanted = ("label", "concept_name", "specificity")
    for row in mentions[list(wanted)].drop_duplicates().itertuples(index=False):
        seen.setdefault((row[0], row[1]), set()).add(row[2])
    return frozenset(
        at for at, (label, _, name) in enumerate(concepts) if seen.get((label, name)) == {"generic"}
    )


def _concept_columns(
    concepts: Mapping[Key, Row],
    generic: frozenset[int],
    said: Mapping[Key, Sequence[str]],
    strings: Shared,
) -> Columns:
    """``said`` are other spellings of the texts."""
    return {
        "label": [_known(LABELS, label) for label, _, _ in concepts],
        "id": [strings.place(concept_id) for _, concept_id, _ in concepts],
        "name": [strings.place(name) for _, _, name in concepts],
        "documents": [row.get("n_documents") for row in concepts.values()],
        "mentions": [row.get("n_mentions") for row in concepts.values()],
        "path": [
            strings.place(row.get("path", "").replace("|", " › ")) for row in concepts.values()
        ],
        "generic": [int(at in generic) for at in range(len(concepts))],
        "said": [[strings.place(one) for one in said.get(key, ())] for key in concepts],
    }


# --- documents, evidence, facts -----------------------------------------------------


def _documents(result: Result, evidence: Evidence, limits: Limits) -> Columns:
    """Those of the evidence, and others up to the limit, in the order of the table; *section* is
    the first heading of one without a title."""
    table = result.frames.documents
    sections = first_sections(result.frames.mentions)
    cited = {row["doc_id"] for row in evidence.rows}
    spare = limits.listed - len(cited)
    columns: Columns = {name.removeprefix("n_").removeprefix("doc_"): [] for name in table.columns}
    for row in records(table, [str(name) for name in table.columns]):
        spare -= row["doc_id"] not in cited
        if spare >= 0 or row["doc_id"] in cited:
            for name, column in zip(table.columns, columns.values(), strict=True):
                column.append(row[name])
    untitled = zip(columns["id"], columns["title"], strict=True)
    columns["section"] = ["" if title else sections.get(one, "") for one, title in untitled]
    return columns


def _evidence_columns(
    rows: Sequence[Row], documents: Sequence[str], strings: Shared, sentences: Shared
) -> Columns:
    """``at`` holds six places a row: start and end of subject, object and trigger in the
    sentence, in characters, -1 where there is none."""
    places = {doc_id: at for at, doc_id in enumerate(documents)}
    passages = [passage(row) for row in rows]
    return {
        "document": [places.get(row["doc_id"], -1) for row in rows],
        "section": [strings.place(row["section"]) for row in rows],
        "sentence": [sentences.place(one.text) for one in passages],
        "at": [at for one in passages for at in one.marks],
        "effect": [_known(EFFECTS, row["effect"]) for row in rows],
        "function": [strings.place(row["function"]) for row in rows],
        "flags": [HEDGED * row["hedged"] + NEGATED * row["negated"] for row in rows],
        "rule": [strings.place(row["rule"]) for row in rows],
        "signs": [strings.place(row["signs"]) for row in rows],
        "score": [round(row["score"], 4) for row in rows],
        "review": [strings.place(outcome(row)) for row in rows],
        "curators": [strings.place(row.get("curators", "")) for row in rows],
    }


def _fact_columns(evidence: Evidence, ends: Sequence[tuple[int, int]], strings: Shared) -> Columns:
    facts = evidence.facts
    counts = {
        "documents": "n_documents", "sentences": "n_sentences", "asserted": "n_asserted",
        "hedged": "n_hedged", "denied": "n_negated", "opposed": "n_contradicting",
    }  # fmt: skip
    return {
        "predicate": [_known(PREDICATES, fact.row["predicate"]) for fact in facts],
        "subject": [subject for subject, _ in ends],
        "object": [object_ for _, object_ in ends],
        "effect": [_known(EFFECTS, fact.row["effect"]) for fact in facts],
        "score": [round(fact.row["score"], 4) for fact in facts],
        "pair": [fact.n_pair for fact in facts],
        "way": [fact.n_way for fact in facts],
        "more": [fact.n_more for fact in facts],
        "contradicted": [int(fact.row["contradicted"]) for fact in facts],
        "own": [[*fact.stated, *fact.denied] for fact in facts],
        "against": [list(fact.against) for fact in facts],
        "reviews": [[strings.place(one) for one in fact.reviews] for fact in facts],
        **{name: [fact.row[column] for fact in facts] for name, column in counts.items()},
    }
