"""What browsers do not show, but for what a reader can open: answers below their questions, tabs.

An element can be opened where its role says so, where a button in a heading names it, and where
it follows a button that says whether it is open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.read.html_tree import HEADINGS, Node, words

UNSEEN = words(
    "script style template noscript svg iframe object embed canvas audio video select textarea "
    "input datalist label del head title meta link base dialog noembed noframes annotation "
    "annotation-xml map rp rt"
)
ALWAYS_SHOWN = words("body html main article")  # when a script has run
NO_DISPLAY = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
QUESTIONS = HEADINGS | {"dt"}
MAX_BUTTON = 12  # nodes in what stands before a hidden element
MAX_UP = 4  # levels from a button to its heading


def cut_unseen(nodes: Sequence[Node], cut: bytearray) -> None:
    """Mark what nobody sees, with the texts and elements in it."""
    named = _named_by_questions(nodes)
    before: dict[int, int] = {}  # the last element in each element so far
    for i, node in enumerate(nodes[1:], start=1):
        unseen = node.tag in UNSEEN or (
            bool(node.attributes) and _hidden(node) and not _opens(nodes, i, before, named)
        )
        cut[i] = cut[node.parent] or unseen
        if node.tag:
            before[node.parent] = i


def _hidden(node: Node) -> bool:
    found = node.attributes
    if node.tag in ALWAYS_SHOWN:
        return False
    if found.get("hidden", "until-found").lower() != "until-found":
        return True
    if found.get("aria-hidden", "").lower() == "true":
        return True
    return "style" in found and NO_DISPLAY.search(found["style"]) is not None


def _opens(nodes: Sequence[Node], i: int, before: dict[int, int], named: frozenset[str]) -> bool:
    """A reader can open the hidden element."""
    found = nodes[i].attributes
    if found.get("role", "").lower() == "tabpanel" or found.get("id", "") in named:
        return True
    last = before.get(nodes[i].parent)
    if last is None or nodes[last].last - last > MAX_BUTTON:
        return False
    inside = nodes[last : nodes[last].last + 1]
    return any("aria-expanded" in one.attributes for one in inside)


def _named_by_questions(nodes: Sequence[Node]) -> frozenset[str]:
    """The ids of what buttons and links in headings open."""
    found: set[str] = set()
    for i, node in enumerate(nodes):
        if "aria-controls" in node.attributes and _in_question(nodes, i):
            found.update(node.attributes["aria-controls"].split())
    return frozenset(found)


def _in_question(nodes: Sequence[Node], i: int) -> bool:
    for _ in range(MAX_UP):
        if i <= 0:
            return False
        if nodes[i].tag in QUESTIONS:
            return True
        i = nodes[i].parent
    return False
