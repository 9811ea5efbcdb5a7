"""Chromium, where it is installed, to open the page as a reader does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

_QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str:
    """Path of the program. Without it a test is skipped, or fails in CI."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        reason = "Chromium is not installed (Debian: chromium)"
        if os.environ.get("MATCHER_CI") or os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return program


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a browser, and close it afterwards."""
    program = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        try:
            yield browser
        finally:
            browser.close()
