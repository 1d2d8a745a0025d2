"""``pipeline models``: what is installed, what can be, and installing it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_options import FINDINGS, PatternsOption, stop

if TYPE_CHECKING:
    from pipeline.catalogue import Catalogue

models_app = typer.Typer(name="models", invoke_without_command=True)


def _catalogue(patterns: PatternsOption) -> Catalogue:
    from pipeline.catalogue import read_catalogue
    from pipeline.patterns_data import PatternError, default_patterns_dir

    try:
        return read_catalogue(patterns or default_patterns_dir())
    except PatternError as error:
        stop(str(error))
    except OSError as error:
        stop(f"cannot read {error.filename}: {error.strerror}; check --patterns")


@models_app.callback()
def models(context: typer.Context, patterns: PatternsOption = None) -> None:
    """List the models that are installed and those that can be; install them."""
    if context.invoked_subcommand is not None:
        return
    from pipeline.catalogue import installed_models
    from pipeline.nlp import EMBEDDED, MODEL_DIR

    catalogue = _catalogue(patterns)
    meta = json.loads((MODEL_DIR / "meta.json").read_text(encoding="utf-8"))
    megabytes = sum(p.stat().st_size for p in MODEL_DIR.rglob("*") if p.is_file()) / 1e6
    _row(
        EMBEDDED, f"{meta['name']} {meta['version']}", "in the package", f"{megabytes:.0f} MB",
        f"{meta['description'].rstrip('.')}; {meta['license']}",
    )  # fmt: skip
    installed = installed_models()
    for name, release in catalogue.releases.items():
        status = "installed" if name in installed else "can be installed"
        if installed.get(name, release.version) != release.version:
            status += f", {release.version} can be"
        about = f"{release.about}; {release.licence}"
        if release.packages:
            about += f"; needs {' and '.join(release.packages)}"
        version = installed.get(name, release.version)
        size = f"{release.megabytes} MB" if release.megabytes else "?"
        _row(name, version, status, size, about)
    for name in sorted(set(installed) - set(catalogue.releases)):
        _row(name, installed[name], "installed")


def _row(*cells: str) -> None:
    typer.echo("\t".join(cells))


@models_app.command()
def install(
    names: Annotated[list[str], typer.Argument(help="released models; 'pipeline models' lists")],
    patterns: PatternsOption = None,
) -> None:
    """Fetch released scispaCy models with pip, from scispaCy's own address."""
    from pipeline.catalogue import missing_packages
    from pipeline.install import InstallError
    from pipeline.install import install as install_release

    releases = _catalogue(patterns).releases
    for name in names:  # before anything is fetched
        if name not in releases:
            stop(f"no released model is named {name!r}; there are {', '.join(releases)}")
    failed = False
    for name in names:
        release = releases[name]
        size = f", about {release.megabytes} MB" if release.megabytes else ""
        typer.echo(f"{name} {release.version}{size}", err=True)
        try:
            install_release(release)
        except InstallError as error:
            typer.echo(f"pipeline: {error}", err=True)
            failed = True
            continue
        typer.echo(f"Installed: {name}; use it with --model {name}", err=True)
        missing = missing_packages(release.packages)
        if missing:
            typer.echo(f"It also needs: pip install {' '.join(missing)}", err=True)
    if failed:
        raise typer.Exit(FINDINGS)
