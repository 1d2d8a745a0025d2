"""The one place where the language object is loaded, once per process."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path
from typing import cast

import spacy
from spacy.language import Language
from spacy.util import dict_to_dot, get_model_meta, get_package_path, load_config

from pipeline.catalogue import Catalogue, installed_models, missing_packages, read_catalogue
from pipeline.entities import ModelEntities, Source
from pipeline.faster import speed_up
from pipeline.patterns_data import default_patterns_dir
from pipeline.word_vectors import unpack_vectors

EMBEDDED = "embedded"
MODEL_DIR = Path(__file__).resolve().parent / "model"
_PARSING = {"parser", "tagger"}
_BOOLEANS = {"True": True, "False": False}


class ModelError(ValueError):
    """A model that cannot be loaded; the message says what to do."""


def load(models: str = EMBEDDED, patterns: Path | None = None) -> Language:
    """The trained pipeline with sentence boundaries, abbreviations and ``model_entities``.

    ``models`` is a name or several with commas between: ``embedded``, an installed spaCy or
    scispaCy model, or a folder. The first with a tagger and a parser makes the Docs; the
    others add their entities. ``patterns`` holds the map of labels (None: the shipped one).
    ``nlp.meta["models"]`` names all of them with versions, ``nlp.meta["folders"]`` says where
    they were read. Raises ModelError when a model
    cannot be loaded or none of them parses, PatternError when the map is wrong.
    """
    names = tuple(dict.fromkeys(name.strip() for name in models.split(",") if name.strip()))
    return _load(names, patterns or default_patterns_dir())


@cache
def _load(names: tuple[str, ...], patterns: Path) -> Language:
    catalogue = read_catalogue(patterns)
    loaded = {name: _load_one(name, catalogue) for name in names}
    parsing = _first_that_parses(loaded)
    nlp = loaded[parsing]
    sources = []
    about = []
    for name, model in loaded.items():
        full_name = f"{model.meta['lang']}_{model.meta['name']}"
        about.append({"name": full_name, "version": model.meta["version"]})
        if model is not nlp:
            _keep_entities(model, name, parsing)
        sources.append(Source(catalogue.labels(full_name), None if model is nlp else model))
    nlp.meta["models"] = about
    nlp.meta["folders"] = [str(model.path) for model in loaded.values()]
    return _completed(nlp, sources)


def _load_one(name: str, catalogue: Catalogue) -> Language:
    # scispaCy registers its components on import.
    import scispacy.abbreviation  # noqa: F401

    # Only what announces itself as a model is imported by name: on PyPI there are packages
    # of other people under the names of scispaCy's models.
    source = name if name in installed_models() else Path(name)
    if name == EMBEDDED:
        source = MODEL_DIR
    try:
        with warnings.catch_warnings():
            # W095: a released scispaCy model names an older spaCy, and works all the same;
            # the FutureWarning is about a bracket in scispaCy's tokenizer rules.
            warnings.filterwarnings("ignore", message=r"\[W095\]")
            warnings.filterwarnings("ignore", category=FutureWarning)
            nlp = spacy.load(source, config=_booleans(source))
    except (OSError, ValueError, ImportError) as error:  # not there, or not all it needs
        said = str(error).strip().partition("\n")[0]
        hint = _hint(name, catalogue, found=not isinstance(error, OSError))
        raise ModelError(f"cannot load model {name!r}: {said}; {hint}") from error
    unpack_vectors(nlp)
    return nlp


def _booleans(source: str | Path) -> dict[str, bool]:
    """The settings of a model's components that hold the word "True" or "False", by their
    dotted names, as the booleans that they mean: overrides for ``spacy.load``.

    Raises OSError, ValueError or ImportError as ``spacy.load`` would.
    """
    # The released scispaCy models were trained with `--vars.include_static_vectors True` and
    # `normalize = False`. Only true and false are booleans in a configuration, so theirs hold
    # strings, which spaCy 3.8 refuses for the one and takes as true for the other.
    folder = source
    if isinstance(folder, str):
        package = get_package_path(folder)
        meta = get_model_meta(package)
        folder = package / f"{meta['lang']}_{meta['name']}-{meta['version']}"
    path = folder / "config.cfg"
    if not path.is_file():
        return {}  # spaCy says what is missing
    components = load_config(path, interpolate=True).get("components", {})
    settings = dict_to_dot({"components": components})
    return {
        key: _BOOLEANS[value]
        for key, value in settings.items()
        if isinstance(value, str) and value in _BOOLEANS
    }


def _hint(name: str, catalogue: Catalogue, *, found: bool) -> str:
    release = catalogue.releases.get(name)
    if name == EMBEDDED:
        return "reinstall the package"
    if found:
        missing = missing_packages(release.packages if release else [])
        return f"pip install {' '.join(missing) or 'the packages that it needs'}"
    if release:
        return f"install it with 'pipeline models install {name}'"
    return "give an installed model's name or a folder; 'pipeline models' lists them"


def _first_that_parses(loaded: dict[str, Language]) -> str:
    for name, nlp in loaded.items():
        if set(nlp.pipe_names) >= _PARSING:
            return name
    if len(loaded) == 1:
        ((name, nlp),) = loaded.items()
        missing = " and no ".join(sorted(_PARSING - set(nlp.pipe_names)))
        raise ModelError(f"model {name!r} has no {missing}; relations need both")
    if not loaded:
        raise ModelError(f"no model is named; give {EMBEDDED!r} or another")
    raise ModelError(
        f"none of the models {', '.join(loaded)} has a parser and a tagger; relations need "
        f"both: add {EMBEDDED!r} to them"
    )


def _keep_entities(nlp: Language, name: str, parsing: str) -> None:
    """Take out all components but those that set entities and those that feed them."""
    keep = {one for one in nlp.pipe_names if "doc.ents" in nlp.get_pipe_meta(one).assigns}
    if not keep:
        raise ModelError(f"model {name!r} finds no entities, so it adds nothing to {parsing!r}")
    for one, component in nlp.components:
        # tok2vec and transformer know who listens to them
        if one not in keep and not keep & set(getattr(component, "listening_components", ())):
            nlp.remove_pipe(one)


def _completed(nlp: Language, sources: list[Source]) -> Language:
    # registers the components
    import pipeline.boundaries
    import pipeline.short_forms  # noqa: F401

    if "boundaries" not in nlp.pipe_names:
        nlp.add_pipe("boundaries", before=nlp.pipe_names[0])
    # The detector looks for every short form of a text, and warns when there is none.
    warnings.filterwarnings("ignore", message=r"\[W036\]")
    if "abbreviation_detector" not in nlp.pipe_names:
        nlp.add_pipe("abbreviation_detector", last=True)
    nlp.add_pipe("short_forms", last=True)
    cast(ModelEntities, nlp.add_pipe("model_entities", last=True)).sources = sources
    for one in [nlp, *(source.nlp for source in sources if source.nlp is not None)]:
        speed_up(one)
    return nlp
