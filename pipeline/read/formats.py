"""Which module reads which suffix. A new format is one module and one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.read import bioc, delimited, docx, html, jsonl, pdf, plain, pubtator, xml_formats
from pipeline.read.source import ReadOptions, Source
from pipeline.records import Deleted, Document, Failure

Item = Document | Failure | Deleted
Reader = Callable[[Source, ReadOptions], Iterator[Item]]


@dataclass(frozen=True, slots=True)
class Format:
    """``read`` gives the documents of a file; with ``text`` its encoding is settled before, else
    it opens the bytes itself. ``one``: a file is one document, whose id is the file's stem."""

    read: Reader
    text: bool = True
    one: bool = False


FORMATS: dict[str, Format] = {
    ".txt": Format(plain.read, one=True),
    ".md": Format(plain.read, one=True),
    ".jsonl": Format(jsonl.read),
    ".csv": Format(delimited.read),
    ".tsv": Format(delimited.read),
    ".json": Format(bioc.read_json),
    ".pubtator": Format(pubtator.read),
    ".xml": Format(xml_formats.read, text=False),
    ".nxml": Format(xml_formats.read, text=False),
    ".docx": Format(docx.read, text=False, one=True),
    ".html": Format(html.read, text=False, one=True),
    ".htm": Format(html.read, text=False, one=True),
    ".pdf": Format(pdf.read, text=False, one=True),
}
