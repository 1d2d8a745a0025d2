"""The page of an evaluation: what it says, that it harms nobody, and how it works in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from pipeline.evaluate.intervals import Row
from pipeline.evaluate.page import evaluation_page
from pipeline.evaluate.page.charts import LEFT, RIGHT, TOP, lowest, score_chart
from pipeline.evaluate.page.passages import error_items, passage
from pipeline.evaluate.report import Evaluation, evaluate
from pipeline.evaluate.write import COMPARE_COLUMNS
from pipeline.gold.records import GoldDocument, GoldMention, GoldRelation
from pipeline.records import Annotation, Document, Mention, Relation
from pipeline.segments import segments
from tests import browsers

EVIL = "</script><script>alert(1)</script><b>B cells</b> 𝛼 make [trigger: IL-4] & “IL-5”."
CALM = "T cells make IL-10."
ABOUT = {
    "program": {"name": "cytokine-reader", "version": "9.9"},
    "versions": {"python": "3.x"},
    "options": {"gold": ["a<b>.jsonl"], "split": "test", "map": None, "mentions_given": False},
}


def at(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def gold_of(doc_id: str, text: str, words: dict[str, str], pairs: list[str]) -> GoldDocument:
    """``words`` by label and text; each of ``pairs`` is secreted by the cell."""
    mentions = tuple(
        GoldMention(id=word, start=at(text, word)[0], end=at(text, word)[1], label=label)
        for word, label in words.items()
    )
    cell = next(word for word, label in words.items() if label == "CELL")
    relations = tuple(GoldRelation(predicate="SECRETES", subject=cell, object=w) for w in pairs)
    return GoldDocument.model_validate(
        {"id": doc_id, "text": text, "register": "<i>abstract</i>"}
    ).model_copy(update={"mentions": mentions, "relations": relations})


def secretes(doc_id: str, text: str, cell: str, cytokine: str, score: float) -> Relation:
    subject = Mention(doc_id, *at(text, cell), "CELL", cell)
    target = Mention(doc_id, *at(text, cytokine), "CYTOKINE", cytokine)
    start, end = at(text, "make")
    return Relation(
        doc_id, 0, len(text), subject, target, "SECRETES", trigger="make", trigger_start=start,
        trigger_end=end, rule="secretes-<verb>", score=score, sentence=text,
    )  # fmt: skip


def small_evaluation() -> Evaluation:
    """One found relation, one false one, one missed; a mention that is too short, a false one."""
    evil = gold_of(
        "e1", EVIL, {"B cells": "CELL", "IL-4": "CYTOKINE", "IL-5": "CYTOKINE"}, ["IL-5"]
    )
    calm = gold_of("c1", CALM, {"T cells": "CELL", "IL-10": "CYTOKINE"}, ["IL-10"])
    false = secretes("e1", EVIL, "B cells", "IL-4", 0.6)
    found = secretes("c1", CALM, "T cells", "IL-10", 0.9)
    extra = Mention("e1", *at(EVIL, "alert"), "DRUG", "alert")
    short = Mention("c1", 0, 1, "CELL", "T")
    mentions = {
        "e1": (false.subject, false.object, extra),
        "c1": (short, found.object),
    }
    annotations = [
        Annotation(Document("e1", EVIL), mentions["e1"], (false,)),
        Annotation(Document("c1", CALM), mentions["c1"], (replace(found, subject=short),)),
    ]
    ends = {"e1": [(0, len(EVIL))], "c1": [(0, len(CALM))]}
    return evaluate([evil, calm], annotations, ends)


COMPARISON: list[Row] = [
    dict(zip(COMPARE_COLUMNS, values, strict=True))
    for values in (
        ("relation", "ALL", "f1", 0.5, 0.7, 0.2, 0.1, 0.3, 0.0002),
        ("relation", "SECRETES", "recall", 0.5, 0.4, -0.1, -0.2, -0.01, 0.01),
        ("mention", "CELL", "precision", 0.5, 0.6, 0.1, -0.1, 0.3, 0.4),
        ("mention", "DRUG", "recall", None, None, None, None, None, None),
    )
]


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return small_evaluation()


@pytest.fixture(scope="module")
def page(evaluation: Evaluation) -> str:
    return evaluation_page(evaluation, ABOUT, COMPARISON)


class _Tables(HTMLParser):
    """Cells by table id, line by line, and every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._lines: list[list[str]] = []
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self._lines = self.tables[str(dict(attrs)["id"])] = []
        elif tag == "tr":
            self._lines.append([])
        elif tag in ("td", "th"):
            self._lines[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self._lines[-1][-1] += data


def line(page: str, table: str, *begin: str) -> list[str]:
    lines = _Tables(page).tables[f"table-{table}"]
    (found,) = [cells for cells in lines if tuple(cells[: len(begin)]) == begin]
    return [cell.strip() for cell in found]


def embedded(page: str) -> Any:
    (block,) = re.findall(r'<script id="data" type="application/json">(.*?)</script>', page, re.S)
    return json.loads(block)


# --- what it says -------------------------------------------------------------------


def test_figures_are_those_of_the_evaluation(page: str, evaluation: Evaluation) -> None:
    row = next(
        row
        for row in evaluation.relations
        if (row["matching"], row["predicate"], row["subset"]) == ("relaxed", "ALL", "all")
    )
    assert (row["tp"], row["fp"], row["fn"]) == (1, 1, 1)
    cells = line(page, "relations", "all")
    assert cells[1:4] == ["1", "1", "1"]
    low, high = row["precision_low"], row["precision_high"]
    assert cells[4] == f"0.500 {low:.2f}–{high:.2f}"
    assert cells[6] == f"{row['f1']:.3f}"
    assert f"{row['pairs_of_predicted_f1']:.3f}" == cells[10]
    card = re.search(r"Relations precision</span> <strong>(.*?)</strong>\s*<span.*?>(.*?)<", page)
    assert card is not None
    assert card.groups() == ("0.500", f"{low:.2f}–{high:.2f}")
    assert f"all pairs {row['pairs_of_predicted_precision']:.3f}" in page
    assert line(page, "mentions", "CELL")[-3:] == ["0.500", "0.500", "0.500"]
    assert line(page, "registers", "<i>abstract</i>")[1] == "2"
    assert line(page, "rules", "secretes-<verb>")[1:4] == ["SECRETES", "1", "1"]


def test_undefined_is_never_zero(page: str) -> None:
    assert line(page, "relations", "TREATS") == ["TREATS", "0", "0", "0", *["–"] * 8]
    assert line(page, "bands", "0.0–0.5") == ["0.0–0.5", "0", "0", "–", "–", "–"]
    assert line(page, "comparison", "mention", "DRUG")[3:] == [*["–"] * 5, ""]


def test_changes_stand_out_in_words(page: str) -> None:
    assert line(page, "comparison", "relation", "all")[3:] == [
        "0.500", "0.700", "+0.200", "+0.100 to +0.300", "<0.001", "▲ better",
    ]  # fmt: skip
    worse = line(page, "comparison", "relation", "SECRETES")
    assert worse[5:] == ["−0.100", "−0.200 to −0.010", "0.010", "▼ worse"]
    assert line(page, "comparison", "mention", "CELL")[-1] == "not sure"
    assert "2 of 4 figures changed surely" in page


def test_about_is_told_and_what_was_not_given_left_out(page: str) -> None:
    for said in ("cytokine-reader 9.9", "a&lt;b&gt;.jsonl", "python 3.x"):
        assert f"<dd>{said}</dd>" in page
    assert "<dt>map</dt>" not in page


def test_no_comparison_no_section(evaluation: Evaluation) -> None:
    assert "Changes" not in evaluation_page(evaluation, {})


def test_an_evaluation_of_nothing() -> None:
    page = evaluation_page(evaluate([], [], {}), {})
    assert line(page, "relations", "all")[4:7] == ["–"] * 3
    assert "there is no curve" in page
    assert embedded(page) == {"curve": {}, "errors": []}


def test_same_evaluation_same_bytes(page: str) -> None:
    assert evaluation_page(small_evaluation(), ABOUT, COMPARISON) == page


# --- that it harms nobody -----------------------------------------------------------


def test_texts_stay_texts(page: str) -> None:
    assert page.count("<script") == 2
    assert page.count("</script") == 2
    assert "<b>B cells" not in page
    assert "<i>abstract" not in page
    texts = ["".join(part[0] for part in item["passage"]) for item in embedded(page)["errors"]]
    assert EVIL in texts


def test_nothing_comes_from_elsewhere(page: str) -> None:
    assert set(re.findall(r"https?://[^\"'\s<]*", page)) <= {"http://www.w3.org/2000/svg"}
    for tag, attributes in _Tables(page).tags:
        assert tag not in {"iframe", "object", "embed", "img", "base"}
        assert not {"src", "style", "onclick", "onload"} & attributes.keys()
        assert (attributes.get("href") or "#").startswith(("#", "data:,"))
    assert "default-src 'none'" in page


def test_one_style_and_none_of_a_picture(page: str) -> None:
    assert page.count("<style") == 1
    assert "Do the scores of relations hold?" in page


# --- passages -----------------------------------------------------------------------


def marks(row: Row) -> list[tuple[str, list[str]]]:
    return [(text, roles) for text, roles, _ in segments(passage(row)) if roles]


def test_marks_are_those_of_the_offsets(evaluation: Evaluation) -> None:
    rows = {(row["part"], row["kind"]): row for row in evaluation.errors}
    assert marks(rows["relation", "false"]) == [
        ("B cells", ["subject"]),
        ("make", ["trigger"]),
        ("IL-4", ["object"]),
    ]
    assert marks(rows["relation", "missed"]) == [("B cells", ["subject"]), ("IL-5", ["object"])]
    assert marks(rows["mention", "boundary"]) == [
        ("T", ["gold", "predicted"]),
        (" cells", ["gold"]),
    ]
    assert marks(rows["mention", "false"]) == [("alert", ["predicted"])]
    assert [item["at"]["kind"] for item in error_items(evaluation.errors)] == [  # type: ignore[index]
        row["kind"] for row in evaluation.errors
    ]


def test_marks_stand_at_characters_whatever_the_text_looks_like() -> None:
    text = "𝛼 [subject: x] makes [trigger: makes] IL-4."
    row: dict[str, object] = {
        "part": "relation",
        "kind": "false",
        "sentence_start": 7,
        "sentence_end": 7 + len(text),
        "sentence": text,
        **{f"subject_{key}": 7 + value for key, value in (("start", 12), ("end", 13))},
        **{f"trigger_{key}": 7 + value for key, value in (("start", 15), ("end", 20))},
        **{f"object_{key}": 7 + value for key, value in (("start", 38), ("end", 42))},
    }
    assert marks(row) == [("x", ["subject"]), ("makes", ["trigger"]), ("IL-4", ["object"])]


# --- curves -------------------------------------------------------------------------


def test_steps_stand_at_their_scores(evaluation: Evaluation) -> None:
    rows = [row for row in evaluation.curve if row["predicate"] == "ALL"]
    assert lowest(rows) == 0.6
    chart = score_chart(rows, 0.6, "all")
    (path,) = re.findall(r'class="line precision" d="(.*?)"', chart)
    points = [tuple(map(float, point.split())) for point in path[1:].split("L")]
    width = RIGHT - LEFT
    assert points[0] == (pytest.approx(LEFT + width * 0.75, abs=0.1), TOP)  # 0.9, precision 1
    assert points[1] == (LEFT, TOP)  # which holds down to 0.6
    assert points[-1][0] == LEFT
    assert 'class="line recall" d="M' in chart


def test_an_undefined_curve_is_not_drawn(evaluation: Evaluation) -> None:
    row = {"from_score": 0.5, "n": 1, "precision": 0.0, "recall": None, "f1": 0.0}
    assert 'class="line recall" d=""' in score_chart([row], 0.5, "x")


# --- in a browser -------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsers.chromium("the page of an evaluation") as opened:
        yield opened


@pytest.fixture(scope="module")
def big(evaluation: Evaluation, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a page with 5,000 errors: 1,000 of one kind each."""
    per_kind = {(row["part"], row["kind"]): row for row in evaluation.errors}
    assert len(per_kind) == 5
    errors = [
        {**row, "doc_id": f"{row['doc_id']}-{number:03}"}
        for number in range(1000)
        for row in per_kind.values()
    ]
    path = tmp_path_factory.mktemp("page") / "evaluation.html"
    large = replace(evaluation, errors=errors)
    path.write_text(evaluation_page(large, ABOUT, COMPARISON), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def opened(browser: Any, big: str) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    tab = context.new_page()
    tab.set_default_timeout(20_000)
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("dialog", lambda dialog: said.append("a text opened a dialog"))
    tab.goto(big)
    yield tab
    assert said == []
    context.close()


def counted(tab: Any, wanted: str) -> None:
    tab.wait_for_function(
        "w => document.getElementById('error-count').textContent === w", arg=wanted
    )


def test_filters_by_keyboard(opened: Any) -> None:
    counted(opened, "5,000 of 5,000 errors")
    opened.focus("select[name=part]")
    opened.keyboard.type("relation")
    counted(opened, "2,000 of 5,000 errors")
    opened.keyboard.press("Tab")
    opened.keyboard.type("missed")
    counted(opened, "1,000 of 5,000 errors")
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.name") == "name"
    opened.focus("[name=q]")
    opened.keyboard.type("alert e1-007")
    counted(opened, "1 of 5,000 errors")
    item = opened.locator("#error-list li")
    assert item.locator("mark.subject").inner_text() == "subjectB cells"
    assert item.locator("mark.object").inner_text() == "objectIL-5"
    assert EVIL in item.locator(".passage").evaluate(
        "p => [...p.querySelectorAll('.role')].forEach(r => r.remove()) ?? p.textContent"
    )
    assert "kind=missed" in opened.url
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    counted(opened, "5,000 of 5,000 errors")


def test_an_address_keeps_the_filter(opened: Any, big: str) -> None:
    opened.goto(big + "#kind=false&part=mention&page=3")
    opened.reload()
    counted(opened, "1,000 of 5,000 errors")
    assert opened.locator("#errors .pager span").first.inner_text() == "page 3 of 40"
    assert opened.locator("#error-list mark").first.get_attribute("class") == "predicted"
    opened.goto(big + "#kind=nonsense")
    counted(opened, "5,000 of 5,000 errors")


def test_counts_lead_to_their_errors(opened: Any) -> None:
    opened.locator("#table-relations tfoot a").nth(1).press("Enter")
    counted(opened, "1,000 of 5,000 errors")
    assert opened.input_value("[name=kind]") == "missed"
    assert opened.evaluate("document.activeElement.id") == "error-count"


def test_pages(opened: Any) -> None:
    following = opened.locator(".pager button[data-step=next]").first
    following.press("Enter")
    assert opened.evaluate("document.activeElement.dataset.step") == "next"
    assert opened.locator(".pager span").first.inner_text() == "page 2 of 200"
    assert opened.locator("#error-list li").count() == 25
    opened.locator(".pager button[data-step=last]").last.click()
    assert opened.locator(".pager span").first.inner_text() == "page 200 of 200"


def test_columns_sort(opened: Any) -> None:
    body = opened.locator("#table-comparison tbody tr")

    def names() -> list[str]:
        return [row.locator("td").first.inner_text() for row in body.all()]

    original = names()
    button = opened.locator("#table-comparison thead button", has_text="difference")
    button.press("Enter")
    assert names() == ["all", "CELL", "SECRETES", "DRUG"]  # what is undefined comes last
    assert opened.locator("#table-comparison th[aria-sort=descending]").count() == 1
    button.press("Space")
    assert names() == ["SECRETES", "CELL", "all", "DRUG"]
    button.click()
    assert names() == original


def test_curves_of_a_predicate_at_a_score(opened: Any) -> None:
    opened.select_option("#curve-name", "SECRETES")
    assert opened.locator(".curve:visible h3").all_inner_texts() == ["SECRETES"]
    opened.focus("#curve-score")
    for _ in range(5):
        opened.keyboard.press("ArrowRight")
    said = opened.locator("#curve-said").inner_text()
    assert said == "from 0.65: 1 relations, precision 1.000, recall 0.500, F1 0.667"


@pytest.mark.parametrize("width", [320, 360, 768])
def test_narrow(opened: Any, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 700})
    assert opened.evaluate("document.documentElement.scrollWidth") == width


def test_dark_on_screen_and_light_on_paper(opened: Any) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    light = opened.evaluate(paper)
    opened.emulate_media(color_scheme="dark")
    dark = opened.evaluate(paper)
    assert sum(map(int, re.findall(r"\d+", dark))) < 150 < sum(map(int, re.findall(r"\d+", light)))
    opened.emulate_media(media="print", color_scheme="dark")
    assert opened.evaluate(paper) == "rgb(255, 255, 255)"


def test_without_script_tables_can_be_read(browser: Any, big: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(big)
    assert tab.locator("#table-relations tbody tr").count() == 9
    assert tab.locator(".curve:visible").count() == 2
    assert not tab.locator("form.controls").is_visible()
    assert tab.locator("noscript p").is_visible()
    context.close()
