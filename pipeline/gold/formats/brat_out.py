"""Writes gold as a folder of brat's standoff files, with the ``annotation.conf`` that brat
needs to show and edit them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from pipeline.gold.formats import fields
from pipeline.gold.raw import FormatError
from pipeline.gold.records import GoldDocument, GoldMention
from pipeline.records import EFFECTS, FUNCTIONS, LABELS, SIGNATURES, SPECIFICITIES

ALIAS = "ALIAS_OF"
_BRAT_ID = re.compile(r"T[1-9]\d{0,8}")
_LONGEST_NAME = 120  # file systems allow 255 bytes, a sign can take four and its code nine


def write(documents: Sequence[GoldDocument], path: Path) -> list[str]:
    """Write a folder, two files a document; returns what is lost: nothing but their order.

    Raises FormatError where two documents would have the same files, or ``path`` is a file, or a
    folder that holds texts or annotations, which would be read with these.
    """
    if path.is_file():
        raise FormatError(f"{path}: brat needs a folder, this is a file; give another name")
    if any(fields.plain_name(file).endswith((".ann", ".txt")) for file in path.rglob("*")):
        raise FormatError(f"{path}: holds files already; name a new folder")
    stems: dict[str, str] = {}
    for document in documents:
        stem = file_name(document.id)
        if stem.lower() in stems:
            raise FormatError(
                f"{path}: documents {stems[stem.lower()]!r} and {document.id!r} would both be "
                f"{stem}.txt; rename one"
            )
        stems[stem.lower()] = document.id
    path.mkdir(parents=True, exist_ok=True)
    for document in documents:
        stem = file_name(document.id)
        fields.write_text(path / f"{stem}.txt", document.text)
        fields.write_text(path / f"{stem}.ann", _annotations(document, stem))
    fields.write_text(path / "annotation.conf", _configuration())
    return []


def file_name(doc_id: str) -> str:
    """A name for the files of a document: its id, with codes for signs that names cannot have."""
    name = re.sub(r"[^\w.+-]|^\.", lambda sign: f"%{ord(sign[0]):X}", doc_id, flags=re.ASCII)
    if len(name) > _LONGEST_NAME:
        digest = hashlib.sha1(doc_id.encode("utf-8", "surrogatepass")).hexdigest()
        name = f"{name[: _LONGEST_NAME - 13]}-{digest[:12]}"
    return name


@dataclass(slots=True)
class _Lines:
    lines: list[str] = field(default_factory=list)
    attributes: count[int] = field(default_factory=lambda: count(1))
    notes: count[int] = field(default_factory=lambda: count(1))

    def attribute(self, target: str, name: str, value: str) -> None:
        said = "" if value == fields.TRUE else f" {value}"
        self.lines.append(f"A{next(self.attributes)}\t{name.capitalize()} {target}{said}")

    def note(self, target: str, name: str, value: str) -> None:
        self.lines.append(f"#{next(self.notes)}\t{name} {target}\t{value}")


def _annotations(document: GoldDocument, stem: str) -> str:
    out = _Lines()
    known = {} if stem == document.id else {"id": document.id}
    known |= fields.document_fields(document)
    if known:
        out.note("document", "Document", fields.pack(known))
    names = _names(document)
    for mention in document.mentions:
        _mention_lines(out, document, mention, names[mention.id])
    relation_ids = count(1)
    for relation, attributes in fields.all_relations(document):
        name = f"R{next(relation_ids)}"
        ends = _ends(document, names, relation.subject, relation.object)
        out.lines.append(f"{name}\t{relation.predicate} {ends}")
        for attribute, value in attributes.items():
            out.attribute(name, attribute, value)
    for mention in document.mentions:
        if mention.alias_of:
            ends = _ends(document, names, mention.id, mention.alias_of)
            out.lines.append(f"R{next(relation_ids)}\t{ALIAS} {ends}")
    return "".join(f"{line}\n" for line in out.lines)


def _ends(document: GoldDocument, names: dict[str, str], first: str, second: str) -> str:
    for mention_id in (first, second):
        if mention_id not in names:
            raise FormatError(
                f"document {document.id!r}: {mention_id!r} is no mention of it; correct the gold"
            )
    return f"Arg1:{names[first]} Arg2:{names[second]}"


def _names(document: GoldDocument) -> dict[str, str]:
    """By id of a mention the one that brat takes: T and a number, its own where it is such."""
    own = {mention.id for mention in document.mentions if _BRAT_ID.fullmatch(mention.id)}
    free = (f"T{number}" for number in count(1) if f"T{number}" not in own)
    return {m.id: m.id if m.id in own else next(free) for m in document.mentions}


def _mention_lines(out: _Lines, document: GoldDocument, mention: GoldMention, name: str) -> None:
    spans = ";".join(f"{start} {end}" for start, end in fields.spans_of(mention))
    words = fields.plain_words(document, mention)
    out.lines.append(f"{name}\t{mention.label} {spans}\t{words}")
    for attribute, value in fields.mention_fields(mention).items():
        if attribute == "norm":
            out.note(name, "Norm", fields.encode(value))
        elif attribute != "alias_of":
            out.attribute(name, attribute, value)
    if name != mention.id:
        out.note(name, "Id", fields.encode(mention.id))


def _configuration() -> str:
    """``annotation.conf``: types, arguments, attributes. Mentions may nest."""
    relations = [
        f"{predicate}\tArg1:{'|'.join(sorted(subjects))}, Arg2:{'|'.join(sorted(objects))}"
        for predicate, (subjects, objects) in SIGNATURES.items()
    ]
    relations += [
        f"{ALIAS}\tArg1:<ENTITY>, Arg2:<ENTITY>",
        "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>",
    ]
    effects = "|".join(effect for effect in EFFECTS if effect != "unspecified")
    attributes = [
        f"Specificity\tArg:<ENTITY>, Value:{'|'.join(SPECIFICITIES)}",
        "Optional\tArg:<ANY>",
        f"Effect\tArg:<RELATION>, Value:{effects}",
        f"Function\tArg:<RELATION>, Value:{'|'.join(FUNCTIONS)}",
        *(f"{name}\tArg:<RELATION>" for name in ("Negated", "Hedged", "Rejected")),
    ]
    parts = {"entities": LABELS, "relations": relations, "events": (), "attributes": attributes}
    return "\n".join(f"[{name}]\n" + "".join(f"{x}\n" for x in own) for name, own in parts.items())
