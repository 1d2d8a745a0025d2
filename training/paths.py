"""Where corpora are read and training data written; the blank pipeline with our tokenizer."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import spacy
from spacy.language import Language
from tokenizer import finer_tokenizer

HERE = Path(__file__).resolve().parent
CORPORA = Path(os.environ.get("CORPORA", HERE.parent.parent / "shared" / "corpora"))
DATA = Path(os.environ.get("TRAINING_DATA", HERE / "data"))


def add_path_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--corpora`` and ``--out`` with their defaults."""
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="folder of the corpora")
    parser.add_argument("--out", type=Path, default=DATA, help="folder for training data")


def blank_pipeline() -> Language:
    """An empty English pipeline with the tokenizer of the model."""
    nlp = spacy.blank("en")
    nlp.tokenizer = finer_tokenizer(nlp)
    return nlp
