"""Whether a change is real: the paired bootstrap over documents between two evaluations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.evaluate.intervals import Row
from pipeline.evaluate.registers import PARTS, Counts, DocumentCounts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

SAMPLES = 10_000
AT_ONCE = 500  # samples in memory together
SEED = 20261130
METRICS = ("precision", "recall", "f1")


class CompareError(ValueError):
    """Two evaluations that cannot be compared; the message says why."""


def read_counts(path: Path) -> list[DocumentCounts]:
    """The documents of an ``evaluation.json`` (or of the folder that holds it).

    Raises CompareError for what is none.
    """
    path = path / "evaluation.json" if path.is_dir() else path
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return [
            DocumentCounts(
                one["doc_id"],
                one["register"],
                one["digest"],
                {
                    (part, name): _three(one[part][name])
                    for part, names in PARTS.items()
                    for name in names
                },
                tuple(one["recall_only"]),
            )
            for one in data["documents"]
        ]
    except FileNotFoundError:
        raise CompareError(f'{path}: no such file; write one with "pipeline evaluate -o"') from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise CompareError(f"{path}: cannot be read ({error})") from None
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CompareError(f"{path}: no evaluation of this version ({error!r})") from None


def other_options(path: Path, options: Mapping[str, object]) -> list[str]:
    """What was set otherwise in the evaluation of a file than in ``options``, one line each."""
    path = path / "evaluation.json" if path.is_dir() else path
    about = json.loads(path.read_text(encoding="utf-8")).get("about")
    before = about.get("options", {}) if isinstance(about, dict) else {}
    return [
        f"{path}: {name} was {before.get(name)!r} there and is {options.get(name)!r} here"
        for name in ("mentions_given", "min_score", "map")
        if before.get(name, options.get(name)) != options.get(name)
    ]


def _three(counts: Sequence[int]) -> Counts:
    tp, fp, fn = (int(count) for count in counts)
    if min(tp, fp, fn) < 0:
        raise ValueError(f"counts {tp}, {fp}, {fn}")
    return tp, fp, fn


def compare(before: Sequence[DocumentCounts], after: Sequence[DocumentCounts]) -> list[Row]:
    """Rows by part, name and metric: the values before and after, their difference, its 95 %
    interval and p (two-sided, for no difference), over resamples of documents, both evaluations
    on the same ones. The same input gives the same rows. Undefined figures are None.

    Raises CompareError when the two do not rest on the same gold.
    """
    import numpy as np

    before = _aligned(before, after)
    rng = np.random.default_rng(SEED)
    share = [1 / len(after)] * len(after)
    weights = np.concatenate(
        [rng.multinomial(len(after), share, size=AT_ONCE) for _ in range(SAMPLES // AT_ONCE)]
    )
    rows: list[Row] = []
    for part, names in PARTS.items():
        for name in names:
            old, new = (
                np.array([document.counts[part, name] for document in side], dtype=float)
                for side in (before, after)
            )
            if old.any() or new.any():
                of_name = _rows(part, name, old, new, weights.astype(float))
                blind = any(document.is_blind(part, name) for document in after)
                rows += [row for row in of_name if row["metric"] == "recall" or not blind]
    return rows


def _aligned(
    before: Sequence[DocumentCounts], after: Sequence[DocumentCounts]
) -> list[DocumentCounts]:
    """``before`` in the order of ``after``, when both rest on the same gold."""
    if not after:
        raise CompareError("no documents to compare")
    known = {document.doc_id: document for document in before}
    if len(known) != len(before):
        raise CompareError("a document stands twice in the other evaluation; write it anew")
    missing = [d.doc_id for d in after if d.doc_id not in known]
    extra = sorted(known.keys() - {d.doc_id for d in after})
    other = [d.doc_id for d in after if d.doc_id in known and d.digest != known[d.doc_id].digest]
    for ids, what in (
        (missing, "are in this evaluation alone"),
        (extra, "are in the other evaluation alone"),
        (other, "have other gold there"),
    ):
        if ids:
            shown = ", ".join(ids[:5]) + (" ..." if len(ids) > 5 else "")
            raise CompareError(
                f"not the same gold: {len(ids)} documents {what} ({shown}); score both on one gold"
            )
    return [known[document.doc_id] for document in after]


def _rows(part: str, name: str, old: Floats, new: Floats, weights: Floats) -> Iterator[Row]:
    import numpy as np

    was, now = _metrics(old.sum(axis=0)), _metrics(new.sum(axis=0))
    drawn = _metrics(weights @ new) - _metrics(weights @ old)
    for at, metric in enumerate(METRICS):
        row: dict[str, object] = {"part": part, "name": name, "metric": metric}
        row |= {"before": _plain(was[at]), "after": _plain(now[at])}
        differences = drawn[~np.isnan(drawn[:, at]), at]
        row |= dict.fromkeys(("difference", "low", "high", "p"))
        if np.isfinite(now[at] - was[at]) and len(differences):
            low, high = np.percentile(differences, [2.5, 97.5])
            tail = min((differences <= 0).sum(), (differences >= 0).sum())
            row["difference"] = float(now[at] - was[at])
            row["low"], row["high"] = float(low), float(high)
            row["p"] = min(1.0, 2 * float(tail + 1) / (len(differences) + 1))
        yield row


def _metrics(counts: Floats) -> Floats:
    """Precision, recall and F1 of rows of counts; NaN where undefined."""
    import numpy as np

    tp, fp, fn = counts[..., 0], counts[..., 1], counts[..., 2]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack([tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)], axis=-1)


def _plain(value: float) -> float | None:
    return None if value != value else float(value)
