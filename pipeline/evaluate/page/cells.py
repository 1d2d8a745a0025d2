"""Tables as the page shows them: cells with what they say, sort by and lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from pipeline.evaluate.intervals import Row
from pipeline.evaluate.scores import ALL

UNDEFINED = "–"  # 0/0, never to be read as zero


@dataclass(frozen=True, slots=True)
class Cell:
    """``value`` is what the column sorts by, None for text and for what is undefined;
    ``detail`` stands smaller beside the text; ``errors`` is the fragment of the errors meant."""

    text: str
    value: float | None = None
    detail: str = ""
    errors: str = ""
    tone: str = ""  # better or worse


@dataclass(frozen=True, slots=True)
class Column:
    head: str
    means: str = ""
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """``foot`` holds rows over several of the body, which are not sorted."""

    id: str
    title: str
    columns: Sequence[Column]
    body: list[list[Cell]]
    foot: list[list[Cell]] = field(default_factory=list)
    notes: Sequence[str] = ()


def count(value: object, errors: Mapping[str, str] | None = None) -> Cell:
    """A number of things, which leads to those errors where there are any."""
    n = int(str(value))
    return Cell(str(n), n, errors=urlencode(errors) if errors and n else "")


def figure(value: object) -> Cell:
    """A score with three places. A key that a row does not have is an empty cell."""
    return Cell(shown(value), value if isinstance(value, float) else None)


def shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else UNDEFINED


def interval(low: object, high: object) -> str:
    """The bounds with two places, nothing where there are none."""
    if isinstance(low, float) and isinstance(high, float):
        return f"{low:.2f}–{high:.2f}"
    return ""


def with_interval(row: Row, key: str) -> Cell:
    """A score and, beside, its 95 % interval."""
    value = row[key]
    detail = interval(row[f"{key}_low"], row[f"{key}_high"])
    return Cell(shown(value), value if isinstance(value, float) else None, detail)


def chance(value: object) -> Cell:
    """A p value; what three places would round to nothing is said to be below them."""
    if isinstance(value, float) and value < 0.001:
        return Cell("<0.001", value)
    return figure(value)


def signed(value: object) -> Cell:
    """A difference, always with its sign, which is a true minus."""
    if not isinstance(value, float):
        return Cell(UNDEFINED)
    return Cell(sign(value, 3), value)


def sign(value: float, places: int) -> str:
    return f"{value:+.{places}f}".replace("-", "−")


def which(part: str, kind: str, name: object = ALL, **more: str) -> dict[str, str]:
    """The filters that leave the errors of one kind, of one label or predicate or of all."""
    named = {} if name == ALL else {"name": str(name)}
    return {"part": part, "kind": kind, **named, **more}


def pick(rows: Sequence[Row], **wanted: object) -> list[Row]:
    """The rows that have these values, in order."""
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]
