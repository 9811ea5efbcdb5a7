"""Style and script that the workspace shares with the page of results."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from django.http import Http404, HttpRequest, HttpResponse

from matcher.workspace.access import open_to_everyone

_KINDS = {"page.css": "text/css", "pair.js": "text/javascript"}


@open_to_everyone()
def shared_file(request: HttpRequest, name: str) -> HttpResponse:
    """Style or script of the page of results.

    Parameters
    ----------
    request : HttpRequest
    name : str
        One of those that are shared.
    """
    if name not in _KINDS:
        raise Http404
    content, digest = _content(name)
    if request.headers.get("If-None-Match") == digest:
        return HttpResponse(status=304)
    response = HttpResponse(content, content_type=f"{_KINDS[name]}; charset=utf-8")
    response.headers["ETag"] = digest
    response.headers["Cache-Control"] = "max-age=3600"
    return response


@cache
def _content(name: str) -> tuple[bytes, str]:
    content = files("matcher.reports.page").joinpath(name).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'
