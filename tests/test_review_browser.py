"""The review page in a browser: by keyboard alone, a server that dies, a full disk."""

from __future__ import annotations

import csv
import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.curate.fixes import FixError, fix_cells
from pipeline.curate.reviews import Review, read_reviews
from pipeline.records import Annotation, Document, Mention, Relation
from pipeline.result import COLUMNS
from pipeline.tabulate import Tables, frame, write_all
from pipeline.texts import FILE, FOLDER, text_line
from tests import browsers

LONG_ID = "long/'\"/" + "x" * 290
HOSTILE = {
    "evil": "<script>document.title='hacked'</script><img src=x onerror=alert(1)> mast cells make "
    "𝛼\u2028 IL-4 & “IL-4”.",
    "right-to-left": "\u202eתאי פיטום\u202c, that is mast cells, make IL-4 (אינטרלוקין).",
    LONG_ID: "Long: " + "and " * 1200 + "mast cells make IL-4" + "." * 300,
}
ROWS = 72
SERVE = """
import sys
from pathlib import Path
from pipeline.review.serve import serve
run, reviews, port = sys.argv[1:]
serve(Path(run), Path(reviews), port=int(port), ready=lambda address: print(address, flush=True))
"""


def texts() -> dict[str, str]:
    plain = {
        f"study-{n:02}": "".join(f"Arm {n}.{k}: mast cells make IL-4.\n\n" for k in range(10))
        for n in range(7)
    }
    return {**HOSTILE, **plain}


def relation(doc_id: str, text: str, first: int, last: int, score: float) -> Relation:
    def mention(words: str, label: str, concept: str, name: str) -> Mention:
        start = text.index(words, first)
        return Mention(doc_id, start, start + len(words), label, words, concept, "", name)

    trigger = text.index("make", first)
    return Relation(
        doc_id, first, last, mention("mast cells", "CELL", "CL:0000097", "mast cell"),
        mention("IL-4", "CYTOKINE", "HGNC:6014", "IL4"), "SECRETES", effect="unspecified",
        trigger="make", trigger_start=trigger, trigger_end=trigger + 4,
        rule="secretes-verb" if score < 0.9 else "secretes-noun", score=score,
        sentence=text[first:last],
    )  # fmt: skip


def write_run(folder: Path) -> Path:
    """A run of 73 rows, of which three mean harm, as ``pipeline run --texts`` writes it."""
    tables = Tables()
    lines = []
    for number, (doc_id, text) in enumerate(texts().items()):
        breaks = [0, *(match.end() for match in re.finditer(r"\n\n", text))]
        ends = [(a, b - 2) for a, b in pairwise(breaks)] or [(0, len(text))]
        found = [
            relation(doc_id, text, *span, round(0.5 + number / 100 + k / 25, 4))
            for k, span in enumerate(ends)
        ]
        mentions = sorted({m for one in found for m in (one.subject, one.object)})
        annotation = Annotation(Document(doc_id, text), tuple(mentions), tuple(found), ())
        tables.add(annotation)
        lines.append(text_line(annotation))
    parts = {
        "documents": tables.documents, "mentions": tables.mentions,
        "relations": tables.relations, "network": [], "concepts": [], "failures": [],
    }  # fmt: skip
    (folder / FOLDER).mkdir(parents=True)
    files = {folder / f"{n}.csv": frame(rows, COLUMNS[n], safe=True) for n, rows in parts.items()}
    write_all({**files, folder / FILE: "".join(lines), folder / "run.json": "{}\n"})
    return folder


@dataclass
class Server:
    """The page's server in a process of its own, always on the same port."""

    run: Path
    reviews: Path
    port: int = 0
    address: str = ""
    process: subprocess.Popen[str] = field(init=False)

    def start(self) -> str:
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        command = [sys.executable, "-c", SERVE, str(self.run), str(self.reviews), str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        assert self.address.startswith(f"http://127.0.0.1:{self.port}/#token=")
        return self.address

    def kill(self) -> None:
        self.process.kill()  # SIGKILL: nothing is tidied up
        self.process.wait()

    def decisions(self, curator: str = "Anna") -> dict[str, Review]:
        """The decisions that hold, by row."""
        found = read_reviews(sorted(self.reviews.glob("*.csv")))
        return {one.cells["relation_id"]: one for one in found if one.cells["curator"] == curator}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("review") / "run <b>")


