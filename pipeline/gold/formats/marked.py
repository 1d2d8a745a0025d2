"""Gold that is written in a text editor: the text with its mentions marked, then the relations.

    === document abstract-gout
    register: abstract
    === text
    [[Colchicine|m1 DRUG]] lowered [[IL-1β|m2 CYTOKINE specific norm=IL1B]] in
    [[monocytes|m3 CELL]].
    === relations
    m1 MODULATES m2 negative
    m3 SECRETES m2 negative hedged

Marks nest. The first word after the bar is the mention's id, the second its label; then, in any
order, a specificity, ``norm=``, ``alias=`` with the id of the long form, ``optional``. A
further part of a mention that does not hang together is ``[[words|+m1]]``. After a relation: its
effect, ``function=``, ``negated``, ``hedged``, ``optional``; ``rejected`` before one says that
a prediction like it is wrong. Values with blanks stand in double quotes. A backslash takes
the meaning from the next character. Lines of relations that begin with ``#`` are comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

from pipeline.gold.attributes import DOCUMENT
from pipeline.gold.formats import fields
from pipeline.gold.formats.marked_out import marked_text, write
from pipeline.gold.formats.marked_words import mention_attributes, relation_attributes, words_of
from pipeline.gold.raw import FormatError, RawDocument, RawMention, RawRelation

__all__ = ["SUFFIX", "marked_text", "read", "relation_attributes", "write"]

SUFFIX = ".marked"
_PART = re.compile(r"=== (?:(document)\b ?(.*)|(text|relations)\s*)")
_PIECE = re.compile(r"\\(.)|(\[\[)|\|([^|\[\]]*)\]\]|(\]\])", re.DOTALL)


def read(path: Path) -> Iterator[RawDocument]:
    """The documents of one file, in order.

    Raises FormatError for what is no text of this format at all; every other fault is an item
    of the document's ``problems``, as ``file:line: what is wrong``.
    """
    lines = fields.lines_of(fields.read_text(path))
    parts = [(n, m) for n, line in enumerate(lines) if (m := _PART.fullmatch(line.rstrip("\r")))]
    starts = [n for n, part in parts if part[1]]
    if not starts:
        raise FormatError(f'{path}: no line "=== document ID"; make one with "pipeline gold new"')
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        inner = [(part[3], n) for n, part in parts if start < n < end]
        yield _document(path, lines, start, end, inner)


def _document(
    path: Path, lines: list[str], start: int, end: int, found: list[tuple[str, int]]
) -> RawDocument:
    parts = dict(reversed(found))  # of two the first
    part = _PART.fullmatch(lines[start].rstrip("\r"))
    doc_id = unquote((part[2] or "").strip()) if part else ""
    place = f"{path}:{start + 1}"
    if "text" not in parts or parts.get("relations", end) < parts["text"]:
        problem = f'{place}: no line "=== text" before the relations of {doc_id!r}; add it'
        return RawDocument(doc_id, "", place=place, problems=(problem,))
    text_at, relations_at = parts["text"], parts.get("relations", end)
    problems = list(_wrong_parts(path, lines, start, end, set(parts.values())))
    head, places = _head(path, lines[start + 1 : text_at], start + 1, problems)
    marks = _Marks(path, text_at + 2)
    # Without relations the text goes to the end of the file, of which a line break is no part.
    last = relations_at - (relations_at == len(lines) and lines[-1] == "")
    marks.read("\n".join(lines[text_at + 1 : last]))
    relations = list(_relations(path, lines[relations_at + 1 : end], relations_at + 2, problems))
    # A mark that cannot be read may be any that relations name and the text lacks.
    named = {name for relation in relations for name in (relation.subject, relation.object)}
    unread = named - {mention.id for mention in marks.mentions} if marks.problems else ()
    return RawDocument(
        doc_id,
        marks.text,
        tuple(marks.mentions),
        tuple(relations),
        head,
        place,
        (*problems, *marks.problems),
        unread=tuple(unread),
        places=places,
    )


def _wrong_parts(
    path: Path, lines: list[str], start: int, end: int, known: set[int]
) -> Iterator[str]:
    """Lines that begin as those between the parts of a document do."""
    for number in range(start + 1, end):
        if lines[number].startswith("===") and number not in known:
            said = lines[number].strip()[:40]
            twice = "stands twice" if _PART.fullmatch(said) else "is no part of a document"
            yield (
                f'{path}:{number + 1}: "{said}" {twice}; a document has "=== text" and then '
                '"=== relations"; in a text write \\==='
            )


def _head(
    path: Path, lines: list[str], above: int, problems: list[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What the lines KEY: VALUE say, and where each stands."""
    head: dict[str, str] = {}
    places: dict[str, str] = {}
    for number, line in enumerate(lines, above + 1):
        key, colon, value = line.partition(":")
        key = key.strip()
        if not line.strip() or line.startswith("==="):
            continue
        if not colon or key not in DOCUMENT:
            known = ", ".join(DOCUMENT)
            problems.append(f"{path}:{number}: {line.strip()!r} is no line KEY: VALUE ({known})")
        elif key in head:
            problems.append(f"{path}:{number}: {key!r} stands twice; keep one")
        else:
            head[key] = unquote(value.strip())
            places[key] = f"{path}:{number}"
    return head, places


