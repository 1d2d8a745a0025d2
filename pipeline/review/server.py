"""The web application of the review page: who may ask what, and the answers in JSON.

The page itself is three files without data. Every answer with data needs the token that the
program made at its start, so no other page, program of another user or name that somebody else
points at this address can read or decide anything.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.curate.decisions import DecisionError
from pipeline.curate.fixes import FixError
from pipeline.records import EFFECTS, FUNCTIONS, LABELS, SIGNATURES
from pipeline.review.context import Library, row_item, stale_item
from pipeline.review.desk import Desk, DeskError, check_name
from pipeline.review.rows import Query

TOKEN_HEADER = "x-review-token"
LARGEST_BODY = 100_000  # bytes; a decision with its note is far smaller
PAGE_SIZE, LARGEST_PAGE = 50, 200
ELSEWHERE = 20
STALE_SHOWN = 500
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
SCRIPTS = (
    *("page", "review", "api", "decide", "parts", "places", "corrections", "row", "list"),
    *("queue", "saved", "keys", "filters", "figures", "dialogs", "fields", "fix"),
)
_PAGE = {
    "/": "page.html",
    "/page.css": "page.css",
    **{f"/{name}.js": f"{name}.js" for name in SCRIPTS},
}
_SAFE = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


class Refused(Exception):
    """A request that gets no answer; ``status`` is that of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class ReviewApp:
    """The answers of the page's server. ``about`` is shown on the page, ``hosts`` are the names
    under which it may be called (with the port)."""

    def __init__(
        self, desk: Desk, library: Library, token: str, hosts: set[str], about: dict[str, Any]
    ) -> None:
        self._desk = desk
        self._library = library
        self._token = token
        self._hosts = hosts
        self._about = about

    def application(self) -> Starlette:
        """The application, for any server of ASGI."""
        answers: dict[tuple[str, str], Callable[[Request], Awaitable[Any]]] = {
            ("GET", "start"): self._start,
            ("GET", "rows"): self._rows,
            ("GET", "row"): self._row,
            ("GET", "paragraph"): self._paragraph,
            ("GET", "elsewhere"): self._elsewhere,
            ("GET", "suggest"): self._suggest,
            ("GET", "figures"): self._figures,
            ("GET", "stale"): self._stale,
            ("POST", "decide"): self._decide,
            ("POST", "undo"): self._undo,
        }
        routes = [Route(path, self._file(name)) for path, name in _PAGE.items()]
        routes += [
            Route(f"/api/{name}", self._answer(answer), methods=[method])
            for (method, name), answer in answers.items()
        ]
        return Starlette(routes=routes)

    # --- who may ask --------------------------------------------------------------------

    def _file(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        content = files("pipeline.review").joinpath("page", name).read_text(encoding="utf-8")
        kind = _TYPES[name.rpartition(".")[2]]

        async def file(request: Request) -> Response:
            try:
                self._check_host(request)
            except Refused as refused:
                return JSONResponse({"error": str(refused)}, refused.status, _SAFE)
            return Response(content, media_type=kind, headers=_SAFE)

        return file

    def _answer(
        self, answer: Callable[[Request], Awaitable[Any]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def checked(request: Request) -> Response:
            field = None
            try:
                self._check_host(request)
                self._check_sender(request)
                return JSONResponse(await answer(request), headers=_SAFE)
            except Refused as refused:
                status, message = refused.status, str(refused)
            except FixError as error:
                status, message, field = 422, str(error), error.field
            except (DeskError, ValueError) as error:
                status, message = 422, str(error)
            except DecisionError as error:
                status, message = 507, str(error.strerror)
            body = {"error": message, **({"field": field} if field else {})}
            return JSONResponse(body, status, headers=_SAFE)

        return checked

    def _check_host(self, request: Request) -> None:
        """A name that is not ours may be one that leads here only for a while."""
        if request.headers.get("host", "") not in self._hosts:
            raise Refused(403, "this page answers under its own loopback address alone")

    def _check_sender(self, request: Request) -> None:
        origin = request.headers.get("origin")
        if origin is not None and origin not in {f"http://{host}" for host in self._hosts}:
            raise Refused(403, "another page must not ask for this")
        given = request.headers.get(TOKEN_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            raise Refused(401, "the token is wrong: open the address that the terminal shows")

    # --- answers ------------------------------------------------------------------------

    async def _start(self, request: Request) -> dict[str, Any]:
        rows = self._desk.rows
        return {
            **self._about,
            "predicates": rows.counts("predicate"),
            "rules": rows.counts("rule"),
            "labels": LABELS,
            "effects": EFFECTS,
            "functions": FUNCTIONS,
            "signatures": {
                name: [sorted(ends) for ends in pair] for name, pair in SIGNATURES.items()
            },
            "curators": self._desk.curators,
            "problems": self._desk.problems,
        }

    async def _rows(self, request: Request) -> dict[str, Any]:
        self._desk.refresh()
        query = _query(request)
        limit = min(_number(request, "limit", PAGE_SIZE), LARGEST_PAGE)
        found = self._desk.rows.page(query, _number(request, "offset", 0), limit)
        return {
            "total": self._desk.rows.count(query),
            "rows": [row_item(row, self._desk, query.curator) for row in found],
        }

    async def _row(self, request: Request) -> dict[str, Any]:
        return row_item(self._asked(request), self._desk, _curator(request))

    async def _paragraph(self, request: Request) -> dict[str, Any]:
        return await run_in_threadpool(self._library.paragraph, self._asked(request))

    async def _elsewhere(self, request: Request) -> dict[str, Any]:
        total, found = self._desk.rows.elsewhere(self._asked(request), ELSEWHERE)
        curator = _curator(request)
        return {"total": total, "rows": [row_item(row, self._desk, curator) for row in found]}

    async def _suggest(self, request: Request) -> dict[str, Any]:
        asked = request.query_params
        kind, typed, label = (asked.get(name, "") for name in ("kind", "typed", "label"))
        return {"names": self._desk.rows.suggest(kind, typed, label)}

    async def _figures(self, request: Request) -> dict[str, Any]:
        self._desk.refresh()
        return self._desk.figures(_curator(request))

    async def _stale(self, request: Request) -> dict[str, Any]:
        self._desk.refresh()
        stale = self._desk.stale
        return {"total": len(stale), "items": [stale_item(one) for one in stale[:STALE_SHOWN]]}

    async def _decide(self, request: Request) -> dict[str, Any]:
        said = await _body(request)
        curator = check_name(_text(said, "curator"))
        corrections = said.get("corrections") or {}
        if not isinstance(corrections, dict):
            raise DeskError("corrections are an object")
        known = None
        if corrections and (row := self._desk.rows.row(_text(said, "id"))):
            known = await run_in_threadpool(self._library.names, row["doc_id"])
        row = self._desk.decide(
            _text(said, "id"), curator, _text(said, "decision"), _text(said, "note"),
            {str(name): _text(corrections, name) for name in corrections}, known,
        )  # fmt: skip
        return self._decided(row, curator)

    async def _undo(self, request: Request) -> dict[str, Any]:
        curator = check_name(_text(await _body(request), "curator"))
        row = self._desk.undo(curator)
        if row is None:
            raise DeskError("there is nothing to undo")
        return self._decided(row, curator)

    def _decided(self, row: dict[str, str], curator: str) -> dict[str, Any]:
        return {
            "row": row_item(row, self._desk, curator),
            "figures": self._desk.figures(curator),
            "file": self._desk.file_of(curator).as_posix(),
        }

    def _asked(self, request: Request) -> dict[str, str]:
        relation_id = request.query_params.get("id", "")
        row = self._desk.rows.row(relation_id)
        if row is None:
            raise Refused(404, f"this run has no row {relation_id!r}; reload the page")
        return row


async def _body(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise Refused(415, "send JSON")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Refused(413, "that is too long for a decision")
    try:
        said = json.loads(body)
    except RecursionError as error:  # thousands of brackets, one in the other
        raise DeskError("that is no decision") from error
    if not isinstance(said, dict):
        raise DeskError("send an object")
    return said


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name, "")
    if not isinstance(value, str):
        raise DeskError(f"{name} is text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise DeskError(f"{name} holds half a character; type it again") from error
    return value


def _curator(request: Request) -> str:
    return " ".join(request.query_params.get("curator", "").split())


def _number(request: Request, name: str, default: int) -> int:
    said = request.query_params.get(name, "")
    if not said:
        return default
    if not (said.isdecimal() and len(said) < 10):
        raise DeskError(f"{name} is a number, not {said[:20]!r}")
    return int(said)


def _score(request: Request, name: str) -> float | None:
    said = request.query_params.get(name, "")
    return float(said) if said else None


def _query(request: Request) -> Query:
    asked = request.query_params
    names = ("predicate", "label", "concept", "document", "rule", "search", "state")
    return Query(
        **{name: asked.get(name, "") for name in names},
        min_score=_score(request, "min_score"),
        max_score=_score(request, "max_score"),
        sort=asked.get("sort", "uncertain"),
        curator=_curator(request),
    )
