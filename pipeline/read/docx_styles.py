"""What the styles of a Word document say about its paragraphs and runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

MAX_BASES = 20  # styles that rest on each other
HEADING = re.compile(r"heading\s*([1-9])")
LEFT_OUT = re.compile(
    r"toc\s*(?:\d|heading)|table of figures|table of authorities|index\s*\d|index heading|"
    r"(?:endnote\s*)?bibliography\d*|header|footer|page number"
)
LIST_LEVEL = re.compile(r"list (?:bullet|number)\s*([2-5])?")
BODY = 9  # the outline level of text that is no heading


@dataclass(frozen=True, slots=True)
class Style:
    """``name`` in small letters; ``outline`` from 0, ``list_level`` from 1; None: says nothing."""

    name: str
    based_on: str = ""
    outline: int | None = None
    list_level: int | None = None
    hidden: bool | None = None


def value(element: Element | None, name: str = "val") -> str:
    """The attribute with this local name; "" where there is none."""
    if element is not None:
        for key, found in element.items():
            if key.rpartition(":")[2] == name:
                return found
    return ""


def number(element: Element | None) -> int | None:
    """The value as a whole number."""
    found = value(element)
    return int(found) if re.fullmatch(r"[0-9]{1,9}", found) else None


def switched(properties: Element | None, name: str) -> bool | None:
    """Whether a property such as ``vanish`` is on; None where it is not mentioned."""
    found = None if properties is None else properties.find(name)
    return None if found is None else value(found).lower() not in ("0", "false", "off", "none")


def list_level(properties: Element | None) -> int | None:
    """The level of a list item, from 1; 0 for a paragraph that was taken out of its list."""
    found = None if properties is None else properties.find("numPr")
    if found is None:
        return None
    if value(found.find("numId")) == "0":
        return 0
    return (number(found.find("ilvl")) or 0) + 1


class Styles:
    """The styles of one document by their ids."""

    def __init__(self, elements: Iterable[Element] = ()) -> None:
        self.language = ""
        self.default = ""
        self.known: dict[str, Style] = {}
        for element in elements:
            if element.tag == "docDefaults":
                self.language = value(element.find("rPrDefault/rPr/lang"))
                continue
            key = value(element, "styleId")
            self.known[key] = _style(element)
            if value(element, "type") == "paragraph" and value(element, "default") in ("1", "true"):
                self.default = key

    def kind(self, properties: Element | None) -> tuple[str, int]:
        """(kind, level) of a paragraph; "" for one that is left out."""
        key = value(None if properties is None else properties.find("pStyle")) or self.default
        chain = self._chain(key)
        name = chain[0].name if chain else key.lower()
        if LEFT_OUT.fullmatch(name):
            return "", 0
        if name == "title":
            return "title", 0
        if name == "caption":
            return "caption", 0
        outline = None if properties is None else number(properties.find("outlineLvl"))
        for style in chain:
            outline = style.outline if outline is None else outline
        if outline is None and (match := HEADING.fullmatch(name)):
            outline = int(match[1]) - 1
        if outline is not None and outline < BODY:
            return "heading", outline + 1
        level = list_level(properties)
        for style in chain:
            level = style.list_level if level is None else level
        if level is None and (match := LIST_LEVEL.fullmatch(name)):
            level = int(match[1] or 1)
        return ("item", level) if level else ("paragraph", 0)

    def hidden(self, properties: Element | None, tag: str = "rStyle") -> bool:
        """Whether nobody sees the run, by its own word or by that of its style."""
        own = switched(properties, "vanish")
        if own is not None or properties is None:
            return bool(own)
        found = (style.hidden for style in self._chain(value(properties.find(tag))))
        return next((hidden for hidden in found if hidden is not None), False)

    def _chain(self, key: str) -> list[Style]:
        """The style and those that it rests on."""
        found: list[Style] = []
        while key in self.known and len(found) < MAX_BASES:
            found.append(self.known[key])
            key = self.known[key].based_on
        return found


def _style(element: Element) -> Style:
    name = value(element.find("name")).lower()
    level = list_level(element.find("pPr"))
    if level is not None and (match := LIST_LEVEL.fullmatch(name)):
        level = int(match[1] or 1)
    heading = HEADING.fullmatch(name)
    outline = int(heading[1]) - 1 if heading else number(element.find("pPr/outlineLvl"))
    hidden = switched(element.find("rPr"), "vanish")
    return Style(name, value(element.find("basedOn")), outline, level, hidden)
