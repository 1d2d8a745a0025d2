"""Average the weights of trainings that started from the same weights.

python training/average.py OUT MODEL MODEL [...]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import callbacks  # noqa: F401 - the configs name its functions
import spacy
from spacy.language import Language


def average(models: list[Language]) -> Language:
    """The first model with the mean of all models' weights; all have the same shape.

    Raises ValueError where a weight is missing in one of them or has another shape.
    """
    first, others = models[0], models[1:]
    for name, pipe in first.pipeline:
        if not hasattr(pipe, "model"):
            continue
        walks = [list(nlp.get_pipe(name).model.walk()) for nlp in others]
        for place, node in enumerate(pipe.model.walk()):
            for parameter in node.param_names:
                if not node.has_param(parameter):
                    continue
                total = node.get_param(parameter).copy()
                for walk in walks:
                    other = walk[place].get_param(parameter)
                    if other.shape != total.shape:
                        raise ValueError(f"{name}: {node.name}.{parameter} differs in shape")
                    total += other
                node.set_param(parameter, total / len(models))
    return first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("models", type=Path, nargs="+")
    arguments = parser.parse_args()
    average([spacy.load(path) for path in arguments.models]).to_disk(arguments.out)


if __name__ == "__main__":
    main()
