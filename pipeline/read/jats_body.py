"""The blocks of a JATS article in their order: headings, paragraphs, items, captions, rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from pipeline.read.jats_table import TABLES, table_rows
from pipeline.read.jats_text import LEFT_OUT, parts, text_of
from pipeline.read.official import is_official
from pipeline.records import Stretch

MAX_IN_PATH = 200  # characters of one heading: the path stands in each row of the tables

# Sections that say nothing of the subject, by their type.
_OFFICIAL_TYPES = (
    frozenset({"ack", "acknowledgement", "acknowledgements", "acknowledgments"})
    | {"author-contribution", "author-contributions", "data-availability", "disclaimer"}
    | {"coi-statement", "competing-interests", "conflict", "conflict-of-interest", "disclosure"}
    | {"ethics-statement", "financial-disclosure", "funding", "funding-information"}
    | {"funding-statement", "permissions", "publishers-note", "scanned-figures"}
)
# Said of the file of a supplement, not of what is in it.
_FILE_NOTE = re.compile(
    r"Click here (?:for|to) .{0,80}|"
    r"\(?(?:docx?|xlsx?|pdf|tiff?|zip|csv|txt|pptx?|eps|png|jpe?g|mp4|mov|avi)"
    r"(?:[ ,(]+[\d.,]+ ?[kmg]b\)?)?\)?\.?",
    re.IGNORECASE,
)
# Elements that only hold blocks.
_HOLDERS = frozenset({"app-group", "disp-quote", "fig-group", "floats-group"}) | {
    "speech",
    "table-wrap-group",
    "verse-group",
}
_CAPTIONED = frozenset({"fig", "media", "supplementary-material", "table-wrap"})


@dataclass(slots=True)
class Parts:
    """The text of a document as it grows, one blank line between two stretches.

    ``cut`` names the tables that were too long to be kept whole.
    """

    pieces: list[str] = field(default_factory=list)
    layout: list[Stretch] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    length: int = 0  # characters, with the blank lines before the next stretch

    def add(self, kind: str, text: str, section: str, level: int = 0) -> None:
        """Append a stretch; blank text is left out."""
        if not text:
            return
        end = self.length + len(text)
        self.layout.append(Stretch(self.length, end, kind, section, level))
        self.pieces.append(text)
        self.length = end + 2

    @property
    def text(self) -> str:
        return "\n\n".join(self.pieces)


def under(section: str, title: str) -> str:
    """The path of headings with one more below it; of a long one its first characters."""
    if len(title) > MAX_IN_PATH:
        title = title[: MAX_IN_PATH - 1].rstrip() + "…"
    return " / ".join(filter(None, (section, title)))


def flow(element: Element, section: str, out: Parts) -> None:
    """What stands in an element, block by block; its label and title are left to the caller."""
    for child in element:
        if child.tag not in LEFT_OUT and child.tag not in ("label", "title"):
            block(child, section, out)


def block(element: Element, section: str, out: Parts) -> None:
    """One block of any kind."""
    tag = element.tag
    if tag in _HANDLERS:
        _HANDLERS[tag](element, section, out)
    elif tag in _HOLDERS:
        flow(element, section, out)
    elif tag in _CAPTIONED:
        captioned(element, section, out)
    elif tag in TABLES:
        _table(element, "", section, out)
    else:
        paragraphs(element, section, out)


def paragraphs(
    element: Element, section: str, out: Parts, kind: str = "paragraph", level: int = 0
) -> None:
    """The text of an element; blocks inside it come between its parts."""
    for part in parts(element):
        if not isinstance(part, str):
            if part.tag == "p":
                paragraphs(part, section, out, kind, level)
            elif part.tag == "list":
                _list(part, section, out, level)
            else:
                block(part, section, out)
        elif _FILE_NOTE.fullmatch(part) is None:
            out.add(kind, part, section, level)


def section_of(element: Element, section: str, out: Parts) -> None:
    """A section, box or appendix: its title, then what stands below it."""
    title = _title(element)
    if element.get("sec-type", "").lower() in _OFFICIAL_TYPES or _is_official(title):
        return
    path = under(section, title)
    out.add("heading", title, path)
    flow(element, path, out)


def captioned(element: Element, section: str, out: Parts) -> None:
    """A figure, table or supplement: label, title and text of its caption, rows, footnotes."""
    label = text_of(element.find("label"))
    out.add("caption", label, section)
    for child in element:
        if child.tag in TABLES:
            _table(child, label, section, out)
        elif child.tag == "alternatives":
            _alternatives(child, label, section, out)
        elif child.tag in ("caption", "table-wrap-foot", "p", "fn", "fn-group"):
            _notes(child, section, out)
        elif child.tag in _CAPTIONED:
            captioned(child, section, out)


def _title(element: Element) -> str:
    for path in ("title", "caption/title", "label"):
        if text := text_of(element.find(path)):
            return text
    return ""


def _is_official(title: str) -> bool:
    # On pages for patients these words stand above what belongs to the subject.
    return is_official(title) or title.lower() == "additional information"


def _list(element: Element, section: str, out: Parts, level: int = 0) -> None:
    """A list: its items one level below ``level``."""
    for child in element:
        if child.tag == "title":
            out.add("paragraph", text_of(child), section)
        elif child.tag == "list-item":
            paragraphs(child, section, out, "item", level + 1)


def _definitions(element: Element, section: str, out: Parts, level: int = 1) -> None:
    """A list of terms, each with what it means: "term: meaning"."""
    out.add("paragraph", text_of(element.find("title")), section)
    for child in element:
        if child.tag == "def-item":
            pair = (text_of(child.find("term")), text_of(child.find("def")))
            out.add("item", ": ".join(filter(None, pair)), section, level)
        elif child.tag == "def-list":
            _definitions(child, section, out, level + 1)


def _table(element: Element, label: str, section: str, out: Parts) -> None:
    texts, number, cut = table_rows(element)
    for text in texts:
        out.add("row", text, section)
    if cut:
        out.cut.append(f"{label or 'table'}: {len(texts)} of {number} rows kept")


def _alternatives(element: Element, label: str, section: str, out: Parts) -> None:
    table = next((child for child in element if child.tag in TABLES), None)
    if table is not None:
        _table(table, label, section, out)


def _notes(element: Element, section: str, out: Parts) -> None:
    """The title and text of a caption, or the footnotes of a table without their signs."""
    if element.tag in ("p", "title"):
        paragraphs(element, section, out, "caption")
        return
    for child in element:
        if child.tag in ("p", "title", "fn", "fn-group"):
            _notes(child, section, out)
        elif child.tag not in LEFT_OUT and child.tag != "label":
            block(child, section, out)


_HANDLERS: dict[str, Callable[[Element, str, Parts], None]] = {
    "sec": section_of,
    "app": section_of,
    "boxed-text": section_of,
    "statement": section_of,
    "caption": flow,
    "list": _list,
    "def-list": _definitions,
}
