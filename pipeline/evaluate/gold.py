"""The gold format: JSON Lines, one annotated document a line, checked as it is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.records import EFFECTS, FUNCTIONS, LABELS, PREDICATES, SIGNATURES, SPECIFICITIES


class GoldError(ValueError):
    """Gold that cannot be used. ``problems`` holds one ``file:line: what is wrong`` each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _one_of(values: Iterable[str]) -> AfterValidator:
    allowed = tuple(values)

    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is unknown; known are {', '.join(filter(None, allowed))}")
        return value

    return AfterValidator(check)


class _Strict(BaseModel):
    """Refuses unknown keys and wrong types. A key that starts with "_" is a private
    note of the annotator and skipped; null means that the key is not given."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_notes(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {k: v for k, v in data.items() if not k.startswith("_") and v is not None}


class GoldMention(_Strict):
    """Words of the document, ``start`` to ``end`` in characters, that name one concept."""

    id: str = Field(min_length=1)
    start: int
    end: int
    label: Annotated[str, _one_of(LABELS)]
    specificity: Annotated[str, _one_of(("", *SPECIFICITIES))] = ""
    norm: str = ""
    alias_of: str = ""
    optional: bool = False


class GoldRelation(_Strict):
    """A stated relation; ``subject`` and ``object`` are ids of mentions of the document."""

    predicate: Annotated[str, _one_of(PREDICATES)]
    subject: str
    object: str
    effect: Annotated[str, _one_of(EFFECTS)] = "unspecified"
    function: Annotated[str, _one_of(("", *FUNCTIONS))] = ""
    negated: bool = False
    hedged: bool = False
    optional: bool = False


class GoldDocument(_Strict):
    """One text with everything that a reader should find in it."""

    id: str = Field(min_length=1)
    text: str
    mentions: tuple[GoldMention, ...] = Field(default=(), strict=False)
    relations: tuple[GoldRelation, ...] = Field(default=(), strict=False)

    def mention(self, mention_id: str) -> GoldMention:
        """The mention with that id; StopIteration when there is none."""
        return next(m for m in self.mentions if m.id == mention_id)

    def span_text(self, mention: GoldMention) -> str:
        return self.text[mention.start : mention.end]

    def alias_root(self, mention_id: str) -> str:
        """The id of the long form at the end of the ``alias_of`` chain, or the id itself."""
        parents = {m.id: m.alias_of for m in self.mentions}
        while parents[mention_id]:
            mention_id = parents[mention_id]
        return mention_id

    def is_optional(self, relation: GoldRelation) -> bool:
        """True when the relation counts neither way: itself or an argument is optional."""
        arguments = (self.mention(relation.subject), self.mention(relation.object))
        return relation.optional or any(argument.optional for argument in arguments)


def _mention_problems(document: GoldDocument) -> Iterator[str]:
    ids: set[str] = set()
    parents = {m.id: m.alias_of for m in document.mentions}
    for mention in document.mentions:
        name = f"mention {mention.id}"
        if mention.id in ids:
            yield f"{name}: this id stands twice in document {document.id}"
        ids.add(mention.id)
        if not 0 <= mention.start < mention.end <= len(document.text):
            yield (
                f"{name}: {mention.start}-{mention.end} is no stretch of a text of "
                f"{len(document.text)} characters"
            )
            continue
        words = document.span_text(mention)
        if not words.strip():
            yield f"{name}: {mention.start}-{mention.end} is blank"
        elif words != words.strip():
            yield f"{name}: {words!r} has blanks at its edge"
        if mention.alias_of and mention.alias_of not in parents:
            yield f"{name}: alias_of {mention.alias_of!r} is no mention of the document"
        elif _in_cycle(mention.id, parents):
            yield f"{name}: alias_of leads in a circle"


def _in_cycle(mention_id: str, parents: dict[str, str]) -> bool:
    seen = {mention_id}
    while mention_id := parents.get(mention_id, ""):
        if mention_id in seen:
            return True
        seen.add(mention_id)
    return False


def _relation_problems(document: GoldDocument) -> Iterator[str]:
    labels = {m.id: m.label for m in document.mentions}
    for number, relation in enumerate(document.relations, 1):
        name = f"relation {number} ({relation.predicate})"
        subjects, objects = SIGNATURES[relation.predicate]
        for role, argument, allowed in (
            ("subject", relation.subject, subjects),
            ("object", relation.object, objects),
        ):
            if argument not in labels:
                yield f"{name}: {role} {argument!r} is no mention of the document"
            elif labels[argument] not in allowed:
                expected = " or ".join(sorted(allowed))
                yield f"{name}: {role} {argument} is a {labels[argument]}, should be {expected}"


def _field_problems(error: ValidationError) -> Iterator[str]:
    """pydantic's findings, one plain sentence each: where in the line, then what."""
    for item in error.errors():
        place = ""
        for part in item["loc"]:
            place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
        if item["type"] == "extra_forbidden":
            yield f"{place}: unknown key {item['loc'][-1]!r}"
        elif item["type"] == "missing":
            yield f"{place}: missing"
        else:
            message = item["msg"].removeprefix("Value error, ")
            yield f"{place}: {message}" if place else message


def parse_gold_line(line: bytes) -> tuple[GoldDocument | None, list[str]]:
    """One line of a gold file: the document, or None and what is wrong with it."""
    try:
        document = GoldDocument.model_validate(json.loads(line.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        return None, [f"not UTF-8 (byte {error.start + 1} of the line)"]
    except json.JSONDecodeError as error:
        return None, [f"not JSON (column {error.colno}: {error.msg})"]
    except ValidationError as error:
        return None, list(_field_problems(error))
    checks: tuple[Callable[[GoldDocument], Iterator[str]], ...] = (
        _mention_problems,
        _relation_problems,
    )
    problems = [problem for check in checks for problem in check(document)]
    return (None if problems else document), problems


def _gold_files(paths: Iterable[str | Path]) -> Iterator[Path]:
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(path.glob("*.jsonl")) or [path]
        else:
            yield path


def load_gold(paths: Iterable[str | Path]) -> list[GoldDocument]:
    """Every document of the gold files (a folder stands for its ``*.jsonl``), in order.

    Raises GoldError with all problems of all files, ``file:line: what is wrong`` each.
    """
    documents: list[GoldDocument] = []
    problems: list[str] = []
    places: dict[str, str] = {}
    for path in _gold_files(paths):
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            reason = "no *.jsonl in this folder" if path.is_dir() else error.strerror
            problems.append(f"{path}: cannot be read ({reason})")
            continue
        if not any(line.strip() for line in lines):
            problems.append(f"{path}: holds no document")
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            place = f"{path}:{number}"
            document, found = parse_gold_line(line)
            problems += [f"{place}: {problem}" for problem in found]
            if document is None:
                continue
            if document.id in places:
                problems.append(f"{place}: document {document.id!r} is also {places[document.id]}")
            places.setdefault(document.id, place)
            documents.append(document)
    if problems:
        raise GoldError(problems)
    return documents
