"""BioC JSON; see :mod:`pipeline.export.bioc_documents`."""

from __future__ import annotations

from pathlib import Path

from pipeline.export.bioc_documents import bioc_module, collection
from pipeline.export.checks import check
from pipeline.export.source import Source
from pipeline.export.targets import write_text


def write(source: Source, path: Path) -> list[str]:
    """Write a collection; returns what is lost: nothing. Raises ExportError, also without the
    package ``bioc``."""
    check(source)
    biocjson = bioc_module("bioc.biocjson")
    documents, _ = collection(source, xml=False)
    write_text(path, biocjson.dumps(documents, ensure_ascii=False, indent=1) + "\n")
    return []
