"""The tables of a run, read and checked: each by itself, against each other, and their places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from matcher.errors import TableError
from matcher.jobs.place_checks import place_problems
from matcher.places.geocoders.base import GazetteerLocator
from matcher.scoring.criteria.registry import extra_columns, known_criteria
from matcher.settings import Settings
from matcher.tables.data import Tables
from matcher.tables.problems import Problem, has_errors
from matcher.tables.read.linking import partnership_problems
from matcher.tables.read.parquet import is_parquet
from matcher.tables.read.portions import joined_portions, open_portions
from matcher.tables.read.tables import Table, known_headings, read_table, unread_table
from matcher.tables.schema.specs import ColumnSpec

_GAZETTEER_ONLY = frozenset({"place_unknown", "place_ambiguous"})


def read_inputs(units: Path, nonprofits: Path, partnerships: Path | None, settings: Settings) -> Tables:
    """Read all tables and check them: each by itself, against each other, and their places.

    Parameters
    ----------
    units, nonprofits : Path
    partnerships : Path or None
    settings : Settings
        With the user's headings, places and criteria.

    Returns
    -------
    Tables
        With all problems, errors among them.
    """
    columns, criteria = settings.columns, known_criteria(settings)
    geocoder = GazetteerLocator(settings.places.default_country)

    def misplaced(table: Table) -> list[Problem]:
        found = place_problems(table, geocoder, settings.places.mismatch_km)
        if settings.places.geocoder == "gazetteer":
            return found
        return [problem for problem in found if problem.code not in _GAZETTEER_ONLY]

    unit_table, unit_places = read_list("units", units, columns.units, misplaced, extra_columns(criteria, "units"))
    nonprofit_table, nonprofit_places = read_list(
        "nonprofits", nonprofits, columns.nonprofits, misplaced, extra_columns(criteria, "nonprofits")
    )
    problems = [*unit_table.problems, *unit_places, *nonprofit_table.problems, *nonprofit_places]
    partnership_table = None if partnerships is None else read_table("partnerships", partnerships, columns.partnerships)
    if partnership_table is not None:
        problems += partnership_table.problems
        if not any(has_errors(table.problems) for table in (unit_table, nonprofit_table, partnership_table)):
            problems += partnership_problems(partnership_table, unit_table, nonprofit_table)
    return Tables(unit_table, nonprofit_table, partnership_table, tuple(problems))


def read_list(
    name: str,
    path: Path,
    columns: Mapping[str, str],
    check: Callable[[Table], Sequence[Problem]],
    extra: Sequence[ColumnSpec] = (),
) -> tuple[Table, Sequence[Problem]]:
    """One of the two lists, and what a check finds in it when it has no errors.

    A Parquet file of more than a portion is read portion by portion, so that it may be larger than memory.

    Parameters
    ----------
    name : {"units", "nonprofits"}
    path : Path
    columns : mapping of str to str
        The user's own headings.
    check : callable
        Given a table without errors, returns what else is wrong with it.
    extra : sequence of ColumnSpec
        Columns beyond those of the schema.
    """
    if is_parquet(path):
        try:
            with open_portions(path, name, columns, extra) as portions:
                if not portions.is_one:
                    return joined_portions(portions, check)
        except TableError as error:
            return unread_table(known_headings(name, columns, extra), path, error.problems[0]), ()
    table = read_table(name, path, columns, extra)
    return table, () if has_errors(table.problems) else check(table)
