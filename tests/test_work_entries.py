"""What becomes of documents that come twice, are deleted or fail: against a plain model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import SENTENCE, fake_annotate

from pipeline.read.formats import Item
from pipeline.read.inputs import Place
from pipeline.records import Deleted, Document, Failure
from pipeline.work import parts, sorted_lines
from pipeline.work.entries import Tally, settled
from pipeline.work.folder import part_file
from pipeline.work.job import Job, finish
from pipeline.work.parts import cut
from pipeline.work.sorted_lines import merged

Told = dict[str, list[tuple[str, ...]]]


def document(doc_id: str, source: str, revision: int = 0, text: str = SENTENCE) -> Document:
    return Document(doc_id, text, source, revision=revision)


def placed(items: Sequence[Item]) -> list[tuple[Place, Item]]:
    """The items as if they came from files of three."""
    return [(divmod(k, 3), item) for k, item in enumerate(items)]


def outcome(items: Sequence[Item], folder: Path) -> tuple[Told, Tally]:
    """What the engine makes of items; documents with SKIP are left out by triage."""
    job = Job(None, (), str(folder), "", annotate=fake_annotate)  # type: ignore[arg-type]
    n_parts = 0
    for part in cut(placed(items), lambda text: "SKIP" not in text):
        _, data = finish(part, job, fake_annotate(part.documents, None))
        part_file(folder, part.number).write_bytes(data)
        n_parts += 1
    tally = Tally()
    found: Told = {"documents": [], "skipped": [], "failures": []}
    for kept in settled(merged([part_file(folder, n) for n in range(n_parts)], folder), tally):
        for name in found:
            for row in kept.rows.get(name, ()):
                found[name].append((row["doc_id"], row["source"], row.get("error", "")))
    return found, tally


def expected(items: Sequence[Item]) -> tuple[Told, Tally]:
    """The same, in memory, item by item."""
    kept: dict[str, Document] = {}
    tally = Tally()
    failures: list[tuple[str, ...]] = []
    for item in items:
        before = kept.get(item.doc_id)
        if isinstance(item, Failure):
            failures.append((item.doc_id, item.source, item.error))
        elif isinstance(item, Deleted):
            if before is not None and before.revision:
                del kept[item.doc_id]
                tally.deleted += 1
        elif before is None:
            kept[item.doc_id] = item
        elif before.revision and item.revision:
            tally.replaced += 1
            kept[item.doc_id] = max(item, before, key=lambda one: one.revision)
        else:
            failures.append((
                item.doc_id, item.source, f'the id "{item.doc_id}" is taken: {before.source} was '
                f"kept, {item.source} was left out; give one of them another id",
            ))  # fmt: skip
    found: Told = {"documents": [], "skipped": [], "failures": failures}
    for doc_id, one in sorted(kept.items()):
        if "SKIP" in one.text:
            found["skipped"].append((doc_id, one.source, ""))
        elif "RAISE" in one.text:
            failures.append((doc_id, one.source, "ValueError: poisoned"))
        else:
            found["documents"].append((doc_id, one.source, ""))
            tally.tokens += 5
    failures.sort()
    tally.documents, tally.skipped = len(found["documents"]), len(found["skipped"])
    return found, tally


@st.composite
def streams(draw: st.DrawFn) -> list[Item]:
    items: list[Item] = []
    for number in range(draw(st.integers(0, 14))):
        doc_id, source = draw(st.sampled_from(["1", "10", "2", "β"])), f"file:{number}"
        kind = draw(st.sampled_from(["document"] * 4 + ["deleted", "failure"]))
        if kind == "deleted":
            items.append(Deleted(doc_id, source))
        elif kind == "failure":
            doc_id = draw(st.sampled_from(["", doc_id]))
            items.append(Failure(doc_id, source, "read", draw(st.sampled_from("xy"))))
        else:
            text = draw(st.sampled_from([SENTENCE, SENTENCE, "RAISE", "SKIP"]))
            items.append(document(doc_id, source, draw(st.integers(0, 3)), text))
    return items


@given(streams(), st.integers(1, 4), st.integers(1, 5))
def test_like_the_model(
    tmp_path_factory: pytest.TempPathFactory, items: list[Item], n_documents: int, n_items: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "PART_DOCUMENTS", n_documents)
        patch.setattr(parts, "PART_ITEMS", n_items)
        patch.setattr(sorted_lines, "FAN_IN", 2)
        assert outcome(items, tmp_path_factory.mktemp("parts")) == expected(items)


ONE = document("1", "a")
CASES: dict[str, tuple[list[Item], list[str], int]] = {
    # what is read, the sources of the documents that are kept, the number of failures
    "the first of two": ([ONE, document("1", "b")], ["a"], 1),
    "a later file replaces": ([document("1", "a", 1), document("1", "b", 1)], ["b"], 0),
    "a higher version wins": ([document("1", "a", 2), document("1", "b", 1)], ["a"], 0),
    "deleted": ([document("1", "a", 1), Deleted("1", "b")], [], 0),
    "deleted before it came": ([Deleted("1", "b"), document("1", "a", 1)], ["a"], 0),
    "deleted and come again": (
        [document("1", "a", 1), Deleted("1", "b"), document("1", "c", 1)], ["c"], 0,
    ),
    "no deletion of what its source does not say again": ([ONE, Deleted("1", "b")], ["a"], 0),
    "a failing document keeps its id from a twin": (
        [document("1", "a", text="RAISE"), document("1", "b")], [], 2,
    ),
    "a failing document and a later version": (
        [document("1", "a", 1, "RAISE"), document("1", "b", 2)], ["b"], 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_cases(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items, kept, n_failures = CASES[case]
    monkeypatch.setattr(parts, "PART_DOCUMENTS", 1)
    found, _ = outcome(items, tmp_path)
    assert [source for _, source, _ in found["documents"]] == kept
    assert len(found["failures"]) == n_failures


def digests(*items: Item) -> list[str]:
    return [part.digest for part in cut(placed(items))]


@pytest.mark.parametrize(
    "change",
    [
        {"doc_id": "2"}, {"text": "other"}, {"source": "b"}, {"title": "t"}, {"revision": 1},
        {"metadata": (("pmid", "1"),)},
    ],
)  # fmt: skip
def test_whatever_a_document_says_changes_the_digest(change: dict[str, Any]) -> None:
    from dataclasses import replace

    assert digests(ONE) == digests(document("1", "a"))
    assert digests(replace(ONE, **change)) != digests(ONE)
    assert [part.digest for part in cut([((0, 0), ONE)])] == digests(ONE)
    assert [part.digest for part in cut([((1, 0), ONE)])] != digests(ONE)
    assert digests(Deleted("1", "a")) != digests(Failure("1", "a", "read", "x")) != digests(ONE)
