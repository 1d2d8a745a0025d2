"""The fit of weights and scores on a few examples of our own."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import pytest
from hand_made import chance

TRAINING = Path(__file__).resolve().parents[1] / "training"
if not TRAINING.is_dir():
    pytest.skip("training/ is not shipped", allow_module_level=True)
sys.path.insert(0, str(TRAINING))

import fit_relations as fit  # noqa: E402
from relation_examples import Example, Examples  # noqa: E402

from pipeline.relate.learned import read_weights  # noqa: E402
from pipeline.relate.score import (  # noqa: E402
    COMPOSED,
    SCORES,
    Evidence,
    Scores,
    read_scores,
    score,
)


def example(doc: str, label: bool | None, *features: str, rule: str = "", **more: Any) -> Example:
    evidence = more.pop("evidence", Evidence(None, 0.5))
    return Example(doc, "ACTS_ON", label, features, rule, 0.8 if rule else 0.0, evidence, **more)


def many(n: int = 40) -> dict[str, Examples]:
    """Documents in which ``good`` marks true pairs, with a name of their own beside it."""
    chosen = random.Random(2)
    data = {}
    for i in range(n):
        doc = f"d{i}"
        rows = [example(doc, True, "good", doc, rule="r" if chosen.random() < 0.5 else ""),
                example(doc, False, "bad", doc), example(doc, None, "good")]  # fmt: skip
        data[doc] = Examples(rows, 1)
    return data


class TestFit:
    def test_the_model_as_it_is_written_and_read(self, tmp_path: Path) -> None:
        rows = fit.rows_of(many(), fit.known)
        model = fit.Model([fit.named(r) for r in rows], [bool(r.label) for r in rows], 1.0)
        fit.write_weights(model.weights(), tmp_path / "w.gz")
        weights = read_weights(tmp_path / "w.gz")
        for row, wanted in zip(rows, model.chances([fit.named(r) for r in rows]), strict=True):
            got = chance(weights, row.predicate, row.features)
            assert got == pytest.approx(float(wanted), abs=0.03)  # small weights are left out
            assert (got > 0.5) == row.label
        assert "d1" not in weights["*"]  # too rare
        first = (tmp_path / "w.gz").read_bytes()
        fit.write_weights(model.weights(), tmp_path / "w.gz")
        assert (tmp_path / "w.gz").read_bytes() == first

    def test_folds_part_the_documents(self) -> None:
        docs = [f"d{i}" for i in range(25)]
        tested: list[str] = []
        for train, test in fit.folds(docs * 2):
            assert not train & test
            assert train | test == set(docs)
            tested += test
        assert sorted(tested) == sorted(docs)

    def test_no_chance_from_its_own_document(self, monkeypatch: pytest.MonkeyPatch) -> None:
        data, seen = many(), []

        class Spy(fit.Model):
            def __init__(self, rows: Any, labels: Any, strength: float) -> None:
                super().__init__(rows, labels, strength)
                self.docs = {f for row in rows for _, f in row if f.startswith("d")}

            def chances(self, rows: Any) -> Any:
                seen.append(self.docs & {f for row in rows for _, f in row if f.startswith("d")})
                return super().chances(rows)

        monkeypatch.setattr(fit, "Model", Spy)
        chances = fit.out_of_fold(data, data)
        assert seen == [set()] * fit.FOLDS
        assert set(chances) == {id(r) for r in fit.rows_of(data, fit.known)}

    def test_counts_of_rules(self) -> None:
        rows = [example("d", label, "f", rule=rule) for label, rule in (
            (True, "r"), (False, "r"), (None, "r"), (True, "a+b"), (False, "r+before"),
            (True, ""))]  # fmt: skip
        assert fit.rule_counts(rows) == {"r": [1, 2], COMPOSED: [1, 2]}
        assert fit._minus({"r": [3, 4], "s": [1, 1]}, {"r": [1, 2]}) == {"r": [2, 2], "s": [1, 1]}

    def test_calibration_and_its_file(self, tmp_path: Path) -> None:
        data = many()
        rows = fit.rows_of(data, lambda r: r.label is not None)
        chances = {id(r): 0.8 if r.label else 0.3 for r in rows}
        calibration = fit.Calibration(rows, chances)
        scores = calibration.scores(0.25)
        assert set(scores.weights) == set(Evidence(0.5, 0.5).terms())
        assert scores.weights["learned"] > 0
        fit.write_scores(scores, tmp_path / SCORES)
        assert read_scores(tmp_path) == scores
        scored = fit.cross_validated(data, chances)
        low = max(scored[id(r)] for r in rows if not r.label)
        assert low < min(scored[id(r)] for r in rows if r.label)

    def test_a_pair_that_is_no_candidate_has_its_rules_score(self) -> None:
        row = example("d", True, rule="r")
        told = Scores(keep=0, prior=3, weights={}, rules={"r": [1, 1]})
        assert score(told, fit._evidence(row, told, None)) == round((1 + 3 * 0.8) / 4, 4)

    def test_the_effect(self, tmp_path: Path) -> None:
        rows = [
            example("d", True, "f", effect=effect, effect_features=(f"read={effect}", "f"))
            for effect in ("positive", "negative", "unspecified")
            for _ in range(5)
        ]
        fit.write_weights(fit.effect_model(rows), tmp_path / "w.gz")
        weights = read_weights(tmp_path / "w.gz")
        assert set(weights) == {"effect:positive", "effect:negative", "effect:unspecified"}
        assert weights["effect:negative"]["read=negative"] > 0
        assert weights["effect:negative"]["read=positive"] < 0
