"""An ontology as rows of our term tables and links of our hierarchy.

The tables that are there win: a concept that they know by its CURIE, or by its name, gets
its new spellings under their name for it; a spelling that they know or block stays theirs.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from pipeline.ontology.clauses import OboTerm
from pipeline.ontology.concepts import ConceptBook
from pipeline.ontology.hierarchy import name_links
from pipeline.ontology.known import Known
from pipeline.ontology.obo import Ontology, OntologyError
from pipeline.ontology.offers import Offer, SpellingJudge, without_ambiguous
from pipeline.ontology.select import by_any_id, prefix_of, select_terms
from pipeline.ontology.spellings import ImportWords
from pipeline.ontology.tables import Row
from pipeline.recognise.terms import TermRow

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SPECIFIC = frozenset({"CYTOKINE", "RECEPTOR"})  # rows of these say how specific they are


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """``label`` is one of ours; ``prefix`` empty for the most frequent one; ``roots`` are ids
    of branches, none for all; ``scopes`` of the synonyms to take, as in OBO."""

    label: str
    prefix: str = ""
    roots: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset({"EXACT"})


@dataclass(slots=True)
class Imported:
    """Rows and links to write, and what became of the rest: terms and spellings that were
    left out, by reason. ``n_joined`` of ``n_terms`` are concepts that the tables had."""

    source: str = ""
    rows: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    n_terms: int = 0
    n_joined: int = 0
    n_circles: int = 0
    terms_out: Counter[str] = field(default_factory=Counter)
    spellings_out: Counter[str] = field(default_factory=Counter)


def table_name(ontology: Ontology) -> str:
    """The name of the files that an import writes, ``imported_<ontology>.csv``: after the
    header of the ontology, else after the prefix that most of its terms have."""
    name = ontology.name.rstrip("/").rpartition("/")[2].lower()
    name = re.sub(r"\.(?:obo|owl)$", "", name)
    if not name:
        prefixes = Counter(prefix_of(curie) for curie in ontology.terms)
        name = max(prefixes, key=lambda one: (prefixes[one], one)).lower()
    return f"imported_{re.sub(r'[^a-z0-9]+', '_', name).strip('_') or 'ontology'}.csv"


def convert(
    ontology: Ontology, known: Known, words: ImportWords, options: ImportOptions
) -> Imported:
    """The rows and links that an ontology adds to what is known.

    Raises OntologyError for a prefix or root that is not there and for an empty result.
    """
    imported = Imported()
    out = imported.terms_out
    selected, prefix = select_terms(ontology, options.prefix, options.roots, out)
    imported.source = _source(prefix, ontology.version)
    book = ConceptBook(known, words, options.label)
    book.add(selected, out)
    judge = SpellingJudge(ontology, known, words, options.label, imported.spellings_out)
    offers = [
        offer
        for term in selected
        if term.id in book.of
        for offer in judge.offers(
            term, book.of[term.id], options.scopes, joined=term.id in book.joined
        )
    ]
    kept = without_ambiguous(offers, imported.spellings_out)
    imported.rows = [_row(offer, options.label, imported.source) for offer in kept]
    if not kept:
        raise OntologyError(
            f"nothing to import: terms: {told(out)}; spellings: {told(imported.spellings_out)}"
        )
    giving = {offer.term for offer in kept}
    imported.n_terms = len(giving)
    imported.n_joined = len(giving & book.joined)
    out["nothing new"] += len((book.of.keys() - giving) & book.joined)
    out["no spelling left"] += len((book.of.keys() - giving) - book.joined)
    _add_links(imported, ontology, selected, book, options.label)
    return imported


def _source(prefix: str, version: str) -> str:
    date = _DATE.search(version)
    return f"{prefix} {date[0]}" if date else prefix


def _row(offer: Offer, label: str, source: str) -> Row:
    row = TermRow.model_validate(
        {
            "concept_id": offer.concept.concept_id,
            "name": offer.concept.name,
            "text": offer.text,
            "label": label,
            "status": offer.status,
            "match": offer.match,
            "specificity": "specific" if label in _SPECIFIC else "",
            "source": source,
        }
    )
    return {name: str(value) for name, value in row.model_dump().items()}


def _add_links(
    imported: Imported,
    ontology: Ontology,
    selected: list[OboTerm],
    book: ConceptBook,
    label: str,
) -> None:
    """Links among the concepts that have rows now or had some before."""
    rows = {row["name"] for row in imported.rows}
    chosen = [t for t in selected if t.id in book.of and t.id not in book.by_synonym]
    book.add_known(term for term in ontology.terms.values() if not term.obsolete)
    names = {
        term_id: concept.name
        for term_id, concept in book.of.items()
        if term_id in book.joined or concept.name in rows
    }
    children = [term for term in chosen if term.id in names]
    links, imported.n_circles = name_links(children, by_any_id(ontology), names)
    imported.links = [
        {"label": label, "child": child, "parent": parent, "source": imported.source}
        for child, parent in links
    ]


def told(counts: Counter[str]) -> str:
    """Counts in words, the largest first."""
    parts = [f"{number} {reason}" for reason, number in counts.most_common() if number]
    return ", ".join(parts) or "none"
