"""Documents that are hard to export, for the tests of exports."""

from __future__ import annotations

from typing import Any

from pipeline.export.source import Source
from pipeline.records import Annotation, Document, Mention, Relation

CELL, IL6, AB, TNF = "CL:0000235", "HGNC:6018", "CHEBI:1", "HGNC:11892"

NASTY = (
    "\nΤitle 𝛼😀 with |t| and |a| <b>&amp;</b>\r\n\r\n"
    "Anti-IL-6 antibody (AIA)\tmay block IL-6, x\u2028y\x85z \u202eRTL\u202c \u00a0'' \"q.\r"
    "CD4+\nT cells don't make tumor  necrosis\r\nfactor=a;b%|c; -DOCSTART- -X- O O\x0c\u2029\n"
    "T1\tCELL 0 3\twords\n=SUM(A1) </text>\n"
)


def mention(doc_id: str, text: str, words: str, label: str, **more: Any) -> Mention:
    start = text.index(words)
    return Mention(doc_id, start, start + len(words), label, words, **more)


def relation(
    subject: Mention, object_: Mention, predicate: str, text: str, **more: Any
) -> Relation:
    trigger = more.get("trigger", "")
    if trigger:
        more |= {"trigger_start": text.index(trigger)}
        more |= {"trigger_end": more["trigger_start"] + len(trigger)}
    place = (subject.doc_id, 0, len(text))
    return Relation(*place, subject, object_, predicate, sentence=text, **more)


def nasty(doc_id: str = "a/b: 'c'|d \"é\"\t%;=") -> Annotation:
    """Nested, alias, breaks in a mention and a trigger, a cut token, no concept, no trigger."""
    text = NASTY
    drug = mention(
        doc_id, text, "Anti-IL-6 antibody", "DRUG", concept_id=AB, concept_name="anti; =\n\t|%",
        layer="terms", score=0.875, grounding="exact", matched="anti\u2028x", section="A\r\nB",
    )  # fmt: skip
    inner = mention(
        doc_id, text, "IL-6", "CYTOKINE", concept_id=IL6, concept_name="IL6",
        specificity="specific", layer="patterns",
    )  # fmt: skip
    short = mention(doc_id, text, "AIA", "DRUG", concept_id=AB, alias_of=drug.mention_id)
    cells = mention(doc_id, text, "CD4+\nT cells", "CELL", layer="model")
    tnf = mention(
        doc_id, text, "tumor  necrosis\r\nfactor", "CYTOKINE", concept_id=TNF, concept_name="TNF",
        specificity="family",
    )  # fmt: skip
    relations = (
        relation(short, inner, "MODULATES", text, effect="negative", hedged=True, trigger="block",
                 rule="blocks", score=0.75, signs="block(-)"),
        relation(short, inner, "MODULATES", text, effect="negative", hedged=True, trigger="block",
                 rule="again", score=0.5),
        relation(drug, inner, "MODULATES", text, score=0.25),
        relation(cells, tnf, "SECRETES", text, negated=True, trigger="tumor  necrosis\r\nfactor"),
        relation(tnf, cells, "ACTS_ON", text, function="death", effect="positive", trigger="make"),
    )  # fmt: skip
    document = Document(doc_id, text, "in/x.jsonl:1", "A title;\n=1", (("year", "2020"),))
    return Annotation(document, (drug, inner, short, cells, tnf), relations)


def plain(doc_id: str, text: str, **more: Any) -> Annotation:
    return Annotation(Document(doc_id, text), **more)


def source() -> Source:
    """The hard one; one without relations, with sentences; an empty, a blank one; one line."""
    text = "Title of it\nIL-6 rose. T cells, too."
    found = (mention("no relations", text, "IL-6", "CYTOKINE", concept_id=IL6),)
    sentences = ((0, 11), (12, 22), (23, len(text)))
    line = "IL-6"
    whole = (mention("line", line, line, "CYTOKINE", concept_id=IL6),)
    annotations = (
        nasty(),
        plain("no relations", text, mentions=found, sentences=sentences),
        plain("empty", ""),
        plain("blank", " \n\t\n"),
        plain("line", line, mentions=whole),
    )
    return Source(frames=None, about={}, annotations=annotations)  # type: ignore[arg-type]
