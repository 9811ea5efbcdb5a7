"""Outcomes: how partnerships go, recorded at three moments, with what is due and what it amounts to."""

from __future__ import annotations

from typing import Any

import pandas as pd
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from matcher.errors import MatcherError
from matcher.i18n.language import Language
from matcher.learning.outcomes.moments import MOMENTS, due_moments
from matcher.learning.outcomes.summary import outcomes_of
from matcher.reports.outcomes.tables import opening, sections
from matcher.reports.sentences.moments import due_phrase
from matcher.tables.read.merged_decisions import empty_partnerships
from matcher.tables.read.tables import read_table
from matcher.tables.schema.columns import Partnership
from matcher.tables.schema.tables import TABLES
from matcher.tables.status import Status
from matcher.workspace.access import allowed
from matcher.workspace.inputs import RunInputs, settings_of
from matcher.workspace.list_versions import read_version
from matcher.workspace.models import ListVersion, Outcome, Role, log
from matcher.workspace.recorded_outcomes import TAKEN_BACK, standing_outcomes, with_outcomes
from matcher.workspace.templating import page
from matcher.workspace.wording import error_lines

_TEXTS = (Partnership.STATUS, Partnership.REASON, Partnership.STARTED_ON, Partnership.ENDED_ON)
_LONGEST = 500
_SHOWN = 50


@allowed(Role.VIEWER)
def outcomes(request: HttpRequest) -> HttpResponse:
    """What is due, what was recorded, and what it amounts to."""
    return _outcomes(request)


def _partnerships() -> pd.DataFrame:
    version = ListVersion.in_use("partnerships")
    frame = empty_partnerships() if version is None else read_version(version)[0].frame
    return with_outcomes(frame)[0]


def _outcomes(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    known = _partnerships()
    names = {name: _names(found) for name in ("units", "nonprofits") if (found := ListVersion.in_use(name)) is not None}
    recorded = standing_outcomes()
    due = due_moments(
        known, timezone.localdate(), {(item.unit_id, item.nonprofit_id, item.moment) for item in recorded}
    )
    open_moments = {(item.unit_id, item.nonprofit_id) for item in due}
    statuses = {
        (str(row[Partnership.UNIT_ID]), str(row[Partnership.NONPROFIT_ID])): str(row[Partnership.STATUS])
        for row in known.to_dict("records")
    }
    going = {*Status.having("is_running"), Status.PROPOSED}
    partnerships = [(*pair, status) for pair, status in statuses.items() if status in going or pair in open_moments]
    spec = TABLES["partnerships"]
    values: dict[str, Any] = {
        "due": due,
        "due_phrase": due_phrase,
        "labels_of": lambda names: [spec.by_name[name].label_in(request.words.code).split(",")[0] for name in names],
        "partnerships": partnerships,
        "names": names.get("units", {}) | names.get("nonprofits", {}),
        "moments": MOMENTS,
        "statuses": list(Status),
        "ratings": [(name, spec.by_name[name].label_in(request.words.code)) for name in Partnership.RATINGS],
        "summary": _summary(known, request.words),
        "recorded": recorded[: -_SHOWN - 1 : -1],
        "lines": [],
        "filled": request.POST if request.method == "POST" else request.GET,
    }
    return page(request, "outcomes.html", status=status, **(values | more))


def _names(version: ListVersion) -> dict[str, str]:
    frame = read_version(version)[0].frame
    return dict(zip(frame[TABLES[version.table].id_column].astype(str), frame["name"].astype(str), strict=True))


def _summary(known: pd.DataFrame, language: Language) -> dict[str, Any] | None:
    """Funnel, ratings and benchmark as the command ``outcomes`` says them; None where there are no partnerships."""
    if not len(known):
        return None
    inputs = RunInputs.in_use()
    frames = {name: read_version(inputs.lists[name])[0].frame for name in ("units", "nonprofits")}
    settings = settings_of(inputs.settings, inputs.lists, language.code)
    found = outcomes_of(known, frames["units"], frames["nonprofits"], settings=settings)
    return {"opening": opening(found, language), "sections": sections(found, language)}


@allowed(Role.REVIEWER, methods=("POST",))
def record(request: HttpRequest) -> HttpResponse:
    """Record how a partnership goes at one of the moments."""
    unit, _, nonprofit = request.POST.get("pair", "").partition("\t")
    moment = request.POST.get("moment", "")
    cells = {
        name: text[:_LONGEST]
        for name in (*_TEXTS, *Partnership.RATINGS)
        if (text := request.POST.get(name, "").strip())
    }
    known = _partnerships()
    here = known[(known[Partnership.UNIT_ID] == unit) & (known[Partnership.NONPROFIT_ID] == nonprofit)]
    try:
        if not len(here) or moment not in MOMENTS:
            raise MatcherError(request.words.phrase("Choose a partnership and a moment."))
        _check(here.iloc[-1].to_dict(), cells, request.words)
    except MatcherError as error:
        return _outcomes(request, 400, lines=error_lines(error, request.words.code))
    Outcome(unit_id=unit, nonprofit_id=nonprofit, moment=moment, cells=cells, by=request.user).save()
    log(request.user, "outcome_recorded", f"{unit}:{nonprofit}", moment=moment)
    return redirect(f"{reverse('outcomes')}?recorded={unit}#recorded")


@allowed(Role.REVIEWER, methods=("POST",))
def take_back_outcome(request: HttpRequest) -> HttpResponse:
    """Take an outcome back: it stays in the log, and counts no longer."""
    number = request.POST.get("outcome", "")
    for item in standing_outcomes():
        if str(item.pk) == number:
            pair = {"unit_id": item.unit_id, "nonprofit_id": item.nonprofit_id}
            Outcome(**pair, moment=TAKEN_BACK, cells={"outcome": item.pk}, by=request.user).save()
            log(request.user, "outcome_taken_back", f"{item.unit_id}:{item.nonprofit_id}", moment=item.moment)
    return redirect("outcomes")


def _check(row: dict[Any, Any], cells: dict[str, str], language: Language) -> None:
    """Refuse cells that the table of partnerships would not take.

    Raises
    ------
    MatcherError
        With every problem in words.
    """
    if not cells:
        raise MatcherError(language.phrase("Fill something in first."))
    known = {name: value for name, value in row.items() if not pd.isna(value)}
    table = read_table("partnerships", pd.DataFrame([{**known, **cells}]))
    faults = [problem for problem in table.problems if problem.is_error or problem.column in cells]
    if faults:
        raise MatcherError(" ".join(f"{problem.column}: {language.render(problem.message)}." for problem in faults))
