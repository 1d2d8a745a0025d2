"""Batches and worker processes: order kept, nothing lost when a worker dies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import support

from pipeline import distribute
from pipeline.distribute import BATCH_CHARACTERS, BATCH_DOCUMENTS, annotate_all, batches
from pipeline.records import Annotation, Document
from pipeline.route import Settings
from pipeline.work.pools import Processes, WorkerDiedError

GOOD = "The mast cells make IL-4."
# Stands for the settings: it pickles without spaCy, so that workers start at once.
NO_SETTINGS: Any = None


def documents(n: int, **special: str) -> list[Document]:
    """``n`` documents named d00, d01 ...; ``d03="DIE"`` sets the text of one."""
    ids = [f"d{i:02}" for i in range(n)]
    return [Document(i, special.get(i, GOOD), f"{i}.txt") for i in ids]


def outcome(annotations: Iterator[Annotation]) -> list[tuple[str, bool]]:
    return [(a.document.doc_id, a.failure is None) for a in annotations]


class TestBatches:
    def test_limits(self) -> None:
        many = [Document(str(i), "x" * 1000) for i in range(40)]
        assert [len(b) for b in batches(many)] == [BATCH_DOCUMENTS, BATCH_DOCUMENTS, 8]
        large = [Document(str(i), "x" * (BATCH_CHARACTERS // 2)) for i in range(5)]
        assert [len(b) for b in batches(large)] == [2, 2, 1]

    def test_a_document_over_the_limit_stands_alone(self) -> None:
        mixed = [Document("a", "x"), Document("b", "x" * (BATCH_CHARACTERS + 1)), Document("c", "")]
        assert [[d.doc_id for d in b] for b in batches(mixed)] == [["a"], ["b"], ["c"]]

    def test_order_and_laziness(self) -> None:
        def endless() -> Iterator[Document]:
            i = 0
            while True:
                yield Document(str(i), "x")
                i += 1

        first = next(batches(endless()))
        assert [d.doc_id for d in first] == [str(i) for i in range(BATCH_DOCUMENTS)]

    def test_none(self) -> None:
        assert list(batches([])) == []
        assert list(annotate_all([], Settings(), workers=2)) == []


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribute, "annotate", support.fake_annotate)


@pytest.mark.usefixtures("fake")
class TestWorkers:
    def test_same_as_serial(self) -> None:
        given = documents(40, d05="RAISE")
        serial = list(annotate_all(given, NO_SETTINGS))
        assert list(annotate_all(given, NO_SETTINGS, workers=2)) == serial
        assert [a.document for a in serial] == given

    @pytest.mark.parametrize("killer", ["d00", "d20", "d39"])
    def test_one_document_kills_its_worker(self, killer: str) -> None:
        given = documents(40, **{killer: "DIE"})
        annotations = list(annotate_all(given, NO_SETTINGS, workers=2))
        assert outcome(iter(annotations)) == [(d.doc_id, d.doc_id != killer) for d in given]
        (failure,) = [a.failure for a in annotations if a.failure]
        assert (failure.doc_id, failure.source, failure.step) == (
            killer,
            f"{killer}.txt",
            "annotate",
        )
        assert "worker process died" in failure.error
        assert "split the document" in failure.error

    def test_several_killers(self) -> None:
        given = documents(20, d01="DIE", d03="RAISE", d18="DIE")
        got = outcome(annotate_all(given, NO_SETTINGS, workers=2))
        assert got == [(d.doc_id, d.text == GOOD) for d in given]

    def test_a_broken_pool_is_made_anew(self) -> None:
        """More batches are handed out after a worker died and before its batch is due."""
        pool = Processes(1)
        try:
            dead = pool.submit(support.fake_annotate, documents(1, d00="DIE"), NO_SETTINGS)
            with pytest.raises(WorkerDiedError):
                pool.result(dead)
            again = pool.submit(support.fake_annotate, documents(1), NO_SETTINGS)
            assert [one.document.doc_id for one in pool.result(again)] == ["d00"]
        finally:
            pool.close()

    def test_closing_early_ends_the_workers(self) -> None:
        annotations = annotate_all(documents(40), NO_SETTINGS, workers=2)
        assert next(iter(annotations)).document.doc_id == "d00"
        annotations.close()  # type: ignore[attr-defined]
