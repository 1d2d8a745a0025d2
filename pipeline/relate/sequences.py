"""The sequences of words that rules spell out, by spaCy's Matcher."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.relate.possible import Part, anchor, labels_needed
from pipeline.relate.rules import Rule
from pipeline.relate.walk import Check, check, loose_check
from pipeline.relate.words import Word

_TIMES = {"1": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None), "!": (0, 1)}
_RANGE = re.compile(r"\{(\d*)(,?)(\d*)\}")


@dataclass(frozen=True, slots=True)
class Match:
    """A sequence at tokens ``start`` to ``end`` of a doc; ``trigger`` is -1 without one."""

    start: int
    end: int
    subject: int
    object: int
    trigger: int


@dataclass(frozen=True, slots=True)
class _Node:
    """A word of a sequence: its test, and how often it may stand (``most`` None: any number)."""

    fits: Check
    least: int
    most: int | None


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
        self.anchor = anchor(rule.tokens or [])
        self._before, self._after = _around([_node(node) for node in nodes], rule, self.anchor)

    def may_stand_in(self, sentence: Part, anchors: Sequence[Word]) -> bool:
        """Whether the sentence holds the mentions that the sequence asks for, and its other words
        stand around one of ``anchors``, the words of the sentence that its anchor may be."""
        for label, n in self._needed.items():
            if sentence.labels[label] < n:
                return False
        for word in anchors:
            before = word.words[sentence.start : word.i]
            before.reverse()
            if _follow(self._before, before) and _follow(
                self._after, word.words[word.i + 1 : sentence.end]
            ):
                return True
        return False

    def __call__(self, doc: Doc, start: int) -> Iterator[Match]:
        """Where the sequence stands in the doc of a sentence that starts at token ``start`` of
        the block, without places that hold only one of the two mentions."""
        matches: Any = self._matcher(doc, with_alignments=True)
        for _, begin, end, alignment in matches:
            first = start + begin
            at = {
                self._roles[node]: first + offset
                for offset, node in enumerate(alignment)
                if self._roles[node]
            }
            if "subject" in at and "object" in at:
                yield Match(first, start + end, at["subject"], at["object"], at.get("trigger", -1))


def _node(node: Mapping[str, Any]) -> _Node:
    operator = str(node.get("OP", "1"))
    if (counted := _RANGE.fullmatch(operator)) is not None:
        least = int(counted[1] or 0)
        most = (int(counted[3]) if counted[3] else None) if counted[2] else least
    else:
        least, most = _TIMES[operator]
    tests = {} if operator == "!" else {k: v for k, v in node.items() if k != "OP"}
    return _Node(loose_check(tests), least, most)


def _around(
    nodes: list[_Node], rule: Rule, anchor: Mapping[str, Any]
) -> tuple[list[_Node], list[_Node]]:
    """What stands before the anchor, from there to the start, and what stands after it."""
    tokens = rule.tokens or []
    at = next((i for i, node in enumerate(tokens) if node is anchor), None)
    if at is None:  # no word must stand
        return [], []
    own = nodes[at]
    more = [] if own.most == 1 else [_Node(own.fits, 0, None)]
    return [*more, *reversed(nodes[:at])], [*more, *nodes[at + 1 :]]


def _follow(nodes: list[_Node], words: Sequence[Word]) -> bool:
    """Whether the words begin with what the nodes ask for."""
    places = {0}
    for node in nodes:
        reached = set()
        for place in places:
            if not node.least:
                reached.add(place)
            last = len(words) if node.most is None else min(place + node.most, len(words))
            for i in range(place, last):
                if not node.fits(words[i]):
                    break
                if i + 1 - place >= node.least:
                    reached.add(i + 1)
        if not reached:
            return False
        places = reached
    return True


def word_check(node: Mapping[str, Any], vocab: Vocab) -> Check:
    """The test of a single word in Matcher keys. Raises ValueError for what spaCy refuses."""
    matcher = Matcher(vocab, validate=True)
    matcher.add("word", [[dict(node)]])
    try:
        return check(node)
    except ValueError:  # a key that only spaCy knows

        def fits(token: Word) -> bool:
            return bool(matcher(token.sent.columns.doc()[token.i : token.i + 1]))

        return fits
