"""Functions that the training configs name (``spacy train --code training/callbacks.py``)."""

from __future__ import annotations

from collections.abc import Callable

import spacy
from scispacy.custom_tokenizer import combined_rule_tokenizer
from spacy.language import Language


@spacy.registry.callbacks("scispacy_tokenizer")
def make_scispacy_tokenizer() -> Callable[[Language], Language]:
    """Give the pipeline scispaCy's tokenizer before its first text is read."""

    def set_tokenizer(nlp: Language) -> Language:
        nlp.tokenizer = combined_rule_tokenizer(nlp)
        return nlp

    return set_tokenizer
