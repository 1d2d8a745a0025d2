"""A report on disk: the page, and pictures of the network and the heat map beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.report.evidence import Limits
from pipeline.result import read_result
from pipeline.tabulate import make_folder, write_all


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """``edges`` facts are drawn at first, ``top`` cells and cytokines stand in the heat map;
    ``evaluation`` is an ``evaluation.json`` in place of the one in the run's folder."""

    output: Path | None = None
    evaluation: Path | None = None
    edges: int = 60
    top: int = 15
    figures: bool = True
    limits: Limits = field(default_factory=Limits)


def write_report(folder: Path, options: ReportOptions | None = None) -> list[Path]:
    """Write the report of the run in ``folder``; the paths, the page first.

    Raises TableError for a folder that no run of this version wrote and for an evaluation that
    cannot be used, OutputError for what cannot be written, and then the files of an
    earlier report are as they were.
    """
    from pipeline.report.data import content
    from pipeline.report.evaluation import find_evaluation, read_evaluation
    from pipeline.report.page import report_page

    options = options or ReportOptions()
    page = options.output or folder / "report.html"
    evaluation = find_evaluation(folder, options.evaluation)
    result = read_result(folder)
    measured = read_evaluation(evaluation, result.about) if evaluation else None
    holds = content(result, options.limits, options.edges)
    text = report_page(result, holds, measured, top=options.top, figures=options.figures)
    files = {page: text.encode("utf-8")}
    if options.figures:
        from pipeline.report.figures import figures

        beside = page.parent / "figures"
        files |= {beside / name: made for name, made in figures(holds, options).items()}
    for path in files:
        make_folder(path.parent)
    write_all(files)
    return list(files)
