"""``pipeline check``: everything written by hand, with ``file:line`` for each finding."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.catalogue import read_catalogue
from pipeline.check_parts import Reader, missing_parts
from pipeline.check_tables import check_tables
from pipeline.curate.reviews import review_findings
from pipeline.marked import Mark, MarkError, read_marked
from pipeline.patterns_data import PatternError, line_of, read_yaml, without_lines
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import fine_text, fine_vocab
from pipeline.recognise.mention_patterns import Located, PatternMatcher, read_mention_patterns
from pipeline.recognise.model_mentions import read_cues
from pipeline.recognise.recogniser import Found
from pipeline.relate.arguments import Arguments
from pipeline.relate.bind import bind
from pipeline.relate.cues import Cues, read_relation_cues
from pipeline.relate.derive import TARGET_RULE
from pipeline.relate.engine import Engine
from pipeline.relate.rules import Rule, RuleBook, read_rules
from pipeline.relate.score import COMPOSED, SCORES, read_scores

PARSES = Path("relations") / "example-parses.json"
# What a parser of scispaCy's scheme can say; spaCy accepts any other value and then
# silently matches nothing.
# ruff: noqa: SIM905 - words in one string are easier to read than sixty quoted ones
DEPS = frozenset(
    "ROOT acl acl:relcl advcl advmod amod appos aux auxpass case cc cc:preconj ccomp compound "
    "compound:prt conj cop csubj csubjpass dep det det:predet discourse dobj expl foreign "
    "goeswith iobj list mark mwe neg nmod nmod:npmod nmod:poss nmod:tmod nsubj nsubjpass nummod "
    "parataxis punct root vocative xcomp".split()
)
POSES = frozenset("ADJ ADP ADV AUX CCONJ DET NOUN NUM PART PRON PUNCT VERB X".split())


def check_all(
    folder: Path, gold: Sequence[Path] = (), reviews: Sequence[Path] = ()
) -> Iterator[str]:
    """One line a finding, each once; none when all is well. ``gold`` and ``reviews`` are files, or
    folders of files."""

    told: set[str] = set()
    for finding in chain(_findings(folder, gold), review_findings(reviews)):
        if finding not in told:
            told.add(finding)
            yield finding


def _findings(folder: Path, gold: Sequence[Path]) -> Iterator[str]:
    yield from missing_parts(folder)
    read = Reader(folder)
    for part in (read_cues, read_relation_cues, read_catalogue):
        read(part)
    yield from read.findings
    yield from check_tables(folder)
    yield from _check_mention_patterns(folder)
    yield from _check_rules(folder)
    yield from _unused_lists(folder)
    yield from _check_maps(folder)
    if gold:
        yield from _gold_findings(folder, gold)


def _check_maps(folder: Path) -> Iterator[str]:
    """The maps from the types of corpora, which a folder of one's own need not have."""
    from pipeline.gold.typemap import WORDS_FILE, read_map

    for path in sorted((folder / "maps").glob("*.yaml")):
        if path.name != WORDS_FILE:
            try:
                read_map(path)
            except PatternError as error:
                yield str(error)


def _gold_findings(folder: Path, gold: Sequence[Path]) -> Iterator[str]:
    from pipeline.curate.findings import gold_findings, known_names

    try:
        known = known_names(folder)
    except PatternError:  # told above
        known = None
    yield from gold_findings(gold, known)


def _check_mention_patterns(folder: Path) -> Iterator[str]:
    try:
        located = read_mention_patterns(folder)
        vocab = fine_vocab()
        for one in located:
            yield from mention_pattern_findings(one, vocab)
    except PatternError as error:
        yield str(error)


def mention_pattern_findings(located: Located, vocab: Vocab) -> Iterator[str]:
    """Examples of one mention pattern that it gets wrong."""
    pattern = located.pattern
    matcher = PatternMatcher([located], vocab)
    for kind, examples in (("matches", pattern.matches), ("rejects", pattern.rejects)):
        for example in examples:
            try:
                text, marks = read_marked(example)
            except MarkError as error:
                yield f"{located.where}: {pattern.id}: {error}"
                continue
            got = {(c.start, c.end) for c in matcher(fine_text(text))}
            wanted = {(m.start, m.end) for m in marks} if kind == "matches" else set()
            if kind == "matches" and not wanted:
                yield f"{located.where}: {pattern.id}: matches example marks nothing: {example!r}"
            elif got != wanted:
                found = sorted(text[a:b] for a, b in got)
                yield f"{located.where}: {pattern.id}: {kind} {example!r} gave {found}"


def _check_rules(folder: Path) -> Iterator[str]:
    read = Reader(folder)
    vocab = fine_vocab()
    book, cues, parses = read(read_rules), read(read_relation_cues), read(read_parses)
    engine = read(lambda _: Engine(book, vocab)) if book is not None else None
    yield from read.findings
    if book is None or engine is None:
        return
    yield from _check_scores(folder, book)
    for name, path in sorted(book.paths.items()):
        yield from _impossible(path.pattern, f"{folder}/relations: path {name}")
    engines = RuleEngines(book, vocab)
    for rule in book.rules:
        where = f"{book.where[rule.id]}: {rule.id}"
        yield from _impossible([rule.trigger or {}, *(rule.tokens or [])], where)
        if cues is not None and parses is not None:
            for finding in rule_findings(rule, engines, cues, parses, vocab):
                yield f"{where}: {finding}"


