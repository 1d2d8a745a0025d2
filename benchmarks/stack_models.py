"""The models of the usual scispaCy stack: the released ones, or untaught ones of their shape.

Shapes are those of ``configs/base_parser_tagger.cfg``, ``base_ner.cfg`` and
``base_specialized_ner.cfg`` in scispaCy's repository; labels those of ``patterns/models.yaml``.
A stand-in is trained for a moment on what the embedded model says of some sentences, so that it
cuts and labels a text about as often as a real one. Its lemma rules are few, and its vectors have
50,000 keys for 50,000 rows, not four million: both make it a little faster than a released one.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial
from random import Random
from typing import Any
from zlib import crc32

import numpy as np
import spacy
from scispacy.custom_tokenizer import combined_rule_tokenizer
from spacy.language import Language
from spacy.lookups import Lookups
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import minibatch
from spacy.vectors import Vectors  # type: ignore[import-not-found]

from pipeline.catalogue import installed_models, read_catalogue
from pipeline.nlp import MODEL_DIR, load
from pipeline.patterns_data import default_patterns_dir

STACK = (
    "en_core_sci_sm", "en_ner_bc5cdr_md", "en_ner_craft_md", "en_ner_jnlpba_md",
    "en_ner_bionlp13cg_md",
)  # fmt: skip
OURS = ("boundaries", "abbreviation_detector", "short_forms", "model_entities")
VECTORS = (50_000, 200)
ROUNDS = 2  # of training
SEED = 8
# of the released core model; those that the sentences happen to hold are too few
TAGS = (
    "$", "''", ",", "-LRB-", "-RRB-", ".", ":", "ADD", "AFX", "CC", "CD", "DT", "EX", "FW", "HYPH",
    "IN", "JJ", "JJR", "JJS", "LS", "MD", "NFP", "NN", "NNP", "NNPS", "NNS", "PDT", "POS", "PRP",
    "PRP$", "RB", "RBR", "RBS", "RP", "SYM", "TO", "UH", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ",
    "WDT", "WP", "WP$", "WRB", "XX", "``",
)  # fmt: skip
DEPENDENCIES = (
    "acl", "acl:relcl", "acomp", "advcl", "advmod", "amod", "amod@nmod", "appos", "attr", "aux",
    "auxpass", "case", "cc", "cc:preconj", "ccomp", "compound", "compound:prt", "conj", "cop",
    "csubj", "dative", "dep", "det", "det:predet", "dobj", "expl", "intj", "mark", "meta", "mwe",
    "neg", "nmod", "nmod:npmod", "nmod:poss", "nmod:tmod", "nsubj", "nsubjpass", "nummod",
    "parataxis", "pcomp", "pobj", "preconj", "predet", "prep", "punct", "quantmod", "xcomp",
)  # fmt: skip


def stack_model(name: str, sentences: Sequence[str]) -> tuple[Language, str]:
    """A model of the stack as it loads, and what it is: "released" with its version, or
    "stand-in", for which the sentences are used."""
    if name not in installed_models():
        return stand_in(name, sentences), "stand-in"
    nlp = load(name)
    for added in OURS:
        nlp.remove_pipe(added)
    return nlp, f"released {nlp.meta['version']}"


def stand_in(name: str, sentences: Sequence[str]) -> Language:
    """A model of the shape of the released one, trained for a moment."""
    spacy.util.fix_random_seed(SEED)
    teacher = load()
    nlp = _blank(teacher, vectors=name.endswith("_md"))
    labels = sorted(read_catalogue(default_patterns_dir()).releases[name].labels)
    for component, own in (("tagger", TAGS), ("parser", DEPENDENCIES), ("ner", labels)):
        for label in own:
            nlp.get_pipe(component).add_label(label)  # type: ignore[attr-defined]
    examples = [_example(nlp, doc, labels) for doc in teacher.pipe(sentences)]
    optimizer = nlp.initialize(lambda: examples)
    # after that, which empties it
    nlp.get_pipe("attribute_ruler").from_disk(MODEL_DIR / "attribute_ruler", exclude=["vocab"])  # type: ignore[attr-defined]
    random = Random(SEED)
    for _ in range(ROUNDS):
        random.shuffle(examples)
        for batch in minibatch(examples, 32):
            nlp.update(batch, sgd=optimizer, drop=0.1)
    return nlp


def _example(nlp: Language, doc: Doc, labels: Sequence[str]) -> Example:
    """A sentence as the embedded model reads it; a name has the same label wherever it stands."""
    spans = [
        (one.start_char, one.end_char, labels[crc32(one.text.encode()) % len(labels)])
        for one in doc.ents
    ]
    said: dict[str, Any] = {
        "words": [token.text for token in doc],
        "spaces": [bool(token.whitespace_) for token in doc],
        "tags": [token.tag_ for token in doc],
        "heads": [token.head.i for token in doc],
        "deps": [token.dep_ for token in doc],
        "entities": spans,
    }
    return Example.from_dict(nlp.make_doc(doc.text), said)


def _blank(teacher: Language, *, vectors: bool) -> Language:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # a bracket in scispaCy's rules
        nlp = spacy.blank("en")
        nlp.tokenizer = combined_rule_tokenizer(nlp)
    nlp.batch_size = 256
    if vectors:
        data = np.random.default_rng(SEED).normal(size=VECTORS).astype("float32")
        keys = list(teacher.vocab.vectors.keys())[: len(data)]
        nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings, data=data[: len(keys)], keys=keys)
    attributes = {"NORM": 5000, "PREFIX": 1000, "SUFFIX": 2500, "SHAPE": 2500}
    shared = _words({**attributes, "SPACY": 50, "IS_SPACE": 50}, vectors=vectors)
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "*"}
    nlp.add_pipe("tok2vec", config={"model": shared})
    nlp.add_pipe("tagger", config={"model": {"tok2vec": listener}})
    nlp.add_pipe("attribute_ruler")
    _add_lemmatizer(nlp)
    steps = {"hidden_width": 128, "maxout_pieces": 3}
    nlp.add_pipe("parser", config={"model": {"tok2vec": listener, **steps}, "min_action_freq": 1})
    # the entities have a tok2vec of their own
    own = _words(attributes, vectors=vectors)
    nlp.add_pipe("ner", config={"model": {"tok2vec": own, "extra_state_tokens": False, **steps}})
    return nlp


def _add_lemmatizer(nlp: Language) -> None:
    lookups = Lookups()
    rules = {"verb": [["ed", ""], ["ing", ""], ["s", ""]], "noun": [["s", ""], ["ies", "y"]]}
    for table, content in (("rules", rules), ("exc", {}), ("index", {})):
        lookups.add_table(f"lemma_{table}", content)
    lemmatizer: Any = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    lemmatizer.initialize = partial(lemmatizer.initialize, lookups=lookups)


def _words(rows: dict[str, int], *, vectors: bool) -> dict[str, Any]:
    return {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2", "width": 96, "attrs": list(rows),
            "rows": list(rows.values()), "include_static_vectors": vectors,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2", "width": 96, "depth": 4,
            "window_size": 1, "maxout_pieces": 3,
        },
    }  # fmt: skip
