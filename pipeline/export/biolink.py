"""Our labels and predicates in the terms of the Biolink Model; the mapping is ``biolink.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from pipeline.export.source import ExportError

_DIRECTIONS = {"positive": "increased", "negative": "decreased"}
_PMID = re.compile(r"(?:PMID[:_ ]?([0-9]{1,8})|([0-9]{7,8}))", re.IGNORECASE)
_PMC = re.compile(r"(?:(?:PMC|PMCID):)?PMC([0-9]+)", re.IGNORECASE)
_DOI = re.compile(r"(?:doi:\s?|https?://(?:dx\.)?doi\.org/)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact in Biolink's terms, with prefix; qualifiers are empty where there is none."""

    predicate: str
    association: str
    qualified_predicate: str = ""
    object_aspect: str = ""
    object_direction: str = ""


@dataclass(frozen=True, slots=True)
class Biolink:
    """The mapping, as ``biolink.yaml`` has it."""

    prefixes: Mapping[str, str]
    categories: Mapping[str, list[dict[str, Any]]]
    listed: Mapping[str, list[str]]
    predicates: Mapping[str, list[dict[str, Any]]]
    edge: Mapping[str, str]

    def curie(self, curie: str) -> str:
        """An identifier of ours with Biolink's prefix."""
        prefix, _, rest = curie.partition(":")
        return f"{self.prefixes.get(prefix, prefix)}:{rest}"

    def category(self, label: str, curie: str, specificity: str) -> str:
        """The class, without prefix, of a concept with this label. Raises ExportError."""
        prefix = curie.partition(":")[0]
        for row in self.categories.get(label, ()):
            if _fits(row, "prefixes", prefix) and _fits(row, "specificities", specificity):
                return str(row["category"])
        raise ExportError(f"the label {label!r} has no class in Biolink; is the table from a run?")

    def statement(self, predicate: str, subject: str, object_: str, effect: str) -> Statement:
        """What a fact says, given the classes of its ends. Raises ExportError."""
        known = effect in _DIRECTIONS
        for row in self.predicates.get(predicate, ()):
            if (
                _fits(row, "subjects", subject)
                and _fits(row, "objects", object_)
                and row.get("effect_known", known) == known
            ):
                qualified = known and "aspect" in row
                return Statement(
                    f"biolink:{row['predicate']}",
                    f"biolink:{row['association']}",
                    f"biolink:{row['qualified']}" if qualified and "qualified" in row else "",
                    row["aspect"] if qualified else "",
                    _DIRECTIONS[effect] if qualified else "",
                )
        raise ExportError(
            f"the predicate {predicate!r} has no counterpart in Biolink; is the table from a run?"
        )


def _fits(row: Mapping[str, Any], condition: str, value: str) -> bool:
    return condition not in row or value in row[condition]


@cache
def biolink() -> Biolink:
    """The mapping that comes with the package."""
    text = resources.files("pipeline.export").joinpath("biolink.yaml").read_text("utf-8")
    kept = yaml.safe_load(text)
    del kept["version"]  # for people, who compare it with the model's
    return Biolink(**kept)


def publication(doc_id: str) -> str:
    """The CURIE of a document whose id is a PubMed or PMC identifier or a DOI, else "".

    A bare number counts as a PubMed identifier where it has seven or eight digits.
    """
    if found := _PMID.fullmatch(doc_id):
        return f"PMID:{int(found[1] or found[2])}"
    if found := _PMC.fullmatch(doc_id):
        return f"PMC:{found[1]}"
    if found := _DOI.fullmatch(doc_id):
        return f"doi:{found[1]}"
    return ""
