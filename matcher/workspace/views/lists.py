"""Lists: uploads with their problems at the cell, mending in place, versions and what changed between them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matcher.errors import MatcherError
from matcher.i18n.language import Language
from matcher.tables.problems import Problem
from matcher.tables.read.tables import Table
from matcher.tables.schema.tables import TABLES
from matcher.workspace.access import allowed
from matcher.workspace.duplicates import duplicates_of, is_kept_apart
from matcher.workspace.kept_readings import Readings, can_be_kept, with_mended
from matcher.workspace.list_versions import (
    add_upload,
    changes_since,
    mend,
    raw_cells,
    read_version,
    reread,
    workbook_of,
)
from matcher.workspace.models import Job, ListVersion, Role, log
from matcher.workspace.next_steps import step_of_lists
from matcher.workspace.reading import columns_of, words_of
from matcher.workspace.templating import page
from matcher.workspace.wording import error_lines

_SHOWN_ROWS = 200
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CELL = "cell:"
_PERSONAL = frozenset({"contact_columns", "sensitive_columns"})


@allowed(Role.VIEWER)
def lists(request: HttpRequest) -> HttpResponse:
    """The lists in use, and their versions."""
    return _lists(request)


def _lists(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    versions = {name: list(ListVersion.objects.filter(table=name)) for name in TABLES}
    in_use = {name: ListVersion.in_use(name) for name in TABLES}
    values: dict[str, Any] = {"versions": versions, "in_use": in_use, "lines": [], "table": ""}
    values |= _what_is_next(request.words)
    return page(request, "lists.html", status=status, **(values | more))


def _what_is_next(language: Language) -> dict[str, Any]:
    """Next step with the lists, and whether those that are needed are in use."""
    needed = [name for name, spec in TABLES.items() if spec.is_required]
    return {"step": step_of_lists(language), "can_match": all(ListVersion.in_use(name) for name in needed)}


@allowed(Role.MANAGER, methods=("POST",), is_heavy=True)
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file as the next version of a list; of one that cannot be read nothing is kept."""
    table, file = request.POST.get("table", ""), request.FILES.get("file")
    if table not in TABLES:
        raise Http404
    if file is None:
        return _lists(request, 400, lines=[request.words.phrase("Choose a file first.")], table=table)
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder) / "upload"
        with content.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        try:
            version = add_upload(table, Path(file.name).name, content, request.user)
        except MatcherError as error:
            return _lists(request, 400, lines=error_lines(error, request.words.code), table=table)
    log(request.user, "list_uploaded", str(version), file=version.file_name, rows=version.rows)
    return redirect("list", version.pk)


@allowed(Role.VIEWER)
def one_list(request: HttpRequest, number: int) -> HttpResponse:
    """One version of a list: what is wrong with it, how it was read, and what changed.

    Parameters
    ----------
    request : HttpRequest
    number : int
        Of the version.
    """
    return _one_list(request, _version(number))


def _one_list(request: HttpRequest, version: ListVersion, status: int = 200, **more: Any) -> HttpResponse:
    table, problems = read_version(version)
    may_see = request.user.may(Role.MANAGER)
    if may_see and version.personal:
        log(request.user, "list_seen", str(version))
    hidden = () if may_see else version.personal
    problems = [problem for problem in problems if not is_kept_apart(version, table, problem)]
    values: dict[str, Any] = {
        "version": version,
        "rows": _problem_rows(version, problems, request.words, may_see=may_see),
        "whole": [_shown(problem, request.words) for problem in problems if problem.row is None],
        "changes": _changes(version, table, may_see=may_see),
        "duplicates": duplicates_of(version, table, problems, request.words, hidden),
        "columns": columns_of(table, version, request.words) if may_see else [],
        "words": words_of(version, request.words),
        **_what_is_next(request.words),
        "is_in_use": version == ListVersion.in_use(version.table),
        "lines": [],
    }
    return page(request, "list.html", status=status, **(values | more))


def _version(number: int) -> ListVersion:
    found = ListVersion.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _shown(problem: Problem, language: Language) -> dict[str, Any]:
    fault = language.render(problem.message)
    return {
        "is_error": problem.is_error,
        "column": problem.column,
        "text": fault + ("" if fault.endswith(("?", "!", ".")) else "."),
        # Here ticks stand for the settings that a file of settings would hold.
        "remedy": language.phrase("Tick under the columns which of them are personal")
        if problem.code in _PERSONAL
        else language.render(problem.remedy),
        "nearest": [language.word(word) for word in problem.nearest],
    }


