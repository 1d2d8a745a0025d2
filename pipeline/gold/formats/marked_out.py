"""Writing gold as marked text, which :mod:`pipeline.gold.formats.marked` reads and describes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from pipeline.gold.formats import fields
from pipeline.gold.raw import FormatError
from pipeline.gold.records import GoldDocument, GoldMention, GoldRelation

FLAGS = ("optional", "negated", "hedged")


def write(documents: Sequence[GoldDocument], path: Path) -> list[str]:
    """Write documents, each with all that its record holds; returns what is lost: nothing.

    Raises FormatError for mentions that cross each other.
    """
    fields.write_text(path, "".join(map(marked_text, documents)))
    return []


def marked_text(document: GoldDocument) -> str:
    """One document in this format, with a line break at its end."""
    lines = [f"=== document {_one_line(document.id)}"]
    lines += [
        f"{key}: {_one_line(value)}" for key, value in fields.document_fields(document).items()
    ]
    lines += ["=== text", _with_marks(document), "=== relations"]
    lines += [_relation_line(relation) for relation in document.relations]
    lines += [f"rejected {_relation_line(relation)}" for relation in document.rejected]
    return "\n".join(lines) + "\n"


def _one_line(value: str, signs: str = "%\n\r") -> str:
    """A value with codes (*%0A*) for the signs that would break its line, and for edge blanks."""
    edges = (0, len(value) - 1)
    return "".join(
        quote(sign, safe="") if sign in signs or (at in edges and sign.isspace()) else sign
        for at, sign in enumerate(value)
    )


def _word(value: str) -> str:
    """An id or a norm as one word of a mark or of a relation. At the begin of a line some words
    would mean something else; their first sign is a code."""
    word = _one_line(value, "%\n\r|[]\\")
    if word.startswith("===") or word == "rejected":
        word = f"%{ord(word[0]):X}{word[1:]}"
    return shlex.quote(word)


def _with_marks(document: GoldDocument) -> str:
    text = document.text
    parts = [
        (start, end, _word(f"+{mention.id}") if at else _said(mention))
        for mention in document.mentions
        for at, (start, end) in enumerate(mention.spans or ((mention.start, mention.end),))
    ]
    opens = sorted(parts, key=lambda part: (part[0], -part[1]))
    pieces: list[str] = []
    ends: list[tuple[int, str]] = []  # of the marks that are open, the innermost last
    position = 0

    def move(to: int) -> None:
        nonlocal position
        escaped = re.sub(r"[\[\]\\]" if not ends else r"[\[\]\\|]", r"\\\g<0>", text[position:to])
        pieces.append(re.sub(r"(?m)^===", r"\\===", escaped))
        position = to

    for start, end, said in opens:
        while ends and ends[-1][0] <= start:
            move(ends[-1][0])
            pieces.append(f"|{ends.pop()[1]}]]")
        if ends and ends[-1][0] < end:
            raise FormatError(
                f"document {document.id!r}: {said} and {ends[-1][1]} cross each other, which marks "
                "cannot; use another format"
            )
        move(start)
        pieces.append("[[")
        ends.append((end, said))
    while ends:
        move(ends[-1][0])
        pieces.append(f"|{ends.pop()[1]}]]")
    move(len(text))
    return "".join(pieces)


def _said(mention: GoldMention) -> str:
    words = [_word(mention.id), mention.label]
    words += [mention.specificity] if mention.specificity else []
    words += [f"norm={_word(mention.norm)}"] if mention.norm else []
    words += [f"alias={_word(mention.alias_of)}"] if mention.alias_of else []
    return " ".join(words + ["optional"] * mention.optional)


def _relation_line(relation: GoldRelation) -> str:
    words = [_word(relation.subject), relation.predicate, _word(relation.object)]
    words += [relation.effect] if relation.effect != "unspecified" else []
    words += [f"function={relation.function}"] if relation.function else []
    return " ".join(words + [flag for flag in FLAGS if getattr(relation, flag)])
