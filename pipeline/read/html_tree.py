"""A page as one flat list of elements and texts in their order, as browsers would nest them.

Python's own ``html.parser`` takes time that grows with the square of broken markup, so the few
rules of its grammar that matter stand here. Nothing recurses; a page takes time in
proportion to its length.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.read.source import ReadError

# Inside a tag a quotation mark counts only behind "=".
TAG = re.compile(
    r"""<(/?)([a-zA-Z][^\s/>]*+)"""
    r"""((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)*+)>"""
)
LOOSE_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)([^<>]*+)>")
OPENING = re.compile(r"</?[a-zA-Z]")
ATTRIBUTE = re.compile(
    r"""([^\s/>="'][^\s/>=]*+)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+))?+"""
)
HUGE_NUMBER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")  # no such character

MAX_DEPTH = 256  # what nests deeper is kept as if it stood in the last element
MAX_NODES = 1_500_000  # elements and texts of a page; each takes some 500 bytes
MAX_SEARCH = 64  # how many open elements are looked through for the one that ends


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CELLS = frozenset({"td", "th"})
VOID = words(
    "area base basefont br col embed frame hr img input keygen link meta param source track wbr"
)
RAW = words("script style textarea title xmp iframe noembed noframes")
# Elements that change only how letters look: their text belongs to what is around them.
LETTERS = words(
    "acronym b bdi bdo big code data dfn em font i ins kbd mark nobr q rb s samp small strike "
    "strong tt u var"
)
INLINE = words(
    "a abbr br cite img math ruby rp rt span sub sup time wbr mi mn mo mrow ms msub msubsup "
    "msup mtext mfrac msqrt mstyle mspace munder mover semantics annotation del label button input "
    "select svg script style template noscript iframe object embed canvas audio video picture "
    "textarea map slot title meta link base"
)
SCOPE = frozenset({"table", "td", "th", "caption", "html"})
TABLE_PARTS = words("table caption thead tbody tfoot tr td th")
_ROWS = frozenset({"tr", "td", "th"})
_LISTS, _TABLE = frozenset({"ul", "ol", "menu"}), frozenset({"table"})
# Which open elements end where one begins, and the elements that they may not leave.
ENDED_BY = {
    "li": (frozenset({"li"}), _LISTS | SCOPE),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"}) | SCOPE),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"}) | SCOPE),
    "tr": (_ROWS | {"caption"}, _TABLE),
    "td": (CELLS | {"caption"}, _TABLE),
    "th": (CELLS | {"caption"}, _TABLE),
} | dict.fromkeys(
    ("thead", "tbody", "tfoot"), (_ROWS | {"thead", "tbody", "tfoot", "caption"}, _TABLE)
)
ENDS_HEADING = HEADINGS | words("p ul ol dl table section article main")
_PARAGRAPH = (frozenset({"p"}), SCOPE)
_PARAGRAPH_OR_HEADING = (HEADINGS | {"p"}, SCOPE)


@dataclass(slots=True)
class Node:
    """An element, or with ``tag`` "" a text. ``parent`` and ``last`` (the last node inside) are
    indices into the list of nodes."""

    tag: str
    parent: int
    last: int
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


def unescape(text: str) -> str:
    """Entities decoded; numbers that no character has become U+FFFD."""
    return html.unescape(HUGE_NUMBER.sub("\ufffd", text)) if "&" in text else text


def attributes(raw: str) -> dict[str, str]:
    """Names in small letters; of two with one name the first counts."""
    found: dict[str, str] = {}
    for name, value in ATTRIBUTE.findall(raw):
        bare = value[1:-1] if value[:1] in ('"', "'") else value
        found.setdefault(name.lower(), unescape(bare).strip())
    return found


def is_block(tag: str) -> bool:
    """A line of text ends where the element begins and ends; not at elements of a page's own."""
    return tag not in INLINE and "-" not in tag and tag != ""


def tree(page: str) -> list[Node]:
    """The nodes of the page in order; the first is the root. Raises ReadError for too many."""
    builder = _Builder()
    for kind, name, content in _tokens(page):
        if kind == "text":
            builder.text(content)
        elif kind == "end":
            builder.end(name)
        else:
            builder.start(name, content)
    builder.close(0)
    return builder.nodes


