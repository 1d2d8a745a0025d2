"""The formats by name: which module writes each, and under which name it writes by default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from pipeline.export.source import Source

# Writes a file or a folder and returns what the format cannot hold, one plain sentence each.
Writer = Callable[[Source, Path], list[str]]


@dataclass(frozen=True, slots=True)
class Format:
    """``module`` of ``pipeline.export``, the ``name`` of the file (or of the folder, where
    ``folder``), whether it ``needs_texts`` or only ``takes_texts`` where they are there, and what
    it is."""

    module: str
    name: str
    about: str
    needs_texts: bool = True
    folder: bool = False
    takes_texts: bool = False

    def writer(self) -> Writer:
        write: Writer = import_module(f"pipeline.export.{self.module}").write
        return write


FORMATS = {
    "bioc-xml": Format("bioc_xml", "bioc.xml", "BioC XML"),
    "bioc-json": Format("bioc_json", "bioc.json", "BioC JSON"),
    "pubtator": Format("pubtator", "pubtator.txt", "PubTator"),
    "brat": Format("brat", "brat", "brat standoff, with its configuration", folder=True),
    "pubannotation": Format(
        "pubannotation", "pubannotation", "PubAnnotation JSON, a file a document", folder=True
    ),
    "conll": Format("conll", "conll.txt", "tokens with IOB labels"),
    "doccano": Format("doccano", "doccano.jsonl", "doccano, sequence labelling with relations"),
    "label-studio": Format("label_studio", "label-studio.json", "Label Studio, as predictions"),
    "prodigy": Format("prodigy", "prodigy.jsonl", "Prodigy, spans and relations"),
    "docbin": Format("docbin", "docbin.spacy", "spaCy DocBin"),
    "graphml": Format("graphml", "network.graphml", "GraphML of the facts", needs_texts=False),
    "cytoscape": Format(
        "cytoscape", "network.cx2", "Cytoscape CX2 of the facts", needs_texts=False
    ),
    "kgx": Format(
        "kgx", "kgx", "KGX nodes and edges, TSV, Biolink", needs_texts=False, folder=True
    ),
    "sqlite": Format(
        "sqlite",
        "tables.sqlite",
        "SQLite, all tables in one database",
        needs_texts=False,
        takes_texts=True,
    ),
    "parquet": Format(
        "parquet", "parquet", "Parquet, a file a table", needs_texts=False, folder=True
    ),
    "xlsx": Format("xlsx", "tables.xlsx", "Excel, all tables in one workbook", needs_texts=False),
}
