"""Makes gold of what a file states: the types of others by a map, ours as they are.

What is wrong is said with the place where it stands, and a document with anything wrong is not
given out, so that nothing is scored by half.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from pipeline.gold.attributes import attribute_problems, flag
from pipeline.gold.pairs import Linked, drop_unneeded, gold_relations
from pipeline.gold.plain import placed
from pipeline.gold.raw import RawDocument, RawMention
from pipeline.gold.records import GoldDocument, GoldMention, problems
from pipeline.gold.typemap import TypeMap, map_names, read_map
from pipeline.records import LABELS, PREDICATES

__all__ = ["TypeMap", "map_names", "read_map", "to_gold"]

_BLANK = re.compile(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+")


def to_gold(
    raw: RawDocument, type_map: TypeMap | None = None
) -> tuple[GoldDocument | None, list[str]]:
    """The document as gold, or None and all that is wrong, ``place: what; what to do`` each.

    Without a map the types must be our labels and predicates. With one, mentions that become the
    same are joined, and those that do not hang together, or cover a coordination, are optional,
    since our guidelines mark the visible part of each conjunct. Attributes that are none of ours
    mean nothing there; without a map they are mistakes.
    """
    found = [*raw.problems, *_unknown_types(raw, type_map)]
    if type_map is None:
        found += [*raw.doubts, *attribute_problems(raw)]
    linked = _linked(raw, type_map, found)
    relations = gold_relations(raw, linked, type_map, found)
    if found:
        return None, found
    accepted = [relation for relation, rejected in relations if not rejected]
    wrong = [relation for relation, rejected in relations if rejected]
    mentions = list(linked.mentions.values())
    if type_map is not None:
        mentions = drop_unneeded(mentions, [*accepted, *wrong], type_map.scored_labels)
    document = _document(raw, type_map, found)
    if document is None:
        return None, found
    document = document.model_copy(
        update={
            "mentions": tuple(mentions),
            "relations": tuple(accepted),
            "rejected": tuple(wrong),
        }
    )
    found += _placed_problems(raw, document, mapped=type_map is not None)
    return (None if found else document), found


def _unknown_types(raw: RawDocument, type_map: TypeMap | None) -> Iterator[str]:
    """Types without a meaning, the first of each."""
    known, pairs = set(LABELS), set(PREDICATES)
    if type_map is not None:
        known = {*type_map.labels, *type_map.ignore}
        pairs = {*type_map.relations, *type_map.ignore_relations}
    hint = "give a map with --map"
    if type_map is not None:
        hint = f"name it in the map {type_map.name}, under ignore if it has no meaning for us"
    seen: set[str] = set()
    named = [(m.type, known, f"{m.place}: mention {m.id}: unknown label") for m in raw.mentions]
    named += [(r.type, pairs, f"{r.place}: unknown predicate") for r in raw.relations]
    for type_, allowed, said in named:
        if type_ not in allowed and type_ not in seen:
            seen.add(type_)
            yield f"{said} {type_!r}; {hint}"


@dataclass(slots=True)
class _Collected:
    """The mentions of a document as they are made. ``same`` leads from a mention that became
    the same as another one to that."""

    mentions: dict[str, GoldMention] = field(default_factory=dict)
    by_raw_id: dict[str, tuple[str, ...]] = field(default_factory=dict)
    same: dict[tuple[int, int, str], str] = field(default_factory=dict)

    def add(self, mention: GoldMention, *, join: bool) -> str:
        """Take up a mention, or join it with the one of the same place and label; its id."""
        place = (mention.start, mention.end, mention.label)
        known = self.same.setdefault(place, mention.id) if join else mention.id
        if known == mention.id:
            self.mentions[known] = mention
        elif not mention.optional and self.mentions[known].optional:
            self.mentions[known] = mention.model_copy(update={"id": known})
        return known

    def redirect_aliases(self) -> None:
        """Let an alias lead to what its long form became, or nowhere."""
        for mention in list(self.mentions.values()):
            for target in self.by_raw_id.get(mention.alias_of, ()):
                if self.mentions[target].label == mention.label and target != mention.id:
                    self.mentions[mention.id] = mention.model_copy(update={"alias_of": target})
                    break
            else:
                self.mentions[mention.id] = mention.model_copy(update={"alias_of": ""})


def _linked(raw: RawDocument, type_map: TypeMap | None, found: list[str]) -> Linked:
    """All mentions that mean something to us, by their ids; those of one concept are linked
    where relations join concepts."""
    collected = _Collected(by_raw_id=dict.fromkeys(raw.unread, ()))
    for mention in raw.mentions:
        problem = _stretch_problem(raw.text, mention)
        if mention.id in collected.by_raw_id:
            found.append(f"{mention.place}: mention {mention.id}: this id stands twice; change one")
            continue
        collected.by_raw_id[mention.id] = ()  # so that a relation may name it, right or wrong
        if problem:
            found.append(f"{mention.place}: mention {mention.id} {problem}")
        else:
            made = _made(raw.text, mention, type_map, found)
            if made is not None:
                # Two of our own mentions that are the same are a mistake, and stay two.
                known = collected.add(made, join=type_map is not None)
                collected.by_raw_id[mention.id] = (known,)
    if type_map is not None:
        collected.redirect_aliases()
    return Linked.of(raw, collected.mentions, collected.by_raw_id)


def _stretch_problem(text: str, mention: RawMention) -> str:
    """Why the offsets are wrong, or the words that the file states are not the text's."""
    start, end = min(mention.spans)[0], max(end for _, end in mention.spans)
    if not all(0 <= first < last <= len(text) for first, last in mention.spans):
        return f"lies at {start}-{end}, outside of a text of {len(text)} characters; correct it"
    if mention.words is None:
        return ""
    cover = text[start:end]
    parts = [text[first:last] for first, last in mention.spans]
    if _plain(mention.words) in {_plain(cover), _plain(" ".join(parts)), _plain("".join(parts))}:
        return ""
    return (
        f"says {mention.words!r} but the text at {start}-{end} reads {cover!r}; "
        "correct the offsets (they count characters)"
    )


