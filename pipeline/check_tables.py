"""The hand-written tables under ``patterns``: terms, hierarchy, markers, targets, senses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.check_parts import Reader
from pipeline.check_tables_rows import (
    first_unsorted,
    is_imported,
    place,
    read_table,
    unreadable_tables,
    unsorted_tables,
    wrong_source,
)
from pipeline.check_tables_schema import Schema, read_schema
from pipeline.check_tables_terms import Spelled, check_terms
from pipeline.ground.hierarchy import Hierarchy, Link, cycles, read_links
from pipeline.ground.markers import COLUMNS, MarkerRule, read_marker_rules
from pipeline.ground.targets import Target, read_targets
from pipeline.patterns_data import read_csv, read_yaml
from pipeline.recognise.coordination_cues import read_coordination_cues
from pipeline.recognise.sense_cues import read_senses
from pipeline.recognise.terms import BLOCKED, read_terms

Concepts = frozenset[tuple[str, str]]  # label and name

_SYMBOL = re.compile(r"[A-Z][A-Z0-9]*(?:orf\d+)?(?:-[A-Z0-9]+)?")


def check_tables(folder: Path) -> Iterator[str]:
    """One line a finding, ``file:line: what is wrong; what to do``; none when all is well."""
    unreadable = list(unreadable_tables(folder))
    yield from unreadable
    if unreadable:
        return
    read = Reader(folder)
    schema = read(read_schema)
    terms = read(read_terms)
    links = read(read_links) or []
    rules = read(read_marker_rules) or []
    targets = read(read_targets) or []
    senses = read(read_senses)
    read(read_coordination_cues)
    yield from read.findings
    if terms is None:
        return  # without concepts nothing more can be said
    rows = read_table(folder)
    spelled = Spelled(rows)
    concepts = frozenset((row.label, row.name) for row in rows if row.label != BLOCKED)
    yield from check_terms(spelled, schema)
    yield from unsorted_tables(folder)
    yield from check_links(links, concepts, schema)
    yield from check_markers(folder, rules, concepts, schema)
    yield from check_targets(targets, concepts, schema)
    if senses is not None:
        yield from check_senses(folder, spelled)


def check_links(links: Sequence[Link], concepts: Concepts, schema: Schema | None) -> Iterator[str]:
    """Links between unknown concepts, in a circle, twice, or that follow from others."""
    seen: dict[tuple[str, str, str], Link] = {}
    for link in links:
        for name in (link.child, link.parent):
            if (link.label, name) not in concepts:
                yield f"{link.where}: no {link.label} term is named {name!r}; add it or correct it"
        yield from wrong_source(schema, link.source, link.where)
        if is_imported(link.where):
            continue  # an ontology says what we say, and some of it twice
        first = seen.setdefault((link.label, link.child, link.parent), link)
        if first is not link:
            yield f"{link.where}: the link stands in {place(first.where)} already; drop it"
    circular = list(cycles(links))
    for link in circular:
        yield (
            f"{link.where}: {link.child!r} becomes a kind of itself by {link.parent!r}; "
            "drop a link of the circle"
        )
    if not circular:
        yield from _needless(list(seen.values()))


def _needless(links: Sequence[Link]) -> Iterator[str]:
    """Links that follow from two others."""
    hierarchy = Hierarchy(links)
    for link in links:
        for parent in hierarchy.parents(link.label, link.child):
            if parent != link.parent and hierarchy.is_a(link.label, parent, link.parent):
                yield (
                    f"{link.where}: that {link.child!r} is a kind of {link.parent!r} follows "
                    f"from {parent!r}; drop it"
                )
                break


def check_markers(
    folder: Path, rules: Sequence[MarkerRule], concepts: Concepts, schema: Schema | None
) -> Iterator[str]:
    """Unknown cells, and markers that define the same cell twice or two cells."""
    seen: dict[tuple[str, tuple[tuple[str, str], ...]], MarkerRule] = {}
    raw = [row for _, row in read_csv(folder / "markers.csv", COLUMNS)] if rules else []
    for rule, row in zip(rules, raw, strict=True):
        for name in (rule.name, rule.head):
            if name and ("CELL", name) not in concepts:
                yield f"{rule.where}: no CELL term is named {name!r}; add it or correct it"
        first = seen.setdefault((rule.head, rule.markers), rule)
        if first is not rule:
            yield (
                f"{rule.where}: {rule} with head {rule.head!r} defines {first.name!r} already "
                f"({place(first.where)}); drop one"
            )
        yield from wrong_source(schema, row["source"], rule.where)
    keys = [(row["name"].casefold(), row["head"], row["markers"]) for row in raw]
    keyed = zip(keys, (rule.where for rule in rules), strict=True)
    yield from first_unsorted(keyed, "name, head and markers")


def check_targets(
    targets: Sequence[Target], concepts: Concepts, schema: Schema | None
) -> Iterator[str]:
    """Unknown drugs, targets that are no protein, a target twice."""
    seen: dict[tuple[str, str], Target] = {}
    for target in targets:
        if ("DRUG", target.drug) not in concepts:
            yield f"{target.where}: no DRUG term is named {target.drug!r}; add it or correct it"
        known = any((label, target.target) in concepts for label in ("CYTOKINE", "RECEPTOR"))
        if not known and _SYMBOL.fullmatch(target.target) is None:
            yield (
                f"{target.where}: {target.target!r} is no CYTOKINE, RECEPTOR or gene symbol; "
                "correct it"
            )
        first = seen.setdefault((target.drug, target.target), target)
        if first is not target:
            yield f"{target.where}: the target stands in {place(first.where)} already; drop one"
        yield from wrong_source(schema, target.source, target.where)
    keyed = (((t.drug.casefold(), t.target.casefold(), t.effect), t.where) for t in targets)
    yield from first_unsorted(keyed, "drug, target and effect")


def check_senses(folder: Path, spelled: Spelled) -> Iterator[str]:
    """Forms in ``cues/senses.yaml`` that no term of their label, or of their concept, has."""
    path = folder / "cues" / "senses.yaml"
    for item in read_yaml(path).get("senses", []):
        where, label, name = f"{path}:{item['__line__']}", item["label"], item.get("name", "")
        for form in item["form"]:
            names = spelled.names(label, form)
            if not names:
                yield f"{where}: {form!r} is no {label} of the term tables; add it or drop it here"
            elif name and name not in names:
                told = " or ".join(map(repr, sorted(names)))
                yield f"{where}: {form!r} is {told} in the term tables, not {name!r}; correct it"
