"""A run made by hand, with everything in it that a format may stumble over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.concepts import concept_rows
from pipeline.export.source import Source
from pipeline.ground.hierarchy import Hierarchy
from pipeline.ground.index import ConceptIndex
from pipeline.network import network
from pipeline.records import Annotation, Document, Failure, Mention, Relation
from pipeline.result import COLUMNS, read_result
from pipeline.tabulate import Tables, frame, write_all
from pipeline.texts import text_line

ABOUT = {
    "program": {"name": "cytokine-reader", "version": "0"},
    "options": {"min_score": None, "inputs": ["=1+1", 'a "b"']},
    "seconds": 1.5,
}
# A formula, every kind of line break, a tab, a quote that stays open, a bar, astral signs, a
# right-to-left mark, controls, and what looks like an escape of XLSX.
NASTY = '=SUM(A1),"T\tcells\r\nmake 𝛼IL-2 | \u2028\u200f <b>&amp;\x07\x0b _x0041_\rhere'


def annotation(doc_id: str, text: str, *found: Relation, failed: bool = False) -> Annotation:
    """A document with these relations and their mentions."""
    document = Document(doc_id, text, "in.jsonl:1", 'title, "quoted"')
    if failed:
        return Annotation(document, failure=Failure(doc_id, "in.jsonl:1", "annotate", "=Error"))
    mentions = {one.mention_id: one for r in found for one in (r.subject, r.object)}
    ordered = tuple(sorted(mentions.values()))
    return Annotation(document, ordered, found, ((0, len(text)),), 5)


def mention(
    doc_id: str, text: str, words: str, label: str, concept_id: str = "", name: str = ""
) -> Mention:
    start = text.index(words)
    specificity = "specific" if label in ("CYTOKINE", "RECEPTOR") else ""
    return Mention(
        doc_id, start, start + len(words), label, words, "=section", concept_id, name, specificity,
        "terms", grounding="exact" if name else "", matched=name,
    )  # fmt: skip


def relation(
    text: str, subject: Mention, object_: Mention, predicate: str, score: float = 0.9, **more: Any
) -> Relation:
    return Relation(
        subject.doc_id, 0, len(text), subject, object_, predicate, rule="a+b", score=score,
        sentence=text, **more,
    )  # fmt: skip


def nasty() -> list[Annotation]:
    """Three documents with relations, one without, one that failed; ids with slashes and quotes,
    concepts without an id and without a name, a fact that is contradicted."""
    one, two, three = 'a/b\'s "1"', "PMC12345", "10.1000/x(1)|y"
    cells = mention(one, NASTY, "T\tcells", "CELL")
    il2 = mention(one, NASTY, "IL-2", "CYTOKINE", "HGNC:6001", "IL2")
    at = NASTY.index("make")
    again = "-IL-2 does not act on JAK inhibitors or B cells."
    b_cells = mention(two, again, "B cells", "CELL", "CL:0000236", "B cell")
    il2_too = mention(two, again, "IL-2", "CYTOKINE", "HGNC:6001", "IL2")
    drug = mention(two, again, "JAK inhibitors", "DRUG", "MESH:D000075242", "JAK inhibitor")
    last = '"Interferons induce IL-2, B cells thrive on IL-2; odd α|thing.'
    ifn = mention(three, last, "Interferons", "CYTOKINE", "FPLX:Interferon", "IFN")
    il2_last = mention(three, last, "IL-2", "CYTOKINE", "HGNC:6001", "IL2")
    b_last = mention(three, last, "B cells", "CELL", "CL:0000236", "B cell")
    odd = mention(three, last, "α|thing", "RECEPTOR", "odd id/1", "α|thing")
    return [
        annotation(one, NASTY, relation(NASTY, cells, il2, "SECRETES", trigger="make",
                                        trigger_start=at, trigger_end=at + 4)),
        annotation(two, again,
                   relation(again, il2_too, b_cells, "ACTS_ON", effect="positive", negated=True,
                            function="activation"),
                   relation(again, drug, il2_too, "MODULATES", effect="negative", score=0.4)),
        annotation(three, last,
                   relation(last, ifn, il2_last, "REGULATES", effect="positive", hedged=True),
                   relation(last, il2_last, b_last, "ACTS_ON", effect="positive",
                            function="proliferation"),
                   relation(last, il2_last, b_last, "ACTS_ON", effect="negative", score=0.6),
                   relation(last, ifn, odd, "BINDS")),
        annotation("empty", ""),
        annotation("lost", "", failed=True),
    ]  # fmt: skip


def write_run(folder: Path, annotations: Sequence[Annotation], *, texts: bool = True) -> Path:
    """The folder that a run which found this would have written."""
    tables = Tables()
    for one in annotations:
        tables.add(one)
    rows = {
        "documents": tables.documents,
        "mentions": tables.mentions,
        "relations": tables.relations,
        "network": network(tables.relations),
        "concepts": concept_rows(tables.mentions, Hierarchy([]), ConceptIndex([]), []),
        "failures": tables.failures,
    }
    folder.mkdir(parents=True)
    write_all({folder / f"{n}.csv": frame(r, COLUMNS[n], safe=True) for n, r in rows.items()})
    (folder / "run.json").write_text(json.dumps(ABOUT), encoding="utf-8")
    if texts:
        kept = [text_line(one) for one in annotations if one.failure is None]
        (folder / "texts").mkdir()
        (folder / "texts" / "texts.jsonl").write_text("".join(kept), encoding="utf-8", newline="\n")
    return folder


def source(folder: Path, annotations: Sequence[Annotation]) -> Source:
    """What an exporter of tables and networks is given after a run that found this."""
    result = read_result(write_run(folder, annotations, texts=False))
    return Source(result.frames, result.about)
