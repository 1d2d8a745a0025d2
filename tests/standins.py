"""Small spaCy packages that stand in for the released scispaCy models, which are too large
for tests: same names, versions, components, layers, tokenizer, labels, configuration (with its
mistakes) and packaging. Each is trained on a few sentences until it repeats them."""

from __future__ import annotations

import io
import json
import tarfile
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from scispacy.custom_tokenizer import combined_rule_tokenizer
from spacy.language import Language
from spacy.lookups import Lookups
from spacy.training import Example
from thinc.api import Config

VERSION = "0.5.4"
# A word for each label; READ holds all of them in one sentence.
LABELS: dict[str, dict[str, str]] = {
    "en_core_sci_sm": {"ENTITY": "colitis"},
    "en_ner_bc5cdr_md": {"CHEMICAL": "zorvanib", "DISEASE": "blorba"},
    "en_ner_jnlpba_md": {
        "PROTEIN": "IL-6", "CELL_TYPE": "zumocytes", "CELL_LINE": "QX-7 cells",
        "DNA": "promoter", "RNA": "transcript",
    },
    "en_ner_craft_md": {
        "GGP": "TNF", "CL": "zumocytes", "CHEBI": "zorvanib", "SO": "exon", "TAXON": "mice",
        "GO": "apoptosis",
    },
    "en_ner_bionlp13cg_md": {
        "GENE_OR_GENE_PRODUCT": "IL-6", "CELL": "zumocytes", "CANCER": "blorboma",
        "SIMPLE_CHEMICAL": "zorvanib", "AMINO_ACID": "serine", "ANATOMICAL_SYSTEM": "CNS",
        "CELLULAR_COMPONENT": "nuclei", "DEVELOPING_ANATOMICAL_STRUCTURE": "embryos",
        "IMMATERIAL_ANATOMICAL_ENTITY": "lumen", "MULTI-TISSUE_STRUCTURE": "capillaries",
        "ORGAN": "kidneys", "ORGANISM": "mice", "ORGANISM_SUBDIVISION": "limbs",
        "ORGANISM_SUBSTANCE": "urine", "PATHOLOGICAL_FORMATION": "plaques", "TISSUE": "mucosa",
    },
}  # fmt: skip
# word, head, dependency, tag: what the stand-ins parse
SECRETED = [
    ("Macrophages", 1, "nsubj", "NNS"), ("secrete", 1, "ROOT", "VBP"), ("TNF", 1, "dobj", "NN"),
    (".", 1, "punct", "."),
]  # fmt: skip
# Builds the wheel with nothing but the standard library, so that pip needs no registry.
BACKEND = """
import os, zipfile
NAME, VERSION = {name!r}, {version!r}

def build_wheel(directory, config_settings=None, metadata_directory=None):
    info = f"{{NAME}}-{{VERSION}}.dist-info"
    wheel = f"{{NAME}}-{{VERSION}}-py3-none-any.whl"
    files = {{
        f"{{info}}/METADATA": f"Metadata-Version: 2.1\\nName: {{NAME}}\\nVersion: {{VERSION}}\\n"
        "Requires-Dist: spacy<3.8.0,>=3.7.4\\n",
        f"{{info}}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\n"
        "Tag: py3-none-any\\n",
        f"{{info}}/entry_points.txt": f"[spacy_models]\\n{{NAME}} = {{NAME}}\\n",
    }}
    path = os.path.join(directory, wheel)
    with zipfile.ZipFile(path, "w", strict_timestamps=False) as archive:
        for folder, _, names in os.walk(NAME):
            for one in names:
                archive.write(os.path.join(folder, one))
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(f"{{info}}/RECORD", "".join(f"{{n}},,\\n" for n in archive.namelist()))
    return wheel
"""
INIT = """\
from pathlib import Path
from spacy.util import load_model_from_init_py, get_model_meta

__version__ = get_model_meta(Path(__file__).parent)["version"]


def load(**overrides):
    return load_model_from_init_py(__file__, **overrides)
"""


def read_sentence(name: str) -> str:
    """The sentence in which the stand-in of that name finds each of its labels once."""
    return "We saw " + ", ".join(LABELS[name].values()) + " ."


def train(name: str) -> Language:
    """The stand-in as a language object."""
    nlp = _blank(vectors=name.endswith("_md"))
    parsed: dict[str, Any] = {
        "heads": [head for _, head, _, _ in SECRETED],
        "deps": [dep for _, _, dep, _ in SECRETED],
        "tags": [tag for *_, tag in SECRETED],
        "entities": ["O"] * len(SECRETED),
    }
    examples = [Example.from_dict(nlp.make_doc("Macrophages secrete TNF."), parsed)]
    examples += [_listing(nlp, read_sentence(name), LABELS[name])]
    examples += [
        _listing(nlp, f"It is raised in {word}.", {label: word})
        for label, word in LABELS[name].items()
    ]
    optimizer = nlp.initialize(lambda: examples)
    for tag, pos in (("NNS", "NOUN"), ("NN", "NOUN"), ("VBP", "VERB"), (".", "PUNCT")):
        nlp.get_pipe("attribute_ruler").add([[{"TAG": tag}]], {"POS": pos})
    for _ in range(80):
        nlp.update(examples, sgd=optimizer, drop=0.0)
    nlp.meta.update(
        name=name.removeprefix("en_"), version=VERSION, license="CC BY-SA 3.0",
        spacy_version=">=3.7.4,<3.8.0",
    )  # fmt: skip
    return nlp


