"""PubTator: ``id|t|title``, ``id|a|abstract``, then a line with tabs each mention or relation.

The text is the title, a line break, and the abstract. The format has no other line breaks: each
one of ours is written as U+2028, so that offsets hold. What PubTator has no column for stands in a
further column ``key=value;...``, and for a document in a line ``id|g|key=value;...``; readers of
PubTator skip both. Relations join concept identifiers, and ids of mentions in our files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.gold.formats import fields
from pipeline.gold.raw import FormatError, RawDocument, RawMention, RawRelation
from pipeline.gold.records import GoldDocument, GoldMention

BREAK = "\u2028"
_TEXT_LINE = re.compile(r"([^|\t]+)\|([tag])\|(.*)", re.DOTALL)
# "|" stands between identifiers in some corpora, and inside those of variants (c|DEL|1314|).
_SIMPLE_ID = re.compile(r"(?:[A-Za-z]+:)?[A-Z]?\d+|-1?")


@dataclass(slots=True)
class _Parts:
    """The lines of one document as they come in. ``relations`` are settled when all mentions
    are known."""

    id: str
    place: str
    title: str = ""
    abstract: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    mentions: list[RawMention] = field(default_factory=list)
    relations: list[tuple[str, list[str]]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read(path: Path) -> Iterator[RawDocument]:
    """The documents of a file, in order.

    Raises FormatError for a file that cannot be read or holds no title line.
    """
    lines = fields.read_text(path).split("\n")
    if len(lines) > 1 and all(line.endswith("\r") for line in lines[:-1]):
        lines = [line.removesuffix("\r") for line in lines]
    current: _Parts | None = None
    stray: list[str] = []
    for number, line in enumerate(lines, 1):
        place = f"{path}:{number}"
        head = _TEXT_LINE.fullmatch(line)
        if head and (current is None or head[2] == "t" or current.id != head[1]):
            if current is not None:
                yield _finished(current)
            current = _Parts(head[1], place, problems=stray)
            stray = []
        if head and current is not None:
            _add_text(current, head[2], head[3])
        elif current is not None:
            _add_line(current, line, place)
        elif line.strip():
            stray.append(f"{place}: stands before the first title; begin with ID|t|title")
    if current is None:
        raise FormatError(f"{path}: no line ID|t|title; is this file PubTator?")
    yield _finished(current)


def _add_text(parts: _Parts, kind: str, content: str) -> None:
    if kind == "g":
        parts.attributes = fields.unpack(content)
    elif kind == "t":
        parts.title = content.replace(BREAK, "\n")
    else:
        parts.abstract = content.replace(BREAK, "\n")


def _add_line(parts: _Parts, line: str, place: str) -> None:
    cells = line.split("\t")
    if not line.strip():
        return
    if cells[0] != parts.id:
        parts.problems.append(
            f"{place}: belongs to {cells[0]!r}, but stands in document {parts.id!r}; move it"
        )
    elif len(cells) >= 6 or (len(cells) == 5 and cells[1].isdigit() and cells[2].isdigit()):
        _add_mention(parts, cells, place)
    elif len(cells) in (4, 5):
        parts.relations.append((place, cells))
    else:
        parts.problems.append(
            f"{place}: {len(cells)} columns; a mention has id, start, end, words, type, concept, "
            "a relation id, type, concept, concept, parted by tabs"
        )


def _add_mention(parts: _Parts, cells: list[str], place: str) -> None:
    attributes = fields.unpack(cells[6]) if len(cells) > 6 else {}
    try:
        spans = _spans(attributes.pop("spans", f"{int(cells[1])}-{int(cells[2])}"))
    except ValueError:
        parts.problems.append(
            f"{place}: {cells[1]!r} to {cells[2]!r} are no offsets; write numbers"
        )
        return
    mention = RawMention(
        attributes.get("id") or f"T{len(parts.mentions) + 1}",
        spans,
        cells[4],
        cells[3],
        concept_ids(cells[5]) if len(cells) > 5 else (),
        attributes,
        place,
    )
    parts.mentions.append(mention)


def _spans(written: str) -> tuple[tuple[int, int], ...]:
    pairs = (part.split("-") for part in written.split(","))
    return tuple((int(start), int(end)) for start, end in pairs)


def concept_ids(cell: str) -> tuple[str, ...]:
    """The identifiers of a mention, more than one for a composite mention; "-" is none."""
    found = [part.strip() for part in re.split("[,;]", cell)]
    if len(found) == 1 and all(_SIMPLE_ID.fullmatch(part) for part in cell.split("|")):
        found = cell.split("|")
    return tuple(part for part in found if part not in ("", "-", "-1"))


def _finished(parts: _Parts) -> RawDocument:
    # Our own files name their mentions; anything else that relations join is a concept.
    own = {fields.encode(m.id): m.id for m in parts.mentions if "id" in m.attributes}
    relations = []
    for place, cells in parts.relations:
        attributes = fields.unpack(cells[4]) if len(cells) > 4 else {}
        first, second = cells[2], cells[3]
        level = "mention" if {first, second} <= own.keys() else "document"
        subject, target = own.get(first, first), own.get(second, second)
        relations.append(RawRelation(cells[1], subject, target, level, attributes, place))
    return RawDocument(
        parts.attributes.pop("id", parts.id),
        f"{parts.title}\n{parts.abstract}" if parts.abstract else parts.title,
        tuple(parts.mentions),
        tuple(relations),
        parts.attributes,
        parts.place,
        tuple(parts.problems),
    )


def write(documents: Sequence[GoldDocument], path: Path) -> list[str]:
    """Write documents, each with all that its record holds; returns what is lost: nothing.

    Raises FormatError for a text that holds U+2028 itself; nothing is written then.
    """
    fields.write_text(path, "".join(_document_lines(document, path) for document in documents))
    return []


def _document_lines(document: GoldDocument, path: Path) -> str:
    if BREAK in document.text:
        raise FormatError(
            f"{path}: document {document.id!r} holds U+2028 at {document.text.index(BREAK)}, by "
            "which PubTator files keep line breaks; write another format"
        )
    title, _, abstract = document.text.partition("\n")
    if not abstract:  # then a line break at the end could not be told from none
        title = document.text
    doc_id = fields.encode(document.id)
    known = {} if doc_id == document.id else {"id": document.id}
    known |= fields.document_fields(document)
    texts = {"t": title, "a": abstract, **({"g": fields.pack(known)} if known else {})}
    lines = [f"{doc_id}|{kind}|{part}".replace("\n", BREAK) for kind, part in texts.items()]
    lines += [f"{doc_id}\t{_mention_cells(document, mention)}" for mention in document.mentions]
    for relation, attributes in fields.all_relations(document):
        cells = [doc_id, relation.predicate]
        cells += [fields.encode(relation.subject), fields.encode(relation.object)]
        lines.append("\t".join(cells + [fields.pack(attributes)] * bool(attributes)))
    return "".join(f"{line}\n" for line in [*lines, ""])


def _mention_cells(document: GoldDocument, mention: GoldMention) -> str:
    attributes = {"id": mention.id, **fields.mention_fields(mention)}
    if mention.spans:
        attributes["spans"] = ",".join(f"{start}-{end}" for start, end in mention.spans)
    concept = fields.encode(mention.norm) or "-"
    words = fields.plain_words(document, mention)
    cells = [str(mention.start), str(mention.end), words, mention.label, concept]
    return "\t".join([*cells, fields.pack(attributes)])
