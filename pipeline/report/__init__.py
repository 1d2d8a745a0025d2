"""``pipeline report``: a run as one self-contained HTML page, with figures beside it."""

from __future__ import annotations

from pipeline.report.write import ReportOptions, write_report

__all__ = ["ReportOptions", "write_report"]