def _plain(words: str) -> str:
    return _BLANK.sub(" ", words).strip()


def _made(
    text: str, mention: RawMention, type_map: TypeMap | None, found: list[str]
) -> GoldMention | None:
    """What a mention becomes; None where it means nothing to us, or something is wrong."""
    given = mention.attributes
    start, end = min(mention.spans)[0], max(end for _, end in mention.spans)
    label = mention.type if mention.type in LABELS else None
    optional = flag(given, "optional")
    if type_map is not None:
        known = mention.type in type_map.labels
        choice = type_map.choose(mention.type, text[start:end]) if known else None
        label = choice.label if choice else None
        optional |= bool(choice and choice.optional)
        optional |= len(mention.spans) > 1 or "coordination" in given
    if label is None:
        return None
    values: dict[str, Any] = {
        "id": mention.id,
        "start": start,
        "end": end,
        "label": label,
        "optional": optional,
        "spans": mention.spans if len(mention.spans) > 1 else (),
        **{key: given[key] for key in ("specificity", "norm", "alias_of") if key in given},
    }
    try:
        return GoldMention.model_validate(values)
    except ValidationError as error:
        found += placed(mention.place, error, mention.places, f"mention {mention.id}: ")
        return None


def _document(raw: RawDocument, type_map: TypeMap | None, found: list[str]) -> GoldDocument | None:
    """The document without its annotations."""
    given = raw.attributes
    lists: dict[str, Iterable[str] | None] = {
        key: given[key].replace(",", " ").replace("-", " ").split() if key in given else None
        for key in ("labels", "predicates")
    }
    if type_map is not None:
        lists = {"labels": type_map.scored_labels, "predicates": type_map.scored_predicates}
    recall_only: Iterable[str] = given.get("recall_only", "").replace(",", " ").split()
    if type_map is not None and type_map.partial:
        judged = {pairing.predicate for pairing in type_map.exhaustive}
        recall_only = [name for name in type_map.scored_predicates if name not in judged]
    values: dict[str, Any] = {
        "id": raw.id,
        "text": raw.text,
        "title": given.get("title", ""),
        "register": given.get("register", "") or (type_map.register if type_map else ""),
        "split": given.get("split", ""),
        "partial": flag(given, "partial") or bool(type_map and type_map.partial),
        "recall_only": recall_only,
        **lists,
    }
    try:
        return GoldDocument.model_validate(values)
    except ValidationError as error:
        found += placed(raw.place, error, raw.places, "")
        return None


def _placed_problems(raw: RawDocument, document: GoldDocument, *, mapped: bool) -> Iterator[str]:
    """What is wrong with the document as gold, each with the place of the mention or relation."""
    places = {f"mention {mention.id}": mention.place for mention in raw.mentions}
    if not mapped:  # then relations stand in the order of the file
        for rejected, name in ((False, "relation"), (True, "rejected")):
            own = [r for r in raw.relations if flag(r.attributes, "rejected") == rejected]
            places |= {f"{name} {n} ({r.type})": r.place for n, r in enumerate(own, 1)}
    for problem in problems(document):
        name = problem.partition(":")[0]
        yield f"{places.get(name, raw.place)}: {problem}"
