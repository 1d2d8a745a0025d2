"""How fast the review page is over many rows: ``python benchmarks/review.py [RUN] [--rows N]``.

The rows are those of a run (``outputs`` without another one), repeated under new document ids
until there are enough. Measured are the start of the server and its memory, the answers that the
first page waits for, searches and decisions, with a file of decisions that is there already if
that is asked for; in Chromium, where playwright and a browser are installed, the time from the
address to the first row on the screen, and from a key to the answer.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

from pipeline.curate.decisions import append_decisions
from pipeline.curate.reviews import JUDGED
from pipeline.result import COLUMNS, read_result
from pipeline.review.server import TOKEN_HEADER
from pipeline.tables_in import read_table
from pipeline.tabulate import frame, write_all

LATENCIES = """() => {
  window.latencies = [];
  const plain = window.fetch;
  window.fetch = async (...asked) => {
    const start = performance.now();
    const answer = await plain(...asked);
    if (String(asked[0]).includes("/api/decide")) window.latencies.push(performance.now() - start);
    return answer;
  };
}"""
FIRST_ROW = """new MutationObserver(() => {
  if (!window.firstRow && document.querySelector("article")) window.firstRow = performance.now();
}).observe(document, { childList: true, subtree: true });"""


def many_rows(run: Path, n: int, folder: Path) -> None:
    """The tables of a run with ``n`` relations, made of those of another."""
    frames = read_result(run).frames
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in COLUMNS}
    known = {name: table.to_dict("records") for name, table in frames.named().items()}
    for copy in count():
        for name in ("documents", "mentions", "relations"):
            tables[name] += (_copied(row, f"~{copy}") for row in known[name])
        if len(tables["relations"]) >= n:
            break
    tables["relations"] = tables["relations"][:n]
    tables["network"], tables["concepts"] = known["network"], known["concepts"]
    folder.mkdir()
    write_all(
        {
            folder / f"{name}.csv": frame(rows, COLUMNS[name], safe=True)
            for name, rows in tables.items()
        }
    )


def _copied(row: dict[Any, Any], suffix: str) -> dict[str, Any]:
    ids = ("doc_id", "mention_id", "relation_id", "subject_mention_id", "object_mention_id")
    return {k: v + suffix if k in ids else v for k, v in row.items()}


def decided(run: Path, n: int, path: Path) -> None:
    """A file with decisions about the last ``n`` rows."""
    rows = read_table(run / "relations.csv", COLUMNS["relations"])[-n:] if n else []
    said = {"curator": "bench", "date": "2026-01-01T00:00:00+00:00", "decision": "accept"}
    append_decisions(path, [{name: row[name] for name in JUDGED} | said for row in rows])


class Page:
    """The server in a process of its own."""

    def __init__(self, run: Path, reviews: Path) -> None:
        started = time.perf_counter()
        command = [sys.executable, "-m", "pipeline", "review", str(run), "--port", "0"]
        command += ["--reviews", str(reviews), "--no-browser", "--curator", "bench"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        told = self.process.stderr.readline()
        found = re.search(r"(http://\S+/)#token=(\S+)", told)
        if not found:
            raise SystemExit(told + self.process.stderr.read())
        self.address, self.token = found[1], found[2]
        self.seconds = time.perf_counter() - started

    def ask(self, path: str, body: dict[str, Any] | None = None) -> tuple[float, Any]:
        """Milliseconds until the answer is there, and the answer."""
        headers = {TOKEN_HEADER: self.token, "content-type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.address + path, content, headers)
        start = time.perf_counter()
        with urllib.request.urlopen(asked) as answer:
            said = json.load(answer)
        return 1000 * (time.perf_counter() - start), said

    def memory(self) -> str:
        status = Path(f"/proc/{self.process.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        return next((line.split(":")[1].strip() for line in lines if "VmHWM" in line), "unknown")


def answers(page: Page, n: int) -> Iterator[tuple[str, list[float]]]:
    """Milliseconds of each kind of answer."""
    first = "api/rows?state=open&sort=uncertain&curator=bench"
    yield "api/start", [page.ask("api/start")[0] for _ in range(5)]
    yield "first 50 rows", [page.ask(first)[0] for _ in range(5)]
    for words in ("macrophage il-6", "zzz"):
        found = f"{first}&search={words.replace(' ', '%20')}"
        yield f"search {words!r}", [page.ask(found)[0] for _ in range(5)]
    rows = page.ask(first + "&limit=200")[1]["rows"]
    said = {"curator": "bench", "decision": "accept"}
    yield "decision", [page.ask("api/decide", {**said, "id": r["id"]})[0] for r in islice(rows, n)]
    yield "undo", [page.ask("api/undo", {"curator": "bench", "after": None})[0]]


def in_browser(page: Page, tell: Callable[[str, list[float]], None]) -> None:
    """The same as a person meets it, in Chromium without a window."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("no figures of a browser: playwright is not installed")
        return
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if browser is None:
        print("no figures of a browser: no Chromium on the path")
        return
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        first = []
        for _ in range(5):
            tab = chromium.new_page(viewport={"width": 1400, "height": 900})
            tab.add_init_script(FIRST_ROW)
            tab.goto(f"{page.address}#token={page.token}")
            tab.wait_for_selector("article")
            first.append(tab.evaluate("window.firstRow"))
        tell("browser: first row on the screen", first)
        tab.evaluate(LATENCIES)
        for _ in range(60):
            tab.keyboard.press("a")
            tab.wait_for_timeout(150)
        tell("browser: key to saved", tab.evaluate("window.latencies"))
        chromium.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", nargs="?", type=Path, default=Path("outputs"))
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--decided", type=int, default=0, help="decisions that are there already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        run, reviews = Path(name) / "run", Path(name) / "reviews"
        many_rows(options.run, options.rows, run)
        decided(run, options.decided, reviews / "bench.csv")
        page = Page(run, reviews)

        def tell(what: str, times: list[float]) -> None:
            print(f"{what}: median {statistics.median(times):.1f} ms, worst {max(times):.1f} ms")

        try:
            print(f"{options.rows} rows, {options.decided} decided: ready in {page.seconds:.1f} s")
            for what, times in answers(page, 200):
                tell(what, times)
            in_browser(page, tell)
            print(f"memory at most {page.memory()}")
        finally:
            page.process.terminate()


if __name__ == "__main__":
    main()
