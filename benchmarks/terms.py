"""What a large import of terms costs: time and memory to load, and time to match.

    python benchmarks/terms.py [FILE=LABEL ...] [--synthetic N] [--documents PATH ...]

Imports each ontology (OBO; also .gz) into a copy of the shipped patterns, with N made-up
diseases and cells beside them, and reads corpus/documents twice: with the shipped tables and
with the imported ones. Each goes into a process of its own, on one core. Without a file and
without ``--synthetic``, 100,000 made-up terms are taken.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core, before numpy is imported

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from pipeline.distribute import annotate_all
from pipeline.network import network
from pipeline.ontology.folder import known_folder, write_import
from pipeline.ontology.importer import ImportOptions, convert, table_name
from pipeline.ontology.known import read_known
from pipeline.ontology.obo import read_obo
from pipeline.ontology.spellings import read_import_words
from pipeline.read import read_inputs
from pipeline.recognise.term_matcher import TermMatcher
from pipeline.recognise.terms import read_terms
from pipeline.records import LABELS, Document
from pipeline.route import Settings, tools
from pipeline.tabulate import Tables

SYNTHETIC = 100_000
_QUALITIES = (
    "acute", "chronic", "familial", "hereditary", "juvenile", "primary", "secondary", "diffuse",
    "focal", "severe", "benign", "malignant", "congenital", "X-linked", "autosomal dominant",
    "idiopathic", "recurrent", "progressive", "atypical", "bilateral", "early-onset", "mixed",
)  # fmt: skip
_STARTS = (
    "arthr", "cardi", "derm", "enceph", "gastr", "hepat", "kerat", "lymph", "myel", "nephr",
    "neur", "oste", "pneum", "retin", "splen", "thyr", "vascul", "xanth", "zyg", "chondr",
)  # fmt: skip
_MIDDLES = ("o", "alo", "ido", "eno", "aro", "ulo", "ino", "amo", "ito", "ero", "obo", "umo")
_ENDS = {
    "DISEASE": ("itis", "oma", "osis", "opathy", "oplasia", "emia", "algia", "otrophy"),
    "CELL": ("cyte", "blast", "phage", "clast"),
}
_TAILS = {
    "DISEASE": ("", " disease", " syndrome", " of the skin", " with seizures", " type {n}", " {n}"),
    "CELL": ("", " progenitor", " of the skin", " precursor cell", " type {n}"),
}


@dataclass(frozen=True)
class Figures:
    """Seconds of CPU, megabytes, and counts of one reading of the documents."""

    terms: int
    loading_terms: float
    terms_megabytes: float
    matching: float
    route: float
    peak_megabytes: float
    mentions: int


def synthetic_obo(number: int, label: str, random_: random.Random) -> Iterator[str]:
    """The text of an ontology of made-up terms, each with a parent."""
    yield f"format-version: 1.2\nontology: synthetic_{label.lower()}\n"
    seen: set[str] = set()
    while len(seen) < number:
        word = "".join(random_.choice(part) for part in (_STARTS, _MIDDLES, _STARTS, _ENDS[label]))
        qualities = random_.sample(_QUALITIES, random_.randrange(3))
        tail = random_.choice(_TAILS[label]).format(n=random_.randrange(1, 90))
        name = " ".join([*qualities, word]) + tail
        if name in seen:
            continue
        seen.add(name)
        stanza = f"\n[Term]\nid: MADE:{len(seen):07}\nname: {name}\n"
        if len(seen) > 1:
            stanza += f"is_a: MADE:{random_.randrange(1, len(seen)):07}\n"
        yield stanza


def import_one(path: Path, label: str, folder: Path) -> None:
    """What ``pipeline terms import`` does, with the time it takes."""
    started = time.process_time()
    known = known_folder(folder)
    ontology = read_obo(path)
    name = table_name(ontology)
    options = ImportOptions(label)
    imported = convert(ontology, read_known(known, label, name), read_import_words(known), options)
    write_import(folder, name, imported)
    print(
        f"imported {path.name}: {len(ontology.terms)} terms, {len(imported.rows)} spellings, "
        f"{len(imported.links)} links in {time.process_time() - started:.1f} s CPU",
        flush=True,
    )


def _resident() -> float:
    """Megabytes in memory now; where the system does not tell, the most so far."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 1e6


def measure(patterns: str, paths: list[Path]) -> Figures:
    """Load the terms alone, then everything, and read the documents."""
    folder = Settings(patterns=patterns).patterns_dir
    before, cpu = _resident(), time.process_time()
    terms = read_terms(folder)
    matcher = TermMatcher(terms)
    loading, megabytes = time.process_time() - cpu, _resident() - before
    del matcher
    settings = Settings(patterns=patterns)
    tools(settings)
    documents = [item for item in read_inputs(paths) if isinstance(item, Document)]
    list(annotate_all(documents[:1], settings))
    spent = 0.0
    match = TermMatcher.__call__

    def timed(self: TermMatcher, *arguments: Any) -> Any:
        nonlocal spent
        started = time.process_time()
        found = match(self, *arguments)
        spent += time.process_time() - started
        return found

    TermMatcher.__call__ = timed  # type: ignore[method-assign]
    tables = Tables()
    cpu = time.process_time()
    for annotation in annotate_all(documents, settings):
        tables.add(annotation)
    network(tables.relations)
    route = time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figures(len(terms), loading, megabytes, spent, route, peak, len(tables.mentions))


def show(name: str, figures: Figures) -> None:
    share = figures.matching / figures.route
    print(
        f"{name}: {figures.terms} terms; loading them {figures.loading_terms:.1f} s CPU and "
        f"{figures.terms_megabytes:.0f} MB; matching {figures.matching:.2f} s of "
        f"{figures.route:.1f} s of the route ({share:.1%}); {figures.mentions} mentions; "
        f"peak {figures.peak_megabytes:.0f} MB",
        flush=True,
    )


def _file_and_label(text: str) -> tuple[Path, str]:
    path, _, label = text.rpartition("=")
    if not path or label not in LABELS:
        raise argparse.ArgumentTypeError(f"{text!r}: write FILE=LABEL, {', '.join(LABELS)}")
    return Path(path), label


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=_file_and_label, metavar="FILE=LABEL")
    parser.add_argument("--synthetic", type=int, metavar="N", help="made-up terms to add")
    parser.add_argument("--documents", nargs="+", type=Path, default=[Path("corpus/documents")])
    chosen = parser.parse_args()
    number = chosen.synthetic
    if number is None:
        number = 0 if chosen.files else SYNTHETIC
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "patterns"
        files = list(chosen.files)
        if number:
            for label, share in (("DISEASE", number - number // 3), ("CELL", number // 3)):
                path = Path(place) / f"{label.lower()}.obo"
                text = "".join(synthetic_obo(share, label, random.Random(7)))
                path.write_text(text, encoding="utf-8")
                files.append((path, label))
        for path, label in files:
            import_one(path, label, folder)
        for name, patterns in (("shipped", ""), ("imported", str(folder))):
            context = get_context("spawn")  # for each a memory of its own
            with ProcessPoolExecutor(1, mp_context=context) as process:
                show(name, process.submit(measure, patterns, chosen.documents).result())


if __name__ == "__main__":
    main()
