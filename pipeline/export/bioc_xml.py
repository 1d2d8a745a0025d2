"""BioC XML; see :mod:`pipeline.export.bioc_documents`."""

from __future__ import annotations

from pathlib import Path

from pipeline.export.bioc_documents import bioc_module, collection
from pipeline.export.checks import check
from pipeline.export.source import Source
from pipeline.export.tables import counted
from pipeline.export.targets import write_text


def write(source: Source, path: Path) -> list[str]:
    """Write a collection; returns how many signs XML cannot hold. Raises ExportError, also
    without the package ``bioc``."""
    check(source)
    biocxml = bioc_module("bioc.biocxml")
    documents, replaced = collection(source, xml=True)
    documents.encoding, documents.standalone = "utf-8", True
    write_text(path, biocxml.dumps(documents, pretty_print=True))
    if not replaced:
        return []
    return [
        f"{counted(replaced, 'control character')}, which XML cannot hold: now U+FFFD, each in its "
        "place; BioC JSON holds them"
    ]
