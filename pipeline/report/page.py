"""The page of a run: one HTML file with its network, tables and every sentence behind a fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from shlex import quote
from typing import Any

from pipeline.evaluate.page.cells import shown
from pipeline.records import LABELS, PREDICATES
from pipeline.report.data import Content
from pipeline.report.evaluation import Measured
from pipeline.report.overview import overview
from pipeline.report.reviewed import review_line
from pipeline.result import COLUMNS, Result
from pipeline.standalone import page_template, policy_hash, script_data
from pipeline.tables_in import find_table

HERE = Path(__file__).parent
ASSETS = HERE / "assets"
SCRIPTS = (
    "core.js", "names.js", "tables.js", "heat.js", "lists.js", "drawing.js", "network.js",
    "main.js",
)  # fmt: skip
SIGNS = {"CYTOKINE": "●", "RECEPTOR": "◆", "CELL": "■", "DISEASE": "▲", "DRUG": "⬟"}
HEAT_SIZES = (10, 15, 20, 30, 50)


def report_page(
    result: Result, content: Content, measured: Measured | None, *, top: int, figures: bool
) -> str:
    """One self-contained HTML file; the same run gives the same text.

    ``top`` is how many cells and cytokines the heat map shows at first, ``figures`` says that
    pictures stand beside the page. What texts hold is escaped.
    """
    from markupsafe import Markup

    style = _text("page.css")
    library = (HERE / "vendor" / "cytoscape.min.js").read_text(encoding="utf-8")
    parts = "\n".join(map(_text, SCRIPTS))
    script = f'"use strict";\n(() => {{\n{parts}}})();\n'
    files = _files(result.folder)
    return page_template(ASSETS).render(
        style=Markup(style),
        library=Markup(library),
        script=Markup(script),
        style_hash=policy_hash(style),
        script_hashes=[policy_hash(library), policy_hash(script)],
        data=Markup(script_data(content.data)),
        heading=_heading(result),
        finished=str(result.about.get("finished", ""))[:10],
        overview=overview(result),
        n_facts=len(content.evidence.facts),
        n_mentions=len(result.frames.mentions),
        n_contradictions=len(content.contradictions),
        n_contradicted=int(result.frames.network["contradicted"].sum()),
        review=review_line(result),
        left_out=_left_out(content, files),
        files=files,
        figures_beside=figures,
        predicates=PREDICATES,
        labels=LABELS,
        signs=SIGNS,
        heat_sizes=sorted({*HEAT_SIZES, top}),
        top=top,
        measured=measured,
        evaluation_folder=quote((result.folder / "evaluation").as_posix()),
        shown=shown,
        about=[(head, rows) for head, rows in _about(result.about) if rows],
    )


def _text(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _heading(result: Result) -> str:
    n, facts = len(result.frames.documents), len(result.frames.network)
    documents = "1 document" if n == 1 else f"{n:,} documents"
    return f"{'1 fact' if facts == 1 else f'{facts:,} facts'} from {documents}"


def _files(folder: Path) -> dict[str, str]:
    """The names of the tables, *facts* for the network."""
    names = {name: find_table(folder, name).name for name in COLUMNS}
    return {**names, "facts": names["network"]}


def _left_out(content: Content, files: Mapping[str, str]) -> dict[str, str]:
    """What is not on the page and where it is; nothing where all is."""
    said = {}
    for name, (here, there) in content.left_out.items():
        which = ", the best supported" if name == "facts" else ""
        held = f"To stay small, this page holds {here:,} of {there:,} {name}{which}"
        said[name] = f"{held}; all are in {files[name]}." if here < there else ""
    return said


# --- how the run was made -----------------------------------------------------------


def _about(about: Mapping[str, Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Names and values of ``run.json`` under headings; what was not given is left out.

    ``models`` names the model too, with those it stands on.
    """
    made = ("program", "models" if about.get("models") else "model", "patterns", "versions")
    yield "Versions", _told({key: about.get(key) for key in made})
    yield "Options", _told(_mapping(about.get("options")))
    yield "Counts", _told(_mapping(about.get("counts")))
    yield "Reviewed", _told(_mapping(about.get("reviewed")))
    yield "Time", _told({key: about.get(key) for key in ("finished", "seconds")})


def _told(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (str(key).replace("_", " "), said)
        for key, value in values.items()
        if (said := _said(value))
    ]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        if set(value) == {"name", "version"}:
            return f"{value['name']} {value['version']}"
        return ", ".join(f"{key} {_said(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_said, value))
    return "" if value is None else str(value)
