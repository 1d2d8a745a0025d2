"""Gold in memory: documents with everything that a reader should find in them.

Every format is read into these records and written from them; what is wrong with a document
in itself is said by :func:`problems`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from pipeline.records import EFFECTS, FUNCTIONS, LABELS, PREDICATES, SIGNATURES, SPECIFICITIES

SPLITS = ("dev", "test")


class GoldError(ValueError):
    """Gold that cannot be used. ``problems`` holds one ``file:line: what is wrong`` each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _one_of(values: Iterable[str]) -> AfterValidator:
    allowed = tuple(values)

    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is unknown; known are {', '.join(filter(None, allowed))}")
        return value

    return AfterValidator(check)


class _Strict(BaseModel):
    """Refuses unknown keys and wrong types. A key that starts with "_" is a private
    note of the annotator and skipped; null means that the key is not given."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_notes(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {k: v for k, v in data.items() if not k.startswith("_") and v is not None}


Part = Annotated[tuple[int, int], Field(strict=False)]  # start, end: JSON knows lists alone


class GoldMention(_Strict):
    """Words of the document, ``start`` to ``end`` in characters, that name one concept.

    ``norm`` is the concept's name, ``alias_of`` the id of the long form. Words that do not
    hang together have their parts in ``spans``; start and end then cover all of them.
    """

    id: str = Field(min_length=1)
    start: int
    end: int
    label: Annotated[str, _one_of(LABELS)]
    specificity: Annotated[str, _one_of(("", *SPECIFICITIES))] = ""
    norm: str = ""
    alias_of: str = ""
    optional: bool = False
    spans: tuple[Part, ...] = Field(default=(), strict=False)


class GoldRelation(_Strict):
    """A stated relation; ``subject`` and ``object`` are ids of mentions of the document."""

    predicate: Annotated[str, _one_of(PREDICATES)]
    subject: str
    object: str
    effect: Annotated[str, _one_of(EFFECTS)] = "unspecified"
    function: Annotated[str, _one_of(("", *FUNCTIONS))] = ""
    negated: bool = False
    hedged: bool = False
    optional: bool = False


class GoldDocument(_Strict):
    """One text with everything that a reader should find in it.

    ``register`` is the kind of text, ``split`` the part of the gold set. ``labels`` and
    ``predicates`` are those that were annotated without a gap (None: all); others are not
    scored, though mentions of other labels may stand there as arguments.
    ``partial``: only some of what the text says was judged, so that a predicted relation that
    is neither in ``relations`` nor in ``rejected`` (wrong ones) counts neither way, and mentions
    are scored only of the labels that are named. Of ``recall_only`` predicates nothing is ever
    rejected, so that what is found tells recall, and precision is undefined.
    """

    id: str = Field(min_length=1)
    text: str
    title: str = ""
    register_: str = Field(default="", alias="register")
    split: Annotated[str, _one_of(("", *SPLITS))] = ""
    labels: tuple[Annotated[str, _one_of(LABELS)], ...] | None = Field(default=None, strict=False)
    predicates: tuple[Annotated[str, _one_of(PREDICATES)], ...] | None = Field(
        default=None, strict=False
    )
    partial: bool = False
    recall_only: tuple[Annotated[str, _one_of(PREDICATES)], ...] = Field(default=(), strict=False)
    mentions: tuple[GoldMention, ...] = Field(default=(), strict=False)
    relations: tuple[GoldRelation, ...] = Field(default=(), strict=False)
    rejected: tuple[GoldRelation, ...] = Field(default=(), strict=False)

    def mention(self, mention_id: str) -> GoldMention:
        """The mention with that id; StopIteration when there is none."""
        return next(m for m in self.mentions if m.id == mention_id)

    def span_text(self, mention: GoldMention) -> str:
        return self.text[mention.start : mention.end]

    def alias_root(self, mention_id: str) -> str:
        """The id of the long form at the end of the ``alias_of`` chain, or the id itself."""
        parents = {m.id: m.alias_of for m in self.mentions}
        while parents[mention_id]:
            mention_id = parents[mention_id]
        return mention_id

    def is_optional(self, relation: GoldRelation) -> bool:
        """True when the relation counts neither way: itself or an argument is optional."""
        arguments = (self.mention(relation.subject), self.mention(relation.object))
        return relation.optional or any(argument.optional for argument in arguments)


def _mention_problems(document: GoldDocument) -> Iterator[str]:
    ids: set[str] = set()
    places: dict[tuple[int, int, str], str] = {}
    parents = {m.id: m.alias_of for m in document.mentions}
    for mention in document.mentions:
        name = f"mention {mention.id}"
        place = (mention.start, mention.end, mention.label)
        if place in places:
            yield f"{name}: the same words and label as mention {places[place]}; take one out"
        places.setdefault(place, mention.id)
        if mention.id in ids:
            yield f"{name}: this id stands twice in document {document.id}"
        ids.add(mention.id)
        if not 0 <= mention.start < mention.end <= len(document.text):
            yield (
                f"{name}: {mention.start}-{mention.end} is no stretch of a text of "
                f"{len(document.text)} characters"
            )
            continue
        if mention.spans and not _covers(mention):
            yield f"{name}: spans are in order, apart, and reach from start to end; these do not"
        words = document.span_text(mention)
        if not words.strip():
            yield f"{name}: {mention.start}-{mention.end} is blank"
        elif words != words.strip():
            yield f"{name}: {words!r} has blanks at its edge"
        if mention.alias_of and mention.alias_of not in parents:
            yield f"{name}: alias_of {mention.alias_of!r} is no mention of the document"
        elif _in_cycle(mention.id, parents):
            yield f"{name}: alias_of leads in a circle"


def _covers(mention: GoldMention) -> bool:
    ends = [edge for span in mention.spans for edge in span]
    return ends == sorted(set(ends)) and (ends[0], ends[-1]) == (mention.start, mention.end)


def _in_cycle(mention_id: str, parents: dict[str, str]) -> bool:
    seen = {mention_id}
    while mention_id := parents.get(mention_id, ""):
        if mention_id in seen:
            return True
        seen.add(mention_id)
    return False


def _relation_problems(document: GoldDocument) -> Iterator[str]:
    named = [(f"relation {n} ({r.predicate})", r) for n, r in enumerate(document.relations, 1)]
    named += [(f"rejected {n} ({r.predicate})", r) for n, r in enumerate(document.rejected, 1)]
    parents = {m.id: m.alias_of for m in document.mentions}
    rooted = not any(_in_cycle(m, parents) or parents[m] not in {*parents, ""} for m in parents)
    seen: dict[tuple[str, str, str], str] = {}
    for name, relation in named:
        wrong = list(_argument_problems(document, relation))
        yield from (f"{name}: {problem}" for problem in wrong)
        if wrong or not rooted:
            continue
        subject, target = map(document.alias_root, (relation.subject, relation.object))
        if subject == target:
            yield f"{name}: joins {relation.subject} with itself"
        statement = (relation.predicate, subject, target)
        if statement in seen:
            yield f"{name}: says the same as {seen[statement]}; take one out"
        seen.setdefault(statement, name)


def _argument_problems(document: GoldDocument, relation: GoldRelation) -> Iterator[str]:
    labels = {m.id: m.label for m in document.mentions}
    subjects, objects = SIGNATURES[relation.predicate]
    for role, argument, allowed in (
        ("subject", relation.subject, subjects),
        ("object", relation.object, objects),
    ):
        if argument not in labels:
            yield f"{role} {argument!r} is no mention of the document"
        elif labels[argument] not in allowed:
            expected = " or ".join(sorted(allowed))
            yield f"{role} {argument} is a {labels[argument]}, should be {expected}"
    if relation.function and relation.predicate != "ACTS_ON":
        yield "only ACTS_ON has a function; leave it out"


def _scope_problems(document: GoldDocument) -> Iterator[str]:
    """Annotations of what the document says was not annotated."""
    allowed = document.predicates
    used = Counter(relation.predicate for relation in document.relations)
    for name, n in sorted(used.items()):
        if allowed is not None and name not in allowed:
            yield f"{n} relations {name}, which is not among the document's predicates"
    if document.recall_only and not document.partial:
        yield "recall_only has a meaning only in a partial document; set partial or drop it"
    if document.rejected and not document.partial:
        yield "rejected relations stand in a document that is not partial; set partial or drop them"


def problems(document: GoldDocument) -> list[str]:
    """What makes a document unusable, one plain sentence each; empty when all is well."""
    checks: tuple[Callable[[GoldDocument], Iterator[str]], ...] = (
        _mention_problems,
        _relation_problems,
        _scope_problems,
    )
    return [problem for check in checks for problem in check(document)]
