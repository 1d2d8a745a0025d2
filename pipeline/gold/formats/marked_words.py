"""The words of a mark or of a relation in marked text, and the attributes that they say."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from urllib.parse import unquote

from pipeline.gold.formats import fields
from pipeline.gold.formats.marked_out import FLAGS
from pipeline.records import EFFECTS, FUNCTIONS, SPECIFICITIES


def words_of(said: str, where: str, problems: list[str]) -> list[str]:
    try:
        return [unquote(word) for word in shlex.split(said)]
    except ValueError as error:
        problems.append(f"{where}: {said!r} cannot be read ({error}); close the quotes")
        return []


def mention_attributes(words: Sequence[str], where: str, problems: list[str]) -> dict[str, str]:
    said: list[tuple[str, str]] = []
    for word in words:
        key, equals, value = word.partition("=")
        if equals and key in ("norm", "alias"):
            said.append(("alias_of" if key == "alias" else key, value))
        elif word in SPECIFICITIES:
            said.append(("specificity", word))
        elif word == "optional":
            said.append((word, fields.TRUE))
        else:
            problems.append(f"{where}: {word!r} says nothing of a mention")
    return _each_once(said, where, problems)


def _each_once(said: list[tuple[str, str]], where: str, problems: list[str]) -> dict[str, str]:
    """Attributes by name; one that is said twice is a problem."""
    attributes: dict[str, str] = {}
    for key, value in said:
        if key in attributes:
            problems.append(f"{where}: two words say {key}: {attributes[key]!r} and {value!r}")
        attributes.setdefault(key, value)
    return attributes


def relation_attributes(words: Sequence[str], where: str, problems: list[str]) -> dict[str, str]:
    """The attributes that words such as *negative*, *hedged*, *function=death* give; what is none
    or is said twice goes to ``problems`` with its place."""
    said: list[tuple[str, str]] = []
    for word in words:
        key, equals, value = word.partition("=")
        if word in EFFECTS:
            said.append(("effect", word))
        elif word in FLAGS:
            said.append((word, fields.TRUE))
        elif word in FUNCTIONS or (equals and key == "function"):
            said.append(("function", value or word))
        else:
            known = " ".join((*EFFECTS, *FLAGS, *FUNCTIONS))
            problems.append(f"{where}: {word!r} says nothing of a relation; use of {known}")
    return _each_once(said, where, problems)
