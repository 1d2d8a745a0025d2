"""BioC JSON: a collection, a list of collections, or documents under one key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.gold.formats import bioc_records as records
from pipeline.gold.formats import fields
from pipeline.gold.raw import FormatError, RawDocument
from pipeline.gold.records import GoldDocument

_WRONG = (KeyError, TypeError, ValueError, AttributeError)


def read(path: Path) -> Iterator[RawDocument]:
    """The documents of a file, in order. JSON has no lines worth naming: places are the file
    and the ids in it.

    Raises FormatError for a file that is no BioC JSON, or without the package ``bioc``.
    """
    records.library()
    text = fields.read_text(path)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(
            f"{path}:{error.lineno}: not JSON ({error.msg}); correct or copy the file again"
        ) from error
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path}: not usable JSON ({error}); correct the file") from error
    documents = _documents(data)
    if documents is None:
        raise FormatError(f"{path}: no BioC JSON, which has a list 'documents'; check the format")
    for number, document in enumerate(documents, 1):
        yield _document(document, path, number)


def _documents(data: Any) -> list[Any] | None:
    """The documents of one collection, of several, or of a reply of PubTator; None for others."""
    if isinstance(data, list):
        found = [_documents(item) for item in data]
        return None if None in found else [d for part in found for d in part or ()]
    if isinstance(data, dict):
        if "passages" in data:
            return [data]
        for key in ("documents", "PubTator3"):
            if isinstance(data.get(key), list):
                return list(data[key])
    return None


def _document(document: Any, path: Path, number: int) -> RawDocument:
    biocjson = records.library("bioc.biocjson")
    doc_id = str(document.get("id", "")) if isinstance(document, dict) else ""
    name = f"{path}, document {doc_id or number}"

    def place(kind: str, element_id: str) -> str:
        return name if kind == "document" else f"{name}, {kind} {element_id}"

    problems: list[str] = []
    try:
        filled = _filled({"id": "", "infons": {}, "passages": [], **document}, place, problems)
        filled = {"annotations": [], "relations": [], **filled, "id": doc_id}
        return records.raw_document(biocjson.fromJSON(filled, "BioCDocument"), place, problems)
    except _WRONG as error:
        said = f"no {error}" if isinstance(error, KeyError) else str(error)
        problem = f"{name}: no BioC document ({said}); correct or take it out"
        return RawDocument(doc_id or name, "", place=name, problems=(*problems, problem))


def _filled(element: dict[str, Any], place: records.Place, problems: list[str]) -> dict[str, Any]:
    """An element with the keys that the library asks for, without annotations and relations
    that it would stumble over, which are said to be wrong."""
    filled = {"infons": {}, **element}
    if "offset" in filled:
        filled = {"text": "", "sentences": [], "annotations": [], "relations": [], **filled}
        filled["offset"] = int(filled["offset"])
    for key in ("passages", "sentences"):
        if key in filled:
            filled[key] = [_filled(part, place, problems) for part in filled[key] or ()]
    for key, kind in (("annotations", "annotation"), ("relations", "relation")):
        if key in filled:
            items = (_item(part, kind, place, problems) for part in filled[key] or ())
            filled[key] = [item for item in items if item]
    return filled


def _item(
    element: Any, kind: str, place: records.Place, problems: list[str]
) -> dict[str, Any] | None:
    try:
        item = {"infons": {}, "locations": [], "nodes": [], "text": None, **element}
        item["id"] = str(item["id"])
        item["locations"] = [
            {name: int(spot[name]) for name in ("offset", "length")} for spot in item["locations"]
        ]
        item["nodes"] = [
            {"refid": str(node["refid"]), "role": str(node.get("role", ""))}
            for node in item["nodes"]
        ]
        item["infons"] = dict(item["infons"])
    except _WRONG as error:
        said = f"no {error}" if isinstance(error, KeyError) else str(error)
        name = str(element.get("id", "without id")) if isinstance(element, dict) else "?"
        problems.append(f"{place(kind, name)}: cannot be read ({said}); correct it")
        return None
    return item


def write(documents: Sequence[GoldDocument], path: Path) -> list[str]:
    """Write documents, each with all that its record holds; returns what is lost: nothing.

    Raises FormatError without the package ``bioc``.
    """
    biocjson = records.library("bioc.biocjson")
    collection = records.collection([records.bioc_document(document) for document in documents])
    fields.write_text(path, biocjson.dumps(collection, ensure_ascii=False, indent=1) + "\n")
    return []