@pytest.fixture
def server(folder: Path, tmp_path: Path) -> Iterator[Server]:
    one = Server(folder, tmp_path / "reviews")
    one.start()
    yield one
    one.kill()


@pytest.fixture(scope="module")
def shared(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(folder, tmp_path_factory.mktemp("reviews"))
    one.start()
    yield one
    one.kill()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browsers.chromium("the review page") as opened:
        yield opened


@pytest.fixture
def context(chromium: Any) -> Iterator[Any]:
    """A browser's profile. At the end nothing but the page's own server was asked, nothing went
    wrong in a script, and no text of a document did anything."""
    said: list[str] = []
    asked: list[str] = []
    context = chromium.new_context(viewport={"width": 1300, "height": 900})
    context.set_default_timeout(15_000)

    def note(message: Any) -> None:
        # What a server that is down, refuses or lacks room makes the browser itself write.
        if "Failed to load resource" not in message.text:
            said.append(message.text)

    context.on("console", note)
    context.on("weberror", lambda error: said.append(str(error.error)))
    context.on("request", lambda request: asked.append(request.url))
    yield context
    assert said == []
    strange = [url for url in asked if not re.match(r"http://127\.0\.0\.1:\d+/|data:,$", url)]
    assert strange == []
    assert not any("token" in url.partition("#")[0] for url in asked)
    context.close()


@dataclass
class Tab:
    """The page as somebody at a keyboard has it."""

    page: Any

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def until(self, condition: str, argument: object = None) -> None:
        self.page.wait_for_function(condition, arg=argument)

    @property
    def current(self) -> str:
        return str(self.page.evaluate("document.querySelector('article.current').dataset.id"))

    def said(self, words: str) -> None:
        self.until("w => document.getElementById('said').textContent.includes(w)", words)

    def trouble(self, words: str) -> None:
        self.until("w => document.getElementById('trouble').textContent.includes(w)", words)

    def saved(self) -> None:
        self.until("() => document.getElementById('saved').textContent === 'saved'")

    def shown(self, words: str) -> None:
        self.until("w => document.getElementById('shown').textContent === w", words)

    def moved_from(self, row: str) -> None:
        self.until("id => document.querySelector('article.current').dataset.id !== id", row)

    def badge(self, row: str) -> str:
        return str(self.page.locator(f'article[data-id="{row}"] .head .badge').inner_text())

    def decide(self, key: str) -> str:
        """Decide the current row with a key; gives the row, when the next one is current."""
        row = self.current
        self.press(key)
        self.moved_from(row)
        return row


@pytest.fixture
def open_tab(context: Any) -> Callable[..., Tab]:
    def opened(address: str, name: str = "Anna") -> Tab:
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(address)
        tab = Tab(page)
        if name:
            page.wait_for_selector("dialog[open]")
            page.keyboard.type(name)
            tab.press("Enter")
        page.wait_for_selector("article.current")
        return tab

    return opened


# --- a day's work -----------------------------------------------------------------------


def test_twenty_rows_by_keyboard_and_a_server_that_dies(
    server: Server, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(server.address)
    expected = {tab.decide(key): key for key in "aaruarauaaraa"}
    expected |= dict([fix_by_keyboard(tab), note_by_keyboard(tab)])
    tab.saved()

    taken_back = tab.decide("r")
    tab.said("rejected, 16 of 73; saved")
    tab.press("z")
    tab.said("taken back, open again, 15 of 73")
    assert tab.current == taken_back
    expected[tab.decide("u")] = "u"
    tab.said("unsure, 16 of 73; saved")

    server.kill()
    expected[tab.decide("a")] = "a"
    tab.trouble("1 not saved yet: the server does not answer")
    expected[tab.decide("r")] = "r"
    tab.trouble("2 not saved yet")
    assert tab.page.evaluate("document.getElementById('trouble').role") == "alert"
    mistaken = tab.decide("r")
    tab.trouble("3 not saved yet")
    tab.press("z")
    tab.said("taken back before it was saved")
    assert tab.current == mistaken
    expected[tab.decide("a")] = "a"
    assert len(server.decisions()) == 16

    server.start()
    tab.page.get_by_role("button", name="not saved").click()
    tab.page.get_by_role("button", name="Try now").click()
    tab.trouble("Open the address that its terminal shows")
    later = open_tab(server.address, name="")
    later.saved()
    tab.saved()  # the tab of the old address hears of it
    names = {"a": "accept", "r": "reject", "u": "unsure", "f": "fix"}
    found = server.decisions()
    assert {row: one.decision for row, one in found.items()} == {
        row: names[key] for row, key in expected.items()
    }
    assert len(found) == 19

    later.page.select_option("[name=state]", "decided")
    later.shown("rows 1 to 19 of 19")
    said = {"a": "accepted", "r": "rejected", "u": "unsure", "f": "fixed"}
    assert {row: later.badge(row)[2:] for row in expected} == {
        row: said[key] for row, key in expected.items()
    }
    assert later.page.title() == "19 of 73 – review of run <b>"


def fix_by_keyboard(tab: Tab) -> tuple[str, str]:
    """Another predicate, effect, label and place, wrong at first."""
    row = tab.current
    tab.press("f")
    tab.until("() => document.activeElement.name === 'predicate'")
    tab.page.keyboard.type("EXP")
    tab.press("Tab")
    tab.until("() => document.activeElement.name === 'effect'")
    tab.press("ArrowUp")  # unspecified, the last, to negative
    focus(tab, "object")
    tab.press("Shift+ArrowUp")  # one word more at the start
    preview = tab.page.locator("dialog .preview mark.object")
    assert "make IL-4" in preview.evaluate_all(MARKED)
    tab.press("Enter")
    tab.page.locator("#wrong-predicate").get_by_text("it should be RECEPTOR").wait_for()
    assert tab.page.evaluate("document.activeElement.name") == "predicate"
    focus(tab, "object_label")
    tab.page.keyboard.type("REC")
    focus(tab, "note")
    tab.page.keyboard.type("the receptor is meant")
    tab.press("Control+Enter")
    tab.moved_from(row)
    article = tab.page.locator(f'article[data-id="{row}"]')
    assert "predicate EXPRESSES; effect negative; object “make IL-4”" in article.inner_text()
    return row, "f"


MARKED = "marks => marks.map(m => m.lastChild.textContent).join('')"


def focus(tab: Tab, name: str) -> None:
    """With the Tab key alone."""
    for _ in range(30):
        tab.press("Tab")
        if tab.page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"the Tab key does not lead to {name}")


def note_by_keyboard(tab: Tab) -> tuple[str, str]:
    """A note before the decision, which it outlives."""
    row = tab.current
    tab.press("n")
    tab.page.keyboard.type("what the text, a 'review', says: =1+1")
    tab.press("Enter")
    tab.said("the row counts as unsure until you decide it")
    assert tab.current == row
    assert tab.decide("a") == row
    return row, "a"


# --- a full disk --------------------------------------------------------------------------


def test_a_full_disk_is_told_and_outlived(shared: Server, open_tab: Callable[..., Tab]) -> None:
    resource = pytest.importorskip("resource")
    if not hasattr(resource, "prlimit"):
        pytest.skip("no prlimit: the disk of the server cannot be made small")
    tab = open_tab(shared.address, "Gus")
    first = tab.decide("a")
    tab.said("accepted, 1 of 73; saved")
    file = shared.reviews / "gus.csv"
    size = file.stat().st_size
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.prlimit(shared.process.pid, resource.RLIMIT_FSIZE, (size + 10, most))
    second = tab.decide("r")
    tab.trouble("1 not saved: ")
    tab.trouble("File too large")
    assert "not saved yet" in tab.page.locator(f'article[data-id="{second}"]').inner_text()
    assert file.stat().st_size == size
    resource.prlimit(shared.process.pid, resource.RLIMIT_FSIZE, (most, most))
    tab.saved()
    assert tab.page.locator("#trouble").is_hidden()
    assert {row: one.decision for row, one in shared.decisions("Gus").items()} == {
        first: "accept",
        second: "reject",
    }
    for left in (1, 0):  # the others' tests begin with open rows
        tab.press("z")
        tab.said(f"taken back, open again, {left} of 73; saved")


# --- keys and answers that get lost ---------------------------------------------------------


def test_keys_that_are_meant_for_something_else(
    shared: Server, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(shared.address.replace("/#", "/?document=study-05#"), "Eva")
    first = tab.current
    for key in ("Alt+a", "Shift+A", "Meta+a", "Control+u"):
        tab.press(key)
    strange = ({"key": "ą", "modifierAltGraph": True}, {"key": "Process"}, {"key": "Dead"})
    for given in strange:
        tab.page.evaluate(
            "given => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', "
            "{code: 'KeyA', bubbles: true, ...given}))",
            given,
        )
    for _ in range(30):
        tab.page.keyboard.down("r")  # held down: one decision
    tab.page.keyboard.up("r")
    tab.said("rejected, 1 of 73; saved")
    assert {row: one.decision for row, one in shared.decisions("Eva").items()} == {first: "reject"}
    for _ in range(8):
        tab.decide("a")
    last = tab.current
    tab.press("a")
    tab.said("accepted, 10 of 73; saved; no open row is below")
    tab.press("r")  # typed for a row that is not there
    tab.said("this row is decided")
    assert shared.decisions("Eva")[last].decision == "accept"
    tab.press("k", "j", "r")
    tab.said("rejected, 10 of 73; saved")
    assert shared.decisions("Eva")[last].decision == "reject"


def test_answers_that_are_lost(shared: Server, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(shared.address.replace("/#", "/?document=study-06#"), "Fay")

    def lost(route: Any) -> None:
        route.fetch()  # the server hears it
        route.abort()

    def undone() -> int:
        file = shared.reviews / "fay.csv"
        return file.read_text("utf-8").count(",undo,")

    kept, row = tab.decide("a"), tab.current
    tab.saved()
    tab.page.route("**/api/decide", lost)
    tab.press("r")
    tab.trouble("1 not saved yet: the server does not answer")
    assert shared.decisions("Fay")[row].decision == "reject"
    tab.press("z")
    tab.said("taken back before it was saved")
    tab.page.unroute("**/api/decide")
    tab.saved()
    tab.said("taken back, 1 of 73; saved")
    assert set(shared.decisions("Fay")) == {kept}
    tab.decide("u")
    tab.saved()
    tab.page.route("**/api/undo", lost)
    before = undone()
    tab.press("z")
    tab.said("the server does not answer")
    tab.page.unroute("**/api/undo")
    tab.press("z")
    tab.said("taken back, open again, 1 of 73")
    assert undone() == before + 1
    tab.page.get_by_role("button", name="Fay").click()
    tab.page.keyboard.type("fay")
    tab.press("Enter")
    tab.page.get_by_text("“Fay” has reviewed here.").wait_for()
    tab.press("Enter")
    tab.until("() => document.getElementById('count').textContent === '0 of 73'")


# --- looking around -----------------------------------------------------------------------


def test_pages_filters_orders(shared: Server, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(shared.address)
    tab.shown("rows 1 to 50 of 73")
    assert tab.page.locator("article").count() == 50
    tab.press("PageDown")
    tab.shown("rows 51 to 73 of 73")
    assert tab.page.locator("article").count() == 23
    last = tab.current
    tab.press("k")
    tab.shown("rows 1 to 50 of 73")
    tab.press("j")
    tab.moved_from(last) if tab.current != last else None
    tab.press("/")
    tab.page.keyboard.type("אינטרלוקין mast")
    tab.shown("rows 1 to 1 of 1")
    tab.press("Enter")
    tab.until("() => document.activeElement.matches('article.current')")
    tab.page.reload()
    tab.shown("rows 1 to 1 of 1")
    assert "token" not in tab.page.url
    tab.page.go_back()
    tab.shown("rows 1 to 50 of 73")
    tab.page.select_option("[name=sort]", "certain")
    tab.until("() => document.querySelector('article.current .score').textContent === 'score 0.95'")
    tab.page.select_option("[name=rule]", "secretes-noun")
    tab.until("() => /^rows 1 to \\d of \\d$/.test(document.getElementById('shown').textContent)")
    tab.page.get_by_role("button", name="Clear", exact=True).click()
    tab.shown("rows 1 to 50 of 73")
    field = tab.page.locator("[name=document]")
    field.press_sequentially("study-03")
    tab.until("() => document.querySelector('#documents option')?.value === 'study-03'")
    field.press("Enter")
    tab.shown("rows 1 to 10 of 10")
    tab.page.fill("[name=min_score]", "0.7")
    tab.press("Enter")
    tab.until("() => document.querySelectorAll('article').length < 10")


def test_paragraph_and_the_same_fact_elsewhere(
    shared: Server, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(shared.address.replace("/#", "/?document=study-01&sort=document#"))
    tab.press("j", "p")
    part = tab.page.locator("article.current .paragraph")
    assert part.locator(".around").first.inner_text().startswith("Arm 1.1: ")
    tab.press("e")
    elsewhere = tab.page.locator("article.current .elsewhere")
    elsewhere.get_by_text("stated 72 times elsewhere").wait_for()
    assert elsewhere.locator("li").count() == 20
    elsewhere.get_by_role("button", name="go to this row").first.click()
    tab.page.get_by_text("brought here, not of this list").wait_for()
    tab.press("j", "Escape")
    assert tab.page.locator(".paragraph, .elsewhere").count() == 0


def test_a_fix_is_opened_and_sent_again_as_it_was(
    shared: Server, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(shared.address.replace("/#", "/?document=study-02#"), "Dora")
    row, _ = fix_by_keyboard(tab)
    tab.said("fixed, 1 of 73; saved")
    before = shared.decisions("Dora")[row].cells
    assert (before["new_predicate"], before["new_effect"]) == ("EXPRESSES", "negative")
    assert before["new_object_label"] == "RECEPTOR"
    assert int(before["new_object_start"]) == int(before["object_start"]) - len("make ")
    tab.press("k", "n")
    tab.page.keyboard.press("Control+a")
    tab.page.keyboard.type("again")
    tab.press("Enter")
    tab.said("note saved")
    after = dict(shared.decisions("Dora")[row].cells)
    assert after.pop("note") == "again"
    assert after.pop("date")
    assert after.items() <= dict(before).items()
    tab.press("f")
    assert tab.page.input_value("[name=object]") == "make IL-4"
    assert tab.page.input_value("[name=object_label]") == "RECEPTOR"


def test_what_is_wrong_in_a_fix_is_said_once_and_until_it_is_changed(
    shared: Server, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(shared.address.replace("/#", "/?document=study-03#"), "Hal")
    row = tab.current
    tab.press("f")
    shown = tab.page.locator("dialog .wrong:not(:empty)")
    words = tab.page.locator("dialog [name=object]")
    for send in ("Enter", "Control+Enter"):
        words.fill("IL-99")
        assert shown.all_inner_texts() == ["These words do not stand in the sentence."]
        tab.press(send)
        wrong = tab.page.locator("#wrong-object")
        wrong.get_by_text("'IL-99' does not stand in the sentence").wait_for()
        assert shown.count() == 1
        assert words.get_attribute("aria-invalid") == "true"
        words.fill("make IL-4")
        assert shown.count() == 0
        assert words.get_attribute("aria-invalid") is None
    tab.page.locator("dialog [name=object_label]").select_option("CELL")
    tab.press("Control+Enter")
    tab.page.locator("#wrong-object_label:not(:empty)").wait_for()
    assert shown.count() == 1
    tab.page.locator("dialog [name=object_label]").select_option("CYTOKINE")
    assert shown.count() == 0
    words.fill("IL-4")
    focus(tab, "note")
    tab.press("Enter")
    tab.page.get_by_text("nothing changes; accept the row instead").wait_for()
    assert shown.count() == 1
    assert tab.page.locator("#said").inner_text() == ""
    tab.press("Escape")
    assert tab.current == row
    assert shared.decisions("Hal") == {}


def test_enter_saves_where_the_fix_begins(shared: Server, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(shared.address.replace("/#", "/?document=study-03#"), "Ida")
    row = tab.current
    tab.press("f")
    assert "Enter or Ctrl+Enter saves" in tab.page.locator("dialog .endings").inner_text()
    tab.page.keyboard.type("EXP")
    tab.press("Alt+ArrowDown")
    tab.until("() => document.activeElement.matches(':open')")
    tab.press("Enter")  # chooses from the list
    tab.until("() => !document.activeElement.matches(':open')")
    assert tab.page.locator("dialog").count() == 1
    tab.press("Enter")
    tab.page.locator("#wrong-predicate").get_by_text("it should be RECEPTOR").wait_for()
    tab.page.locator("dialog [name=hedged]").check()
    tab.page.locator("dialog [name=predicate]").select_option("SECRETES")
    tab.page.locator("dialog [name=predicate]").focus()
    tab.press("Enter")
    tab.moved_from(row)
    tab.said("fixed, 1 of 73; saved")
    assert shared.decisions("Ida")[row].cells["new_hedged"] == "true"


def test_what_names_of_concepts_became(shared: Server, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(shared.address.replace("/#", "/?document=study-04#"), "Jan")
    named: list[dict[str, Any]] = []

    def rename(name: str) -> None:
        row = tab.current
        tab.press("f")
        focus(tab, "object_name")
        tab.page.keyboard.type(name)
        tab.press("Enter")
        tab.moved_from(row)

    def told(words: str) -> None:
        tab.until("words => document.getElementById('said').textContent === words", words)

    rename("interleukin 13")
    told("fixed, 1 of 73; saved; interleukin 13 → IL13")
    rename("blorf")
    told("fixed, 2 of 73; saved; nothing knows the concept “blorf”; kept as written")

    def answer(route: Any) -> None:
        response = route.fetch()
        route.fulfill(response=response, json={**response.json(), "named": named})

    tab.page.route("**/api/decide", answer)
    found = {"role": "object", "given": "interleukin 13", "name": "IL13", "known": True}
    strange = {"role": "subject", "given": "<b>blorf", "name": "<b>blorf", "known": False}
    kept = {"role": "object", "given": "IL13", "name": "IL13", "known": True}
    cases = [
        (
            [strange, found],
            "fixed, 3 of 73; saved; nothing knows the concept “<b>blorf”; kept as written; "
            "interleukin 13 → IL13",
        ),
        ([kept], "fixed, 4 of 73; saved"),
        ([], "fixed, 5 of 73; saved"),
    ]
    for names, words in cases:
        named[:] = names
        rename("a name")
        told(words)


def test_tables_that_were_written_anew(tmp_path: Path, open_tab: Callable[..., Tab]) -> None:
    one = Server(write_run(tmp_path / "run"), tmp_path / "reviews")
    one.start()
    try:
        tab = open_tab(one.address)
        tab.decide("a")
        tab.saved()
        anew = tab.page.locator("#anew")
        assert anew.is_hidden()
        table = one.run / "relations.csv"
        kept = table.with_name("kept.csv")
        shutil.move(table, kept)
        tab.page.evaluate("window.dispatchEvent(new Event('focus'))")  # back from another window
        anew.get_by_text("start pipeline review again").wait_for()
        shutil.move(kept, table)
        tab.decide("a")
        tab.until("() => document.getElementById('anew').hidden")
        shutil.rmtree(one.run)
        write_run(one.run)
        tab.decide("a")
        anew.get_by_text("start pipeline review again").wait_for()
        assert anew.get_attribute("role") == "alert"
        tab.saved()
        assert len(one.decisions()) == 3
        tab.page.reload()
        anew.get_by_text("start pipeline review again").wait_for()
    finally:
        one.kill()


def test_the_last_row_and_lists_without_rows(tmp_path: Path, open_tab: Callable[..., Tab]) -> None:
    folder = write_run(tmp_path / "run")
    table = folder / "relations.csv"
    lines = table.read_text("utf-8").splitlines(keepends=True)
    table.write_text("".join([lines[0], *lines[-2:]]), "utf-8")
    one = Server(folder, tmp_path / "reviews")
    one.start()
    try:
        tab = open_tab(one.address)
        tab.decide("a")
        tab.press("r")
        tab.said("rejected, 2 of 2; saved; all rows are decided")
        empty = tab.page.locator("#empty")
        for query, told in (
            ("", "All rows are decided. Another state shows them."),
            ("?document=study-06", "No open row fits these filters."),
            ("?state=fix", "No row is in this state."),
            ("?state=all&search=nowhere", "No row fits these filters."),
        ):
            tab.page.goto(f"http://127.0.0.1:{one.port}/{query}")
            empty.get_by_text(told).wait_for()
        why = "async () => (await import('/notices.js')).whyEmpty({ state: 'open' }, {})"
        assert tab.page.evaluate(why) == "This run has no rows to review."
    finally:
        one.kill()


def test_texts_stay_texts(shared: Server, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(shared.address)
    evil = shared.address.replace("/#", "/?document=evil#")
    tab.page.goto(evil)
    tab.shown("rows 1 to 1 of 1")
    words = "p => [...p.querySelectorAll('.role')].forEach(r => r.remove()) ?? p.textContent"
    shown = tab.page.locator("article .sentence").evaluate(words)
    assert shown == HOSTILE["evil"].replace("\u2028", " ")
    tab.press("p", "f")
    mark = tab.page.locator("dialog .preview mark.object")
    assert mark.evaluate_all(MARKED) == "IL-4"
    tab.page.locator("dialog fieldset.object .next").click()  # to the one in quotes
    assert tab.page.input_value("[name=object]") == "IL-4 [2]"
    before = "mark => mark.previousSibling.textContent.slice(-1)"
    assert mark.evaluate(before) == "“"
    assert tab.page.locator("article img, article script, dialog script").count() == 0
    assert "review of" in tab.page.title()
    policy = tab.page.evaluate("fetch('/').then(a => a.headers.get('content-security-policy'))")
    assert policy.startswith("default-src 'none'")


WORDS = [
    "IL-4", "IL-4 [2]", "il\u20134", "IL-4 [3]", "IL-", "IL", "4", "cells make\n𝛼", "make  𝛼",
    "\u200b𝛼  IL-4 ", "\x85𝛼  IL-4 \x1c",
    ")", "(1)", "“IL-4”", "'IL-4'", "a.b", "β", "IL-4 & “IL-4”",
]  # fmt: skip


def test_the_preview_reads_words_as_the_server_does(
    shared: Server, open_tab: Callable[..., Tab]
) -> None:
    sentence = HOSTILE["evil"]
    start = sentence.index("IL-4")
    row = rows_of_sentence(sentence)
    expected: list[str | None] = []
    for words in WORDS:
        try:
            cells = fix_cells(row, {"object": words, "effect": "positive"})
        except FixError:
            expected.append(None)
            continue
        place = [int(cells[f"new_object_{at}"] or row[f"object_{at}"]) for at in ("start", "end")]
        expected.append(sentence[slice(*place)] + f" at {place[0]}")
    tab = open_tab(shared.address)
    found = tab.page.evaluate(
        """async ([sentence, words, start]) => {
          const { find, place } = await import("/places.js");
          const old = place(sentence, start, start + 4);
          const said = ({ start, end }) =>
            `${sentence.slice(start, end)} at ${[...sentence.slice(0, start)].length}`;
          const spots = words.map((one) => find(sentence, one, old).chosen);
          return spots.map((spot) => spot && said(spot));
        }""",
        [sentence, WORDS, start],
    )
    assert dict(zip(WORDS, found, strict=True)) == dict(zip(WORDS, expected, strict=True))
    assert None in found
    assert any("IL-4 at" in one for one in found if one)


def rows_of_sentence(sentence: str) -> dict[str, str]:
    """The cells of a relation in a sentence that is the whole document."""
    tables = Tables()
    one = relation("evil", sentence, 0, len(sentence), 0.5)
    tables.add(Annotation(Document("evil", sentence), (), (one,), ()))
    cells = frame(tables.relations, COLUMNS["relations"], safe=False).iloc[0]
    return {str(name): str(value) for name, value in cells.items()}


def test_what_is_refused_is_set_aside(shared: Server, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(shared.address.replace("/#", "/?state=all#"))
    place = json.dumps([path.resolve().as_posix() for path in (shared.run, shared.reviews)])
    entry = (
        '{"id": "Rgone", "curator": "Anna", "decision": "accept", "title": "a row that is gone"}'
    )
    key = f"cytokine-reader review waiting {place} 1 x"
    tab.page.evaluate("([key, entry]) => localStorage.setItem(key, entry)", [key, entry])
    row = tab.decide("a")
    tab.trouble("1 decision refused")
    tab.said("accepted, 1 of 73; saved")
    assert shared.decisions()[row].decision == "accept"
    tab.page.get_by_role("button", name="1 not saved").click()
    tab.page.get_by_text("this run has no row 'Rgone'").wait_for()
    tab.page.get_by_role("button", name="drop this decision").click()
    tab.page.get_by_text("Every decision is saved.").wait_for()
    tab.saved()
    tab.press("Escape", "z")
    tab.said("taken back, open again, 0 of 73; saved")


# --- narrow, dark, two people ---------------------------------------------------------------

CONTRAST = """
() => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return parts[0] * 0.2126 + parts[1] * 0.7152 + parts[2] * 0.0722;
  };
  const ground = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    const clear = colour === "transparent" || /, 0\\)$/.test(colour);
    return clear && element.parentElement ? ground(element.parentElement) : colour;
  };
  const weak = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const idle = element.disabled || element.closest("option") || !element.checkVisibility();
    if (!own || idle) continue;
    const [one, two] = [getComputedStyle(element).color, ground(element)].map(light);
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) weak.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return weak;
}
"""


def test_narrow_and_dark(shared: Server, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(shared.address.replace("/#", "/?state=all#"))
    page = tab.page
    for key in "aru":
        tab.decide(key)
    tab.said("unsure, 3 of 73; saved")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(200)  # until colours have changed
        assert page.evaluate(CONTRAST) == []
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", paper)[:3])) < 150) == (scheme == "dark")
    page.set_viewport_size({"width": 320, "height": 700})
    for key in ("f", "n", "?"):
        tab.press(key)
        page.wait_for_selector("dialog[open]")
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.evaluate("document.querySelector('dialog').scrollWidth") <= 320
        tab.press("Escape")
    page.goto(shared.address.replace("/#", f"/?state=all&search={'x' * 200}#"))
    tab.shown("rows 1 to 1 of 1")
    tab.press("p", "g")
    page.wait_for_selector("article.current .paragraph")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    small = page.evaluate(
        "[...document.querySelectorAll('#keys button')].filter(b => b.offsetHeight < 40).length"
    )
    assert small == 0
    for left in (2, 1, 0):
        tab.press("z")
        tab.said(f"taken back, open again, {left} of 73; saved")


def test_two_people_do_not_lead_each_other(shared: Server, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(shared.address.replace("/#", "/?sort=document#"), "Cara")
    row = tab.current
    tab.press("n")
    tab.page.keyboard.type("Cara's <b>reason</b>")
    tab.press("Enter")
    tab.said("unsure until")
    tab.decide("a")
    tab.saved()
    tab.page.get_by_role("button", name="Cara").click()
    tab.page.keyboard.type("bén 2")
    tab.press("Enter")
    tab.until("() => document.getElementById('count').textContent === '0 of 73'")
    assert tab.current == row
    article = tab.page.locator(f'article[data-id="{row}"]')
    assert "Cara" not in article.inner_text()
    tab.decide("r")
    article.get_by_text("Cara's <b>reason</b>").wait_for()
    assert article.locator(".other .badge").inner_text() == "✓ accepted"
    figures = tab.page.locator("#figures")
    figures.get_by_text("Cara and bén 2: 0 of 1 alike").wait_for()
    assert figures.locator("tbody th").first.inner_text() == "SECRETES"
    tab.page.select_option("[name=state]", "disagree")
    tab.shown("rows 1 to 1 of 1")
    with (shared.reviews / "bén-2.csv").open(encoding="utf-8", newline="") as file:
        assert [line["curator"] for line in csv.DictReader(file)] == ["bén 2"]
