"""Publish: frozen versions with their files, and links by which a board reads them without a log-in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from matcher.i18n.language import available_languages
from matcher.workspace.access import allowed, open_to_everyone
from matcher.workspace.models import Job, Publication, Role, Run, ShareLink, log
from matcher.workspace.next_steps import answers_since
from matcher.workspace.publishing import PAGE_FILE, content_type, make_link, open_link
from matcher.workspace.templating import page
from matcher.workspace.wording import FILES

_MOST_DAYS = 366
_ORDER = list(FILES)
_SANDBOX = "sandbox allow-scripts; frame-ancestors 'none'"
"""Policy of the page of results: it carries a strict one of its own, and here it is cut off from the workspace."""


@allowed(Role.VIEWER)
def publications(request: HttpRequest) -> HttpResponse:
    """All publications, the newest first."""
    return _publications(request)


def _publications(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    jobs = {job.arguments.get("publication"): job for job in Job.objects.filter(kind="publish")}
    found = [(item, jobs.get(item.pk)) for item in Publication.objects.select_related("made_by", "run")]
    values: dict[str, Any] = {"publications": found, "run": Run.latest(), "lines": []}
    values["newer"] = answers_since(values["run"]) if values["run"] else 0
    return page(request, "publications.html", status=status, **(values | more))


@allowed(Role.MANAGER, methods=("POST",), is_heavy=True)
def publish(request: HttpRequest) -> HttpResponse:
    """Freeze the last run under a name."""
    run, name = Run.latest(), request.POST.get("name", "").strip()[:150]
    language = request.POST.get("language", request.words.code)
    if run is None or not name or language not in available_languages():
        return _publications(request, 400, lines=[request.words.phrase("Give the publication a name.")])
    made = Publication.objects.create(name=name, language=language, run=run, made_by=request.user)
    Job.ask("publish", request.user, publication=made.pk)
    log(request.user, "published", name, run=run.pk)
    return redirect("publication", made.pk)


@allowed(Role.VIEWER)
def publication(request: HttpRequest, number: int) -> HttpResponse:
    """One publication: its files and links.

    Parameters
    ----------
    request : HttpRequest
    number : int
        Of the publication.
    """
    return _publication(request, _found(number))


def _publication(request: HttpRequest, found: Publication, **more: Any) -> HttpResponse:
    job = Job.objects.filter(kind="publish", arguments__publication=found.pk).order_by("-id").first()
    values: dict[str, Any] = {
        "publication": found,
        "files": sorted(
            found.files, key=lambda file: _ORDER.index(file["name"]) if file["name"] in _ORDER else len(_ORDER)
        ),
        "job": job,
        "links": list(found.links.all()),
        "link": "",
    }
    return page(request, "publication.html", **(values | more))


def _found(number: int) -> Publication:
    found = Publication.objects.select_related("run", "made_by").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


@allowed(Role.VIEWER)
def publication_file(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """A file of a publication.

    Parameters
    ----------
    request : HttpRequest
    number : int
        Of the publication.
    name : str
        One of its files.
    """
    found = _found(number)
    answer = _file(found, name)
    log(request.user, "downloaded", f"{found.name}: {name}")
    return answer


def _file(found: Publication, name: str) -> HttpResponse:
    """A file that the publication names; no path is made of anything else."""
    if name not in {item["name"] for item in found.files}:
        raise Http404
    path: Path = found.folder / name
    is_page = name == PAGE_FILE
    answer = FileResponse(path.open("rb"), content_type=content_type(name), as_attachment=not is_page, filename=name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if is_page:
        answer.headers["Content-Security-Policy"] = _SANDBOX
    return answer


@allowed(Role.MANAGER, methods=("POST",))
def share(request: HttpRequest, number: int) -> HttpResponse:
    """Make a link by which a publication is read without a log-in; it is shown once.

    Parameters
    ----------
    request : HttpRequest
    number : int
        Of the publication.
    """
    found, days = _found(number), request.POST.get("days", "")
    for_days = min(_MOST_DAYS, max(1, int(days))) if days.isascii() and days.isdigit() and len(days) < 5 else 30
    _, token = make_link(found, request.user, for_days)
    log(request.user, "link_made", found.name, days=for_days)
    return _publication(request, found, link=request.build_absolute_uri(reverse("board", args=[token])))


@allowed(Role.MANAGER, methods=("POST",))
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End a link at once.

    Parameters
    ----------
    request : HttpRequest
    number : int
        Of the link.
    """
    link = ShareLink.objects.select_related("publication").filter(pk=number).first()
    if link is None:
        raise Http404
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        log(request.user, "link_revoked", link.publication.name)
    return redirect("publication", link.publication_id)


@open_to_everyone()
def board(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a publication for somebody who has its link.

    Parameters
    ----------
    request : HttpRequest
    token : str
        Of the link.
    """
    link = open_link(token)
    if link is None:
        line = request.words.phrase("This link was revoked or has expired. Ask for a new one.")
        return page(request, "error.html", status=404, title=request.words.phrase("Not allowed"), lines=[line])
    log(None, "link_read", link.publication.name, link=link.pk)
    return _file(link.publication, PAGE_FILE)
