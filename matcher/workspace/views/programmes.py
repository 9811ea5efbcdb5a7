"""Programmes: the plans of each company side by side, and new plans at once when pairs are kept or ruled out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matcher.errors import MatcherError
from matcher.i18n.language import message
from matcher.messages import Message
from matcher.tables.read.cell_values import CellError
from matcher.tables.read.numbers import parse_count
from matcher.tables.schema.columns import Unit
from matcher.tables.schema.vocabulary import NO, YES
from matcher.workspace.access import allowed
from matcher.workspace.engine import engine
from matcher.workspace.inputs import current_settings
from matcher.workspace.list_versions import mend, read_version
from matcher.workspace.models import ListVersion, Role, Run, RunPage, log
from matcher.workspace.pages import PROGRAMMES, programmes_content
from matcher.workspace.reviewing import review_of, settle
from matcher.workspace.templating import page
from matcher.workspace.weighing import adopt
from matcher.workspace.wording import error_lines

Pair = list[str]
_NO_CAPACITY = message(
    "The list of units has no column for the capacity. Add one, upload the list, and keep the plan then"
)


@dataclass(frozen=True)
class Planning:
    """What a plan is asked to keep to.

    Attributes
    ----------
    locks, vetoes : list of [unit, nonprofit]
    capacities : dict of str to int
        Of units, by id.
    coverage : float or None
        From best fit (0) to most units served (1); None as in the settings.
    """

    locks: list[Pair]
    vetoes: list[Pair]
    capacities: dict[str, int]
    coverage: float | None

    @classmethod
    def read(cls, request: HttpRequest) -> Planning:
        """Planning that a form asks for.

        Raises
        ------
        MatcherError
            When the capacity is no whole number.
        """
        capacities = {}
        for text in request.POST.getlist("capacity"):
            unit, _, count = text.rpartition("=")
            if unit and count.isdigit() and len(count) < 5:
                capacities[unit] = int(count)
        unit, count = request.POST.get("capacity_unit", ""), request.POST.get("capacity_count", "").strip()
        if unit and count:
            try:
                capacities[unit] = int(parse_count(count))
            except (CellError, ValueError):
                raise MatcherError(
                    request.words.phrase("'{text}' is no number of partnerships. Write one, as in 2", text=count)
                ) from None
        vetoes = _pairs(request.POST.getlist("veto"))
        locks = [pair for pair in _pairs(request.POST.getlist("lock")) if pair not in vetoes]
        dial = request.POST.get("coverage", "")
        coverage = int(dial) / 100 if dial.isascii() and dial.isdigit() and int(dial) <= 100 else None
        return cls(locks, vetoes, capacities, coverage)


def _pairs(texts: Sequence[str]) -> list[Pair]:
    found: list[Pair] = []
    for text in texts:
        try:
            pair = json.loads(text)
        except ValueError:
            continue
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair):
            found.append(pair)
    return found


@allowed(Role.VIEWER)
def programmes(request: HttpRequest) -> HttpResponse:
    """Programmes of the last run."""
    run = Run.latest()
    content = None
    if run is not None:
        content = RunPage.objects.get(run=run, name=PROGRAMMES, language=request.words.code).content
    return _programmes(request, content)


def _programmes(request: HttpRequest, content: dict[str, Any] | None, status: int = 200, **more: Any) -> HttpResponse:
    values: dict[str, Any] = {
        "content": content,
        "planning": Planning([], [], {}, None) if request.user.may(Role.MANAGER) else None,
        "is_trial": False,
        "names": {},
        "lines": [],
        "units": [],
    }
    if request.user.may(Role.MANAGER) and content is not None:
        run = engine().computed.results.data
        values["units"] = sorted(
            zip(map(str, run.units.ids), map(str, run.units.names), strict=True), key=lambda item: item[1].casefold()
        )
        values["names"] = dict(zip(map(str, run.nonprofits.ids), map(str, run.nonprofits.names), strict=True)) | dict(
            values["units"]
        )
    return page(request, "programmes.html", status=status, **(values | more))


@allowed(Role.MANAGER, methods=("POST",))
def plan(request: HttpRequest) -> HttpResponse:
    """Plans that keep and rule out what the form says; nothing is changed."""
    try:
        planning = Planning.read(request)
        content = _planned(request, planning)
    except MatcherError as error:
        return _programmes(request, None, 400, lines=error_lines(error, request.words.code))
    return _programmes(request, content, planning=planning, is_trial=True)


def _planned(request: HttpRequest, planning: Planning) -> dict[str, Any]:
    found = engine()
    values = {} if planning.coverage is None else {"programmes.coverage": planning.coverage}
    trial = found.live.trial(values, unit_capacity={unit: float(count) for unit, count in planning.capacities.items()})
    proposed = trial.match.programmes(
        [(unit, nonprofit) for unit, nonprofit in planning.locks],
        [(unit, nonprofit) for unit, nonprofit in planning.vetoes],
    )
    results = found.computed.results_in(request.words.code)
    proposed = type(proposed)(proposed.plan, results.language)
    return programmes_content(replace(results, data=trial.match.scorer.run, programmes=proposed))


@allowed(Role.MANAGER, methods=("POST",))
def keep_plan(request: HttpRequest) -> HttpResponse:
    """Keep a plan for the next run: pairs settled with yes or no, capacities in the list of units, the dial in the settings."""
    planning = Planning.read(request)
    _keep_capacities(planning.capacities, request)
    reason = request.words.phrase("ruled out in the plan")
    for value, pairs, note in ((YES, planning.locks, ""), (NO, planning.vetoes, reason)):
        for unit, nonprofit in pairs:
            seen = review_of(unit, nonprofit).last_event
            settle(request.user, unit, nonprofit, value, note=note, seen=seen)
    if planning.coverage is not None:
        chosen = {"programmes.coverage": planning.coverage}
        version = adopt(chosen, current_settings(), request.words.phrase("chosen in the plan"), request.user)
        log(request.user, "settings_adopted", str(version), values=chosen)
    log(request.user, "plan_adopted", "", locks=planning.locks, vetoes=planning.vetoes, capacities=planning.capacities)
    return redirect("programmes")


def _keep_capacities(capacities: dict[str, int], request: HttpRequest) -> None:
    """Write capacities into the list of units, as its next version.

    Raises
    ------
    MatcherError
        When the list has no column for them.
    """
    version = ListVersion.in_use("units")
    if not capacities or version is None:
        return
    table, _ = read_version(version)
    heading = table.headings.get(Unit.CAPACITY)
    if heading is None:
        raise MatcherError(Message(_NO_CAPACITY))
    rows = dict(zip(table.frame[Unit.ID].astype(str), table.rows.tolist(), strict=True))
    cells = {(rows[unit], heading): str(count) for unit, count in capacities.items() if unit in rows}
    made = mend(version, cells, request.user)
    log(request.user, "list_mended", str(made), cells=[[row, heading] for row, heading in cells])
