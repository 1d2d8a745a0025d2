"""Complete every text's annotation with the teacher, and write the student's training data.

    python training/label_union.py [--teacher training/runs/teacher] [--out training/data]

Writes ``student/{corpora,trees}.spacy`` and ``student_dev/``. Gold mentions always win: the
teacher adds only labels that the corpus does not mark exhaustively, and never where gold
stands or where annotation is missing.
"""

from __future__ import annotations

import argparse
import random
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from convert_entities import dev_keys, read_docs
from corpora import CORPORA, LABELS
from paths import CORPORA as CORPORA_FOLDER
from paths import DATA, HERE, blank_pipeline
from spacy.tokens import Doc, DocBin

if TYPE_CHECKING:
    from teacher import Labeller

Guess = tuple[int, int, str, float]  # start, end (characters), label, probability

ENTITY_ATTRIBUTES = ["ORTH", "SPACY", "ENT_IOB", "ENT_TYPE"]
TREE_ATTRIBUTES = [*ENTITY_ATTRIBUTES, "TAG", "LEMMA", "HEAD", "DEP", "SENT_START"]
# How often a corpus's documents are taken; what is rare in the whole counts more.
COPIES = {"bc5cdr": 2, "ncbi_disease": 2, "biored": 2, "anatem": 2, "bionlp13cg": 2}
TREES_WITH_GOLD = {"craft"}  # its articles stand among the corpora, with gold mentions
LEAST = {"ewt": 0.95}  # the teacher never saw general English
DEV_CORPORA = ("jnlpba", "anatem", "bc5cdr", "ncbi_disease", "biored", "craft")
DEV_STEP = 8  # every eighth document of a dev part stands in the sample
BULLETS = {"•", "-", "*", "–"}  # the teacher knows no lists and takes bullets into a mention


def fill(doc: Doc, guesses: Iterable[Guess], wanted: frozenset[str]) -> None:
    """Add the guessed mentions of ``wanted`` labels that touch no gold, the surest first."""
    blocked = {token.i for token in doc if token.ent_iob_ in {"B", "I"}}
    missing = [doc[token.i : token.i + 1] for token in doc if token.ent_iob == 0]
    blocked |= {span.start for span in missing}
    added = []
    for start, end, label, _ in sorted(guesses, key=lambda guess: -guess[3]):
        span = doc.char_span(start, end, label=label)
        if span is not None and len(span) > 1 and span[0].text in BULLETS:
            span = doc.char_span(span[1].idx, end, label=label)
        if span is None or label not in wanted or any(token.is_space for token in span):
            continue  # spaCy's NER cannot learn a mention across a line break
        if blocked.isdisjoint(range(span.start, span.end)):
            added.append(span)
            blocked.update(range(span.start, span.end))
    doc.set_ents([*doc.ents, *added], missing=missing, default="outside")


def fill_all(
    docs: Sequence[Doc], labeller: Labeller, complete: frozenset[str], *, least: float = 0.0
) -> None:
    """Fill every document with the labels that are not ``complete``; a guess counts from the
    probability ``least`` on."""
    wanted = frozenset(LABELS) - complete
    if wanted:
        for doc, guesses in zip(docs, labeller(docs), strict=True):
            fill(doc, [guess for guess in guesses if guess[3] >= least], wanted)


def label_corpora(labeller: Labeller, data: Path) -> list[Doc]:
    """Training documents of the corpora with all labels annotated."""
    nlp, found = blank_pipeline(), []
    for name, corpus in CORPORA.items():
        docs = read_docs(data / "entities" / f"{name}_train.spacy", nlp)
        fill_all(docs, labeller, corpus.complete)
        found += docs * COPIES.get(name, 1)
        print(name, len(docs), flush=True)
    return found


def label_trees(labeller: Labeller, held_out: set[str], data: Path) -> list[Doc]:
    """Treebank documents with mentions by the teacher.

    Articles of a dev part keep their trees and get no mentions (missing, not "outside").
    """
    nlp, found = blank_pipeline(), []
    for path in sorted((data / "trees_train").glob("*.spacy")):
        docs = read_docs(path, nlp)
        if path.stem not in TREES_WITH_GOLD:
            free = [doc for doc in docs if f"pmid:{doc.user_data['article']}" not in held_out]
            for doc in free:
                doc.set_ents([], default="outside")
            fill_all(free, labeller, frozenset(), least=LEAST.get(path.stem, 0.0))
        found += docs
        print(path.stem, len(docs), flush=True)
    return found


def label_dev(labeller: Labeller, data: Path) -> list[Doc]:
    """The sample by which checkpoints are compared: gold, completed by the teacher."""
    nlp, found = blank_pipeline(), []
    for name in DEV_CORPORA:
        docs = read_docs(data / "entities" / f"{name}_dev.spacy", nlp)[::DEV_STEP]
        fill_all(docs, labeller, CORPORA[name].complete)
        found += docs
    return found


def write(docs: list[Doc], attributes: list[str], path: Path) -> None:
    """Write a DocBin in random order."""
    random.Random(2).shuffle(docs)
    path.parent.mkdir(parents=True, exist_ok=True)
    DocBin(attrs=attributes, docs=docs).to_disk(path)
    print(f"{path}: {len(docs)} documents")


def main() -> None:
    from teacher import Labeller

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teacher", type=Path, default=HERE / "runs" / "teacher")
    parser.add_argument("--corpora", type=Path, default=CORPORA_FOLDER)
    parser.add_argument("--out", type=Path, default=DATA)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    labeller = Labeller(arguments.teacher, arguments.threads)
    out = arguments.out
    held_out = dev_keys(arguments.corpora)
    write(label_dev(labeller, out), ENTITY_ATTRIBUTES, out / "student_dev" / "2_mentions.spacy")
    # trees first: spaCy's scorer carries the places of missing arcs over to later documents
    shutil.copy(out / "trees_sample.spacy", out / "student_dev" / "1_trees.spacy")
    write(label_trees(labeller, held_out, out), TREE_ATTRIBUTES, out / "student" / "trees.spacy")
    write(label_corpora(labeller, out), ENTITY_ATTRIBUTES, out / "student" / "corpora.spacy")


if __name__ == "__main__":
    main()
