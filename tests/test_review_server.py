"""The server of the review page: who gets an answer, and which."""

from __future__ import annotations

import errno
import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from pipeline.curate.decisions import DecisionError
from pipeline.curate.reviews import read_reviews
from pipeline.review import desk as desk_module
from pipeline.review.asked import LARGEST_BODY
from pipeline.review.serve import LOOPBACK, PORT, ServeError, listen, open_desk
from pipeline.review.server import SCRIPTS, SUGGESTED, TOKEN_HEADER, ReviewApp
from tests.reviewed import write_run

testclient = pytest.importorskip("starlette.testclient", reason="needs httpx")
HOST = "127.0.0.1:8765"
TOKEN = {TOKEN_HEADER: "secret"}


@pytest.fixture
def client(tmp_path: Path) -> Any:
    desk, library = open_desk(write_run(tmp_path / "run"), tmp_path / "reviews")
    about = {"run": "run", "reviews": "reviews", "curator": ""}
    page = ReviewApp(desk, library, "secret", {HOST, "localhost:8765"}, about)
    return testclient.TestClient(page.application(), base_url=f"http://{HOST}")


def rows(client: Any, **asked: str) -> dict[str, Any]:
    answer = client.get("/api/rows", params=asked, headers=TOKEN)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def decide(client: Any, relation_id: str, **said: Any) -> Any:
    body = {"id": relation_id, "curator": "anna", "decision": "accept", **said}
    return client.post("/api/decide", json=body, headers=TOKEN)


