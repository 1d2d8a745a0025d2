"""``pipeline check --loosen``: constraints of the relation rules that no example needs.

One constraint is dropped at a time. When every example of the rule (of a path: of every
rule that uses it) still gives the same pairs on its stored parse, nothing shows what the
constraint is for: it wants an example (a reject; for a way to an argument a match) or can go.
Of two that do the same work each is named, though only one can go.

What is there for generality is asked about once: the ways of a group (``$agent``) as paths,
over all rules; a TAG or POS beside the words of a trigger over all rules that have the same;
of a rule's ``tokens`` what optional nodes may be, and ``ENT_TYPE: ""`` (no mention is skipped).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from spacy.tokens import Doc

from pipeline.check import read_parses
from pipeline.marked import MarkError, read_marked
from pipeline.patterns_data import PatternError, read_yaml
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import fine_vocab
from pipeline.recognise.recogniser import Found
from pipeline.relate.arguments import Arguments
from pipeline.relate.bind import Bound, bind
from pipeline.relate.cues import Cues, read_relation_cues
from pipeline.relate.engine import Engine
from pipeline.relate.rules import Path_, Rule, RuleBook, read_rules

Pairs = set[tuple[int, int]]
Example = tuple[Bound, Arguments]
_Model = TypeVar("_Model", Rule, Path_)
_WAYS = ("subject_path", "object_path")
_NO_CONSTRAINT = {"role", "OP"}  # of a node of ``tokens``: what it stands for, how often
_WORDS, _GUARDS = ("LEMMA", "LOWER"), ("TAG", "POS")


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """What could be dropped from the rule or path ``name``, which stands at ``file:line``."""

    file: str
    line: int
    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.name}: {self.what}"


def loosen(folder: Path) -> list[str]:
    """One line for each constraint that no example needs, sorted; for what cannot be read
    the line that ``pipeline check`` gives."""
    try:
        book, cues = read_rules(folder), read_relation_cues(folder)
        findings = [*_Loosener(book, cues, read_parses(folder), _Source(folder)).findings()]
    except PatternError as error:
        return [str(error)]
    return [str(finding) for finding in sorted(findings)]


class _Source:
    """What the files say that the rule book does not keep."""

    def __init__(self, folder: Path) -> None:
        self.where: dict[str, str] = {}  # of each path
        self.own: dict[str, set[str]] = {}  # of each rule: ways that it names without a group
        for file in (folder / "relations").glob("*.yaml"):
            data = read_yaml(file)
            for path in data.get("paths", []):
                self.where[path["id"]] = f"{file}:{path['__line__']}"
            for rule in data.get("rules", []):
                ways = {f"{field} {n}" for field in _WAYS for n in rule.get(field, ())}
                self.own[rule["id"]] = ways


class _Loosener:
    """Keeps each rule's examples bound, and what they give as the rule stands."""

    def __init__(self, book: RuleBook, cues: Cues, parses: dict[str, Any], source: _Source) -> None:
        self._book = book
        self._source = source
        self._vocab = fine_vocab()
        self._examples: dict[str, list[Example]] = {}
        self._given: dict[str, list[Pairs]] = {}
        self._unread: dict[str, Finding] = {}  # by rule: an example that cannot tell
        for rule in book.rules:
            self._examples[rule.id] = list(self._bound(rule, cues, parses))
            self._given[rule.id] = list(self._gives(rule, book.paths))

    def findings(self) -> Iterator[Finding]:
        yield from self._unread.values()
        for rule in self._book.rules:
            for what, changed in looser_rules(rule, self._source.own[rule.id]):
                if self._same(changed, self._book.paths):
                    yield _finding(self._book.where[rule.id], rule.id, what)
        yield from self._guard_findings()
        users = _users(self._book)
        for name, path in self._book.paths.items():
            yield from self._path_findings(path, users[name])

    def _guard_findings(self) -> Iterator[Finding]:
        """Guards of triggers, each value once: at the first rule that has it."""
        alike: dict[tuple[str, str], list[Rule]] = defaultdict(list)
        for rule in self._book.rules:
            for key in _guards(rule):
                alike[key, repr((rule.trigger or {})[key])].append(rule)
        for (key, _), rules in alike.items():
            if all(self._same(_trigger_less(rule, key), self._book.paths) for rule in rules):
                first = rules[0]
                what = f"trigger {key} beside {_words(first)}"
                yield _finding(self._book.where[first.id], first.id, what)

    def _path_findings(self, path: Path_, users: list[Rule]) -> Iterator[Finding]:
        where = self._source.where[path.id]
        rest = {name: _less(other, "unless", path.id) for name, other in self._book.paths.items()}
        if all(self._same(_without_way(rule, path.id), rest) for rule in users):
            yield _finding(where, path.id, "the path")  # and nothing to say of its parts
            return
        free: set[str] = set()  # likewise of nodes that can go as a whole
        for node, what, changed in looser_paths(path):
            paths = {**self._book.paths, path.id: changed}
            if node not in free and all(self._same(rule, paths) for rule in users):
                free.add(what)
                yield _finding(where, path.id, what)

    def _bound(self, rule: Rule, cues: Cues, parses: dict[str, Any]) -> Iterator[Example]:
        for example in (*rule.matches, *rule.rejects):
            try:
                text, marks = read_marked(example)
                parse = parses[text]
            except (MarkError, KeyError):
                what = f"unknown without a parse of {example!r}; run 'pipeline check'"
                self._unread[rule.id] = _finding(self._book.where[rule.id], rule.id, what)
                continue
            found = [Found(Candidate(m.start, m.end, m.label, "marked")) for m in marks]
            bound = bind(Doc(self._vocab).from_json(parse), found)
            yield bound, Arguments(bound, found, cues)

    def _gives(self, rule: Rule, paths: dict[str, Path_]) -> Iterator[Pairs]:
        engine = Engine(RuleBook(paths, [rule], self._book.where), self._vocab)
        for bound, arguments in self._examples[rule.id]:
            hits = engine.hits(bound, arguments)
            yield {(hit.subject.mention, hit.object.mention) for hit in hits}

    def _same(self, rule: Rule, paths: dict[str, Path_]) -> bool:
        """Whether all examples give what they gave; stops at the first that does not."""
        if rule.id in self._unread:
            return False
        both = zip(self._gives(rule, paths), self._given[rule.id], strict=True)
        return all(now == before for now, before in both)


