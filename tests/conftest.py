"""What several test files share, loaded once per session."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import spacy
from hypothesis import settings
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.ground.index import ConceptIndex
from pipeline.marked import read_marked
from pipeline.patterns_data import default_patterns_dir
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import fine_vocab
from pipeline.recognise.recogniser import Found, Recogniser
from pipeline.recognise.terms import Term, read_terms
from pipeline.relate.cues import Cues, read_relation_cues

Tree = Callable[..., Doc]

# No deadline: a busy machine is no failure. No database: tests leave nothing behind.
settings.register_profile("ours", deadline=None, database=None, max_examples=60)
settings.load_profile("ours")


@pytest.fixture(scope="session")
def patterns_dir() -> Path:
    return default_patterns_dir()


@pytest.fixture(scope="session")
def vocab() -> Vocab:
    return fine_vocab()


@pytest.fixture(scope="session")
def terms(patterns_dir: Path) -> list[Term]:
    return read_terms(patterns_dir)


@pytest.fixture(scope="session")
def index(terms: list[Term]) -> ConceptIndex:
    return ConceptIndex(terms)


@pytest.fixture(scope="session")
def cues(patterns_dir: Path) -> Cues:
    return read_relation_cues(patterns_dir)


@pytest.fixture(scope="session")
def recogniser(patterns_dir: Path) -> Recogniser:
    return Recogniser(patterns_dir)


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The embedded model; for tests marked ``model``."""
    from pipeline.nlp import load

    return load()


@pytest.fixture(scope="session")
def plain() -> Language:
    """English tokens and scispaCy's abbreviation detector: no trained model, so that what
    the tables, patterns and definitions find does not hang on training."""
    import scispacy.abbreviation  # noqa: F401 - registers the component

    blank = spacy.blank("en")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W036\]")
        blank.add_pipe("abbreviation_detector")
    return blank


@pytest.fixture(scope="session")
def tree(vocab: Vocab) -> Tree:
    """Builds a parsed Doc by hand, without a parser."""

    def build(*rows: str) -> Doc:
        """Each row is ``word head dep tag`` with the head's index; a word that ends in
        ``_`` stands without a blank before the next."""
        cells = [row.split() for row in rows]
        return Doc(
            vocab,
            words=[word.rstrip("_") for word, *_ in cells],
            spaces=[not word.endswith("_") for word, *_ in cells],
            heads=[int(head) for _, head, _, _ in cells],
            deps=[dep for _, _, dep, _ in cells],
            tags=[tag for *_, tag in cells],
            lemmas=[word.rstrip("_").lower() for word, *_ in cells],
        )

    return build


@pytest.fixture(scope="session")
def mark() -> Callable[[str], tuple[str, list[Found]]]:
    """Marked text -> its plain text and the marks as settled mentions."""

    def read(marked: str) -> tuple[str, list[Found]]:
        text, marks = read_marked(marked)
        return text, [Found(Candidate(m.start, m.end, m.label, "marked")) for m in marks]

    return read
