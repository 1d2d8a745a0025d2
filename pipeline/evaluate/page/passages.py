"""Errors as the page's script reads them: facts, and the sentence cut where marks change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.evaluate.intervals import Row
from pipeline.evaluate.registers import UNNAMED
from pipeline.segments import Passage, Span, segments


def error_items(rows: Sequence[Row]) -> list[dict[str, object]]:
    """One item a row of ``errors.csv``, in the same order; what is empty is left out.

    ``at`` are the values that filters compare, ``facts`` pairs of a term and what it says.
    """
    return [
        {
            "at": {key: value for key, value in _values(row).items() if value},
            "facts": [[term, said] for term, said in _facts(row) if said],
            "passage": segments(passage(row)),
        }
        for row in rows
    ]


def _values(row: Row) -> dict[str, str]:
    rule = _text(row, "rule")
    if not rule and row["part"] == "relation" and row["kind"] != "missed":
        rule = UNNAMED
    return {
        **{key: _text(row, key) for key in ("part", "kind", "name")},
        "register": _text(row, "register") or UNNAMED,
        "rule": rule,
        "document": _text(row, "doc_id"),
    }


def _text(row: Row, key: str) -> str:
    value = row.get(key, "")
    return "" if value is None else str(value)


def _facts(row: Row) -> Iterator[tuple[str, str]]:
    if row["part"] == "relation":
        flags = [flag for flag in ("negated", "hedged") if _text(row, flag) == "true"]
        said = f"{_text(row, 'subject_text')} → {_text(row, 'object_text')}"
        yield "states", ", ".join(filter(None, [said, _text(row, "effect"), *flags]))
        yield "function", _text(row, "function")
        yield "trigger", _text(row, "trigger")
    else:
        yield "gold", _named(_text(row, "gold_text"), _text(row, "gold_name"))
        yield "predicted", _named(_text(row, "text"), _text(row, "concept_name"))
        yield "layer", _text(row, "layer")
    yield "score", _score(row.get("score"))
    yield "note", _text(row, "note")
    relation = row["part"] == "relation" and row["kind"] == "missed"
    side = "predicted nearby" if relation or _text(row, "gold_text") else "gold nearby"
    yield side, _text(row, "nearest")


def _named(words: str, name: str) -> str:
    return f"{words} = {name}" if words and name else words


def _score(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value or "")


# --- the sentence and its marks -----------------------------------------------------


def passage(row: Row) -> Passage:
    """The sentence of an error with what is marked in it, by the row's offsets."""
    return Passage(max(_at(row, "sentence_start"), 0), _text(row, "sentence"), _spans(row))


def _at(row: Row, key: str) -> int:
    value = row.get(key)
    return value if isinstance(value, int) else -1


def _spans(row: Row) -> list[Span]:
    places = [("subject_", "subject"), ("object_", "object"), ("trigger_", "trigger")]
    places += [("gold_", "gold"), ("", "predicted")]
    spans = [(_at(row, f"{key}start"), _at(row, f"{key}end"), role) for key, role in places]
    return [span for span in spans if 0 <= span[0] < span[1]]
