"""``pipeline explain``: what the program sees in one sentence, and why."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.read.layout import Block
from pipeline.read.tidy import tidy
from pipeline.recognise.recogniser import Found
from pipeline.relate.arguments import Arguments
from pipeline.relate.attributes import Attributes
from pipeline.relate.bind import Bound, bind
from pipeline.relate.relater import Relater
from pipeline.relate.rules import Rule
from pipeline.route import Settings, tools

SHOWN = 0.2  # a smaller chance of the learned layer is not worth a line


def explain(sentence: str, settings: Settings, rule_id: str = "") -> Iterator[str]:
    """Lines of text: mentions by layer, the parse, the rules that fired; for a named
    rule the first thing that it lacked. Raises ValueError for an unknown rule."""
    ready = tools(settings)
    block = tidy(Block("", sentence, ((0, 0, len(sentence)),)))
    doc = ready.nlp(block.text)
    yield "Layers"
    for layer, candidates in sorted(ready.recogniser.layers(doc).items()):
        for c in sorted(candidates, key=lambda c: (c.start, -c.end)):
            condition = f" if {c.match}" if c.match in {"cue", "defined"} else ""
            origin = f" ({c.source})" if c.source else ""
            name = c.name or "-"
            words = repr(block.text[c.start : c.end])
            yield f"  {layer:13} {c.label:9} {words} -> {name}{origin}{condition}"
    found = ready.recogniser([doc])[0]
    yield "Mentions"
    for item in found:
        c = item.candidate
        alias = f" alias of {found[item.alias_of].candidate.name}" if item.alias_of >= 0 else ""
        words = repr(block.text[c.start : c.end])
        how = f" by {c.grounding}: {c.source!r}" if c.grounding else ""
        yield f"  {c.start:4}-{c.end:<4} {c.label:9} {words} -> {c.name or '-'}{how}{alias}"
    bound = bind(doc, found)
    yield "Parse (mentions are one word)"
    for token in bound.doc:
        label = f" {token.ent_type_}" if token.ent_type_ else ""
        yield (
            f"  {token.i:3} {token.text:24} {token.tag_:5} {token.lemma_:20} "
            f"{token.dep_:12} <- {token.head.text}{label}"
        )
    yield "Relations"
    for s in ready.relater.relate_bound(bound, found):
        subject, object_ = found[s.subject].candidate, found[s.object].candidate
        marks = "".join(f" {name}" for name in ("negated", "hedged") if getattr(s, name))
        yield (
            f"  {s.predicate}({block.text[subject.start : subject.end]}, "
            f"{block.text[object_.start : object_.end]}) {s.effect}"
            f"{' ' + s.function if s.function else ''}{marks}"
            f"{'  ' + s.signs if s.signs else ''}  [{s.rule}, {s.score}]"
        )
    yield from _learned(bound, found, block.text, ready.relater)
    if rule_id:
        yield from _why_not(rule_id, bound, found, settings)


def _learned(bound: Bound, found: list[Found], text: str, relater: Relater) -> Iterator[str]:
    """What the learned layer says of each pair that it does not think impossible."""
    if relater.judge is None:
        return
    arguments = Arguments(bound, found, relater.cues)
    attributes = Attributes(bound.words, relater.cues, bound.token_of)
    rows = relater.by_rules(bound, found, arguments, attributes)
    yield "Learned layer (chance, and what speaks for and against)"
    for pair, predicate, chance, reasons in relater.judge.reasons(rows, bound, found, arguments):
        if chance >= SHOWN:
            subject, object_ = (found[m].candidate for m in (pair.subject, pair.object))
            yield (
                f"  {predicate}({text[subject.start : subject.end]}, "
                f"{text[object_.start : object_.end]}) {chance:.2f}"
            )
            yield "    " + "; ".join(f"{name} {weight:+.2f}" for name, weight in reasons[:8])


def _why_not(rule_id: str, bound: Bound, found: list[Found], settings: Settings) -> Iterator[str]:
    relater = tools(settings).relater
    rule = next((r for r in relater.book.rules if r.id == rule_id), None)
    if rule is None:
        raise ValueError(f"no rule named {rule_id!r}; see patterns/relations/*.yaml")
    arguments = Arguments(bound, found, relater.cues)
    hits = [h for h in relater.engine.hits(bound, arguments) if h.rule.id == rule_id]
    yield f"Rule {rule_id}"
    if hits:
        yield f"  fired {len(hits)} time(s)"
    elif rule.tokens is not None:
        yield "  its sequence of words does not stand in the sentence"
    else:
        yield from (f"  {line}" for line in _missing(rule, bound, arguments, settings))


def _missing(rule: Rule, bound: Bound, arguments: Arguments, settings: Settings) -> Iterator[str]:
    engine = tools(settings).relater.engine
    reached = engine.reached_by(rule, bound.words)
    if not reached:
        yield f"no trigger: no word fits {rule.trigger}"
    for trigger, paths in sorted(reached.items()):
        word = bound.doc[trigger].text
        for role, names, labels in (
            ("subject", rule.subject_path, rule.subjects),
            ("object", rule.object_path, rule.objects),
        ):
            tokens = [(name, t) for name in names for t in paths.get(name, ())]
            if not tokens:
                yield f"trigger {word!r}: no {role} over {', '.join(names)}"
                break
            if not any(arguments.fillers(t, labels) for _, t in tokens):
                there = ", ".join(f"{name} -> {bound.doc[t].text!r}" for name, t in tokens)
                wanted = "/".join(sorted(labels))
                yield f"trigger {word!r}: {role} reached ({there}), but no {wanted}"
                break
        else:
            yield f"trigger {word!r}: both roles are filled, but the pair may not be joined"
