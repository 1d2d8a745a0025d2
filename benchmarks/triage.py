"""Speed and share of the triage, and whether it loses anything.

    python benchmarks/triage.py [--check] [--label LABEL] [--patterns DIR] [PATH ...]

Every input is timed twice: with words that no text before has held, and once more with all of
them known, which is where a long run arrives. PATH is corpus/documents where none is given;
``--label`` asks for CYTOKINE or RECEPTOR alone. ``--check`` reads all documents with the whole
recogniser too, says how many hold a cytokine or receptor, lists every mention that the triage
would lose and exits with 1 if there is any.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core, before numpy is imported

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.patterns_data import default_patterns_dir
from pipeline.read import read_inputs
from pipeline.records import Document, Mention
from pipeline.route import Settings, cut, place, tools
from pipeline.triage import LABELS, Triage

BATCH = 32  # documents that the model reads together


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass of the triage: what it keeps, and CPU seconds."""

    kept: list[bool]
    seconds: float


def timed(triage: Triage, documents: Sequence[Document]) -> Pass:
    started = time.process_time()
    kept = [triage.keeps(document.text) for document in documents]
    return Pass(kept, time.process_time() - started)


def found(
    documents: Sequence[Document], settings: Settings, labels: frozenset[str]
) -> Iterator[list[Mention]]:
    """The mentions with the labels that the whole recogniser finds in each document."""
    ready = tools(settings)
    for first in range(0, len(documents), BATCH):
        batch = documents[first : first + BATCH]
        with ready.nlp.memory_zone():
            blocks_of = [cut(document) for document in batch]
            docs = ready.nlp.pipe(block.text for own in blocks_of for block in own)
            for document, own in zip(batch, blocks_of, strict=True):
                mentions: dict[tuple[int, int, str], Mention] = {}
                of_blocks = ready.recogniser([next(docs) for _ in own])
                for block, items in zip(own, of_blocks, strict=True):
                    place(document, block, items, mentions)
                yield [one for one in mentions.values() if one.label in labels]


def report(name: str, documents: Sequence[Document], triage: Triage) -> list[bool]:
    size = sum(len(document.text.encode()) for document in documents) / 1e6
    new, known = timed(triage, documents), timed(triage, documents)
    share = sum(known.kept) / max(1, len(documents))
    print(f"{name}: {len(documents)} documents, {size:.2f} MB, kept {share:.1%}")
    for title, one in (("new words", new), ("known words", known)):
        seconds = max(one.seconds, 1e-9)
        print(
            f"  {title}: {size / seconds:.1f} MB/s, "
            f"{len(documents) / seconds:.0f} documents per CPU second"
        )
    return known.kept


def check(
    documents: Sequence[Document], kept: Sequence[bool], mentions_of: Iterator[list[Mention]]
) -> int:
    """Prints how many documents hold a mention; the number of mentions lost."""
    holding = n_mentions = lost = 0
    for document, keep, mentions in zip(documents, kept, mentions_of, strict=True):
        holding += bool(mentions)
        n_mentions += len(mentions)
        for mention in () if keep else mentions:
            lost += 1
            print(f"  LOST {document.doc_id}: {mention.label} {mention.text!r} ({mention.layer})")
    share = holding / max(1, len(documents))
    print(f"  whole recogniser: {n_mentions} mentions in {share:.1%} of them, {lost} lost")
    return lost


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, default=[Path("corpus/documents")])
    parser.add_argument("--check", action="store_true", help="compare with the whole recogniser")
    parser.add_argument("--patterns", type=Path, default=default_patterns_dir())
    parser.add_argument("--label", choices=sorted(LABELS), help="one of them alone")
    options = parser.parse_args()
    labels = frozenset({options.label}) if options.label else LABELS
    started = time.process_time()
    triage = Triage(options.patterns, labels)
    print(f"built in {time.process_time() - started:.2f} CPU seconds")
    lost = 0
    for path in options.paths:
        documents = [item for item in read_inputs([path]) if isinstance(item, Document)]
        kept = report(str(path), documents, triage)
        if options.check:
            settings = Settings(patterns=str(options.patterns))
            lost += check(documents, kept, found(documents, settings, labels))
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
