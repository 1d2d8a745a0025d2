"""What a request of the review page asks for: read, and refused where it is none."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from pipeline.curate.reviews import curator_name
from pipeline.review.desk import DeskError
from pipeline.review.rows import Query

LARGEST_BODY = 100_000  # bytes; a decision with its note is far smaller
MOST_WORDS, LONGEST_SEARCH = 50, 1000  # of a search; the database takes no longer conditions


class Refused(Exception):
    """A request that gets no answer; ``status`` is that of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def body(request: Request) -> dict[str, Any]:
    """The object in the body of a request. Raises Refused, DeskError, ValueError."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise Refused(415, "send JSON")
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > LARGEST_BODY:
            raise Refused(413, "that is too long for a decision")
    try:
        said = json.loads(content)
    except RecursionError as error:  # thousands of brackets, one in the other
        raise DeskError("that is no decision") from error
    if not isinstance(said, dict):
        raise DeskError("send an object")
    return said


def text(said: dict[str, Any], name: str) -> str:
    """A text of it, "" where it is not given. Raises DeskError."""
    value = said.get(name, "")
    if not isinstance(value, str):
        raise DeskError(f"{name} is text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise DeskError(f"{name} holds half a character; type it again") from error
    return value


def curator(request: Request) -> str:
    """Whose rows are asked for."""
    return curator_name(request.query_params.get("curator", ""))


def number(request: Request, name: str, default: int) -> int:
    """A number that is asked for. Raises DeskError."""
    said = request.query_params.get(name, "")
    if not said:
        return default
    if not (said.isdecimal() and len(said) < 10):
        raise DeskError(f"{name} is a number, not {said[:20]!r}")
    return int(said)


def _score(request: Request, name: str) -> float | None:
    said = request.query_params.get(name, "")
    return float(said) if said else None


def query(request: Request) -> Query:
    """The rows that are asked for. Raises DeskError, ValueError."""
    asked = request.query_params
    search = asked.get("search", "")
    if len(search) > LONGEST_SEARCH or len(search.split()) > MOST_WORDS:
        raise DeskError(f"a search has {MOST_WORDS} words and {LONGEST_SEARCH} characters at most")
    names = ("predicate", "label", "concept", "document", "rule", "search", "state")
    return Query(
        **{name: asked.get(name, "") for name in names},
        min_score=_score(request, "min_score"),
        max_score=_score(request, "max_score"),
        sort=asked.get("sort", "uncertain"),
        curator=curator(request),
    )