def _problem_rows(
    version: ListVersion, problems: list[Problem], language: Language, *, may_see: bool
) -> list[dict[str, Any]]:
    """Rows with problems: their cells with a problem, to be mended where they stand."""
    by_row: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.row is not None:
            by_row.setdefault(problem.row, []).append(problem)
    if not by_row:
        return []
    raw = raw_cells(version)
    position = {row: at for at, row in enumerate(raw.rows)}
    rows = []
    errors_first = sorted(by_row.items(), key=lambda item: (not any(found.is_error for found in item[1]), item[0]))
    for row, found in errors_first[:_SHOWN_ROWS]:
        cells: dict[str, dict[str, Any]] = {}
        for problem in found:
            heading = problem.column or ""
            value = problem.value or ""
            if heading in raw.headings and row in position:
                value = raw.records[position[row]][raw.headings.index(heading)]
            is_personal = heading in version.personal and not may_see
            cell = cells.setdefault(
                heading,
                {
                    "heading": heading,
                    "value": "" if is_personal else value,
                    "problems": [],
                    "can_mend": heading in raw.headings and row in position,
                },
            )
            cell["problems"].append(_shown(problem, language))
        name = ""
        if row in position:
            record = raw.records[position[row]]
            name = " · ".join(cell for cell in record[:3] if cell)[:120]
        rows.append({"row": row, "name": name, "cells": list(cells.values())})
    return rows


def _changes(version: ListVersion, table: Table, *, may_see: bool) -> Any:
    """Changes since the last version without errors before this one; None where there is none."""
    before = (
        ListVersion.objects.filter(table=version.table, number__lt=version.number, errors=0, is_example=False)
        .order_by("-number")
        .first()
    )
    spec = TABLES[version.table]
    if before is None or not spec.by_name[spec.id_column].unique:
        return None
    old, new = read_version(before)[0].frame, table.frame
    if not may_see:
        hidden = {*version.personal, *before.personal}
        old, new = (frame.drop(columns=[name for name in frame.columns if name in hidden]) for frame in (old, new))
    return changes_since(old, new, spec.id_column, table.headings)


@allowed(Role.MANAGER, methods=("POST",), is_heavy=True)
def mend_list(request: HttpRequest, number: int) -> HttpResponse:
    """Make the next version with the cells that were changed.

    Parameters
    ----------
    request : HttpRequest
    number : int
        Of the version that is mended.
    """
    version = _version(number)
    cells: dict[tuple[int, str], str] = {}
    for name, text in request.POST.items():
        if name.startswith(_CELL):
            row, _, heading = name.removeprefix(_CELL).partition(":")
            before = request.POST.get(f"was:{row}:{heading}", "")
            if row.isdigit() and len(row) < 9 and text.replace("\r\n", "\n") != before.replace("\r\n", "\n"):
                cells[int(row), heading] = text
    if not cells:
        return _one_list(request, version, 400, lines=[request.words.phrase("Nothing was changed.")])
    try:
        made = mend(version, cells, request.user, readings=_readings(version, cells, request))
    except MatcherError as error:
        return _one_list(request, version, 400, lines=error_lines(error, request.words.code))
    log(request.user, "list_mended", str(made), cells=[[row, heading] for row, heading in cells])
    return redirect("list", made.pk)


def _readings(version: ListVersion, cells: dict[tuple[int, str], str], request: HttpRequest) -> Readings:
    """What is read by choice from now on: the cells that were mended among it, where that was ticked."""
    readings: Readings = version.readings
    if request.POST.get("everywhere"):
        columns = {heading: column for column, heading in read_version(version)[0].headings.items()}
        spec = TABLES[version.table].by_name
        for (row, heading), text in cells.items():
            column = columns.get(heading, "")
            if column in spec and can_be_kept(spec[column]):
                readings = with_mended(readings, column, request.POST.get(f"was:{row}:{heading}", ""), text)
    return readings


@allowed(Role.MANAGER, methods=("POST",), is_heavy=True)
def choose_columns(request: HttpRequest, number: int) -> HttpResponse:
    """Choose how the columns of a list are read, and which are personal; this makes the next version.

    Parameters
    ----------
    request : HttpRequest
    number : int
        Of the version.
    """
    version = _version(number)
    headings = {
        name.removeprefix("reads:"): text for name, text in request.POST.items() if name.startswith("reads:") and text
    }
    personal = sorted(set(request.POST.getlist("personal")))
    headings = {name: "" if text == "-" else text for name, text in headings.items()}
    try:
        made = reread(version, headings, personal, request.user)
    except MatcherError as error:
        return _one_list(request, version, 400, lines=error_lines(error, request.words.code))
    log(request.user, "headings_chosen", str(made), headings=headings)
    log(request.user, "personal_chosen", str(made), personal=personal)
    return redirect("list", made.pk)


@allowed(Role.MANAGER)
def download_list(request: HttpRequest, number: int) -> HttpResponse:
    """A version as a workbook, its cells as they came or were mended.

    Parameters
    ----------
    request : HttpRequest
    number : int
        Of the version.
    """
    version = _version(number)
    response = HttpResponse(workbook_of(version), content_type=_WORKBOOK)
    name = f"{version.table}-{version.number}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    log(request.user, "list_downloaded", str(version))
    return response


@allowed(Role.MANAGER, methods=("POST",), is_heavy=True)
def use_lists(request: HttpRequest) -> HttpResponse:
    """Match the lists in use."""
    job = Job.ask("match", request.user)
    log(request.user, "run_asked", str(job.pk))
    return redirect(reverse("home"))
