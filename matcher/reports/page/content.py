"""All that the page says, put together from the results of a run."""

from __future__ import annotations

from typing import Any

import pandas as pd

from matcher.i18n.language import Language, counted_message
from matcher.places.outline import inhabited
from matcher.reports.charts.coverage_map import coverage_map, map_frames, map_legend
from matcher.reports.page.companies import company_views
from matcher.reports.page.lists import list_owners, list_views
from matcher.reports.page.overview import changes_view, figures
from matcher.reports.page.pairs import PairBook
from matcher.reports.page.selection import best_rows
from matcher.reports.page.standings import standings_data
from matcher.reports.page.views import PageContent
from matcher.reports.page.wording import cell_text, page_labels, script_labels
from matcher.reports.results import Results
from matcher.reports.weak_data import weak_data

DISTANCES_KM = (5, 10, 25, 50, 100)
_MAP_POINTS = 4000
_LEFT_PAIRS = counted_message(
    "This page shows {shown} of 1 pair on the shortlists.",
    "This page shows {shown} of {count} pairs on the shortlists: the best of each list. The rest is in the tables.",
)
_LEFT_LISTS = counted_message("1 list is in the tables only.", "{count} lists are in the tables only.")
_LEFT_COMPANIES = counted_message("1 company is in the tables only.", "{count} companies are in the tables only.")
_UNPLACED = counted_message("1 place is unknown and not on the map.", "{count} places are unknown and not on the map.")


def page_content(results: Results) -> PageContent:
    """Return the content of the page for a run."""
    language, run = results.language, results.data
    bound = run.settings.page.pairs
    book = PairBook(results)
    owners = list_owners(results)
    selection = best_rows(owners, [record.score or 0.0 for record in results.records], bound)
    anchors = {
        owner: f"list-{number}" for number, owner in enumerate(_with_section(results, list(selection.rows), bound))
    }
    causes = _causes(results, book)
    lists = list_views(book, selection, anchors, causes)
    companies, left_companies = company_views(book, anchors if run.settings.side == "units" else {}, causes, bound)
    frames = map_frames(results.programmes.plan)
    labels = page_labels(language)
    notes = []
    if selection.left:
        notes.append(
            language.count_phrase(*_LEFT_PAIRS, len(owners), shown=language.number(len(owners) - selection.left))
        )
    if selection.lists_left:
        notes.append(language.count_phrase(*_LEFT_LISTS, selection.lists_left))
    if left_companies:
        notes.append(language.count_phrase(*_LEFT_COMPANIES, left_companies))
    unplaced = language.count_phrase(*_UNPLACED, frames.unplaced) if frames.unplaced else ""
    return PageContent(
        language=language.code,
        labels=labels,
        summary=language.day(run.today),
        asked=results.programmes.asked([each for each in results.programmes.plan.programmes if each.recommended]),
        figures=figures(results),
        weak=weak_data(results),
        warnings=list(results.run["warnings"]),
        notes=notes,
        changes=changes_view(results, bound),
        companies=companies,
        lists=lists,
        causes=[(str(number), language.word(code)) for code, number in causes.items()],
        distances=[(str(km), language.phrase("within {km} km", km=language.number(km))) for km in DISTANCES_KM],
        legend=map_legend(language, set(frames.pairs["kind"])),
        map_text=" ".join(filter(None, (labels["map_text"], unplaced))),
        map_spec=_map_spec(results, language) if len(frames.units) else None,
        data=book.data()
        | {
            "labels": script_labels(language),
            "lists": anchors,
            "standings": standings_data(book, anchors),
        },
    )


def _with_section(results: Results, shown: list[str], bound: int) -> list[str]:
    """Owners of the lists with a section: those shown, and of units also the empty ones, up to the bound."""
    if results.data.settings.side != "units":
        return shown
    listed = set(results.shortlist["unit_id"])
    empty = [unit for unit in results.data.units.ids.tolist() if unit not in listed]
    return [*shown, *empty[: max(0, bound - len(shown))]]


def _causes(results: Results, book: PairBook) -> dict[str, int]:
    """Return a number for every cause of the nonprofits on the shortlists, in the order of their words."""
    codes = {code for name in {record.nonprofit_id for record in results.records} for code in book.causes_of(name)}
    ordered = sorted(codes, key=lambda code: (book.language.word(code).casefold(), code))
    return {code: number for number, code in enumerate(ordered)}


def _map_spec(results: Results, language: Language) -> dict[str, Any]:
    """Return the map as a specification for Vega-Lite, as wide as the page."""
    frames = map_frames(results.programmes.plan).at_most(_MAP_POINTS)
    points = pd.concat([frames.units, frames.partners])
    countries = frozenset(
        cell_text(code) or results.data.settings.places.default_country
        for table in (results.tables.units, results.tables.nonprofits)
        for code in table.frame["country"].unique()
    )
    outline = inhabited(points["latitude"].to_numpy(), points["longitude"].to_numpy(), countries)
    chart = coverage_map(frames, outline, language=language).properties(width="container", height=520)
    spec: dict[str, Any] = chart.configure_legend(disable=True).to_dict()
    return spec
