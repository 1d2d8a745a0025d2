"""Runs the rules over a bound block: triggers and sequences by spaCy's Matcher, paths by
:mod:`pipeline.relate.walk`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from spacy.matcher import Matcher
from spacy.tokens import Doc, Token
from spacy.vocab import Vocab

from pipeline.patterns_data import PatternError
from pipeline.relate.arguments import Arguments, Filler
from pipeline.relate.bind import Bound
from pipeline.relate.rules import Rule, RuleBook
from pipeline.relate.walk import Walk


@dataclass(frozen=True, slots=True)
class Hit:
    """One pair of mentions that a rule joined; token indexes into the bound doc."""

    rule: Rule
    subject: Filler
    object: Filler
    trigger: int
    subject_token: int
    object_token: int


class _Reached:
    """Path name -> tokens reached from one trigger; each path is walked once, if asked for."""

    def __init__(self, trigger: Token, walks: dict[str, Walk], book: RuleBook) -> None:
        self._trigger = trigger
        self._walks = walks
        self._book = book
        self._known: dict[str, list[int]] = {}

    def __getitem__(self, name: str) -> list[int]:
        void = any(self._walk(other) for other in self._book.paths[name].unless)
        return [] if void else self._walk(name)

    def _walk(self, name: str) -> list[int]:
        if name not in self._known:
            self._known[name] = self._walks[name].reach(self._trigger)
        return self._known[name]


class Engine:
    """Compiled once per process."""

    def __init__(self, book: RuleBook, vocab: Vocab) -> None:
        self._book = book
        self._rules = {rule.id: rule for rule in book.rules}
        self._triggers = Matcher(vocab, validate=True)
        self._tokens = Matcher(vocab, validate=True)
        self._roles: dict[str, list[str]] = {}
        used: set[str] = set()
        for rule in book.rules:
            try:
                if rule.tokens is None:
                    self._triggers.add(rule.id, [[rule.trigger or {}]])
                    used |= {*rule.subject_path, *rule.object_path}
                else:
                    self._add_tokens(rule)
            except (ValueError, TypeError) as error:
                raise PatternError(f"{book.where[rule.id]}: {error}") from error
        self._walks: dict[str, Walk] = {}
        voiding = {other for name in used for other in book.paths[name].unless}
        for name in sorted(used | voiding):
            try:
                self._walks[name] = Walk(book.paths[name].pattern)
            except (ValueError, KeyError) as error:
                raise PatternError(f"path {name!r}: {error}") from error

    def _add_tokens(self, rule: Rule) -> None:
        pattern: list[dict[str, Any]] = []
        roles = []
        for node in rule.tokens or []:
            attributes = {key: value for key, value in node.items() if key != "role"}
            if node.get("role") in {"subject", "object"} and "ENT_TYPE" not in attributes:
                labels = rule.subjects if node["role"] == "subject" else rule.objects
                attributes["ENT_TYPE"] = {"IN": sorted(labels)}
            pattern.append(attributes)
            roles.append(node.get("role", ""))
        self._tokens.add(rule.id, [pattern])
        self._roles[rule.id] = roles

    def hits(self, bound: Bound, arguments: Arguments) -> Iterator[Hit]:
        """Every pair that any rule joins; the same pair may come several times."""
        strings = bound.doc.vocab.strings
        triggers: dict[int, list[Rule]] = defaultdict(list)
        for key, start, _ in self._triggers(bound.doc) if len(self._triggers) else ():
            triggers[start].append(self._rules[strings[key]])
        for trigger in sorted(triggers):
            reached = _Reached(bound.doc[trigger], self._walks, self._book)
            for rule in triggers[trigger]:
                yield from self._by_paths(rule, trigger, reached, arguments)
        yield from self._by_tokens(bound, arguments)

    def reached_by(self, rule: Rule, doc: Doc) -> dict[int, dict[str, list[int]]]:
        """For each trigger of one rule: path name -> tokens (for explanations)."""
        strings = doc.vocab.strings
        names = {*rule.subject_path, *rule.object_path}
        found = {}
        for key, start, _ in self._triggers(doc):
            if strings[key] == rule.id:
                reached = _Reached(doc[start], self._walks, self._book)
                found[start] = {name: reached[name] for name in names}
        return found

    def _by_paths(
        self, rule: Rule, trigger: int, reached: _Reached, arguments: Arguments
    ) -> Iterator[Hit]:
        doc = arguments.doc
        subjects = [
            (token, filler)
            for name in rule.subject_path
            for token in reached[name]
            if not parted(doc, token, trigger)
            for filler in arguments.fillers(token, rule.subjects)
        ]
        if not subjects:
            return
        objects = [
            (token, filler)
            for name in rule.object_path
            for token in reached[name]
            for filler in arguments.fillers(token, rule.objects)
        ]
        for subject_token, subject in subjects:
            for object_token, object_ in objects:
                if subject_token != object_token and _may_join(rule, subject, object_, arguments):
                    yield Hit(rule, subject, object_, trigger, subject_token, object_token)

    def _by_tokens(self, bound: Bound, arguments: Arguments) -> Iterator[Hit]:
        doc = bound.doc
        strings = doc.vocab.strings
        matches: Any = self._tokens(doc, with_alignments=True) if len(self._tokens) else ()
        for key, start, end, alignment in matches:
            rule = self._rules[strings[key]]
            if doc[start].sent.start != doc[end - 1].sent.start:
                continue
            roles = self._roles[rule.id]
            at: dict[str, int] = {}
            for offset, node in enumerate(alignment):
                if roles[node]:
                    at[roles[node]] = start + offset
            if "subject" not in at or "object" not in at:
                continue
            trigger = at.get("trigger", -1)
            for subject in arguments.fillers(at["subject"], rule.subjects):
                for object_ in arguments.fillers(at["object"], rule.objects):
                    if _may_join(rule, subject, object_, arguments):
                        yield Hit(rule, subject, object_, trigger, at["subject"], at["object"])


def parted(doc: Doc, one: int, other: int) -> bool:
    """A semicolon between the two: parsers hang the subject of a new clause on the old one."""
    return any(token.text == ";" for token in doc[min(one, other) : max(one, other)])


def _may_join(rule: Rule, subject: Filler, object_: Filler, arguments: Arguments) -> bool:
    """Two different mentions that are no members of one list; a subject that is absent or
    blocked does nothing, unless the rule knows what to make of it (its effect turns round)."""
    directed = rule.effect in {"sign", "positive", "negative"}
    if subject.mention == object_.mention or not (directed or subject.sign > 0):
        return False
    return not arguments.together(subject.mention, object_.mention)
