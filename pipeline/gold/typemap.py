"""Maps from the types of a corpus to our labels and predicates, as data: ``patterns/maps/*.yaml``.

    labels:
      Disease: DISEASE
      Gene:                                  # the first rule that fits
        - {words: $receptor, label: RECEPTOR}
        - {words: $cytokine, label: CYTOKINE}
        - {else: optional, as: CYTOKINE}     # or {else: ignore}
    ignore: [Species]
    scored_labels: [CYTOKINE, RECEPTOR]      # others are kept only as arguments
    relations:
      Inhibits: [{predicate: MODULATES, subject: [DRUG], object: [CYTOKINE], effect: negative}]
    ignore_relations: [Binds]

``words`` is a regular expression that fits the whole mention in either case, or ``$`` and the name
of a list in ``words.yaml`` beside the shipped maps or under the key ``words`` of the map.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipeline.gold.plain import first_in_yaml
from pipeline.gold.words import compiled, composed, word_lists
from pipeline.patterns_data import (
    PatternError,
    default_patterns_dir,
    line_of,
    read_yaml,
    without_lines,
)
from pipeline.records import EFFECTS, LABELS, PREDICATES, SIGNATURES

WORDS_FILE = "words.yaml"


def _known(kind: str, allowed: tuple[str, ...]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is no {kind}; known are {', '.join(allowed)}")
        return value

    return AfterValidator(check)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_Label = Annotated[str, _known("label of ours", LABELS)]
_Labels = Annotated[list[_Label], Field(min_length=1), BeforeValidator(_listed)]
_Predicate = Annotated[str, _known("predicate of ours", PREDICATES)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class LabelRule(_Strict):
    """What a mention becomes whose words fit, or, with ``else``, whose words fit no rule."""

    words: str = ""
    label: _Label | None = None
    optional: bool = False
    otherwise: Literal["", "label", "optional", "ignore"] = Field(default="", alias="else")
    as_: _Label | None = Field(default=None, alias="as")


class Pairing(_Strict):
    """What a relation becomes whose arguments have such labels. ``swap``: the corpus names the
    object first. ``undirected``: it does not say which acts, so that either order is tried."""

    predicate: _Predicate
    subject: _Labels
    object: _Labels
    swap: bool = False
    undirected: bool = False
    effect: Annotated[str, _known("effect", EFFECTS)] = "unspecified"
    negated: bool = False


class _MapFile(_Strict):
    why: str
    source: str
    licence: str
    words: dict[str, list[str]] = {}
    labels: dict[str, _Label | list[LabelRule]]
    ignore: list[str] = []
    scored_labels: list[_Label]
    relations: dict[str, list[Pairing]] = {}
    ignore_relations: list[str] = []
    scored_predicates: list[_Predicate] = []
    exhaustive: list[Pairing] = []
    partial: bool = False
    register_: str = Field(default="", alias="register")


@dataclass(frozen=True, slots=True)
class Choice:
    """A rule made ready: ``pattern`` (None: any words) and what follows; no label: dropped."""

    pattern: re.Pattern[str] | None
    label: str | None
    optional: bool = False


@lru_cache(maxsize=20_000)  # the same names over and over
def _fits(pattern: re.Pattern[str], words: str) -> bool:
    return pattern.fullmatch(words) is not None


@dataclass(frozen=True, slots=True)
class TypeMap:
    """A map made ready. ``exhaustive`` are pairs of which the corpus names all that are
    related, so that others are wrong although the document is ``partial``."""

    name: str
    labels: dict[str, tuple[Choice, ...]]
    ignore: frozenset[str]
    scored_labels: tuple[str, ...]
    relations: dict[str, tuple[Pairing, ...]]
    ignore_relations: frozenset[str]
    scored_predicates: tuple[str, ...]
    exhaustive: tuple[Pairing, ...] = ()
    partial: bool = False
    register: str = ""

    def choose(self, type_: str, words: str) -> Choice | None:
        """What a mention of a type becomes; None when no rule fits or the type is ignored.
        Raises KeyError for a type that the map does not know."""
        if type_ in self.ignore:
            return None
        plain = " ".join(words.split())
        for choice in self.labels[type_]:
            if choice.pattern is None or _fits(choice.pattern, plain):
                return choice
        return None


def maps_dir() -> Path:
    return default_patterns_dir() / "maps"


def map_names() -> list[str]:
    """The names of the shipped maps."""
    return sorted(path.stem for path in maps_dir().glob("*.yaml") if path.name != WORDS_FILE)


def read_map(name_or_path: str | Path) -> TypeMap:
    """A shipped map by its name, or any map by its path. Raises PatternError, ``file:line: what
    is wrong``, and for an unknown name all that are shipped."""
    path = Path(name_or_path)
    if path.suffix not in (".yaml", ".yml"):
        path = maps_dir() / f"{name_or_path}.yaml"
    if not path.is_file() or path.name == WORDS_FILE:
        known = ", ".join(map_names())
        raise PatternError(f"{name_or_path}: no such map; give a .yaml file or one of {known}")
    data = read_yaml(path)
    try:
        given = _MapFile.model_validate(without_lines(data))
    except ValidationError as error:
        raise PatternError(first_in_yaml(path, data, error)) from error
    shared = word_lists(maps_dir() / WORDS_FILE)
    words = shared | composed(given.words, shared, path, data.get("words", {}))
    made = TypeMap(
        path.stem,
        {
            type_: _choices(rules, words, f"{path}:{line_of(data['labels'], type_)}: {type_}")
            for type_, rules in given.labels.items()
        },
        frozenset(given.ignore),
        tuple(given.scored_labels),
        {type_: tuple(pairings) for type_, pairings in given.relations.items()},
        frozenset(given.ignore_relations),
        tuple(given.scored_predicates),
        tuple(given.exhaustive),
        given.partial,
        given.register_,
    )
    _check(made, path, data)
    return made


def _choices(rules: str | list[LabelRule], words: dict[str, str], where: str) -> tuple[Choice, ...]:
    if isinstance(rules, str):
        return (Choice(None, rules),)
    made = []
    for at, rule in enumerate(rules, 1):
        if bool(rule.words) == bool(rule.otherwise):
            raise PatternError(f"{where}: rule {at} needs either 'words' or 'else'")
        if rule.otherwise:
            if at != len(rules):
                raise PatternError(f"{where}: rule {at} is 'else', which must come last")
            if (rule.as_ is None) != (rule.otherwise == "ignore") or rule.label or rule.optional:
                raise PatternError(f"{where}: 'else' needs 'as' with a label, or is 'ignore'")
            made.append(Choice(None, rule.as_, rule.otherwise == "optional"))
            continue
        if not rule.label or rule.as_:
            raise PatternError(f"{where}: rule {at} with 'words' needs 'label'")
        name = rule.words.removeprefix("$")
        if rule.words.startswith("$") and name not in words:
            raise PatternError(f"{where}: no list of words is named {name!r}")
        expression = words[name] if rule.words.startswith("$") else rule.words
        made.append(Choice(compiled(expression, where), rule.label, rule.optional))
    return tuple(made)


def _check(made: TypeMap, path: Path, data: dict[str, Any]) -> None:
    """What no single entry shows. Raises PatternError."""
    both = {"labels": made.labels.keys() & made.ignore}
    both["relations"] = made.relations.keys() & made.ignore_relations
    for kind, types in both.items():
        for type_ in sorted(types):
            line = line_of(data[kind], type_)
            raise PatternError(f"{path}:{line}: {type_} is mapped and ignored; keep one")
    for type_, pairings in [*made.relations.items(), ("exhaustive", made.exhaustive)]:
        section = data if type_ == "exhaustive" else data["relations"]
        for pairing in pairings:
            subjects, objects = SIGNATURES[pairing.predicate]
            if not (subjects >= set(pairing.subject) and objects >= set(pairing.object)):
                expected = f"{' or '.join(sorted(subjects))} to {' or '.join(sorted(objects))}"
                line = line_of(section, type_)
                raise PatternError(f"{path}:{line}: {pairing.predicate} goes from {expected}")
    if made.exhaustive and not made.partial:
        line = line_of(data, "exhaustive")
        raise PatternError(f"{path}:{line}: exhaustive has a meaning only with partial: true")
