"""``pipeline models install``: real pip, on packages that stand in for the released ones."""

from __future__ import annotations

import importlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import standins
from test_models import call

from pipeline import install
from pipeline.catalogue import Release
from pipeline.records import Document
from pipeline.route import Settings, annotate

NAME = "en_ner_bc5cdr_md"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist of a stand-in."""
    folder = tmp_path_factory.mktemp("released")
    standins.package(standins.train(NAME), folder)
    return folder


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(released: Path) -> Iterator[str]:
    """Where the folder is served on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(released)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where pip puts what it installs; it takes options from the environment as well."""
    folder = tmp_path / "site"
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setenv("PIP_TARGET", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return folder


def catalogue(folder: Path, address: str, name: str = NAME, size: int = 1) -> Path:
    """A folder of patterns whose catalogue has one model at ``address``."""
    folder.mkdir(exist_ok=True)
    (folder / "models.yaml").write_text(
        f"unlisted: {{}}\nmodels:\n  - name: {name}\n    version: '0.5.4'\n    address: {address}\n"
        f"    megabytes: {size}\n    about: stand-in\n    licence: MIT\n    labels: {{X: null}}\n",
        encoding="utf-8",
    )
    return folder


def test_from_a_server(
    address: str, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patterns = catalogue(tmp_path / "patterns", f"{address}/{NAME}-0.5.4.tar.gz")
    result = call("models", "install", NAME, "--patterns", patterns)
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    assert f"Installed: {NAME}" in result.stderr
    monkeypatch.syspath_prepend(target)
    importlib.invalidate_caches()
    rows = [line.split("\t") for line in call("models").stdout.splitlines()]
    assert [NAME, "0.5.4", "installed"] in [row[:3] for row in rows]
    (found,) = annotate([Document("a", "Macrophages secrete TNF.")], Settings(NAME))
    assert [r.predicate for r in found.relations] == ["SECRETES"]
    sys.modules.pop(NAME, None)


def test_from_a_file(released: Path, target: Path, tmp_path: Path) -> None:
    uri = (released / f"{NAME}-0.5.4.tar.gz").as_uri()
    result = call("models", "install", NAME, "--patterns", catalogue(tmp_path / "p", uri))
    assert result.exit_code == 0, result.stderr
    assert (target / NAME / "__init__.py").is_file()


@pytest.mark.usefixtures("target")
class TestFailures:
    def install(self, patterns: Path, name: str = NAME) -> str:
        result = call("models", "install", name, "--patterns", patterns)
        assert result.exit_code == 1
        assert "Traceback" not in result.output
        (line,) = [one for one in result.stderr.splitlines() if one.startswith("pipeline:")]
        return line

    def test_no_connection(self, tmp_path: Path) -> None:
        with socket.socket() as taken:  # a port that nobody listens on
            taken.bind(("127.0.0.1", 0))
            place = f"127.0.0.1:{taken.getsockname()[1]}"
            address = f"http://{place}/{NAME}-0.5.4.tar.gz"
            line = self.install(catalogue(tmp_path, address))
        assert f"cannot install {NAME} from {address}: no connection to {place}" in line
        assert "pip says: ERROR:" in line

    def test_nothing_there(self, address: str, tmp_path: Path) -> None:
        line = self.install(catalogue(tmp_path, f"{address}/{NAME}-0.5.4.zip"))
        assert "there is nothing at this address; pip says: ERROR: " in line
        assert "404" in line

    def test_no_such_file(self, tmp_path: Path) -> None:
        line = self.install(catalogue(tmp_path, f"file:///gone/{NAME}-0.5.4.tar.gz"))
        assert "there is nothing at this address" in line

    def test_another_package_in_its_place(self, released: Path, tmp_path: Path) -> None:
        other = tmp_path / "en_other-0.5.4.tar.gz"
        other.write_bytes((released / f"{NAME}-0.5.4.tar.gz").read_bytes())
        line = self.install(catalogue(tmp_path, other.as_uri(), "en_other"), "en_other")
        assert "pip failed; pip says: ERROR:" in line


def test_unknown_names_are_never_given_to_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("pip was called")

    monkeypatch.setattr(subprocess, "run", refuse)
    result = call("models", "install", NAME, "en-core-sci-md")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert "no released model is named 'en-core-sci-md'; there are en_core_sci_sm, " in line
    assert NAME in line


def test_the_call_names_the_address_and_no_dependencies() -> None:
    release = Release(
        name=NAME, version="1", address=f"https://x.org/{NAME}-1.tar.gz", megabytes=1,
        about="", licence="", labels={"X": None},
    )  # fmt: skip
    command = install.pip_command(release)
    assert "--no-deps" in command
    assert command[-1] == f"{NAME} @ https://x.org/{NAME}-1.tar.gz"


@pytest.mark.parametrize(
    ("said", "reason", "last"),
    [
        ("/usr/bin/python: No module named pip\n", "no pip", "No module named pip"),
        (
            "WARNING: Retrying: Name or service not known\nERROR: none\n",
            "no connection to h",
            "ERR",
        ),
        ("error: subprocess-exited-with-error\n  x\nhint: See above.\n", "pip failed", "error: s"),
        (
            "  × pip subprocess to install build dependencies did not run successfully.\n"
            "      WARNING: Retrying: NewConnectionError\n"
            "      ERROR: No matching distribution found for setuptools>=40.8.0\n"
            "error: subprocess-exited-with-error\n╰─> See above for output.\n",
            "could not fetch setuptools",
            "ERROR: No matching distribution found for setuptools",
        ),
        ("", "pip failed", "nothing"),
    ],
)
def test_reasons(said: str, reason: str, last: str) -> None:
    assert reason in install._reason(said, "https://h/x.tar.gz")
    assert last in install._last_line(said)


def test_packages_that_a_model_needs_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patterns = catalogue(tmp_path, f"https://x.org/{NAME}-0.5.4.tar.gz")
    with (patterns / "models.yaml").open("a", encoding="utf-8") as file:
        file.write("    packages: [no-such-package-x]\n")
    monkeypatch.setattr(install, "install", lambda release: None)
    result = call("models", "install", NAME, "--patterns", patterns)
    assert result.exit_code == 0
    assert "It also needs: pip install no-such-package-x" in result.stderr
    assert "needs no-such-package-x" in call("models", "--patterns", patterns).stdout
