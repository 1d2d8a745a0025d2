"""The report in a browser: offline, by keyboard, on narrow screens, in the dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline.report import ReportOptions, write_report
from tests import browsers
from tests.report_runs import EVIL, said, small, write_reviewed, write_run


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsers.chromium("the report") as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of the small run and of 60 facts about B cells."""
    more = [
        said(f"n{n:02}", f"B cells make IL-{100 + n}.", "SECRETES", ("B cells", "CELL"),
             (f"IL-{100 + n}", "CYTOKINE"), trigger="make", score=0.5 + n / 200)
        for n in range(60)
    ]  # fmt: skip
    run = write_run(tmp_path_factory.mktemp("report") / "run", [*small(), *more])
    return write_report(run, ReportOptions(figures=False))[0].as_uri()


@pytest.fixture(scope="module")
def other_address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of a run in which concepts are spelled in several ways."""
    t_cells, il10 = ("T cells", "CELL"), ("IL-10", "CYTOKINE")
    mastocytes, mast = ("Mastocytes", "CELL", "mast cell"), ("mast cells", "CELL")
    tnf, blockers = ("TNF-α", "CYTOKINE", "TNF"), ("TNF-α blockers", "DRUG", "TNF inhibitor")
    made = [
        said("a", "Mastocytes make IL-10.", "SECRETES", mastocytes, il10),
        said("b", "The mast cells may make IL-4.", "SECRETES", mast, ("IL-4", "CYTOKINE"),
             hedged=True),
        said("c", "IL-10 helps T cells.", "ACTS_ON", il10, t_cells),
        said("d", "T cells make TNF-α.", "SECRETES", t_cells, tnf),
        said("e", "TNF-α blockers raise IL-10.", "MODULATES", blockers, il10),
        *[
            said(f"n{n}", f"B cells make IL-{n}.", "SECRETES", ("B cells", "CELL"),
                 (f"IL-{n}", "CYTOKINE"))
            for n in range(140, 150)
        ],
    ]  # fmt: skip
    run = write_run(tmp_path_factory.mktemp("spelled") / "run", made)
    return write_report(run, ReportOptions(figures=False))[0].as_uri()


@contextmanager
def tab_at(browser: Any, address: str) -> Iterator[Any]:
    """A tab that says nothing on its console and asks for nothing but the page."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    tab = context.new_page()
    tab.set_default_timeout(10_000)
    said_there: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: said_there.append(message.text))
    tab.on("pageerror", lambda error: said_there.append(str(error)))
    tab.on("dialog", lambda dialog: said_there.append("a text opened a dialog"))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(address)
    yield tab
    assert said_there == []
    assert {url.partition("#")[0] for url in asked} == {address}
    context.close()


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Any]:
    with tab_at(browser, address) as tab:
        yield tab


@pytest.fixture(scope="module")
def spelled(browser: Any, other_address: str) -> Iterator[Any]:
    with tab_at(browser, other_address) as tab:
        yield tab


def counted(tab: Any, part: str, wanted: str) -> None:
    tab.locator(f"#{part} [role=status]", has_text=re.compile(f"^{re.escape(wanted)}")).wait_for()


def first_cells(tab: Any) -> list[str]:
    return [text.strip() for text in tab.locator("#facts tbody th bdi").all_inner_texts()]


