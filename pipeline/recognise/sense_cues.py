"""The words that tell the senses of a form apart (``patterns/cues/senses.yaml``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.patterns_data import PatternError, line_of, read_yaml, without_lines
from pipeline.recognise.fine import DASHES, fine_words, fold
from pipeline.records import LABELS


class Sense(BaseModel):
    """One item of ``patterns/cues/senses.yaml``; all words are folded when they are read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: tuple[str, ...]
    label: str
    name: str = ""
    near: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Senses:
    """Senses by label, bare form and concept (empty: any), and how far their words count, in
    fine tokens."""

    by_form: dict[tuple[str, str, str], Sense]
    window: int
    authors: frozenset[str] = frozenset()

    def get(self, label: str, form: str, name: str) -> Sense | None:
        """The sense of a form; one for this concept alone goes before one for all."""
        bare = _bare(form)
        for key in (bare, bare.removesuffix("s")):
            for concept in (name, ""):
                sense = self.by_form.get((label, key, concept))
                if sense is not None:
                    return sense
        return None


def _bare(form: str) -> str:
    """*IP-10*, *IP 10* and *IP10* are one form."""
    return "".join(c for c in form if c not in DASHES and not c.isspace())


def read_senses(folder: Path) -> Senses:
    """Raises PatternError with ``file:line`` for an item that does not fit."""
    path = folder / "cues" / "senses.yaml"
    data = read_yaml(path)
    items = data.get("senses", [])
    if not isinstance(items, list):
        raise PatternError(f"{path}:{line_of(data, 'senses')}: senses must be a list of items")
    window = data.get("window", 12)
    if not isinstance(window, int) or isinstance(window, bool) or window < 1:
        where = f"{path}:{line_of(data, 'window')}"
        raise PatternError(f"{where}: window must be a whole number above 0; write one, such as 12")
    by_form: dict[tuple[str, str, str], Sense] = {}
    for number, raw in enumerate(items, 1):
        if not isinstance(raw, dict):
            where = f"{path}:{line_of(data, 'senses')}"
            raise PatternError(
                f"{where}: item {number} of senses must be a mapping; write {{form: [...], ...}}"
            )
        where = f"{path}:{line_of(raw, '')}"
        sense = _sense(raw, path)
        for form in sense.form:
            key = (sense.label, _bare(form), sense.name)
            if key in by_form:
                raise PatternError(f"{where}: {form!r} stands twice for {sense.label}")
            by_form[key] = sense
    return Senses(by_form, window, frozenset(_folded(_words(data, "authors", path))))


def _sense(raw: dict[str, Any], path: Path) -> Sense:
    where = f"{path}:{line_of(raw, '')}"
    item = without_lines(raw)
    if "form" in raw:
        item["form"] = tuple(_words(raw, "form", path))
    for name in ("near", "other", "before", "after"):
        item[name] = frozenset(_folded(_words(raw, name, path)))
    try:
        sense = Sense.model_validate(item)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise PatternError(f"{where}: {place}: {first['msg']}") from error
    if sense.label not in LABELS:
        raise PatternError(f"{where}: unknown label {sense.label!r}")
    return sense


def _words(mapping: dict[str, Any], name: str, path: Path) -> list[str]:
    """The words under a key, none where it is missing."""
    words = mapping.get(name, [])
    where = f"{path}:{line_of(mapping, name)}"
    if not isinstance(words, list):
        raise PatternError(f"{where}: {name} must be a list of words; write [word, word]")
    for word in words:
        if not isinstance(word, str):
            raise PatternError(
                f"{where}: {name} must be a list of words; quote {word!r}, YAML does not read "
                "it as text"
            )
    return words


def _folded(words: Iterable[str]) -> Iterator[str]:
    """As they stand in a folded text: *MIP-2* is three tokens, joined by blanks."""
    for word in words:
        yield word if word.startswith("<") else " ".join(fold(w) for w in fine_words(word))
