"""The one place where the language object is loaded, once per process."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path

import spacy
from spacy.language import Language

EMBEDDED = "embedded"
MODEL_DIR = Path(__file__).resolve().parent / "model"


class ModelError(ValueError):
    """A model that cannot be loaded; the message says what to do."""


@cache
def load(name: str = EMBEDDED) -> Language:
    """The trained pipeline with sentence boundaries and abbreviations added.

    ``name`` is ``embedded``, an installed spaCy or scispaCy model, or a path.
    Raises ModelError when there is no such model.
    """
    # scispaCy registers its components on import.
    import scispacy.abbreviation  # noqa: F401

    import pipeline.boundaries  # noqa: F401

    path = MODEL_DIR if name == EMBEDDED else name
    try:
        with warnings.catch_warnings():
            # W095: a released scispaCy model names an older spaCy, and works all the same;
            # the FutureWarning is about a bracket in scispaCy's tokenizer rules.
            warnings.filterwarnings("ignore", message=r"\[W095\]")
            warnings.filterwarnings("ignore", category=FutureWarning)
            nlp = spacy.load(path)
    except OSError as error:
        hint = (
            "reinstall the package"
            if name == EMBEDDED
            else "give an installed model's name or a folder; 'pipeline models' lists them"
        )
        raise ModelError(f"cannot load model {name!r}: {error}; {hint}") from error
    first = nlp.pipe_names[0] if nlp.pipe_names else None
    if "boundaries" not in nlp.pipe_names:
        nlp.add_pipe("boundaries", before=first)
    # The detector looks for every short form of a text, and warns when there is none.
    warnings.filterwarnings("ignore", message=r"\[W036\]")
    if "abbreviation_detector" not in nlp.pipe_names:
        nlp.add_pipe("abbreviation_detector", last=True)
    missing = {"parser", "tagger"} - set(nlp.pipe_names)
    if missing:
        raise ModelError(
            f"model {name!r} has no {' and no '.join(sorted(missing))}; relations need both"
        )
    return nlp
