"""BioC JSON: a collection, a list of collections, or documents under one key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.gold import json_text
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
        data = json_text.load(text)
    except json_text.JsonError as error:
        line = text.count("\n", 0, error.position) + 1
        raise FormatError(f"{path}:{line}: {error.message}") from error
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

    found = records.Found()
    try:
        if half := json_text.half_character(document):
            raise ValueError(half)
        filled = _filled(document, place, found)
        filled = {"annotations": [], "relations": [], **filled, "id": doc_id}
        return records.raw_document(biocjson.fromJSON(filled, "BioCDocument"), place, found)
    except _WRONG as error:
        said = f"no {error}" if isinstance(error, KeyError) else str(error)
        problem = f"{name}: no BioC document ({said}); correct or take it out"
        return RawDocument(doc_id or name, "", place=name, problems=(*found.problems, problem))


def _filled(element: Any, place: records.Place, found: records.Found) -> dict[str, Any]:
    """An element with the keys that the library asks for, without annotations and relations
    that it would stumble over, which are said to be wrong."""
    filled = {"infons": {}, **_object(element)}
    filled["infons"] = _object(filled["infons"] or {}, "infons")
    if "offset" in filled:
        filled = {"text": "", "sentences": [], "annotations": [], "relations": [], **filled}
        filled["offset"] = fields.number(filled["offset"])
        filled["text"] = _text(filled["text"] or "")
    else:
        filled.setdefault("passages", [])
    for key in ("passages", "sentences"):
        if key in filled:
            filled[key] = [_filled(part, place, found) for part in _list(filled, key)]
    for key, kind in (("annotations", "annotation"), ("relations", "relation")):
        if key in filled:
            items = [_item(part, kind, place, found) for part in _list(filled, key)]
            filled[key] = [item for item in items if item]
    return filled


def _object(value: Any, name: str = "it") -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"{name} is no JSON object {{...}}")
    return value


def _list(element: dict[str, Any], key: str) -> list[Any]:
    value = element[key]
    if value is None and key != "passages":
        return []
    if not isinstance(value, list):
        raise TypeError(f"{key} is no list")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text is no string")
    return value


def _item(
    element: Any, kind: str, place: records.Place, found: records.Found
) -> dict[str, Any] | None:
    try:
        item = {"infons": {}, "locations": [], "nodes": [], "text": None, **_object(element)}
        item["id"] = str(item["id"])
        item["locations"] = [
            {name: fields.number(_object(spot)[name]) for name in ("offset", "length")}
            for spot in _list(item, "locations")
        ]
        item["nodes"] = [
            {"refid": str(_object(node)["refid"]), "role": str(node.get("role", ""))}
            for node in _list(item, "nodes")
        ]
        item["infons"] = _object(item["infons"] or {}, "infons")
        item["text"] = None if item["text"] is None else _text(item["text"])
    except _WRONG as error:
        said = f"no {error}" if isinstance(error, KeyError) else str(error)
        name = str(element.get("id", "without id")) if isinstance(element, dict) else "?"
        found.problems.append(f"{place(kind, name)}: cannot be read ({said}); correct it")
        found.unread += [name] * (kind == "annotation")
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
