"""Score bands, the calibration error and its picture, counted by hand."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from judged import Case, judged
from support import read_csv

from pipeline.evaluate.bands import Band, calibration_error, whole
from pipeline.evaluate.reliability import reliability_svg
from pipeline.evaluate.summary import format_summary
from pipeline.evaluate.write import write_evaluation

SVG = "{http://www.w3.org/2000/svg}"


def bands_of(*scored: tuple[float, str]) -> list[Band]:
    cases: list[Case] = [("SECRETES", "r", score, outcome) for score, outcome in scored]
    return judged(cases).bands


CASES = ((0.5, "fp"), (0.6, "tp"), (0.9, "tp"), (1.0, "fp"), (0.9, "neutral"))


def test_a_border_belongs_to_the_band_above() -> None:
    found = bands_of((0.0, "tp"), (0.4999, "fp"), *CASES)
    assert [(b.name, b.n, b.right) for b in found] == [
        ("0.0-0.5", 2, 1),
        ("0.5-0.6", 1, 0),
        ("0.6-0.7", 1, 1),
        ("0.7-0.8", 0, 0),
        ("0.8-0.9", 0, 0),
        ("0.9-1.0", 2, 1),
    ]


def test_calibration_error() -> None:
    found = bands_of(*CASES)
    gaps = {band.name: band.gap for band in found if band.gap is not None}
    assert gaps == pytest.approx({"0.5-0.6": 0.5, "0.6-0.7": 0.4, "0.9-1.0": 0.45})
    # (1 * 0.5 + 1 * 0.4 + 2 * 0.45) / 4
    assert calibration_error(found) == pytest.approx(0.45)
    assert (whole(found).n, whole(found).right) == (4, 2)
    assert whole(found).mean_score == pytest.approx(3.0 / 4)


@pytest.mark.parametrize("score", [-0.1, 1.2, float("nan")])
def test_a_score_that_is_none(score: float) -> None:
    with pytest.raises(ValueError, match=r"'g': a relation has the score"):
        bands_of((score, "tp"))


def test_file(tmp_path: Path) -> None:
    cases: list[Case] = [("SECRETES", "r", score, outcome) for score, outcome in CASES]
    write_evaluation(judged(cases), tmp_path)
    rows = {row["band"]: list(row.values())[1:] for row in read_csv(tmp_path / "scores_bands.csv")}
    # Wilson: one of two, two of four
    assert rows["0.9-1.0"] == ["2", "1", "0.5000", "0.0945", "0.9055", "0.9500", "0.4500"]
    assert rows["ALL"] == ["4", "2", "0.5000", "0.1500", "0.8500", "0.7500", "0.4500"]
    assert rows["0.7-0.8"] == ["0", "0", "", "", "", "", ""]


def test_terminal() -> None:
    cases: list[Case] = [("SECRETES", "r", score, outcome) for score, outcome in CASES]
    lines = format_summary(judged(cases)).splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in lines if line}
    assert rows["0.9-1.0"] == ["2", "1", "0.500", "0.09-0.91", "0.950"]
    assert rows["0.8-0.9"] == ["0", "0", "-", "-", "-"]
    assert lines[-1] == "Expected calibration error: 0.450"


def test_no_relations_are_undefined_not_zero(tmp_path: Path) -> None:
    empty = judged([])
    assert calibration_error(empty.bands) is None
    assert format_summary(empty).endswith("Expected calibration error: -")
    write_evaluation(empty, tmp_path)
    rows = read_csv(tmp_path / "scores_bands.csv")
    assert len(rows) == 7
    assert {tuple(row.values())[1:] for row in rows} == {("0", "0", "", "", "", "", "")}
    picture = (tmp_path / "reliability.svg").read_text(encoding="utf-8")
    assert "no relation was judged" in picture
    assert ElementTree.fromstring(picture).findall(f".//{SVG}circle") == []


def test_picture() -> None:
    picture = reliability_svg(bands_of(*CASES))
    root = ElementTree.fromstring(picture)
    points = root.findall(f".//{SVG}circle")
    # 360 pixels a side; the left edge at 76, the upper one at 92
    assert [(p.get("cx"), p.get("cy")) for p in points] == [
        ("256.0", "452.0"),  # 0.5, 0
        ("292.0", "92.0"),  # 0.6, 1
        ("418.0", "272.0"),  # 0.95, 0.5
    ]
    said = {text.text for text in root.iter(f"{SVG}text")}
    assert {"mean score", "precision (95 % interval)", "relations"} <= said
    assert "expected calibration error 0.450 over 4 relations" in said
    bars = [line for line in root.iter(f"{SVG}line") if line.get("class") == "bar"]
    assert len(bars) == 3 * len(points)
    assert [line.get("class") for line in root.iter(f"{SVG}line")].count("diagonal") == 1
    assert "prefers-color-scheme: dark" in picture
    assert reliability_svg(bands_of(*reversed(CASES))) == picture
