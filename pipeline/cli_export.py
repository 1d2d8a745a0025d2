"""``pipeline export``: what a run found, in the formats of other tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_options import FINDINGS, stop

if TYPE_CHECKING:
    from pipeline.export.formats import Format
    from pipeline.export.source import Source
    from pipeline.result import Result
    from pipeline.texts import Texts

SHOWN = 5  # of the documents that are left out


def _list(wanted: bool) -> None:
    from pipeline.export.formats import FORMATS

    if wanted:
        for name, format_ in FORMATS.items():
            needs = "; needs the texts" if format_.needs_texts else ""
            typer.echo(f"{name:14} {format_.name:20} {format_.about}{needs}")
        raise typer.Exit


def export(
    folder: Annotated[Path, typer.Argument(help="folder that a run wrote")],
    to: Annotated[
        list[str] | None, typer.Option("--to", help="format, see --list; again for more")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o",
            help="file, or folder for formats of several files; with several formats the folder "
            "for all; without, DIR/export",
        ),
    ] = None,
    documents: Annotated[
        list[Path] | None,
        typer.Option("--documents", help="where the texts are, if the run did not keep them"),
    ] = None,
    min_score: Annotated[
        float | None, typer.Option("--min-score", min=0, max=1, help="lowest score of a relation")
    ] = None,
    list_: Annotated[
        bool, typer.Option("--list", callback=_list, is_eager=True, help="the formats, and stop")
    ] = False,
) -> None:  # fmt: skip
    """Write what a run found for other tools: annotated texts, networks, tables."""
    from pipeline.export.run import export as export_one
    from pipeline.export.run import format_named, with_min_score

    names = list(dict.fromkeys(to or ()))
    if not names:
        stop("name a format with --to; pipeline export --list shows them")
    try:
        formats = {name: format_named(name) for name in names}
        source, missing = _source(folder, formats, documents or [])
        if min_score is not None:
            source = with_min_score(source, min_score)
        for name, format_ in formats.items():
            path = _place(folder, output, format_, len(formats) == 1)
            _spare_run(folder, path)
            _tell(path, export_one(source, name, path))
    except (ValueError, OSError) as error:  # TableError, ExportError, OutputError
        stop(str(error))
    _tell_missing(missing)
    if missing and any(format_.needs_texts for format_ in formats.values()):
        raise typer.Exit(FINDINGS)


def _source(
    folder: Path, formats: Mapping[str, Format], inputs: Sequence[Path]
) -> tuple[Source, dict[str, str]]:
    """The source, and why documents have no text. Raises TableError and ExportError."""
    from pipeline.export.source import ExportError, Source
    from pipeline.result import read_result
    from pipeline.texts import FOLDER

    absent = next((path for path in inputs if not path.exists()), None)
    if absent is not None:
        raise ExportError(f"{absent}: no such file or folder; see to --documents")
    result = read_result(folder)
    needed = any(format_.needs_texts for format_ in formats.values())
    taken = any(format_.takes_texts for format_ in formats.values())
    if not (needed or (taken and (inputs or any((folder / FOLDER).glob("*.jsonl"))))):
        return Source(result.frames, result.about), {}
    texts = result.texts(inputs)
    if needed and texts.missing and not texts.found:
        doc_id, why = next(iter(texts.missing.items()))
        raise ExportError(
            f"no text of the run is there ({doc_id}: {why}); give --documents, or run again "
            "with --texts"
        )
    return _with_texts(result, texts), texts.missing


def _with_texts(result: Result, texts: Texts) -> Source:
    from pipeline.export.source import Source

    annotations = [one for one in result.annotations(texts) if one.document.doc_id in texts.found]
    return Source(result.frames, result.about, annotations)


def _place(folder: Path, output: Path | None, format_: Format, alone: bool) -> Path:
    """Where a format goes: the name given is of a file, except where that is a folder already."""
    if output is None:
        return folder / "export" / format_.name
    if not alone or (output.is_dir() and not format_.folder):
        return output / format_.name
    return output


def _spare_run(folder: Path, path: Path) -> None:
    """Raises ExportError where an export would take the place of what the run wrote."""
    from pipeline.export.source import ExportError
    from pipeline.result import COLUMNS
    from pipeline.texts import FILE

    tables = (f"{name}{suffix}" for name in COLUMNS for suffix in (".csv", ".parquet"))
    if path.resolve() in {(folder / name).resolve() for name in ("run.json", FILE, *tables)}:
        raise ExportError(f"{path}: is a file of the run itself; name another with --output")


def _tell(path: Path, left_out: Sequence[str]) -> None:
    typer.echo(f"Written: {path}", err=True)
    if left_out:
        typer.echo("left out:", err=True)
    for line in left_out:
        typer.echo(f"  {line}", err=True)


def _tell_missing(missing: Mapping[str, str]) -> None:
    for doc_id, why in list(missing.items())[:SHOWN]:
        typer.echo(f"pipeline: {doc_id}: left out, {why}", err=True)
    if len(missing) > SHOWN:
        typer.echo(f"pipeline: and {len(missing) - SHOWN} more", err=True)
    if missing:
        told = "1 document has" if len(missing) == 1 else f"{len(missing)} documents have"
        typer.echo(
            f"pipeline: {told} no text; give --documents, or run again with --texts", err=True
        )
