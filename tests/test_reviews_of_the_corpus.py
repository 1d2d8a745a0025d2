"""The decisions under ``corpus/reviews``."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.curate.reviews import every_review, review_files

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


def test_all_lines_are_decisions() -> None:
    found, wrong = every_review(review_files([CORPUS / "reviews"]))
    assert wrong == []
    assert len(found) >= 60


def test_none_is_about_a_document_that_is_held_back() -> None:
    lines = (CORPUS / "gold" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    held_back = {json.loads(line)["id"] for line in lines}
    found, _ = every_review(review_files([CORPUS / "reviews"]))
    assert held_back
    assert not held_back & {review.cells["doc_id"] for review in found}


def test_every_file_is_explained() -> None:
    readme = (CORPUS / "reviews" / "README.md").read_text(encoding="utf-8")
    names = [path.name for path in review_files([CORPUS / "reviews"])]
    assert names
    assert all(f"`{name}`" in readme for name in names)
