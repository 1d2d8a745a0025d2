"""Recognition, trees and speed of the embedded model and the layers above it, as Markdown.

    python benchmarks/recognition.py [--corpora ../shared/corpora] [--only NAME ...]

Needs the public corpora. ``--only`` takes corpora, treebanks, ``gold`` and ``speed``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core, before numpy is imported

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus_gold import ENTITY_CORPORA, MentionSet, mention_set, normal_tag, own_gold, tree_files
from paths import CORPORA
from recognition_report import Row, mention_table, speed_table, tree_table
from spacy.language import Language
from spacy.tokens import Doc
from span_scores import Counts, Span, compare
from tree_scores import GoldTree, TreeCounts, score_tree

from pipeline.nlp import EMBEDDED, load
from pipeline.patterns_data import default_patterns_dir
from pipeline.read import read_inputs
from pipeline.recognise.recogniser import Recogniser
from pipeline.recognise.settle import settle
from pipeline.records import LABELS, Document

ROOT = Path(__file__).resolve().parents[1]
OWN_DOCUMENTS = ROOT / "corpus" / "documents"
# What each system can say. The model's GENE is no CYTOKINE, its CHEMICAL no DRUG.
SYSTEMS = {
    "model": frozenset({"GENE", "CELL", "DISEASE", "CHEMICAL"}),
    "recogniser": frozenset(LABELS),
    "tables": frozenset(LABELS),
}
MICRO = {"bc5cdr": "both", "gold": "all"}  # sets with a row over all their labels
ABSTRACTS = ("bc5cdr", 150)  # the sample for the speed: corpus, number of documents
WITHOUT_CONTEXT = {"", "case"}  # table rows that hold wherever they stand


@dataclass(frozen=True, slots=True)
class Tools:
    """The loaded model, with the package's own components around it, and the recogniser."""

    nlp: Language
    recogniser: Recogniser

    def spans(self, system: str, doc: Doc) -> list[Span]:
        """What one system finds in a text."""
        if system == "model":
            return [Span(e.start_char, e.end_char, e.label_) for e in doc.ents]
        if system == "recogniser":
            found = [one.candidate for one in self.recogniser([doc])[0]]
        else:
            terms = self.recogniser.layers(doc).get("terms", [])
            found = settle([term for term in terms if term.match in WITHOUT_CONTEXT])
        return [Span(c.start, c.end, c.label) for c in found]


Tally = defaultdict[tuple[str, str, str, str], Counts]  # system, reading, matching, label


def score_mentions(tools: Tools, gold: MentionSet) -> Tally:
    """Counts of every system that knows a label of the set."""
    tally: Tally = defaultdict(Counts)
    systems = {name: known & gold.labels for name, known in SYSTEMS.items() if known & gold.labels}
    with tools.nlp.memory_zone():
        for number, doc in enumerate(tools.nlp.pipe(gold.texts, batch_size=32)):
            for system, labels in systems.items():
                said = tools.spans(system, doc)
                for reading, golds in gold.readings.items():
                    for matching in ("strict", "relaxed"):
                        strict = matching == "strict"
                        counts = compare(golds[number], said, labels, strict=strict)
                        for label, count in counts.items():
                            tally[system, reading, matching, label] += count
    return tally


def mention_rows(name: str, gold: MentionSet, tally: Tally) -> Iterator[Row]:
    """One row a label and system; ``published`` only for the model."""
    order = [label for label in ("GENE", "CHEMICAL", *LABELS) if label in gold.labels]
    groups = [(label, {label}) for label in order]
    if name in MICRO:
        groups.append((MICRO[name], set(order)))
    for title, labels in groups:
        for system, known in SYSTEMS.items():
            if not labels <= known:
                continue

            def total(
                reading: str, matching: str, system: str = system, labels: set[str] = labels
            ) -> Counts:
                parts = (tally[system, reading, matching, label] for label in labels)
                return sum(parts, Counts())

            row: Row = {"set": name, "label": title, "system": system, "texts": len(gold.texts)}
            row |= {m: asdict(total("reconciled", m)) for m in ("strict", "relaxed")}
            if system == "model" and "published" in gold.readings:
                row["published"] = asdict(total("published", "strict"))
            yield row


def score_trees(nlp: Language, golds: Sequence[GoldTree]) -> Row:
    """The model's own trees and sentences, without the package's fixed boundaries."""
    counts = TreeCounts()
    alone = [name for name in ("boundaries", "abbreviation_detector") if name in nlp.pipe_names]
    with nlp.select_pipes(disable=alone), nlp.memory_zone():
        docs = nlp.pipe((gold.text for gold in golds), batch_size=32)
        for gold, doc in zip(golds, docs, strict=True):
            score_tree(gold, doc, counts, normal_tag)
    return {"texts": len(golds), **asdict(counts), **counts.rates}


