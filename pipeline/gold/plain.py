"""What pydantic finds, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.patterns_data import line_of

_SAID = {
    "missing": "missing",
    "model_type": "not a JSON object",
    "dict_type": "not a mapping of names to values",
    "list_type": "not a list",
    "tuple_type": "not a list",
    "string_type": "not a string",
    "string_unicode": "holds half a character (a lone surrogate); take it out",
    "string_too_short": "empty; write something",
    "too_short": "too short; write at least one",
    "int_type": "not a whole number",
    "int_from_float": "not a whole number",
    "bool_type": "neither true nor false",
}


def sentence(item: Mapping[str, Any]) -> str:
    """One finding without its place."""
    if item["type"] == "extra_forbidden":
        return f"unknown key {item['loc'][-1]!r}"
    message: str = item["msg"]
    return _SAID.get(item["type"], message.removeprefix("Value error, "))


def path_of(item: Mapping[str, Any]) -> str:
    """Where in a record a finding stands: *mentions[0].label*."""
    place = ""
    for part in item["loc"]:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
    return place


def placed(where: str, error: ValidationError, places: Mapping[str, str], said: str) -> list[str]:
    """All findings about one object, ``place: said path: what``, each at the place of its
    attribute, or at ``where``, which may be empty."""
    found = []
    for item in error.errors():
        place = places.get(str(item["loc"][0]), where) if item["loc"] else where
        path = path_of(item)
        parts = [place, f"{said}{path}" if path else said.removesuffix(": "), sentence(item)]
        found.append(": ".join(part for part in parts if part))
    return found


def first_in_yaml(path: Path, data: dict[str, Any], error: ValidationError) -> str:
    """The first finding about a mapping of ``read_yaml``, with its line."""
    found = [(*_in_yaml(data, item["loc"]), item) for item in error.errors()]
    # Where a string or a list may stand, a wrong list is also said to be no string.
    fitting = [one for one in found if not (_no_string(one[3]) and isinstance(one[2], list | dict))]
    line, where, _, item = (fitting or found)[0]
    if item["type"] == "missing":
        return f"{path}:{line}: {where} is missing; write it"
    if item["type"] == "extra_forbidden":
        return f"{path}:{line}: unknown key {where}; correct it or take it out"
    return f"{path}:{line}: {where}: {sentence(item)}"


def _no_string(item: Mapping[str, Any]) -> bool:
    return bool(item["type"] == "string_type")


def _in_yaml(data: dict[str, Any], loc: tuple[int | str, ...]) -> tuple[int, str, Any]:
    """The line of a finding, its path without pydantic's own names, and the value there."""
    line, named, place = 1, [], data
    for at, part in enumerate(loc):
        if isinstance(place, dict):
            line = line_of(place, str(part))
        try:
            place = place[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            if at < len(loc) - 1 or "[" in str(part):
                continue  # the name of a type that pydantic tried
        named.append(str(part))
    return line, ".".join(named), place
