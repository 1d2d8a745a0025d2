"""Which terms of an ontology an import looks at."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from pipeline.ontology.clauses import OboTerm
from pipeline.ontology.obo import Ontology, OntologyError

_CURIE = re.compile(r"[^:\s]+:[^:\s]+")


def select_terms(
    ontology: Ontology, prefix: str, roots: Iterable[str], skipped: Counter[str]
) -> tuple[list[OboTerm], str]:
    """The terms of one prefix, in the branches under ``roots`` where there are any, with
    that prefix: the given one, else the ontology's own after its header (in *cl/subsets/x*
    ``CL``), else the one that most terms have. Others are counted in ``skipped`` by reason.

    Raises OntologyError for a prefix or a root that the ontology lacks.
    """
    current = [term for term in ontology.terms.values() if not term.obsolete]
    skipped["obsolete"] += len(ontology.terms) - len(current)
    prefixes = Counter(prefix_of(term.id) for term in current)
    if not prefixes:
        raise OntologyError("every term of this ontology is obsolete")
    wanted = _wanted_prefix(prefix, ontology.name, prefixes)
    branch = _branch(ontology, current, list(roots))
    selected = []
    for term in current:
        if prefix_of(term.id) != wanted:
            skipped["another prefix"] += 1
        elif branch is not None and term.id not in branch:
            skipped["outside of the branch"] += 1
        elif not _CURIE.fullmatch(term.id):
            skipped["an id that is no CURIE"] += 1
        elif not term.name:
            skipped["no name"] += 1
        else:
            selected.append(term)
    return selected, wanted


def prefix_of(curie: str) -> str:
    """What stands before the colon of an id; empty without one."""
    return curie.partition(":")[0] if ":" in curie else ""


def by_any_id(ontology: Ontology) -> dict[str, OboTerm]:
    """Terms by their id and by the former ids that they took over."""
    terms = dict(ontology.terms)
    for term in ontology.terms.values():
        for other in term.alt_ids:
            terms.setdefault(other, term)
    return terms


def _wanted_prefix(prefix: str, ontology: str, prefixes: Counter[str]) -> str:
    written = {name.casefold(): name for name in sorted(prefixes)}
    if prefix:
        found = written.get(prefix.rstrip(":").casefold())
        if found is None:
            there = ", ".join(name or "none" for name, _ in prefixes.most_common(8))
            raise OntologyError(f"no term has the prefix {prefix!r}; there are {there}")
        return found
    own = written.get(ontology.partition("/")[0].casefold())
    # subsets hold more terms of others than of their own
    return own or max(prefixes, key=lambda name: (prefixes[name], name))


def _branch(ontology: Ontology, current: list[OboTerm], roots: list[str]) -> set[str] | None:
    """Ids of the roots and of all that is under them; None for the whole ontology."""
    if not roots:
        return None
    terms = by_any_id(ontology)
    children: dict[str, list[str]] = defaultdict(list)
    for term in current:
        for parent in term.parents:
            if parent in terms:
                children[terms[parent].id].append(term.id)
    found: set[str] = set()
    for root in roots:
        if root not in terms or terms[root].obsolete:
            state = "is obsolete" if root in terms else "is not in the ontology"
            raise OntologyError(f"--root {root} {state}; write an id such as {current[0].id}")
        open_ids = [terms[root].id]
        while open_ids:
            one = open_ids.pop()
            if one not in found:
                found.add(one)
                open_ids += children[one]
    return found