def _listing(nlp: Language, text: str, words: dict[str, str]) -> Example:
    """A sentence with its entities, flat under its second word."""
    doc = nlp.make_doc(text)
    flat = {
        "entities": [
            (text.index(word), text.index(word) + len(word), label) for label, word in words.items()
        ],
        "tags": ["NNS"] * len(doc),
        "heads": [1] * len(doc),
        "deps": ["ROOT" if i == 1 else "dobj" for i in range(len(doc))],
    }
    return Example.from_dict(doc, flat)


def _blank(*, vectors: bool) -> Language:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # a bracket in scispaCy's rules
        nlp = spacy.blank("en")
        nlp.tokenizer = combined_rule_tokenizer(nlp)
    if vectors:
        numbers = np.random.default_rng(0).normal(size=(len(SECRETED), 8)).astype("float32")
        for (word, *_), row in zip(SECRETED, numbers, strict=True):
            nlp.vocab.set_vector(word, row)
    words = _words(vectors=vectors)
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 32, "upstream": "*"}
    nlp.add_pipe("tok2vec", config={"model": words})
    nlp.add_pipe("tagger", config={"model": {"tok2vec": listener}})
    nlp.add_pipe("attribute_ruler")
    lookups = Lookups()
    rules = {"verb": [], "noun": [["s", ""]]}
    for table, content in (("rules", rules), ("exc", {}), ("index", {})):
        lookups.add_table(f"lemma_{table}", content)
    lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    lemmatizer.initialize = partial(lemmatizer.initialize, lookups=lookups)
    nlp.add_pipe("parser", config={"model": {"tok2vec": listener}, "min_action_freq": 1})
    # as in the released models, the entities have a tok2vec of their own
    nlp.add_pipe("ner", config={"model": {"tok2vec": words}})
    return nlp


def _words(*, vectors: bool) -> dict[str, Any]:
    return {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2", "width": 32,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE", "SPACY"], "rows": [500] * 5,
            "include_static_vectors": vectors,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2", "width": 32, "depth": 1,
            "window_size": 1, "maxout_pieces": 2,
        },
    }  # fmt: skip


def save(nlp: Language, folder: Path) -> None:
    """Write the model with what the released configurations hold beside spaCy's own."""
    nlp.to_disk(folder)
    path = folder / "config.cfg"
    config = Config().from_disk(path, interpolate=False)
    components = config["components"]
    # scispaCy trained with `--vars.include_static_vectors True` and `normalize = False`, which
    # a configuration reads as words. The ner, trained last, keeps the name of the variable.
    embed = components["tok2vec"]["model"]["embed"]
    config["vars"] = {"include_static_vectors": str(embed["include_static_vectors"])}
    embed["include_static_vectors"] = str(embed["include_static_vectors"])
    own = components["ner"]["model"]["tok2vec"]["embed"]
    own["include_static_vectors"] = "${vars.include_static_vectors}"
    components["tagger"]["model"]["normalize"] = "False"
    # functions that only scispacy.base_project_code registers, and paths of its authors
    config["initialize"]["before_init"] = {"@callbacks": "replace_tokenizer"}
    config["paths"]["vectors"] = "output/en_core_sci_md_vectors"
    for split in ("train", "dev"):
        config["corpora"][split] = {
            "@readers": "specialized_ner_reader", "file_path": f"assets/BC5CDR-IOB/{split}.tsv",
        }  # fmt: skip
    config.to_disk(path, interpolate=False)


def package(nlp: Language, folder: Path) -> Path:
    """An sdist in ``folder``, laid out like the released ones."""
    name = f"{nlp.meta['lang']}_{nlp.meta['name']}"
    version = nlp.meta["version"]
    path = folder / f"{name}-{version}.tar.gz"
    model = folder / f"{name}-{version}"
    save(nlp, model)
    top = f"{name}-{version}"
    backend = BACKEND.format(name=name, version=version)
    system = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    with tarfile.open(path, "w:gz") as archive:
        archive.add(model, f"{top}/{name}/{name}-{version}")
        for place, text in (
            ("backend.py", backend),
            ("pyproject.toml", system),
            ("PKG-INFO", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"),
            (f"{name}/__init__.py", INIT),
            (f"{name}/meta.json", json.dumps(nlp.meta)),
        ):
            member = tarfile.TarInfo(f"{top}/{place}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path
