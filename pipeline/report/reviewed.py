"""What people decided about the rows of a run that ``pipeline review correct`` wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipeline.curate.corrected import REVIEW_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.result import Result

# The words for the outcomes that run.json counts, in the order in which they are told.
SAID = {
    "accept": "accepted", "fix": "corrected", "reject": "rejected", "unsure": "unsure",
    "disputed": "disputed", "undecided": "not looked at",
    "merged": "merged with a row that said the same",
    "no longer apply": "decisions that no longer apply",
}  # fmt: skip


def is_reviewed(relations: pd.DataFrame) -> bool:
    return all(name in relations.columns for name in REVIEW_COLUMNS)


def outcome(row: Mapping[str, Any]) -> str:
    """A key of :data:`SAID` for a row of relations; *undecided* in a run nobody reviewed."""
    return str(row.get("review") or "undecided")


def review_line(result: Result) -> str:
    """One sentence on who decided and how many rows had which outcome; "" for an untouched run.

    The numbers are those of ``run.json``, where rejected rows are counted too, else those of the
    table.
    """
    relations = result.frames.relations
    if not is_reviewed(relations):
        return ""
    names = {one for cell in relations["curators"].unique() for one in cell.split(";") if one}
    said = result.about.get("reviewed")
    counts = _counts(said) or Counter(
        outcome({"review": cell}) for cell in relations["review"].tolist()
    )
    order = [*SAID, *sorted(counts.keys() - SAID.keys())]
    told = [f"{counts[key]:,} {SAID.get(key, key)}" for key in order if counts.get(key)]
    by = f" by {', '.join(sorted(names))}" if names else ""
    return f"Reviewed{by}: {', '.join(told) or 'no row'}"


def _counts(said: Any) -> dict[str, int]:
    if not isinstance(said, dict):
        return {}
    return {key: n for key, n in said.items() if isinstance(n, int) and not isinstance(n, bool)}