def measure_speed(tools: Tools, texts: Sequence[str]) -> Row:
    """Tokens a CPU second of this process: the model, the recogniser, both together."""
    list(tools.nlp.pipe(texts[:2]))
    with tools.nlp.memory_zone():
        started = time.process_time()
        docs = list(tools.nlp.pipe(texts, batch_size=32))
        parsed = time.process_time()
        for doc in docs:
            tools.recogniser([doc])
        ended = time.process_time()
        tokens = sum(map(len, docs))
    return {
        "texts": len(texts),
        "tokens": tokens,
        "model": tokens / (parsed - started),
        "recogniser": tokens / (ended - parsed),
        "together": tokens / (ended - started),
    }


def speed_rows(tools: Tools, corpora: Path, limit: int | None) -> Iterator[Row]:
    """Speed over the project's documents and over abstracts, as far as they are there."""
    if OWN_DOCUMENTS.is_dir():
        documents = [d for d in read_inputs([OWN_DOCUMENTS]) if isinstance(d, Document)]
        texts = [document.text for document in documents][:limit]
        yield {"set": "corpus/documents"} | measure_speed(tools, texts)
    name, number = ABSTRACTS
    if (corpora / name).is_dir():
        texts = mention_set(corpora, name, "dev", min(number, limit or number)).texts
        yield {"set": f"{name} abstracts"} | measure_speed(tools, texts)


def run(tools: Tools, arguments: argparse.Namespace, chosen: Sequence[str]) -> dict[str, list[Row]]:
    """Rows of the three tables."""
    rows: dict[str, list[Row]] = {"mentions": [], "trees": [], "speed": []}
    trees = tree_files(arguments.part)
    for name in chosen:
        started = time.perf_counter()
        if name == "speed":
            rows["speed"] += speed_rows(tools, arguments.corpora, arguments.limit)
        elif name in trees:
            golds = list(trees[name](arguments.corpora))[: arguments.limit]
            rows["trees"].append({"set": name} | score_trees(tools.nlp, golds))
        else:
            if name == "gold":
                gold = own_gold(arguments.gold, arguments.limit)
            else:
                gold = mention_set(arguments.corpora, name, arguments.part, arguments.limit)
            rows["mentions"] += mention_rows(name, gold, score_mentions(tools, gold))
        print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return rows


def parse(argv: Sequence[str] | None) -> tuple[argparse.Namespace, list[str]]:
    """The options, and the names of what is scored."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=EMBEDDED, help="embedded, an installed one, a folder")
    parser.add_argument("--corpora", type=Path, default=CORPORA, metavar="FOLDER")
    parser.add_argument("--gold", type=Path, metavar="FILE", help="default: CORPORA/../gold/dev")
    parser.add_argument("--part", choices=["train", "dev"], default="dev")
    parser.add_argument("--only", nargs="+", metavar="NAME", default=[])
    parser.add_argument("--limit", type=int, metavar="N", help="documents of each set")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the numbers")
    arguments = parser.parse_args(argv)
    if not arguments.corpora.is_dir():
        parser.error(f"no corpora at {arguments.corpora}; name their folder")
    if arguments.gold is None:
        arguments.gold = arguments.corpora.parent / "gold" / "dev.jsonl"
    # speed first: later the caches of words are warm with the very texts
    names = ["speed", *ENTITY_CORPORA, "gold", *tree_files(arguments.part)]
    unknown = set(arguments.only) - set(names)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(names)}")
    return arguments, [name for name in names if name in (arguments.only or names)]


def main(argv: Sequence[str] | None = None) -> None:
    arguments, chosen = parse(argv)
    nlp = load(arguments.model)
    rows = run(Tools(nlp, Recogniser(default_patterns_dir())), arguments, chosen)
    files = [path for path in Path(nlp.path or "").rglob("*") if path.is_file()] if nlp.path else []
    size = sum(path.stat().st_size for path in files)
    about: Row = {"model": arguments.model, "part": arguments.part, "limit": arguments.limit}
    print(
        f"Model `{arguments.model}`, {size / 1e6:.1f} MB on disk; part `{arguments.part}`", end=""
    )
    print(f", the first {arguments.limit} documents of each set." if arguments.limit else ".")
    tables = {"mentions": mention_table, "trees": tree_table, "speed": speed_table}
    for name, table in tables.items():
        if rows[name]:
            print("", *table(rows[name]), sep="\n")
    if arguments.json:
        kept = about | {"bytes": size} | rows
        arguments.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
