"""The text of JATS elements: inline markup joined, citations and formulas left out."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipeline.read.jats_citations import NUMBER, mark, superscript, without_citations
from pipeline.read.powers import power

MAX_FORMULA = 40  # characters; a longer formula says nothing to a reader of words

# Elements that are blocks of their own also where they stand inside a paragraph.
BLOCKS = (
    frozenset({"app", "array", "boxed-text", "def-list", "disp-quote", "fig", "fig-group"})
    | {"floats-group", "fn", "fn-group", "list", "media", "p", "preformat", "sec", "speech"}
    | {"statement", "supplementary-material", "table-wrap", "table-wrap-group", "verse-group"}
)
# Never text: pictures, TeX, references, rights, and formulas that stand in a line of their own.
LEFT_OUT = (
    frozenset({"graphic", "inline-graphic", "inline-media", "alt-text", "long-desc"})
    | {"annotation", "annotation-xml", "disp-formula", "disp-formula-group", "tex-math"}
    | {"citation-alternatives", "element-citation", "mixed-citation", "nlm-citation", "ref-list"}
    | {"ack", "aff", "author-notes", "bio", "contrib-group", "funding-group", "sig-block"}
    | {"attrib", "history", "index-term", "kwd-group", "object-id", "permissions", "sec-meta"}
    | {"code", "glossary", "processing-meta", "rt", "trans-abstract", "trans-title"}
)
_APART = (
    BLOCKS
    | {"break", "def", "def-item", "label", "list-item", "term", "title", "verse-line"}
    | {"table", "tgroup", "thead", "tbody", "tfoot", "tr", "row", "td", "th", "entry"}
)
# Cross-references whose sign is no word: footnotes and affiliations.
_NOTES = frozenset({"aff", "author-notes", "contrib", "corresp", "fn", "table-fn"})
_SIGNS = frozenset("*†‡§¶#∥‖")


def text_of(element: Element | None, *, cell: bool = False) -> str:
    """All the text of an element as one paragraph; "" for None. In a ``cell`` of a table a
    superscript of one small letter is the sign of a footnote."""
    if element is None:
        return ""
    out: list[str] = []
    _content(element, out, cell)
    return without_citations("".join(out))


def parts(element: Element) -> Iterator[str | Element]:
    """The text of an element without its label, cut at the blocks among its children; the blocks
    themselves."""
    out = [element.text or ""]
    for child in element:
        if child.tag in BLOCKS:
            if text := without_citations("".join(out)):
                yield text
            yield child
            out = []
        elif child.tag != "label":
            _inline(child, out, cell=False)
        out.append(child.tail or "")
    if text := without_citations("".join(out)):
        yield text


def _content(element: Element, out: list[str], cell: bool) -> None:
    out.append(element.text or "")
    for child in element:
        _inline(child, out, cell)
        out.append(child.tail or "")


def _inline(element: Element, out: list[str], cell: bool) -> None:
    tag = element.tag
    if tag in LEFT_OUT or tag == "fn":
        return
    if tag == "xref":
        _reference(element, out, cell)
    elif tag in ("sup", "sub"):
        inner: list[str] = []
        _content(element, inner, cell)
        text = "".join(inner)
        bare = text.strip()
        if tag == "sub":
            out.append(bare)
        elif bare and (_SIGNS.issuperset(bare) or (cell and len(bare) == 1 and bare.islower())):
            out.append(NUMBER)
        else:
            out.append(superscript(text, "".join(out[-2:])[-8:]))
    elif tag == "math":
        out.append(_formula(element))
    elif tag == "alternatives":
        best = next((child for child in element if child.tag not in LEFT_OUT), None)
        if best is not None:
            _inline(best, out, cell)
    elif tag in _APART:
        out.append(" ")
        _content(element, out, cell)
        out.append(" ")
    else:
        _content(element, out, cell)


def _reference(element: Element, out: list[str], cell: bool) -> None:
    kind = element.get("ref-type")
    if kind == "bibr":
        out.append(mark(" ".join("".join(element.itertext()).split())))
    elif kind in _NOTES:
        out.append(NUMBER)
    else:
        _content(element, out, cell)


def _formula(element: Element) -> str:
    """The signs of a short formula without blanks, else nothing."""
    out: list[str] = []
    _signs(element, out)
    text = "".join("".join(out).split())
    return text if len(text) <= MAX_FORMULA else ""


def _signs(element: Element, out: list[str]) -> None:
    out.append(element.text or "")
    for index, child in enumerate(element):
        if element.tag == "msup" and index == 1:
            raised: list[str] = []
            _signs(child, raised)
            text = "".join(raised)
            out.append(power("".join("".join(out).split()), text) or text)
        elif child.tag not in LEFT_OUT:
            _signs(child, out)
        out.append(child.tail or "")
