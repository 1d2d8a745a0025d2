"""Functions that the training configs name (``spacy train --code training/callbacks.py``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import spacy
from spacy.language import Language
from spacy.pipeline.edit_tree_lemmatizer import EditTreeLemmatizer
from tokenizer import finer_tokenizer


@spacy.registry.callbacks("finer_tokenizer")
def make_finer_tokenizer() -> Callable[[Language], Language]:
    """Give the pipeline the finer tokenizer before its first text is read."""

    def set_tokenizer(nlp: Language) -> Language:
        nlp.tokenizer = finer_tokenizer(nlp)
        return nlp

    return set_tokenizer


@spacy.registry.callbacks("restore_lemma_labels")
def make_restore_lemma_labels() -> Callable[[Language], Language]:
    """Let a loaded lemmatizer train on: spaCy 3.8 does not restore its map of tree to label.

    Without it every lemma counts as label 0 and the trained lemmatizer is destroyed.
    """

    def restore(nlp: Language) -> Language:
        lemmatizer = cast(EditTreeLemmatizer, nlp.get_pipe("trainable_lemmatizer"))
        lemmatizer.tree2label = {tree: i for i, tree in enumerate(lemmatizer.labels)}
        return nlp

    return restore
