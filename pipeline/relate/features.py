"""What the learned layer looks at: readable features of a pair of mentions.

Words stand as lemmas, mentions as ``@LABEL``, edges as ``<dep`` (up) and ``>dep`` (down), with
their preposition (``>nmod:by``). A word also counts by the word lists of the rules and cues that
hold it, so that a rare verb profits from what was learned of its list.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import islice, pairwise, product
from pathlib import Path
from typing import Generic, TypeVar

from pipeline.patterns_data import expand_lists, read_yaml
from pipeline.recognise.recogniser import Found
from pipeline.relate.bind import Bound
from pipeline.relate.pairs import Pair
from pipeline.relate.words import Word

T = TypeVar("T")
Classes = dict[str, tuple[str, ...]]
MAX_PATH = 6  # edges; a longer way is never met twice
MAX_BETWEEN = 15  # words; of a longer stretch only the counts say something
_DISTANCES = (2, 4, 7, 12, 20)
_SIGNS = frozenset(";:()[]")
AUXILIARY = {"aux", "auxpass", "amod", "cop"}


def word_classes(folder: Path) -> Classes:
    """Lemma -> names of the word lists that hold it, from ``relations`` and ``cues``.
    Raises PatternError for a file that cannot be read."""
    classes: dict[str, set[str]] = defaultdict(set)
    paths = folder / "relations" / "paths.yaml"
    shared = expand_lists(read_yaml(paths).get("lists", {}), str(paths))
    for path in sorted((folder / "relations").glob("*.yaml")):
        for name, words in expand_lists(
            {**shared, **read_yaml(path).get("lists", {})}, str(path)
        ).items():
            for word in words:
                classes[str(word).lower()].add(name)
    for name in ("attributes", "carriers"):
        path = folder / "cues" / f"{name}.yaml"
        for list_name, words in expand_lists(read_yaml(path).get("lists", {}), str(path)).items():
            for word in words:
                classes[word.lower()].add(f"c.{list_name}")
    return {word: tuple(sorted(names)) for word, names in classes.items()}


class Features(Generic[T]):
    """Reads the features of pairs in one bound block. What one word says in one place is put
    together once: a word stands on the way of many pairs. ``note`` says what is kept of a feature
    (None: nothing): ``str`` how it reads, ``Vocabulary.note`` its number if it has a weight."""

    def __init__(
        self, bound: Bound, found: Sequence[Found], classes: Classes,
        note: Callable[[str], T | None],
    ) -> None:  # fmt: skip
        self._note = note
        self._bound = bound
        self._words = bound.words
        self._found = found
        self._classes = classes
        self._edges: dict[int, str] = {}
        self._known_nodes: dict[tuple[str, int], list[T]] = {}
        self._known_children: dict[tuple[str, int], list[tuple[int, T]]] = {}
        self._known_ends: dict[tuple[str, int], list[T]] = {}
        self._known_ways: dict[tuple[int, int], list[T]] = {}
        self._known_between: dict[tuple[str, int], list[T]] = {}

    def of(self, pair: Pair) -> list[T]:
        """The features of a pair, in a fixed order; some may stand twice."""
        start, end = pair.start, pair.end
        order = "so" if start.i < end.i else "os"
        subject, object_ = self._found[pair.subject], self._found[pair.object]
        features = self.noted([
            f"labels={subject.candidate.label}>{object_.candidate.label}",
            f"order={order}",
            f"subject.specificity={subject.candidate.specificity}",
            f"object.specificity={object_.candidate.specificity}",
        ])  # fmt: skip
        features += self._way(pair, start, end)
        features += self._between(pair, order)
        features += self._end("subject", start)
        features += self._end("object", end)
        return features

    def noted(self, features: Iterable[str]) -> list[T]:
        """What is kept of these features, in order."""
        note = self._note
        return [noted for feature in features if (noted := note(feature)) is not None]

    def _way(self, pair: Pair, start: Word, end: Word) -> list[T]:
        """What the tree says: the same for all members of a list."""
        if (start.i, end.i) not in self._known_ways:
            inner = pair.inner()
            self._known_ways[start.i, end.i] = [
                *self.noted(self._path(pair, inner)),
                *self._nodes(pair, inner),
            ]
        return self._known_ways[start.i, end.i]

    def _symbol(self, word: Word) -> str:
        return "@" + word.ent_type_ if word.ent_type_ else word.lemma_.lower()

    def _lists(self, word: Word) -> tuple[str, ...]:
        return self._classes.get(word.lemma_.lower(), ())

    def _edge(self, word: Word) -> str:
        known = self._edges.get(word.i)
        if known is None:
            known = self._edges[word.i] = edge(word)
        return known

    def _path(self, pair: Pair, inner: Sequence[tuple[str, Word]]) -> list[str]:
        if pair.top is None:
            return ["path=none"]
        edges = [f"<{self._edge(t)}" for t in pair.up] + [f">{self._edge(t)}" for t in pair.down]
        steps = self._steps(pair)
        features = [f"length={min(len(edges), 9)}"]
        if len(edges) <= MAX_PATH:
            features += ["path=" + " ".join(steps), "deps=" + " ".join(edges)]
        features += [f"part2={one} {two}" for one, two in pairwise(steps)]
        features += [
            f"part3={one} {two} {three}"
            for one, two, three in zip(steps, steps[1:], steps[2:], strict=False)
        ]
        features += [f"edge={one}" for one in edges]
        if len(edges) < MAX_PATH:
            features += self._class_paths(inner, edges)
        return features

    def _steps(self, pair: Pair) -> list[str]:
        """The way as one row of edges and words; ``#`` is one of the pair itself."""
        ends = {pair.start.i, pair.end.i}
        above = [*pair.up[1:], pair.top] if pair.up else []
        steps: list[str] = [] if pair.up else ["#"]
        for word, head in zip(pair.up, above, strict=True):
            name = "#" if head is None or head.i in ends else self._symbol(head)
            steps += [f"<{self._edge(word)}", name]
        for word in pair.down:
            steps += [f">{self._edge(word)}", "#" if word.i in ends else self._symbol(word)]
        return steps

    def _class_paths(self, inner: Sequence[tuple[str, Word]], edges: list[str]) -> list[str]:
        """The way with each word replaced by one of its lists (at most three each)."""
        choices = []
        for _, word in inner:
            lists = [name for name in self._lists(word) if not name.startswith("c.")]
            fallback = self._symbol(word) if word.ent_type_ else word.pos_
            choices.append(lists[:3] or [fallback])
        way = "classes=" + " ".join(edges) + "|"
        return [way + " ".join(names) for names in islice(product(*choices), 9)]

    def _nodes(self, pair: Pair, inner: Sequence[tuple[str, Word]]) -> list[T]:
        on_way = {t.i for t in (*pair.up, *pair.down)}
        if pair.top is not None:
            on_way.add(pair.top.i)
        features: list[T] = []
        for place, word in inner:
            features += self._node(place, word)
            features += [f for i, f in self._children(place, word) if i not in on_way]
        for role, word in (("subject", pair.start), ("object", pair.end)):
            features += [f for i, f in self._children(role, word) if i not in on_way]
        return features

    def _node(self, place: str, word: Word) -> list[T]:
        """What a word on the way says by itself."""
        if (place, word.i) not in self._known_nodes:
            symbol = self._symbol(word)
            self._known_nodes[place, word.i] = self.noted([
                f"{place}={symbol}", f"node={symbol}", f"{place}.tag={word.tag_}",
                *(f"{place}.list={name}" for name in self._lists(word)),
            ])  # fmt: skip
        return self._known_nodes[place, word.i]

    def _children(self, place: str, word: Word) -> list[tuple[int, T]]:
        """What the words that hang on a word say, each with its place in the block."""
        if (place, word.i) not in self._known_children:
            said = []
            for child in word.children:
                if child.dep_ != "punct":
                    noted = self._note(f"{place}.child={self._edge(child)}:{self._symbol(child)}")
                    if noted is not None:
                        said.append((child.i, noted))
            self._known_children[place, word.i] = said
        return self._known_children[place, word.i]

    def _end(self, role: str, word: Word) -> list[T]:
        """What stands around the subject or the object."""
        if (role, word.i) not in self._known_ends:
            features = []
            for name, i in (("before", word.i - 1), ("after", word.i + 1)):
                if 0 <= i < len(self._words):
                    features.append(f"{role}.{name}={self._symbol(self._words[i])}")
            features.append(f"{role}.head={self._symbol(word.head)}")
            features.append(f"{role}.dep={self._edge(word)}")
            self._known_ends[role, word.i] = self.noted(features)
        return self._known_ends[role, word.i]

    def _between(self, pair: Pair, order: str) -> list[T]:
        first, last = sorted((pair.start.i, pair.end.i))
        distance = abs(self._bound.token_of[pair.subject] - self._bound.token_of[pair.object])
        features = self.noted([f"distance={sum([distance >= limit for limit in _DISTANCES])}"])
        between = self._words[first + 1 : last]
        words = [w for w in between if not w.ent_type_]
        if len(between) <= MAX_BETWEEN:
            for word in words:
                features += self._word_between(order, word)
        more = []
        if len(between) <= 4:
            more.append(f"stretch.{order}=" + " ".join(map(self._symbol, between)))
        if len(words) < len(between):
            counts = Counter([w.ent_type_ for w in between if w.ent_type_])
            more += [f"between.{label}={min(n, 3)}" for label, n in sorted(counts.items())]
        more += [f"sign={word.text}" for word in words if word.text in _SIGNS]
        verbs = [w for w in between if w.tag_.startswith("VB") and w.dep_ not in AUXILIARY]
        more.append(f"verbs={min(len(verbs), 3)}")
        return features + self.noted(more)

    def _word_between(self, order: str, word: Word) -> list[T]:
        if (order, word.i) not in self._known_between:
            lists = [name for name in self._lists(word) if not name.startswith("c.")]
            self._known_between[order, word.i] = self.noted(
                [
                    f"between.{order}={word.lemma_.lower()}",
                    *(f"between.{order}.list={name}" for name in lists),
                ]
            )
        return self._known_between[order, word.i]


def edge(token: Word) -> str:
    """The token's dependency, a nominal one with its preposition: ``nmod:by``."""
    if token.dep_.startswith("nmod"):
        case = next((c.lower_ for c in token.children if c.dep_ == "case"), "")
        return f"nmod:{case}"
    return token.dep_
