"""Tables of what changed since an earlier run, and of how many errors there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.evaluate.intervals import Row
from pipeline.evaluate.page.cells import (
    UNDEFINED,
    Cell,
    Column,
    Table,
    chance,
    count,
    figure,
    sign,
    signed,
    which,
)
from pipeline.evaluate.scores import ALL


def comparison_table(rows: Sequence[Row]) -> Table:
    """What changed against an earlier run; better and worse where the interval is without 0."""
    body, sure = [], 0
    for row in sorted(rows, key=lambda row: row["name"] != ALL):  # the whole first
        low, high = row["low"], row["high"]
        bounds, verdict, tone = UNDEFINED, "", ""
        if isinstance(low, float) and isinstance(high, float):
            bounds = f"{sign(low, 3)} to {sign(high, 3)}"
            tone = "better" if low > 0 else "worse" if high < 0 else ""
            verdict = {"better": "▲ better", "worse": "▼ worse", "": "not sure"}[tone]
        sure += bool(tone)
        name = "all" if row["name"] == ALL else str(row["name"])
        cells = [Cell(str(row["part"])), Cell(name), Cell(str(row["metric"]).replace("f1", "F1"))]
        cells += [figure(row["before"]), figure(row["after"]), signed(row["difference"])]
        cells += [Cell(bounds), chance(row["p"]), Cell(verdict, tone=tone)]
        body.append(cells)
    heads = ("before", "now", "difference")
    columns = [Column(head, numeric=False) for head in ("part", "name", "figure")]
    columns += [Column(head) for head in heads]
    columns += [Column("95 % interval", "of the difference", numeric=False), Column("p")]
    columns += [Column("verdict", "sure where the interval is without 0", numeric=False)]
    note = (
        f"{sure} of {len(rows)} figures changed surely: the 95 % interval of their difference "
        "(paired bootstrap over documents) is without 0. Of many figures that did not change, "
        "about one in twenty seems to by chance."
    )
    return Table("comparison", "Against an earlier run", columns, body, notes=[note])


def error_table(rows: Sequence[Row]) -> Table:
    """How many errors there are of each part, name and kind."""
    kinds = list(dict.fromkeys(str(row["kind"]) for row in rows))
    tally = Counter((str(row["part"]), str(row["name"]), str(row["kind"])) for row in rows)
    body = [
        [
            Cell(part),
            Cell(name),
            *(count(tally[part, name, kind], which(part, kind, name)) for kind in kinds),
            count(sum(tally[part, name, kind] for kind in kinds), {"part": part, "name": name}),
        ]
        for part, name in sorted({key[:2] for key in tally})
    ]
    columns = [Column("part", numeric=False), Column("name", numeric=False)]
    columns += [Column(kind) for kind in kinds] + [Column("any kind")]
    return Table("error-counts", "Errors by part, name and kind", columns, body)
