"""What a run leaves on the disk when it is killed, and how another one goes on."""

from __future__ import annotations

import errno
import json
import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import SENTENCE, contents, replace_route
from work_runs import (
    go,
    hidden,
    killed_at,
    small_parts,
    tables_of,
    texts,
    write_lines,
)

import pipeline.run
from pipeline.records import Document
from pipeline.tabulate import OutputError
from pipeline.work import folder as work_folder_module
from pipeline.work.folder import NAME, work_folder
from pipeline.work.pools import _Apart

OPTIONS: dict[str, Any] = {"texts": True, "include_cooccurrence": True}
N = 14

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed")


@pytest.fixture(autouse=True)
def route(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_route(monkeypatch.setattr)
    small_parts(monkeypatch.setattr)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # no power is lost here, and it is slow
    # a part that was begun is done again in a process of its own, which takes its time to start
    monkeypatch.setattr(_Apart, "__call__", lambda _, function, *rest: function(*rest))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "in.jsonl", texts(N, d004="RAISE"))


@pytest.fixture
def whole(source: Path, tmp_path: Path) -> dict[str, bytes]:
    """What an unbroken run gives."""
    go(source, tmp_path / "whole", **OPTIONS)
    return tables_of(tmp_path / "whole")


class Annotated:
    """Stands for the route: notes which documents it got, and may break off at one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, stop: str = "") -> None:
        self.ids: list[str] = []
        self._stop = stop
        self._annotate = pipeline.run.annotate
        monkeypatch.setattr(pipeline.run, "annotate", self)

    def __call__(self, documents: list[Document], settings: Any) -> Any:
        if any(one.doc_id == self._stop for one in documents):
            raise KeyboardInterrupt
        self.ids += [one.doc_id for one in documents]
        return self._annotate(documents, settings)


def broken_off(source: Path, output: Path, at: str = "d010") -> list[str]:
    """Run until a document, where the user stops; the ids that were done by then."""
    with pytest.MonkeyPatch.context() as patch:
        annotated = Annotated(patch, at)
        with pytest.raises(KeyboardInterrupt):
            go(source, output, **OPTIONS)
    return annotated.ids


class TestKilled:
    def test_at_every_point(self, source: Path, tmp_path: Path) -> None:
        """Before each file, name and removal that goes to the disk; and while it goes on. When
        the parts are put aside all is done, and nothing is done again."""
        write_lines(source, texts(6, d004="RAISE"))
        go(source, tmp_path / "whole", **OPTIONS)
        whole, number, n_ended = tables_of(tmp_path / "whole"), 0, 0
        while True:
            number += 1
            output = tmp_path / f"out{number}"
            if not killed_at(number, lambda o=output: go(source, o, **OPTIONS)):
                break
            if number % 4 == 0:
                killed_at(number // 2, lambda o=output: go(source, o, resume=True, **OPTIONS))
            ended = (output / "run.json").exists() and not (output / NAME).exists()
            n_ended += ended
            assert go(source, output, resume=True, **OPTIONS).before == ended, number
            assert tables_of(output) == whole, number
            assert hidden(output) == [], number
            assert json.loads((output / "run.json").read_text())["counts"]["failures"] == 1
        assert tables_of(output) == whole
        assert number > 40, "the test lost its point"
        assert n_ended > 5, "the test lost its point"

    def test_over_the_tables_of_another_run(
        self, source: Path, whole: dict[str, bytes], tmp_path: Path
    ) -> None:
        """Each table is that of the old or of the new run, none is half of either."""
        older = write_lines(tmp_path / "older.jsonl", texts(5))
        for number in range(32, 60, 4):
            output = tmp_path / f"out{number}"
            go(older, output, **OPTIONS)
            before = tables_of(output)
            killed_at(number, lambda o=output: go(source, o, **OPTIONS))
            for name, data in tables_of(output).items():
                assert data in (before[name], whole[name]), (number, name)
            go(source, output, resume=True, **OPTIONS)
            assert tables_of(output) == whole

    def test_parts_that_are_done_are_not_done_again(
        self, source: Path, whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done = broken_off(source, tmp_path / "out")
        assert 0 < len(done) < N
        annotated = Annotated(monkeypatch)
        go(source, tmp_path / "out", resume=True, workers=1, **OPTIONS)
        # the part that was begun is done apart, by a process of its own
        assert not set(done) & set(annotated.ids)
        assert tables_of(tmp_path / "out") == whole


def manifest(output: Path) -> Path:
    return output / NAME / "manifest.jsonl"


def torn_line(output: Path) -> None:
    data = manifest(output).read_bytes()
    manifest(output).write_bytes(data[:-15])


def no_manifest(output: Path) -> None:
    manifest(output).unlink()


def no_mark(output: Path) -> None:
    (output / NAME / "mark").unlink()


def no_origin(output: Path) -> None:
    (output / NAME / "made_by.json").unlink()


def lost_part(output: Path) -> None:
    (output / NAME / "0000001.part").unlink()


def changed_byte(output: Path) -> None:
    path = output / NAME / "0000000.part"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def swapped_parts(output: Path) -> None:
    one, two = (output / NAME / f"000000{n}.part" for n in (0, 1))
    one.rename(output / NAME / "x")
    two.rename(one)
    (output / NAME / "x").rename(two)


def strays(output: Path) -> None:
    (output / NAME / "0000001.part.0123.tmp").write_bytes(b"half")
    (output / NAME / "new-mentions.csv").write_bytes(b"half")
    (output / NAME / "merge-1-0.tmp").write_bytes(b"half")
    (output / NAME / "0000099.part").write_bytes(b"of another run")


HARM = (
    torn_line, no_manifest, no_mark, no_origin, lost_part, changed_byte, swapped_parts, strays,
)  # fmt: skip


@pytest.mark.parametrize("harm", HARM, ids=lambda harm: harm.__name__)
def test_harm_to_the_parts(
    harm: Callable[[Path], None], source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    broken_off(source, tmp_path / "out")
    harm(tmp_path / "out")
    go(source, tmp_path / "out", resume=True, **OPTIONS)
    assert tables_of(tmp_path / "out") == whole
    assert hidden(tmp_path / "out") == []


class TestOtherParts:
    def test_neither_resumed_nor_restarted(self, source: Path, tmp_path: Path) -> None:
        broken_off(source, tmp_path / "out")
        with pytest.raises(OutputError, match=r"3 finished parts .* --resume, or .*--restart"):
            go(source, tmp_path / "out", **OPTIONS)

    def test_restart(self, source: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
        broken_off(source, tmp_path / "out")
        go(source, tmp_path / "out", restart=True, **OPTIONS)
        assert tables_of(tmp_path / "out") == whole

    def test_resume_with_nothing_there(
        self, source: Path, whole: dict[str, bytes], tmp_path: Path
    ) -> None:
        assert not go(source, tmp_path / "out", resume=True, **OPTIONS).before
        assert tables_of(tmp_path / "out") == whole

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"texts": False}, "another kept texts (kept texts: True before, False now)"),
            ({"include_cooccurrence": False}, "another co-occurrences"),
            ({"triage": ("CYTOKINE",)}, "another triage (triage: none before, CYTOKINE now)"),
        ],
    )
    def test_of_other_options(
        self, change: dict[str, Any], told: str, source: Path, tmp_path: Path
    ) -> None:
        broken_off(source, tmp_path / "out")
        before = contents(tmp_path / "out" / NAME)
        with pytest.raises(OutputError) as caught:
            go(source, tmp_path / "out", resume=True, **{**OPTIONS, **change})
        assert told in str(caught.value)
        assert "--restart" in str(caught.value)
        assert contents(tmp_path / "out" / NAME) == before

    @pytest.mark.parametrize("name", ["model", "patterns"])
    def test_of_another_model_or_patterns(
        self, name: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        broken_off(source, tmp_path / "out")
        made_by = dict(pipeline.run.made_by(None))  # type: ignore[arg-type]
        other = tuple({**made_by, name: "of today"}.items())
        monkeypatch.setattr(pipeline.run, "made_by", lambda _: other)
        with pytest.raises(OutputError) as caught:
            go(source, tmp_path / "out", resume=True, **OPTIONS)
        assert f"another {name} ({name}: {made_by[name]} before, of today now)" in str(caught.value)


class TestOtherInputs:
    """The parts are those of what is read now, whatever was read before."""

    @pytest.mark.parametrize("change", ["grew", "shrank", "middle", "front", "other order"])
    def test_resumed(self, change: str, source: Path, tmp_path: Path) -> None:
        broken_off(source, tmp_path / "out")
        given = list(texts(N, d004="RAISE").items())
        given = {
            "grew": [*given, ("x", SENTENCE), ("y", SENTENCE), ("z", "words")],
            "shrank": given[:4],
            "middle": [*given[:4], ("d900", SENTENCE), *given[4:]],
            "front": given[2:],
            "other order": given[::-1],
        }[change]
        write_lines(source, dict(given))
        go(source, tmp_path / "out", resume=True, **OPTIONS)
        go(source, tmp_path / "anew", **OPTIONS)
        assert tables_of(tmp_path / "out") == tables_of(tmp_path / "anew")

    def test_all_gone(self, source: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
        """A disk that is not mounted must not cost the parts."""
        broken_off(source, tmp_path / "out")
        source.rename(tmp_path / "elsewhere")
        with pytest.raises(OutputError, match=r"no document could be read, and .* 3 finished"):
            go(source, tmp_path / "out", resume=True, **OPTIONS)
        (tmp_path / "elsewhere").rename(source)
        parts = sorted((tmp_path / "out" / NAME).glob("*.part"))
        assert len(parts) == 3
        go(source, tmp_path / "out", resume=True, **OPTIONS)
        assert tables_of(tmp_path / "out") == whole


class TestTwoRuns:
    @pytest.mark.parametrize("moment", ["annotate", "publish"])
    def test_at_once(
        self, moment: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also while the first one merges its parts."""
        refused = []
        original = getattr(pipeline.run, moment)

        def while_it_runs(*arguments: Any) -> Any:
            for options in ({}, {"resume": True}, {"restart": True}):
                if len(refused) < 3:
                    with pytest.raises(OutputError, match="another run writes into") as caught:
                        go(source, tmp_path / "out", **options)
                    refused.append(str(caught.value))
            return original(*arguments)

        monkeypatch.setattr(pipeline.run, moment, while_it_runs)
        go(source, tmp_path / "out")
        assert len(refused) == 3
        assert "choose another --output" in refused[0]
        monkeypatch.setattr(pipeline.run, moment, original)
        go(source, tmp_path / "whole")
        assert tables_of(tmp_path / "out") == tables_of(tmp_path / "whole")

    def test_one_after_the_other(self, tmp_path: Path) -> None:
        for _ in range(2):
            with work_folder(tmp_path, {}) as folder:
                assert folder.done == {}
        assert not (tmp_path / ".run.lock").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_only_read(source: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    with pytest.raises(OutputError, match="choose another with --output"):
        go(source, tmp_path / "out")


def failure_of(source: Path, output: Path) -> str:
    """What a run that cannot write says; "" where it can."""
    try:
        go(source, output, **OPTIONS)
    except OutputError as error:
        return str(error)
    return ""


class TestFullDisk:
    def test_at_every_point(
        self, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whatever cannot be brought to the disk: a part, the manifest, a table, run.json."""
        write_lines(source, texts(6, d004="RAISE"))
        go(source, tmp_path / "whole", **OPTIONS)
        whole, original, number = tables_of(tmp_path / "whole"), os.fsync, 0
        where = set()
        while True:
            number += 1
            output = tmp_path / f"out{number}"
            count = 0

            def full(handle: int, number: int = number) -> None:
                nonlocal count
                count += 1
                if count == number:
                    where.add(Path(os.readlink(f"/proc/self/fd/{handle}")).suffix)
                    raise OSError(errno.ENOSPC, "No space left on device")
                original(handle)

            monkeypatch.setattr(os, "fsync", full)
            error = failure_of(source, output)
            monkeypatch.setattr(os, "fsync", original)
            if not error:
                break
            assert "No space left on device" in error
            assert str(output) in error
            go(source, output, resume=True, **OPTIONS)
            assert tables_of(output) == whole, number
            assert hidden(output) == [], number
        assert {".tmp", ".jsonl", ".csv", ""} <= where

    @pytest.mark.parametrize("limit", [100, 400, 700, 1_000, 2_000])
    def test_files_that_are_cut_off(
        self, limit: int, source: Path, whole: dict[str, bytes], tmp_path: Path
    ) -> None:
        """A limit on the size of files ends a write in the middle, as a full disk does."""
        output = tmp_path / "out"
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            status = 0
            try:
                go(source, output, **OPTIONS)
            except OutputError as error:
                status = 7 if "--resume" in str(error) or "cannot use" in str(error) else 8
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 7
        go(source, output, resume=True, **OPTIONS)
        assert tables_of(output) == whole
        assert hidden(output) == []


def test_write_whole_leaves_nothing_of_what_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "a").write_bytes(b"before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        work_folder_module.write_whole(tmp_path / "a", b"after")
    assert contents(tmp_path) == {"a": b"before"}
