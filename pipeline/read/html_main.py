"""Which part of a page is its text, and what in it is furniture: menus, banners, links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.read.html_hidden import cut_unseen
from pipeline.read.html_tree import HEADINGS, Node, words

MAIN_TAGS = frozenset({"main", "article"})
KEPT = HEADINGS | MAIN_TAGS
FURNITURE_TAGS = frozenset({"nav", "search", "menu", "footer", "aside", "header", "form", "button"})
INSIDE_MAIN = frozenset({"header", "aside"})  # of an article these belong to it
FURNITURE_ROLES = words(
    "navigation banner contentinfo search dialog alertdialog menu menubar toolbar tablist "
    "doc-toc doc-bibliography doc-backlink doc-index"
)
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# As a part of any class or id ...
ANYWHERE = words(
    "nav navbar navigation navbox menu submenu breadcrumb breadcrumbs sidebar cookie cookies gdpr "
    "newsletter advert adverts advertisement advertising adsbygoogle pagination pager addthis "
    "sharethis addtoany disqus catlinks reflist toc editsection noprint mbox ambox paywall "
    "masthead printfooter hatnote footer sharedaddy relatedposts"
)
# ... and words that would also be the name of a chapter: only as these.
WHOLE = re.compile(
    r"(?:(?:c|o|js|article|post|entry|page|site|content|block)-)*(?:"
    r"(?:share|sharing|social|related|recommended|comments?|ads?|promo|subscribe|login|signup|"
    r"tags?|skip|back-to-top)"
    r"(?:-(?:share|sharing|articles?|posts?|pages?|topics?|stories|news|links?|buttons?|bar|icons?|tools|media|"
    r"widget|list|box|block|section|wrapper|container|form|area|slot|banner|modal|unit|to-\w+))*"
    r"|references?|references?-list|ref-list|bibliography|citations-list|(?:site|global)-header|"
    r"consent-\w+|usa-banner|popup|modal|byline|author-bio|sr-only|visually-?hidden|screen-reader-text)"
)
NEGATING = frozenset({"has", "with", "no", "without"})
_SIGN = r"(?:\d{1,4}|[a-zA-Z]|[*†‡§¶#^]{1,4})"
CITED = re.compile(
    rf"[\s\[(]*(?:note |nb |n |ref )?{_SIGN}(?:[\s,;–\[\]-]+{_SIGN})*[\s\])]*", re.IGNORECASE
)
BRACKETED = re.compile(r"\s*\[[\w, –-]{1,12}\]\s*")

WRAPPER = 0.9  # of the words of a page: what holds more is not furniture, whatever its class
SOME = 0.3
MOST = 0.5
NEARLY_ALL = 0.75
LINKED = 0.8  # of the letters of a list: it only leads elsewhere
MIN_LINKS = 3
MAX_MARKER = 12  # nodes in the mark of a footnote
MAX_MARK = 40  # characters of it


@dataclass(slots=True)
class Weights:
    """For each node, with all inside it: letters outside of links, letters in links, links."""

    own: list[int]
    linked: list[int]
    links: list[int]


def furniture(nodes: Sequence[Node]) -> bytearray:
    """1 for each node that is left out with all that is in it."""
    cut = bytearray(len(nodes))
    cut_unseen(nodes, cut)
    _cut_markers(nodes, cut)
    weights = _weigh(nodes, cut)
    holds_main = _holds_main(nodes, cut, weights.own)
    inside = bytearray(len(nodes))
    for i, node in enumerate(nodes):
        if not node.tag:
            continue
        inside[i] = node.tag in MAIN_TAGS or (i > 0 and inside[node.parent])
        if cut[i] or holds_main[i] or node.tag in KEPT or not i:
            continue
        by_tag = node.tag in FURNITURE_TAGS and not (node.tag in INSIDE_MAIN and inside[i])
        if by_tag and node.tag == "button" and _in_heading(nodes, i):
            by_tag = False
        if by_tag or node.attributes.get("role", "").lower() in FURNITURE_ROLES:
            cut[i] = node.tag != "form" or weights.own[i] <= WRAPPER * weights.own[0]
        elif _is_named_furniture(node):
            cut[i] = weights.own[i] <= WRAPPER * weights.own[0]
    _cut_links(nodes, cut)
    return cut


def main_part(nodes: Sequence[Node], cut: bytearray) -> int:
    """Index of the node that holds the text: a main element with most of the words, in it an
    article with nearly all; else the root."""
    own = _weigh(nodes, cut).own
    root = 0
    for is_candidate, share in ((_is_main, MOST), (_is_article, NEARLY_ALL)):
        inside = range(root, nodes[root].last + 1)
        found = [i for i in inside if own[i] and is_candidate(nodes[i])]
        best = max(found, key=own.__getitem__, default=root)
        if own[best] >= share * own[root]:
            root = best
    return root


def _is_main(node: Node) -> bool:
    return node.tag == "main" or node.attributes.get("role", "").lower() == "main"


def _is_article(node: Node) -> bool:
    return node.tag == "article"


def _cut_markers(nodes: Sequence[Node], cut: bytearray) -> None:
    """The marks of footnotes and references: a raised link to a place in the page."""
    for i, node in enumerate(nodes):
        if cut[i] or node.last - i > MAX_MARKER:
            continue
        if node.attributes.get("role", "").lower() == "doc-noteref":
            cut[i] = 1
        elif node.tag in ("sup", "a"):
            cut[i] = _is_marker(nodes, i)


def _is_marker(nodes: Sequence[Node], i: int) -> bool:
    inside = nodes[i : nodes[i].last + 1]
    said = "".join(part.text for part in inside)
    links = [part for part in inside if part.tag == "a"]
    if len(said) > MAX_MARK or not links:
        return False
    if not all("#" in part.attributes.get("href", "") for part in links):
        return False
    if nodes[i].tag == "a" and not BRACKETED.fullmatch(said):
        texts = [part for part in inside if part.text.strip()]
        if not all(nodes[part.parent].tag == "sup" for part in texts):
            return False
    return CITED.fullmatch(said) is not None


def _weigh(nodes: Sequence[Node], cut: bytearray) -> Weights:
    size = len(nodes)
    own, linked, links = [0] * size, [0] * size, [0] * size
    skipped, in_link = bytearray(size), bytearray(size)
    for i, node in enumerate(nodes):
        upper = max(node.parent, 0)
        skipped[i] = cut[i] or skipped[upper]
        in_link[i] = node.tag == "a" or in_link[upper]
        if skipped[i]:
            continue
        if node.tag == "a":
            links[i] = 1
        elif not node.tag:
            letters = sum(map(len, node.text.split()))
            (linked if in_link[i] else own)[i] = letters
    for i in range(size - 1, 0, -1):  # what is inside comes after
        upper = nodes[i].parent
        own[upper] += own[i]
        linked[upper] += linked[i]
        links[upper] += links[i]
    return Weights(own, linked, links)


def _holds_main(nodes: Sequence[Node], cut: bytearray, own: Sequence[int]) -> bytearray:
    """1 for what is around a main element or an article of some weight: comments are articles,
    too."""
    holds = bytearray(len(nodes))
    for i in range(len(nodes) - 1, 0, -1):
        node = nodes[i]
        heavy = node.tag == "article" and own[i] >= SOME * own[0]
        if not cut[i] and (holds[i] or _is_main(node) or heavy):
            holds[node.parent] = 1
    return holds


def _in_heading(nodes: Sequence[Node], i: int) -> bool:
    for _ in range(4):
        i = nodes[i].parent
        if i <= 0:
            return False
        if nodes[i].tag in HEADINGS or nodes[i].tag in ("summary", "dt"):
            return True
    return False


def _is_named_furniture(node: Node) -> bool:
    if not node.attributes:
        return False
    names = [*node.attributes.get("class", "").split()[:50], node.attributes.get("id", "")]
    for name in filter(None, names):
        plain = CAMEL.sub("-", name[:80]).lower()
        for piece in plain.split("__"):
            found = re.split(r"[-_]+", piece)
            if NEGATING.intersection(found):
                continue
            if ANYWHERE.intersection(found) or WHOLE.fullmatch("-".join(found)):
                return True
    return False


def _cut_links(nodes: Sequence[Node], cut: bytearray) -> None:
    """Lists of links with little other text, unless a lead-in above them says what they are;
    and other blocks of nothing but links."""
    weights = _weigh(nodes, cut)
    said = ""  # before this node
    for i, node in enumerate(nodes):
        if not node.tag and not cut[i]:
            said = node.text.strip() or said
        if i == 0 or weights.links[i] < MIN_LINKS or cut[i]:
            continue
        own, linked = weights.own[i], weights.linked[i]
        if own >= weights.own[0]:
            continue
        if node.tag in ("ul", "ol"):
            cut[i] = linked >= LINKED * (own + linked) and not said.endswith(":")
        elif node.tag in ("div", "p", "section", "td"):
            only_links = own <= weights.links[i] and linked > 2 * own
            cut[i] = only_links and not said.endswith(":")
