"""Privacy: how long things are kept, what is known of somebody, and the log of who saw and changed what."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matcher.errors import MatcherError
from matcher.workspace.access import allowed
from matcher.workspace.erasure import erase, known_of
from matcher.workspace.models import ListVersion, LogEntry, Preferences, Role, log
from matcher.workspace.templating import page
from matcher.workspace.wording import error_lines

_SHOWN = 200
_LIMITS = {"retention_months": 600, "most_upload_mb": 1000, "most_rows": 5_000_000, "most_an_hour": 100_000}


@allowed(Role.ADMINISTRATOR)
def privacy(request: HttpRequest) -> HttpResponse:
    """Retention, limits, personal columns, and what is known of somebody."""
    return _privacy(request)


def _privacy(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    personal = [(found, found.personal) for found in ListVersion.objects.filter(errors=0) if found.personal]
    values: dict[str, Any] = {"preferences": Preferences.current(), "personal": personal, "lines": [], "said": []}
    return page(request, "privacy.html", status=status, **(values | more))


@allowed(Role.ADMINISTRATOR, methods=("POST",))
def choose_limits(request: HttpRequest) -> HttpResponse:
    """Set how long things are kept, and how large an upload may be."""
    preferences = Preferences.current()
    for name, most in _LIMITS.items():
        text = request.POST.get(name, "").strip()
        if not (text.isascii() and text.isdigit() and len(text) < 9 and (int(text) or name == "retention_months")):
            line = request.words.phrase("Write whole numbers; 0 months keeps everything.")
            return _privacy(request, 400, lines=[line])
        setattr(preferences, name, min(most, int(text)))
    preferences.save()
    log(request.user, "preferences_changed", "privacy", **{name: getattr(preferences, name) for name in _LIMITS})
    return redirect("privacy")


@allowed(Role.ADMINISTRATOR, methods=("POST",))
def export_known(request: HttpRequest) -> HttpResponse:
    """All that is known of an organisation or a person, as a file."""
    name = request.POST.get("name", "").strip()
    try:
        found = known_of(name)
    except MatcherError as error:
        return _privacy(request, 400, lines=error_lines(error, request.words.code))
    log(request.user, "exported", name)
    answer = HttpResponse(json.dumps(found, indent=2, ensure_ascii=False), content_type="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="known.json"'
    return answer


@allowed(Role.ADMINISTRATOR, methods=("POST",))
def erase_known(request: HttpRequest) -> HttpResponse:
    """Erase all that is known of an organisation or a person."""
    name = request.POST.get("name", "").strip()
    try:
        published = erase(name, request.user)
    except MatcherError as error:
        return _privacy(request, 400, lines=error_lines(error, request.words.code))
    log(request.user, "erased", "")
    said = [request.words.phrase("It is erased, and a new run is under way.")]
    if published:
        names = request.words.join(published)
        said.append(request.words.phrase("Publications are frozen and may still hold it: {names}.", names=names))
    return _privacy(request, said=said)


@allowed(Role.MANAGER)
def show_log(request: HttpRequest) -> HttpResponse:
    """Who saw and changed what, the last first."""
    text = request.GET.get("before", "")
    entries = LogEntry.objects.select_related("by")
    if text.isascii() and text.isdigit() and len(text) < 19:
        entries = entries.filter(id__lt=int(text))
    shown = list(entries[:_SHOWN])
    return page(request, "log.html", entries=shown, more=shown[-1].pk if len(shown) == _SHOWN else None)
