"""The tables of the page, from the rows of an evaluation."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.evaluate.bands import band_rows
from pipeline.evaluate.intervals import Row
from pipeline.evaluate.page.cells import (
    Cell,
    Column,
    Table,
    count,
    figure,
    pick,
    which,
    with_interval,
)
from pipeline.evaluate.report import Evaluation
from pipeline.evaluate.rule_yield import LEARNED, gave_nothing
from pipeline.evaluate.scores import ALL, ATTRIBUTES

WORST_RULES = 25  # rows of the table of rules with false hits
COUNTS = [
    Column("found", "true positives: in gold and found"),
    Column("false", "false positives: found, not in gold"),
    Column("missed", "false negatives: in gold, not found"),
]
RATES = [
    Column("precision", "the share of what was found that is right, with its 95 % interval"),
    Column("recall", "the share of gold that was found, with its 95 % interval"),
    Column("F1", "harmonic mean of precision and recall"),
]


def score_tables(evaluation: Evaluation) -> list[Table]:
    """All tables but that of the score bands and of a comparison."""
    tables = [
        mention_table(evaluation.mentions),
        relation_table(evaluation.relations),
        attribute_table(evaluation.attributes),
        concept_table(evaluation.attributes),
        register_table(evaluation.registers),
        rule_table(evaluation.rules),
    ]
    return [table for table in tables if table.body]


def _counted(row: Row, part: str, name: object, **more: str) -> list[Cell]:
    """Counts, precision, recall and F1; the counts lead to the errors they count."""
    linked = row.get("subset", "all") == "all"  # errors do not say of which subset they are
    return [
        count(row["tp"]),
        count(row["fp"], which(part, "false", name, **more) if linked else None),
        count(row["fn"], which(part, "missed", name, **more) if linked else None),
        with_interval(row, "precision"),
        with_interval(row, "recall"),
        figure(row["f1"]),
    ]


def _name(row: Row, key: str) -> Cell:
    subset = "" if row["subset"] == "all" else str(row["subset"])
    return Cell("all" if row[key] == ALL else str(row[key]), detail=subset)


def _parted(rows: Sequence[Row], key: str, cells: list[list[Cell]]) -> list[list[list[Cell]]]:
    """The lines of single names, then those over several and of subsets."""
    single = [row[key] != ALL and row["subset"] == "all" for row in rows]
    pairs = list(zip(single, cells, strict=True))
    return [[line for one, line in pairs if one is wanted] for wanted in (True, False)]


def mention_table(rows: Sequence[Row]) -> Table:
    relaxed, strict = (pick(rows, matching=matching) for matching in ("relaxed", "strict"))
    lines = [
        [
            _name(row, "label"),
            *_counted(row, "mention", row["label"]),
            *(figure(exact[key]) for key in ("precision", "recall", "f1")),
        ]
        for row, exact in zip(relaxed, strict, strict=True)
    ]
    body, foot = _parted(relaxed, "label", lines)
    columns = [Column("label", numeric=False), *COUNTS, *RATES]
    exactly = "both ends exactly as in gold"
    columns += [Column(f"strict {head}", exactly) for head in ("precision", "recall", "F1")]
    note = "Relaxed: label and an overlap suffice. Strict: both ends must be those of gold."
    return Table("mentions", "Mentions by label", columns, body, foot, [note])


def relation_table(rows: Sequence[Row]) -> Table:
    relaxed, strict = (pick(rows, matching=matching) for matching in ("relaxed", "strict"))
    baseline = ("precision", "recall", "f1")
    lines = [
        [
            _name(row, "predicate"),
            *_counted(row, "relation", row["predicate"]),
            figure(exact["f1"]),
            *(figure(row[f"pairs_of_predicted_{key}"]) for key in baseline),
            figure(row["pairs_of_gold_f1"]),
        ]
        for row, exact in zip(relaxed, strict, strict=True)
    ]
    body, foot = _parted(relaxed, "predicate", lines)
    pairs = "every pair of predicted mentions in a sentence taken as a relation"
    columns = [Column("predicate", numeric=False), *COUNTS, *RATES]
    columns += [Column("strict F1", "the mentions exactly as in gold")]
    columns += [Column(f"pairs {head}", pairs) for head in ("P", "R", "F1")]
    columns += [Column("gold pairs F1", "the same with the mentions of gold")]
    note = "Pairs: the baseline, every pair of mentions in a sentence taken as a relation."
    return Table("relations", "Relations by predicate", columns, body, foot, [note])


def attribute_table(rows: Sequence[Row]) -> Table:
    """Attributes of found relations: a line for all values of each, then one for each value."""
    body = []
    for row in rows:
        name = str(row["attribute"])
        if name not in ATTRIBUTES:
            continue
        over_all, wrong = row["value"] == ALL, _int(row, "n_gold") - _int(row, "n_correct")
        errors = which("relation", "attribute", q=f"{name} in gold")
        body.append(
            [
                Cell(name),
                Cell("any value" if over_all else str(row["value"])),
                *(count(row[key]) for key in ("n_gold", "n_predicted", "n_correct")),
                count(wrong, errors) if over_all else Cell(""),
                with_interval(row, "accuracy") if over_all else Cell(""),
                *(Cell("") if over_all else figure(row[k]) for k in ("precision", "recall", "f1")),
            ]
        )
    heads = ("in gold", "predicted", "right", "wrong", "accuracy", "precision", "recall", "F1")
    columns = [Column("attribute", numeric=False), Column("value", numeric=False)]
    columns += [Column(head) for head in heads]
    return Table("attributes", "Attributes of found relations", columns, body)


def concept_table(rows: Sequence[Row]) -> Table:
    """Whether found mentions were given the right concept and specificity, by label."""
    names = {"concept_name": "concept", "specificity": "specificity"}
    body: list[list[Cell]] = []
    foot: list[list[Cell]] = []
    for row in rows:
        if row["attribute"] not in names:
            continue
        wrong = _int(row, "n_gold") - _int(row, "n_correct")
        grounded = row["attribute"] == "concept_name"  # wrong specificity is not among the errors
        (foot if row["over"] == ALL else body).append(
            [
                Cell("all" if row["over"] == ALL else str(row["over"])),
                Cell(names[str(row["attribute"])]),
                count(row["n_gold"]),
                count(row["n_correct"]),
                count(wrong, which("mention", "name", row["over"]) if grounded else None),
                with_interval(row, "accuracy"),
            ]
        )
    columns = [Column("label", numeric=False), Column("what", numeric=False)]
    columns += [Column(head) for head in ("judged", "right", "wrong", "share right")]
    return Table("concepts", "Concepts of found mentions", columns, body, foot)


def register_table(rows: Sequence[Row]) -> Table:
    """One line a kind of text, over all labels and predicates."""
    body = []
    for row in pick(rows, part="relation", name=ALL):
        (mentions,) = pick(rows, register=row["register"], part="mention", name=ALL)
        register = str(row["register"])
        body.append(
            [
                Cell(register),
                count(row["n_documents"]),
                figure(mentions["f1"]),
                *_counted(row, "relation", ALL, register=register),
            ]
        )
    columns = [Column("register", numeric=False), Column("documents")]
    columns += [Column("mentions F1"), *COUNTS, *RATES]
    note = "Counts, precision, recall and the last F1 are those of relations, relaxed."
    return Table("registers", "Registers (kinds of text)", columns, body, notes=[note])


def rule_table(rows: Sequence[Row]) -> Table:
    """The rules with most false hits, and how many gave nothing."""
    false = sorted(
        (row for row in rows if row["fp"]), key=lambda row: (-_int(row, "fp"), str(row["rule"]))
    )
    body = []
    for row in false[:WORST_RULES]:
        rule, predicates = str(row["rule"]), str(row["predicates"])
        learned = rule == f"{LEARNED} ({predicates})"  # one layer, told apart by predicate
        at = {"rule": LEARNED, "name": predicates} if learned else {"rule": rule}
        body.append(
            [
                Cell(rule),
                Cell(predicates.replace("|", ", ")),
                count(row["fp"], {"part": "relation", "kind": "false", **at}),
                *(count(row[key]) for key in ("tp", "neutral")),
                with_interval(row, "precision"),
                figure(row["share_of_found"]),
            ]
        )
    columns = [Column("rule", numeric=False), Column("predicates", numeric=False)]
    neither = "optional in gold, or of optional mentions"
    columns += [Column("false"), Column("found"), Column("neither", neither)]
    columns += [RATES[0], Column("share of found", "its part of all found relations")]
    silent = sum(gave_nothing(row) for row in rows)
    notes = [f"Rules that gave no relation: {silent}. All rules are in scores_rules.csv."]
    if len(false) > len(body):
        notes.insert(0, f"{len(body)} of {len(false)} rules with false hits.")
    return Table("rules", "Rules with most false hits", columns, body, notes=notes)


def band_table(evaluation: Evaluation) -> Table:
    lines = [
        [
            Cell("all" if row["band"] == ALL else str(row["band"]).replace("-", "–")),
            *(count(row[key]) for key in ("n", "right")),
            with_interval(row, "precision"),
            *(figure(row[key]) for key in ("mean_score", "calibration_error")),
        ]
        for row in band_rows(evaluation.bands)
    ]
    columns = [Column("score", numeric=False), Column("relations"), Column("right"), RATES[0]]
    columns += [Column("mean score"), Column("calibration error", "mean score against precision")]
    return Table("bands", "Relations by their score", columns, lines[:-1], lines[-1:])


def _int(row: Row, key: str) -> int:
    return int(str(row[key]))
