"""Runs with the stand-in route for the tests of the work engine, and what they leave."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from support import SENTENCE

from pipeline.run import RunOptions, RunResult, run

TABLES = ("documents", "mentions", "relations", "network", "concepts", "failures")


def write_lines(path: Path, texts: dict[str, str]) -> Path:
    """A JSON Lines file with a document for each id."""
    lines = [json.dumps({"id": doc_id, "text": text}) for doc_id, text in texts.items()]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def texts(n: int, **special: str) -> dict[str, str]:
    """``n`` documents named d000, d001 and so on, in an order that is not sorted; every third
    states something, ``d003="DIE"`` sets the text of one."""
    ids = [f"d{i * 7 % n:03}" for i in range(n)] if n % 7 else [f"d{i:03}" for i in range(n)]
    usual = (SENTENCE, "Nothing of note.", f"= {SENTENCE}")
    return {one: special.get(one, usual[k % 3]) for k, one in enumerate(ids)}


def go(source: Path, output: Path, **options: Any) -> RunResult:
    """Run one source into a folder."""
    return run(RunOptions((source,), output, **options))


def tables_of(folder: Path) -> dict[str, bytes]:
    """The bytes of all visible files but ``run.json``, which has times in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _hidden(path, folder) and path.name != "run.json"
    }


def hidden(folder: Path) -> list[str]:
    """What a run keeps in a folder beside its tables."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def killed_at(number: int, function: Callable[[], object]) -> bool:
    """Call the function in a copy of this process that is killed just before the ``number``-th
    time that it brings something to the disk, renames or removes it; whether it came so far."""
    child = os.fork()
    if child == 0:
        _kill_before(number)
        try:
            function()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _kill_before(number: int) -> None:
    count = 0

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*arguments, **options)

        return call

    for name in ("fsync", "replace", "unlink", "rmdir"):
        setattr(os, name, counted(getattr(os, name)))


def small_parts(setattr_: Callable[..., Any], documents: int = 3) -> None:
    """Let parts be so small that a few documents make many."""
    import pipeline.work.parts

    setattr_(pipeline.work.parts, "PART_DOCUMENTS", documents)


def ids(rows: Iterable[dict[str, str]]) -> list[str]:
    """The documents of rows, in order."""
    return [row["doc_id"] for row in rows]
