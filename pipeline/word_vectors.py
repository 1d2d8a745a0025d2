"""Word vectors in bytes: what keeps the embedded model small.

spaCy stores a table of floats; the embedded model stores whole numbers of one byte and
says in its meta data (``vector_steps``) how many make 1.
"""

from __future__ import annotations

import numpy as np
from spacy.language import Language

STEPS = "vector_steps"


def pack_vectors(nlp: Language, steps: int) -> None:
    """Turn the table into bytes, ``steps`` to 1, in place; such a pipeline is for saving only.

    Raises ValueError where a value does not fit: nothing is cut off in silence.
    """
    numbers = np.rint(nlp.vocab.vectors.data * steps)
    if np.abs(numbers).max(initial=0) > 127:
        raise ValueError(f"vectors beyond ±{127 / steps:.2f} do not fit a byte at {steps} steps")
    nlp.vocab.vectors.data = numbers.astype(np.int8)
    nlp.meta[STEPS] = steps


def unpack_vectors(nlp: Language) -> None:
    """Turn a table of bytes back into floats, in place; any other stays as it is."""
    table = nlp.vocab.vectors.data
    if table.dtype == np.int8:
        nlp.vocab.vectors.data = table.astype(np.float32) / nlp.meta[STEPS]
