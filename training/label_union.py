"""Let the teachers label what a corpus leaves unmarked, and write the student's training data.

    python training/label_union.py corpora --teacher disease_chemical=MODEL \\
        --use bc5cdr=1 ncbi_disease=1 --labels DISEASE CHEMICAL --out FILE
    python training/label_union.py trees --teacher gene_cell=MODEL ... --out FILE
    python training/label_union.py dev --teacher ... --out FILE

Gold mentions always win: a teacher adds only labels that the corpus does not mark
exhaustively, and never where gold stands or where annotation is missing.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import spacy
from convert_entities import TEACHER_LABELS, dev_keys, restrict
from corpora import CORPORA, LABELS
from paths import CORPORA as CORPORA_FOLDER
from paths import DATA, blank_pipeline
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

ENTITY_ATTRIBUTES = ["ORTH", "SPACY", "ENT_IOB", "ENT_TYPE"]
TREE_ATTRIBUTES = [*ENTITY_ATTRIBUTES, "TAG", "LEMMA", "HEAD", "DEP", "SENT_START"]
DEV_CORPORA = ("jnlpba", "bionlp13cg", "bc5cdr", "ncbi_disease")
BULLETS = {"•", "-", "*", "–"}  # teachers know no lists and take bullets into a mention
DEV_STEP = 8  # every eighth document of a dev part stands in the sample


def read_docs(path: Path, nlp: Language) -> list[Doc]:
    """All documents of a DocBin file."""
    return list(DocBin(store_user_data=True).from_disk(path).get_docs(nlp.vocab))


def fill(doc: Doc, guesses: Iterable[Span], wanted: frozenset[str]) -> None:
    """Add the guessed mentions (of any tokenisation) of ``wanted`` labels that touch no gold."""
    blocked = {token.i for token in doc if token.ent_iob_ in {"B", "I"}}
    missing = [doc[token.i : token.i + 1] for token in doc if token.ent_iob == 0]
    blocked |= {span.start for span in missing}
    added = []
    for guess in guesses:
        start = guess[1].idx if guess[0].text in BULLETS and len(guess) > 1 else guess.start_char
        span = doc.char_span(start, guess.end_char, label=guess.label_)
        if span is None or guess.label_ not in wanted:
            continue
        if blocked.isdisjoint(range(span.start, span.end)):
            added.append(span)
            blocked.update(range(span.start, span.end))
    doc.set_ents([*doc.ents, *added], missing=missing, default="outside")


def fill_all(
    docs: list[Doc], teachers: dict[str, Language], complete: frozenset[str]
) -> Iterator[Doc]:
    """Fill every document; earlier teachers go before later ones where they disagree."""
    texts = [doc.text for doc in docs]
    for name, teacher in teachers.items():
        wanted = TEACHER_LABELS[name] - complete
        if wanted:
            for doc, guessed in zip(docs, teacher.pipe(texts, batch_size=64), strict=True):
                fill(doc, guessed.ents, wanted)
    yield from docs


def label_corpora(
    shares: dict[str, float],
    labels: frozenset[str],
    teachers: dict[str, Language],
    nlp: Language,
    data: Path,
) -> Iterator[Doc]:
    """Training documents of the named corpora with all ``labels`` annotated.

    A share of 0.25 takes a quarter of the documents, one of 3 takes each three times.
    """
    rng = random.Random(1)
    for name, share in shares.items():
        docs = read_docs(data / "entities" / f"{name}_train.spacy", nlp)
        docs = [restrict(doc, labels) for doc in docs if rng.random() < share]
        copies = max(1, int(share))
        for doc in fill_all(docs, teachers, CORPORA[name].complete):
            yield from [doc] * copies


def label_trees(
    teachers: dict[str, Language], held_out: set[str], nlp: Language, data: Path
) -> Iterator[Doc]:
    """Treebank documents with mentions by the teachers.

    Articles of a dev part keep their trees and get no mentions (missing, not "outside").
    """
    for path in sorted((data / "trees_train").glob("*.spacy")):
        docs = read_docs(path, nlp)
        free = [doc for doc in docs if f"pmid:{doc.user_data['article']}" not in held_out]
        for doc in free:
            doc.set_ents([], default="outside")
        list(fill_all(free, teachers, frozenset()))
        yield from docs


def label_dev(teachers: dict[str, Language], nlp: Language, data: Path) -> Iterator[Doc]:
    """The sample by which checkpoints are compared: gold, completed by the teachers."""
    for name in DEV_CORPORA:
        docs = read_docs(data / "entities" / f"{name}_dev.spacy", nlp)[::DEV_STEP]
        yield from fill_all(docs, teachers, CORPORA[name].complete)


def pairs(values: list[str]) -> dict[str, str]:
    """``["a=b"]`` as a dictionary."""
    return dict(value.split("=", 1) for value in values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["corpora", "trees", "dev"])
    parser.add_argument("--teacher", nargs="+", default=[], help="name=model folder")
    parser.add_argument(
        "--use", nargs="+", default=[], help="corpus=share of its documents (or copies)"
    )
    parser.add_argument("--labels", nargs="+", default=list(LABELS))
    parser.add_argument("--corpora", type=Path, default=CORPORA_FOLDER)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    nlp = blank_pipeline()
    teachers = {name: spacy.load(path) for name, path in pairs(arguments.teacher).items()}
    if arguments.what == "corpora":
        shares = {name: float(share) for name, share in pairs(arguments.use).items()}
        labels = frozenset(arguments.labels)
        docs = label_corpora(shares, labels, teachers, nlp, arguments.data)
    elif arguments.what == "trees":
        docs = label_trees(teachers, dev_keys(arguments.corpora), nlp, arguments.data)
    else:
        docs = label_dev(teachers, nlp, arguments.data)
    attributes = TREE_ATTRIBUTES if arguments.what == "trees" else ENTITY_ATTRIBUTES
    found = DocBin(attrs=attributes, docs=docs)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    found.to_disk(arguments.out)
    print(f"{arguments.out}: {len(found)} documents")


if __name__ == "__main__":
    main()
