"""``pipeline network``: the facts of a run, rolled up by the ontology."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import stop


def network(
    folder: Annotated[Path, typer.Argument(help="folder that a run wrote")],
    roll_up: Annotated[
        list[str] | None,
        typer.Option("--roll-up", help="count all kinds of this concept (name or id) as it"),
    ] = None,
    level: Annotated[
        int | None, typer.Option("--level", min=0, help="roll up to this step of the path, 0 = top")
    ] = None,
    under: Annotated[
        list[str] | None, typer.Option("--under", help="only facts about this concept or its kinds")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="CSV file; to the terminal without")
    ] = None,
) -> None:
    """Put the facts of a run together anew, at the level that the question asks for."""
    from pipeline.network import COLUMNS
    from pipeline.network import network as facts_of
    from pipeline.roll_up import read_run
    from pipeline.roll_up import roll_up as rolled_up
    from pipeline.tabulate import OutputError, frame, write_all

    try:
        relations, concepts = read_run(folder)
        rows = rolled_up(relations, concepts, to=roll_up or (), level=level, under=under or ())
        table = frame(facts_of(rows), COLUMNS, safe=True)
        if output is not None:
            write_all({output: table})
    except (ValueError, OSError, OutputError) as error:
        stop(str(error))
    if output is None:
        typer.echo(table.to_csv(index=False, lineterminator="\n"), nl=False)
    typer.echo(f"{len(table)} facts from {len(rows)} of {len(relations)} relations", err=True)
