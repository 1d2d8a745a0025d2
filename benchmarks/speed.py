"""Tokens a second on one core and peak memory of the whole route.

    python benchmarks/speed.py [PATH ...]      (default: corpus/documents)

Reads, annotates and tabulates everything once to warm up on the first document, then
times the rest. Loading the model and the patterns is reported apart.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core, before numpy is imported

import resource
import sys
import time
from pathlib import Path

from pipeline.distribute import annotate_all
from pipeline.network import network
from pipeline.read import read_inputs
from pipeline.records import Document
from pipeline.route import Settings, tools
from pipeline.tabulate import Tables


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:]] or [Path("corpus/documents")]
    settings = Settings()
    started = time.perf_counter()
    tools(settings)
    loading = time.perf_counter() - started
    documents = [item for item in read_inputs(paths) if isinstance(item, Document)]
    list(annotate_all(documents[:1], settings))
    tables = Tables()
    wall, cpu = time.perf_counter(), time.process_time()
    for annotation in annotate_all(documents, settings):
        tables.add(annotation)
    facts = network(tables.relations)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    characters = sum(len(document.text) for document in documents)
    print(f"documents {len(documents)}, characters {characters}, tokens {tables.n_tokens}")
    print(f"mentions {len(tables.mentions)}, relations {len(tables.relations)}, facts {len(facts)}")
    print(f"loading {loading:.1f} s; route {wall:.1f} s wall, {cpu:.1f} s CPU")
    print(f"{tables.n_tokens / cpu:.0f} tokens per CPU second, peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
