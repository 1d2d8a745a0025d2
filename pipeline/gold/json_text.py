"""JSON of people we do not know: what Python's reader stumbles over, said in plain words."""

from __future__ import annotations

import json
import re
from typing import Any

_MOST_DIGITS = 18
_DEEPEST = 200
_HALF = re.compile("[\ud800-\udfff]")
_LONG = rf"-?\d{{{_MOST_DIGITS + 1},}}"
_TOKEN = re.compile(rf'"(?:[^"\\]|\\.)*"|[\[\]{{}}]|{_LONG}', re.DOTALL)


class JsonError(ValueError):
    """Text that is no usable JSON: ``message``, and where it stands (``position`` in the text)."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


def load(text: str) -> Any:
    """The value of a text. Raises JsonError, also for numbers of very many digits and for very
    deep nesting, which no file of ours has."""
    try:
        value = json.loads(text, parse_int=_number)
    except json.JSONDecodeError as error:
        raise JsonError(f"not JSON (column {error.colno}: {error.msg})", error.pos) from error
    except (ValueError, RecursionError) as error:
        raise _unusable(text) from error
    if text.count("[") + text.count("{") > _DEEPEST and _is_deep(value):
        raise _unusable(text)
    return value


def _number(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(digits[:_MOST_DIGITS])
    return int(digits)


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for one in level for inner in _inside(one) if isinstance(inner, dict | list)]
    return bool(level)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _unusable(text: str) -> JsonError:
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > _DEEPEST:
                said = f"brackets nest more than {_DEEPEST} deep; correct it"
                return JsonError(said, token.start())
        elif token[0] in "]}":
            depth -= 1
        elif not token[0].startswith('"'):
            said = f"a number of {len(token[0].lstrip('-'))} digits; correct it"
            return JsonError(said, token.start())
    return JsonError("not usable JSON; correct it", 0)


def half_character(value: Any, place: str = "") -> str:
    """What string of a value holds a lone surrogate, which no text can: ``place: what``, or ""."""
    waiting = [(value, place)]
    while waiting:
        one, where = waiting.pop()
        if isinstance(one, str) and (found := _HALF.search(one)):
            sign = f"U+{ord(found[0]):04X} at {found.start()}"
            return f"{where or 'the line'}: {sign} is half a character; take it out"
        if isinstance(one, dict):
            waiting += [(inner, f"{where}.{key}".lstrip(".")) for key, inner in one.items()]
            waiting += [(key, f"{where} key") for key in one]
        elif isinstance(one, list):
            waiting += [(inner, f"{where}[{at}]") for at, inner in enumerate(one)]
    return ""
