"""Triage loses no document in which the whole route finds a cytokine or receptor."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.patterns_data import default_patterns_dir
from pipeline.triage import Triage

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def triage() -> Triage:
    return Triage(default_patterns_dir())


@pytest.mark.parametrize(
    "text",
    [
        "Serum ferritin was measured twice a week.",
        "Growth of the colony was slow, and necrosis of the tumour was seen.",
        "The limit of detection was 3 ng/ml; in light of this, all were ranked.",
        "Receptors of the skin respond to type 1 stimuli, and so in Chicago, IL, do others.",
        "",
    ],
)
def test_passes_over_other_texts(triage: Triage, text: str) -> None:
    assert not triage.keeps(text)
