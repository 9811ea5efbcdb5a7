"""How often one person may start what takes long: uploads, runs, letters and publications."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from matcher.workspace.models import Preferences

_HOUR_SECONDS = 3600


def is_too_often(request: HttpRequest) -> bool:
    """Count a request of somebody who is signed in, and return whether it is one too many in this hour.

    The count is kept in the memory of the server: it needs no row that many requests at once would wait for. The hour
    begins with the first request.

    Parameters
    ----------
    request : HttpRequest
    """
    key = f"heavy-requests-{request.user.pk}"
    cache.add(key, 0, timeout=_HOUR_SECONDS)
    try:
        count = cache.incr(key)
    except ValueError:  # the hour ended between the two
        return False
    return bool(count > Preferences.current().most_an_hour)


def refused(request: HttpRequest) -> HttpResponse:
    """Page for somebody who started too much.

    Parameters
    ----------
    request : HttpRequest
    """
    from matcher.workspace.templating import page

    line = request.words.phrase(
        "You started more uploads, runs and letters within an hour than are allowed. Wait a while, then try again."
    )
    return page(request, "error.html", status=429, title=request.words.phrase("This cannot be done"), lines=[line])
