"""The attributes that our own files give documents, mentions and relations, and what is wrong
with those of a file. Values are strings; what a field may say is checked by the records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.gold.raw import RawDocument

DOCUMENT = ("title", "register", "split", "labels", "predicates", "partial", "recall_only")
MENTION = ("specificity", "norm", "alias_of", "optional")
RELATION = ("effect", "function", "negated", "hedged", "optional", "rejected")
FLAGS = frozenset(("partial", "optional", "negated", "hedged", "rejected"))
KNOWN = frozenset((*DOCUMENT, *MENTION, *RELATION))
_OF_CORPORA = ("coordination",)  # set by a reader, for the maps


def flag(given: Mapping[str, str], name: str) -> bool:
    """Whether an attribute says *true*, in any case."""
    return given.get(name, "").lower() == "true"


def attribute_problems(raw: RawDocument) -> Iterator[str]:
    """Attributes that are none of ours, and flags that are neither true nor false."""
    yield from _wrong(raw.attributes, DOCUMENT, raw.places, raw.place, "")
    for mention in raw.mentions:
        said = f"mention {mention.id}: "
        known = (*MENTION, *_OF_CORPORA)
        yield from _wrong(mention.attributes, known, mention.places, mention.place, said)
    for relation in raw.relations:
        said = f"relation {relation.type}: "
        yield from _wrong(relation.attributes, RELATION, relation.places, relation.place, said)


def _wrong(
    given: Mapping[str, str],
    known: tuple[str, ...],
    places: Mapping[str, str],
    place: str,
    said: str,
) -> Iterator[str]:
    for name, value in given.items():
        where = f"{places.get(name, place)}: {said}"
        if name not in known:
            allowed = ", ".join(one for one in known if one not in _OF_CORPORA)
            yield f"{where}unknown attribute {name[:40]!r}; known are {allowed}"
        elif name in FLAGS and value.lower() not in ("true", "false"):
            yield f"{where}{name} is {value[:40]!r}; write true, or leave it out"