def _tokens(page: str) -> Iterator[tuple[str, str, str]]:
    """(kind, name, content): "start" with its attributes, "end", "text" with what it says."""
    at, text_from = 0, 0
    last = page.rfind(">")
    lacking: set[str] = set()  # ends that do not come any more: nothing is looked for twice
    while (at := page.find("<", at)) >= 0 and at <= last:
        tag = (LOOSE_TAG if ">" in lacking else TAG).match(page, at)
        if tag is None and OPENING.match(page, at):
            lacking.add(">")
        end = tag.end() if tag else _markup_end(page, at, lacking)
        if end == at:
            at += 1
            continue
        if at > text_from:
            yield "text", "", unescape(page[text_from:at])
        if tag is None:
            if page.startswith("<![CDATA[", at) and page.startswith("]]>", end - 3):
                yield "text", "", page[at + 9 : end - 3]
        else:
            slash, name = tag[1], tag[2].lower()
            yield ("end" if slash else "start"), name, tag[3]
            if name in RAW and not slash:
                found = _raw_end(page, end, name, lacking)
                if found and name == "title":
                    yield "text", "", unescape(page[end:found])
                elif not found:
                    yield "end", name, ""
                end = found or end
        at = text_from = end
    if text_from < len(page):
        yield "text", "", unescape(page[text_from:])


def _markup_end(page: str, at: int, lacking: set[str]) -> int:
    """Where a comment, a declaration or the like ends; ``at`` when there is none here."""
    for opening, ending in (("<!--", "-->"), ("<![CDATA[", "]]>")):
        if page.startswith(opening, at) and ending not in lacking:
            # "<!-->" is a whole comment.
            found = page.find(ending, at + (2 if opening == "<!--" else len(opening)))
            if found >= 0:
                return found + 3
            lacking.add(ending)
    return page.find(">", at) + 1 if page[at + 1 : at + 2] in ("!", "?", "/") else at


def _raw_end(page: str, start: int, name: str, lacking: set[str]) -> int:
    """Where the content of a script or the like ends; 0 when it does not."""
    found = None
    if name not in lacking:
        found = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(page, start)
    if found is not None:
        return found.start()
    lacking.add(name)
    return len(page) if name in ("script", "style") else 0


class _Builder:
    """The nodes so far, and the elements that are open."""

    def __init__(self) -> None:
        self.nodes = [Node("html", -1, 0)]
        self.stack: list[tuple[str, int]] = [("html", 0)]
        self.open: Counter[str] = Counter()

    def text(self, text: str) -> None:
        if text:
            self._add(Node("", self.stack[-1][1], len(self.nodes), text))

    def start(self, tag: str, raw: str) -> None:
        if tag in LETTERS:
            return
        if tag in ("html", "body", "head"):
            if raw.strip():  # the language of the page
                self._add(Node(tag, 0, len(self.nodes), "", attributes(raw)))
            return
        found = attributes(raw) if raw.strip(" /") else {}
        if tag == "a":
            if "href" not in found:
                return
            self._end_open(frozenset({"a"}), SCOPE)
        elif is_block(tag):
            self._make_room(tag)
        index = self._add(Node(tag, self.stack[-1][1], len(self.nodes), "", found))
        if tag not in VOID and len(self.stack) < MAX_DEPTH:
            self.stack.append((tag, index))
            self.open[tag] += 1

    def end(self, tag: str) -> None:
        if not self.open[tag]:
            if tag in ("p", "br"):  # an empty one
                self._add(Node(tag, self.stack[-1][1], len(self.nodes)))
            return
        for i in range(len(self.stack) - 1, max(0, len(self.stack) - MAX_SEARCH), -1):
            name = self.stack[i][0]
            if name == tag:
                self.close(i)
                return
            if is_block(name) and not is_block(tag):
                return
            if name in SCOPE and tag not in TABLE_PARTS:
                return

    def close(self, depth: int) -> None:
        """End the open elements from this depth on."""
        for tag, index in self.stack[depth:]:
            self.nodes[index].last = len(self.nodes) - 1
            self.open[tag] -= 1
        del self.stack[depth:]

    def _add(self, node: Node) -> int:
        if len(self.nodes) >= MAX_NODES:
            raise ReadError(f"the page has more than {MAX_NODES:,} elements, the limit; split it")
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _make_room(self, tag: str) -> None:
        """End what may not hold a block like this one."""
        if tag in ENDED_BY:
            self._end_open(*ENDED_BY[tag])
        else:
            self._end_open(*(_PARAGRAPH_OR_HEADING if tag in ENDS_HEADING else _PARAGRAPH))

    def _end_open(self, tags: frozenset[str], bounds: frozenset[str]) -> None:
        """End the outermost open element with such a tag that stands within the bounds."""
        if not any(self.open[tag] for tag in tags):
            return
        found = 0
        for i in range(len(self.stack) - 1, max(0, len(self.stack) - MAX_SEARCH), -1):
            name = self.stack[i][0]
            if name in bounds and name not in tags:
                break
            if name in tags:
                found = i
        if found:
            self.close(found)
