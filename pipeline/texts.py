"""The texts behind the tables of a run: kept beside them on request, else read again from
where the run read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.read import read_inputs
from pipeline.records import Annotation, Document, Stretch
from pipeline.tables_in import TableError

FOLDER = "texts"
FILE = f"{FOLDER}/texts.jsonl"


@dataclass(frozen=True, slots=True)
class StoredText:
    """A document with its text, and its sentences (start, end) in characters where they are
    known: a text that is read again has none."""

    document: Document
    sentences: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that were found, by document id, and for each other document why not."""

    found: dict[str, StoredText] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def text_line(annotation: Annotation) -> str:
    """The line of ``texts.jsonl`` for a document."""
    document = annotation.document
    kept: dict[str, Any] = {
        "id": document.doc_id,
        "title": document.title,
        "source": document.source,
        "text": document.text,
        "sentences": [list(sentence) for sentence in annotation.sentences],
    }
    if document.metadata:
        kept["metadata"] = dict(document.metadata)
    if document.layout:
        kept["layout"] = [list(astuple(stretch)) for stretch in document.layout]
    return json.dumps(kept, ensure_ascii=False) + "\n"


def find_texts(
    folder: Path,
    lengths: Mapping[str, int],
    words: Iterable[tuple[str, int, int, str]] = (),
    inputs: Sequence[Path] = (),
) -> Texts:
    """The texts of the documents of a run.

    They stand in its own ``texts`` folder, or in the ``inputs`` that are named, else in the inputs
    that its ``run.json`` names. ``lengths`` are those that the run saw, in characters, by document
    id, ``words`` (document id, start, end, text) what it found: a text that does not fit is
    another version and counts as missing. Raises TableError for texts or a ``run.json`` that
    cannot be read.
    """
    own = sorted((folder / FOLDER).glob("*.jsonl"))
    about = read_about(folder)
    options = options_of(about)
    where = list(inputs) or _inputs_of(options)
    if own and not inputs:
        candidates: Iterator[StoredText] = chain.from_iterable(map(_stored, own))
        reason = f"not in {folder / FOLDER}"
    else:
        candidates = _read_again([path for path in where if path.exists()], options)
        reason = "not in " + (", ".join(path.as_posix() for path in where) or "any named input")
    texts = Texts()
    for stored in candidates:
        doc_id = stored.document.doc_id
        if doc_id not in lengths or doc_id in texts.found:
            continue
        if len(stored.document.text) == lengths[doc_id]:
            texts.found[doc_id] = stored
        else:
            texts.missing[doc_id] = f"{stored.document.source}: the text has changed since the run"
    for doc_id, start, end, said in words:
        known = texts.found.get(doc_id)
        if known and known.document.text[start:end] != said:
            del texts.found[doc_id]
            texts.missing[doc_id] = f"{known.document.source}: the text has changed since the run"
    for doc_id in lengths:
        if doc_id not in texts.found:
            texts.missing.setdefault(doc_id, reason)
    return texts


def read_about(folder: Path) -> dict[str, Any]:
    """What ``run.json`` says of a run; nothing where there is none. Raises TableError for a file
    that is no such."""
    path = folder / "run.json"
    try:
        about = json_of(path)
    except FileNotFoundError:
        return {}
    except (ValueError, OSError) as error:
        raise TableError(f"{path}: cannot be read ({error}); run the pipeline again") from error
    if not isinstance(about, dict):
        raise TableError(f"{path}: no run.json of a run; run the pipeline again")
    return about


def options_of(about: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options in a ``run.json``; none where it has no such."""
    options = about.get("options")
    return options if isinstance(options, dict) else {}


def _inputs_of(options: Mapping[str, Any]) -> list[Path]:
    named = options.get("inputs")
    return [Path(one) for one in named if isinstance(one, str)] if isinstance(named, list) else []


def json_of(path: Path) -> Any:
    """What a JSON file holds; half a character, which no other file could, is a question mark.

    Raises OSError, and ValueError for what is no JSON.
    """
    value = json.loads(path.read_text(encoding="utf-8"))
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _stored(path: Path) -> Iterator[StoredText]:
    with path.open("rb") as file:  # a line that is no UTF-8 is told like one that is no JSON
        for number, line in enumerate(file, 1):
            try:
                kept = json.loads(line)
                document = Document(
                    str(kept["id"]), str(kept["text"]), str(kept.get("source", "")),
                    str(kept.get("title", "")), tuple((kept.get("metadata") or {}).items()),
                    tuple(Stretch(*stretch) for stretch in kept.get("layout", ())),
                )  # fmt: skip
                sentences = tuple((int(a), int(b)) for a, b in kept.get("sentences", ()))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise TableError(
                    f"{path}:{number}: no text that a run kept ({error}); run it again with --texts"
                ) from error
            yield StoredText(document, sentences)


def _read_again(paths: Sequence[Path], options: Mapping[str, Any]) -> Iterator[StoredText]:
    if not paths:
        return
    for item in read_inputs(
        paths, id_column=options.get("id_column"), text_column=options.get("text_column")
    ):
        if isinstance(item, Document):
            yield StoredText(item)
