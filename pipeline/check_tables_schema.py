"""``patterns/schema.yaml``: which identifiers and sources the hand-written tables may name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pipeline.patterns_data import PatternError, read_yaml, without_lines

_CURIE = re.compile(r"([A-Za-z][\w.]*):(\S+)")
_Text = Annotated[str, Field(min_length=1)]


class Prefix(BaseModel):
    """What stands before the colon of an identifier."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    pattern: _Text
    title: _Text
    home: _Text

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from error
        return value


class Source(BaseModel):
    """One value of the ``source`` columns."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: _Text
    version: _Text
    licence: _Text


class Schema(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    prefixes: dict[str, Prefix]
    sources: dict[str, Source]

    def wrong_id(self, concept_id: str, *, imported: bool = False) -> str:
        """What is wrong with an identifier, or nothing. In imported tables any prefix will do."""
        match = _CURIE.fullmatch(concept_id)
        if match is None:
            return f"{concept_id!r} is no identifier such as HGNC:6018; correct it or leave it out"
        prefix = self.prefixes.get(match[1])
        if prefix is None:
            told = f"the prefix of {concept_id!r} is unknown; correct it or add it to schema.yaml"
            return "" if imported else told
        if re.fullmatch(prefix.pattern, match[2]) is None:
            return f"{concept_id!r} does not fit {prefix.pattern!r}, as {match[1]} has it"
        return ""


def read_schema(folder: Path) -> Schema | None:
    """``folder/schema.yaml``, None where there is none.

    Raises PatternError with ``file:line``.
    """
    path = folder / "schema.yaml"
    if not path.is_file():
        return None
    data = read_yaml(path)
    try:
        return Schema.model_validate(without_lines(data))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise PatternError(
            f"{path}:{_line(data, first['loc'])}: {place}: {first['msg']}"
        ) from error


def _line(data: object, place: tuple[int | str, ...]) -> int:
    """The line of the innermost mapping on the way to a wrong value."""
    line = 1
    for key in place:
        if not isinstance(data, dict):
            break
        line = data.get("__line__", line)
        data = data.get(key)
    return data.get("__line__", line) if isinstance(data, dict) else line
