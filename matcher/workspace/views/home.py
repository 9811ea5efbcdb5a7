"""The overview: the last run with its lists, the run that is under way, and the language."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from matcher.i18n.language import available_languages
from matcher.workspace.access import allowed, open_to_everyone
from matcher.workspace.environment import LANGUAGE_COOKIE
from matcher.workspace.inputs import lists_of
from matcher.workspace.models import Job, ListPage, ListVersion, Role, Run, RunPage, log
from matcher.workspace.next_steps import steps
from matcher.workspace.pages import OVERVIEW
from matcher.workspace.reviewing import PairReview, all_reviews
from matcher.workspace.templating import page

_YEAR_SECONDS = 365 * 24 * 3600


@allowed(Role.VIEWER)
def home(request: HttpRequest) -> HttpResponse:
    """Overview of the last run."""
    run = Run.latest()
    overview: dict[str, Any] | None = None
    lists: list[dict[str, Any]] = []
    if run is not None:
        overview = RunPage.objects.get(run=run, name=OVERVIEW, language=request.words.code).content
        lists = _lists(run, request)
    is_stale = run is not None and _is_stale(run)
    return page(
        request,
        "home.html",
        run=run,
        overview=overview,
        lists=lists,
        job=open_job(),
        failed=_failed(run),
        is_stale=is_stale,
        is_example=run is not None and run.units.is_example,
        steps=[
            step
            for step in steps(run, lists, is_stale=is_stale, language=request.words)
            if request.user.may(step.least)
        ],
        list_warnings=[found for found in lists_of(run).values() if found.warnings] if run else [],
    )


def open_job() -> Job | None:
    """Matching run that waits or runs."""
    found: Job | None = Job.objects.filter(kind="match", state__in=(Job.WAITING, Job.RUNNING)).first()
    return found


def _failed(run: Run | None) -> Job | None:
    """The last matching run, where it failed after the last one that is shown."""
    last = Job.objects.filter(kind="match").exclude(state__in=(Job.WAITING, Job.RUNNING)).order_by("-id").first()
    if last is None or last.state != Job.FAILED:
        return None
    return last if run is None or last.ended_at is None or last.ended_at > run.made_at else None


def _is_stale(run: Run) -> bool:
    """Whether a list has a newer version without errors than the run."""
    used = {"units": run.units_id, "nonprofits": run.nonprofits_id, "partnerships": run.partnerships_id}
    return any((found := ListVersion.in_use(name)) is not None and found.pk != pk for name, pk in used.items())


def _lists(run: Run, request: HttpRequest) -> list[dict[str, Any]]:
    reviews: dict[str, list[PairReview]] = {}
    for review in all_reviews():
        reviews.setdefault(review.unit_id, []).append(review)
    mine = Counter(
        review.unit_id for found in reviews.values() for review in found if review.answer_of(request.user) is not None
    )
    rows = ListPage.objects.filter(run=run, language=request.words.code).values("unit_id", "name", "under", "pairs")
    return [
        row
        | {
            "decided": sum(bool(review.decision) for review in reviews.get(row["unit_id"], ())),
            "disputed": sum(review.is_disputed for review in reviews.get(row["unit_id"], ())),
            "mine": mine[row["unit_id"]],
        }
        for row in rows
    ]


@allowed(Role.MANAGER, methods=("POST",), is_heavy=True)
def start_run(request: HttpRequest) -> HttpResponse:
    """Put a matching run into the queue."""
    job = open_job() or Job.ask("match", request.user)
    log(request.user, "run_asked", str(job.pk))
    return redirect("home")


@allowed(Role.MANAGER, methods=("POST",))
def cancel_run(request: HttpRequest) -> HttpResponse:
    """Cancel the run that waits or runs; the last results stay."""
    waiting = Job.objects.filter(kind="match", state=Job.WAITING).update(state=Job.CANCELLED)
    running = Job.objects.filter(kind="match", state=Job.RUNNING).update(is_cancel_asked=True)
    if waiting or running:
        log(request.user, "run_cancelled", "")
    return redirect("home")


@allowed(Role.VIEWER)
def run_state(request: HttpRequest) -> HttpResponse:
    """How far the run is, for the overview to show; the page loads again when it is done."""
    job = open_job()
    if job is None:
        response = HttpResponse()
        response.headers["HX-Refresh"] = "true"
        return response
    return page(request, "job.html", job=job)


@open_to_everyone(methods=("POST",))
def choose_language(request: HttpRequest) -> HttpResponse:
    """Set the language of the pages."""
    code, target = request.POST.get("language", ""), request.POST.get("next", "/")
    is_safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    response = HttpResponseRedirect(target if is_safe else "/")
    if code in available_languages():
        response.set_cookie(LANGUAGE_COOKIE, code, max_age=_YEAR_SECONDS, samesite="Lax", secure=request.is_secure())
        if request.user.is_authenticated:
            request.user.language = code
            request.user.save(update_fields=["language"])
    return response
