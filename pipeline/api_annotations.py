"""What :func:`pipeline.annotate` returns."""

from __future__ import annotations

import html
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from pipeline.records import Annotation, Failure

if TYPE_CHECKING:
    from pipeline.result import Frames
    from pipeline.route import Settings
    from pipeline.run import RunOptions
    from pipeline.tabulate import Row
    from pipeline.work.assemble import Assembled
    from pipeline.work.entries import Kept, Tally

SHOWN = 20  # documents, in a notebook


@dataclass(frozen=True, slots=True, repr=False)
class Annotations(Sequence[Annotation]):
    """What was found, one :class:`pipeline.records.Annotation` a text, in the order of the texts.

    ``settings`` are those of the route, ``seconds`` and ``workers`` what it took; they go into
    ``run.json``, and two results are equal without them. A part (``found[:10]``) keeps them.
    """

    items: tuple[Annotation, ...]
    settings: Settings
    workers: int = field(default=1, compare=False)
    seconds: float = field(default=0.0, compare=False)

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> Annotation: ...
    @overload
    def __getitem__(self, index: slice) -> Annotations: ...
    def __getitem__(self, index: int | slice) -> Annotation | Annotations:
        if isinstance(index, slice):
            return Annotations(self.items[index], self.settings, self.workers, self.seconds)
        return self.items[index]

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Why documents could not be annotated, one a failed document."""
        return tuple(one.failure for one in self.items if one.failure is not None)

    def to_frames(self) -> Frames:
        """The tables of a run as DataFrames; see :class:`pipeline.result.Frames`."""
        return _frames(self._rows())

    def write(
        self,
        folder: str | os.PathLike[str],
        *,
        format: Literal["csv", "parquet"] = "csv",
        texts: bool = True,
    ) -> list[Path]:
        """Write what ``pipeline run`` writes, with the texts unless they are not wanted, so that
        every command works on the folder; the paths of the files. Raises OutputError for a
        folder that cannot be written, and then leaves its files as they were."""
        from pipeline.run import about_run
        from pipeline.tabulate import OutputError, prepare_output
        from pipeline.work.assemble import Wanted
        from pipeline.work.publish import publish

        if format not in ("csv", "parquet"):
            raise ValueError(f"format {format!r} is neither 'csv' nor 'parquet'")
        output = Path(folder)
        prepare_output(output)
        options = self._options(output, format=format, texts=texts)

        def describe(made: Assembled) -> dict[str, Any]:
            return about_run(options, self._tally(), made.counts, self.seconds)

        try:
            with tempfile.TemporaryDirectory(dir=output, prefix=".new-") as scratch:
                wanted = Wanted(format, texts=texts)
                kept = self._kept(texts=texts)
                return publish(kept, output, Path(scratch), wanted, self.settings, describe)[1]
        except OutputError:
            raise
        except OSError as error:
            raise OutputError(
                f"cannot write into {output}: {error.strerror or error}; make room or choose "
                "another folder"
            ) from error

    def export(self, name: str, path: str | os.PathLike[str]) -> list[str]:
        """Write them in the format of another tool: ``bioc-xml``, ``graphml`` and so on, see
        :data:`pipeline.export.formats.FORMATS`. Returns what the format cannot hold, a sentence
        each. Raises ExportError for an unknown format and for what it cannot write at all."""
        from pipeline.export.run import export
        from pipeline.export.source import Source
        from pipeline.run import about_run

        rows = self._rows()
        done = (one for one in self.items if one.failure is None)
        records = sorted(done, key=lambda one: one.document.doc_id)
        counts = Counter({name: len(of_table) for name, of_table in rows.items()})
        about = about_run(self._options(Path(path)), self._tally(), counts, self.seconds)
        return export(Source(_frames(rows), about, records), name, Path(path))

    def _kept(self, *, texts: bool = False) -> Iterator[Kept]:
        from pipeline.work.entries import Tally, annotated, settled
        from pipeline.work.sorted_lines import key_of

        lines = [
            annotated(one, (0, at), cooccurrence=False, text=texts)
            for at, one in enumerate(self.items)
        ]
        return settled(sorted(lines, key=key_of), Tally())

    def _rows(self) -> dict[str, list[Row]]:
        from pipeline.result import COLUMNS
        from pipeline.work.assemble import rows_of

        rows = rows_of(self._kept(), self.settings)
        return {name: rows[name] for name in COLUMNS}

    def _tally(self) -> Tally:
        from pipeline.work.entries import Tally

        return Tally(len(self.items), tokens=sum(one.n_tokens for one in self.items))

    def _options(self, output: Path, **options: Any) -> RunOptions:
        from pipeline.run import RunOptions

        return RunOptions((), output, settings=self.settings, workers=self.workers, **options)

    def __repr__(self) -> str:
        n_failed = len(self.failures)
        counts = [
            _count(len(self.items) - n_failed, "document"),
            _count(sum(len(one.mentions) for one in self.items), "mention"),
            _count(sum(len(one.relations) for one in self.items), "relation"),
        ]
        return f"<Annotations: {', '.join(counts + [f'{n_failed} failed'] * bool(n_failed))}>"

    def _repr_html_(self) -> str:
        heads = ("document", "characters", "mentions", "relations", "found")
        rows = [f"<tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>"]
        for one in self.items[:SHOWN]:
            cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in _summary(one))
            rows.append(f"<tr>{cells}</tr>")
        left_out = len(self.items) - SHOWN
        more = f"<p>and {_count(left_out, 'more document')}</p>" if left_out > 0 else ""
        return f"<p>{html.escape(repr(self))}</p><table>{''.join(rows)}</table>{more}"


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _summary(one: Annotation) -> tuple[str, ...]:
    if one.failure is not None:
        return one.document.doc_id, "", "", "", f"failed: {one.failure.error}"
    names = Counter(m.concept_name or m.text for m in one.mentions)
    numbers = (len(one.document.text), len(one.mentions), len(one.relations))
    return one.document.doc_id, *(f"{n:,}" for n in numbers), ", ".join(list(names)[:5])


def _frames(rows: Mapping[str, list[Row]]) -> Frames:
    from pipeline.result import COLUMNS, Frames, column_type
    from pipeline.tabulate import frame

    tables = {}
    for name, columns in COLUMNS.items():
        table = frame(rows[name], columns, safe=False)
        # a table without rows must have the types of one with rows
        tables[name] = table.astype({column: column_type(column) for column in columns})
    return Frames(**tables)
