"""The job that looks back: how partnerships went."""

from __future__ import annotations

from pathlib import Path

from matcher.jobs.place_checks import place_problems
from matcher.learning.outcomes.summary import Outcomes, no_partnerships, outcomes_of
from matcher.places.geocoders.base import GazetteerLocator
from matcher.places.geocoders.registry import as_locator
from matcher.settings import Settings
from matcher.tables.problems import Problem, TableError, has_errors
from matcher.tables.read.linking import linking_problems
from matcher.tables.read.tables import Table, read_table
from matcher.tables.schema.columns import Partnership


def summarise_files(
    partnerships: Path,
    settings: Settings,
    *,
    units: Path | None = None,
    nonprofits: Path | None = None,
    cache_folder: Path | None = None,
) -> tuple[Outcomes, list[Problem]]:
    """Summarise how partnerships went.

    Parameters
    ----------
    partnerships : Path
    settings : Settings
        For headings, places and the default country.
    units, nonprofits : Path, optional
        For names, distances, causes and kinds of programme.
    cache_folder : Path, optional
        Where answers of an online geocoder are kept.

    Returns
    -------
    (Outcomes, list of Problem)
        The outcomes, and the warnings about the rows that they rest on.

    Raises
    ------
    TableError
        When a file has errors or holds no partnerships.
    """
    table = read_table("partnerships", partnerships, settings.columns.of("partnerships"))
    lists = {
        name: read_table(name, path, settings.columns.of(name))
        for name, path in (("units", units), ("nonprofits", nonprofits))
        if path is not None
    }
    problems = list(table.problems)
    if not has_errors(problems):
        if not len(table.frame):
            raise TableError([no_partnerships(table.file)])
        for side in lists.values():
            problems += _problems_of_side(side, table, settings)
    else:
        problems += [item for side in lists.values() for item in side.problems]
    if has_errors(problems):
        raise TableError(problems)
    problems += linking_problems(table, lists, unknown_is="warning", declined_months=settings.gates.declined_months)
    outcomes = outcomes_of(
        table.frame,
        lists["units"].frame if "units" in lists else None,
        lists["nonprofits"].frame if "nonprofits" in lists else None,
        settings=settings,
        locator=as_locator(settings.places.geocoder, settings.places.default_country, cache_folder),
    )
    return outcomes, problems


def _problems_of_side(side: Table, partnerships: Table, settings: Settings) -> list[Problem]:
    """Return a list's errors, and where the places of those that take part are doubtful."""
    errors = [problem for problem in side.problems if problem.is_error]
    if errors:
        return errors
    column = Partnership.UNIT_ID if side.name == "units" else Partnership.NONPROFIT_ID
    taking_part = set(side.rows[side.frame[column].isin(partnerships.frame[column]).to_numpy()].tolist())
    found = place_problems(side, GazetteerLocator(settings.places.default_country), settings.places.mismatch_km)
    # Any other geocoder may find what the gazetteer does not.
    own = settings.places.geocoder == "gazetteer"
    return [problem for problem in found if problem.row in taking_part and (own or problem.is_error)]
