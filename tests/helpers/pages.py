"""Pages of results, also of tables with hostile texts in every column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from matcher import PartnerMatcher
from matcher.i18n.language import load_language
from matcher.reports.page import PAGE_FILE, PageOutput
from matcher.reports.results import Results
from matcher.settings import Settings
from matcher.tables.data import Tables
from matcher.tables.read.tables import read_table
from matcher.texts.passages import Passages

HOSTILE = (
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    '"><img src=x onerror="window.hit=1">',
    "'-->]]><svg/onload=window.hit=1>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:window.hit=1",
    "\u2028window.hit=1\u2029//",
    "<!--<script>",
    "&lt;b&gt; &amp; <b>bold</b>",
    "__proto__",
    "$& $1 {words} {shown}",
)


def results_of(
    units: pd.DataFrame,
    nonprofits: pd.DataFrame,
    partnerships: pd.DataFrame | None = None,
    *,
    encoder: Any,
    overrides: dict[str, Any] | None = None,
    passages: bool = True,
) -> Results:
    """Results of a run, as the job makes them."""
    chosen = Settings().with_overrides({"gates.as_of": "2026-11-01", **(overrides or {})})
    matcher = PartnerMatcher(settings=chosen, encoder=encoder).fit(nonprofits, partnerships=partnerships)
    match = matcher.match(units)
    shortlists, programmes = match.shortlists(), match.programmes()

    def none(records: Sequence[Any]) -> list[Passages]:
        return [Passages() for _ in records]

    return Results(
        tables=Tables({"units": read_table("units", units), "nonprofits": read_table("nonprofits", nonprofits)}, ()),
        data=match.scorer.run,
        empty_lists=shortlists.without_list,
        standings=match.standings,
        remarks=shortlists.remarks,
        shortlist=shortlists.table,
        records=shortlists.records,
        programmes=programmes,
        run={"warnings": programmes.notices},
        language=load_language(chosen.language),
        passages=match.passages if passages else none,
    )


def page_of(results: Results) -> str:
    return str(PageOutput().files(results)[PAGE_FILE])


def hostile_frames(texts: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables with these texts in every column that takes text, and in headings that pass through."""
    picks = [texts[position % len(texts)] for position in range(40)]
    units = pd.DataFrame(
        {
            "unit_id": [f"u{row}{picks[row]}" for row in range(3)],
            "company": [picks[3] + "A", picks[3] + "A", picks[4] + "B"],
            "name": picks[5:8],
            "mission": picks[8:11],
            "values": picks[11:14],
            "foundation": picks[14:17],
            "address": picks[17:20],
            "city": ["Utrecht", "Zeist", picks[20]],
            "causes": [f"x{picks[21]}", "jeugd", "jeugd"],
            "offers": ["people", "money", None],
            "seeks": ["network", None, "talent"],
            f"note {picks[22]}": picks[23:26],
        }
    )
    nonprofits = pd.DataFrame(
        {
            "nonprofit_id": [f"n{row}{picks[row + 1]}" for row in range(4)],
            "organisation": [f"{pick}{row}" for row, pick in enumerate(picks[26:30])],
            "name": picks[30:34],
            "mission": picks[34:38],
            "values": picks[2:6],
            "city": ["Utrecht", "De Bilt", "Zeist", picks[38]],
            "causes": [f"x{picks[21]}", "jeugd", None, "jeugd"],
            "needs": ["people", "money", "people", None],
            "offers": ["network", "talent", None, None],
            "accreditation": [picks[39], "ANBI", None, None],
            f"site {picks[22]}": picks[1:5],
        }
    )
    return units, nonprofits
