"""Powers of ten: a number raised behind a 10 is written "10^6", as nobody would read "106"."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element

NEAR = 8  # characters before a raised number that say what it is
# "5 × 10", "5x10", "(10", "-10"; not "IL-10" or "CXCL10".
_TEN = re.compile(r"(?:^|[^\w.,‐-―−-]|(?:^|[^A-Za-z])[‐-―−-]|(?:^|[\d\s.])[xX])10$")
_WRITTEN_SUP = re.compile(r"<sup>([^<>]{0,200})</sup>")
_WRITTEN_TAG = re.compile(r"</?(?:i|b|u|em|strong|sub|sup)>")
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[\dA-Fa-f]{2,5}|[A-Za-z]{2,8});")
_NUMBER = re.compile(r"[-−–+]?\d{1,2}(?:\.\d{1,2})?(?:[-−–]\d{1,2})?")


def power(before: str, text: str) -> str | None:
    """``^6`` for a raised ``6`` behind a text that ends in the base ten; else None."""
    text = "".join(text.split())
    if _NUMBER.fullmatch(text) and _TEN.search(before[-NEAR:]):
        return "^" + text
    return None


def with_powers(element: Element) -> str:
    """All text in the element, in order; ``sup`` and MathML's ``msup`` behind a ten are powers."""
    out: list[str] = []
    _write(element, out)
    return "".join(out)


def without_written_markup(text: str) -> str:
    """The text without tags and entities that stand in it as text ("CD4<sup>+</sup>", "&#945;"),
    as makers of records leave them."""
    if "</" in text:
        text = _WRITTEN_SUP.sub(_written_sup, text)
        text = _WRITTEN_TAG.sub("", text)
    return _ENTITY.sub(_character, text) if "&" in text else text


def _written_sup(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - NEAR) : match.start()]
    return power(before, match[1]) or match[1]


def _character(match: re.Match[str]) -> str:
    return html.unescape(match[0])


def _write(element: Element, out: list[str]) -> None:
    formula = element.tag == "msup"  # its parts have nothing but white space around them
    if not formula:
        out.append(element.text or "")
    for index, child in enumerate(element):
        if child.tag == "sup" or (formula and index == 1):
            text = with_powers(child)
            before = "".join(out[-NEAR:])
            out.append(power(before.rstrip() if formula else before, text) or text)
        else:
            _write(child, out)
        if not formula:
            out.append(child.tail or "")
