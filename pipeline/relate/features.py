"""What the learned layer looks at: readable features of a pair of mentions.

Words stand as lemmas, mentions as ``@LABEL``, edges as ``<dep`` (up) and ``>dep`` (down), with
their preposition (``>nmod:by``). A word also counts by the word lists of the rules and cues that
hold it, so that a rare verb profits from what was learned of its list.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice, product
from pathlib import Path

from pipeline.patterns_data import expand_lists, read_yaml
from pipeline.recognise.recogniser import Found
from pipeline.relate.bind import Bound
from pipeline.relate.pairs import Pair
from pipeline.relate.words import Word

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


class Features:
    """Reads the features of pairs in one bound block. What one word says in one place is put
    together once: a word stands on the way of many pairs."""

    def __init__(self, bound: Bound, found: Sequence[Found], classes: Classes) -> None:
        self._bound = bound
        self._words = bound.words
        self._found = found
        self._classes = classes
        self._edges: dict[int, str] = {}
        self._known_nodes: dict[tuple[str, int], list[str]] = {}
        self._known_children: dict[tuple[str, int], list[tuple[int, str]]] = {}
        self._known_ends: dict[tuple[str, int], list[str]] = {}
        self._known_between: dict[tuple[str, int], list[str]] = {}

    def of(self, pair: Pair) -> list[str]:
        """The features of a pair, in a fixed order; some may stand twice."""
        start, end = pair.start, pair.end
        order = "so" if start.i < end.i else "os"
        subject, object_ = self._found[pair.subject], self._found[pair.object]
        inner = pair.inner()
        features = [
            f"labels={subject.candidate.label}>{object_.candidate.label}",
            f"order={order}",
            f"subject.specificity={subject.candidate.specificity}",
            f"object.specificity={object_.candidate.specificity}",
        ]
        features += self._path(pair, inner)
        features += self._nodes(pair, inner)
        features += self._between(pair, order)
        features += self._end("subject", start)
        features += self._end("object", end)
        return features

    def _symbol(self, word: Word) -> str:
        return "@" + word.ent_type_ if word.ent_type_ else word.lemma_.lower()

    def _lists(self, word: Word) -> tuple[str, ...]:
        return self._classes.get(word.lemma_.lower(), ())

    def _edge(self, word: Word) -> str:
        if word.i not in self._edges:
            self._edges[word.i] = edge(word)
        return self._edges[word.i]

    def _path(self, pair: Pair, inner: Sequence[tuple[str, Word]]) -> Iterator[str]:
        if pair.top is None:
            yield "path=none"
            return
        edges = [f"<{self._edge(t)}" for t in pair.up] + [f">{self._edge(t)}" for t in pair.down]
        steps = self._steps(pair)
        yield f"length={min(len(edges), 9)}"
        if len(edges) <= MAX_PATH:
            yield "path=" + " ".join(steps)
            yield "deps=" + " ".join(edges)
        for size in (2, 3):
            for i in range(len(steps) - size + 1):
                yield f"part{size}=" + " ".join(steps[i : i + size])
        for one in edges:
            yield f"edge={one}"
        if len(edges) < MAX_PATH:
            yield from self._class_paths(inner, edges)

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

    def _class_paths(self, inner: Sequence[tuple[str, Word]], edges: list[str]) -> Iterator[str]:
        """The way with each word replaced by one of its lists (at most three each)."""
        choices = []
        for _, word in inner:
            lists = [name for name in self._lists(word) if not name.startswith("c.")]
            fallback = self._symbol(word) if word.ent_type_ else word.pos_
            choices.append(lists[:3] or [fallback])
        for names in islice(product(*choices), 9):
            yield "classes=" + " ".join(edges) + "|" + " ".join(names)

    def _nodes(self, pair: Pair, inner: Sequence[tuple[str, Word]]) -> Iterator[str]:
        on_way = {t.i for t in (*pair.up, pair.top, *pair.down) if t is not None}
        for place, word in inner:
            yield from self._node(place, word)
            yield from (f for i, f in self._children(place, word) if i not in on_way)
        for role, word in (("subject", pair.start), ("object", pair.end)):
            yield from (f for i, f in self._children(role, word) if i not in on_way)

    def _node(self, place: str, word: Word) -> list[str]:
        """What a word on the way says by itself."""
        if (place, word.i) not in self._known_nodes:
            symbol = self._symbol(word)
            self._known_nodes[place, word.i] = [
                f"{place}={symbol}", f"node={symbol}", f"{place}.tag={word.tag_}",
                *(f"{place}.list={name}" for name in self._lists(word)),
            ]  # fmt: skip
        return self._known_nodes[place, word.i]

    def _children(self, place: str, word: Word) -> list[tuple[int, str]]:
        """What the words that hang on a word say, each with its place in the block."""
        if (place, word.i) not in self._known_children:
            self._known_children[place, word.i] = [
                (child.i, f"{place}.child={self._edge(child)}:{self._symbol(child)}")
                for child in word.children
                if child.dep_ != "punct"
            ]
        return self._known_children[place, word.i]

    def _end(self, role: str, word: Word) -> list[str]:
        """What stands around the subject or the object."""
        if (role, word.i) not in self._known_ends:
            features = []
            for name, i in (("before", word.i - 1), ("after", word.i + 1)):
                if 0 <= i < len(self._words):
                    features.append(f"{role}.{name}={self._symbol(self._words[i])}")
            features.append(f"{role}.head={self._symbol(word.head)}")
            features.append(f"{role}.dep={self._edge(word)}")
            self._known_ends[role, word.i] = features
        return self._known_ends[role, word.i]

    def _between(self, pair: Pair, order: str) -> Iterator[str]:
        first, last = sorted((pair.start.i, pair.end.i))
        places = [self._bound.token_of[m] for m in (pair.subject, pair.object)]
        distance = abs(places[0] - places[1])
        yield f"distance={sum(distance >= limit for limit in _DISTANCES)}"
        between = self._words[first + 1 : last]
        words = [w for w in between if not w.ent_type_]
        if len(between) <= MAX_BETWEEN:
            for word in words:
                yield from self._word_between(order, word)
        if len(between) <= 4:
            yield f"stretch.{order}=" + " ".join(map(self._symbol, between))
        counts = Counter([w.ent_type_ for w in between if w.ent_type_])
        for label, n in sorted(counts.items()):
            yield f"between.{label}={min(n, 3)}"
        for word in words:
            if word.text in _SIGNS:
                yield f"sign={word.text}"
        verbs = [w for w in between if w.tag_.startswith("VB") and w.dep_ not in AUXILIARY]
        yield f"verbs={min(len(verbs), 3)}"

    def _word_between(self, order: str, word: Word) -> list[str]:
        if (order, word.i) not in self._known_between:
            self._known_between[order, word.i] = [
                f"between.{order}={word.lemma_.lower()}",
                *(
                    f"between.{order}.list={name}"
                    for name in self._lists(word)
                    if not name.startswith("c.")
                ),
            ]
        return self._known_between[order, word.i]


def edge(token: Word) -> str:
    """The token's dependency, a nominal one with its preposition: ``nmod:by``."""
    if token.dep_.startswith("nmod"):
        case = next((c.lower_ for c in token.children if c.dep_ == "case"), "")
        return f"nmod:{case}"
    return token.dep_