@dataclass(slots=True)
class _Marks:
    """Takes the marks out of a text and keeps where they stood."""

    path: Path
    first_line: int
    text: str = ""
    mentions: list[RawMention] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)  # of the first mention with an id
    parts: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # further ones

    def read(self, marked: str) -> None:
        open_at: list[tuple[int, str]] = []  # where in the plain text, and file:line
        found: list[tuple[int, int, str, str]] = []
        pieces: list[str] = []
        length = position = counted = 0
        line = self.first_line
        for match in _PIECE.finditer(marked):
            if match[3] is not None and not open_at:
                continue  # a bar and brackets of the text's own
            plain = marked[position : match.start()] + (match[1] or "")
            pieces.append(plain)
            length += len(plain)
            position = match.end()
            line += marked.count("\n", counted, match.start())
            counted = match.start()
            where = f"{self.path}:{line}"
            if match[2]:
                open_at.append((length, where))
            elif match[4] and open_at:
                open_at.pop()
                self.problems.append(f"{where}: a mark ends without |id LABEL before its ]]")
            elif match[4]:
                pieces.append("]]")
                length += 2
            elif match[3] is not None:
                found.append((open_at.pop()[0], length, match[3], where))
        self.text = "".join(pieces) + marked[position:]
        for _, where in open_at:
            self.problems.append(f"{where}: a mark [[ is never closed by |id LABEL]]")
        found.reverse()  # of marks around the same words the outer one closes last
        for start, end, said, where in sorted(found, key=lambda mark: (mark[0], -mark[1])):
            self._mention(start, end, said, where)
        for at, more in self.parts.items():
            mention = self.mentions[at]
            self.mentions[at] = replace(mention, spans=(*mention.spans, *more))

    def _mention(self, start: int, end: int, said: str, where: str) -> None:
        before = len(self.problems)
        words = words_of(said, where, self.problems)
        if len(self.problems) > before:
            return
        if len(words) == 1 and words[0].startswith("+"):
            self._further_part(words[0][1:], (start, end), where)
        elif len(words) < 2:
            self.problems.append(f"{where}: |{said}]] lacks an id or a label; write |m1 CYTOKINE]]")
        else:
            attributes = mention_attributes(words[2:], where, self.problems)
            mention = RawMention(
                words[0], ((start, end),), words[1], attributes=attributes, place=where
            )
            self.index.setdefault(mention.id, len(self.mentions))
            self.mentions.append(mention)

    def _further_part(self, mention_id: str, span: tuple[int, int], where: str) -> None:
        at = self.index.get(mention_id)
        if at is not None:
            self.parts.setdefault(at, []).append(span)
            return
        self.problems.append(f"{where}: +{mention_id} goes on with a mention that does not precede")


def _relations(
    path: Path, lines: list[str], first: int, problems: list[str]
) -> Iterator[RawRelation]:
    for number, line in enumerate(lines, first):
        if not line.strip() or line.lstrip().startswith("#") or line.startswith("==="):
            continue
        where = f"{path}:{number}"
        words = words_of(line, where, problems)
        if not words:
            continue  # said already
        attributes = {}
        if words[0] == line.split()[0] == "rejected":  # not a coded id
            attributes["rejected"] = "true"
            words = words[1:]
        if len(words) < 3:
            problems.append(f"{where}: {line.strip()!r} is no relation; write m1 PREDICATE m2")
            continue
        attributes |= relation_attributes(words[3:], where, problems)
        yield RawRelation(words[1], words[0], words[2], attributes=attributes, place=where)