def test_facts_filter_and_sort(opened: Any) -> None:
    counted(opened, "facts", "65 of 65 facts")
    opened.select_option("#facts [name=predicate]", "ACTS_ON")
    counted(opened, "facts", "2 of 65 facts")
    opened.select_option("#facts [name=effect]", "positive")
    counted(opened, "facts", "1 of 65 facts")
    opened.click("#facts [type=reset]")
    opened.select_option("#facts [name=state]", "contradicted")
    counted(opened, "facts", "3 of 65 facts")
    opened.select_option("#facts [name=state]", "only denied")
    counted(opened, "facts", "1 of 65 facts")
    opened.click("#facts [type=reset]")
    opened.fill("#facts [name=q]", "b cell il1")
    counted(opened, "facts", "60 of 65 facts")
    opened.fill("#facts [name=score]", "0.7")
    counted(opened, "facts", "20 of 65 facts")
    opened.click("#facts [type=reset]")
    counted(opened, "facts", "65 of 65 facts")
    head = opened.locator("#facts thead button", has_text="subject")
    head.press("Enter")
    assert first_cells(opened)[0] == "B cell"
    head.press("Space")
    assert first_cells(opened)[0] == "T cell"
    assert opened.locator("#facts th[aria-sort=descending]").count() == 1
    opened.locator("#facts .pager [data-step=last]").click()
    assert opened.locator("#facts .pager span").inner_text() == "page 3 of 3"


def test_a_fact_opens_its_marked_sentences(opened: Any) -> None:
    opened.fill("#facts [name=q]", "mast")
    counted(opened, "facts", "1 of 65 facts")
    opened.locator("#facts tbody .opener").press("Enter")
    items = opened.locator("#facts .below .evidence")
    assert items.count() == 3
    hostile = items.first
    assert hostile.locator("mark.subject").inner_text() == "subjectmast cells"
    assert hostile.locator("mark.object").inner_text() == "objectIL-4"
    assert hostile.locator("mark.trigger").inner_text() == "triggermake"
    assert hostile.locator(".head b").inner_text() == 'e"/1'
    assert (
        hostile.locator(".passage").evaluate(
            "p => [...p.querySelectorAll('.role')].forEach(r => r.remove()) ?? p.textContent"
        )
        == EVIL
    )
    assert "denied" in items.last.inner_text()
    opened.locator("#facts tbody .opener").press("Enter")
    assert not items.first.is_visible()


def test_a_field_of_the_heat_map_by_keyboard(opened: Any) -> None:
    counted(opened, "heat", "3 of 3 cells and 15 of 62 cytokines")
    fields = opened.locator("#heat-map [tabindex='0']")
    assert fields.count() == 1
    fields.focus()
    opened.keyboard.press("ArrowRight")
    name = opened.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name.startswith("B cell makes IL10")
    opened.keyboard.press("Enter")
    assert opened.locator("#heat-facts h3").inner_text() == name
    assert opened.locator("#heat-facts .evidence mark.subject").inner_text() == "subjectB cells"
    opened.select_option("#heat [name=kind]", "ACTS_ON")
    counted(opened, "heat", "1 of 1 cell and 1 of 1 cytokine")
    both = opened.locator("#heat-map .pair")
    assert both.get_attribute("aria-label") == "T cell responds to IL10: up and down, 2 documents"
    opened.select_option("#heat [name=kind]", "SECRETES")
    told = opened.locator("#heat-map .pair", has_text="2/3")
    name = "mast cell makes IL4: unspecified, contradicted in 2 of 3 documents"
    assert told.get_attribute("aria-label") == name
    opened.select_option("#heat [name=kind]", "ACTS_ON")
    opened.select_option("#heat [name=effect]", "negative")
    opened.locator("#heat-map .pair.negative").click()
    assert opened.locator("#heat-facts .fact").count() == 1
    assert opened.locator("#heat-map th[scope=row]").inner_text() == "T cell"


