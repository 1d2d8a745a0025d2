"""The folder in which a run keeps its parts until the tables are there.

Every file is written under another name, brought to the disk and renamed, so that it is whole
or absent, whenever the power goes. ``manifest.jsonl`` has a line for each part that is done:
the digest of what was read, and that of the file.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.disk import sync_folder, write_whole
from pipeline.tabulate import OutputError
from pipeline.work.lock import alone
from pipeline.work.parts import Part

NAME = ".parts"  # hidden, so that no run takes it for input
MARK = "mark"  # holds a word by which other machines know the folder
_DONE = ".parts-done"


@dataclass(frozen=True, slots=True)
class Done:
    """A part that is on the disk: its number, what was read (``digest``), the SHA-256 of its
    file, and how many items and characters it was made from."""

    part: int
    digest: str
    sha256: str
    items: int
    annotated: int
    failed: int


class WorkFolder:
    """The parts of a run into ``output``; open it by :func:`work_folder`."""

    def __init__(self, output: Path, made_by: Mapping[str, Any]) -> None:
        self.path = output / NAME
        self.made_by = made_by
        self.done: dict[int, Done] = {}

    def file(self, number: int) -> Path:
        """Where a part stands, or shall stand."""
        return part_file(self.path, number)

    def mark(self) -> str:
        """The word by which a worker knows this folder. Raises OSError."""
        return (self.path / MARK).read_text(encoding="utf-8")

    def has(self, part: Part) -> bool:
        """Whether the part is done, from the same documents."""
        done = self.done.get(part.number)
        return done is not None and done.digest == part.digest

    def add(self, done: Done) -> None:
        """Note a part whose file is on the disk. Raises OSError."""
        self.done[done.part] = done
        with (self.path / "manifest.jsonl").open("ab") as file:
            file.write(json.dumps(asdict(done)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._begun(done.part).unlink(missing_ok=True)

    def begin(self, number: int) -> None:
        """Note that this process itself works on a part, and may die of it."""
        self._begun(number).touch()

    def was_begun(self, number: int) -> bool:
        """An earlier process began with this part and did not end."""
        return self._begun(number).exists()

    def _begun(self, number: int) -> Path:
        return self.path / f"{number:07}.begun"

    def files(self, n_parts: int) -> list[Path]:
        """The files of the parts, in order; those of parts that there no longer are go."""
        for number in [number for number in self.done if number >= n_parts]:
            del self.done[number]
            self.file(number).unlink(missing_ok=True)
        return [self.file(number) for number in range(n_parts)]

    def finish(self) -> None:
        """Take the parts away: the tables are there. Raises OSError."""
        done = self.path.with_name(_DONE)
        os.replace(self.path, done)  # at once: a half removed folder could be taken for a run
        sync_folder(done.parent)
        shutil.rmtree(done)

    def open(self, *, resume: bool) -> None:
        """Make the folder, or go on with what it holds. Raises OutputError."""
        shutil.rmtree(self.path.with_name(_DONE), ignore_errors=True)
        if self.path.exists() and not resume:
            if held := _manifest(self.path):
                raise OutputError(
                    f"{self.path.parent} holds {len(held)} finished parts of a run that did not "
                    "end; go on with --resume, or throw them away with --restart"
                )
            shutil.rmtree(self.path)
        about = self.path / "made_by.json"
        if about.exists():
            self._same(about)
            self._recover()
        elif self.path.exists():  # nobody knows what made the parts in it
            shutil.rmtree(self.path)
        self.path.mkdir(exist_ok=True)
        # always a new one: what the workers of a run that was killed still send goes nowhere
        write_whole(self.path / MARK, secrets.token_hex(16).encode())
        write_whole(about, json.dumps(dict(self.made_by), indent=1, sort_keys=True).encode())

    def _same(self, about: Path) -> None:
        try:
            before = json.loads(about.read_bytes())
        except ValueError as error:
            raise OutputError(f"{about}: {error}; throw the parts away with --restart") from error
        other = [name for name in self.made_by if before.get(name) != self.made_by[name]]
        if other:
            raise OutputError(
                f"the parts in {self.path} were made with another "
                f"{' and another '.join(other)} ({_differences(before, self.made_by, other)}); go "
                "on with the same, give another --output, or throw them away with --restart"
            )

    def _recover(self) -> None:
        """Take what is whole, and remove what is not."""
        for path in list(self.path.iterdir()):
            if path.suffix == ".tmp" or path.name.startswith("new-"):
                path.unlink()
        held = _manifest(self.path)
        for number, done in held.items():
            path = self.file(number)
            if path.is_file() and _sha256(path) == done.sha256:
                self.done[number] = done
        lines = [json.dumps(asdict(self.done[number])) for number in sorted(self.done)]
        write_whole(self.path / "manifest.jsonl", "".join(f"{x}\n" for x in lines).encode())


def part_file(folder: Path, number: int) -> Path:
    """Where a part stands in the folder of parts."""
    return folder / f"{number:07}.part"


@contextmanager
def work_folder(
    output: Path, made_by: Mapping[str, Any], *, resume: bool = False, restart: bool = False
) -> Iterator[WorkFolder]:
    """The parts of a run into ``output``, which is there; for this run alone until it ends.

    ``made_by`` is what decides the result: parts of another are refused. Raises OutputError.
    """
    with alone(output):
        folder = WorkFolder(output, made_by)
        try:
            if restart:
                shutil.rmtree(folder.path, ignore_errors=True)
            folder.open(resume=resume)
        except OutputError:
            raise
        except OSError as error:
            raise OutputError(f"cannot use {folder.path}: {error.strerror or error}") from error
        yield folder


def is_at_rest(output: Path) -> bool:
    """Whether no run into the folder is under way or broke off; raises OutputError where another
    process writes into it. What a run that ended could not take away goes."""
    with alone(output):
        shutil.rmtree(output / _DONE, ignore_errors=True)
        return not (output / NAME).exists()


def _manifest(folder: Path) -> dict[int, Done]:
    """What is noted as done; a line that a crash cut off is none."""
    try:
        lines = (folder / "manifest.jsonl").read_bytes().splitlines()
    except FileNotFoundError:
        return {}
    found = {}
    for line in lines:
        try:
            done = Done(**json.loads(line))
        except (ValueError, TypeError):
            continue
        found[done.part] = done
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _differences(before: Mapping[str, Any], now: Mapping[str, Any], names: list[str]) -> str:
    return "; ".join(f"{name}: {before.get(name)} before, {now[name]} now" for name in names)
