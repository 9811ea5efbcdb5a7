"""Programmes: the plans of each company side by side, and what changes when pairs are kept or ruled out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from matcher.workspace.access import allowed
from matcher.workspace.models import Role, Run, RunPage
from matcher.workspace.pages import PROGRAMMES
from matcher.workspace.templating import page


@allowed(Role.VIEWER)
def programmes(request: HttpRequest) -> HttpResponse:
    """Programmes of the last run."""
    run = Run.latest()
    content = None
    if run is not None:
        content = RunPage.objects.get(run=run, name=PROGRAMMES, language=request.words.code).content
    return page(request, "programmes.html", run=run, content=content)