def _check_scores(folder: Path, book: RuleBook) -> Iterator[str]:
    """Counts of rules that are no more: the scores were fitted on other rules."""
    try:
        scores = read_scores(folder)
    except PatternError as error:
        yield str(error)
        return
    for name in sorted(set(scores.rules if scores else ()) - set(book.where)):
        if name not in {COMPOSED, TARGET_RULE}:
            line = line_of(read_yaml(folder / SCORES)["rules"], name)
            yield f"{folder / SCORES}:{line}: no rule {name!r}; run training/fit_relations.py again"


def _impossible(nodes: Iterable[dict[str, Any]], where: str) -> Iterator[str]:
    """DEP and POS values that no parser of the scheme gives."""
    for node in nodes:
        attributes = node.get("RIGHT_ATTRS", node)
        for key, allowed in (("DEP", DEPS), ("POS", POSES)):
            value = attributes.get(key)
            values = value.get("IN", []) if isinstance(value, dict) else [value] if value else []
            for wrong in sorted(set(values) - allowed):
                yield f"{where}: {key} {wrong!r} is never given by the parser"
            regex = value.get("REGEX") if isinstance(value, dict) else None
            if regex is not None and not any(re.search(regex, one) for one in allowed):
                yield f"{where}: {key} {regex!r} fits nothing that the parser gives"


class RuleEngines:
    """One engine for each rule, made when asked for."""

    def __init__(self, book: RuleBook, vocab: Vocab) -> None:
        self._book = book
        self._vocab = vocab

    def __getitem__(self, rule: Rule) -> Engine:
        return Engine(RuleBook(self._book.paths, [rule], self._book.where), self._vocab)


def rule_findings(
    rule: Rule, engines: RuleEngines, cues: Cues, parses: dict[str, Any], vocab: Vocab
) -> Iterator[str]:
    """Examples of one rule that it gets wrong, on the stored parses."""
    engine = engines[rule]
    for kind, examples in (("matches", rule.matches), ("rejects", rule.rejects)):
        for example in examples:
            try:
                text, marks = read_marked(example)
            except MarkError as error:
                yield str(error)
                continue
            if text not in parses:
                yield f"no stored parse for {text!r}; run 'pipeline reparse'"
                continue
            wanted = _wanted(marks) if kind == "matches" else set()
            if kind == "matches" and not wanted:
                yield f"matches example lacks a subject or an object: {example!r}"
                continue
            doc = Doc(vocab).from_json(parses[text])
            got = pairs(engine, doc, marks, cues)
            if got != wanted:
                yield f"{kind} {example!r} gave {_named(got, text, marks)}"


def _wanted(marks: list[Mark]) -> set[tuple[int, int]]:
    return {
        (i, j)
        for i, one in enumerate(marks)
        for j, other in enumerate(marks)
        if "subject" in one.roles and "object" in other.roles
    }


def _named(got: set[tuple[int, int]], text: str, marks: list[Mark]) -> str:
    words = [text[m.start : m.end] for m in marks]
    return ", ".join(f"{words[i]} -> {words[j]}" for i, j in sorted(got)) or "nothing"


def pairs(engine: Engine, doc: Doc, marks: list[Mark], cues: Cues) -> set[tuple[int, int]]:
    """The pairs of marks that the engine's rules join in a parsed example."""
    found = [Found(Candidate(m.start, m.end, m.label, "marked")) for m in marks]
    bound = bind(doc, found)
    arguments = Arguments(bound, found, cues)
    return {(h.subject.mention, h.object.mention) for h in engine.hits(bound, arguments)}


def read_parses(folder: Path) -> dict[str, Any]:
    """Stored parses of the rule examples: plain text -> spaCy's Doc as JSON."""
    path = folder / PARSES
    if not path.is_file():
        return {}
    parses: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["parses"]
    return parses


def example_texts(book: RuleBook) -> list[str]:
    """The plain texts of all examples, sorted, each once."""
    examples = (e for rule in book.rules for e in (*rule.matches, *rule.rejects))
    return sorted({read_marked(example)[0] for example in examples})


def reparse(folder: Path, model: str) -> Path:
    """Parse every example with ``model`` and store the parses; a text a line, so that a
    diff shows what a new model changes."""
    from pipeline.nlp import load

    nlp = load(model, folder)
    texts = example_texts(read_rules(folder))
    lines = []
    for doc in nlp.pipe(texts):
        stored = doc.to_json()
        for name in ("ents", "spans"):
            stored.pop(name, None)
        lines.append(
            json.dumps(doc.text, ensure_ascii=False)
            + ": "
            + json.dumps(stored, ensure_ascii=False, separators=(",", ":"))
        )
    path = folder / PARSES
    path.write_text('{"parses": {\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
    return path


def _unused_lists(folder: Path) -> Iterator[str]:
    for path in sorted([*folder.glob("mentions/*.yaml"), *folder.glob("relations/*.yaml")]):
        try:
            data = without_lines(read_yaml(path))
        except PatternError:
            continue
        text = path.read_text(encoding="utf-8")
        names = {**(data.get("lists") or {}), **(data.get("groups") or {})}
        if path.name == "paths.yaml":
            text = "".join(p.read_text(encoding="utf-8") for p in path.parent.glob("*.yaml"))
        for name in sorted(names):
            if not re.search(rf"\${name}\b", text):
                yield f"{path}: list {name!r} is not used"
