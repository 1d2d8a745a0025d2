"""The usual scispaCy stack against ours on one core: same texts, CPU seconds.

    python benchmarks/stack.py [PATH ...] [--cytokine 300] [--mixed 2000]

The stack: ``en_core_sci_sm``, then the four entity models, each as it loads with all components,
one after the other through ``nlp.pipe`` over texts that are in memory: its best case. Ours: the
whole run from the files to the tables, with triage. Loading of models counts for neither. Texts:
abstracts that name cytokines, a mix in which 4 in 100 do (see citations.py), and what lies at
each PATH. Models that are not installed are stood in for (see stack_models.py).
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"  # one core, before numpy is imported

import argparse
import re
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from citations import Wanted, write
from sentences import relevant
from stack_models import STACK, stack_model
from stages import Stages

from pipeline.read import read_inputs
from pipeline.records import Document
from pipeline.route import Settings
from pipeline.run import RunOptions, run
from pipeline.triage import LABELS

WARM = 8  # texts that go through first, uncounted
LESSONS = 25  # abstracts that the stand-ins are trained on
MIX = 0.04
_MARKUP = re.compile(r"</?\w+>")


@dataclass(frozen=True, slots=True)
class Texts:
    """A set of texts: its name, the files, and the texts as they are read."""

    name: str
    paths: tuple[Path, ...]
    texts: tuple[str, ...]

    @property
    def words(self) -> int:
        return sum(len(text.split()) for text in self.texts)


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of one way to do the texts, whole and by part."""

    seconds: float
    parts: tuple[tuple[str, float], ...]


def read_texts(name: str, paths: Sequence[Path]) -> Texts:
    """The texts of documents at some paths. Raises InputError."""
    found = [item.text for item in read_inputs(list(paths)) if isinstance(item, Document)]
    return Texts(name, tuple(paths), tuple(found))


def made_up(folder: Path, cytokine: int, mixed: int) -> list[Texts]:
    """The two sets of the generator, of so many citations, written below a folder."""
    named, mix = folder / "cytokine", folder / "mixed"
    write(named, Wanted(cytokine, 1.0))
    write(mix, Wanted(mixed, MIX))
    return [
        read_texts("cytokine abstracts", [named]),
        read_texts(f"a mix, {MIX:.0%} on cytokines", [mix]),
    ]


def our_cost(texts: Texts) -> Cost:
    """A run over the files, with triage, after a run that loads the tools."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "warm", Wanted(WARM, 1.0, seed=1))
        run(_options(folder / "warm", folder / "first", settings))
        stages = Stages()
        started = time.process_time()
        with stages.installed(settings):
            run(_options(texts.paths, folder / "tables", settings))
        seconds = time.process_time() - started
    return Cost(seconds, tuple(stages.seconds.most_common()))


def _options(paths: Path | tuple[Path, ...], output: Path, settings: Settings) -> RunOptions:
    inputs = (paths,) if isinstance(paths, Path) else paths
    return RunOptions(inputs, output, settings=settings, triage=tuple(sorted(LABELS)))


def stack_costs(sets: Sequence[Texts]) -> tuple[list[Cost], dict[str, str]]:
    """What the stack costs for each set, by model, and what each model is."""
    random = Random(1)
    lessons = [
        _MARKUP.sub("", sentence) for _ in range(LESSONS) for sentence in relevant(100, random)
    ]
    parts: list[Counter[str]] = [Counter() for _ in sets]
    what = {}
    for name in STACK:
        nlp, what[name] = stack_model(name, lessons)
        for texts, seconds in zip(sets, parts, strict=True):
            for _ in nlp.pipe(texts.texts[:WARM]):
                pass
            started = time.process_time()
            for _ in nlp.pipe(texts.texts):
                pass
            seconds[name] = time.process_time() - started  # type: ignore[assignment]
    return [Cost(sum(own.values()), tuple(own.items())) for own in parts], what


@dataclass(frozen=True, slots=True)
class Compared:
    """Both ways over a set of texts."""

    texts: Texts
    ours: Cost
    stack: Cost

    def rows(self) -> list[tuple[str, ...]]:
        """Cells of the table: way, documents, words, CPU seconds, rates, ratio."""
        return [
            (
                self.texts.name, way, f"{len(self.texts.texts):,}", f"{self.texts.words:,}",
                f"{cost.seconds:.1f}", f"{len(self.texts.texts) / cost.seconds:.1f}",
                f"{self.texts.words / cost.seconds:,.0f}",
                f"{self.stack.seconds / cost.seconds:.1f}",
            )
            for way, cost in (("stack", self.stack), ("ours", self.ours))
        ]  # fmt: skip


HEADER = (
    "texts", "way", "documents", "words", "CPU s", "documents/CPU s", "words/CPU s", "times as fast"
)  # fmt: skip


def compare(paths: Sequence[Path], cytokine: int, mixed: int) -> tuple[list[Compared], str]:
    """Both ways over the made-up sets and each path; and what the models of the stack are."""
    with tempfile.TemporaryDirectory() as name:
        sets = made_up(Path(name), cytokine, mixed)
        sets += [read_texts(path.name, [path]) for path in paths]
        ours = [our_cost(texts) for texts in sets]  # before the stack fills the memory
        stacks, what = stack_costs(sets)
    compared = [Compared(*one) for one in zip(sets, ours, stacks, strict=True)]
    return compared, ", ".join(f"{name} {kind}" for name, kind in what.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, help="texts of your own")
    parser.add_argument("--cytokine", type=int, default=300, help="citations that all name some")
    parser.add_argument("--mixed", type=int, default=2000, help="citations of the mix")
    options = parser.parse_args()
    compared, what = compare(options.paths, options.cytokine, options.mixed)
    print(" | ".join(HEADER))
    for one in compared:
        for row in one.rows():
            print(" | ".join(row))
    print(f"\nThe stack: {what}")
    for one in compared:
        for way, cost in (("stack", one.stack), ("ours", one.ours)):
            print(f"\n{one.texts.name}, {way}: CPU seconds by part")
            for part, seconds in cost.parts:
                print(f"  {part:28} {seconds:8.2f}  {seconds / cost.seconds:6.1%}")


if __name__ == "__main__":
    main()
