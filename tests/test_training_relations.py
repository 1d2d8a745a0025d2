"""Training of the learned layer on examples of our own: what it sees is what runs."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hand_made import chance, patterns_at, weights_at
from spacy.tokens import Doc
from spacy.vocab import Vocab

TRAINING = Path(__file__).resolve().parents[1] / "training"
if not TRAINING.is_dir():
    pytest.skip("training/ is not shipped", allow_module_level=True)
sys.path.insert(0, str(TRAINING))

import fit_relations as fit  # noqa: E402
import relation_examples  # noqa: E402
from relation_examples import Example, Reader, read_gold  # noqa: E402

from pipeline.gold.load import load_gold  # noqa: E402
from pipeline.gold.records import GoldDocument  # noqa: E402
from pipeline.recognise.candidates import Candidate  # noqa: E402
from pipeline.recognise.recogniser import Found  # noqa: E402
from pipeline.relate import judge as judging  # noqa: E402
from pipeline.relate.arguments import Arguments  # noqa: E402
from pipeline.relate.attributes import Attributes  # noqa: E402
from pipeline.relate.bind import bind  # noqa: E402
from pipeline.relate.learned import effect_features, read_weights  # noqa: E402
from pipeline.relate.relater import Relater  # noqa: E402
from pipeline.relate.score import Evidence, logit, read_scores, score  # noqa: E402
from pipeline.relate.vocabulary import Vocabulary  # noqa: E402

Tree = Callable[..., Doc]
TEXT = "Amount of IL-6 activate T-cells , which eases colitis , brefelumab lowers IL-6 ."
TREE = [
    "Amount 3 nsubj NN", "of 2 case IN", "IL-6 0 nmod NN", "activate 3 ROOT VBP",
    "T-cells 3 dobj NNS", ", 4 punct ,", "which 7 nsubj WDT", "eases 4 acl:relcl VBZ",
    "colitis 7 dobj NN", ", 3 punct ,", "brefelumab 11 nsubj NN", "lowers 3 parataxis VBZ",
    "IL-6 11 dobj NN", ". 3 punct .",
]  # fmt: skip
MENTIONS = [
    ("a", "IL-6", 10, "CYTOKINE"), ("b", "T-cells", 24, "CELL"), ("c", "colitis", 46, "DISEASE"),
    ("d", "brefelumab", 56, "DRUG"), ("e", "IL-6", 74, "CYTOKINE"),
]  # fmt: skip
TOLD = "keep: 0\nprior: 1\nweights: {learned: 1, reliability: 0.5, clauses: -0.1, length: 0.2}\n"
WEIGHTS = {
    "*": {"bias": -1.0, "node=activate": 0.7, "order=os": -0.4, "verbs=1": 0.2},
    "ACTS_ON": {"near.same=MODULATES": 0.3, "top.list=affect": 1.0, "distance=1": 0.1},
    "MODULATES": {"near.object.object=ACTS_ON": 0.5, "bias": 0.25},
    "ASSOCIATED_WITH": {"near.subject.subject=ACTS_ON": 0.9},
}


def gold() -> GoldDocument:
    relations = [
        {"predicate": "ACTS_ON", "subject": "a", "object": "b", "effect": "positive"},
        {"predicate": "MODULATES", "subject": "d", "object": "e", "effect": "negative"},
        {"predicate": "ASSOCIATED_WITH", "subject": "b", "object": "c", "optional": True},
    ]
    mentions = [
        {"id": i, "start": start, "end": start + len(word), "label": label}
        for i, word, start, label in MENTIONS
    ]
    return GoldDocument.model_validate(
        {"id": "x", "text": TEXT, "mentions": mentions, "relations": relations}
    )


class Route:
    """Reader and judge over one folder of patterns, on a parse made by hand."""

    def __init__(self, folder: Path, vocab: Vocab, doc: Doc, monkeypatch: Any) -> None:
        assert doc.text.strip() == TEXT
        nlp = SimpleNamespace(pipe=lambda texts: [doc for _ in texts], vocab=vocab)
        settings = SimpleNamespace(model="", patterns_dir=folder)
        monkeypatch.setattr(relation_examples, "SETTINGS", settings)
        monkeypatch.setattr(relation_examples, "load", lambda model, folder: nlp)
        monkeypatch.setattr(relation_examples, "Recogniser", lambda folder: None)
        self.examples = Reader()(gold(), given=True)
        self.asked: list[tuple[str, frozenset[str], Evidence]] = []
        self.effects: list[tuple[str, frozenset[str]]] = []
        self._watch(monkeypatch)
        relater = Relater(folder, vocab)
        assert relater.judge is not None
        found = [
            Found(Candidate(start, start + len(word), label, ""))
            for _, word, start, label in MENTIONS
        ]
        bound = bind(doc, found)
        arguments = Arguments(bound, found, relater.cues)
        attributes = Attributes(bound.words, relater.cues, bound.token_of)
        ruled = relater.by_rules(bound, found, arguments, attributes)
        self.rows = relater.judge(ruled, bound, found, arguments, attributes)

    def _watch(self, monkeypatch: Any) -> None:
        """Notes what the judge computes."""
        last: list[tuple[str, frozenset[str]]] = []
        effects = self.effects

        class Watched(Vocabulary):
            """Takes down the names of all features, of those without a weight too."""

            def __init__(self, weights: Any) -> None:
                super().__init__(weights)
                self.note: Any = str

            def chance(self, predicate: str, features: Any) -> float:
                last.append((predicate, frozenset(features)))
                return super().chance(predicate, self.noted(features))

            def effect(self, predicate: str, features: Any, read: str) -> str:
                effects.append((predicate, frozenset(effect_features(predicate, features, read))))
                return read

        def watched_evidence(*given: Any) -> Evidence:
            got = evidence(*given)
            self.asked.append((*last[-1], got))
            return got

        evidence = judging.evidence
        monkeypatch.setattr(judging, "Vocabulary", Watched)
        monkeypatch.setattr(judging, "evidence", watched_evidence)


@pytest.fixture
def route(tmp_path: Path, vocab: Vocab, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Route:
    weights = weights_at(tmp_path / "w.gz", WEIGHTS)
    monkeypatch.setattr(judging, "weights_file", lambda: weights)
    folder = patterns_at(tmp_path / "p", TOLD + "rules: {brews: [2, 3]}\n")
    return Route(folder, vocab, tree(*TREE), monkeypatch)


class TestTheSameInTrainingAndRunning:
    def test_features_of_every_pair(self, route: Route) -> None:
        seen = [(r.predicate, frozenset(r.features)) for r in route.examples.rows]
        assert seen == [(predicate, features) for predicate, features, _ in route.asked]
        assert len(seen) == len(set(seen)) >= 8
        around = {f for _, features in seen for f in features if f.startswith("near.")}
        assert {"near.subject.subject=ACTS_ON", "near.object.subject=ACTS_ON"} <= around

    def test_evidence_of_every_pair(self, route: Route) -> None:
        trained = [replace(r.evidence, rule=None, learned=None) for r in route.examples.rows]
        assert trained == [replace(e, rule=None, learned=None) for *_, e in route.asked]
        assert {e.clauses for e in trained} == {1, 2, 3}

    def test_scores_of_every_row(self, route: Route, tmp_path: Path) -> None:
        scores = read_scores(tmp_path / "p")
        weights = read_weights(tmp_path / "w.gz")
        assert scores is not None
        expected = [
            score(scores, fit._evidence(r, scores, chance(weights, r.predicate, r.features)))
            for r in route.examples.rows
        ]
        assert [row.score for row in route.rows] == expected
        assert [row.rule for row in route.rows] == [r.rule or "learned" for r in
                                                    route.examples.rows]  # fmt: skip

    def test_the_sum_of_named_weights_is_the_chance(self, route: Route) -> None:
        table = {(o, f): w for o, own in WEIGHTS.items() for f, w in own.items()}
        for row in route.examples.rows:
            total = sum(table.get(name, 0.0) for name in sorted(set(fit.named(row))))
            log_odds = logit(chance(WEIGHTS, row.predicate, row.features))
            assert log_odds == pytest.approx(total)

    def test_features_of_the_effect(self, route: Route) -> None:
        (taught,) = [r for r in route.examples.rows if r.effect_features and not r.rule]
        assert (taught.predicate, taught.effect) == ("MODULATES", "negative")
        assert ("MODULATES", frozenset(taught.effect_features)) in route.effects


class TestLabels:
    def test_true_open_and_false(self, route: Route) -> None:
        labels = {
            (r.predicate, _labels(r)): r.label for r in route.examples.rows if r.label is not False
        }
        assert labels == {
            ("ACTS_ON", "CYTOKINE>CELL"): True,
            ("MODULATES", "DRUG>CYTOKINE"): True,
            ("ASSOCIATED_WITH", "CELL>DISEASE"): None,
        }
        assert route.examples.n_gold == 2  # what is optional does not count
        assert sum(r.label is False for r in route.examples.rows) >= 5

    def test_rule_and_own_score(self, route: Route) -> None:
        assert {(r.predicate, r.rule, r.own) for r in route.examples.rows if r.rule} == {
            ("ACTS_ON", "brews", 0.8)
        }


def _labels(row: Example) -> str:
    (told,) = [f for f in row.features if f.startswith("labels=")]
    return told.removeprefix("labels=")


LINE = {"id": "x-7", "mentions": [], "relations": []}


class TestGold:
    def packed(self, path: Path) -> Path:
        line = json.dumps({**LINE, "corpus": "some"})
        path.write_bytes(gzip.compress(line.encode("utf-8")))
        return path

    def test_with_its_text(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_text(json.dumps({**LINE, "text": "IL-6"}) + "\n", encoding="utf-8")
        assert [d.text for d in read_gold(path, None)] == ["IL-6"]

    def test_text_from_the_corpora(self, tmp_path: Path) -> None:
        (tmp_path / "some").mkdir()
        text = '{"id": 7, "text": "β"}\n{"id": "8", "text": "no"}\n'
        (tmp_path / "some" / "train.jsonl").write_text(text, encoding="utf-8")
        (document,) = read_gold(self.packed(tmp_path / "a.jsonl.gz"), tmp_path)
        assert (document.id, document.text) == ("x-7", "β")

    def test_without_the_corpora(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit, match="give --corpora"):
            read_gold(self.packed(tmp_path / "a.jsonl.gz"), None)


@pytest.mark.model
def test_the_reader_on_a_real_parse() -> None:
    """The recogniser's own mentions are labelled by gold, without any weights."""
    text = "IL-6 strongly activates T cells."
    document = GoldDocument.model_validate({
        "id": "x", "text": text,
        "mentions": [{"id": "a", "start": 0, "end": 4, "label": "CYTOKINE"},
                     {"id": "b", "start": 24, "end": 31, "label": "CELL"}],
        "relations": [{"predicate": "ACTS_ON", "subject": "a", "object": "b"}],
    })  # fmt: skip
    read = Reader()
    for given in (True, False):
        one = read(document, given=given)
        assert one.n_gold == 1
        assert [(r.predicate, r.label) for r in one.rows] == [("ACTS_ON", True),
                                                              ("SECRETES", False)]  # fmt: skip


def test_the_passages_that_are_learned_from_are_gold() -> None:
    paths = sorted((Path(__file__).parents[1] / "training" / "relations").glob("*.jsonl"))
    documents = load_gold(paths)
    assert len(documents) >= 300
    assert sum(len(d.relations) for d in documents) >= 3000
