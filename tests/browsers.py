"""A real browser for the tests of pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium(page: str) -> Iterator[Any]:
    """Chromium without a window; skips, and says that ``page`` was not opened, where there is
    none. One at a time: its event loop is that of the thread."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.skip(f"no playwright: {page} was not opened in a browser")
    if path is None:
        pytest.skip(f"no Chromium on the path: {page} was not opened in a browser")
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