def test_a_concept_and_its_neighbours(opened: Any) -> None:
    counted(opened, "network", "60 of 64 facts drawn")
    opened.focus("[name=focus]")
    opened.keyboard.type("t cell")
    counted(opened, "network", "3 of 3 facts about T cell drawn, 2 concepts")
    assert opened.locator("#network-facts h3").inner_text() == "Facts about T cell"
    assert "3 of 3 facts" in opened.get_attribute("#drawing", "aria-label")
    opened.locator("#network-facts .opener").first.press("Enter")
    assert opened.locator("#network-facts mark.subject").first.inner_text() == "subjectIL-10"
    opened.fill("[name=focus]", "nobody knows this")
    counted(opened, "network", "No concept of a fact is named nobody knows this")
    opened.fill("[name=focus]", "")
    opened.locator("summary").press("Enter")
    opened.uncheck("[name=predicate][value=SECRETES]")
    counted(opened, "network", "2 of 2 facts drawn")
    opened.check("[name=named]")
    opened.click("#network form [type=reset]")
    counted(opened, "network", "60 of 64 facts drawn")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("il10", "IL10"), ("Interleukin 10", "IL10"), ("x:il10", "IL10"), ("t-cells", "T cell"),
        ("mast", "mast cell"), ("Mastocyte", "mast cell"), ("IL-14", "IL140"),
    ],
)  # fmt: skip
def test_a_concept_by_any_spelling(spelled: Any, typed: str, name: str) -> None:
    spelled.fill("[name=focus]", typed)
    found = spelled.locator("#network-said", has_text=f"about {name} drawn")
    found.wait_for()


def test_other_concepts_that_fit_are_offered(spelled: Any) -> None:
    spelled.fill("[name=focus]", "TNF-α")
    counted(spelled, "network", "1 of 1 fact about TNF drawn")
    also = spelled.locator("#network-also button")
    assert also.all_inner_texts() == ["TNF inhibitor (DRUG)"]
    also.press("Enter")
    counted(spelled, "network", "1 of 1 fact about TNF inhibitor drawn")
    assert spelled.locator("[name=focus]").input_value() == "TNF inhibitor (DRUG)"
    assert not spelled.locator("#network-also").is_visible()
    spelled.fill("[name=focus]", "IL-1")
    spelled.locator("#network-also", has_text="and 2 more").wait_for()
    spelled.fill("[name=focus]", "--")
    counted(spelled, "network", "No concept of a fact is named --")


@pytest.mark.parametrize(
    ("typed", "n"),
    [
        ("IL-10", 3), ("IL10", 3), ("interleukin 10", 3), ("mastocytes", 2), ("TNF α", 2),
        ("mast cell IL-4", 1), ("X:IL10", 3), ("t cell", 2), ("acts_on t cell", 1), ("<q>", 0),
    ],
)  # fmt: skip
def test_facts_by_any_spelling(spelled: Any, typed: str, n: int) -> None:
    spelled.fill("#facts [name=q]", typed)
    counted(spelled, "facts", f"{n} of")


def test_what_stands_over_the_drawing_hides_nothing(opened: Any) -> None:
    right = opened.evaluate(
        "document.getElementById('drawing')._cyreg.cy.elements().renderedBoundingBox().x2"
    )
    drawing, buttons = (
        opened.locator(one).bounding_box() for one in ("#drawing", "#network .zoom")
    )
    assert 0 < drawing["x"] + right <= buttons["x"]


def test_hedged_lines_differ(spelled: Any) -> None:
    spelled.fill("[name=focus]", "mast cell")
    counted(spelled, "network", "2 of 2 facts about mast cell")
    styles = spelled.evaluate(
        "document.getElementById('drawing')._cyreg.cy.edges()"
        ".map(e => [e.data('sign'), e.style('line-style'), e.style('line-dash-pattern')])"
    )
    assert sorted(styles) == [["", "solid", "6 3"], ["?", "dashed", "10 4 2 4"]]
    assert spelled.locator("#network .legend li", has_text="only hedged").count() == 1
    name = "mast cell makes IL4: unspecified, only hedged, 1 document"
    assert spelled.locator(f"#heat-map [aria-label='{name}']").inner_text().startswith("•?")


def test_what_is_not_drawn_is_told(opened: Any) -> None:
    counted(opened, "network", "60 of 64 facts drawn, ")
    said_there = opened.locator("#network-said").inner_text()
    assert said_there.endswith("left out: 1 fact of general words (such as cytokine)")
    opened.locator("summary").press("Enter")
    opened.check("[name=general]")
    whole = re.compile("60 of 65 facts drawn, [0-9]+ concepts$")
    opened.locator("#network-said", has_text=whole).wait_for()


