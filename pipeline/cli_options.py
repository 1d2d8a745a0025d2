"""What the commands share: exit statuses, the way out with a message, common options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

DONE, FINDINGS, WRONG_USE = 0, 1, 2

ModelOption = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        help="'embedded' (the default), an installed spaCy or scispaCy model, or a folder; "
        "give it again, or names with commas, for the entities of further models",
    ),
]
PatternsOption = Annotated[
    Path | None, typer.Option("--patterns", help="folder of patterns instead of the shipped one")
]


def stop(message: str) -> NoReturn:
    """End the program as wrong use, with one line on stderr."""
    typer.echo(f"pipeline: {message}", err=True)
    raise typer.Exit(WRONG_USE)
