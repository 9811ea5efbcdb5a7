"""Seconds that people wait for the workspace in a browser: pages after the start, and each move of a slider.

    python tests/benchmarks/workspace.py [UNITS NONPROFITS]

Without lists the example is measured. The server is started, matched, stopped and started again first.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from made_register import EXAMPLE

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers.chromium import chromium
from helpers.workspace_server import Server, matched_workspace
from playwright.sync_api import Page

_MOVES = 25
_LISTEN = """() => {
    window.seconds = [];
    const slider = document.querySelector("input[type=range]");
    slider.addEventListener("input", () => { window.moved = performance.now(); }, true);
    document.addEventListener("htmx:afterSettle", () => requestAnimationFrame(() => {
        window.seconds.push((performance.now() - window.moved) / 1000);
    }));
}"""


def main() -> None:
    files = {name: Path(path) for name, path in zip(("units", "nonprofits"), sys.argv[1:3], strict=False)}
    files = files or {name: EXAMPLE / f"{name}.csv" for name in ("units", "nonprofits", "partnerships")}
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        data = matched_workspace(Path(folder) / "data", files)
        print(f"matched in {time.perf_counter() - started:.1f} s")
        started = time.perf_counter()
        with Server(data) as server, chromium() as browser:
            print(f"answers {time.perf_counter() - started:.1f} s after the start")
            page = browser.new_page()
            page.set_default_timeout(600_000)
            measure(page, server.address, "overview, first", "/")
            measure(page, server.address, "overview, again", "/")
            started = time.perf_counter()
            page.get_by_role("rowheader").get_by_role("link").first.click()
            page.get_by_role("heading", level=2).last.wait_for()
            print(f"shortlist: {time.perf_counter() - started:.2f} s")
            measure(page, server.address, "sliders, first", "/weigh/")
            measure(page, server.address, "sliders, again", "/weigh/")
            page.evaluate(_LISTEN)
            page.get_by_role("slider").first.focus()
            for move in range(_MOVES):
                page.keyboard.press("ArrowLeft" if move % 2 else "ArrowRight")
                while page.evaluate("window.seconds.length") <= move:
                    page.wait_for_timeout(2)
            seconds = sorted(page.evaluate("window.seconds"))
            print(f"a move of a slider: median {statistics.median(seconds):.3f} s, longest {seconds[-1]:.3f} s")


def measure(page: Page, address: str, name: str, path: str) -> None:
    started = time.perf_counter()
    page.goto(address.rstrip("/") + path)
    print(f"{name}: {time.perf_counter() - started:.2f} s")


if __name__ == "__main__":
    main()
