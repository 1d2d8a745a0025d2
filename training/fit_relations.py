"""Trains the learned layer and the scores of all rows.

    python fit_relations.py --corpora ../../shared/corpora

Reads ``relations/``: annotations of public abstracts (whose texts stand in the shared corpora) and
passages of our own. Prints cross-validated figures (five folds by document, on mentions as the
recogniser finds them), then writes ``pipeline/model/relations.tsv.gz`` and ``patterns/scores.yaml``
from all of them.
"""

from __future__ import annotations

import argparse
import gzip
import pickle
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from relation_examples import Example, Examples, examples, read_gold
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from pipeline.gold.records import GoldDocument
from pipeline.records import EFFECTS
from pipeline.relate.learned import ANY, BIAS, EFFECT, weights_file
from pipeline.relate.score import COMPOSED, Scores, score

HERE = Path(__file__).resolve().parent
SCORES_FILE = HERE.parent / "patterns" / "scores.yaml"
FOLDS = 5
MIN_COUNT = 3  # a feature has to stand in so many examples
STRENGTH = 0.1  # inverse of the penalty on the weights; .05 and .3 were no better
EFFECT_STRENGTH = 0.2
SMALLEST = 0.03  # weights below are left out: four fifths of the file, no change in the figures
PRIOR = 3.0  # a rule's own score counts as so many sentences
BANDS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
Named = tuple[str, str]  # outcome and feature


def named(example: Example) -> list[Named]:
    """The weights that an example draws on: shared by all predicates, and its own."""
    features = (*example.features, BIAS)
    return [(ANY, f) for f in features] + [(example.predicate, f) for f in features]


class Model:
    """A logistic model over named features that are there or not."""

    def __init__(self, rows: Sequence[Sequence[Named]], labels: Sequence[bool], strength: float):
        counts = Counter(name for row in rows for name in set(row))
        kept = sorted(name for name, n in counts.items() if n >= MIN_COUNT)
        self._places = {name: i for i, name in enumerate(kept)}
        model = LogisticRegression(
            C=strength, solver="liblinear", max_iter=500, fit_intercept=False
        )
        model.fit(self._matrix(rows), np.array(labels))
        self._weights = model.coef_[0]

    def _matrix(self, rows: Sequence[Sequence[Named]]) -> sparse.csr_matrix:
        columns: list[int] = []
        ends = [0]
        for row in rows:
            columns += sorted({self._places[name] for name in row if name in self._places})
            ends.append(len(columns))
        data = np.ones(len(columns), dtype=np.float32)
        shape = (len(rows), len(self._places))
        index = np.array(columns, dtype=np.int32), np.array(ends, dtype=np.int32)
        return sparse.csr_matrix((data, *index), shape=shape)

    def chances(self, rows: Sequence[Sequence[Named]]) -> np.ndarray:
        """The probability of each row."""
        return 1 / (1 + np.exp(-self._matrix(rows) @ self._weights))

    def weights(self) -> dict[Named, float]:
        """The weights that are worth keeping."""
        rounded = {name: round(float(self._weights[i]), 3) for name, i in self._places.items()}
        return {name: weight for name, weight in rounded.items() if abs(weight) >= SMALLEST}


def folds(docs: Sequence[str]) -> Iterable[tuple[set[str], set[str]]]:
    """Documents to train on and to score, fold by fold."""
    names = np.array(sorted(set(docs)))
    np.random.default_rng(1).shuffle(names)
    for train, test in GroupKFold(FOLDS).split(names, groups=names):
        yield set(names[train]), set(names[test])


def rows_of(data: dict[str, Examples], keep: Callable[[Example], bool]) -> list[Example]:
    return [row for one in data.values() for row in one.rows if keep(row)]


def known(row: Example) -> bool:
    return row.label is not None and bool(row.features)


def out_of_fold(train: dict[str, Examples], test: dict[str, Examples]) -> dict[int, float]:
    """id of a test row -> the chance that a model gives which never saw its document."""
    chances: dict[int, float] = {}
    for learn, judge in folds(list(test)):
        seen = rows_of({d: train[d] for d in learn}, known)
        model = Model([named(r) for r in seen], [bool(r.label) for r in seen], STRENGTH)
        rows = rows_of({d: test[d] for d in judge}, known)
        for row, chance in zip(rows, model.chances([named(r) for r in rows]), strict=True):
            chances[id(row)] = float(chance)
    return chances


