"""The same annotations in less time: what spaCy does slowly on a CPU, done faster.

Matrix products by numpy's BLAS in place of thinc's own, the attribute ruler by a table, and a
memory of frequent words that outlives memory zones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from spacy.attrs import DEP, POS, TAG  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.pipeline import AttributeRuler
from spacy.tokens import Doc
from thinc.api import Model, NumpyOps
from threadpoolctl import ThreadpoolController

# Words that are kept, each about a kilobyte.
FREQUENT_WORDS = 30_000
FREQUENT = 3  # batches that hold a word
COUNTED_WORDS = 300_000
MAX_WORD = 40  # characters


def speed_up(nlp: Language) -> None:
    """Let the components of a pipeline use what stands here. It can no longer be trained."""
    ops = _BlasOps()
    for name, component in nlp.components:
        model = getattr(component, "model", None)
        for node in model.walk() if isinstance(model, Model) else ():
            if isinstance(node.ops, NumpyOps):
                node.ops = ops
        if isinstance(component, AttributeRuler) and _TagTable.fits(component):
            nlp.replace_pipe(name, "tag_table").ruler = component  # type: ignore[attr-defined]


class _BlasOps(NumpyOps):
    """thinc's operations with numpy's BLAS for products: on some processors four times as fast.

    One thread: workers share the cores, and products that are cut up otherwise could differ in
    the last digit.
    """

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadpoolController()

    def gemm(
        self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False
    ) -> Any:
        left = x.T if trans1 else x
        right = y.T if trans2 else y
        with self._threads.limit(limits=1, user_api="blas"):
            return np.matmul(left, right) if out is None else np.matmul(left, right, out=out)

    def maxout(self, X: Any) -> tuple[Any, None]:
        """The largest of the pieces, without saying which: there is no way back to learn by."""
        best = X[:, :, 0]
        for piece in range(1, X.shape[2]):
            best = np.maximum(best, X[:, :, piece])
        return best, None


class _TagTable:
    """What an attribute ruler says of single tokens by their tag and dependency: looked up."""

    def __init__(self) -> None:
        self.ruler: AttributeRuler | None = None
        self._table: dict[tuple[int, int], int] = {}

    @staticmethod
    def fits(ruler: AttributeRuler) -> bool:
        """Whether the ruler looks at tag and dependency of one token alone and sets nothing but
        the part of speech."""
        specs: list[dict[str, Any]] = ruler.patterns
        return all(
            spec["attrs"].keys() == {"POS"}
            and spec["index"] == 0
            and all(len(one) == 1 and one[0].keys() <= {"TAG", "DEP"} for one in spec["patterns"])
            for spec in specs
        )

    def __call__(self, doc: Doc) -> Doc:
        table = self._table
        keys = [(tag, dep) for tag, dep in doc.to_array([TAG, DEP]).tolist()]
        for key in {key for key in keys if key not in table}:
            table[key] = self._asked(doc, *key)
        values: Any = np.array([table[key] for key in keys], dtype=np.uint64)
        doc.from_array([POS], values)
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """The same Docs."""
        for doc in stream:
            yield self(doc)

    def _asked(self, doc: Doc, tag: int, dep: int) -> int:
        strings = doc.vocab.strings
        one = Doc(doc.vocab, ["x"], tags=[strings[tag]], deps=[strings[dep] or "dep"], heads=[0])
        assert self.ruler is not None
        return int(self.ruler(one)[0].pos)


@Language.factory("tag_table", assigns=["token.pos"], requires=["token.tag", "token.dep"])
def _make_tag_table(nlp: Language, name: str) -> _TagTable:
    return _TagTable()


class FrequentWords:
    """Lets the tokenizer keep what it made of words that come again and again; what it learns
    inside a memory zone is gone at the zone's end."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._counts: Counter[str] = Counter()
        self._kept: set[str] = set()
        if hasattr(nlp.tokenizer, "max_cache_size"):
            nlp.tokenizer.max_cache_size = 4 * FREQUENT_WORDS

    def learn(self, texts: Iterable[str]) -> None:
        """Call with the texts of a batch, outside of zones."""
        if len(self._kept) >= FREQUENT_WORDS:
            return
        words = {word for text in texts for word in text.split() if len(word) <= MAX_WORD}
        new = words - self._kept
        self._counts.update(new)
        for word in new:
            if self._counts[word] >= FREQUENT:
                self._nlp.make_doc(word)
                self._kept.add(word)
                del self._counts[word]
        if len(self._counts) > COUNTED_WORDS:
            self._counts.clear()
