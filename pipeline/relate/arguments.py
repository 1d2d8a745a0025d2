"""From the word where a rule's role lands to the mentions that fill the role.

Coordination multiplies ("IL-1 and TNF"), classes bring their members ("cytokines such
as IL-6"), and some nouns only carry an argument ("levels of IL-6").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.recognise.recogniser import Found
from pipeline.relate.anaphora import SentenceBefore
from pipeline.relate.apposition import apposed_names
from pipeline.relate.bind import Bound
from pipeline.relate.cues import Cues
from pipeline.relate.words import Word

MAX_DEPTH = 5
MAX_FILLERS = 40  # a longer list is a table that lost its lines; its product would be huge
_JOINTS = {",", "and", "or", "/", "&", "and/or", "plus", "as", "well", "both", "either", "-"}
# "T cells rather than B cells": the second takes no part ("but not" is a negation)
_APART = {"rather", "instead", "except", "than", "unlike", "without", ";"}
_PRONOUNS = {"it", "they"}
_SUBJECTS = {"nsubj", "nsubjpass"}
_OVER = re.compile(
    r"^(?:(?:over|hyper)[-‐‑–−]?|co[-‐‑–−])(?=[a-z]{5})"
)  # over-secretion carries as secretion
_SAME_DEPS = {"conj", "appos"}
_FILLERS = {"DET", "ADJ"}
_OPENERS = {"(", "[", ":", ","}
_DOWN_DEPS = {"compound", "amod", "nmod:poss", "appos", "dep", "nmod:npmod", "nummod"}


@dataclass(frozen=True, slots=True)
class Filler:
    """A mention that fills a role: ``sign`` -1 when an inverse noun carries it
    ("IL-6 blockade"); ``carriers`` the tokens passed on the way."""

    mention: int
    sign: int = 1
    carriers: tuple[int, ...] = ()


class Arguments:
    """Resolves roles in one bound block."""

    def __init__(self, bound: Bound, found: Sequence[Found], cues: Cues) -> None:
        self._bound = bound
        self._found = found
        self._cues = cues
        self._groups = self._coordinations()
        self._known_groups: dict[int, list[int]] = {}
        self._known_fillers: dict[tuple[int, frozenset[str]], list[Filler]] = {}
        self._named_by = apposed_names(bound, found)
        self._before = SentenceBefore(bound, found, self._groups)

    @property
    def words(self) -> list[Word]:
        return self._bound.words

    def label(self, mention: int) -> str:
        return self._found[mention].candidate.label

    def together(self, one: int, other: int) -> bool:
        """Whether two mentions stand in one list or as a class and its member."""
        return other in self._group(one) or one in self._group(other)

    def first_of(self, mention: int) -> int:
        """The mention that opens the list that ``mention`` stands in, or the mention itself."""
        tokens = self._bound.token_of
        return min([mention, *self._groups.get(mention, ())], key=lambda m: tokens[m])

    def fillers(self, i: int, labels: frozenset[str]) -> list[Filler]:
        """Mentions with one of ``labels`` that token ``i`` stands for."""
        key = (i, labels)
        if key not in self._known_fillers:
            best: dict[int, Filler] = {}
            self._walk(i, labels, 1, (), 0, best)
            self._known_fillers[key] = [best[m] for m in sorted(best)[:MAX_FILLERS]]
        return self._known_fillers[key]

    def _walk(
        self, i: int, labels: frozenset[str], sign: int, via: tuple[int, ...], depth: int,
        best: dict[int, Filler],
    ) -> None:  # fmt: skip
        if depth > MAX_DEPTH or i in via:
            return
        token = self._bound.words[i]
        mention = self._bound.mention_of[i]
        if mention >= 0:
            if self.label(mention) in labels:
                for member in [mention, *self._group(mention)]:
                    member = self._named_by.get(member, member)
                    if self._found[member].alias_of < 0:
                        best.setdefault(member, Filler(member, sign, via))
                for child in token.children:
                    # "IL-1 and the production of IL-6" adds a production, not an IL-6
                    named = self._bound.mention_of[child.i] >= 0 or child.dep_ == "appos"
                    if named and child.dep_ in _SAME_DEPS and not self._apart(i, child.i):
                        self._walk(child.i, labels, sign, via, depth + 1, best)
                meant = self._before.meant_by(token, mention)
                if meant is not None:  # "This cytokine": the one that the sentence before names
                    best.setdefault(meant, Filler(meant, sign, via))
            return
        lemma = _OVER.sub("", token.lemma_.lower())
        carries = [label for label in labels if lemma in self._cues.carriers[label]]
        holder = self._cues.has("holders", lemma)
        if token.lower_ in _PRONOUNS:
            antecedent = self._antecedent(token)
            if antecedent is not None:
                self._walk(antecedent, labels, sign, (*via, i), depth + 1, best)
            else:
                for meant in self._before.subjects(token, labels):
                    best.setdefault(meant, Filler(meant, sign, (*via, i)))
            return
        if "CELL" in labels:
            for meant in self._before.cells(token):
                best.setdefault(meant, Filler(meant, sign, (*via, i)))
        if not carries and not holder:
            for child in token.children:  # "LPS and IFN-γ"
                if child.dep_ == "conj" and not self._apart(i, child.i):
                    self._walk(child.i, labels, sign, (*via, i), depth + 1, best)
            return
        if self._cues.has("inverse", lemma):
            sign = -sign
        via = (*via, i)
        for child in token.children:
            if self._leads_on(child, carries, holder):
                self._walk(child.i, labels, sign, via, depth + 1, best)
        if holder:
            for member in self._members_after(i, labels):
                best.setdefault(member, Filler(member, sign, via))

    def _antecedent(self, pronoun: Word) -> int | None:
        """The subject of the clause before, in the same sentence: "X blocks Y; it is
        approved for Z"."""
        if pronoun.dep_ not in _SUBJECTS:
            return None
        before = self._bound.words[pronoun.sent.start : pronoun.i]
        subjects = [t for t in before if t.dep_ in _SUBJECTS and t.head.i != pronoun.head.i]
        return subjects[-1].i if subjects and subjects[-1].pos_ != "PRON" else None

    def _apart(self, i: int, j: int) -> bool:
        between = self._bound.words[min(i, j) + 1 : max(i, j)]
        near = between[-4:]  # the word that parts them stands right before the second
        return any(token.lower_ in _APART for token in near)

    def _leads_on(self, child: Word, carries: list[str], holder: bool) -> bool:
        if child.dep_ == "conj":
            return True
        if child.dep_ in _DOWN_DEPS:
            # "IL-6-induced production" speaks of no production of IL-6.
            return not (child.tag_.startswith("VB") or child.text.startswith("-"))
        if child.dep_ == "nmod" or child.dep_.startswith("nmod:"):
            cases = {c.lemma_.lower() for c in child.children if c.dep_ == "case"}
            if cases & self._cues.words["members"]:
                return holder
            if not cases:
                return True
            allowed: set[str] = set()
            for label in carries:
                allowed |= self._cues.preps[label]
            return bool(cases & (allowed or {"of"}))
        return False

    # -- surface coordination: parsers lose long lists, punctuation does not ---------

    def _coordinations(self) -> dict[int, list[int]]:
        mention_of = self._bound.mention_of
        groups: list[list[int]] = []
        tokens = [i for i, m in enumerate(mention_of) if m >= 0]
        for a, b in pairwise(tokens):
            same = self.label(mention_of[a]) == self.label(mention_of[b])
            if same and self._joined(a, b):
                if groups and groups[-1][-1] == mention_of[a]:
                    groups[-1].append(mention_of[b])
                else:
                    groups.append([mention_of[a], mention_of[b]])
        return {m: [o for o in group if o != m] for group in groups for m in group}

    def _joined(self, a: int, b: int) -> bool:
        """Only joints, determiners and adjectives between two mentions, and a joint."""
        doc = self._bound.words
        between = doc[a + 1 : b]
        if a > 0 and doc[a - 1].lower_ in _APART:  # "Unlike B cells, T cells ..."
            return False
        if len(between) > 6 or doc[a].sent.start != doc[b].sent.start:
            return False
        between = _without_brackets(between)
        words = [t.lower_ for t in between]
        if not words or not any(w in _JOINTS for w in words):
            mention_a, mention_b = self._bound.mention_of[a], self._bound.mention_of[b]
            return self._found[mention_b].alias_of == mention_a
        # an adjective counts as filler only after a joint ("IL-6, soluble TNF"), and not
        # when it says what happens to the second alone ("higher IL-6 and lower IL-10")
        change = self._cues.words["raise"] | self._cues.words["lower"]
        return words[0] in _JOINTS and all(
            w in _JOINTS or (t.pos_ in _FILLERS and w not in change)
            for w, t in zip(words, between, strict=True)
        )

    def _group(self, mention: int) -> list[int]:
        """The other mentions of the list that ``mention`` stands in, with their members."""
        if mention not in self._known_groups:
            members = dict.fromkeys(self._groups.get(mention, ())[:MAX_FILLERS])
            for one in [mention, *members]:
                token = self._bound.token_of.get(one)
                if token is not None:
                    found = self._members_after(token, frozenset({self.label(one)}))
                    members |= dict.fromkeys(found)
            members.pop(mention, None)
            self._known_groups[mention] = list(members)
        return self._known_groups[mention]

    def _members_after(self, i: int, labels: frozenset[str]) -> list[int]:
        """Mentions listed right after token ``i``: *such as*, *including*, *like*, (e.g. …)."""
        doc = self._bound.words
        members = self._cues.words["members"]
        j, seen = i + 1, False
        while j < len(doc) and j - i <= 8:
            word = doc[j].lower_
            if word in members or word == "as":
                seen = True
            elif self._bound.mention_of[j] >= 0:
                break
            elif not (
                word in _OPENERS
                or word in {"but", "not", "limited", "to", "for", "example", "the"}
                or (seen and doc[j].pos_ in _FILLERS)
            ):
                return []
            j += 1
        if not seen or j >= len(doc) or self._bound.mention_of[j] < 0:
            return []
        mention = self._bound.mention_of[j]
        if self.label(mention) not in labels or doc[j].sent.start != doc[i].sent.start:
            return []
        group = [mention, *self._groups.get(mention, ())]
        return [m for m in group if self._found[m].alias_of < 0]


def _without_brackets(tokens: list[Word]) -> list[Word]:
    kept, depth = [], 0
    for token in tokens:
        if token.text in "([":
            depth += 1
        elif token.text in ")]":
            depth = max(0, depth - 1)  # the opening one may stand before the first mention
        elif not depth:
            kept.append(token)
    return kept
