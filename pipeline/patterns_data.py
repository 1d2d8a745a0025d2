"""Finds and reads the hand-written knowledge under ``patterns/``.

In a checkout the folder stands beside the package; in a wheel it is inside it.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml


class PatternError(ValueError):
    """A hand-written file is wrong; the message says ``file:line`` and what to do."""


@cache
def default_patterns_dir() -> Path:
    """The folder of patterns that belongs to this installation."""
    package = Path(__file__).resolve().parent
    for folder in (package / "patterns", package.parent / "patterns"):
        if (folder / "terms").is_dir():
            return folder
    raise PatternError(f"no patterns folder beside {package}; reinstall the package")


# libyaml's parser where PyYAML was built with it: the patterns load eight times faster.
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _LineLoader(_SafeLoader):
    """SafeLoader that keeps the line of each mapping under ``__line__`` and in which
    *on*, *off*, *yes* and *no* are words, as they are in our lists."""


_LineLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_LineLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf")
)


def _mapping(loader: _LineLoader, node: yaml.MappingNode) -> dict[str, Any]:
    mapping: dict[str, Any] = {
        str(key): value for key, value in loader.construct_mapping(node, deep=True).items()
    }
    mapping["__line__"] = node.start_mark.line + 1
    return mapping


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def without_lines(value: Any) -> Any:
    """The same structure with every ``__line__`` taken out."""
    if isinstance(value, dict):
        return {key: without_lines(item) for key, item in value.items() if key != "__line__"}
    if isinstance(value, list):
        return [without_lines(item) for item in value]
    return value


def read_yaml(path: Path) -> dict[str, Any]:
    """One YAML file as a mapping in which every mapping keeps its ``__line__`` (1-based).

    Raises PatternError for what is no YAML or no mapping, OSError for a missing file.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LineLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise PatternError(f"{path}:{line}: not valid YAML: {error}") from error
    if not isinstance(data, dict):
        raise PatternError(f"{path}:1: expected a mapping at the top level")
    return data


def fill_lists(value: Any, lists: dict[str, list[str]], where: str) -> Any:
    """``value`` with every string ``$name`` replaced by the word list of that name.

    Inside a list, ``$name`` is spliced in, so ``[$a, $b, word]`` joins lists. Raises
    PatternError, which begins with ``where``, for a name that is not in ``lists``.
    """
    if isinstance(value, str) and value.startswith("$"):
        if value[1:] not in lists:
            raise PatternError(f"{where}: no word list named {value!r}")
        return list(lists[value[1:]])
    if isinstance(value, dict):
        return {key: fill_lists(item, lists, where) for key, item in value.items()}
    if isinstance(value, list):
        filled: list[Any] = []
        for item in value:
            new = fill_lists(item, lists, where)
            if isinstance(item, str) and item.startswith("$"):
                filled.extend(new)
            else:
                filled.append(new)
        return filled
    return value


def expand_lists(lists: dict[str, Any], where: str) -> dict[str, list[str]]:
    """Word lists with references to earlier lists spliced in; every word a string."""
    done: dict[str, list[str]] = {}
    for name, words in without_lines(lists).items():
        filled = fill_lists(words, done, f"{where}: list {name}")
        wrong = [word for word in filled if not isinstance(word, str)]
        if wrong:
            raise PatternError(
                f"{where}: list {name}: quote {wrong[0]!r}, YAML does not read it as text"
            )
        done[name] = filled
    return done


def patterns_hash(folder: Path) -> str:
    """A hash over names and bytes of all files, for ``run.json``."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in {".csv", ".yaml", ".json"}):
        digest.update(path.relative_to(folder).as_posix().encode("utf-8"))
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
