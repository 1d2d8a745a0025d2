"""The sequences of words that rules spell out, by spaCy's Matcher."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.relate.possible import Part, labels_needed
from pipeline.relate.rules import Rule
from pipeline.relate.walk import Check, check
from pipeline.relate.words import Word


@dataclass(frozen=True, slots=True)
class Match:
    """A sequence at tokens ``start`` to ``end`` of a doc; ``trigger`` is -1 without one."""

    start: int
    end: int
    subject: int
    object: int
    trigger: int


class WordSequence:
    """The sequence of one rule, compiled. Raises ValueError for what spaCy refuses."""

    def __init__(self, rule: Rule, vocab: Vocab) -> None:
        nodes: list[dict[str, Any]] = []
        self._roles = [node.get("role", "") for node in rule.tokens or []]
        for node, role in zip(rule.tokens or [], self._roles, strict=True):
            attributes = {key: value for key, value in node.items() if key != "role"}
            if role in {"subject", "object"} and "ENT_TYPE" not in attributes:
                labels = sorted(rule.subjects if role == "subject" else rule.objects)
                attributes["ENT_TYPE"] = labels[0] if len(labels) == 1 else {"IN": labels}
            nodes.append(attributes)
        self._needed = labels_needed(nodes)
        self._matcher = Matcher(vocab, validate=True)
        self._matcher.add(rule.id, [nodes])

    def may_stand_in(self, sentence: Part) -> bool:
        """Whether the sentence holds the mentions that the sequence asks for."""
        return all(sentence.labels[label] >= n for label, n in self._needed.items())

    def __call__(self, doc: Doc, sentence: Part) -> Iterator[Match]:
        """Where the sequence stands, without places that hold only one of the two mentions."""
        words = doc[sentence.start : sentence.end]
        matches: Any = self._matcher(words, with_alignments=True)
        for _, start, end, alignment in matches:
            first = sentence.start + start
            at = {
                self._roles[node]: first + offset
                for offset, node in enumerate(alignment)
                if self._roles[node]
            }
            if "subject" in at and "object" in at:
                last = sentence.start + end
                yield Match(first, last, at["subject"], at["object"], at.get("trigger", -1))


def word_check(node: Mapping[str, Any], vocab: Vocab) -> Check:
    """The test of a single word in Matcher keys. Raises ValueError for what spaCy refuses."""
    matcher = Matcher(vocab, validate=True)
    matcher.add("word", [[dict(node)]])
    try:
        return check(node)
    except ValueError:  # a key that only spaCy knows

        def fits(token: Word) -> bool:
            return bool(matcher(token.sent.span.doc[token.i : token.i + 1]))

        return fits
