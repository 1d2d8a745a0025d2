"""Which list item completes which lead-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.read.elements import Element
from pipeline.read.spans import Spans, select, trimmed
from pipeline.read.wording import ends_sentence, is_clause, is_full_sentence, is_lead_in

MAX_LEAD = 600  # characters: a lead-in is parsed once an item, so a long one would cost much
MAX_ITEM = 5_000  # characters
MAX_CHAIN = 4  # levels of lead-ins before one item


@dataclass(slots=True)
class Node:
    """An item, or the last sentence of what stands above a list."""

    spans: Spans
    text: str
    section: str
    parent: Node | None = None

    @property
    def lead(self) -> Spans:
        """The spans without the final colon."""
        end = len(self.text.rstrip())
        if self.text[:end].endswith(":"):
            end -= 1
        return next(select(self.spans, [trimmed(self.text, 0, end)]))


def parents(group: Sequence[Element]) -> list[int | None]:
    """For each element, the index of the item or paragraph that it stands under."""
    found: list[int | None] = []
    above: list[int] = []
    root = 0 if group[0].kind == "paragraph" and is_lead_in(group[0].text) else None
    for i, element in enumerate(group):
        if element.kind == "paragraph":
            found.append(None)
            continue
        while above and not _under(group[above[-1]], element):
            above.pop()
        found.append(above[-1] if above else root)
        above.append(i)
    return found


def _under(upper: Element, element: Element) -> bool:
    if element.indent != upper.indent:
        return element.indent > upper.indent
    return element.marker != upper.marker and is_lead_in(upper.text)


def completes(node: Node) -> bool:
    """The item goes on with the words it stands under, and says too little alone."""
    upper = node.parent
    if upper is None or len(upper.text) > MAX_LEAD or len(node.text) > MAX_ITEM:
        return False
    if is_full_sentence(node.text):
        return False
    return is_lead_in(upper.text) or not (ends_sentence(upper.text) or is_clause(upper.text))


def chain(node: Node) -> list[Node]:
    """What is read as one text: the lead-ins that the item completes, then the item.

    The chain climbs past a lead-in only when that is itself a fragment below a lead-in.
    """
    parts = [node]
    while completes(node) and node.parent is not None and len(parts) <= MAX_CHAIN:
        node = node.parent
        parts.append(node)
        if not is_lead_in(node.text) or is_clause(node.text):
            break
        if node.parent is None or not is_lead_in(node.parent.text):
            break
    return parts[::-1]
