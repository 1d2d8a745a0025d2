"""brat standoff: ``NAME.txt`` with the text, ``NAME.ann`` beside it with the annotations.

Text-bound annotations (``T``), relations (``R``), attributes (``A``, ``M``), references
(``N``) and our own notes (``#``) are read; events (``E``) and equivalences (``*``) are no pairs and
are left out, with a warning once a file; not so the triggers that ``pipeline export`` writes as
events without arguments. An alias is written as a relation ``ALIAS_OF``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.gold.attributes import KNOWN
from pipeline.gold.formats import exported, fields
from pipeline.gold.formats.brat_out import ALIAS, write
from pipeline.gold.formats.repeated import each_once
from pipeline.gold.raw import FormatError, RawDocument, RawMention, RawRelation

__all__ = ["ALIAS", "has_annotations", "read", "write"]

log = logging.getLogger(__name__)

# Names of attributes in other projects' files.
_ATTRIBUTES = {
    "negation": "negated",
    "speculation": "hedged",
    "hedge": "hedged",
    "uncertain": "hedged",
}


@dataclass(slots=True)
class _Lines:
    """What the lines of one ``.ann`` file say, by the ids of brat."""

    path: Path
    mentions: dict[str, RawMention] = field(default_factory=dict)
    relations: dict[str, RawRelation] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # brat's id -> the id in gold
    concepts: dict[str, list[str]] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    places: dict[str, dict[str, str]] = field(default_factory=dict)  # of the attributes
    later: list[tuple[str, str, str, str]] = field(default_factory=list)
    triggers: set[str] = field(default_factory=set)
    of_relations: set[str] = field(default_factory=set)  # events that are such words alone
    exported: bool = False  # some note is that of a row of a run
    scores: dict[str, float | None] = field(default_factory=dict)  # of the rows of a run
    document: dict[str, str] = field(default_factory=dict)
    document_place: str = ""
    skipped: int = 0
    unread: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def read(path: Path) -> Iterator[RawDocument]:
    """The document of a ``.txt`` or ``.ann`` file, or all of a folder, in order of their names.

    Raises FormatError for a path with none, or a file that cannot be read.
    """
    if path.is_dir():
        files = [p for p in path.rglob("*") if fields.plain_name(p).endswith((".txt", ".ann"))]
    else:
        files = [path]
    stems = sorted({_stem(file) for file in files})
    if not stems:
        raise FormatError(f"{path}: no *.ann in this folder; give the folder with the .txt files")
    for stem in stems:
        yield _document(stem)


def has_annotations(text_file: Path) -> bool:
    """Whether the annotations of a text stand beside it."""
    return _beside(_stem(text_file), ".ann").exists()


def _stem(path: Path) -> Path:
    name = fields.plain_name(path)
    return path.with_name(name.removesuffix(".txt").removesuffix(".ann"))


def _beside(stem: Path, suffix: str) -> Path:
    plain = stem.with_name(stem.name + suffix)
    packed = stem.with_name(stem.name + suffix + ".gz")
    return packed if packed.exists() and not plain.exists() else plain


def _document(stem: Path) -> RawDocument:
    text_file, path = _beside(stem, ".txt"), _beside(stem, ".ann")
    lines = _Lines(path)
    for file, other, hint in (
        (text_file, path, "put the text there"),
        (path, text_file, "add an empty file where nothing was found"),
    ):
        if not file.exists():
            problem = f"{other}: no {file.name} beside it; {hint}"
            return RawDocument(stem.name, "", place=str(other), problems=(problem,))
    # Not without the byte-order mark: brat counts it.
    text = fields.to_text(fields.read_bytes(text_file), text_file)
    for number, line in enumerate(fields.read_text(path).split("\n"), 1):
        if line.strip():
            _add_line(lines, line.removesuffix("\r"), f"{path}:{number}")
    for target, name, value, place in lines.later:
        _add_attribute(lines, target, name, value, place)
    if lines.skipped:
        log.warning("%s: %d events and equivalences are no pairs; left out", path, lines.skipped)
    mentions, stated = _settled(lines, text)
    relations, repeated = each_once(mentions, stated)
    return RawDocument(
        lines.document.pop("id", stem.name),
        text,
        mentions,
        relations,
        lines.document,
        str(path),
        tuple(lines.problems),
        tuple(lines.doubts),
        tuple(lines.names.get(line_id, line_id) for line_id in lines.unread),
        dict.fromkeys(lines.document, lines.document_place),
        repeated=repeated,
    )


def _add_line(lines: _Lines, line: str, place: str) -> None:
    line_id, _, rest = line.partition("\t")
    kind = line_id[:1]
    cells = rest.split("\t", 1)
    words = cells[0].split(" ")
    if kind == "T" and len(words) >= 3:
        _add_mention(lines, line_id, cells, place)
    elif kind == "R" and len(words) == 3:
        _add_relation(lines, line_id, words, place)
    elif kind in ("A", "M") and len(words) >= 2:
        lines.later.append((words[1], words[0], " ".join(words[2:]) or fields.TRUE, place))
    elif kind == "N" and len(words) == 3:
        lines.concepts.setdefault(words[1], []).append(words[2])
    elif kind == "#":
        _add_note(lines, words, cells[1] if len(cells) > 1 else "", place)
    elif kind == "E" and words[0]:
        type_, _, trigger = words[0].rpartition(":")
        lines.triggers.add(trigger)
        if (type_, len(" ".join(words).split())) == (exported.TRIGGER, 1):
            lines.of_relations.add(line_id)
        else:
            lines.skipped += 1
    elif kind == "*":
        lines.skipped += 1
    else:
        lines.problems.append(
            f"{place}: {line[:40]!r} is no line of brat; write T1<TAB>TYPE 0 4<TAB>words or "
            "R1<TAB>TYPE Arg1:T1 Arg2:T2"
        )
        lines.unread += [line_id] * (kind == "T")


def _add_mention(lines: _Lines, line_id: str, cells: list[str], place: str) -> None:
    type_, _, offsets = cells[0].partition(" ")
    parts = [re.fullmatch(r"(\d{1,15}) (\d{1,15})", part) for part in offsets.split(";")]
    spans = tuple((int(part[1]), int(part[2])) for part in parts if part)
    if len(spans) != len(parts):
        lines.problems.append(f"{place}: {offsets[:40]!r} are no offsets; write 0 4 or 0 4;8 12")
        lines.unread.append(line_id)
    elif line_id in lines.mentions:
        lines.problems.append(f"{place}: the id {line_id} stands twice in this file; change one")
    else:
        words = cells[1] if len(cells) > 1 else None
        lines.mentions[line_id] = RawMention(line_id, spans, type_, words, place=place)


def _add_relation(lines: _Lines, line_id: str, words: list[str], place: str) -> None:
    roles, ends = zip(*(word.rpartition(":")[::2] for word in words[1:]), strict=True)
    if roles == ("Arg2", "Arg1"):
        ends = ends[::-1]
    if line_id in lines.relations:
        lines.problems.append(f"{place}: the id {line_id} stands twice in this file; change one")
    else:
        lines.relations[line_id] = RawRelation(words[0], ends[0], ends[1], place=place)


def _add_note(lines: _Lines, words: list[str], value: str, place: str) -> None:
    """Our own notes; those of annotators are for people."""
    if words[:2] == ["Document", "document"]:
        if lines.document_place:
            lines.problems.append(f"{place}: a second note Document; keep one")
        lines.document, doubts = fields.unpack(value)
        lines.document_place = place
        lines.doubts += [f"{place}: {doubt}" for doubt in doubts]
    elif words[0] == "Id" and len(words) == 2:
        if words[1] in lines.names:
            lines.problems.append(f"{place}: a second note Id of {words[1]}; keep one")
        lines.names.setdefault(words[1], fields.decode(value))
    elif words[0] == "Norm" and len(words) == 2:
        lines.later.append((words[1], "norm", fields.decode(value), place))
    elif words[0] == "AnnotatorNotes" and words[1:2] != ["document"]:
        columns, _ = fields.unpack(value)
        lines.exported |= "score" in columns
        if exported.RELATION_ID in columns:
            lines.scores.setdefault(words[1], exported.score(columns))


def _add_attribute(lines: _Lines, target: str, name: str, value: str, place: str) -> None:
    if target in lines.mentions or target in lines.relations:
        plain = _ATTRIBUTES.get(name.lower(), name.lower())
        name = plain if plain in KNOWN else name
        if name in lines.attributes.get(target, {}):
            wrong = lines.problems if name in KNOWN else lines.doubts
            wrong.append(f"{place}: a second value of {name} of {target}; keep one")
            return
        lines.attributes.setdefault(target, {})[name] = value
        lines.places.setdefault(target, {})[name] = place
    elif target in lines.unread:
        return  # said already
    elif target in lines.of_relations:
        lines.problems.append(
            f"{place}: {name} of {target}, which is a trigger; give it to a relation or a mention"
        )
    elif target[:1] not in ("E", "R") or not lines.skipped:
        lines.problems.append(f"{place}: {name} of {target}, which this file does not have")


def _settled(lines: _Lines, text: str) -> tuple[tuple[RawMention, ...], tuple[RawRelation, ...]]:
    """Mentions and relations with all that other lines say of them, by the ids of gold."""
    relations: list[RawRelation] = []
    for line_id, relation in lines.relations.items():
        if relation.type == ALIAS:
            _add_alias(lines, relation)
            continue
        said = replace(
            relation,
            subject=lines.names.get(relation.subject, relation.subject),
            object=lines.names.get(relation.object, relation.object),
            attributes=lines.attributes.get(line_id, {}),
            places=lines.places.get(line_id, {}),
            score=lines.scores.get(line_id),
        )
        relations.append(said)
    mentions = tuple(
        replace(
            mention,
            id=lines.names.get(line_id, line_id),
            spans=exported.unbroken(mention.spans, text) if lines.exported else mention.spans,
            ids=tuple(lines.concepts.get(line_id, ())),
            attributes=lines.attributes.get(line_id, {}),
            places=lines.places.get(line_id, {}),
        )
        for line_id, mention in lines.mentions.items()
        if line_id not in lines.triggers  # the word of an event is no mention
    )
    return mentions, tuple(relations)


def _add_alias(lines: _Lines, relation: RawRelation) -> None:
    """What a relation ALIAS_OF says of its first argument."""
    for end in (relation.subject, relation.object):
        if end not in lines.mentions:
            if end not in lines.unread:
                lines.problems.append(
                    f"{relation.place}: {ALIAS} joins mention {end!r}, which this file does not "
                    "have; correct it or take it out"
                )
            return
    target = lines.names.get(relation.object, relation.object)
    _add_attribute(lines, relation.subject, "alias_of", target, relation.place)
