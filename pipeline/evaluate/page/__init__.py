"""The page of an evaluation: one HTML file with figures, tables, curves and every error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.evaluate.intervals import Row
from pipeline.evaluate.page.cells import interval, pick, shown
from pipeline.evaluate.page.charts import lowest, range_chart, recall_chart, score_chart
from pipeline.evaluate.page.findings import comparison_table, error_table
from pipeline.evaluate.page.passages import error_items
from pipeline.evaluate.page.tables import band_table, score_tables
from pipeline.evaluate.reliability import STYLE, reliability_svg
from pipeline.evaluate.report import Evaluation
from pipeline.evaluate.scores import ALL
from pipeline.standalone import page_template, policy_hash, script_data

HERE = Path(__file__).parent


def evaluation_page(
    evaluation: Evaluation, about: Mapping[str, object], comparison: Sequence[Row] = ()
) -> str:
    """One self-contained HTML file; the same evaluation gives the same text.

    ``about`` says how the figures came about (gold files, options, versions), ``comparison``
    holds the rows of :func:`pipeline.evaluate.compare.compare`. What texts hold is escaped.
    """
    from markupsafe import Markup

    style, script = _file("page.css"), _file("page.js")
    return page_template(HERE).render(
        style=Markup(style),
        script=Markup(script),
        style_hash=policy_hash(style),
        script_hash=policy_hash(script),
        data=Markup(_data(evaluation)),
        evaluation=evaluation,
        about=_about(about),
        headline=[(card, Markup(card.drawn)) for card in _cards(evaluation)],
        comparison=comparison_table(comparison) if comparison else None,
        tables=score_tables(evaluation),
        bands=band_table(evaluation),
        curves=[(name, *map(Markup, charts)) for name, *charts in _curves(evaluation)],
        reliability=Markup(_reliability(evaluation)),
        errors=error_table(evaluation.errors),
    )


def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _data(evaluation: Evaluation) -> str:
    curve: dict[str, list[list[object]]] = {}
    for row in evaluation.curve:
        # Scores as they are: a rounded one could stand on the other side of where one reads.
        figures = (row[key] for key in ("precision", "recall", "f1"))
        shares = [round(one, 4) if isinstance(one, float) else one for one in figures]
        point = [row["from_score"], row["n"], *shares]
        curve.setdefault(str(row["predicate"]), []).append(point)
    data = {"curve": curve, "errors": error_items(evaluation.errors)}
    return script_data(data)


# --- how the figures came about -----------------------------------------------------


def _about(about: Mapping[str, object]) -> list[tuple[str, str]]:
    """Names and values, options among them; what was not given is left out."""
    options = about.get("options")
    flat = dict(options) if isinstance(options, Mapping) else {}
    flat |= {key: value for key, value in about.items() if key != "options"}
    said = ((str(key).replace("_", " "), _said(value)) for key, value in flat.items())
    return [(key, value) for key, value in said if value]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        if set(value) == {"name", "version"}:
            return " ".join(filter(None, map(_said, (value["name"], value["version"]))))
        return ", ".join(f"{key} {_said(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_said, value))
    return "" if value is None else str(value)


# --- figures and pictures -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Card:
    """One of the main figures."""

    name: str
    value: str
    interval: str
    beside: str
    drawn: str  # SVG


def _cards(evaluation: Evaluation) -> list[Card]:
    (mentions,) = pick(evaluation.mentions, matching="relaxed", label=ALL, subset="all")
    (exact,) = pick(evaluation.mentions, matching="strict", label=ALL, subset="all")
    relations = _relations(evaluation, ALL)
    cards = [
        Card(
            "Mentions F1",
            shown(mentions["f1"]),
            "",
            f"strict {shown(exact['f1'])}",
            range_chart(mentions, "f1", None),
        )
    ]
    for key, name in (("precision", "precision"), ("recall", "recall"), ("f1", "F1")):
        bounds = interval(relations.get(f"{key}_low"), relations.get(f"{key}_high"))
        base = relations[f"pairs_of_predicted_{key}"]
        cards.append(
            Card(
                f"Relations {name}",
                shown(relations[key]),
                bounds,
                f"all pairs {shown(base)}",
                range_chart(relations, key, base),
            )
        )
    return cards


def _relations(evaluation: Evaluation, name: str) -> Row:
    wanted = {"matching": "relaxed", "predicate": name, "subset": "all"}
    (row,) = pick(evaluation.relations, **wanted)
    return row


def _curves(evaluation: Evaluation) -> list[tuple[str, str, str]]:
    """Name and both charts, of all and then of each predicate that has a relation."""
    low = lowest(evaluation.curve)
    names = list(dict.fromkeys(str(row["predicate"]) for row in evaluation.curve))
    found = []
    for name in sorted(names, key=lambda name: name != ALL):
        rows, row = pick(evaluation.curve, predicate=name), _relations(evaluation, name)
        baseline = row["pairs_of_predicted_precision"], row["pairs_of_predicted_recall"]
        shown_as = "all predicates" if name == ALL else name
        found.append(
            (name, score_chart(rows, low, shown_as), recall_chart(rows, baseline, shown_as))
        )
    return found


def _reliability(evaluation: Evaluation) -> str:
    """The picture without its own style, which would reach all of the page; the page's style
    sheet has the same classes."""
    return reliability_svg(evaluation.bands).replace(f"<style>{STYLE}</style>", "")