def looser_rules(rule: Rule, own: Collection[str]) -> Iterator[tuple[str, Rule]]:
    """Each constraint of the rule itself, and the rule without it; of the ways to its
    arguments only its ``own`` (``subject_path NAME``), of its trigger no guards."""
    for key in (rule.trigger or {}).keys() - _guards(rule):
        yield f"trigger {key}", _trigger_less(rule, key)
    for side in ("subject", "object"):
        if getattr(rule, side):
            yield f"{side} labels", rule.model_copy(update={side: []})
    for field in _WAYS:
        for name in getattr(rule, field):
            if f"{field} {name}" in own:
                yield f"{field} {name}", _less(rule, field, name)
    nodes = rule.tokens or []
    if any(_guarded(node) for node in nodes):
        bare = [_without(node, "ENT_TYPE") if _guarded(node) else node for node in nodes]
        yield 'tokens ENT_TYPE ""', rule.model_copy(update={"tokens": bare})
    if any(_optional(node) and _asked(node) for node in nodes):
        free = [_free(node) if _optional(node) else node for node in nodes]
        yield "tokens: the guards of optional nodes", rule.model_copy(update={"tokens": free})
    for i, node in enumerate(nodes):
        if not _optional(node):
            for key in sorted(_asked(node)):
                tokens = _replaced(nodes, i, _without(node, key))
                yield f"tokens {i + 1} {key}", rule.model_copy(update={"tokens": tokens})


def looser_paths(path: Path_) -> Iterator[tuple[str, str, Path_]]:
    """Each constraint of a path, and the path without it; first the node that a constraint
    belongs to (empty for what is a whole of its own)."""
    for name in path.unless:
        yield "", f"unless {name}", _less(path, "unless", name)
    inner = {"trigger", "argument", *(node.get("LEFT_ID") for node in path.pattern)}
    for node in path.pattern:
        if node["RIGHT_ID"] not in inner:
            rest = [other for other in path.pattern if other is not node]
            yield "", f"node {node['RIGHT_ID']}", path.model_copy(update={"pattern": rest})
    for i, node in enumerate(path.pattern):
        attributes, name = node.get("RIGHT_ATTRS", {}), f"node {node['RIGHT_ID']}"
        for key in attributes:
            looser = {**node, "RIGHT_ATTRS": _without(attributes, key)}
            pattern = _replaced(path.pattern, i, looser)
            yield name, f"{name} {key}", path.model_copy(update={"pattern": pattern})


def _guarded(node: dict[str, Any]) -> bool:
    """Whether a node only says that it is no mention, as far as mentions go."""
    return node.get("ENT_TYPE") == ""


def _optional(node: dict[str, Any]) -> bool:
    return str(node.get("OP", "1")).startswith(("?", "*", "{0", "{,"))


def _asked(node: dict[str, Any]) -> set[str]:
    """The attributes of a node, but for an ``ENT_TYPE`` that is asked about over all nodes."""
    return node.keys() - _NO_CONSTRAINT - ({"ENT_TYPE"} if _guarded(node) else set())


def _free(node: dict[str, Any]) -> dict[str, Any]:
    """The node without what is asked of it."""
    return {key: value for key, value in node.items() if key not in _asked(node)}


def _words(rule: Rule) -> str:
    """The attribute that lists the words of a trigger; empty if none does."""
    return next((key for key in _WORDS if key in (rule.trigger or {})), "")


def _guards(rule: Rule) -> set[str]:
    """What a trigger asks of its words beside naming them."""
    return {key for key in _GUARDS if key in (rule.trigger or {})} if _words(rule) else set()


def _trigger_less(rule: Rule, key: str) -> Rule:
    return rule.model_copy(update={"trigger": _without(rule.trigger, key)})


def _without_way(rule: Rule, name: str) -> Rule:
    return _less(_less(rule, "subject_path", name), "object_path", name)


def _less(model: _Model, field: str, name: str) -> _Model:
    """The rule or path with a name less in one of its lists."""
    names = [other for other in getattr(model, field) if other != name]
    return model.model_copy(update={field: names})


def _without(attributes: dict[str, Any] | None, key: str) -> dict[str, Any]:
    return {name: value for name, value in (attributes or {}).items() if name != key}


def _replaced(nodes: list[dict[str, Any]], i: int, new: dict[str, Any]) -> list[dict[str, Any]]:
    return [*nodes[:i], new, *nodes[i + 1 :]]


def _users(book: RuleBook) -> dict[str, list[Rule]]:
    """Path name -> the rules that take it or that it makes another path void for."""
    users: dict[str, list[Rule]] = defaultdict(list)
    for rule in book.rules:
        own = {*rule.subject_path, *rule.object_path}
        for name in own | {other for path in own for other in book.paths[path].unless}:
            users[name].append(rule)
    return users


def _finding(where: str, name: str, what: str) -> Finding:
    file, _, line = where.rpartition(":")
    return Finding(file, int(line), name, what)
