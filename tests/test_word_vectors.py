"""Word vectors in bytes: saved small, read back as they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.vectors import Vectors

from pipeline.word_vectors import pack_vectors, unpack_vectors


def with_vectors(rows: list[list[float]]) -> Language:
    nlp = spacy.blank("en")
    keys = [f"word{i}" for i in range(len(rows))]
    data = np.array(rows, dtype=np.float32)
    nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings, data=data, keys=keys, attr="LOWER")
    return nlp


def test_a_saved_table_comes_back_in_floats(tmp_path: Path) -> None:
    nlp = with_vectors([[0.5, -3.96875], [0.03125, 0.0]])
    pack_vectors(nlp, 32)
    assert nlp.vocab.vectors.data.dtype == np.int8
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    unpack_vectors(again)
    assert again.vocab.vectors.data.dtype == np.float32
    assert again.vocab.get_vector("word0").tolist() == [0.5, -3.96875]
    assert again.vocab.get_vector("word1").tolist() == [0.03125, 0.0]


def test_values_that_fit_no_byte_are_told() -> None:
    with pytest.raises(ValueError, match=r"beyond ±3\.97 do not fit a byte at 32 steps"):
        pack_vectors(with_vectors([[4.0, 0.0]]), 32)


def test_other_tables_stay() -> None:
    nlp = with_vectors([[0.25, 1.0]])
    unpack_vectors(nlp)
    assert nlp.vocab.get_vector("word0").tolist() == [0.25, 1.0]
    empty = spacy.blank("en")
    unpack_vectors(empty)
    assert empty.vocab.vectors.shape[0] == 0
