"""Settings side by side, and what would be learned from decisions and outcomes: both are looked at before they are adopted."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from matcher.errors import MatcherError
from matcher.settings import Settings
from matcher.workspace.access import allowed
from matcher.workspace.comparing import compare, setting_labels
from matcher.workspace.engine import Engine, engine
from matcher.workspace.inputs import current_settings, lists_of, settings_of
from matcher.workspace.learned_trial import LearnedTrial, learned_trial
from matcher.workspace.models import Job, Role, Run, SettingsVersion, log
from matcher.workspace.templating import page
from matcher.workspace.weighing import adopt, dials, read_values
from matcher.workspace.wording import error_lines, moment_in_words

_SHOWN_VERSIONS = 20
_TRIAL, _LEARNED, _DEFAULTS = "trial", "learned", "defaults"


@allowed(Role.MANAGER, methods=("GET", "HEAD", "POST"))
def side_by_side(request: HttpRequest) -> HttpResponse:
    """Two settings with the lists that they give; those of the sliders where their form was sent."""
    found, run = engine(), Run.latest()
    if run is None or run.pk != found.run_id:
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    units = _units(found)
    unit_id = asked.get("unit", "") if asked.get("unit", "") in dict(units) else units[0][0]
    labels = setting_labels(found.live, request.words)
    learned = learned_trial(run, labels, request.words)
    choices = _choices(request, learned)
    chosen = [asked.get("before", ""), asked.get("after", _TRIAL if request.method == "POST" else "")]
    values: dict[str, Any] = {"result": None, "lines": []}
    try:
        both = [_settings(name, found, run, request, learned) for name in chosen]
        values["result"] = compare(found.live, (both[0], both[1]), unit_id, request.words)
    except MatcherError as error:
        values["lines"] = error_lines(error, request.words.code)
    is_trial = chosen[1] == _TRIAL
    return page(
        request,
        "compare.html",
        status=400 if values["lines"] else 200,
        choices=choices,
        chosen=chosen,
        is_trial=is_trial,
        left_out=learned.left_out(labels) if learned is not None and _LEARNED in chosen else [],
        sent=[(dial.key, asked.get(dial.key, "")) for dial in _dials(found, request)] if is_trial else [],
        units=units,
        unit_id=unit_id,
        **values,
    )


def _units(found: Engine) -> list[tuple[str, str]]:
    units = found.computed.results.data.units
    return sorted(zip(map(str, units.ids), map(str, units.names), strict=True), key=lambda item: item[1].casefold())


def _dials(found: Engine, request: HttpRequest) -> list[Any]:
    return dials(found.live.settings, {}, request.words)


def _choices(request: HttpRequest, learned: LearnedTrial | None) -> list[tuple[str, str]]:
    """Settings that can be chosen, by the name that an address has for them."""
    phrase = request.words.phrase
    versions = SettingsVersion.objects.select_related("by")[:_SHOWN_VERSIONS]
    named = [
        (str(version.pk), " · ".join(filter(None, (moment_in_words(version.at, request.words), version.note))))
        for version in versions
    ]
    return [
        ("", phrase("those of the last run")),
        *([(_LEARNED, phrase("those that were learned"))] if learned else []),
        (_DEFAULTS, phrase("the defaults")),
        *named,
    ]


def _settings(name: str, found: Engine, run: Run, request: HttpRequest, learned: LearnedTrial | None) -> Settings:
    """Settings of a choice.

    Raises
    ------
    MatcherError
        When a value of the sliders cannot be read, or a setting is not allowed.
    """
    in_force = found.live.settings
    if not name:
        return in_force
    if name == _TRIAL:
        return in_force.with_overrides(dict(read_values(request.POST, _dials(found, request))))
    if name == _LEARNED and learned is not None:
        return in_force.with_overrides({key: learned.values[key] for key in learned.movable})
    version = SettingsVersion(chosen={}) if name == _DEFAULTS else _version(name)
    return settings_of(version, lists_of(run), in_force.language)


def _version(name: str) -> SettingsVersion:
    found = (
        SettingsVersion.objects.filter(pk=int(name)).first()
        if name.isascii() and name.isdigit() and len(name) < 19
        else None
    )
    if found is None:
        raise Http404
    return found


@allowed(Role.MANAGER)
def learned(request: HttpRequest) -> HttpResponse:
    """What was learned from decisions and outcomes, to be adopted or left."""
    found = engine()
    labels = setting_labels(found.live, request.words)
    trial = learned_trial(Run.latest(), labels, request.words)
    job = Job.objects.filter(kind="learn").order_by("-id").first()
    is_failed = job is not None and job.state == Job.FAILED and trial is None
    return page(
        request,
        "learned.html",
        trial=trial,
        job=job if job is not None and job.is_open else None,
        lines=job.message.get(request.words.code, []) if is_failed and isinstance(job.message, dict) else [],
    )


@allowed(Role.MANAGER, methods=("POST",), is_heavy=True)
def ask_to_learn(request: HttpRequest) -> HttpResponse:
    """Learn from the last run; nothing is changed by it."""
    job = Job.ask("learn", request.user)
    log(request.user, "learning_asked", str(job.pk))
    return redirect("learned")


@allowed(Role.MANAGER, methods=("POST",), is_heavy=True)
def adopt_learned(request: HttpRequest) -> HttpResponse:
    """Put what was learned into force, and match again with it."""
    trial = learned_trial(Run.latest(), {}, request.words)
    if trial is None:
        raise Http404
    note = request.POST.get("note", "").strip() or request.words.phrase("learned from decisions and outcomes")
    version = adopt(trial.values, current_settings(), note, request.user)
    log(request.user, "settings_adopted", str(version), values=trial.values)
    Job.ask("match", request.user)
    return redirect("home")
