"""The rules of the hand-written tables, each with rows that keep it and rows that break it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.check_tables import check_tables
from pipeline.ground.markers import read_marker_rules
from pipeline.ground.targets import Target, read_targets
from pipeline.patterns_data import PatternError, default_patterns_dir

HEAD = "concept_id,name,text,label,status,match,specificity,source,note\n"
BLOCKED_HEAD = "text,label,match,reason,source\n"
FILES = {
    "terms/own.csv": HEAD
    + """\
CL:0000236,B cell,B cell,CELL,name,,,CL,
CL:0000236,B cell,B lymphocyte,CELL,synonym,,,CL,
HGNC:6018,IL6,IL-6,CYTOKINE,name,,specific,curator,
,lymphocyte,lymphocyte,CELL,class,,,curator,
CL:0000785,mature B cell,mature B cell,CELL,name,,,CL,
DRUGBANK:DB06273,tocilizumab,tocilizumab,DRUG,name,,,curator,
""",
    "terms/blocked.csv": BLOCKED_HEAD + "mosm,CYTOKINE,,unit,curator\n",
    "hierarchy/own.csv": """\
label,child,parent,source
CELL,B cell,lymphocyte,curator
CELL,mature B cell,B cell,CL
""",
    "markers.csv": """\
name,head,markers,source
B cell,,CD19+,curator
mature B cell,B cell,CD19+ IGD+,curator
""",
    "targets.csv": """\
drug,target,effect,source
tocilizumab,IL6,inhibits,curator
tocilizumab,IL6R,inhibits,curator
""",
    "cues/senses.yaml": "senses:\n  - {form: [IL6], label: CYTOKINE, name: IL6}\n",
    "cues/coordination.yaml": (default_patterns_dir() / "cues" / "coordination.yaml").read_text(
        encoding="utf-8"
    ),
    "schema.yaml": """\
prefixes:
  CL: {pattern: '\\d{7}', title: Cell Ontology, home: "https://obofoundry.org"}
  HGNC: {pattern: '\\d+', title: HGNC, home: "https://www.genenames.org"}
  DRUGBANK: {pattern: 'DB\\d{5}', title: DrugBank, home: "https://go.drugbank.com"}
