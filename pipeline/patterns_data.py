"""Finds and reads the hand-written knowledge under ``patterns/``.

In a checkout the folder stands beside the package; in a wheel it is inside it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
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


class _Mapping(dict[str, Any]):
    """A mapping that knows the line of each key."""

    lines: dict[str, int]


def _mapping(loader: _LineLoader, node: yaml.MappingNode) -> dict[str, Any]:
    mapping = _Mapping(
        (str(key), value) for key, value in loader.construct_mapping(node, deep=True).items()
    )
    seen: set[str] = set()
    for key, _ in node.value:
        if str(key.value) in seen:  # YAML would take the last one without a word
            told = f"{key.value!r} stands there twice; take one out"
            raise yaml.constructor.ConstructorError(None, None, told, key.start_mark)
        seen.add(str(key.value))
    mapping["__line__"] = node.start_mark.line + 1
    mapping.lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
    return mapping


def line_of(mapping: dict[str, Any], key: str) -> int:
    """The line of a key of a mapping from ``read_yaml``, else that of the mapping, else 1."""
    lines: dict[str, int] = getattr(mapping, "lines", {})
    line: int = mapping.get("__line__", 1)
    return lines.get(key, line)


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def without_lines(value: Any) -> Any:
    """The same structure with every ``__line__`` taken out."""
    if isinstance(value, dict):
        return {key: without_lines(item) for key, item in value.items() if key != "__line__"}
    if isinstance(value, list):
        return [without_lines(item) for item in value]
    return value


def read_text(path: Path) -> str:
    """The text of a file as it stands; PatternError with the line of what is not UTF-8."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PatternError(
            f"{path}:{line}: not UTF-8 ({error.reason}); save it as UTF-8"
        ) from error


def csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row of a CSV file that is not empty, the header too.

    Raises PatternError for what is no CSV in UTF-8, at the first line of the wrong row.
    """
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise PatternError(f"{path}:{first}: {error}; correct the quotes") from error
        if cells is None:
            return
        if cells:
            yield reader.line_num, cells


def read_csv(
    path: Path, columns: Sequence[str], *, others: bool = False
) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells by column of each row of a table whose header is ``columns``, or, with
    ``others``, has them in any order and may have more. Raises PatternError."""
    rows = csv_rows(path)
    _, header = next(rows, (1, []))
    if not others and header != list(columns):
        raise PatternError(f"{path}:1: the columns must be {','.join(columns)}")
    for name in (*columns, *header):
        if header.count(name) != 1:
            raise PatternError(
                f"{path}:1: there must be one column {name!r}; correct the first row"
            )
    for line, cells in rows:
        if len(cells) != len(header):
            raise PatternError(
                f"{path}:{line}: expected {len(header)} cells; quote a cell that holds a comma"
            )
        yield line, dict(zip(header, cells, strict=True))


# Keys that hold word lists by name, in whichever file they stand.
_WORD_LISTS = ("lists", "groups", "uses", "preps")


def read_yaml(path: Path) -> dict[str, Any]:
    """One YAML file as a mapping in which every mapping keeps its ``__line__`` (1-based).

    Raises PatternError for what is no YAML in UTF-8 or no mapping, OSError for a missing file.
    """
    text = read_text(path)
    try:
        data = yaml.load(text, Loader=_LineLoader)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a day such as 2024-13-40
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        told = " ".join(str(error).split())
        raise PatternError(f"{path}:{line}: not valid YAML: {told}") from error
    if not isinstance(data, dict):
        raise PatternError(f"{path}:1: expected a mapping at the top level")
    for key in _WORD_LISTS:
        if not isinstance(data.get(key, {}), dict):
            raise PatternError(
                f"{path}:{line_of(data, key)}: {key} must give lists of words by name; "
                "write some or drop the key"
            )
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
    """Word lists with references to earlier lists spliced in; every word a string.

    Raises PatternError, which begins with ``where`` and names the list.
    """
    if not isinstance(lists, dict):
        raise PatternError(f"{where}:1: word lists by name are missing; write them")
    done: dict[str, list[str]] = {}
    for name, words in without_lines(lists).items():
        place = f"{where}: list {name}"
        filled = fill_lists(words, done, place)
        if not isinstance(filled, list):
            raise PatternError(
                f"{where}:{line_of(lists, name)}: list {name} must be a list of words; "
                "write [word, word]"
            )
        wrong = [word for word in filled if not isinstance(word, str)]
        if wrong:
            raise PatternError(f"{place}: quote {wrong[0]!r}, YAML does not read it as text")
        done[name] = filled
    return done


def patterns_hash(folder: Path) -> str:
    """A hash over names and bytes of all files that decide what is found, for ``run.json``: the
    maps of corpora only serve evaluation."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in {".csv", ".yaml", ".json"}):
        if path.parent == folder / "maps":
            continue
        digest.update(path.relative_to(folder).as_posix().encode("utf-8"))
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
