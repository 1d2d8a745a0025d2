"""``pipeline report``: a run as one page, with figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import stop


def report(
    folder: Annotated[Path, typer.Argument(help="folder that a run wrote")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="HTML file; report.html in the folder without"),
    ] = None,
    evaluation: Annotated[
        Path | None,
        typer.Option(
            "--evaluation", help="evaluation.json; evaluation/evaluation.json in the folder without"
        ),
    ] = None,
    edges: Annotated[
        int, typer.Option("--edges", min=1, max=500, help="facts drawn in the network at first")
    ] = 60,
    top: Annotated[
        int, typer.Option("--top", min=1, max=50, help="cells and cytokines of the heat map")
    ] = 15,
    figures: Annotated[
        bool, typer.Option("--figures/--no-figures", help="PNG and SVG beside the page")
    ] = True,
) -> None:
    """Write one HTML page to look at, that needs no network, and figures for a paper."""
    from pipeline.report import ReportOptions, write_report
    from pipeline.tables_in import TableError
    from pipeline.tabulate import OutputError

    if output is not None and output.suffix.lower() not in (".html", ".htm"):
        stop(f"--output {output}: the page is HTML; give a name that ends in .html")
    options = ReportOptions(output, evaluation, edges, top, figures)
    try:
        written = write_report(folder, options)
    except (TableError, OutputError) as error:
        stop(str(error))
    size = written[0].stat().st_size / 1e6
    typer.echo(f"Written: {written[0]} ({size:.1f} MB)", err=True)
    for path in written[1:]:
        typer.echo(f"Written: {path}", err=True)
