"""Lists of words as regular expressions by name, for the maps of types."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pipeline.patterns_data import PatternError, line_of, read_yaml, without_lines


def word_lists(path: Path) -> dict[str, str]:
    """The named lists of a file of words as one regular expression each. Raises PatternError."""
    data = read_yaml(path)
    lists = data.get("words")
    if not isinstance(lists, dict):
        raise PatternError(f"{path}:1: words must give lists of regular expressions by name")
    return composed(without_lines(lists), {}, path, lists)


def composed(lists: Any, known: dict[str, str], path: Path, lines: Any) -> dict[str, str]:
    """Lists joined by "|"; ``{name}`` in an expression stands for an earlier list, of these or
    of ``known``. ``lines`` is the mapping as read, which knows its lines. Raises PatternError."""
    done: dict[str, str] = {}
    for name, items in lists.items():
        where = f"{path}:{line_of(lines, name)}: words {name}"
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise PatternError(f"{where} must be a list of regular expressions in quotes")
        earlier = {**known, **done}

        def fill(found: re.Match[str], earlier: dict[str, str] = earlier, at: str = where) -> str:
            if found[1] not in earlier:
                raise PatternError(f"{at}: no earlier list is named {found[1]!r}; write it above")
            return f"(?:{earlier[found[1]]})"

        joined = "|".join(re.sub(r"\{([a-z_]\w*)\}", fill, item) for item in items)
        compiled(joined, where)
        done[name] = joined
    return done


def compiled(expression: str, where: str) -> re.Pattern[str]:
    """An expression for words in either case. Raises PatternError, which begins with ``where``."""
    try:
        return re.compile(expression, re.IGNORECASE | re.DOTALL)
    except re.error as error:
        raise PatternError(f"{where}: no regular expression ({error}); correct it") from error
