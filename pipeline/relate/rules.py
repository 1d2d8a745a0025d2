"""Relation rules as data: schema, reading and checking of ``patterns/relations``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.patterns_data import (
    PatternError,
    expand_lists,
    fill_lists,
    read_yaml,
    without_lines,
)
from pipeline.records import FUNCTIONS, LABELS, PREDICATES, SIGNATURES

Effect = Literal["positive", "negative", "unspecified", "change", "sign"]


class Path_(BaseModel):
    """A way from a trigger to the word that holds an argument, in DependencyMatcher keys.

    ``unless`` names paths that make this one void for the same trigger (a verb with a
    subject of its own borrows none).
    """

    model_config = ConfigDict(extra="forbid")

    id: str
    why: str
    pattern: list[dict[str, Any]] = Field(min_length=2)
    unless: list[str] = []

    @model_validator(mode="after")
    def _anchored(self) -> Path_:
        names = [node.get("RIGHT_ID") for node in self.pattern]
        if names[0] != "trigger" or "argument" not in names:
            raise ValueError("the first node must be 'trigger', and one node 'argument'")
        return self


class Rule(BaseModel):
    """One relation rule. Either ``trigger`` with ``subject_path`` and ``object_path``, or
    ``tokens`` (Matcher keys; a node's ``role`` says what it stands for)."""

    model_config = ConfigDict(extra="forbid")

    id: str
    why: str
    predicate: str
    subject: list[str] = []
    object: list[str] = []
    trigger: dict[str, Any] | None = None
    subject_path: list[str] = []
    object_path: list[str] = []
    tokens: list[dict[str, Any]] | None = None
    # "change": read from raising and lowering words; "sign": positive, turned by inverse nouns
    effect: Effect = "unspecified"
    function: str = ""
    hedged: bool = False
    negated: bool = False
    score: float = Field(default=0.8, ge=0, le=1)
    matches: list[str] = Field(min_length=1)
    rejects: list[str] = []

    @field_validator("predicate")
    @classmethod
    def _known_predicate(cls, value: str) -> str:
        if value not in PREDICATES:
            raise ValueError(f"must be one of {', '.join(PREDICATES)}")
        return value

    @field_validator("function")
    @classmethod
    def _known_function(cls, value: str) -> str:
        if value and value not in FUNCTIONS:
            raise ValueError(f"must be one of {', '.join(FUNCTIONS)}")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        paths = bool(self.trigger and self.subject_path and self.object_path)
        if paths == bool(self.tokens):
            raise ValueError("give trigger, subject_path and object_path, or tokens")
        if self.tokens:
            roles = [node.get("role") for node in self.tokens]
            if roles.count("subject") != 1 or roles.count("object") != 1:
                raise ValueError("tokens need exactly one node with role: subject and one object")
        subjects, objects = SIGNATURES[self.predicate]
        for given, allowed, name in (
            (self.subject, subjects, "subject"),
            (self.object, objects, "object"),
        ):
            wrong = [label for label in given if label not in LABELS or label not in allowed]
            if wrong:
                raise ValueError(f"{name}: {self.predicate} takes {', '.join(sorted(allowed))}")
        return self

    @property
    def subjects(self) -> frozenset[str]:
        """Labels that the subject may have: the rule's own, else the predicate's."""
        return frozenset(self.subject) or SIGNATURES[self.predicate][0]

    @property
    def objects(self) -> frozenset[str]:
        """Labels that the object may have: the rule's own, else the predicate's."""
        return frozenset(self.object) or SIGNATURES[self.predicate][1]


@dataclass(frozen=True)
class RuleBook:
    """All paths and rules; ``where[rule id]`` is ``file:line``."""

    paths: dict[str, Path_]
    rules: list[Rule]
    where: dict[str, str]


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]


def read_rules(folder: Path) -> RuleBook:
    """Everything under ``folder/relations``; PatternError names ``file:line``.

    ``paths.yaml`` holds what all files share; a rule file may add paths, groups and lists
    of its own.
    """
    base = folder / "relations"
    shared_file = base / "paths.yaml"
    files = [shared_file, *(f for f in sorted(base.glob("*.yaml")) if f != shared_file)]
    data = {file: read_yaml(file) for file in files}
    shared_words = data[shared_file].get("lists", {})
    words = {
        file: expand_lists({**shared_words, **data[file].get("lists", {})}, str(file))
        for file in files
    }
    paths: dict[str, Path_] = {}
    groups: dict[str, list[str]] = {}
    for file in files:
        for raw in data[file].get("paths", []):
            _read_path(raw, f"{file}:{raw['__line__']}", words[file], paths)
        groups |= expand_lists({**groups, **data[file].get("groups", {})}, str(file))
    rules: list[Rule] = []
    where_is: dict[str, str] = {}
    for file in files:
        for raw in data[file].get("rules", []):
            where = f"{file}:{raw['__line__']}"
            rule = _read_rule(raw, where, words[file], groups, paths)
            if rule.id in where_is:
                raise PatternError(f"{where}: rule id {rule.id!r} is taken by {where_is[rule.id]}")
            where_is[rule.id] = where
            rules.append(rule)
    return RuleBook(paths, rules, where_is)


def _read_path(
    raw: dict[str, Any], where: str, lists: dict[str, list[str]], paths: dict[str, Path_]
) -> None:
    try:
        path = Path_.model_validate(fill_lists(without_lines(raw), lists, where))
    except ValidationError as error:
        raise PatternError(f"{where}: {_first_problem(error)}") from error
    if path.id in paths:
        raise PatternError(f"{where}: path id {path.id!r} is taken")
    paths[path.id] = path


def _read_rule(
    raw: dict[str, Any],
    where: str,
    lists: dict[str, list[str]],
    groups: dict[str, list[str]],
    paths: dict[str, Path_],
) -> Rule:
    try:
        rule = Rule.model_validate(fill_lists(without_lines(raw), {**groups, **lists}, where))
    except ValidationError as error:
        raise PatternError(f"{where}: {_first_problem(error)}") from error
    for name in [*rule.subject_path, *rule.object_path]:
        if name not in paths:
            raise PatternError(f"{where}: no path named {name!r} in paths.yaml")
    return rule
