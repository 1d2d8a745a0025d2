"""Score a pipeline on the dev parts, from raw text, and print the tables of the model card.

    python training/score_model.py [--model pipeline/model] [--data training/data]

Trees: words that the tokenizer cuts otherwise than the treebank are left out, punctuation
too. Mentions: exact spans, by the labels that a corpus marks exhaustively; a gold mention
whose bounds are no token bounds counts as missed; predictions on unannotated tokens are
not counted.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

import spacy
from corpora import CORPORA, LABELS, MEASURED_ONLY
from label_union import read_docs
from paths import DATA, HERE
from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc, Token
from spacy.training import Example

TREEBANKS = {
    "genia_dev": "GENIA dev (UD 1)",
    "craft_dev": "CRAFT dev, converted",
    "ewt_dev": "EWT dev, converted",
}


def lower_lemma(token: Token, _attribute: str) -> str:
    """GENIA lower-cases lemmas, ours keep the case of codes."""
    return str(token.lemma_).lower()


def _predict(nlp: Language, gold: list[Doc]) -> list[Doc]:
    return list(nlp.pipe([doc.text for doc in gold], batch_size=32))


def score_trees(nlp: Language, gold: list[Doc]) -> dict[str, float]:
    """Tag and lemma accuracy, UAS, LAS, sentence F; all in percent."""
    examples = [
        Example(predicted, doc) for predicted, doc in zip(_predict(nlp, gold), gold, strict=True)
    ]
    scores: dict[str, Any] = {}
    scores |= Scorer.score_token_attr(examples, "tag")
    scores |= Scorer.score_token_attr(examples, "lemma", getter=lower_lemma)
    scores |= Scorer.score_deps(
        examples,
        "dep",
        getter=lambda token, attribute: getattr(token, f"{attribute}_"),
        ignore_labels=("punct",),
    )
    scores |= Scorer.score_spans(examples, "sents", getter=lambda doc, _name: list(doc.sents))
    keys = ("tag_acc", "lemma_acc", "dep_uas", "dep_las", "sents_f")
    return {key: 100 * scores[key] for key in keys}


def _spans(doc: Doc, labels: frozenset[str]) -> set[tuple[int, int, str]]:
    return {(e.start_char, e.end_char, e.label_) for e in doc.ents if e.label_ in labels}


def _counted(doc: Doc, gold: Doc, labels: frozenset[str]) -> set[tuple[int, int, str]]:
    """Predicted mentions, less those that touch tokens without gold annotation."""
    tokens = [token for token in gold if token.ent_iob == 0]
    missing = {i for token in tokens for i in range(token.idx, token.idx + len(token.text))}
    return {m for m in _spans(doc, labels) if missing.isdisjoint(range(m[0], m[1]))}


def score_mentions(
    nlp: Language, gold: list[Doc], labels: frozenset[str]
) -> dict[str, tuple[int, float, float, float, float]]:
    """By label: gold mentions, percent of them that tokens can hold, precision, recall, F1."""
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    true: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for predicted, doc in zip(_predict(nlp, gold), gold, strict=True):
        expected, found = _spans(doc, labels), _counted(predicted, doc, labels)
        right.update(label for *_, label in expected & found)
        said.update(label for *_, label in found)
        true.update(label for *_, label in expected)
        lost.update({k: v for k, v in doc.user_data["lost"].items() if k in labels})
    true.update(lost)
    result = {}
    for label in LABELS:
        if true[label]:
            precision = 100 * right[label] / said[label] if said[label] else 0.0
            recall = 100 * right[label] / true[label]
            f1 = 200 * right[label] / (said[label] + true[label])
            reachable = 100 * (1 - lost[label] / true[label])
            result[label] = (true[label], reachable, precision, recall, f1)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=HERE.parent / "pipeline" / "model")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--skip-trees", action="store_true")
    arguments = parser.parse_args()
    nlp = spacy.load(arguments.model)
    if "parser" in nlp.pipe_names and not arguments.skip_trees:
        print("| treebank | tag | lemma | UAS | LAS | sentence F1 |")
        print("| --- | --- | --- | --- | --- | --- |")
        for name, title in TREEBANKS.items():
            gold = read_docs(arguments.data / "trees_dev" / f"{name}.spacy", nlp)
            figures = score_trees(nlp, gold).values()
            print(f"| {title} | " + " | ".join(f"{value:.1f}" for value in figures) + " |")
        print()
    if "ner" not in nlp.pipe_names:
        return
    print("| corpus (dev) | label | mentions | in tokens | P | R | F1 |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for corpus in [*CORPORA.values(), MEASURED_ONLY]:
        gold = read_docs(arguments.data / "entities" / f"{corpus.name}_dev.spacy", nlp)
        for label, (count, *figures) in score_mentions(nlp, gold, corpus.complete).items():
            row = " | ".join(f"{value:.1f}" for value in figures)
            print(f"| {corpus.name} | {label} | {count} | {row} |")


if __name__ == "__main__":
    main()
