"""PubTator: ``id|t|title``, ``id|a|abstract``, then a line with tabs each mention or relation.

The text is the title, a line break, and the abstract. The format has no other line breaks: each
one of ours is written as U+2028, so that offsets hold. What PubTator has no column for stands in a
further column ``key=value;...``, and for a document in a line ``id|g|key=value;...``; readers of
PubTator skip both. Relations join concept identifiers, and ids of mentions in our files. What
``pipeline export`` writes joins concepts, and names the mentions in the further column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.gold.formats import exported, fields
from pipeline.gold.formats.repeated import each_once
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
    places: dict[str, str] = field(default_factory=dict)
    mentions: list[RawMention] = field(default_factory=list)
    own: set[str] = field(default_factory=set)  # ids that the file itself gives to mentions
    relations: list[tuple[str, list[str]]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)  # kinds of lines of text
    ended: bool = False  # a blank line came


def read(path: Path) -> Iterator[RawDocument]:
    """The documents of a file, in order.

    Raises FormatError for a file that cannot be read or holds no title line.
    """
    lines = fields.lines_of(fields.read_text(path))
    current: _Parts | None = None
    stray: list[str] = []
    for number, line in enumerate(lines, 1):
        place = f"{path}:{number}"
        head = _TEXT_LINE.fullmatch(line)
        if head and (
            current is None or current.id != head[1] or (head[2] == "t" and current.ended)
        ):
            if current is not None:
                yield _finished(current)
            current = _Parts(head[1], place, problems=stray)
            stray = []
        if head and current is not None:
            _add_text(current, head[2], head[3], place)
        elif current is not None:
            _add_line(current, line, place)
        elif line.strip():
            stray.append(f"{place}: stands before the first title; begin with ID|t|title")
    if current is None:
        raise FormatError(f"{path}: no line ID|t|title; is this file PubTator?")
    yield _finished(current)


def _add_text(parts: _Parts, kind: str, content: str, place: str) -> None:
    if kind in parts.seen:
        parts.problems.append(
            f"{place}: a second line {parts.id}|{kind}| of this document; keep one, and give each "
            "document its own id"
        )
        return
    parts.seen.add(kind)
    if kind == "g":
        parts.attributes = _unpacked(parts, content, place)
        parts.places = dict.fromkeys(parts.attributes, place)
    elif kind == "t":
        parts.title = content.replace(BREAK, "\n")
    else:
        parts.abstract = content.replace(BREAK, "\n")


def _add_line(parts: _Parts, line: str, place: str) -> None:
    cells = line.removesuffix("\r").split("\t")
    if not line.strip():
        parts.ended = True
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


def _unpacked(parts: _Parts, packed: str, place: str) -> dict[str, str]:
    attributes, doubts = fields.unpack(packed)
    parts.doubts += [f"{place}: {doubt}" for doubt in doubts]
    return attributes


def _add_mention(parts: _Parts, cells: list[str], place: str) -> None:
    attributes = _unpacked(parts, cells[6], place) if len(cells) > 6 else {}
    if exported.MENTION_ID in attributes:
        attributes = exported.attributes(attributes)
    mention_id = attributes.pop("id", "")
    try:
        spans = _spans(
            attributes.pop("spans", f"{fields.number(cells[1])}-{fields.number(cells[2])}")
        )
    except ValueError:
        parts.problems.append(
            f"{place}: {cells[1][:20]!r} to {cells[2][:20]!r} are no offsets; write numbers"
        )
        parts.unread += [mention_id] * bool(mention_id)
        return
    if mention_id:
        parts.own.add(mention_id)
    mention = RawMention(
        mention_id or f"T{len(parts.mentions) + 1}",
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
    return tuple((fields.number(start), fields.number(end)) for start, end in pairs)


def concept_ids(cell: str) -> tuple[str, ...]:
    """The identifiers of a mention, more than one for a composite mention; "-" is none."""
    found = [part.strip() for part in re.split("[,;]", cell)]
    if len(found) == 1 and all(_SIMPLE_ID.fullmatch(part) for part in cell.split("|")):
        found = cell.split("|")
    return tuple(part for part in found if part not in ("", "-", "-1"))


def _finished(parts: _Parts) -> RawDocument:
    # Our own files name their mentions; anything else that relations join is a concept.
    own = {fields.encode(name): name for name in [*parts.own, *parts.unread]}
    relations, repeated = each_once(
        parts.mentions, [_relation(parts, own, place, cells) for place, cells in parts.relations]
    )
    text = _restored(parts)
    return RawDocument(
        parts.attributes.pop("id", parts.id),
        text,
        tuple(parts.mentions),
        relations,
        parts.attributes,
        parts.place,
        tuple(parts.problems),
        tuple(parts.doubts),
        tuple(parts.unread),
        parts.places,
        repeated=repeated,
    )


def _relation(parts: _Parts, own: dict[str, str], place: str, cells: list[str]) -> RawRelation:
    attributes = _unpacked(parts, cells[4], place) if len(cells) > 4 else {}
    first, second = cells[2], cells[3]
    level = "mention" if {first, second} & own.keys() else "document"
    first, second = own.get(first, first), own.get(second, second)
    score = None
    if attributes.keys() >= set(exported.ENDS):
        first, second = (attributes.pop(end) for end in exported.ENDS)
        if exported.RELATION_ID in attributes:
            score = exported.score(attributes)
        level, attributes = "mention", exported.attributes(attributes)
    return RawRelation(cells[1], first, second, level, attributes, place, score=score)


def _restored(parts: _Parts) -> str:
    """The text. Where others stand in for signs that the format cannot hold, these are put back,
    into the words of mentions too."""
    flat = f"{parts.title}\n{parts.abstract}" if parts.abstract else parts.title
    place = parts.places.get(exported.REPLACED, parts.place)
    try:
        text = exported.with_signs(flat, parts.attributes.pop(exported.REPLACED, ""))
    except ValueError as error:
        parts.problems.append(f"{place}: {error}")
        return flat
    if text != flat:
        parts.mentions = [_with_words(mention, flat, text) for mention in parts.mentions]
    return text


def _with_words(mention: RawMention, flat: str, text: str) -> RawMention:
    (start, end), *more = mention.spans
    same = not more and mention.words == flat[start:end]
    return replace(mention, words=text[start:end]) if same else mention


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
