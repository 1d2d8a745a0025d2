"""BioC XML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.gold.formats import bioc_records as records
from pipeline.gold.formats import fields
from pipeline.gold.raw import FormatError, RawDocument
from pipeline.gold.records import GoldDocument

_NUMBER = re.compile(r"\d{1,15}")


def read(path: Path) -> Iterator[RawDocument]:
    """The documents of a file, in order; places are lines of the file.

    Raises FormatError for a file that is no BioC XML, or without the package ``bioc``.
    """
    records.library()
    for document in _root(path).iterchildren("document"):
        yield _document(document, path)


def _root(path: Path) -> Any:
    """The element ``collection``. Nothing is fetched, and no entity of the file's own is
    expanded: a file that declares any is refused, since its text would have holes."""
    etree = records.library("lxml.etree")
    data = fields.read_bytes(path)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise FormatError(f"{path}:{line}: not XML ({error.msg}); correct the file") from error
    if any(True for _ in root.iter(etree.Entity)):
        raise FormatError(f"{path}: uses entities of its own; write their text in their place")
    if root.tag != "collection":
        raise FormatError(f"{path}: begins with <{root.tag}>, BioC with <collection>")
    return root


def _document(element: Any, path: Path) -> RawDocument:
    biocxml, etree = records.library("bioc.biocxml"), records.library("lxml.etree")
    found = records.Found()
    _take_out_wrong(element, path, found)
    lines = {(child.tag, child.get("id")): child.sourceline for child in element.iter("*")}

    def place(kind: str, element_id: str) -> str:
        return f"{path}:{lines.get((kind, element_id), element.sourceline)}"

    # The library reads only whole collections; one a document, so that a wrong one is one's own.
    xml = etree.tostring(element, encoding="unicode", with_tail=False)
    try:
        document = biocxml.loads(f"<collection>{xml}</collection>").documents[0]
        return records.raw_document(document, place, found)
    except (KeyError, TypeError, ValueError) as error:
        said = "an offset that is no number" if isinstance(error, ValueError) else f"no {error}"
        where = place("document", "")
        problem = f"{where}: no BioC document ({said}); correct it or take it out"
        doc_id = element.findtext("id") or where
        return RawDocument(doc_id, "", place=where, problems=(*found.problems, problem))


def _take_out_wrong(document: Any, path: Path, found: records.Found) -> None:
    """Remove what the library would stumble over, and say where it stood."""
    for element in list(document.iter("annotation", "relation")):
        wrong = "" if element.get("id") else "no id"
        for child in element.iterchildren("location"):
            if not all(_NUMBER.fullmatch(child.get(name) or "") for name in ("offset", "length")):
                wrong = "a location without offset and length in numbers"
        for child in element.iterchildren("node"):
            if child.get("refid") is None:
                wrong = "a node without refid"
            child.set("role", child.get("role") or "")
        if element.tag == "relation" and wrong == "no id":
            element.set("id", "")  # nothing needs it
        elif wrong:
            said = f"{element.tag} with {wrong}; correct it"
            found.problems.append(f"{path}:{element.sourceline}: {said}")
            found.unread += [element.get("id")] * (element.tag == "annotation" and wrong != "no id")
            element.getparent().remove(element)


def write(documents: Sequence[GoldDocument], path: Path) -> list[str]:
    """Write documents, each with all that its record holds; returns what is lost: nothing.

    Raises FormatError for a control character, which XML cannot hold, and without the package
    ``bioc``; nothing is written then.
    """
    biocxml = records.library("bioc.biocxml")
    built = [records.bioc_document(document) for document in documents]
    for document in built:
        try:
            biocxml.encoder.encode_document(document)
        except ValueError as error:  # lxml does not say which sign, nor where
            raise FormatError(
                f"{path}: document {document.id!r} holds a control character, which XML cannot; "
                "take it out, or write BioC JSON"
            ) from error
    collection = records.collection(built)
    collection.encoding, collection.standalone = "utf-8", True
    fields.write_text(path, biocxml.dumps(collection, pretty_print=True))
    return []
