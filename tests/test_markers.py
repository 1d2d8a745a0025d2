"""Markers read off a mention, and the cell types that they define."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.ground.hierarchy import Hierarchy, read_links
from pipeline.ground.markers import MarkerRule, Markers, read_marker_rules
from pipeline.patterns_data import PatternError


@pytest.fixture(scope="module")
def markers(patterns_dir: Path) -> Markers:
    return Markers(read_marker_rules(patterns_dir))


@pytest.mark.parametrize(
    ("text", "read", "rest"),
    [
        ("CD4+CD25+FoxP3+ T cells", "CD4+ CD25+ FOXP3+", "T cells"),
        ("CD4⁺CD25⁺ T cells", "CD4+ CD25+", "T cells"),
        ("CD4 + T cells", "CD4+", "T cells"),
        ("CD4(+) T cells", "CD4+", "T cells"),
        ("CD4+CD25highCD127low T cells", "CD4+ CD25hi CD127lo", "T cells"),
        ("CD14++CD16+ monocytes", "CD14hi CD16+", "monocytes"),
        ("CD14+CD16− monocytes", "CD14+ CD16-", "monocytes"),
        ("CD3-CD56+ NK cells", "CD3- CD56+", "NK cells"),
        ("CD11b+Gr-1+ cells", "CD11B+ GR1+", "cells"),
        ("Lin−Sca-1+c-Kit+ cells", "LIN- SCA1+ KIT+", "cells"),
        ("naive CD8+ T cells", "CD8+", "naive T cells"),
        ("F4/80+ macrophages", "F480+", "macrophages"),
        ("CD8-positive T cells", "CD8+", "T cells"),
        ("CD56bright NK cells", "CD56hi", "NK cells"),
        ("CD16-expressing monocytes", "CD16+", "monocytes"),
        ("CD45RA-expressing CCR7+ T cells", "CD45RA+ CCR7+", "T cells"),
        ("CD25-depleted CD4+ T cells", "CD25- CD4+", "T cells"),
        ("CD19-specific T cells", "", "CD19-specific T cells"),
        ("CD8 intraepithelial lymphocytes", "", "CD8 intraepithelial lymphocytes"),
        ("CD8 long-lived memory T cells", "", "CD8 long-lived memory T cells"),
        ("macrophages", "", "macrophages"),
        ("T-cell", "", "T-cell"),
    ],
)
def test_reads(markers: Markers, text: str, read: str, rest: str) -> None:
    found, words = markers.read(text)
    assert " ".join(f"{name}{sign}" for name, sign in found.items()) == read
    assert words == rest


@pytest.mark.parametrize(
    ("text", "head", "name"),
    [
        ("CD4+CD25+FoxP3+", "T cell", "regulatory T cell"),
        ("CD4+CD25+FoxP3+", "", "regulatory T cell"),
        ("CD14++CD16+", "monocyte", "intermediate monocyte"),
        ("CD14+CD16-", "monocyte", "classical monocyte"),
        ("CD19+CD27+", "B cell", "memory B cell"),
        ("CD45RA+CCR7+", "T cell", "naive T cell"),
        ("CD69+", "T cell", None),
        ("CD4+CD25+FoxP3+", "macrophage", None),
    ],
)
def test_defines(
    markers: Markers, patterns_dir: Path, text: str, head: str, name: str | None
) -> None:
    hierarchy = Hierarchy(read_links(patterns_dir))
    rule = markers.define(
        markers.read(text)[0], head, lambda one, other: hierarchy.is_a("CELL", one, other)
    )
    assert (rule.name if rule else None) == name


def test_most_markers_then_levels_then_head() -> None:
    rules = [
        MarkerRule("a", "", (("CD4", "+"),)),
        MarkerRule("b", "T cell", (("CD4", "+"),)),
        MarkerRule("c", "T cell", (("CD4", "hi"),)),
        MarkerRule("d", "T cell", (("CD4", "+"), ("CD8", "-"))),
    ]
    same = str.__eq__
    markers = Markers(rules)
    for text, head, name in (
        ("CD4+CD8-", "T cell", "d"),
        ("CD4hi", "T cell", "c"),
        ("CD4+", "T cell", "b"),
        ("CD4+", "", "a"),
        ("CD4-", "", None),
    ):
        rule = markers.define(markers.read(text)[0], head, same)
        assert (rule.name if rule else None) == name


class TestReading:
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("name,head,markers\n", ":1: the columns must be"),
            ("name,head,markers,source\na,,CD4,x\n", ":2: write a name and markers"),
            ("name,head,markers,source\n,,CD4+,x\n", ":2: write a name and markers"),
        ],
    )
    def test_a_wrong_row_is_named(self, tmp_path: Path, text: str, says: str) -> None:
        (tmp_path / "markers.csv").write_text(text, encoding="utf-8")
        with pytest.raises(PatternError, match="markers.csv" + says):
            read_marker_rules(tmp_path)
