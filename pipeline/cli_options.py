"""What the commands share: exit statuses, the way out with a message, common options,
settings that load."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from pipeline.route import Settings

DONE, FINDINGS, WRONG_USE = 0, 1, 2
REVIEWS = Path("corpus/reviews")  # where decisions are saved and looked for

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


def settings_for(
    models: list[str] | None, patterns: Path | None, min_score: float | None = None
) -> Settings:
    """Settings whose models and patterns load; ends the program with a message if not."""
    from pipeline.nlp import EMBEDDED, ModelError
    from pipeline.patterns_data import PatternError
    from pipeline.route import Settings, tools

    if patterns is not None and not patterns.is_dir():
        stop(f"no patterns folder at {patterns}; leave --patterns out for the shipped one")
    model = EMBEDDED if models is None else ",".join(models)
    settings = Settings(model, str(patterns.resolve()) if patterns else "", min_score)
    try:
        tools(settings)
    except (ModelError, PatternError) as error:
        stop(str(error))
    except OSError as error:  # a folder that holds only some of the files
        stop(f"cannot read {error.filename}: {error.strerror}; check --patterns")
    return settings
