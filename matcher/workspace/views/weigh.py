"""Weigh: sliders for weights and distances, with the lists as they would be, and adopting what was tried."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matcher.errors import MatcherError, SettingsError
from matcher.settings import Settings
from matcher.workspace.access import allowed
from matcher.workspace.comparing import Change, agreement, setting_labels, settings_changes
from matcher.workspace.engine import Engine, engine
from matcher.workspace.inputs import current_settings
from matcher.workspace.models import Job, Role, SettingsVersion, log
from matcher.workspace.templating import page
from matcher.workspace.weighing import Dial, adopt, dials, moved_lists, read_values
from matcher.workspace.wording import error_lines

_SHOWN_VERSIONS = 20


@allowed(Role.MANAGER)
def weigh(request: HttpRequest) -> HttpResponse:
    """Sliders, and the list of one unit as it would be."""
    found = engine()
    units = found.computed.results.data.units
    choices = sorted(zip(map(str, units.ids), map(str, units.names), strict=True), key=lambda item: item[1].casefold())
    unit_id = request.GET.get("unit", "")
    chosen = unit_id if unit_id in dict(choices) else choices[0][0]
    values: dict[str, float | int] = {dial.key: dial.value for dial in _dials(found, request)}
    return page(
        request,
        "weigh.html",
        dials=_dials(found, request),
        units=choices,
        unit_id=chosen,
        moved=moved_lists(found.live, values, chosen),
        fit=agreement(found.live, values, request.words),
        versions=_adopted(found, request),
        lines=[],
    )


def _adopted(found: Engine, request: HttpRequest) -> list[tuple[SettingsVersion, list[Change]]]:
    """Settings that were adopted, the last first, each with what differs from the defaults."""
    labels = setting_labels(found.live, request.words)
    found_versions = []
    for version in SettingsVersion.objects.select_related("by")[:_SHOWN_VERSIONS]:
        try:
            changes = settings_changes(Settings(), Settings.from_mapping(version.chosen), labels, request.words)
        except SettingsError:  # of an earlier release
            changes = [Change(request.words.phrase("can no longer be used"), "", "")]
        found_versions.append((version, changes))
    return found_versions


def _dials(found: Engine, request: HttpRequest) -> list[Dial]:
    data = found.computed.results.data
    labels = {name: criterion.heading(request.words) for name, criterion in data.criteria.items()}
    settings: Settings = found.live.settings
    return dials(settings, labels, request.words)


@allowed(Role.MANAGER, methods=("POST",))
def try_settings(request: HttpRequest) -> HttpResponse:
    """The list of a unit under the settings of the form; nothing is changed."""
    found = engine()
    values: dict[str, Any] = {"moved": None, "fit": [], "lines": [], "unit_id": request.POST.get("unit", "")}
    try:
        tried = read_values(request.POST, _dials(found, request))
        values["moved"] = moved_lists(found.live, tried, values["unit_id"])
        values["fit"] = agreement(found.live, tried, request.words)
    except MatcherError as error:
        values["lines"] = error_lines(error, request.words.code)
    return page(request, "moved.html", status=400 if values["lines"] else 200, **values)


@allowed(Role.MANAGER, methods=("POST",), is_heavy=True)
def adopt_settings(request: HttpRequest) -> HttpResponse:
    """Put the settings of the form into force, and match again with them."""
    found = engine()
    try:
        tried = read_values(request.POST, _dials(found, request))
        version = adopt(tried, current_settings(), request.POST.get("note", ""), request.user)
    except MatcherError as error:
        lines = error_lines(error, request.words.code)
        title = request.words.phrase("This cannot be done")
        return page(request, "error.html", status=400, title=title, lines=lines)
    log(request.user, "settings_adopted", str(version), values=tried)
    Job.ask("match", request.user)
    return redirect("home")
