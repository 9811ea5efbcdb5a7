"""What is kept of a run to show it: plain values in each language, so that a list is there before anything is loaded."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from matcher.i18n.language import available_languages
from matcher.jobs.match import MatchedRun
from matcher.places.distance import degrees
from matcher.reports.page.companies import company_views
from matcher.reports.page.lists import list_owners, list_views
from matcher.reports.page.overview import figures
from matcher.reports.page.pairs import PairBook
from matcher.reports.page.selection import best_rows
from matcher.reports.results import Results
from matcher.reports.weak_data import weak_data
from matcher.scoring.data import Run
from matcher.tables.problems import problem_lines
from matcher.tables.status import Status

OVERVIEW, PROGRAMMES = "overview", "programmes"


@dataclass(frozen=True)
class ShownList:
    """One shortlist as it is kept.

    Attributes
    ----------
    unit_id, name, under : str
    pairs : int
    content : dict
        Rows, remarks, note, where they are, and what an opened pair shows.
    """

    unit_id: str
    name: str
    under: str
    pairs: int
    content: dict[str, Any]


@dataclass(frozen=True)
class ShownRun:
    """A run as it is kept in one language.

    Attributes
    ----------
    language : str
    overview, programmes : dict
    lists : list of ShownList
        By company and name.
    """

    language: str
    overview: dict[str, Any]
    programmes: dict[str, Any]
    lists: list[ShownList]


def shown_in_every_language(run: MatchedRun) -> Iterator[ShownRun]:
    """Yield the run in each language."""
    for code in available_languages():
        yield shown(run.results_in(code))


def shown(results: Results) -> ShownRun:
    """Return a run as it is kept."""
    language = results.language.code
    overview = {
        "figures": figures(results),
        "weak": weak_data(results),
        "warnings": _warnings_beside_lists(results),
        "day": results.language.day(results.data.today),
    }
    return ShownRun(language, overview, programmes_content(results), list(_lists(results)))


def _warnings_beside_lists(results: Results) -> list[str]:
    """Warnings of a run but those on cells and columns: these stand at the lists, where they are mended."""
    at_lists = set(problem_lines([found for found in results.tables.problems if not found.is_error], results.language))
    return [line for line in results.run["warnings"] if line not in at_lists]


def programmes_content(results: Results) -> dict[str, Any]:
    """Return the programmes of a run with their plans compared, and what an opened pair of theirs shows."""
    book = PairBook(results)
    companies, left = company_views(book, {}, {}, results.data.settings.page.pairs)
    kinds = results.programmes.kinds()
    why: dict[str, list[str]] = {}
    for company, sentence in zip(kinds["company"], kinds["why"], strict=True):
        why.setdefault(company, []).append(sentence)
    gains = results.programmes.capacity_gains()
    return {
        "companies": [asdict(view) | {"why": why.get(view.name, [])} for view in companies],
        "left": left,
        "notices": results.programmes.notices,
        "data": book.data(),
        "pairs": [[record.unit_id, record.nonprofit_id] for record in book.records],
        "running": [
            number
            for number, record in enumerate(book.records)
            if any(Status(status).is_running for status in record.statuses)
        ],
        "gains": gains.to_dict("records"),
        "unserved": results.programmes.unserved_units()[["unit_name", "meaning", "nearest_name"]]
        .astype(object)
        .where(lambda frame: frame.notna(), "")
        .to_dict("records"),
    }


def _lists(results: Results) -> Iterator[ShownList]:
    book = PairBook(results)
    owners = list_owners(results)
    selection = best_rows(owners, [record.score or 0.0 for record in results.records], len(owners) or 1)
    unit_ids = results.data.units.ids.tolist()
    views = list_views(book, selection, {str(name): str(name) for name in unit_ids}, {})
    data = book.data()
    run = results.data
    number_of = {str(name): number for number, name in enumerate(run.nonprofits.ids)}
    position = {name: number for number, name in enumerate(unit_ids)}
    for view in views:
        unit_id = view.anchor
        unit = position[unit_id]
        rows: Sequence[int] = selection.rows.get(unit_id, ())
        pairs = [
            asdict(pair) | {"nonprofit_id": results.records[row].nonprofit_id}
            for row, pair in zip(rows, view.pairs, strict=True)
        ]
        content = {
            "pairs": pairs,
            "remarks": view.remarks,
            "note": view.note,
            "map": _places(run, unit, [number_of[results.records[row].nonprofit_id] for row in rows]),
            "data": _part_of(data, [pair["number"] for pair in pairs]),
        }
        yield ShownList(unit_id, view.name, view.under, len(pairs), content)


def _places(run: Run, unit: int, nonprofits: Sequence[int]) -> dict[str, Any] | None:
    """Where a unit, its reach and nonprofits are, in degrees; None where the unit has no known place."""
    north, east = degrees(run.units.points[[unit]])[0].tolist()
    if math.isnan(north):
        return None
    rows = list(nonprofits)
    reach = float(run.units.reach_km[unit])
    return {
        "unit": [north, east],
        "reach_km": run.settings.proximity.half_distance_km if math.isnan(reach) else reach,
        "places": {
            str(run.nonprofits.ids[row]): point
            for row, point in zip(rows, degrees(run.nonprofits.points[rows]).tolist(), strict=True)
            if not math.isnan(point[0])
        },
    }


def _part_of(data: dict[str, Any], numbers: Sequence[int]) -> dict[str, Any]:
    """Data of some pairs, by their numbers, with what they share."""
    pairs = {str(number): data["pairs"][number] for number in numbers}
    shared = {"units": "u", "nonprofits": "n", "agendas": "agenda"}
    return {"pairs": pairs} | {
        name: {str(pair[key]): data[name][pair[key]] for pair in pairs.values()} for name, key in shared.items()
    }
