"""The web page: one file that opens anywhere without a network, made from the records that all views are made from.

What it is made with is loaded only when one is made.
"""

from __future__ import annotations

from typing import ClassVar

from matcher.reports.results import Files, Output, Results

PAGE_FILE = "report.html"


class PageOutput(Output):
    """One web page that holds all it needs."""

    name: ClassVar[str] = "html"
    may_write = (PAGE_FILE,)

    def files(self, results: Results) -> Files:
        from matcher.reports.page.content import page_content
        from matcher.reports.page.rendering import render

        return {PAGE_FILE: render(page_content(results))}
