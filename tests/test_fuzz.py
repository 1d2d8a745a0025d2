"""A short run of each fuzzer; what the long ones found stands in ``test_hostile``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.loop import TARGETS, made
from tests.fuzz.seeds import seeds

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 2
WITH_MODEL = ("triage", "route")


@pytest.mark.parametrize(
    "target",
    [t if t not in WITH_MODEL else pytest.param(t, marks=pytest.mark.model) for t in TARGETS],
)
def test_nothing_is_found(target: str) -> None:
    pytest.importorskip("resource")
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--seconds", str(SECONDS), "--only", target],
        capture_output=True, text=True, cwd=ROOT, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{target}: " in done.stdout


def test_the_same_number_makes_the_same_file() -> None:
    files = seeds()
    for target in (t for t in TARGETS if t not in WITH_MODEL):
        assert made(target, 5, files) == made(target, 5, files)
        assert len({made(target, number, files)[1] for number in range(20)}) > 10
