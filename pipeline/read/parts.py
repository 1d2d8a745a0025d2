"""From headings, paragraphs, items and rows in their order to the text and its layout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.read.official import is_official
from pipeline.records import Stretch

MAX_NAME = 200  # characters of a heading in the path of its section
MANUAL = 10  # depth of a heading that only looks like one: below all that are marked
CELLS = " | "
LINE_BREAK = "\n"
# Characters that nobody sees: soft hyphens, zero-width blanks, control codes.
UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff\x00-\x08\x0e-\x1f\x7f-\x9f]")
# Headings over what is not the text of the document itself.
BACK_MATTER = re.compile(
    r"(?:\d+\.?\s+)?(?:references?(?: list)?|reference list|bibliography|works cited|"
    r"literature cited|(?:notes|footnotes) and references|references and notes|citations|"
    r"see also|external links|further reading|similar articles|cited by(?: \d+ articles?)?|"
    r"related (?:articles?|pages?|topics?|content|stories|posts|news|links)|"
    r"(?:share|print) this (?:page|article|story))\s*:?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch that is still without its place.

    ``kind`` is one of STRETCH_KINDS; ``level`` the depth of a heading or of an item, from 1;
    ``section`` is only given where no heading says it.
    """

    kind: str
    text: str
    level: int = 0
    section: str = ""


def collapsed(text: str) -> str:
    """White space as one blank, at the edges too; characters that nobody sees left out."""
    text = UNSEEN.sub("", text)
    inner = " ".join(text.split())
    if not inner:
        return " " if text else ""
    before, after = " " * text[0].isspace(), " " * text[-1].isspace()
    return f"{before}{inner}{after}"


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text whose white space is collapsed but for its line breaks: one
    stays, two in a row part paragraphs."""
    lines = [" ".join(line.split()) for line in text.split(LINE_BREAK)]
    if len(lines) == 1:
        return lines if lines[0] else []
    found = re.split(r"\n{2,}", LINE_BREAK.join(lines))
    return [paragraph for one in found if (paragraph := one.strip())]


def without_back_matter(parts: Iterable[Part], *, official: bool = False) -> Iterator[Part]:
    """The parts without lists of references and links: from such a heading to the next one that
    is as high. With ``official`` also without thanks, interests, rights and the like, where
    headings can be trusted."""
    depth = 0
    for part in parts:
        if part.kind == "heading":
            if depth and part.level <= depth:
                depth = 0
            if not depth and (
                BACK_MATTER.fullmatch(part.text) or (official and is_official(part.text))
            ):
                depth = part.level
        if not depth or part.section:
            yield part


def titled(parts: Sequence[Part]) -> tuple[str, list[Part]]:
    """(title, the other parts): the first title, else a heading of the highest level that
    opens the document and has no equal; else no title."""
    for i, part in enumerate(parts):
        if part.kind == "title":
            return part.text, [*parts[:i], *parts[i + 1 :]]
    highest = [part for part in parts if part.kind == "heading" and part.level == 1]
    if len(highest) == 1 and parts[0] is highest[0]:
        return parts[0].text, list(parts[1:])
    return "", list(parts)


def outline(
    title: str, parts: Iterable[Part], max_characters: int
) -> tuple[str, tuple[Stretch, ...]]:
    """(text, layout): the title, then the parts, a blank line between two.

    Ends soon after ``max_characters``, so that one sees that there is more.
    """
    pieces: list[str] = []
    layout: list[Stretch] = []
    above: list[tuple[int, str]] = []  # (depth, name) of the open headings
    path, at = "", 0
    whole = [Part("title", title, section="Title"), *parts] if title else parts
    for part in whole:
        if part.kind == "heading":
            while above and above[-1][0] >= part.level:
                above.pop()
            above.append((part.level, " ".join(part.text.split())[:MAX_NAME]))
            path = " / ".join(name for _, name in above)
        section = part.section or path
        level = part.level if part.kind == "item" else 0
        layout.append(Stretch(at, at + len(part.text), part.kind, section, level))
        pieces.append(part.text)
        at += len(part.text) + 2
        if at > max_characters + 2:
            break
    return "\n\n".join(pieces), tuple(layout)