def rule_counts(rows: Iterable[Example]) -> dict[str, list[int]]:
    """Rule -> how often it was right and how often it was seen."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        if row.rule and row.label is not None:
            count = counts[COMPOSED if "+" in row.rule else row.rule]
            count[0] += row.label
            count[1] += 1
    return dict(counts)


class Calibration:
    """The logistic model of scores, fitted on some documents."""

    def __init__(self, rows: Sequence[Example], chances: dict[int, float]):
        by_doc: dict[str, list[Example]] = defaultdict(list)
        for row in rows:
            by_doc[row.doc].append(row)
        self.counts = rule_counts(rows)
        own = {doc: rule_counts(these) for doc, these in by_doc.items()}
        terms, labels = [], []
        for row in rows:
            if row.features:
                # what is known of a rule without this document
                counts = _minus(self.counts, own[row.doc])
                told = Scores(keep=0, prior=PRIOR, weights={}, rules=counts)
                terms.append(_evidence(row, told, chances[id(row)]).terms())
                labels.append(bool(row.label))
        self.names = sorted(terms[0])
        matrix = np.array([[term[name] for name in self.names] for term in terms])
        model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=1000).fit(matrix, labels)
        self.weights = dict(zip(self.names, map(float, model.coef_[0]), strict=True))

    def scores(self, keep: float) -> Scores:
        weights = {name: round(weight, 3) for name, weight in self.weights.items()}
        return Scores(keep=keep, prior=PRIOR, weights=weights, rules=self.counts)


def _minus(all_: dict[str, list[int]], own: dict[str, list[int]]) -> dict[str, list[int]]:
    return {
        rule: [a - b for a, b in zip(count, own.get(rule, [0, 0]), strict=True)]
        for rule, count in all_.items()
    }


def _evidence(row: Example, scores: Scores, chance: float | None):  # type: ignore[no-untyped-def]
    reliability = scores.reliability(row.rule, row.own) if row.rule else None
    return replace(row.evidence, rule=reliability, learned=chance if row.features else None)


def cross_validated(test: dict[str, Examples], chances: dict[int, float]) -> dict[int, float]:
    """id of a test row -> score, by a calibration that never saw its document."""
    result: dict[int, float] = {}
    for learn, judge in folds(list(test)):
        rows = rows_of({d: test[d] for d in learn}, lambda r: r.label is not None)
        scores = Calibration(rows, chances).scores(0.0)
        for row in rows_of({d: test[d] for d in judge}, lambda r: r.label is not None):
            result[id(row)] = score(scores, _evidence(row, scores, chances.get(id(row))))
    return result


def report(name: str, data: dict[str, Examples], scored: dict[int, float]) -> None:
    """Precision, recall, F1 by threshold, and precision by score band."""
    rows = rows_of(data, lambda r: r.label is not None)
    n_gold = sum(one.n_gold for one in data.values())
    labels = np.array([bool(r.label) for r in rows])
    ruled = np.array([bool(r.rule) for r in rows])
    values = np.array([scored[id(r)] for r in rows])

    def line(chosen: np.ndarray) -> str:
        right, all_ = int(labels[chosen].sum()), int(chosen.sum())
        return f"{right / max(1, all_):.3f}/{right / n_gold:.3f}/{2 * right / (all_ + n_gold):.3f}"

    print(f"{name}: {len(data)} documents, {n_gold} relations; P/R/F1: rules {line(ruled)}")
    thresholds = np.arange(0.35, 0.8, 0.05).round(2)
    print("  keep", "  ".join(f"{t}: {line(values >= t)}" for t in thresholds))
    shown = []
    for low, high in pairwise(BANDS):
        band = (values >= low) & (values < high)
        learned = band & ~ruled
        shown.append(
            f"{low}: {labels[band].sum()} of {band.sum()} right"
            f" (learned {labels[learned].sum()} of {learned.sum()})"
        )
    print("  bands", "  ".join(shown))


def effect_model(rows: Sequence[Example]) -> dict[Named, float]:
    """Weights of the effect of learned rows, one outcome an effect."""
    weights: dict[Named, float] = {}
    told = [[("", f) for f in (*row.effect_features, BIAS)] for row in rows]
    for effect in EFFECTS:
        model = Model(told, [row.effect == effect for row in rows], EFFECT_STRENGTH)
        for (_, feature), weight in model.weights().items():
            weights[EFFECT + effect, feature] = weight
    return weights


def effect_accuracy(data: dict[str, Examples]) -> None:
    """Cross-validated share of right effects, on true pairs that no rule joined."""
    right: list[bool] = []
    for learn, judge in folds(list(data)):
        train = rows_of({d: data[d] for d in learn}, lambda r: bool(r.label and r.features))
        test = rows_of(
            {d: data[d] for d in judge}, lambda r: bool(r.label and r.features and not r.rule)
        )
        told = [[("", f) for f in (*row.effect_features, BIAS)] for row in train]
        asked = [[("", f) for f in (*row.effect_features, BIAS)] for row in test]
        chances = [
            Model(told, [r.effect == effect for r in train], EFFECT_STRENGTH).chances(asked)
            for effect in EFFECTS
        ]
        best = np.argmax(np.array(chances), axis=0)
        right += [EFFECTS[i] == row.effect for i, row in zip(best, test, strict=True)]
    print(f"effect of true pairs without a rule: {np.mean(right):.3f} of {len(right)} right")


def write_weights(weights: dict[Named, float], path: Path) -> None:
    """A row a weight, sorted; read by :func:`pipeline.relate.learned.read_weights`. Weights of
    line breaks and tabs, which the parser takes for words, are left out: no row could hold them."""
    lines = [
        f"{outcome}\t{feature}\t{weight:g}\n"
        for (outcome, feature), weight in sorted(weights.items())
        if not any(sign in feature for sign in "\t\n\r")
    ]
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as out:
        out.write("".join(lines).encode("utf-8"))


def write_scores(scores: Scores, path: Path) -> None:
    lines = [
        "# How sure a row is (pipeline/relate/score.py); written by training/fit_relations.py.",
        f"keep: {scores.keep:g}  # rows below are not written",
        f"prior: {scores.prior:g}  # a rule's own score counts as so many sentences",
        "weights:",
        *(f"  {name}: {weight:g}" for name, weight in sorted(scores.weights.items())),
        "rules:  # right, seen",
        *(f"  {name}: [{right}, {seen}]" for name, (right, seen) in sorted(scores.rules.items())),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _examples(gold: list[GoldDocument], given: bool) -> dict[str, Examples]:
    return examples(gold, given=given)


def load(paths: Sequence[Path], corpora: Path | None, cache: Path) -> list[dict[str, Examples]]:
    """Examples on gold mentions and on found ones; kept in ``cache`` between runs."""
    if cache.is_file():
        with cache.open("rb") as handle:
            return pickle.load(handle)  # our own file
    gold = [document for path in paths for document in read_gold(path, corpora)]
    with ProcessPoolExecutor(max_workers=2) as pool:
        data = list(pool.map(partial(_examples, gold), (True, False)))
    cache.parent.mkdir(exist_ok=True)
    with cache.open("wb") as handle:
        pickle.dump(data, handle)
    return data


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpora", type=Path, help="folder of the shared corpora")
    parser.add_argument("--gold", type=Path, nargs="*", help="other gold than relations/")
    parser.add_argument("--cache", type=Path, default=HERE / "data" / "relation_examples.pickle")
    parser.add_argument("--keep", type=float, default=0.5, help="lowest score that is written")
    parser.add_argument("--only-report", action="store_true", help="write nothing")
    options = parser.parse_args()
    paths = options.gold or sorted((HERE / "relations").glob("*.jsonl*"))
    given, found = load(paths, options.corpora, options.cache)
    chances = out_of_fold(given, found)
    scored = cross_validated(found, chances)
    public = {d: one for d, one in found.items() if "-" in d}
    report("public abstracts", public, scored)
    report("own passages", {d: one for d, one in found.items() if d not in public}, scored)
    report("all", found, scored)
    effect_accuracy(given)
    if options.only_report:
        return
    seen = rows_of(given, known)
    model = Model([named(r) for r in seen], [bool(r.label) for r in seen], STRENGTH)
    effects = effect_model(rows_of(given, lambda r: bool(r.label and r.features)))
    write_weights(model.weights() | effects, weights_file())
    calibration = Calibration(rows_of(found, lambda r: r.label is not None), chances)
    write_scores(calibration.scores(options.keep), SCORES_FILE)


if __name__ == "__main__":
    main()
