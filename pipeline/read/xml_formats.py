"""``.xml`` and ``.nxml``: the root element says which format a file is.

The readers are imported when a file needs them, so that the command starts fast.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.read.source import ReadError, ReadOptions, Source, open_bytes
from pipeline.records import Deleted, Document, Failure

PUBMED = (
    "PubmedArticleSet",
    "PubmedBookArticleSet",
    "PubmedArticle",
    "PubmedBookArticle",
    "MedlineCitationSet",
)
JATS = ("article", "pmc-articleset", "OAI-PMH", "records")
BIOC = ("collection",)


def read(source: Source, options: ReadOptions) -> Iterator[Document | Failure | Deleted]:
    """The documents of the format that the root names. Raises ReadError for another root."""
    from pipeline.read.xml_stream import root_name

    with open_bytes(source.path) as stream:
        root = root_name(stream)
    if root in PUBMED:
        from pipeline.read import pubmed

        yield from pubmed.read(source, options)
    elif root in JATS:
        from pipeline.read import jats

        yield from jats.read(source, options)
    elif root in BIOC:
        from pipeline.read import bioc

        yield from bioc.read_xml(source, options)
    else:
        raise ReadError(
            f"the root element <{root[:80]}> is of no format that can be read; convert the file to "
            f"PubMed XML ({PUBMED[0]}), JATS ({JATS[0]}, {JATS[1]}) or BioC ({BIOC[0]})"
        )
