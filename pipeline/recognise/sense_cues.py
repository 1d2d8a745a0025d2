"""The words that tell the senses of a form apart (``patterns/cues/senses.yaml``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.patterns_data import PatternError, read_yaml, without_lines
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
    by_form: dict[tuple[str, str, str], Sense] = {}
    for raw in data.get("senses", []):
        where = f"{path}:{raw.get('__line__', 1)}"
        try:
            item = without_lines(raw)
            for name in ("near", "other", "before", "after"):
                item[name] = frozenset(_folded(item.get(name, [])))
            sense = Sense.model_validate(item)
        except (ValidationError, TypeError, AttributeError) as error:
            raise PatternError(f"{where}: {error}") from error
        if sense.label not in LABELS:
            raise PatternError(f"{where}: unknown label {sense.label!r}")
        for form in sense.form:
            key = (sense.label, _bare(form), sense.name)
            if key in by_form:
                raise PatternError(f"{where}: {form!r} stands twice for {sense.label}")
            by_form[key] = sense
    authors = frozenset(_folded(data.get("authors", [])))
    return Senses(by_form, int(data.get("window", 12)), authors)


def _folded(words: Iterable[str]) -> Iterator[str]:
    """As they stand in a folded text: *MIP-2* is three tokens, joined by blanks."""
    for word in words:
        yield word if word.startswith("<") else " ".join(fold(w) for w in fine_words(word))
