"""Records: they pickle, sort, compare, and are keyed by content alone."""

from __future__ import annotations

import dataclasses
import pickle
import re
import subprocess
import sys

import pytest

from pipeline.records import (
    LABELS,
    PREDICATES,
    SIGNATURES,
    Annotation,
    Document,
    Failure,
    Mention,
    Relation,
    content_id,
)

CELL = Mention("d", 10, 20, "CELL", "mast cells")
CYTOKINE = Mention("d", 27, 31, "CYTOKINE", "IL-4", concept_id="HGNC:6014")


def secretes(shift: int = 0, **changes: object) -> Relation:
    subject = dataclasses.replace(CELL, start=CELL.start + shift, end=CELL.end + shift)
    object_ = dataclasses.replace(CYTOKINE, start=CYTOKINE.start + shift, end=CYTOKINE.end + shift)
    given = Relation(
        "d", 10 + shift, 40 + shift, subject, object_, "SECRETES", sentence="mast cells make IL-4"
    )
    return dataclasses.replace(given, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "record",
    [Document("d", "text"), CELL, secretes(), Failure("d", "s", "read", "e")],
)
def test_frozen_and_picklable(record: object) -> None:
    assert pickle.loads(pickle.dumps(record)) == record
    assert hash(pickle.loads(pickle.dumps(record))) == hash(record)
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.doc_id = "other"  # type: ignore[attr-defined]
    assert not hasattr(record, "__dict__")


def test_annotation_pickles() -> None:
    whole = Annotation(Document("d", "t"), (CELL,), (secretes(),), ((0, 1),), 3)
    assert pickle.loads(pickle.dumps(whole)) == whole


def test_mentions_sort_by_document_then_position() -> None:
    mentions = [CYTOKINE, CELL, dataclasses.replace(CYTOKINE, doc_id="c")]
    assert [(m.doc_id, m.start) for m in sorted(mentions)] == [("c", 27), ("d", 10), ("d", 27)]


class TestKeys:
    def test_form(self) -> None:
        assert re.fullmatch("M[0-9a-f]{12}", CELL.mention_id)
        assert re.fullmatch("R[0-9a-f]{12}", secretes().relation_id)

    def test_parts_are_kept_apart(self) -> None:
        assert content_id("ab", "c") != content_id("a", "bc")

    def test_the_same_in_every_process(self) -> None:
        code = "from pipeline.records import content_id; print(content_id('d', 10, 20, 'CELL'))"
        environment = {"PYTHONHASHSEED": "7"}
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        assert "M" + done.stdout.strip() == CELL.mention_id

    def test_mention_key_ignores_what_may_improve(self) -> None:
        grounded = dataclasses.replace(CELL, concept_id="CL:0000097", layer="terms", score=0.5)
        assert grounded.mention_id == CELL.mention_id

    @pytest.mark.parametrize("change", [{"doc_id": "e"}, {"start": 9}, {"end": 21}])
    def test_mention_key_changes(self, change: dict[str, object]) -> None:
        other = dataclasses.replace(CELL, **change)  # type: ignore[arg-type]
        assert other.mention_id != CELL.mention_id

    def test_relation_key_survives_text_in_front(self) -> None:
        assert secretes(shift=100).relation_id == secretes().relation_id

    def test_relation_key_ignores_attributes(self) -> None:
        changed = secretes(negated=True, effect="positive", score=0.1, rule="other")
        assert changed.relation_id == secretes().relation_id

    @pytest.mark.parametrize(
        "change",
        [{"sentence": "other"}, {"predicate": "BINDS"}, {"doc_id": "e"}, {"sentence_start": 9}],
    )
    def test_relation_key_changes(self, change: dict[str, object]) -> None:
        assert secretes(**change).relation_id != secretes().relation_id


def test_every_predicate_has_a_signature_of_known_labels() -> None:
    assert tuple(SIGNATURES) == PREDICATES
    for subjects, objects in SIGNATURES.values():
        assert subjects | objects <= set(LABELS)
