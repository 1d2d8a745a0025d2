"""PubTator: ``id|t|title``, ``id|a|abstract``, a line with tabs each mention and relation.

The text is the title, one sign, and the abstract, so that offsets are those of our tables. The
format has no other line breaks; readers also split at those of Unicode, and take any ``|t|`` in a
line for a title: such signs are replaced by others of the same length. Relations join concepts, as
PubTator has it. What it has no column for stands in one more column, ``key=value;...``, which
readers of PubTator keep or skip. What a document has beyond its lines (its title, the replaced
signs with their places) stands in a line ``id|g|key=value;...``, for ``pipeline gold``; others
skip it, the library ``bioc`` with a message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pipeline.export.checks import check
from pipeline.export.fields import (
    Fields,
    as_strings,
    mention_fields,
    relation_fields,
    relations_by_id,
    stated,
)
from pipeline.export.source import Source
from pipeline.export.tables import counted
from pipeline.export.targets import write_text
from pipeline.gold.formats import exported, fields
from pipeline.records import Annotation, Document, Mention, Relation

NO_CONCEPT = "-"
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029]")
_TAG = re.compile(r"\|(?=[ta]\|)")
# Readers strip lines, so that a title must not end in a blank.
_END_OF_TITLE = re.compile(r"(?<=\S)[\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029]")


@dataclass(slots=True)
class _Lost:
    breaks: int = 0
    tags: int = 0
    empty: int = 0
    beyond: int = 0
    ends: int = 0  # of relations, without a concept


def write(source: Source, path: Path) -> list[str]:
    """Write all documents; returns what became something else. Raises ExportError."""
    check(source)
    lost = _Lost()
    write_text(path, "".join(_document(annotation, lost) for annotation in source.annotations))
    sentences = {
        f"{counted(lost.breaks, 'sign')} of the texts that would end lines or columns: now blanks, "
        "so that offsets hold; pipeline gold puts them back": lost.breaks,
        f"the first bar of |t| or |a| in {counted(lost.tags, 'place')} of the texts, where readers "
        f"take it for the begin of a title: now {exported.BAR}": lost.tags,
        f"{counted(lost.empty, 'document')} without a text: readers of PubTator skip such": (
            lost.empty
        ),
        f"titles, ids and replaced signs of {counted(lost.beyond, 'document')} for readers other "
        "than pipeline gold: they stand in a line ID|g|, which others skip, the library bioc with "
        "the message 'Cannot parse'": lost.beyond,
        f"the concept of {counted(lost.ends, 'argument')} of relations, where there is none: now "
        "-; the column behind names the mentions": lost.ends,
    }
    return [sentence for sentence, count in sentences.items() if count]


def _document(annotation: Annotation, lost: _Lost) -> str:
    document = annotation.document
    cut = _end_of_title(annotation)
    text, n_breaks = _BREAKS.subn(" ", document.text)
    text, n_tags = _TAG.subn(exported.BAR, text)
    lost.breaks += n_breaks - bool(cut)
    lost.tags += n_tags
    lost.empty += not text.strip()
    title, abstract = (text[: cut.start()], text[cut.end() :]) if cut else (text, "")
    doc_id = _id(document.doc_id)
    lines = [f"{doc_id}|t|{title}", f"{doc_id}|a|{abstract}"]
    more = _beyond_lines(document, doc_id, cut if abstract else None)
    lines += [f"{doc_id}|g|{_packed(more)}"] if more else []
    lost.beyond += bool(more)
    lines += [f"{doc_id}\t{_mention(mention, text)}" for mention in annotation.mentions]
    for name, relation in relations_by_id(annotation):
        lines.append(f"{doc_id}\t{_relation(relation, name)}")
        ends = (relation.subject, relation.object)
        lost.ends += sum(not end.concept_id for end in ends)
    return "".join(f"{line}\n" for line in [*lines, ""])


def _beyond_lines(document: Document, doc_id: str, cut: re.Match[str] | None) -> Fields:
    """The id, the title, and the signs that gave way, but for the break between the two lines."""
    found = [*_BREAKS.finditer(document.text), *_TAG.finditer(document.text)]
    signs = {one.start(): one[0] for one in found}
    if cut and cut[0] == "\n":
        del signs[cut.start()]
    return stated(
        {
            "id": "" if doc_id == document.doc_id else document.doc_id,
            "title": document.title,
            exported.REPLACED: exported.pack_signs(signs),
        }
    )


def _end_of_title(annotation: Annotation) -> re.Match[str] | None:
    """The first line break that can stand between the two: readers make it one of theirs, which
    no line of a mention could hold."""
    for found in _END_OF_TITLE.finditer(annotation.document.text):
        if not any(m.start <= found.start() < m.end for m in annotation.mentions):
            return found
    return None


def _id(doc_id: str) -> str:
    """An id without the signs that end it, and without blanks at its edges, as codes (%7C)."""
    coded = fields.encode(doc_id)
    inner = coded.strip()
    before, _, after = coded.partition(inner) if inner else (coded, "", "")
    return quote(before, safe="") + inner + quote(after, safe="")


def _mention(mention: Mention, text: str) -> str:
    words = text[mention.start : mention.end]
    concept = fields.encode(mention.concept_id) or NO_CONCEPT
    cells = [str(mention.start), str(mention.end), words, mention.label, concept]
    values = mention_fields(mention)
    more = stated(values, "start", "end", "text", "label", "concept_id")
    return "\t".join([*cells, _packed(more)])


def _relation(relation: Relation, name: str) -> str:
    ends = (relation.subject, relation.object)
    concepts = [fields.encode(end.concept_id) or NO_CONCEPT for end in ends]
    more = stated(relation_fields(relation, name), "predicate", "sentence")
    return "\t".join([relation.predicate, *concepts, _packed(more)])


def _packed(values: Fields) -> str:
    return fields.pack(as_strings(values))
