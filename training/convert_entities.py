"""Turn the entity corpora into spaCy training data with GENE, CELL, DISEASE, CHEMICAL.

    python training/convert_entities.py [--corpora ../shared/corpora] [--out training/data]

Writes ``entities/<corpus>_<part>.spacy``.
Articles that occur in any dev part are left out of every train part. Tokens that hold
only a part of a mention ("IL-2-induced") get no annotation: missing, not "outside".
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from corpora import (
    CORPORA,
    FRAGMENT_WORDS,
    IGNORE,
    LEADING_ENDINGS,
    LEADING_WORDS,
    LONGEST_MENTION,
    NO_GENE_NAMES,
    REGION_WORDS,
    TRAILING_WORDS,
    EntityCorpus,
    article_keys,
    read_records,
)
from paths import add_path_arguments, blank_pipeline
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

Mention = tuple[int, int, str]  # start, end (characters), label

PIECE = 1500  # characters of a full text that make one training document
EMPTY: frozenset[str] = frozenset()
BARE_CELL = {"cell", "cells", "cellular"}
# Articles with the same annotation in an earlier corpus: GENIA's nested terms, and ChemProt's.
SAME_ANNOTATION = {"jnlpba", "drugprot"}
UNSCORED = {"drugprot"}  # its dev part is ChemProt's train part in large part


def trim(start: int, end: int, label: str, text: str) -> tuple[int, int]:
    """Cut off the words that our guidelines leave out; empty when nothing else is there."""
    words = list(re.finditer(r"\S+", text[start:end]))
    leading, trailing = LEADING_WORDS.get(label, EMPTY), TRAILING_WORDS.get(label, EMPTY)
    while words and (
        words[0].group().lower() in leading
        or (label == "CELL" and words[0].group().lower().endswith(LEADING_ENDINGS))
    ):
        words.pop(0)
    cut = False
    while words and words[-1].group().lower() in trailing:
        words.pop()
        cut = True
    if not words or (cut and words[-1].group().lower() in NO_GENE_NAMES):
        return start, start
    return start + words[0].start(), start + words[-1].end()


def convert_mention(raw: dict[str, Any], text: str, corpus: EntityCorpus) -> Mention | None:
    """One corpus mention in our labels and bounds, labelled ``IGNORE`` where in doubt."""
    start, end, label = raw["start"], raw["end"], corpus.types.get(raw["type"])
    if label is None:
        return None
    if raw.get("spans"):  # discontinuous
        return start, end, IGNORE
    start, end = trim(start, end, label, text)
    surface = text[start:end].lower()
    if not surface or (label == "CELL" and surface in BARE_CELL):
        return None
    words = surface.split()
    if len(words) > LONGEST_MENTION or {words[0], words[-1]} & FRAGMENT_WORDS:
        return start, end, IGNORE
    if raw["type"] in corpus.region_types and words[-1] in REGION_WORDS:
        return None if corpus.inner_names else (start, end, IGNORE)
    return start, end, label


def outermost(mentions: Iterable[Mention]) -> list[Mention]:
    """Drop mentions that overlap a longer one; the result is sorted and free of overlap."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m[0] - m[1], m[0])):
        if all(mention[1] <= start or end <= mention[0] for start, end, _ in kept):
            kept.append(mention)
    return sorted(kept)


def pieces(text: str, full_text: bool) -> Iterator[tuple[int, int]]:
    """Character ranges that become documents: the whole, or lines up to ``PIECE`` characters."""
    if not full_text:
        yield 0, len(text)
        return
    start = end = 0
    for line in text.splitlines(keepends=True):
        if end > start and end + len(line) - start > PIECE:
            yield start, end
            start = end
        end += len(line)
    if end > start:
        yield start, end


def to_doc(text: str, mentions: Iterable[Mention], nlp: Language) -> Doc:
    """Gold Doc; mentions that do not start and end with tokens become missing tokens."""
    doc = nlp.make_doc(text)
    spans: list[Span] = []
    missing: list[Span] = []
    taken: set[int] = set()
    for start, end, label in mentions:
        span = None if label == IGNORE else doc.char_span(start, end, label=label)
        if span is not None and taken.isdisjoint(range(span.start, span.end)):
            spans.append(span)
            taken.update(range(span.start, span.end))
    for start, end, _ in mentions:
        cover = doc.char_span(start, end, alignment_mode="expand")
        if cover is None:
            continue
        missing += [doc[i : i + 1] for i in range(cover.start, cover.end) if i not in taken]
        taken.update(range(cover.start, cover.end))
    doc.set_ents(spans, missing=missing, default="outside")
    return doc


def convert(
    records: Iterable[dict[str, Any]], corpus: EntityCorpus, nlp: Language
) -> Iterator[Doc]:
    """Yield gold Docs; ``user_data`` holds the corpus and, by label, the mentions lost.

    A mention is lost where its bounds are not bounds of tokens.
    """
    for record in records:
        text = record["text"]
        converted = (convert_mention(raw, text, corpus) for raw in record["entities"])
        mentions = outermost(mention for mention in converted if mention is not None)
        for start, end in pieces(text, corpus.full_text):
            inside = [
                (s - start, e - start, label) for s, e, label in mentions if start <= s and e <= end
            ]
            doc = to_doc(text[start:end].rstrip(), inside, nlp)
            if len(doc) > 2:
                lost = Counter(label for _, _, label in inside if label != IGNORE)
                lost.subtract(span.label_ for span in doc.ents)
                doc.user_data = {"corpus": corpus.name, "lost": dict(lost)}
                yield doc


def write(docs: Iterable[Doc], path: Path) -> int:
    """Write a DocBin and return the number of documents."""
    found = DocBin(attrs=["ORTH", "SPACY", "ENT_IOB", "ENT_TYPE"], store_user_data=True, docs=docs)
    path.parent.mkdir(parents=True, exist_ok=True)
    found.to_disk(path)
    return len(found)


def read_docs(path: Path, nlp: Language) -> list[Doc]:
    """All documents of a DocBin file."""
    return list(DocBin(store_user_data=True).from_disk(path).get_docs(nlp.vocab))


def dev_keys(corpora: Path) -> set[str]:
    """Keys of all articles in a dev part on which anything is scored."""
    names = [name for name in CORPORA if name not in UNSCORED]
    records = [record for name in names for record in read_records(corpora / name, "dev")]
    return {key for record in records for key in article_keys(record)}


def build(corpora: Path, out: Path) -> None:
    """Write both parts of every corpus."""
    nlp = blank_pipeline()
    held_out = dev_keys(corpora)
    seen: set[str] = set()
    for name, corpus in CORPORA.items():
        if name not in UNSCORED:
            dev = convert(read_records(corpora / name, "dev"), corpus, nlp)
            write(dev, out / "entities" / f"{name}_dev.spacy")
        records = read_records(corpora / name, "train")
        records = [r for r in records if not (article_keys(r) & held_out)]
        if name in SAME_ANNOTATION:
            records = [r for r in records if not (article_keys(r) & seen)]
        seen |= {key for r in records for key in article_keys(r)}
        train = list(convert(records, corpus, nlp))
        write(train, out / "entities" / f"{name}_train.spacy")
        labels = Counter(span.label_ for doc in train for span in doc.ents)
        missing = sum(token.ent_iob == 0 for doc in train for token in doc)
        words = sum(len(doc) for doc in train)
        print(f"{name}: {len(train)} docs, {words} tokens, {missing} missing, {dict(labels)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_path_arguments(parser)
    arguments = parser.parse_args()
    build(arguments.corpora, arguments.out)


if __name__ == "__main__":
    main()
