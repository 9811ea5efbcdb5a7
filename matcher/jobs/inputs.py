"""The tables of a run, read and checked: each by itself, against each other, and their places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from matcher.jobs.place_checks import place_problems
from matcher.places.geocoders.base import GazetteerLocator
from matcher.scoring.criteria.registry import extra_columns, known_criteria
from matcher.settings import Settings
from matcher.tables.data import Tables
from matcher.tables.problems import Problem, TableError
from matcher.tables.read.alike_codes import alike_codes
from matcher.tables.read.linking import linking_problems
from matcher.tables.read.parquet import is_parquet
from matcher.tables.read.personal import without_personal, without_private_words
from matcher.tables.read.portions import joined_portions, open_portions
from matcher.tables.read.repeats import keys_of_names, repeated_nonprofits
from matcher.tables.read.similar_names import similar_nonprofits
from matcher.tables.read.tables import Table, known_headings, read_table, unread_table
from matcher.tables.read.word_uses import accreditation_problems, exclusion_problems
from matcher.tables.schema.specs import ColumnSpec
from matcher.tables.schema.tables import TABLES

InputFiles = Mapping[str, Path]
"""Files of a run by the name of their table; optional tables may be missing."""

_GAZETTEER_ONLY = frozenset({"place_unknown", "place_ambiguous"})


def read_inputs(files: InputFiles, settings: Settings) -> Tables:
    """Read all tables and check them: each by itself, against each other, and their places.

    Parameters
    ----------
    files : mapping of str to Path
    settings : Settings
        With the user's headings, places and criteria.

    Returns
    -------
    Tables
        With all problems, errors among them.
    """
    criteria = known_criteria(settings)
    geocoder = GazetteerLocator(settings.places.default_country)

    def misplaced(table: Table) -> list[Problem]:
        found = place_problems(table, geocoder, settings.places.mismatch_km)
        if settings.places.geocoder == "gazetteer":
            return found
        return [problem for problem in found if problem.code not in _GAZETTEER_ONLY]

    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    later: list[Problem] = []
    for name, spec in TABLES.items():
        if name not in files:
            continue
        headings = settings.columns.of(name)
        if spec.is_required:
            table, location_problems = read_list(name, files[name], headings, misplaced, extra_columns(criteria, name))
            tables[name] = without_personal(table, settings.private, settings.public)
            later += location_problems
        else:
            tables[name] = without_private_words(read_table(name, files[name], headings), settings.private)
        problems += tables[name].problems
    for table in tables.values():
        later += linking_problems(table, tables, declined_months=settings.gates.declined_months)
        if TABLES[table.name].is_required:
            later += alike_codes(table)
    keys = keys_of_names(tables["nonprofits"])
    repeats = repeated_nonprofits(tables["nonprofits"], keys)
    later += [*repeats, *similar_nonprofits(tables["nonprofits"], keys, repeats)]
    later += exclusion_problems(tables["units"])
    later += accreditation_problems(tables["nonprofits"], settings.gates.required_accreditation)
    # A row, or a file, that has to be mended first may well be right in all else then.
    broken = {(problem.file, problem.row) for problem in problems if problem.is_error}
    problems += [
        problem
        for problem in later
        if problem.is_error or broken.isdisjoint({(problem.file, problem.row), (problem.file, None)})
    ]
    for table in tables.values():
        problems = table.with_cells(problems)
    files_in_order = [table.file for table in tables.values()]
    problems.sort(key=lambda problem: files_in_order.index(problem.file) if problem.file in files_in_order else -1)
    return Tables(tables, tuple(problems)).with_empty_as_errors()


def read_list(
    name: str,
    path: Path,
    columns: Mapping[str, str],
    check: Callable[[Table], Sequence[Problem]],
    extra: Sequence[ColumnSpec] = (),
) -> tuple[Table, Sequence[Problem]]:
    """One of the two lists, and what a check finds in it.

    A Parquet file of more than a portion is read portion by portion, so that it may be larger than memory.

    Parameters
    ----------
    name : {"units", "nonprofits"}
    path : Path
    columns : mapping of str to str
        The user's own headings.
    check : callable
        Given the table, returns what else is wrong with it.
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
    return table, check(table)
