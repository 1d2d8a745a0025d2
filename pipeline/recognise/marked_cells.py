"""Cells whose name reaches further left than the tables know: any row of markers (*CD4(+)YFP(+)
T cells*), or the short form of a tumour (*STS cells*)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import FineText, fold

REACH = 80  # characters of markers before a cell
_MARKER = (
    r"[A-Za-z][A-Za-z0-9/.αβγδ-]{1,11}?"
    r"(?:\s?\([+−-]\)|\+{1,3}(?!\w*\()|⁺|⁻|−|-(?=[A-Z])|(?:high|hi|low|lo|bright|dim|int)(?![a-z]))"
)
_ROW = re.compile(rf"(?<![\w-])(?:{_MARKER}[\s/]?){{1,7}}$")
# at least one of a row must be a marker that immunologists name cells by
_KNOWN = re.compile(r"CD\d|Fox-?[Pp]3|Gr-?1|Ly-?6|F4/80|Lin|Sca-?1|Kit|CXCR\d|CCR\d|B220|PD-?1|Thy")
_TUMOR = re.compile(
    r"(?:oma|om[ea]s|cancer|cancers|tumou?rs?|leuk(?:a)?emias?|neoplasms?|carcinosis)$"
)
_CELLS = frozenset({"cell", "line"})


class MarkedCells:
    """Lengthens settled cells, and makes cells of short forms of tumours."""

    def __call__(self, fine: FineText, mentions: Iterable[Candidate]) -> Iterator[Candidate]:
        """Candidates of CELL, each longer than what it stands on."""
        for mention in mentions:
            if mention.label == "CELL":
                yield from self._markers_before(fine, mention)
            elif mention.label == "DISEASE":
                yield from self._cells_of(fine, mention)

    def _markers_before(self, fine: FineText, mention: Candidate) -> Iterator[Candidate]:
        before = fine.text[max(0, mention.start - REACH) : mention.start]
        row = _ROW.search(before)
        if row is None or not _KNOWN.search(row[0]):
            return
        start = mention.start - len(row[0])
        yield Candidate(start, mention.end, "CELL", layer="patterns", source="markers")

    def _cells_of(self, fine: FineText, mention: Candidate) -> Iterator[Candidate]:
        """*STS cells*, *PDAC cell lines*: what a document defines as a tumour."""
        if mention.layer != "abbreviations" or not _TUMOR.search(mention.source):
            return
        at = bisect_left(fine.starts, mention.end)
        last = at
        while last < len(fine.words) and last < at + 2 and fold(fine.words[last]) in _CELLS:
            last += 1
        if last > at:
            end = fine.ends[last - 1]
            yield Candidate(mention.start, end, "CELL", layer="patterns", source="tumor cells")
