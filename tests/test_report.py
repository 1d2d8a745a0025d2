"""The report of a run: its data, what the page says, that it harms nobody, the command."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from matplotlib.figure import Figure
from typer.testing import CliRunner

from pipeline.cli_report import report
from pipeline.report import ReportOptions, write_report
from pipeline.report.data import Content, content
from pipeline.report.evaluation import find_evaluation, read_evaluation
from pipeline.report.evidence import LONGEST, Limits, passage
from pipeline.report.figure_heat import heat_figure
from pipeline.report.figure_network import network_figure
from pipeline.report.heat import heat_map
from pipeline.report.layout import TALL, WIDE, box, positions
from pipeline.report.reviewed import review_line
from pipeline.report.spellings import MOST, first_sections, spellings
from pipeline.result import read_result
from pipeline.tables_in import TableError
from tests.report_runs import (
    ABOUT,
    EVIL,
    said,
    small,
    write_evaluation,
    write_reviewed,
    write_run,
)

NO_FIGURES = ReportOptions(figures=False)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("report") / "run", small())


@pytest.fixture(scope="module")
def holds(run: Path) -> Content:
    return content(read_result(run), Limits(), 60)


@pytest.fixture(scope="module")
def page(run: Path) -> str:
    (path,) = write_report(run, NO_FIGURES)
    return path.read_text(encoding="utf-8")


def embedded(page: str) -> Any:
    (found,) = re.findall(r'<script id="data" type="application/json">(.*?)</script>', page)
    return json.loads(found)


def statements(holds: Content) -> list[tuple[str, ...]]:
    columns = ("subject_name", "predicate", "object_name", "effect")
    return [tuple(fact.row[key] for key in columns) for fact in holds.evidence.facts]


# --- the data -----------------------------------------------------------------------


def test_marks_are_those_of_the_offsets(holds: Content) -> None:
    (row,) = [row for row in holds.evidence.rows if row["doc_id"] == 'e"/1']
    found = passage(row)
    a, b, c, d, e, f = found.marks
    assert found.text == EVIL
    assert (found.text[a:b], found.text[c:d], found.text[e:f]) == ("mast cells", "IL-4", "make")


def test_a_relation_without_a_trigger_has_no_such_mark(holds: Content) -> None:
    (row,) = [row for row in holds.evidence.rows if row["doc_id"] == "c"]
    assert passage(row).marks[4:] == (-1, -1)


def test_a_very_long_sentence_is_cut_around_its_marks() -> None:
    text = f"{'𝛼 <' * 2000} B cells make IL-4 {'and so on ' * 2000}"
    start = text.index("B cells")
    row = {"sentence": text, "sentence_start": 100, "trigger_start": 5, "trigger_end": 9}
    row |= {"subject_start": 100 + start, "subject_end": 100 + start + 7}
    row |= {"object_start": 100 + start + 13, "object_end": 100 + start + 17}
    found = passage(row)
    a, b, c, d = found.marks[:4]
    assert (found.text[a:b], found.text[c:d]) == ("B cells", "IL-4")
    assert found.marks[4:] == (-1, -1)  # it lies outside of the sentence
    assert len(found.text) < LONGEST
    assert found.text[0] == found.text[-1] == "…"


def test_facts_come_with_their_evidence_by_side(holds: Content) -> None:
    facts = dict(zip(statements(holds), holds.evidence.facts, strict=True))
    rows = holds.evidence.rows
    made = facts["mast cell", "SECRETES", "IL4", "unspecified"]
    assert [rows[at]["doc_id"] for at in made.stated] == ['e"/1', "a"]
    assert [rows[at]["doc_id"] for at in made.denied] == ["b"]
    lowered = facts["IL10", "ACTS_ON", "T cell", "negative"]
    assert [rows[at]["doc_id"] for at in lowered.against] == ["d"]
    assert (made.n_pair, lowered.n_pair) == (3, 2)


def test_each_disagreement_once_with_both_sides(holds: Content) -> None:
    rows, told = holds.evidence.rows, statements(holds)
    sides = [
        (
            told[one.claim],
            *([rows[at]["doc_id"] for at in side] for side in (one.stated, one.against)),
        )
        for one in holds.contradictions
    ]
    assert sides == [
        (("mast cell", "SECRETES", "IL4", "unspecified"), ['e"/1', "a"], ["b"]),
        (("IL10", "ACTS_ON", "T cell", "negative"), ["c"], ["d"]),
    ]


def test_the_surest_disagreement_comes_first(tmp_path: Path) -> None:
    """Not the one with the most sentences, where a doubtful row alone is against it."""
    cell = ("B cells", "CELL")
    made = [
        said(f"d{n}", f"B cells make {name}.", "SECRETES", cell, (name, "CYTOKINE"),
             score=score, negated=negated)
        for n, (name, score, negated) in enumerate([
            *[("IL-4", 0.99, False)] * 9, ("IL-4", 0.6, True),
            ("IL-5", 0.8, False), ("IL-5", 0.9, True),
        ])
    ]  # fmt: skip
    holds = content(read_result(write_run(tmp_path / "run", made)), Limits(), 60)
    told = [holds.evidence.facts[one.claim].row["object_name"] for one in holds.contradictions]
    assert told == ["IL5", "IL4"]


def test_spellings_of_the_texts(tmp_path: Path) -> None:
    cell = ("B cells", "CELL")
    words = ["IL-6", "il 6", "interleukin-6", "Interleukin 6", "interleukin-6", "B-IL-6"]
    made = [
        said(f"d{n}", f"B cells make {word}.", "SECRETES", cell, (word, "CYTOKINE"))
        for n, word in enumerate(words)
    ]
    run = write_run(tmp_path / "run", made)
    mentions = read_result(run).frames.mentions
    mentions["concept_name"] = mentions["concept_name"].where(mentions["label"] == "CELL", "IL6")
    mentions["concept_id"] = ""
    found = spellings(mentions)
    assert found["CYTOKINE", "", "IL6"] == ["interleukin-6", "B-IL-6"]
    assert found["CELL", "", "B cell"] == ["B cells"]
    many = mentions.assign(text=[f"name {n}" for n in range(len(mentions))])
    wide = pd.concat([many.assign(text=many["text"] + f" {n}") for n in range(5)])
    assert len(spellings(wide)["CYTOKINE", "", "IL6"]) == MOST


def test_the_first_heading_stands_for_a_title() -> None:
    rows = [("a", 50, "Late"), ("a", 3, "Early"), ("b", 0, ""), ("b", 9, "Methods")]
    mentions = pd.DataFrame(rows, columns=["doc_id", "start", "section"])
    assert first_sections(mentions) == {"a": "Early"}


def test_what_is_only_hedged_is_marked(tmp_path: Path) -> None:
    ends = (("IL-10", "CYTOKINE"), ("T cells", "CELL"))
    text = "IL-10 may activate T cells."
    sure = said("b", "Some IL-10 reached T cells.", "ACTS_ON", *ends)
    run = write_run(
        tmp_path / "run",
        [said("a", text, "ACTS_ON", *ends, effect="positive", hedged=True), sure],
    )
    holds = content(read_result(run), Limits(), 60)
    pair = heat_map(holds, "ACTS_ON", 10).pairs[0, 0]
    assert (pair.tone, pair.counted(), pair.hedged) == ("positive", "1/2", True)
    assert "↑?1/2" in words_of(heat_figure(holds, 10))
    (axes,) = network_figure(holds, 60).axes
    styles = {patch.get_linestyle() for patch in axes.patches}
    assert styles == {"-.", "-"}
    assert [text.get_text() for text in axes.texts].count("?") == 1
    legend = axes.get_legend()
    assert legend is not None
    assert "? only hedged" in [text.get_text() for text in legend.get_texts()]


def words_of(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_titles_of_the_heat_map_stand_above(holds: Content) -> None:
    for axes in heat_figure(holds, 10).axes:
        (title,) = [text for text in axes.texts if "(" in text.get_text()]
        assert title.get_position()[1] < 0  # rows count downwards from 0


def test_heat_map(holds: Content) -> None:
    makes = heat_map(holds, "SECRETES", 10)
    assert (makes.cells, makes.cytokines) == (["mast cell", "T cell"], ["IL4", "IL10"])
    pair, denied = makes.pairs[0, 0], makes.pairs[1, 1]
    assert (pair.tone, pair.counted(), pair.contradicted) == ("unspecified", "2/3", True)
    assert (denied.tone, denied.counted(), denied.depth(3)) == ("denied", "1", 1)
    both = heat_map(holds, "ACTS_ON", 10).pairs[0, 0]
    assert (both.tone, both.counted()) == ("mixed", "2")
    assert heat_map(holds, "SECRETES", 1).pairs == {(0, 0): pair}


def test_a_direction_counts_the_documents_that_say_it(tmp_path: Path) -> None:
    ends = (("T cells", "CELL"), ("IL-2", "CYTOKINE"))
    effects = ["unspecified", "unspecified", "negative", "negative"]
    made = [
        said(f"d{n}", "The T cells make IL-2.", "SECRETES", *ends, effect=effect, negated=n == 3)
        for n, effect in enumerate(effects)
    ]
    holds = content(read_result(write_run(tmp_path / "run", made)), Limits(), 60)
    pair = heat_map(holds, "SECRETES", 10).pairs[0, 0]
    assert (pair.tone, pair.counted()) == ("negative", "1/4")
    assert (holds.data["facts"]["way"], holds.data["facts"]["pair"]) == ([1, 1], [4, 4])


def test_general_words_are_not_drawn(holds: Content) -> None:
    general = {holds.names[at] for at in holds.generic}
    assert general == {"cytokines"}
    drawn = {holds.names[node] for layout in holds.data["layouts"] for node, _, _ in layout["wide"]}
    assert drawn == {"mast cell", "IL4", "IL10", "T cell"}


def test_a_large_run_is_cut_and_says_so(tmp_path: Path) -> None:
    many = [
        said(f"d{n}", f"B cells make IL-{n % 40} ({n}).", "SECRETES", ("B cells", "CELL"),
             (f"IL-{n % 40}", "CYTOKINE"), negated=n % 80 > 75)
        for n in range(200)
    ]  # fmt: skip
    result = read_result(write_run(tmp_path / "run", many))
    limits = Limits(facts=30, few=2, many=100, listed=20)
    holds = content(result, limits, 60)
    assert holds.left_out["facts"] == (30, 40)
    assert all(len(fact.stated) <= 2 for fact in holds.evidence.facts)
    assert {fact.n_more for fact in holds.evidence.facts} <= {1, 2, 3}
    assert holds.left_out["relations"] == (len(holds.evidence.rows), 200)
    documents = set(embedded_documents(holds))
    assert {row["doc_id"] for row in holds.evidence.rows} <= documents
    options = ReportOptions(figures=False, limits=limits)
    (path,) = write_report(tmp_path / "run", options)
    said_there = path.read_text(encoding="utf-8")
    assert "holds 30 of 40 facts, the best supported; all are in network.csv" in said_there
    assert "of 200 relations; all are in relations.csv" in said_there
    small_size = content(result, Limits(size=250), 60)
    assert 0 < len(small_size.evidence.facts) < 5


def embedded_documents(holds: Content) -> list[str]:
    strings = holds.data["strings"]
    return [strings[at] for at in holds.data["documents"]["id"]]


@pytest.mark.parametrize("aspect", [WIDE, TALL])
def test_names_in_the_drawing_do_not_overlap(aspect: float) -> None:
    edges = [(0, n) for n in range(1, 25)] + [(n, n + 1) for n in range(30, 36)] + [(40, 41)]
    names = {node: f"concept number {node}" for edge in edges for node in edge}
    (placed,) = positions(edges, names, [aspect])
    boxes = {node: box(name) for node, name in names.items()}
    nodes = sorted(placed)
    overlapping = [
        (a, b)
        for a in nodes
        for b in nodes
        if a < b
        and all(
            abs(placed[a][i] - placed[b][i]) + 2 < (boxes[a][i] + boxes[b][i]) / 2 for i in (0, 1)
        )
    ]
    assert overlapping == []
    assert positions(edges, names, [aspect]) == [placed]


def test_a_network_of_another_run_is_refused(tmp_path: Path, run: Path) -> None:
    other = write_run(tmp_path / "run", small()[:1])
    (other / "network.csv").write_bytes((run / "network.csv").read_bytes())
    with pytest.raises(TableError, match="must be of the same run"):
        write_report(other, NO_FIGURES)


# --- the page -----------------------------------------------------------------------


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_texts_stay_texts(page: str) -> None:
    assert page.count("<script") == page.count("</script") == 3
    assert EVIL in embedded(page)["sentences"]
    for hostile in ("<b>mast cells", "<i>in</i>", "<lost>", "not <text>", "<rule>"):
        assert hostile not in page
    assert "in/&lt;lost&gt;.txt" in page


def test_nothing_comes_from_elsewhere(page: str) -> None:
    for tag, attributes in _Tags(page).tags:
        assert tag not in {"iframe", "object", "embed", "img", "base"}
        assert not {"src", "style", "onclick", "onload", "action"} & attributes.keys()
        assert (attributes.get("href") or "#").startswith(("#", "data:,"))
    assert "default-src 'none'" in page
    assert "unsafe" not in page[: page.index("<style")]


def test_counts(page: str) -> None:
    shown = re.findall(r"<strong>([\d,]+)</strong> <span class=\"name\">(.*?)</span>", page)
    assert {name: int(n) for n, name in shown} == {
        "documents": 7, "sentences": 7, "mentions": 14, "relations": 7, "facts": 5,
        "contradicted facts": 3, "failures": 1,
    }  # fmt: skip
    assert "cytokine-reader 9.9" in page
    assert "read on 2030-01-02" in page


def test_the_page_tells_facts_from_disagreements(page: str) -> None:
    assert "2 disagreements behind the 3 facts that are marked as contradicted" in page


def test_each_group_of_run_json_names_a_thing_once(tmp_path: Path) -> None:
    models = [{"name": "en_m", "version": "1"}, {"name": "other", "version": "2"}]
    options = {"model": "embedded", "min_score": None}
    run = write_run(tmp_path / "run", small(), {**ABOUT, "models": models, "options": options})
    page = write_report(run, NO_FIGURES)[0].read_text(encoding="utf-8")
    about = page[page.index('id="about-title"') :]
    groups = re.findall(r"<h3>(\w+)</h3>\s*<dl class=\"about\">(.*?)</dl>", about, re.DOTALL)
    names = {head: re.findall("<dt>(.*?)</dt>", rows) for head, rows in groups}
    assert names == {
        "Versions": ["program", "models", "patterns"], "Options": ["model"],
        "Counts": ["documents"], "Time": ["finished"],
    }  # fmt: skip
    assert "en_m 1, other 2" in page


# --- what people decided ------------------------------------------------------------

DECIDED = {"a": ("accept", "<bob>;anna"), "b": ("fix", "anna"), "c": ("odd", "anna")}


def test_an_untouched_run_says_nothing_of_reviews(page: str) -> None:
    assert 'class="reviewed"' not in page
    assert 'name="review"' not in page
    assert embedded(page)["reviewed"] is False


def test_a_reviewed_run_says_so(tmp_path: Path) -> None:
    counts = {"undecided": 1045, "accept": 1, "fix": 1, "reject": 2, "no longer apply": 0}
    run = write_reviewed(tmp_path / "run", DECIDED, counts)
    page = write_report(run, NO_FIGURES)[0].read_text(encoding="utf-8")
    assert (
        "Reviewed by &lt;bob&gt;, anna: 1 accepted, 1 corrected, 2 rejected, 1,045 not looked at."
    ) in page
    held = embedded(page)
    strings, facts = held["strings"], held["facts"]
    reviews = [{strings[at] for at in of} for of in facts["reviews"]]
    assert {"accept", "fix", "undecided"} in reviews  # mast cells and IL-4: three documents
    rows = zip(held["evidence"]["review"], held["evidence"]["curators"], strict=True)
    assert ("accept", "<bob>;anna") in {(strings[a], strings[b]) for a, b in rows}


@pytest.mark.parametrize("counts", [None, [1], {"accept": "x", "fix": True}])
def test_without_counts_the_rows_are_counted(tmp_path: Path, counts: Any) -> None:
    line = review_line(read_result(write_reviewed(tmp_path / "run", DECIDED, counts)))
    assert line == "Reviewed by <bob>, anna: 1 accepted, 1 corrected, 4 not looked at, 1 odd"


def test_same_run_same_bytes(run: Path, page: str, tmp_path: Path) -> None:
    first = write_report(run, ReportOptions(tmp_path / "1" / "r.html"))
    second = write_report(run, ReportOptions(tmp_path / "2" / "r.html"))
    assert [path.relative_to(tmp_path / "1").as_posix() for path in first] == [
        "r.html", "figures/network.png", "figures/network.svg", "figures/heatmap.png",
        "figures/heatmap.svg",
    ]  # fmt: skip
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert all(path.stat().st_size > 5000 for path in first)


def test_a_run_that_found_nothing(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [], about={"patterns": None, "options": None})
    (run / "run.json").unlink()
    path, *figures = write_report(run)
    page = path.read_text(encoding="utf-8")
    assert "No relation was found, so there is no network." in page
    assert "run.json" in page
    assert len(figures) == 4
    assert embedded(page)["facts"]["predicate"] == []


def test_names_that_are_formulas_or_control_signs_are_drawn(tmp_path: Path) -> None:
    text = "The $\\frac{1}$ cells make \x0bIL-4\x00--><x>."
    cell, cytokine = ("$\\frac{1}$ cells", "CELL"), ("\x0bIL-4\x00--><x>", "CYTOKINE")
    run = write_run(tmp_path / "run", [said("a", text, "SECRETES", cell, cytokine)])
    svg = write_report(run)[2].read_text(encoding="utf-8")
    assert "<x>" not in svg
    assert not re.search(r"[\x00-\x08\x0b]", svg)


# --- the evaluation -----------------------------------------------------------------


def test_without_an_evaluation_the_page_says_how_to_make_one(page: str, run: Path) -> None:
    assert f"pipeline evaluate GOLD -o {run.as_posix()}/evaluation" in page


def test_an_evaluation_beside_the_run(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", small())
    write_evaluation(run / "evaluation" / "evaluation.json")
    page = write_report(run, NO_FIGURES)[0].read_text(encoding="utf-8")
    assert "Measured on 49 gold documents (&lt;gold&gt;.jsonl, split dev)" in page
    assert "with program cytokine-reader 9.9, model m 1, patterns aaaa" in page
    assert "0.49–0.94" in page
    assert "Careful" not in page


def test_an_evaluation_with_other_patterns_is_told(tmp_path: Path) -> None:
    measured = read_evaluation(write_evaluation(tmp_path / "e.json", "bbbb"), ABOUT)
    (warning,) = measured.warnings
    assert "made with bbbb, this run with aaaa" in warning
    assert [row["name"] for row in measured.relations] == ["ALL", "TREATS"]
    assert [row["f1"] for row in measured.relations] == [0.7273, None]
    other = {**ABOUT, "model": {"name": "m", "version": "2"}, "options": {"min_score": 0.7}}
    assert len(read_evaluation(tmp_path / "e.json", other).warnings) == 3


def test_an_evaluation_with_odd_figures(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", small(), {**ABOUT, "options": [1], "model": "\ud800"})
    path = write_evaluation(run / "evaluation" / "evaluation.json")
    kept = json.loads(path.read_text(encoding="utf-8"))
    kept["about"]["model"]["name"] = "\ud800"
    kept["relations"][1]["precision_high"] = None
    path.write_text(json.dumps(kept), encoding="utf-8")
    assert "model ? 1" in write_report(run, NO_FIGURES)[0].read_text(encoding="utf-8")
    for figure in (float("nan"), float("inf"), 80, "x"):
        kept["relations"][1]["precision"] = figure
        path.write_text(json.dumps(kept), encoding="utf-8")
        with pytest.raises(TableError, match="make it again"):
            read_evaluation(path, {})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"about": 1}', '{"about": {}, "n_gold": 1}'])
def test_what_is_no_evaluation(tmp_path: Path, text: str) -> None:
    path = tmp_path / "evaluation.json"
    path.write_text(text, encoding="utf-8")
    assert find_evaluation(tmp_path, tmp_path) == path
    with pytest.raises(TableError, match="make it again"):
        read_evaluation(path, {})


# --- the command --------------------------------------------------------------------


def command(*words: object) -> Any:
    app = typer.Typer()
    app.command()(report)
    return CliRunner().invoke(app, [str(word) for word in words])


def test_command(run: Path, tmp_path: Path) -> None:
    done = command(run, "-o", tmp_path / "new" / "page.html", "--no-figures", "--top", 7)
    assert done.exit_code == 0, done.output
    assert re.search(r"Written: .*page\.html \(\d\.\d MB\)", done.output)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["page.html"]
    assert "<option selected>7</option>" in (tmp_path / "new" / "page.html").read_text("utf-8")


def test_wrong_use(run: Path, tmp_path: Path) -> None:
    older = write_run(tmp_path / "older", small())
    relations = older / "relations.csv"
    relations.write_text(relations.read_text("utf-8").replace("trigger_start", "x"), "utf-8")
    by_hand = write_run(tmp_path / "by_hand", small())
    table = by_hand / "network.csv"
    table.write_text(table.read_text("utf-8").replace("ACTS_ON", "HUGS"), encoding="utf-8")
    (tmp_path / "folder.html").mkdir()
    for words, message in (
        ((tmp_path / "none",), "no such folder"),
        ((tmp_path,), "no such table"),
        ((older,), "if an older version wrote it, run it again"),
        ((by_hand,), "the tables name 'HUGS'"),
        ((run, "--evaluation", tmp_path / "none.json"), "no such file"),
        ((run, "-o", tmp_path / "relations.csv"), "the page is HTML"),
        (
            (run, "-o", tmp_path / "folder.html", "--no-figures"),
            "a folder has the name of this file",
        ),
        ((run, "-o", run / "relations.csv" / "x.html"), "cannot write"),
    ):
        done = command(*words)
        assert done.exit_code == 2, words
        assert message in done.output, done.output
        assert "Traceback" not in done.output
    assert not list(tmp_path.glob("**/.*.tmp"))


def test_the_report_of_the_projects_own_corpus_is_small(tmp_path: Path) -> None:
    outputs = Path(__file__).resolve().parents[1] / "outputs"
    options = ReportOptions(output=tmp_path / "report.html", figures=False)
    (page,) = write_report(outputs, options)
    assert page.stat().st_size < 5_000_000
