"""The is_a links of an ontology, between the names of concepts that the tables have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pipeline.ontology.clauses import OboTerm

Link = tuple[str, str]  # child, parent


def name_links(
    children: Iterable[OboTerm], terms: Mapping[str, OboTerm], names: Mapping[str, str]
) -> tuple[list[Link], int]:
    """Links from each child to its nearest ancestors with a name, sorted, and the number
    of those left out because they would close a circle.

    ``terms`` by any id; ``names`` by a term's own id, of the concepts that the tables have.
    Terms without a name are stepped over. Two terms may share a name, hence the circles.
    """
    links = {
        (names[child.id], parent)
        for child in children
        for parent in _nearest(child, terms, names)
        if parent != names[child.id]
    }
    kept = without_circles(sorted(links))
    return kept, len(links) - len(kept)


def _nearest(
    child: OboTerm, terms: Mapping[str, OboTerm], names: Mapping[str, str]
) -> Iterable[str]:
    seen: set[str] = set()
    open_ids = list(child.parents)
    while open_ids:
        parent = terms.get(open_ids.pop())
        if parent is None or parent.id in seen:
            continue
        seen.add(parent.id)
        if parent.id in names:
            yield names[parent.id]
        else:
            open_ids += parent.parents


def without_circles(links: list[Link]) -> list[Link]:
    """The links without those that lead back to where the walk upwards came from."""
    parents: dict[str, list[str]] = defaultdict(list)
    for child, parent in links:
        parents[child].append(parent)
    done: set[str] = set()
    circular: set[Link] = set()
    for start in sorted(parents):
        _walk(start, parents, done, circular)
    return [link for link in links if link not in circular]


def _walk(
    start: str, parents: Mapping[str, list[str]], done: set[str], circular: set[Link]
) -> None:
    """One walk upwards, depth first; no recursion, ontologies may be deep."""
    if start in done:
        return
    on_way = {start}
    way = [(start, iter(parents.get(start, ())))]
    while way:
        child, left = way[-1]
        parent = next(left, None)
        if parent is None:
            way.pop()
            on_way.discard(child)
            done.add(child)
        elif parent in on_way:
            circular.add((child, parent))
        elif parent not in done:
            on_way.add(parent)
            way.append((parent, iter(parents.get(parent, ()))))