class TestWhoMayAsk:
    @pytest.mark.parametrize("path", ["/", "/page.css", "/page.js", "/fix.js"])
    def test_the_page_has_no_data_and_a_strict_policy(self, client: Any, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 200
        assert "IL-4" not in answer.text
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"

    @pytest.mark.parametrize("token", [None, "", "wrong", "secre", "sécret"])
    def test_a_wrong_token(self, client: Any, token: str | None, tmp_path: Path) -> None:
        headers = {} if token is None else {TOKEN_HEADER: token.encode()}
        for path in ("start", "rows", "figures", "stale", "row?id=x", "paragraph?id=x"):
            assert client.get(f"/api/{path}", headers=headers).status_code == 401
        first = rows(client)["rows"][0]["id"]
        body = {"id": first, "curator": "anna", "decision": "accept"}
        assert client.post("/api/decide", json=body, headers=headers).status_code == 401
        assert client.post("/api/undo", json=body, headers=headers).status_code == 401
        assert not (tmp_path / "reviews").exists()

    @pytest.mark.parametrize("host", ["evil.example:8765", "127.0.0.1:9999", "", "127.0.0.1"])
    def test_a_name_that_is_not_ours(self, client: Any, host: str) -> None:
        for path in ("/", "/page.js", "/api/rows"):
            assert client.get(path, headers={**TOKEN, "host": host}).status_code == 403

    @pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9", ""])
    def test_another_page(self, client: Any, origin: str, tmp_path: Path) -> None:
        first = rows(client)["rows"][0]["id"]
        body = {"id": first, "curator": "anna", "decision": "accept"}
        headers = {**TOKEN, "origin": origin}
        assert client.post("/api/decide", json=body, headers=headers).status_code == 403
        assert not (tmp_path / "reviews").exists()
        own = {**TOKEN, "origin": "http://localhost:8765"}
        assert client.post("/api/decide", json=body, headers=own).status_code == 200

    def test_no_page_lets_another_read(self, client: Any) -> None:
        answer = client.options(
            "/api/rows",
            headers={"origin": "http://evil.example", "access-control-request-method": "GET"},
        )
        assert answer.status_code == 405
        assert "access-control-allow-origin" not in answer.headers

    def test_all_scripts_are_asked_for_at_once(self, client: Any) -> None:
        """Found one after the other they would cost a round trip each."""
        page = client.get("/").text
        named = re.findall(r'(?:modulepreload" href|module" src)="/(\w+)\.js"', page)
        assert sorted(named) == sorted(set(SCRIPTS))
        for name in SCRIPTS:
            imported = re.findall(r'from "\./(\w+)\.js"', client.get(f"/{name}.js").text)
            assert set(imported) <= set(SCRIPTS)


class TestAnswers:
    def test_start(self, client: Any) -> None:
        found = client.get("/api/start", headers=TOKEN).json()
        assert found["predicates"] == {"SECRETES": 4, "ACTS_ON": 3}
        assert found["signatures"]["SECRETES"] == [["CELL"], ["CYTOKINE"]]
        assert found["curators"] == []
        figures = client.get("/api/figures", headers=TOKEN).json()
        assert (figures["problems"], figures["n_problems"]) == ([], 0)

    def test_texts_are_data(self, client: Any) -> None:
        found = rows(client, document="evil", sort="document")["rows"]
        segments = found[0]["segments"]
        assert "".join(text for text, _, _ in segments) == 'Mast cells make 𝛼 IL-4 & "IL-5".'
        assert [text for text, roles, _ in segments if "object" in roles] == ["IL-4"]
        assert [text for text, roles, _ in segments if "trigger" in roles] == ["make"]
        paragraph = client.get(f"/api/paragraph?id={found[0]['id']}", headers=TOKEN)
        assert paragraph.headers["content-type"] == "application/json"
        assert "<script>" in paragraph.json()["segments"][0][0]

    def test_pages_of_rows(self, client: Any) -> None:
        first = rows(client, limit="2", sort="document")
        second = rows(client, limit="2", offset="2", sort="document")
        assert (first["total"], len(first["rows"])) == (7, 2)
        assert {r["id"] for r in first["rows"]}.isdisjoint(r["id"] for r in second["rows"])

    @pytest.mark.parametrize(
        "asked",
        [
            {"search": "a " * 60},
            {"search": "x" * 2000},
            {"sort": "x"},
            {"state": "x"},
            {"limit": "-1"},
            {"offset": "9e9"},
            {"min_score": "much"},
        ],
    )
    def test_what_cannot_be_asked(self, client: Any, asked: dict[str, str]) -> None:
        answer = client.get("/api/rows", params=asked, headers=TOKEN)
        assert answer.status_code == 422
        assert answer.json()["error"]

    def test_a_row_that_is_not_there(self, client: Any) -> None:
        for path in ("row", "paragraph", "elsewhere"):
            answer = client.get(f"/api/{path}?id=R0", headers=TOKEN)
            assert (answer.status_code, "no row 'R0'" in answer.json()["error"]) == (404, True)

    def test_suggest_elsewhere_stale(self, client: Any) -> None:
        asked = {"kind": "concept", "typed": "mast"}
        found = client.get("/api/suggest", params=asked, headers=TOKEN).json()
        assert found == {"names": ["mast cell"]}
        first = rows(client, concept="IL4", predicate="SECRETES")["rows"][0]["id"]
        found = client.get(f"/api/elsewhere?id={first}", headers=TOKEN).json()
        assert (found["total"], len(found["rows"])) == (1, 1)
        assert client.get("/api/stale", headers=TOKEN).json() == {"total": 0, "items": []}

    def test_names_of_the_term_tables_come_after_those_of_the_run(self, client: Any) -> None:
        def names(**asked: str) -> list[str]:
            asked = {"kind": "concept", **asked}
            found: list[str] = client.get("/api/suggest", params=asked, headers=TOKEN).json()[
                "names"
            ]
            return found

        found = names(typed="il", label="CYTOKINE")
        assert found[:3] == ["IL4", "IL6", "IL5"]
        assert len(found) == len(set(found)) == SUGGESTED
        assert names(typed="interleukin 13", label="CYTOKINE") == ["IL13"]
        assert names(typed="interleukin 13") == []  # a filter: no row has it
        assert names(typed="", label="CYTOKINE") == ["IL4", "IL6", "IL5"]

    def test_suggestions_when_the_run_is_gone(self, client: Any, tmp_path: Path) -> None:
        (tmp_path / "run" / "mentions.csv").unlink()
        asked = {"kind": "concept", "typed": "il", "label": "CYTOKINE"}
        answer = client.get("/api/suggest", params=asked, headers=TOKEN)
        assert answer.json() == {"names": ["IL4", "IL6", "IL5"]}


class TestDeciding:
    def test_a_decision(self, client: Any, tmp_path: Path) -> None:
        first = rows(client)["rows"][0]["id"]
        answer = decide(client, first, note="so").json()
        assert answer["row"]["mine"]["decision"] == "accept"
        assert answer["figures"]["reviewed"] == 1
        assert answer["file"].endswith("anna.csv")
        assert len(read_reviews([tmp_path / "reviews" / "anna.csv"])) == 1
        answer = client.post("/api/undo", json={"curator": "anna"}, headers=TOKEN).json()
        assert (answer["row"]["id"], answer["row"]["mine"]) == (first, None)
        answer = client.post("/api/undo", json={"curator": "anna"}, headers=TOKEN)
        assert (answer.status_code, answer.json()["error"]) == (422, "there is nothing to undo")

    def test_undo_asked_again_takes_no_more_back(self, client: Any) -> None:
        one, two = (row["id"] for row in rows(client)["rows"][:2])
        for row in (one, two):
            decide(client, row)
        for name, taken in (("x", two), ("x", two), ("y", one)):
            body = {"curator": "anna", "name": name}
            answer = client.post("/api/undo", json=body, headers=TOKEN)
            assert answer.json()["row"]["id"] == taken
        assert answer.json()["figures"]["reviewed"] == 0

    def test_a_row_that_says_something_else_now(self, client: Any, tmp_path: Path) -> None:
        first = rows(client)["rows"][0]
        later, library = open_desk(
            write_run(tmp_path / "later", {3: {"negated": True}}), tmp_path / "reviews"
        )
        page = ReviewApp(later, library, "secret", {HOST}, {})
        other = testclient.TestClient(page.application(), base_url=f"http://{HOST}")
        answer = decide(other, first["id"], version=first["version"])
        assert (answer.status_code, "look again" in answer.json()["error"]) == (422, True)
        assert decide(client, first["id"], version=first["version"]).status_code == 200

    def test_a_fix_when_the_run_is_gone(self, client: Any, tmp_path: Path) -> None:
        first = rows(client)["rows"][0]["id"]
        (tmp_path / "run" / "mentions.csv").unlink()
        answer = decide(client, first, decision="fix", corrections={"hedged": "true"})
        assert answer.status_code == 422
        assert "mentions of the run cannot be read" in answer.json()["error"]
        assert decide(client, first).status_code == 200

    def test_what_became_of_a_concept_is_told(self, client: Any) -> None:
        first = rows(client, predicate="SECRETES")["rows"][0]["id"]

        def named(**corrections: str) -> Any:
            return decide(client, first, decision="fix", corrections=corrections).json()["named"]

        given = "interleukin 13"
        assert named(object_name=given) == [
            {"role": "object", "given": given, "name": "IL13", "known": True}
        ]
        assert named(object_name="blorf<b>") == [
            {"role": "object", "given": "blorf<b>", "name": "blorf<b>", "known": False}
        ]
        assert named(negated="true", effect="negative") == []
        assert decide(client, first).json()["named"] == []

    def test_term_tables_that_cannot_be_read(self, client: Any, tmp_path: Path) -> None:
        (tmp_path / "own" / "terms").mkdir(parents=True)
        about = json.dumps({"options": {"patterns": str(tmp_path / "own")}})
        (tmp_path / "run" / "run.json").write_text(about, encoding="utf-8")
        first = rows(client)["rows"][0]["id"]
        answer = decide(client, first, decision="fix", corrections={"object_name": "x"})
        assert (answer.status_code, "no term tables" in answer.json()["error"]) == (422, True)

    def test_a_wrong_correction_names_its_field(self, client: Any) -> None:
        first = rows(client, predicate="SECRETES")["rows"][0]["id"]
        answer = decide(client, first, decision="fix", corrections={"predicate": "TREATS"})
        assert answer.status_code == 422
        assert answer.json()["field"] == "predicate"
        assert "should be" in answer.json()["error"]

    @pytest.mark.parametrize(
        ("said", "message"),
        [
            ({"decision": 1}, "decision is text"),
            ({"note": "\ud800"}, "half a character"),
            ({"curator": "-"}, "is no name"),
            ({"corrections": ["x"]}, "corrections are an object"),
            ({"decision": "fix", "corrections": {"colour": "red"}}, "no such correction"),
        ],
    )
    def test_what_is_no_decision(self, client: Any, said: dict[str, Any], message: str) -> None:
        body = {"id": rows(client)["rows"][0]["id"], "curator": "a", "decision": "accept", **said}
        answer = client.post(
            "/api/decide", content=json.dumps(body),
            headers={**TOKEN, "content-type": "application/json"},
        )  # fmt: skip
        assert answer.status_code == 422
        assert message in answer.json()["error"]

    def test_bodies_that_are_none(self, client: Any) -> None:
        def status(content: bytes, kind: str = "application/json") -> int:
            headers = {**TOKEN, "content-type": kind}
            return int(client.post("/api/decide", content=content, headers=headers).status_code)

        assert status(b"{}", "text/plain") == 415
        assert status(b"x" * (LARGEST_BODY + 1)) == 413
        assert status(b"[]") == status(b"{") == status(b"\xff") == 422
        assert status(b"[" * 50_000) == 422

    def test_a_full_disk(self, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(path: Path, lines: object) -> None:
            raise DecisionError(errno.ENOSPC, f"{path.name}: nothing was saved (disk full)")

        monkeypatch.setattr(desk_module, "append_decisions", full)
        answer = decide(client, rows(client)["rows"][0]["id"])
        assert answer.status_code == 507
        assert answer.json()["error"] == "anna.csv: nothing was saved (disk full)"
        assert rows(client, curator="anna")["rows"][0]["mine"] is None


class TestPorts:
    def test_only_the_loopback_address(self) -> None:
        with listen(0) as connection:
            assert connection.getsockname()[0] == LOOPBACK

    def test_a_taken_port(self) -> None:
        with socket.socket() as taken:
            taken.bind((LOOPBACK, 0))
            taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(ServeError, match=f"port {port} is taken"):
                listen(port)

    def test_the_next_free_one(self) -> None:
        with listen(None) as first, listen(None) as second:
            assert PORT <= first.getsockname()[1] < second.getsockname()[1]
