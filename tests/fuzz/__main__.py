"""Run the fuzzers for as long as one says; the exit status is 1 when something was found."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from tests.fuzz.loop import TARGETS, fuzz


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long, in all")
    parser.add_argument("--only", choices=TARGETS, action="append", help="a target; may repeat")
    parser.add_argument("--seed", type=int, default=1, help="the first number")
    parser.add_argument("--keep", type=Path, help="a folder for the files that were found")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)  # warnings about encodings, thousands of them
    report = fuzz(given.only or list(TARGETS), given.seconds, given.seed, given.keep)
    for line in report.lines():
        print(line)
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
