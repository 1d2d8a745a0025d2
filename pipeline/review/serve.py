"""Serves the review page: reads the run, finds a free port of the loopback address, and runs."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipeline.curate.concept_names import Spelled, terms_of_run
from pipeline.review.check import check_rows
from pipeline.review.context import Library, Names
from pipeline.review.desk import Desk
from pipeline.review.rows import RowStore
from pipeline.review.server import ReviewApp
from pipeline.tables_in import TableError, find_table, read_frame
from pipeline.tabulate import DOCUMENT_COLUMNS, RELATION_COLUMNS
from pipeline.texts import Texts, find_texts, read_about

LOOPBACK = "127.0.0.1"
PORT = 8765
PORTS_TRIED = 20


class ServeError(OSError):
    """The page cannot be served; the message says why and what to do."""


def open_desk(folder: Path, reviews: Path, inputs: Sequence[Path] = ()) -> tuple[Desk, Library]:
    """Rows, decisions and texts of a run. Raises TableError for what is no run of this version."""
    if not folder.is_dir():
        raise TableError(f"{folder}: no such folder; give the one that pipeline run wrote")
    table = find_table(folder, "relations")
    try:
        relations = read_frame(table, RELATION_COLUMNS)
        documents = read_frame(find_table(folder, "documents"), DOCUMENT_COLUMNS)
    except FileNotFoundError as error:
        raise TableError(str(error)) from error
    check_rows(table, relations)
    lengths = dict(zip(documents["doc_id"], map(int, documents["n_characters"]), strict=True))
    rows = RowStore(relations, frozenset(lengths))
    places = ["doc_id", "sentence_start", "sentence_end", "sentence"]
    words = zip(*(relations[name].tolist() for name in places), strict=True)

    def read_texts() -> Texts:
        said = ((doc_id, int(start), int(end), text) for doc_id, start, end, text in words)
        return find_texts(folder, lengths, said, inputs)

    library = Library(read_texts, lambda: _names(folder), lambda: terms_of_run(read_about(folder)))
    return Desk(rows, reviews), library


def stamp(folder: Path) -> tuple[str, int, int] | None:
    """By what a run that was written anew is told: name, size and time of its relations."""
    table = find_table(folder, "relations")
    try:
        found = table.stat()
    except OSError:
        return None  # gone, perhaps only until the new one is there
    return table.name, found.st_size, found.st_mtime_ns


def _names(folder: Path) -> Names:
    columns = ["doc_id", "start", "end", "label", "text", "concept_name", "concept_id"]
    mentions = read_frame(find_table(folder, "mentions"), columns)
    found: dict[str, dict[tuple[int, int, str], str]] = defaultdict(dict)
    spelled: set[Spelled] = set()
    cells = zip(*(mentions[name].tolist() for name in columns), strict=True)
    for doc_id, start, end, label, text, name, concept_id in cells:
        found[doc_id][int(start), int(end), label] = name
        spelled.add((label, text, name, concept_id))
    return Names(dict(found), frozenset(spelled))


def listen(port: int | None) -> socket.socket:
    """A socket on the loopback address: the port that is asked for, else the first free one
    from PORT on. Raises ServeError."""
    tried = [port] if port is not None else range(PORT, PORT + PORTS_TRIED)
    for one in tried:
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":  # elsewhere it lets two programs have the same port
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((LOOPBACK, one))
            found.listen(64)
        except OSError:
            found.close()
            continue
        return found
    said = f"port {port} is" if port is not None else f"ports {PORT} to {tried[-1]} are"
    raise ServeError(f"{said} taken; name another with --port, 0 takes any that is free")


def serve(
    folder: Path,
    reviews: Path,
    *,
    curator: str = "",
    port: int | None = None,
    inputs: Sequence[Path] = (),
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the page until the program is stopped. ``ready`` is called with its address, which
    holds the token. Raises TableError, ServeError."""
    import uvicorn

    read = stamp(folder)
    desk, library = open_desk(folder, reviews, inputs)
    about = read_about(folder)
    with listen(port) as connection:
        at = connection.getsockname()[1]
        token = secrets.token_urlsafe(24)
        hosts = {f"{name}:{at}" for name in (LOOPBACK, "localhost")}
        page = ReviewApp(
            desk, library, token, hosts, _about(folder, reviews, curator, about),
            is_anew=lambda: stamp(folder) != read,
        )  # fmt: skip
        config = uvicorn.Config(
            page.application(), log_level="warning", access_log=False, lifespan="off",
            server_header=False, timeout_graceful_shutdown=2,
        )  # fmt: skip
        ready(f"http://{LOOPBACK}:{at}/#token={token}")
        uvicorn.Server(config).run(sockets=[connection])


def _about(folder: Path, reviews: Path, curator: str, about: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of the run, and ``place``, by which its unsaved decisions are known: a
    folder of the same name elsewhere is another run."""
    program = about.get("program") or {}
    return {
        "place": json.dumps([path.resolve().as_posix() for path in (folder, reviews)]),
        "run": folder.as_posix(),
        "reviews": reviews.as_posix(),
        "curator": curator,
        "version": str(program.get("version", "")),
        "patterns": str((about.get("patterns") or {}).get("hash", "")),
        "models": json.dumps(about.get("models", []), ensure_ascii=False),
        "finished": str(about.get("finished", "")),
    }
