"""``pipeline terms``: look terms up, import an ontology, put the tables in order."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from pipeline.cli_options import PatternsOption, stop
from pipeline.records import LABELS

if TYPE_CHECKING:
    from pipeline.ontology.importer import Imported, ImportOptions
    from pipeline.ontology.obo import Ontology
    from pipeline.recognise.terms import Term


class Scope(StrEnum):
    exact = "exact"
    related = "related"
    narrow = "narrow"
    broad = "broad"


class _FindFirst(TyperGroup):
    """A group whose first word may also be a query: ``pipeline terms IL-6`` finds."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["find", *args]
        return super().parse_args(ctx, args)


_LabelOption = Annotated[str, typer.Option("--label", help=f"one of {', '.join(LABELS)}")]
_OwnPatternsOption = Annotated[
    Path,
    typer.Option(
        "--patterns",
        help="your own folder of patterns; one that is not there is made as a copy of the "
        "shipped one",
    ),
]
_PrefixOption = Annotated[
    str, typer.Option("--prefix", help="of the ids to take; without, the ontology's own")
]
_RootOption = Annotated[
    list[str] | None, typer.Option("--root", help="take only what is under this id; repeatable")
]
_ScopeOption = Annotated[
    list[Scope] | None,
    typer.Option(
        "--scope",
        help="of the synonyms to take, repeatable; exact without. Others count only in a "
        "document that names the concept in another way",
    ),
]

terms_app = typer.Typer(name="terms", cls=_FindFirst)


@terms_app.callback()
def terms() -> None:
    """Look terms up, import whole ontologies, sort the tables; QUERY alone finds."""


@terms_app.command()
def find(
    query: Annotated[str, typer.Argument(help="words to look up; all terms without")] = "",
    kinds: Annotated[
        bool, typer.Option("--kinds", help="list all kinds of the concept of this name instead")
    ] = False,
    patterns: PatternsOption = None,
) -> None:
    """List the terms, or those whose text or name holds the query."""
    from pipeline.patterns_data import PatternError, default_patterns_dir
    from pipeline.recognise.terms import read_terms

    folder = patterns or default_patterns_dir()
    try:
        known = read_terms(folder)
        if kinds:
            _list_kinds(query, known, folder)
            return
    except PatternError as error:
        stop(str(error))
    wanted = query.lower()
    for term in known:
        if wanted in term.text.lower() or wanted in term.name.lower():
            cells = (term.label, term.name, term.text, term.concept_id, term.match)
            typer.echo("\t".join(cells))


def _list_kinds(query: str, known: list[Term], folder: Path) -> None:
    """One line a concept that is the queried one or a kind of it, with its path."""
    from pipeline.ground.hierarchy import Hierarchy, read_links

    hierarchy = Hierarchy(read_links(folder))
    ids = {(term.label, term.name): term.concept_id for term in known if term.label in LABELS}
    wanted = [key for key in ids if query.casefold() in {key[1].casefold(), ids[key].casefold()}]
    if not query or not wanted:
        stop(f"no concept has the name or identifier {query!r}; pipeline terms QUERY looks it up")
    for label, name in sorted(ids):
        if any(label == one and hierarchy.is_a(label, name, above) for one, above in wanted):
            path = " > ".join(hierarchy.path(label, name))
            typer.echo("\t".join((label, name, ids[label, name], path)))


@terms_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="an ontology in OBO format; also .obo.gz")],
    label: _LabelOption,
    patterns: _OwnPatternsOption,
    prefix: _PrefixOption = "",
    root: _RootOption = None,
    scope: _ScopeOption = None,
) -> None:
    """Add the names of an ontology to your own patterns; what the tables know, they keep.

    An earlier import of the same ontology is replaced.
    """
    from pipeline.ontology.importer import ImportOptions
    from pipeline.ontology.obo import OntologyError
    from pipeline.patterns_data import PatternError

    if label not in LABELS:
        stop(f"no label is named {label!r}; there are {', '.join(LABELS)}")
    scopes = frozenset(one.value.upper() for one in scope or [Scope.exact])
    options = ImportOptions(label, prefix, tuple(root or ()), scopes)
    try:
        _import(file, patterns, options)
    except (OntologyError, PatternError) as error:
        stop(str(error))
    except OSError as error:
        stop(_cannot(error))


def _cannot(error: OSError) -> str:
    """One line on a file that could not be read or written; of two errors the first."""
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    return f"cannot read or write {cause.filename}: {cause.strerror or cause}"


def _import(file: Path, patterns: Path, options: ImportOptions) -> None:
    from pipeline.ontology.folder import known_folder, write_import
    from pipeline.ontology.importer import convert, table_name
    from pipeline.ontology.known import read_known
    from pipeline.ontology.spellings import read_import_words

    folder = known_folder(patterns)  # before anything is read
    ontology = _read(file)
    name = table_name(ontology)
    known = read_known(folder, options.label, name)
    imported = convert(ontology, known, read_import_words(folder), options)
    written = write_import(patterns, name, imported)
    _tell(file, ontology, imported, written)


def _read(file: Path) -> Ontology:
    """The ontology, with a bar only where somebody can see it."""
    from rich.console import Console

    from pipeline.ontology.obo import read_obo

    console = Console(stderr=True)
    if not console.is_terminal:
        return read_obo(file)
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    size = file.stat().st_size
    columns = (
        TextColumn("reading"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=size)
        return read_obo(file, lambda done: bar.update(task, completed=done))


def _tell(file: Path, ontology: Ontology, imported: Imported, written: list[Path]) -> None:
    """What was read, taken and left out, on stderr."""
    from pipeline.ontology.importer import told

    lines = [
        f"{imported.source}: {len(ontology.terms)} terms read, {imported.n_terms} imported "
        f"({imported.n_joined} of them known by their concept), {len(imported.rows)} spellings, "
        f"{len(imported.links)} links",
        f"Terms left out: {told(imported.terms_out)}",
        f"Spellings left out: {told(imported.spellings_out)}",
    ]
    if imported.n_circles:
        lines.append(f"Links left out: {imported.n_circles} that lead in a circle")
    if ontology.n_bad:
        lines.append(f"Bad clauses skipped: {ontology.n_bad}")
        lines += [f"  {file}:{line}: {why}" for line, why in ontology.bad]
    lines.append("Written: " + ", ".join(path.as_posix() for path in written))
    for line in lines:
        typer.echo(line, err=True)


@terms_app.command()
def sort(patterns: PatternsOption = None) -> None:
    """Put the rows of all term tables and hierarchy files in order."""
    from pipeline.ontology.tables import sort_tables
    from pipeline.patterns_data import PatternError, default_patterns_dir

    try:
        changed = sort_tables(patterns or default_patterns_dir())
    except PatternError as error:
        stop(str(error))
    except OSError as error:
        stop(_cannot(error))
    for path in changed:
        typer.echo(f"Written: {path.as_posix()}", err=True)
    typer.echo(f"{len(changed)} files were out of order", err=True)
