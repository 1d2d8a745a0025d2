"""What the learned layer looks at: readable features of a pair of mentions.

Words stand as lemmas, mentions as ``@LABEL``, edges as ``<dep`` (up) and ``>dep`` (down), with
their preposition (``>nmod:by``). A word also counts by the word lists of the rules and cues that
hold it, so that a rare verb profits from what was learned of its list.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
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
    """Reads the features of pairs in one bound block."""

    def __init__(self, bound: Bound, found: Sequence[Found], classes: Classes) -> None:
        self._bound = bound
        self._words = bound.words
        self._found = found
        self._classes = classes

    def of(self, pair: Pair) -> list[str]:
        """The features of a pair, in a fixed order; some may stand twice."""
        start, end = pair.start, pair.end
        order = "so" if start.i < end.i else "os"
        subject, object_ = self._found[pair.subject], self._found[pair.object]
        features = [
            f"labels={subject.candidate.label}>{object_.candidate.label}",
            f"order={order}",
            f"subject.specificity={subject.candidate.specificity}",
            f"object.specificity={object_.candidate.specificity}",
        ]
        features += self._path(pair)
        features += self._nodes(pair)
        features += self._between(pair, order)
        for role, token in (("subject", start), ("object", end)):
            for name, i in (("before", token.i - 1), ("after", token.i + 1)):
                if 0 <= i < len(self._words):
                    features.append(f"{role}.{name}={self._symbol(self._words[i])}")
            features.append(f"{role}.head={self._symbol(token.head)}")
            features.append(f"{role}.dep={edge(token)}")
        return features

    def _symbol(self, token: Word) -> str:
        mention = self._bound.mention_of[token.i]
        if mention >= 0:
            return "@" + self._found[mention].candidate.label
        return token.lemma_.lower()

    def _lists(self, token: Word) -> tuple[str, ...]:
        return self._classes.get(token.lemma_.lower(), ())

    def _path(self, pair: Pair) -> Iterator[str]:
        if pair.top is None:
            yield "path=none"
            return
        edges = [f"<{edge(t)}" for t in pair.up] + [f">{edge(t)}" for t in pair.down]
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
            yield from self._class_paths(pair, edges)

    def _steps(self, pair: Pair) -> list[str]:
        """The way as one row of edges and words; ``#`` is one of the pair itself."""
        ends = {pair.start.i, pair.end.i}
        above = [*pair.up[1:], pair.top] if pair.up else []
        steps: list[str] = [] if pair.up else ["#"]
        for token, head in zip(pair.up, above, strict=True):
            name = "#" if head is None or head.i in ends else self._symbol(head)
            steps += [f"<{edge(token)}", name]
        for token in pair.down:
            steps += [f">{edge(token)}", "#" if token.i in ends else self._symbol(token)]
        return steps

    def _class_paths(self, pair: Pair, edges: list[str]) -> Iterator[str]:
        """The way with each word replaced by one of its lists (at most three each)."""
        choices = []
        for _, token in pair.inner():
            lists = [name for name in self._lists(token) if not name.startswith("c.")]
            fallback = self._symbol(token) if token.ent_type_ else token.pos_
            choices.append(lists[:3] or [fallback])
        for names in list(product(*choices))[:9]:
            yield "classes=" + " ".join(edges) + "|" + " ".join(names)

    def _nodes(self, pair: Pair) -> Iterator[str]:
        on_way = {t.i for t in (*pair.up, pair.top, *pair.down) if t is not None}
        for place, token in pair.inner():
            word = self._symbol(token)
            yield f"{place}={word}"
            yield f"node={word}"
            yield f"{place}.tag={token.tag_}"
            for name in self._lists(token):
                yield f"{place}.list={name}"
            for child in token.children:
                if child.dep_ != "punct" and child.i not in on_way:
                    yield f"{place}.child={edge(child)}:{self._symbol(child)}"
        for role, token in (("subject", pair.start), ("object", pair.end)):
            for child in token.children:
                if child.dep_ != "punct" and child.i not in on_way:
                    yield f"{role}.child={edge(child)}:{self._symbol(child)}"

    def _between(self, pair: Pair, order: str) -> Iterator[str]:
        first, last = sorted((pair.start.i, pair.end.i))
        places = [self._bound.token_of[m] for m in (pair.subject, pair.object)]
        distance = abs(places[0] - places[1])
        yield f"distance={sum(distance >= limit for limit in _DISTANCES)}"
        between = list(self._words[first + 1 : last])
        words = [t for t in between if not t.ent_type_]
        if len(between) <= MAX_BETWEEN:
            for token in words:
                yield f"between.{order}={token.lemma_.lower()}"
                for name in self._lists(token):
                    if not name.startswith("c."):
                        yield f"between.{order}.list={name}"
        if len(between) <= 4:
            yield f"stretch.{order}=" + " ".join(map(self._symbol, between))
        counts = Counter(t.ent_type_ for t in between if t.ent_type_)
        for label, n in sorted(counts.items()):
            yield f"between.{label}={min(n, 3)}"
        for token in words:
            if token.text in _SIGNS:
                yield f"sign={token.text}"
        verbs = sum(t.tag_.startswith("VB") and t.dep_ not in AUXILIARY for t in between)
        yield f"verbs={min(verbs, 3)}"


def edge(token: Word) -> str:
    """The token's dependency, a nominal one with its preposition: ``nmod:by``."""
    if token.dep_.startswith("nmod"):
        case = next((c.lower_ for c in token.children if c.dep_ == "case"), "")
        return f"nmod:{case}"
    return token.dep_
