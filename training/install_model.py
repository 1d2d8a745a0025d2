"""Make the trained student small and put it where the package reads its model.

    python training/install_model.py training/runs/student/model-best

Adds the attribute ruler (coarse POS from PTB tags), packs the word vectors into bytes, drops
strings that no component needs, writes to a temporary folder beside the target and swaps by
rename; the card that lies in the target is kept.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import cast

import spacy
import srsly
from paths import HERE
from spacy.language import Language
from spacy.pipeline import AttributeRuler
from spacy.pipeline.edit_tree_lemmatizer import EditTreeLemmatizer

from pipeline.word_vectors import pack_vectors

TARGET = HERE.parent / "pipeline" / "model"
STEP = 32  # as training/word_vectors.py rounds
VERSION = "0.2.0"
POS_OF_TAG = {
    "ADJ": "JJ JJR JJS",
    "ADP": "IN TO",
    "ADV": "RB RBR RBS WRB",
    "AUX": "MD",
    "CCONJ": "CC",
    "DET": "DT PDT WDT",
    "INTJ": "UH",
    "NOUN": "NN NNS NNP NNPS",
    "NUM": "CD",
    "PART": "POS RP",
    "PRON": "PRP PRP$ WP WP$ EX",
    "PUNCT": ". , : -LRB- -RRB- `` '' HYPH NFP",
    "SPACE": "_SP",
    "SYM": "SYM $",
    "VERB": "VB VBD VBG VBN VBP VBZ",
    "X": "FW LS",
}
POS_OF_DEP = {"aux": "AUX", "auxpass": "AUX", "cop": "AUX", "mark": "SCONJ"}


def add_attribute_ruler(nlp: Language) -> None:
    """Coarse POS from the tag; auxiliaries, subordinators and ``to`` from the tree."""
    if "attribute_ruler" in nlp.pipe_names:
        nlp.remove_pipe("attribute_ruler")
    ruler = cast(AttributeRuler, nlp.add_pipe("attribute_ruler", after="parser"))
    for pos, tags in POS_OF_TAG.items():
        for tag in tags.split():
            ruler.add(patterns=[[{"TAG": tag}]], attrs={"POS": pos})
    verbs = {"IN": ["VB", "VBD", "VBG", "VBN", "VBP", "VBZ"]}
    for dep, pos in POS_OF_DEP.items():
        allowed = {"IN": ["IN", "WRB"]} if dep == "mark" else verbs
        ruler.add(patterns=[[{"TAG": allowed, "DEP": dep}]], attrs={"POS": pos})
    ruler.add(patterns=[[{"TAG": "TO", "DEP": "mark"}]], attrs={"POS": "PART"})
    ruler.add(patterns=[[{"DEP": "neg", "TAG": "RB"}]], attrs={"POS": "PART"})


def needed_strings(nlp: Language) -> set[str]:
    """Strings that a component cannot do without: labels, and what edit trees put together.

    Words of the training texts and keys of the vectors are hashes in use, and need no string.
    """
    pipes = [pipe for _, pipe in nlp.pipeline]
    labels = {label for pipe in pipes for label in getattr(pipe, "labels", ())}
    labels |= {move.partition("-")[2] for pipe in pipes for move in getattr(pipe, "move_names", ())}
    kept = {string for string in nlp.vocab.strings if string in labels or len(string) < 3}
    lemmatizer = cast(EditTreeLemmatizer, nlp.get_pipe("trainable_lemmatizer"))
    for node in srsly.msgpack_loads(lemmatizer.trees.to_bytes())["trees"]:
        for key in ("orig", "subst"):
            if node.get(key):
                kept.add(nlp.vocab.strings[node[key]])
    return kept | set(spacy.blank("en").vocab.strings)


def drop_strings(nlp: Language) -> None:
    """Leave only the needed strings, in place."""
    kept = needed_strings(nlp)
    nlp.vocab.strings._reset_and_load(sorted(kept))


def describe(nlp: Language) -> None:
    """Say in the meta data what this is; drop the paths and callbacks of the training.

    The scores that training wrote are dropped too: they are of a sample that teachers completed.
    """
    nlp.config["paths"] = dict.fromkeys(nlp.config["paths"])
    nlp.config["initialize"].update(before_init=None, after_init=None)
    nlp.meta.update(
        name="cytokine_reader_sm",
        version=VERSION,
        spacy_version=">=3.8.0,<3.9.0",
        description="Tagger, lemmas, GENIA (UD 1) parser and biomedical NER on one tok2vec.",
        license="CC BY-SA 4.0",
        author="",
        email="",
        url="",
        performance={},
    )


def swap(nlp: Language, target: Path) -> None:
    """Write beside ``target`` and rename, so that no reader sees half a model."""
    fresh = target.with_name(target.name + ".new")
    stale = target.with_name(target.name + ".old")
    for folder in (fresh, stale):
        shutil.rmtree(folder, ignore_errors=True)
    nlp.to_disk(fresh)
    card = target / "MODEL_CARD.md"
    if card.exists():
        shutil.copy(card, fresh / card.name)
    if target.exists():
        target.rename(stale)
    fresh.rename(target)
    shutil.rmtree(stale, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--target", type=Path, default=TARGET)
    arguments = parser.parse_args()
    nlp = spacy.load(arguments.model)
    add_attribute_ruler(nlp)
    pack_vectors(nlp, STEP)
    drop_strings(nlp)
    describe(nlp)
    swap(nlp, arguments.target)
    size = sum(file.stat().st_size for file in arguments.target.rglob("*") if file.is_file())
    print(f"{arguments.target}: {nlp.pipe_names}, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
