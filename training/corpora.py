"""The entity corpora: where they lie, what their types become, which labels they mark fully."""

from __future__ import annotations

import gzip
import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LABELS = ("GENE", "CELL", "DISEASE", "CHEMICAL")
IGNORE = "IGNORE"  # neither a mention nor background: the tokens stay without annotation

_TRIMMING = tomllib.loads((Path(__file__).parent / "trimming.toml").read_text(encoding="utf-8"))
REGION_WORDS = frozenset(_TRIMMING["region_words"])
FRAGMENT_WORDS = frozenset(_TRIMMING["fragment_words"])
NO_GENE_NAMES = frozenset(_TRIMMING["no_gene_names"])
LEADING_WORDS = {label: frozenset(words) for label, words in _TRIMMING["leading"].items()}
LEADING_ENDINGS = tuple(_TRIMMING["leading_endings"])
TRAILING_WORDS = {label: frozenset(words) for label, words in _TRIMMING["trailing"].items()}
LONGEST_MENTION = 8  # words


@dataclass(frozen=True)
class EntityCorpus:
    """``types`` maps corpus types to our labels; ``complete`` labels are marked exhaustively."""

    name: str
    types: dict[str, str]
    complete: frozenset[str]
    full_text: bool = False
    region_types: frozenset[str] = field(default_factory=frozenset)
    inner_names: bool = False  # names inside a region ("IL-2" of "IL-2 promoter") are marked


GENIA_TYPES = {
    "Protein_molecule": "GENE",
    "Protein_family_or_group": "GENE",
    "Protein_complex": "GENE",
    "Protein_subunit": "GENE",
    "DNA_domain_or_region": "GENE",
    "DNA_family_or_group": "GENE",
    "DNA_molecule": "GENE",
    "RNA_molecule": "GENE",
    "RNA_family_or_group": "GENE",
    "Cell_natural": "CELL",
    "Cell_cultured": "CELL",
}
GENIA_REGIONS = frozenset({"DNA_domain_or_region", "DNA_family_or_group", "DNA_molecule"})
NCBI_TYPES = ("SpecificDisease", "DiseaseClass", "CompositeMention", "Modifier")
CHEMPROT_TYPES = {"CHEMICAL": "CHEMICAL", "GENE": "GENE", "GENE-Y": "GENE", "GENE-N": "GENE"}
GENE_CELL = frozenset({"GENE", "CELL"})
GENE_CHEMICAL = frozenset({"GENE", "CHEMICAL"})

CORPORA = {
    corpus.name: corpus
    for corpus in [
        EntityCorpus(
            "genia_event", GENIA_TYPES, GENE_CELL, region_types=GENIA_REGIONS, inner_names=True
        ),
        EntityCorpus(
            "jnlpba",
            {
                "protein": "GENE",
                "DNA": "GENE",
                "RNA": "GENE",
                "cell_type": "CELL",
                "cell_line": "CELL",
            },
            GENE_CELL,
            region_types=frozenset({"DNA"}),
        ),
        EntityCorpus("anatem", {"Cell": "CELL", "Cancer": "DISEASE"}, frozenset({"CELL"})),
        EntityCorpus(
            "bionlp13cg",
            {
                "Cell": "CELL",
                "Gene_or_gene_product": "GENE",
                "Simple_chemical": "CHEMICAL",
                "Cancer": "DISEASE",
            },
            frozenset({"GENE", "CELL", "CHEMICAL"}),
        ),
        EntityCorpus(
            "craft",
            {"PR": "GENE", "CL": "CELL", "MONDO": "DISEASE", "CHEBI": "CHEMICAL"},
            frozenset(LABELS),
            full_text=True,
        ),
        EntityCorpus(
            "cellfinder",
            {"GeneProtein": "GENE", "CellType": "CELL", "CellLine": "CELL"},
            GENE_CELL,
            full_text=True,
        ),
        EntityCorpus(
            "bc5cdr",
            {"Chemical": "CHEMICAL", "Disease": "DISEASE"},
            frozenset({"CHEMICAL", "DISEASE"}),
        ),
        EntityCorpus("ncbi_disease", dict.fromkeys(NCBI_TYPES, "DISEASE"), frozenset({"DISEASE"})),
        EntityCorpus(
            "biored",
            {
                "GeneOrGeneProduct": "GENE",
                "DiseaseOrPhenotypicFeature": "DISEASE",
                "ChemicalEntity": "CHEMICAL",
                "CellLine": "CELL",
            },
            frozenset({"GENE", "DISEASE", "CHEMICAL"}),
        ),
        EntityCorpus("chemprot", CHEMPROT_TYPES, GENE_CHEMICAL),
        EntityCorpus("drugprot", CHEMPROT_TYPES, GENE_CHEMICAL),
    ]
}


def read_records(folder: Path, part: str) -> list[dict[str, Any]]:
    """Read ``train`` or ``dev`` of a corpus, gzip-compressed or not."""
    packed = folder / f"{part}.jsonl.gz"
    if packed.exists():
        with gzip.open(packed, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    with (folder / f"{part}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def article_keys(record: dict[str, Any]) -> set[str]:
    """Ids under which one article may stand in several corpora."""
    keys = {f"pmid:{record['pmid']}"} if record.get("pmid") else set()
    if record.get("pmcid"):
        keys.add(f"pmcid:{str(record['pmcid']).removeprefix('PMC')}")
    return keys