sources:
  CL: {title: Cell Ontology, version: "2026", licence: CC BY 4.0}
  curator: {title: by hand, version: today, licence: MIT}
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small folder of patterns in which all is well."""
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


Findings = Callable[[], list[str]]


@pytest.fixture
def findings(folder: Path) -> Findings:
    return lambda: [line.replace(f"{folder}/", "") for line in check_tables(folder)]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def row(
    name: str,
    text: str = "",
    match: str = "",
    *,
    label: str = "CELL",
    status: str = "",
    specificity: str | None = None,
    source: str = "curator",
    concept_id: str = "",
) -> str:
    """One row of a term table; without a text the name of the concept."""
    status = status or ("synonym" if text else "name")
    if specificity is None:
        specificity = "specific" if label == "CYTOKINE" else ""
    cells = (concept_id, name, text or name, label, status, match, specificity, source, "")
    return ",".join(cells)


def table(*rows: str) -> str:
    """Rows of a term table in the order of ``pipeline terms sort``."""

    def key(line: str) -> tuple[str, ...]:
        _, name, text, label, status, match, *_ = line.split(",")
        return name.casefold(), name, label, status, text.casefold(), text, match

    return HEAD + "".join(f"{line}\n" for line in sorted(rows, key=key))


def test_all_is_well(findings: Findings) -> None:
    assert findings() == []


def test_what_is_shipped(patterns_dir: Path) -> None:
    assert list(check_tables(patterns_dir)) == []


ALPHA, BETA = row("alpha"), row("beta")


class TestTerms:
    @pytest.mark.parametrize(
        ("rows", "says"),
        [
            # one spelling, two concepts of a label
            ([ALPHA, BETA], ""),
            (
                [ALPHA, row("alpha", "XY-1"), BETA, row("beta", "XY1")],
                "5: CELL 'XY1' of 'beta' also means 'alpha' (zoo.csv:3); drop one, "
                "or give both match cue or defined",
            ),
            (
                [ALPHA, row("alpha", "XY", "case"), BETA, row("beta", "xy", "case")],
                "",
            ),
            (
                [ALPHA, row("alpha", "XYs"), BETA, row("beta", "XY", "case")],
                "5: CELL 'XY' of 'beta' also means 'alpha'",
            ),
            (
                [ALPHA, row("alpha", "XY", "case"), BETA, row("beta", "XY")],
                "3: CELL 'XY' of 'alpha' also means 'beta'",
            ),
            (
                [ALPHA, row("alpha", "XY", "case"), BETA, row("beta", "XY", "cue")],
                "5: CELL 'XY' of 'beta' also means 'alpha'",
            ),
            (
                [ALPHA, row("alpha", "XY", "cue"), BETA, row("beta", "XY", "defined")],
                "",
            ),
            # across labels
            (
                [ALPHA, row("gamma", "Alpha", "case", label="DRUG", status="name")],
                "3: DRUG 'Alpha' is also CELL 'alpha' (zoo.csv:2); drop one, or set its match",
            ),
            ([ALPHA, row("gamma", label="DRUG"), row("gamma", "Alpha", "cue", label="DRUG")], ""),
            # a row that says nothing new
            (
                [ALPHA, row("alpha", "XY-1"), row("alpha", "XY1")],
                "4: CELL 'XY1' is a spelling of 'XY-1' (zoo.csv:3); drop it",
            ),
            (
                [ALPHA, row("alpha", "XY a"), row("alpha", "XY-b")],
                "",
            ),
            ([ALPHA, row("alpha", "Alphas")], "3: CELL 'Alphas' is a spelling of"),
            # two match values
            (
                [ALPHA, row("alpha", "XY", "cue"), row("alpha", "XY", "defined")],
                "4: CELL 'XY' has match 'defined', and 'XY' of the same concept 'cue' (zoo.csv:3)",
            ),
            (
                [ALPHA, row("alpha", "XY", "cue"), row("alpha", "xy", "defined")],
                "",
            ),
            # words that are blocked
            (
                [row("gamma", label="CYTOKINE"), row("gamma", "mOsm", label="CYTOKINE")],
                "3: CYTOKINE 'mOsm' never matches, 'mosm' is blocked (blocked.csv:2); drop one",
            ),
            ([ALPHA, row("alpha", "mOsm")], ""),
        ],
    )
    def test_spellings(self, folder: Path, findings: Findings, rows: list[str], says: str) -> None:
        (folder / "terms" / "zoo.csv").write_text(table(*rows), encoding="utf-8")
        lines = findings()
        assert len(lines) == bool(says), lines
        assert not says or lines[0].startswith(f"terms/zoo.csv:{says}")

    @pytest.mark.parametrize(
        ("rows", "says"),
        [
            ([row("a", label="CYTOKINE"), row("b", "a", "cue", status="name")], ""),
            (
                [row("alpha", concept_id="CL:1000000"), row("alpha", "XY")],
                "3: concept_id of 'alpha' is '' here and 'CL:1000000' in zoo.csv:2",
            ),
            (
                [row("a", label="CYTOKINE"), row("a", "b", label="CYTOKINE", specificity="family")],
                "3: specificity of 'a' is 'family' here and 'specific' in zoo.csv:2",
            ),
            (
                [row("alpha", source="CL", concept_id="CL:0000236")],
                "2: CL:0000236 of 'alpha' is the id of 'B cell' too (own.csv:2)",
            ),
            ([row("alpha", "XY")], "2: 'alpha' has no row of status name"),
            ([row("alpha", "XY", status="class"), row("alpha", "Z", status="class")], ""),
            (
                [ALPHA, row("alpha", "XY", status="name")],
                "3: 'alpha' has a row of status name already (zoo.csv:2)",
            ),
            (
                [row("alpha", source="CL", concept_id="CL:1")],
                "2: 'CL:1' does not fit '\\\\d{7}', as CL has it",
            ),
            ([row("alpha", source="CL", concept_id="X:1")], "2: the prefix of 'X:1' is unknown"),
            ([row("alpha", source="CL", concept_id="CL 1")], "2: 'CL 1' is no identifier such as"),
            ([row("alpha", source="Obo")], "2: the source 'Obo' is unknown"),
            ([row("alpha", source="")], "2: no source; say where the row is from"),
        ],
    )
    def test_concepts(self, folder: Path, findings: Findings, rows: list[str], says: str) -> None:
        (folder / "terms" / "zoo.csv").write_text(table(*rows), encoding="utf-8")
        lines = findings()
        assert len(lines) == bool(says), lines
        assert not says or lines[0].startswith(f"terms/zoo.csv:{says}")

    def test_an_imported_table_may_name_another_ontology(
        self, folder: Path, findings: Findings
    ) -> None:
        rows = [
            row("alpha", "XY-1", source="Zoo", concept_id="Z:1"),
            row("alpha", "XY1", source="Zoo", concept_id="Z:1"),
        ]
        (folder / "terms" / "imported_zoo.csv").write_text(table(*rows), encoding="utf-8")
        assert findings() == []

    def test_the_order(self, folder: Path, findings: Findings) -> None:
        (folder / "terms" / "zoo.csv").write_text(f"{HEAD}{BETA}\n{ALPHA}\n", encoding="utf-8")
        assert findings() == ["terms/zoo.csv:2: out of order; run 'pipeline terms sort'"]

    def test_a_table_that_is_no_text(self, folder: Path, findings: Findings) -> None:
        (folder / "terms" / "zoo.csv").write_bytes(HEAD.encode() + "β,".encode("utf-16"))
        (line,) = findings()
        assert re.fullmatch(r"terms/zoo.csv:\d: not UTF-8 \(.*\); save it as UTF-8", line)

    def test_an_open_quote(self, folder: Path, findings: Findings) -> None:
        (folder / "targets.csv").write_text('drug,"target\n', encoding="utf-8")
        (line,) = findings()
        assert re.fullmatch(r"targets.csv:\d: unexpected end of data; correct the quotes", line)

    def test_a_row_that_cannot_be_read_is_told_once(self, folder: Path, findings: Findings) -> None:
        change(folder / "terms" / "own.csv", "CL,\n", "CL\n")
        assert findings() == [
            "terms/own.csv:2: expected 9 cells; quote a cell that holds a comma",
        ]  # fmt: skip


class TestBlocked:
    @pytest.mark.parametrize(
        ("rows", "says"),
        [
            ("mosm,DRUG,,unit,curator\n", ""),
            ("mosm,SUGAR,,unit,curator\n", "2: label must be empty or one of CYTOKINE, "),
            ("mOsm,CYTOKINE,,unit,curator\n", "2: 'mOsm' is blocked already (blocked.csv:2)"),
            ("mOsm,CYTOKINE,case,unit,curator\n", "2: 'mOsm' is blocked already"),
            ("x,CELL,,y,curator\nx,CELL,,z,curator\n", "3: 'x' is blocked already"),
            ("x,,,y,curator\nx,CELL,,z,curator\n", "3: 'x' is blocked already"),
            ("x,CELL,,y,curator\nx,DRUG,,z,curator\n", ""),
            ("y,CELL,,z,curator\nx,CELL,,z,curator\n", "2: out of order"),
            ("x,CELL,,z,Obo\n", "2: the source 'Obo' is unknown"),
        ],
    )
    def test_rows(self, folder: Path, findings: Findings, rows: str, says: str) -> None:
        path = folder / "terms" / "blocked_more.csv"
        path.write_text(BLOCKED_HEAD + rows, encoding="utf-8")
        lines = findings()
        assert len(lines) == bool(says), lines
        assert not says or lines[0].startswith(f"terms/blocked_more.csv:{says}")


class TestOtherTables:
    @pytest.mark.parametrize(
        ("name", "old", "new", "says"),
        [
            # hierarchy
            ("hierarchy/own.csv", "label,child", "child,label", "1: the columns must be"),
            ("hierarchy/own.csv", "curator\n", "\n", "2: no source"),
            ("hierarchy/own.csv", "CELL,B", "CELLS,B", "2: label must be one of"),
            ("hierarchy/own.csv", "B cell,lymph", "C cell,lymph", "2: no CELL term is named 'C"),
            ("hierarchy/own.csv", "CELL,B", "DRUG,tocilizumab", "2: no DRUG term is named 'toci"),
            (
                "hierarchy/own.csv",
                "curator\n",
                "curator\nCELL,B cell,lymphocyte,curator\n",
                "3: the link stands in own.csv:2 already; drop it",
            ),
            (
                "hierarchy/own.csv",
                "CL\n",
                "CL\nCELL,mature B cell,lymphocyte,CL\n",
                "4: that 'mature B cell' is a kind of 'lymphocyte' follows from 'B cell'; drop it",
            ),
            ("hierarchy/own.csv", "lymphocyte", "B cell", "2: 'B cell' becomes a kind of itself"),
            # markers
            ("markers.csv", "name,head", "head,name", "1: the columns must be"),
            ("markers.csv", "CD19+,curator", "CD19,curator", "2: write a name and markers such as"),
            ("markers.csv", "CD19+,curator", "CD19+", "2: expected 4 cells"),
            ("markers.csv", "B cell,,", "A cell,,", "2: no CELL term is named 'A cell'"),
            ("markers.csv", "cell,B cell", "cell,A cell", "3: no CELL term is named 'A cell'"),
            (
                "markers.csv",
                "B cell,CD19+ IGD+",
                ",CD19+",
                "3: CD19+ with head '' defines 'B cell' already (markers.csv:2); drop one",
            ),
            (
                "markers.csv",
                "\nB cell,,CD19+",
                "\nmature B cell,lymphocyte,CD19+",
                "3: out of order",
            ),
            ("markers.csv", "CD19+,curator", "CD19+,Obo", "2: the source 'Obo' is unknown"),
            # targets
            ("targets.csv", "drug,target", "target,drug", "1: the columns must be"),
            ("targets.csv", "IL6R,inhibits,curator", "IL6R,inhibits", "3: expected 4 cells"),
            ("targets.csv", "IL6R,inhibits", "IL6R,hits", "3: effect must be one of inhibits, act"),
            ("targets.csv", "tocilizumab,IL6,", "siltuximab,IL6,", "2: no DRUG term is named"),
            ("targets.csv", "IL6R", "interleukin", "3: 'interleukin' is no CYTOKINE, REC"),
            ("targets.csv", "IL6R", "IL6", "3: the target stands in targets.csv:2 already"),
            ("targets.csv", "IL6,", "IL7,", "3: out of order; sort the rows by drug, target and"),
            ("targets.csv", "IL6,inhibits,curator", "IL6,inhibits,Obo", "2: the source 'Obo' is"),
            # cues
            ("cues/senses.yaml", "[IL6]", "[IL-6, IL7]", "2: 'IL7' is no CYTOKINE of the"),
            ("cues/senses.yaml", "name: IL6", "name: IL7", "2: 'IL6' is 'IL6' in the term"),
            ("cues/senses.yaml", "CYTOKINE", "CYTO", "2: unknown label 'CYTO'"),
            ("cues/coordination.yaml", "determiners:", "articles:", "1: list 'determiners' is"),
            # schema
            ("schema.yaml", "title: HGNC, ", "", "3: prefixes.HGNC.title: Field required"),
            ("schema.yaml", "'\\d+'", "'(\\d+'", "3: prefixes.HGNC.pattern: Value err"),
            ("schema.yaml", ', version: "2026"', ", version: 2026", "6: sources.CL.version: Input"),
            ("schema.yaml", "sources:", "origins:", "1: sources: Field required"),
        ],
    )
    def test_a_bad_row(
        self, folder: Path, findings: Findings, name: str, old: str, new: str, says: str
    ) -> None:
        change(folder / name, old, new)
        lines = findings()
        assert any(line.startswith(f"{name}:{says}") for line in lines), lines
        assert all(line.startswith(name) for line in lines)

    def test_what_may_be_missing(self, folder: Path, findings: Findings) -> None:
        for name in ("hierarchy/own.csv", "markers.csv", "targets.csv", "schema.yaml"):
            (folder / name).unlink()
        assert findings() == []
        assert read_marker_rules(folder) == []
        assert read_targets(folder) == []

    def test_what_must_be_there(self, folder: Path, findings: Findings) -> None:
        (folder / "cues" / "senses.yaml").unlink()
        assert findings() == ["cues/senses.yaml:1: no such file; copy the shipped one"]

    def test_an_imported_link_may_say_what_others_say(
        self, folder: Path, findings: Findings
    ) -> None:
        rows = (
            "label,child,parent,source\n"
            "CELL,mature B cell,B cell,Zoo\n"
            "CELL,mature B cell,lymphocyte,Zoo\n"
        )
        (folder / "hierarchy" / "imported_zoo.csv").write_text(rows, encoding="utf-8")
        assert findings() == []


class TestTargets:
    def test_rows(self, folder: Path) -> None:
        first, second = read_targets(folder)
        where = f"{folder / 'targets.csv'}:2"
        assert first == Target("tocilizumab", "IL6", "inhibits", "curator", where)
        assert second.target == "IL6R"

    def test_a_wrong_effect(self, folder: Path) -> None:
        change(folder / "targets.csv", "IL6R,inhibits", "IL6R,hits")
        with pytest.raises(PatternError, match=r"targets\.csv:3: effect must be one of"):
            read_targets(folder)
