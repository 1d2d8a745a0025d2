"""The web application of the review page: who may ask what, and the answers in JSON.

The page itself is files without data. Every answer with data needs the token that the
program made at its start, so no other page, program of another user or name that somebody else
points at this address can read or decide anything.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.curate.decisions import DecisionError
from pipeline.curate.fixes import FixError, Known
from pipeline.patterns_data import PatternError
from pipeline.records import EFFECTS, FUNCTIONS, LABELS, SIGNATURES
from pipeline.review import asked
from pipeline.review.asked import Refused
from pipeline.review.context import Library, row_item, stale_item, version
from pipeline.review.desk import Desk, DeskError, check_name
from pipeline.tables_in import TableError

TOKEN_HEADER = "x-review-token"
PAGE_SIZE, LARGEST_PAGE = 50, 200
ELSEWHERE = 20
SUGGESTED = 20
STALE_SHOWN = 500
UNDOS_KEPT = 100
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
SCRIPTS = (
    *("page", "review", "api", "decide", "parts", "places", "corrections", "row", "list"),
    *("queue", "saved", "keys", "filters", "figures", "dialogs", "fields", "fix", "notices"),
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


class ReviewApp:
    """The answers of the page's server. ``about`` is shown on the page, ``hosts`` are the names
    under which it may be called (with the port). ``is_anew`` says whether the tables of the run
    were written anew since its rows were read."""

    def __init__(
        self,
        desk: Desk,
        library: Library,
        token: str,
        hosts: set[str],
        about: dict[str, Any],
        is_anew: Callable[[], bool] = lambda: False,
    ) -> None:
        self._desk = desk
        self._library = library
        self._token = token
        self._hosts = hosts
        self._about = about
        self._is_anew = is_anew
        self._undone: OrderedDict[str, str] = OrderedDict()  # rows by the name of the question

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
            "predicates": rows.predicates,
            "rules": rows.rules,
            "labels": LABELS,
            "effects": EFFECTS,
            "functions": FUNCTIONS,
            "signatures": {
                name: [sorted(ends) for ends in pair] for name, pair in SIGNATURES.items()
            },
            "curators": self._desk.curators,
            "anew": self._is_anew(),
        }

    async def _rows(self, request: Request) -> dict[str, Any]:
        self._desk.refresh()
        query = asked.query(request)
        limit = min(asked.number(request, "limit", PAGE_SIZE), LARGEST_PAGE)
        found = self._desk.rows.page(query, asked.number(request, "offset", 0), limit)
        return {
            "total": self._desk.rows.count(query),
            "rows": [row_item(row, self._desk, query.curator) for row in found],
        }

    async def _row(self, request: Request) -> dict[str, Any]:
        return row_item(self._asked(request), self._desk, asked.curator(request))

    async def _paragraph(self, request: Request) -> dict[str, Any]:
        return await run_in_threadpool(self._library.paragraph, self._asked(request))

    async def _elsewhere(self, request: Request) -> dict[str, Any]:
        total, found = self._desk.rows.elsewhere(self._asked(request), ELSEWHERE)
        curator = asked.curator(request)
        return {"total": total, "rows": [row_item(row, self._desk, curator) for row in found]}

    async def _suggest(self, request: Request) -> dict[str, Any]:
        given = request.query_params
        kind, typed, label = (given.get(name, "") for name in ("kind", "typed", "label"))
        names = self._desk.rows.suggest(kind, typed, label, SUGGESTED)
        # Without a label rows are asked for, and no row has a concept of the tables alone.
        if kind == "concept" and label and len(names) < SUGGESTED:
            names += await run_in_threadpool(self._further_names, typed, label)
        return {"names": list(dict.fromkeys(names))[:SUGGESTED]}

    def _further_names(self, typed: str, label: str) -> list[str]:
        """Names of the term tables; none where the tables cannot be read, which is told when a
        name is saved."""
        try:
            return self._library.concepts.suggest(typed, label, SUGGESTED)
        except (OSError, TableError, PatternError):
            return []

    async def _figures(self, request: Request) -> dict[str, Any]:
        self._desk.refresh()
        return self._figures_of(asked.curator(request))

    def _figures_of(self, curator: str) -> dict[str, Any]:
        return {**self._desk.figures(curator), "anew": self._is_anew()}

    async def _stale(self, request: Request) -> dict[str, Any]:
        self._desk.refresh()
        stale = self._desk.stale
        return {"total": len(stale), "items": [stale_item(one) for one in stale[:STALE_SHOWN]]}

    async def _decide(self, request: Request) -> dict[str, Any]:
        said = await asked.body(request)
        curator = check_name(asked.text(said, "curator"))
        corrections = said.get("corrections") or {}
        if not isinstance(corrections, dict):
            raise DeskError("corrections are an object")
        row = self._desk.rows.row(asked.text(said, "id"))
        seen = asked.text(said, "version")
        if row and seen and seen != version(row):
            raise DeskError("the row says something else than when it was decided; look again")
        known = await run_in_threadpool(self._known, row) if row and corrections else None
        row, named = self._desk.decide(
            asked.text(said, "id"), curator, asked.text(said, "decision"), asked.text(said, "note"),
            {str(name): asked.text(corrections, name) for name in corrections}, known,
            self._library.concepts.name_of,
        )  # fmt: skip
        what = ("role", "given", "name", "known")
        told = [{name: getattr(one, name) for name in what} for one in named]
        return {**self._decided(row, curator), "named": told}

    def _known(self, row: dict[str, str]) -> Known:
        """The names of the mentions in the document, as the tables of the run have them now; those
        of the term tables are at hand afterwards."""
        try:
            known = self._library.names(row["doc_id"])
            self._library.concepts.load()
        except (OSError, TableError) as error:
            raise DeskError(f"the mentions of the run cannot be read: {error}") from error
        except PatternError as error:
            raise DeskError(f"the term tables of the run cannot be read: {error}") from error
        return known

    async def _undo(self, request: Request) -> dict[str, Any]:
        said = await asked.body(request)
        curator, name = check_name(asked.text(said, "curator")), asked.text(said, "name")
        # Asked again because the answer was lost: taking back one more would be wrong.
        done = self._desk.rows.row(self._undone[name]) if name in self._undone else None
        row = done or self._desk.undo(curator, asked.text(said, "id"))
        if row is None:
            raise DeskError("there is nothing to undo")
        if name:
            self._undone[name] = row["relation_id"]
            while len(self._undone) > UNDOS_KEPT:
                self._undone.popitem(last=False)
        return self._decided(row, curator)

    def _decided(self, row: dict[str, str], curator: str) -> dict[str, Any]:
        return {
            "row": row_item(row, self._desk, curator),
            "figures": self._figures_of(curator),
            "file": self._desk.file_of(curator).as_posix(),
        }

    def _asked(self, request: Request) -> dict[str, str]:
        relation_id = request.query_params.get("id", "")
        row = self._desk.rows.row(relation_id)
        if row is None:
            raise Refused(404, f"this run has no row {relation_id!r}; reload the page")
        return row
