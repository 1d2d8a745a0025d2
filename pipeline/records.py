"""The records that travel between processes: frozen, picklable, comparable.

spaCy's ``Doc`` is the workbench inside one process; these are what leaves it.
Every ``start`` and ``end`` is an offset in Unicode code points, half-open, into the
text of the document as it was read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

LABELS = ("CYTOKINE", "RECEPTOR", "CELL", "DISEASE", "DRUG")
PREDICATES = (
    "SECRETES",
    "ACTS_ON",
    "REGULATES",
    "BINDS",
    "EXPRESSES",
    "MODULATES",
    "TREATS",
    "CAUSES",
    "ASSOCIATED_WITH",
)
EFFECTS = ("positive", "negative", "unspecified")
FUNCTIONS = (
    "activation",
    "proliferation",
    "differentiation",
    "migration",
    "survival",
    "death",
    "polarization",
    "production",
    "other",
)
SPECIFICITIES = ("specific", "family", "generic")

# Which labels a predicate may join: (subjects, objects).
SIGNATURES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "SECRETES": (frozenset({"CELL"}), frozenset({"CYTOKINE"})),
    "ACTS_ON": (frozenset({"CYTOKINE"}), frozenset({"CELL"})),
    "REGULATES": (frozenset({"CYTOKINE"}), frozenset({"CYTOKINE"})),
    "BINDS": (frozenset({"CYTOKINE"}), frozenset({"RECEPTOR"})),
    "EXPRESSES": (frozenset({"CELL"}), frozenset({"RECEPTOR"})),
    "MODULATES": (frozenset({"DRUG"}), frozenset({"CYTOKINE", "RECEPTOR", "CELL"})),
    "TREATS": (frozenset({"DRUG"}), frozenset({"DISEASE"})),
    "CAUSES": (frozenset({"DRUG", "DISEASE"}), frozenset({"DISEASE"})),
    "ASSOCIATED_WITH": (frozenset({"CYTOKINE", "RECEPTOR", "CELL"}), frozenset({"DISEASE"})),
}


def content_id(*parts: object) -> str:
    """A short key made of content alone: 12 hexadecimal digits of a SHA-1."""
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.sha1(joined.encode("utf-8")).hexdigest()[:12]


STRETCH_KINDS = ("title", "heading", "paragraph", "item", "caption", "row")


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Characters ``start`` to ``end`` of a text that its file marks as one thing.

    ``kind`` is one of STRETCH_KINDS (``row``: the cells of one row of a table); ``section`` the
    headings above it, joined by " / " (its own text for a heading, *title* for a title);
    ``level`` how deep an item stands in lists, from 1 on.
    """

    start: int
    end: int
    kind: str
    section: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Document:
    """One text. ``source`` says where it was read (file, with line where there is one).

    ``layout`` are its stretches, ascending and apart, where the file marks them (XML, HTML,
    PDF, DOCX); without it the lines of the text are looked at. ``revision`` is above 0 where
    the source may say a text again (PubMed): of documents with one id a later one, or one of
    a higher revision, then takes the place of those before.
    """

    doc_id: str
    text: str
    source: str = ""
    title: str = ""
    metadata: tuple[tuple[str, str], ...] = ()
    layout: tuple[Stretch, ...] = ()
    revision: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Deleted:
    """The source takes back the documents with this id that came before (PubMed's
    ``DeleteCitation``)."""

    doc_id: str
    source: str


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """Words of a document that name one concept.

    ``concept_id`` is a CURIE or empty, ``alias_of`` the ``mention_id`` of the long form
    that an abbreviation repeats, ``layer`` the recogniser that found the words;
    ``grounding`` says how the words lead to the concept, ``matched`` on what that rests.
    """

    doc_id: str
    start: int
    end: int
    label: str
    text: str
    section: str = ""
    concept_id: str = ""
    concept_name: str = ""
    specificity: str = ""
    layer: str = ""
    alias_of: str = ""
    score: float = 1.0
    grounding: str = ""
    matched: str = ""

    @property
    def mention_id(self) -> str:
        return "M" + content_id(self.doc_id, self.start, self.end, self.label)


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """A statement that one sentence makes about two mentions.

    ``trigger_start`` and ``trigger_end`` are -1 when no word of the sentence is the
    trigger (a drug that names its target, say). ``signs`` are the words that raise or lower,
    as they stand in the sentence: *deficiency(-) aggravated(+)*.
    """

    doc_id: str
    sentence_start: int
    sentence_end: int
    subject: Mention
    object: Mention
    predicate: str
    effect: str = "unspecified"
    function: str = ""
    negated: bool = False
    hedged: bool = False
    trigger: str = ""
    trigger_start: int = -1
    trigger_end: int = -1
    rule: str = ""
    score: float = 0.5
    sentence: str = ""
    section: str = ""
    signs: str = ""

    @property
    def relation_id(self) -> str:
        """Keyed by content: offsets count from the sentence, so that an unchanged
        sentence keeps its key when text before it changes."""
        return "R" + content_id(
            self.doc_id,
            self.sentence,
            self.predicate,
            self.subject.label,
            self.subject.start - self.sentence_start,
            self.subject.end - self.sentence_start,
            self.object.label,
            self.object.start - self.sentence_start,
            self.object.end - self.sentence_start,
        )


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """What could not be read or annotated: never lost, never silent."""

    doc_id: str
    source: str
    step: str
    error: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """Everything found in one document, or the failure that stopped it.

    ``sentences`` are (start, end) characters, as the parser cut them.
    """

    document: Document
    mentions: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    sentences: tuple[tuple[int, int], ...] = ()
    n_tokens: int = 0
    failure: Failure | None = field(default=None)