def test_reviews_are_marked_and_filtered(browser: Any, tmp_path: Path) -> None:
    decided = {"a": ("accept", "bob;anna"), "b": ("fix", "<i>"), "c": ("odd", "anna")}
    run = write_reviewed(tmp_path / "run", decided, {"accept": 1})
    tab = browser.new_page()
    tab.goto(write_report(run, ReportOptions(figures=False))[0].as_uri())
    choice = tab.locator("#facts [name=review]")
    assert choice.locator("option").all_inner_texts() == [
        "any", "✓ accepted", "✎ corrected", "not looked at", "odd",
    ]  # fmt: skip
    choice.select_option("fix")
    counted(tab, "facts", "1 of 5 facts")
    tab.locator("#facts tbody .opener").press("Enter")
    heads = tab.locator("#facts .below .head").all_inner_texts()
    marks = ["not looked at", "accepted by bob, anna", "corrected by <i>"]
    assert all(mark in head for mark, head in zip(marks, heads, strict=True))
    tab.close()


def test_a_press_in_the_drawing_lists_facts(opened: Any) -> None:
    opened.fill("[name=focus]", "T cell (CELL)")
    counted(opened, "network", "3 of 3 facts about T cell")
    size = opened.locator("#drawing").bounding_box()
    middle = {"x": size["width"] / 2, "y": size["height"] / 2}
    seen = set()
    # The concept and its only neighbour stand one above the other, a line between them.
    for offset in range(-300, 300, 20):
        opened.locator("#drawing").click(position={**middle, "y": middle["y"] + offset})
        seen.add(opened.locator("#network-facts h3").inner_text())
    assert {"Facts about T cell", "Facts about IL10"} <= seen
    opened.focus("#drawing")
    for key in ("+", "ArrowLeft", "0"):
        opened.keyboard.press(key)


def test_both_sides_of_a_contradiction(opened: Any) -> None:
    first = opened.locator("#disputes > li").first
    assert first.locator(".side").nth(0).locator(".evidence").count() == 2
    against = first.locator(".side").nth(1)
    assert "Here mast cells did not make" in against.inner_text().replace("subject", "")


def test_concepts_and_documents(opened: Any) -> None:
    opened.fill("#concepts [name=q]", "mast top")
    counted(opened, "concepts", "1 of")
    opened.locator("#concepts tbody .opener").press("Enter")
    assert opened.locator("#concepts .below h3").inner_text() == "Facts about mast cell"
    opened.fill("#documents [name=q]", 'e"/1')
    counted(opened, "documents", "1 of 67 documents")
    opened.locator("#documents tbody .opener").press("Enter")
    assert opened.locator("#documents .below .fact").count() == 1


@pytest.mark.parametrize("width", [320, 768])
def test_narrow(opened: Any, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 700})
    opened.locator("#facts tbody .opener").first.press("Enter")
    assert opened.evaluate("document.documentElement.scrollWidth") == width


def test_dark_on_screen_and_light_on_paper(opened: Any) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    opened.emulate_media(color_scheme="dark")
    assert sum(map(int, re.findall(r"\d+", opened.evaluate(paper)))) < 150
    opened.emulate_media(media="print", color_scheme="dark")
    assert opened.evaluate(paper) == "rgb(255, 255, 255)"


def test_nothing_found_and_no_script(browser: Any, tmp_path: Path, address: str) -> None:
    empty = write_report(write_run(tmp_path / "run", []), ReportOptions(figures=False))[0]
    said_there: list[str] = []
    for path, script in ((empty.as_uri(), True), (address, False)):
        context = browser.new_context(java_script_enabled=script)
        tab = context.new_page()
        tab.on("console", lambda message: said_there.append(message.text))
        tab.on("pageerror", lambda error: said_there.append(str(error)))
        tab.goto(path)
        assert tab.locator("#found table").count() == 2
        assert tab.locator("form:visible").count() == (2 if script else 0)
        assert tab.locator("noscript p:visible").count() == (0 if script else 6)
        context.close()
    assert said_there == []
