"""Lines of a document grouped into headings, paragraphs and list items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from pipeline.read.spans import Spans, joined, select
from pipeline.read.wording import CONTINUING, ends_sentence, is_label, is_lead_in
from pipeline.records import Document

Kind = Literal["heading", "paragraph", "item"]

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
QUOTE = re.compile(r"(?:>[ \t]?)+")
HASHES = re.compile(r"(#{1,6})(?:\s+|$)")
CLOSING_HASHES = re.compile(r"\s*#+$")
RULE = re.compile(r"(?:[-*_=~#•·|:]\s*){3,}$")  # a dividing line, or the line under a title
BULLET = r"(?:[•◦▪▫‣⁃∙●○■□➢➤✓·]|[-–—*](?=\s|$))"
NUMBER = r"(?:\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})\)(?=\s)|\([A-Z]\)(?=\s)|\d{1,2}\.(?=\s|[A-Z][a-z]))"
MARKER = re.compile(rf"{BULLET}\s*(?:\d{{1,2}}[.)](?=\s|[^\W\d_])\s*)?|{NUMBER}\s*")
FIRST_NUMBER = re.compile(r"\(?(?:1|a|A|i)[.)]")
STRONG = re.compile(r"(\*\*|__)(?=\S)(?:(?!\1).){1,400}?(?<=\S)\1(?![\w*])", re.DOTALL)
EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])[^*\n]{1,200}?(?<=[^\s*_])\1(?![\w*])")

FIELD = re.compile(r"[A-Z][^.,;:]{0,30}:(?=\s|$)")  # "Diagnosis: asthma"

MAX_HEADING = 80  # characters
WRAPPED = range(40, 131)  # widths (characters) at which people and mailers break lines


@dataclass(frozen=True, slots=True)
class Line:
    """One line without the white space at its edges; ``start`` and ``end`` are document offsets."""

    start: int
    end: int
    indent: int
    text: str


@dataclass(frozen=True, slots=True)
class Element:
    """``indent`` (columns) and ``marker`` (its kind, such as "•" or "1.") are those of items."""

    kind: Kind
    spans: Spans
    text: str
    indent: int = 0
    marker: str = ""


def elements(document: Document) -> Iterator[Element]:
    """The document in order; dividing lines and the marks of headings and items are left out."""
    name = document.source.lower().removesuffix(".gz")
    yield from _Reader(document.text, markdown=name.endswith(".md")).read()


def marker_kind(marker: str) -> str:
    """What markers of one list share: "-" for "- ", "1." for "12. ", "(a)" for "(b) "."""
    bare = re.sub(r"\s|(?<=\W)\d+[.)]$", "", marker)
    return re.sub(r"\w+", lambda m: "1" if m[0].isdigit() else "a", bare)


class _Reader:
    """The lines of one text, and what stands before and after each."""

    def __init__(self, text: str, *, markdown: bool) -> None:
        self.text = text
        self.markdown = markdown
        self.lines: list[Line] = []
        for line in map(self._line, LINE.finditer(text)):
            if line.text or not self.lines or self.lines[-1].text:  # of blank lines one says it
                self.lines.append(line)
        self.widths = self._widths()

    def _line(self, match: re.Match[str]) -> Line:
        raw, start = match.group(), match.start()
        if self.markdown and (quote := QUOTE.match(raw)):
            raw, start = raw[quote.end() :], start + quote.end()
        text = raw.strip()
        before = raw[: len(raw) - len(raw.lstrip())] if text else ""
        start += len(before)
        return Line(start, start + len(text), len(before.expandtabs(4)), text)

    def _widths(self) -> list[int]:
        """For each line, the longest line (characters) of the lines around it without a blank."""
        widths: list[int] = []
        for _, run in groupby(self.lines, key=lambda line: bool(line.text)):
            lengths = [line.indent + len(line.text) for line in run]
            widths += [max(lengths)] * len(lengths)
        return widths

    def read(self) -> Iterator[Element]:
        i, previous = 0, None
        while i < len(self.lines):
            line = self.lines[i]
            if not line.text or RULE.match(line.text):
                i += 1
                continue
            open_list = previous is not None and (
                previous.kind == "item" or is_lead_in(previous.text)
            )
            marker = self._marker(i, open_list)
            kind: Kind = "item" if marker else "paragraph"
            if self._is_heading(i, marker if open_list else ""):
                kind = "heading"
            end = i + 1 if kind == "heading" else self._last(i, marker) + 1
            element = self._element(kind, self.lines[i:end], marker)
            if element is not None:
                yield element
                previous = element
            i = end

    def _marker(self, i: int, open_list: bool) -> str:
        """The list marker that opens the line, or "".

        A dash or a number may also begin a wrapped line of a sentence; so, right under
        other text, it counts only where a list can begin.
        """
        match = MARKER.match(self.lines[i].text)
        if match is None:
            return ""
        marker = match.group()
        before = self.lines[i - 1].text if i else ""
        if not before or open_list or marker_kind(marker)[0] not in "-–—*1a(":
            return marker
        after = MARKER.match(self.lines[i + 1].text) if i + 1 < len(self.lines) else None
        same_after = after is not None and marker_kind(after.group()) == marker_kind(marker)
        if before[-1] not in ".:;!?" and not same_after:
            return ""
        if marker[0] in "-–—*" or FIRST_NUMBER.match(marker):
            return marker
        return ""

    def _is_heading(self, i: int, list_marker: str) -> bool:
        text = self.lines[i].text
        if HASHES.match(text):
            return True
        following = self.lines[i + 1].text if i + 1 < len(self.lines) else ""
        if self.markdown and len(text) <= 2 * MAX_HEADING and re.fullmatch(r"=+|-{3,}", following):
            return True
        plain = text.strip("*_ ")
        if list_marker or len(plain) > MAX_HEADING or len(plain.split()) > 12:
            return False
        if is_label(plain.rstrip(":")):
            return not (following and self._joins(i))  # in text all in capitals, a wrapped line
        bullet = MARKER.match(plain)
        if bullet is not None and not bullet.group()[0].isdigit():
            return False
        if STRONG.fullmatch(text):
            return not ends_sentence(plain) and not plain.endswith(":")
        if not (plain[:1].isupper() or plain[:1].isdigit()) or plain[-1:] in ".,;!":
            return False
        return self._titles(i, plain)

    def _titles(self, i: int, plain: str) -> bool:
        """The short line stands over something: text after a blank, or a longer line."""
        after = next((j for j in range(i + 1, len(self.lines)) if self.lines[j].text), None)
        if after is None or CONTINUING.search(plain):
            return False
        following = self.lines[after].text
        listed = bool(self._marker(after, open_list=False))
        if plain.endswith(":"):  # a lead-in unless ordinary text follows
            return not listed and len(plain.split()) <= 6 and len(following) >= MAX_HEADING
        if MARKER.match(plain) and (listed or plain.endswith("?")):  # a list, or an exam
            return False
        if following[0].islower() or (FIELD.match(plain) and FIELD.match(following)):
            return False
        if after > i + 1:
            return True
        if listed:
            return not plain.endswith("?")
        deliberate = not self._joins(i)
        longer = len(following) > len(plain)
        return deliberate and longer and (len(following) >= 60 or ends_sentence(following))

    def _last(self, i: int, marker: str) -> int:
        """Index of the last line of the paragraph or item that begins at line ``i``."""
        indent = self.lines[i].indent
        while i + 1 < len(self.lines) and (line := self.lines[i + 1]).text:
            if RULE.match(line.text) or HASHES.match(line.text):
                break
            if self._marker(i + 1, open_list=bool(marker) or is_lead_in(self.lines[i].text)):
                break
            bare = MARKER.fullmatch(self.lines[i].text) is not None  # text follows its bullet
            if not (bare or (marker and line.indent > indent) or self._joins(i)):
                break
            i += 1
        return i

    def _joins(self, i: int) -> bool:
        """Line ``i + 1`` goes on with line ``i``: the break between them is only a wrap."""
        line, following = self.lines[i].text, self.lines[i + 1].text
        if line.startswith("|") or following.startswith("|"):  # rows of a table
            return False
        if FIELD.match(following) and not CONTINUING.search(line):
            return False
        width = self.widths[i]
        if not ends_sentence(line) and not line.endswith(":"):
            if following[0].islower() or line.endswith(",") or CONTINUING.search(line):
                return True
            if width in WRAPPED and len(line) >= 0.6 * width:
                return True
        # The first word of the next line had no place any more.
        used = self.lines[i].indent + len(line) + 1 + len(following.split(None, 1)[0])
        return width in WRAPPED and used > width

    def _element(self, kind: Kind, lines: list[Line], marker: str) -> Element | None:
        first, indent = lines[0], lines[0].indent
        start, end = first.start, lines[-1].end
        if kind == "heading":
            marker = ""
            if opening := HASHES.match(first.text):
                start += opening.end()
                closing = CLOSING_HASHES.search(self.text, start, end)
                end = closing.start() if closing else end
        elif len(marker) == len(first.text) and len(lines) > 1:  # a bullet alone on its line
            lines = lines[1:]
            start = lines[0].start
        else:
            start += len(marker)
        if start >= end:
            return None
        spans = self._without_emphasis(self._unquoted(lines, start, end))
        return Element(kind, spans, joined(self.text, spans), indent, marker_kind(marker))

    def _unquoted(self, lines: list[Line], start: int, end: int) -> Spans:
        """One span, or one a line where ``>`` stands before the lines."""
        spans: list[tuple[int, int]] = []
        for line, following in pairwise(lines) if self.markdown else ():
            quote = self.text.find(">", line.end, following.start)
            if quote >= 0:
                spans.append((start, quote))
                start = following.start
        return (*spans, (start, end))

    def _without_emphasis(self, spans: Spans) -> Spans:
        text = joined(self.text, spans)
        if "*" not in text and "_" not in text:
            return spans
        marks = _pairs(STRONG, text)
        if self.markdown:
            hidden = "".join("\0" if i in marks else c for i, c in enumerate(text))
            marks |= _pairs(EMPHASIS, hidden)
        edges = [-1, *sorted(marks), len(text)]
        kept = [(a + 1, b) for a, b in pairwise(edges) if b > a + 1]
        return tuple(span for part in select(spans, kept) for span in part)


def _pairs(pattern: re.Pattern[str], text: str) -> set[int]:
    """Offsets of the marks that open and close each match."""
    found: set[int] = set()
    for match in pattern.finditer(text):
        width = len(match[1])
        found.update(range(match.start(), match.start() + width))
        found.update(range(match.end() - width, match.end()))
    return found
