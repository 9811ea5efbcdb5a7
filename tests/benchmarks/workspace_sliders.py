"""Seconds that people wait for the workspace in a browser: pages after the start, and each move of a slider.

    python tests/benchmarks/workspace_sliders.py [--units 1000 --nonprofits 50000] [--data FOLDER] [--moves 20]

Without sizes the example is measured, else a made register, whose first match embeds every text; ``--data`` keeps it for
the next time. A move lasts from the input event to the first frame with the new rows. "First" is the first request after
the server's start.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from made_register import EXAMPLE, write_register

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers.chromium import chromium
from helpers.workspace_server import Server, WorkspaceData, matched_workspace
from playwright.sync_api import Page

_PATIENCE_SECONDS = 1800
_LISTEN = """() => {
    window.milliseconds = [];
    let moved = 0;
    document.addEventListener("input", () => { moved ||= performance.now(); }, true);
    new MutationObserver(() => requestAnimationFrame(() => {
        if (moved) window.milliseconds.push(performance.now() - moved);
        moved = 0;
    })).observe(document.getElementById("moved"), { childList: true });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--units", type=int, help="of a made register, in place of the example")
    parser.add_argument("--nonprofits", type=int, default=50_000)
    parser.add_argument("--data", type=Path, help="folder of the workspace, matched only where it is not there yet")
    parser.add_argument("--moves", type=int, default=20)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = workspace(chosen.data or Path(folder) / "data", Path(folder), chosen.units, chosen.nonprofits)
        with chromium() as browser:
            page = browser.new_page()
            page.set_default_timeout(_PATIENCE_SECONDS * 1000)
            with Server(data) as server:
                timed(page, "overview, first", server.address)
                timed(page, "overview, again", server.address)
                link = page.get_by_role("rowheader").get_by_role("link").first.get_attribute("href") or ""
            for name, path in (("shortlist", link), ("sliders", f"/weigh/?{link.partition('?')[2]}")):
                with Server(data) as server:
                    timed(page, f"{name}, first", server.address.rstrip("/") + path)
                    timed(page, f"{name}, again", server.address.rstrip("/") + path)
                    if name == "sliders":
                        wait_for_sliders(page)
                        move_slider(page, server, chosen.moves)


def workspace(folder: Path, lists: Path, units: int | None, nonprofits: int) -> WorkspaceData:
    if folder.is_dir():
        return WorkspaceData(folder)
    if units is None:
        files = {name: EXAMPLE / f"{name}.csv" for name in ("units", "nonprofits", "partnerships")}
    else:
        write_register(lists, nonprofits, units, seed=11)
        files = {name: lists / f"{name}.parquet" for name in ("units", "nonprofits")}
    started = time.perf_counter()
    data = matched_workspace(folder, files, _PATIENCE_SECONDS)
    print(f"matched in {time.perf_counter() - started:.1f} s", flush=True)
    return data


def timed(page: Page, name: str, address: str) -> None:
    started = time.perf_counter()
    page.goto(address)
    print(f"{name}: {time.perf_counter() - started:.2f} s; load {os.getloadavg()[0]:.1f}", flush=True)


def wait_for_sliders(page: Page) -> None:
    """Ask again while the run of a large register is read into memory, as the page says."""
    started = time.perf_counter()
    while not page.locator("#moved").count():
        page.reload()
    print(f"sliders there after a further {time.perf_counter() - started:.1f} s", flush=True)


def move_slider(page: Page, server: Server, moves: int) -> None:
    page.evaluate(_LISTEN)
    page.get_by_role("slider").first.focus()
    before = server.processor_seconds
    for move in range(moves):
        page.keyboard.press("ArrowLeft" if move % 2 else "ArrowRight")
        page.wait_for_function("count => window.milliseconds.length > count", arg=move)
    spent = (server.processor_seconds - before) / moves
    took = sorted(page.evaluate("window.milliseconds"))
    print(
        f"{moves} moves of a slider: median {statistics.median(took):.0f} ms, slowest {took[-1]:.0f} ms, "
        f"{spent * 1000:.0f} ms of the server's processor; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
