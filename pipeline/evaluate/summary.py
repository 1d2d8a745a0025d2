"""The evaluation as plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.evaluate import scores
from pipeline.evaluate.bands import Band, calibration_error, whole
from pipeline.evaluate.intervals import Row, ratio, wilson
from pipeline.evaluate.report import Evaluation
from pipeline.evaluate.rule_yield import gave_nothing

FEW = 20  # documents below which a bootstrap over documents says little
WORST_RULES = 10  # rows of the table of rules with false hits


def format_summary(evaluation: Evaluation) -> str:
    """The main figures as plain text; "-" stands for a score that is undefined."""
    parts = [
        f"Gold documents: {evaluation.n_gold}, with predictions: {evaluation.n_annotated}, "
        f"predicted without gold (left out): {evaluation.n_ignored}",
        _mention_table(evaluation.mentions),
        _relation_table(evaluation.relations),
        _attribute_table(evaluation.attributes),
        *_register_table(evaluation.registers),
        _rule_table(evaluation.rules),
        _band_table(evaluation.bands),
    ]
    return "\n\n".join(parts)


def format_rows(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Rows as an aligned table, the first two columns as its names."""
    body = [
        [f"{row[columns[0]]} {row[columns[1]]}", *(row[c] for c in columns[2:])] for row in rows
    ]
    return _align([f"{columns[0]} {columns[1]}", *columns[2:]], body)


def _number(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _interval(row: Row, name: str) -> str:
    return _bounds(row[f"{name}_low"], row[f"{name}_high"])


def _bounds(low: object, high: object) -> str:
    return "-" if low is None else f"{low:.2f}-{high:.2f}"


def _align(header: Sequence[str], body: Iterable[Sequence[object]]) -> str:
    lines = [[str(cell) for cell in header]]
    lines += [[_number(cell) for cell in row] for row in body]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _name(row: Row, key: str) -> str:
    return str(row[key]) if row["subset"] == "all" else f"{row[key]} ({row['subset']})"


def _mention_table(rows: Sequence[Row]) -> str:
    strict = [row for row in rows if row["matching"] == "strict"]
    relaxed = [row for row in rows if row["matching"] == "relaxed"]
    header = ["Mentions", "tp", "fp", "fn", "P", "95 %", "R", "95 %", "F1"]
    header += ["strict P", "strict R", "strict F1"]
    body = [
        [
            _name(row, "label"),
            *(row[key] for key in ("tp", "fp", "fn", "precision")),
            _interval(row, "precision"),
            row["recall"],
            _interval(row, "recall"),
            row["f1"],
            *(exact[key] for key in ("precision", "recall", "f1")),
        ]
        for row, exact in zip(relaxed, strict, strict=True)
    ]
    return _align(header, body)


def _relation_table(rows: Sequence[Row]) -> str:
    strict = [row for row in rows if row["matching"] == "strict"]
    relaxed = [row for row in rows if row["matching"] == "relaxed"]
    header = ["Relations", "tp", "fp", "fn", "P", "95 %", "R", "95 %", "F1", "strict F1"]
    # The baseline: all pairs of a sentence, of predicted mentions, then of gold mentions.
    header += ["all pairs P", "R", "F1", "gold pairs F1"]
    body = [
        [
            _name(row, "predicate"),
            *(row[key] for key in ("tp", "fp", "fn", "precision")),
            _interval(row, "precision"),
            row["recall"],
            _interval(row, "recall"),
            row["f1"],
            exact["f1"],
            *(row[f"pairs_of_predicted_{key}"] for key in ("precision", "recall", "f1")),
            row["pairs_of_gold_f1"],
        ]
        for row, exact in zip(relaxed, strict, strict=True)
    ]
    return _align(header, body)


def _attribute_table(rows: Sequence[Row]) -> str:
    body: list[list[object]] = []
    for row in rows:
        if row["value"] == scores.ALL:
            name = f"{row['attribute']} ({row['over']})"
            body.append(
                [name, row["n_correct"], row["n_gold"], row["accuracy"], _interval(row, "accuracy")]
            )
        elif row["value"] == "true":  # accuracy alone hides that a rare value is never found
            body.append([f"  {row['attribute']} = true: P", *_share(row, "n_predicted")])
            body.append([f"  {row['attribute']} = true: R", *_share(row, "n_gold")])
    return _align(["Found relations and mentions", "right", "of", "share", "95 %"], body)


def _share(row: Row, total: str) -> list[object]:
    correct, n = int(str(row["n_correct"])), int(str(row[total]))
    return [correct, n, ratio(correct, n), _bounds(*wilson(correct, n))]


def _register_table(rows: Sequence[Row]) -> list[str]:
    """One row a register over all labels and predicates; no table where there is only one."""
    both = {(row["register"], row["part"]): row for row in rows if row["name"] == scores.ALL}
    registers = list(dict.fromkeys(row["register"] for row in rows))
    if len(registers) < 2:
        return []
    header = ["Registers", "documents", "mentions F1", "relations tp", "fp", "fn"]
    header += ["P", "95 %", "R", "95 %", "F1"]
    body: list[list[object]] = []
    for register in registers:
        mentions, relations = both[register, "mention"], both[register, "relation"]
        body.append(
            [
                register,
                mentions["n_documents"],
                mentions["f1"],
                *(relations[key] for key in ("tp", "fp", "fn", "precision")),
                _interval(relations, "precision"),
                relations["recall"],
                _interval(relations, "recall"),
                relations["f1"],
            ]
        )
    return [_align(header, body)]


def format_comparison(rows: Sequence[Row], n_documents: int = FEW) -> str:
    """What changed against an earlier evaluation; a star marks an interval without zero."""
    few = ""
    if n_documents < FEW:
        few = f"\n{n_documents} documents are few: read neither intervals nor p as more than a hint"
    body: list[list[object]] = []
    for row in rows:
        low, high = row["low"], row["high"]
        sure = isinstance(low, float) and isinstance(high, float) and (low > 0 or high < 0)
        body.append(
            [
                f"{row['part']} {row['name']} {row['metric']}",
                row["before"],
                row["after"],
                row["difference"],
                "-" if low is None else f"{low:+.3f} to {high:+.3f}",
                row["p"],
                "*" if sure else "",
            ]
        )
    header = ["Against the earlier run", "before", "after", "difference", "95 %", "p", ""]
    return _align(header, body) + few


def _rule_table(rows: Sequence[Row]) -> str:
    """The rules with most false hits, and how many gave nothing."""
    counted = [(int(str(row["fp"])), row) for row in rows if row["fp"]]
    worst = [row for _, row in sorted(counted, key=lambda item: (-item[0], str(item[1]["rule"])))]
    header = ["Rules with most false hits", "tp", "fp", "P", "95 %", "share of found"]
    body = [
        [
            *(row[key] for key in ("rule", "tp", "fp", "precision")),
            _interval(row, "precision"),
            row["share_of_found"],
        ]
        for row in worst[:WORST_RULES]
    ]
    silent = sum(gave_nothing(row) for row in rows)
    return f"{_align(header, body)}\nRules that gave no relation: {silent}"


def _band_table(bands: Sequence[Band]) -> str:
    body = [
        [name, band.n, band.right, band.precision, _bounds(*band.interval), band.mean_score]
        for name, band in [*((band.name, band) for band in bands), (scores.ALL, whole(bands))]
    ]
    table = _align(["Relations by score", "n", "right", "P", "95 %", "mean score"], body)
    return f"{table}\nExpected calibration error: {_number(calibration_error(bands))}"
