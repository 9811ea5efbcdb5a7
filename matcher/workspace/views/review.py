"""Review: a unit's shortlist, its pairs opened one by one, and the answers on them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from matcher.errors import MatcherError
from matcher.workspace import reviewing
from matcher.workspace.access import allowed
from matcher.workspace.maps import unit_map
from matcher.workspace.models import Account, ListPage, Preferences, Role, Run, log
from matcher.workspace.pair_rows import PairRow, pair_rows, row_of, standings_by_name
from matcher.workspace.reviewing import ConflictError
from matcher.workspace.templating import fragment, page
from matcher.workspace.wording import agreement_lines, error_lines


@allowed(Role.VIEWER)
def shortlist(request: HttpRequest) -> HttpResponse:
    """Shortlist of a unit."""
    found = _list_of(request, request.GET.get("unit", ""))
    return page(request, "shortlist.html", **_shortlist_values(request, found))


def _shortlist_values(request: HttpRequest, found: ListPage, **more: Any) -> dict[str, Any]:
    rows = pair_rows(found, request.user, Preferences.current())
    names = list(
        ListPage.objects.filter(run=found.run, language=found.language).values_list("unit_id", "name", named=False)
    )
    at = [unit_id for unit_id, _ in names].index(found.unit_id)
    return {
        "list": found,
        "rows": rows,
        "remarks": found.content["remarks"],
        "note": found.content["note"],
        "map": unit_map(places, rows, request.words) if (places := found.content.get("map")) else None,
        "previous": names[at - 1] if at > 0 else None,
        "following": names[at + 1] if at + 1 < len(names) else None,
        "colleagues": _colleagues(),
        "is_blind": Preferences.current().is_blind,
        **more,
    }


@allowed(Role.VIEWER)
def pair(request: HttpRequest) -> HttpResponse:
    """One pair, opened: for the shortlist, or as a page of its own."""
    row = row_of(request.GET.get("unit", ""), request.GET.get("nonprofit", ""), request)
    if request.htmx:
        return HttpResponse(_opened(request, row))
    return page(request, "pair.html", row=row, **_pair_values(request, row))


def _pair_values(request: HttpRequest, row: PairRow, **more: Any) -> dict[str, Any]:
    return {"colleagues": _colleagues(), "notices": [], "newer": [], "kept_note": None, **more}


def _opened(request: HttpRequest, row: PairRow, **more: Any) -> str:
    return fragment(request, "opened.html", row=row, **_pair_values(request, row, **more))


def _whole_row(request: HttpRequest, row: PairRow, status: int = 200, **more: Any) -> HttpResponse:
    """Row with its opened part, in place of the old one; with a page of its own that page."""
    values = _pair_values(request, row, **more)
    if not request.htmx:
        if status == 200:
            return redirect(row.address)
        return page(request, "pair.html", status=status, row=row, **values)
    return HttpResponse(fragment(request, "row.html", row=row, is_open=True, **values), status=status)


@allowed(Role.REVIEWER, methods=("POST",))
def answer(request: HttpRequest) -> HttpResponse:
    """Add the answer of the person who is logged in, or settle on one."""
    unit_id, nonprofit_id = _pair_of(request)
    values = {"note": request.POST.get("note", "")[: reviewing.LONGEST_NOTE], "seen": _number(request.POST.get("seen"))}
    value = request.POST.get("answer", "")
    try:
        if request.POST.get("settles"):
            reviewing.settle(request.user, unit_id, nonprofit_id, value, **values)
        else:
            is_blind = Preferences.current().is_blind
            reviewing.answer(request.user, unit_id, nonprofit_id, value, is_blind=is_blind, **values)
    except ConflictError as error:
        row = row_of(unit_id, nonprofit_id, request)
        return _whole_row(request, row, 409, newer=error.events, kept_note=values["note"])
    except MatcherError as error:
        row = row_of(unit_id, nonprofit_id, request)
        lines = error_lines(error, request.words.code)
        return _whole_row(request, row, 400, notices=lines, kept_note=values["note"])
    return _whole_row(request, row_of(unit_id, nonprofit_id, request))


@allowed(Role.REVIEWER, methods=("POST",))
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the last thing that one said about a pair."""
    unit_id, nonprofit_id = _pair_of(request)
    notices: list[str] = []
    try:
        reviewing.undo(request.user, unit_id, nonprofit_id)
    except MatcherError as error:
        notices = error_lines(error, request.words.code)
    return _whole_row(request, row_of(unit_id, nonprofit_id, request), 400 if notices else 200, notices=notices)


@allowed(Role.REVIEWER, methods=("POST",))
def assign(request: HttpRequest) -> HttpResponse:
    """Ask a colleague to look at a pair."""
    unit_id, nonprofit_id = _pair_of(request)
    assignee = Account.objects.filter(pk=_number(request.POST.get("assignee"))).first()
    reviewing.assign(request.user, unit_id, nonprofit_id, assignee)
    return _whole_row(request, row_of(unit_id, nonprofit_id, request))


@allowed(Role.REVIEWER, methods=("POST",))
def answer_many(request: HttpRequest) -> HttpResponse:
    """Give one answer on the pairs that are ticked; those that others answered in the meantime are left out, and named."""
    found = _list_of(request, request.POST.get("unit", ""))
    value, note = request.POST.get("answer", ""), request.POST.get("note", "")[: reviewing.LONGEST_NOTE]
    preferences = Preferences.current()
    names = {item["nonprofit_id"]: item["name"] for item in found.content["pairs"]}
    notices: list[str] = []
    for ticked in request.POST.getlist("pair"):
        seen, _, nonprofit_id = ticked.partition(":")
        if nonprofit_id not in names:
            raise Http404
        try:
            reviewing.answer(
                request.user,
                found.unit_id,
                nonprofit_id,
                value,
                note=note,
                seen=_number(seen),
                is_blind=preferences.is_blind,
            )
        except ConflictError:
            notices.append(
                request.words.phrase(
                    "{name}: a colleague answered in the meantime. Open the pair and look.",
                    name=names.get(nonprofit_id, nonprofit_id),
                )
            )
        except MatcherError as error:
            notices += [line for line in error_lines(error, request.words.code) if line not in notices]
    if not request.POST.getlist("pair"):
        notices.append(request.words.phrase("No pair is ticked. Tick some first."))
    values = _shortlist_values(request, found, notices=notices)
    return page(request, "shortlist.html", status=400 if notices else 200, **values)


@allowed(Role.REVIEWER)
def disputed(request: HttpRequest) -> HttpResponse:
    """Pairs on which answers differ, and those that one was asked to look at."""
    reviews = reviewing.all_reviews()
    preferences = Preferences.current()
    shown = [item for item in reviews if not preferences.is_blind or item.answer_of(request.user) is not None]
    names = _names(request)
    assigned = [item for item in reviews if item.assignee == request.user and item.answer_of(request.user) is None]
    return page(
        request,
        "disputed.html",
        disputed=[(item, *_named(item, names)) for item in shown if item.is_disputed],
        waiting=[
            (item, *_named(item, names)) for item in reviews if item.is_waiting and item.answer_of(request.user) is None
        ],
        assigned=Counter((item.unit_id, _named(item, names)[0]) for item in assigned),
        lists=ListPage.objects.filter(run=Run.latest(), language=request.words.code).values_list("unit_id", "name"),
        colleagues=_colleagues(),
        agreement=agreement_lines(shown, request.words),
        preferences=preferences,
    )


@allowed(Role.MANAGER, methods=("POST",))
def choose_mode(request: HttpRequest) -> HttpResponse:
    """Switch the blind mode, and set how many answers a pair needs."""
    preferences = Preferences.current()
    preferences.is_blind = request.POST.get("is_blind") == "yes"
    preferences.answers_wanted = min(20, max(1, _number(request.POST.get("answers_wanted")) or 1))
    preferences.save()
    log(request.user, "preferences_changed", "review", is_blind=preferences.is_blind)
    return redirect("disputed")


@allowed(Role.MANAGER, methods=("POST",))
def assign_lists(request: HttpRequest) -> HttpResponse:
    """Ask a colleague to look at all pairs of some shortlists on which the team did not decide yet."""
    assignee = Account.objects.filter(pk=_number(request.POST.get("assignee"))).first()
    lists = ListPage.objects.filter(
        run=Run.latest(), language=request.words.code, unit_id__in=request.POST.getlist("unit")
    )
    asked = reviewing.assign_open(
        request.user,
        [(found.unit_id, item["nonprofit_id"]) for found in lists for item in found.content["pairs"]],
        assignee,
    )
    messages.info(request, request.words.count_phrase("Asked for 1 pair.", "Asked for {count} pairs.", asked))
    return redirect("disputed")


@allowed(Role.VIEWER)
def why_not(request: HttpRequest) -> HttpResponse:
    """Why nonprofits with some name are not on a unit's list."""
    found = _list_of(request, request.GET.get("unit", ""))
    lines = standings_by_name(found.unit_id, request.GET.get("name", ""), request.words)
    return page(request, "why_not.html", lines=lines, unit_id=found.unit_id, name=request.GET.get("name", ""))


def _list_of(request: HttpRequest, unit_id: str) -> ListPage:
    run = Run.latest()
    found = ListPage.objects.select_related("run").filter(run=run, language=request.words.code, unit_id=unit_id).first()
    if found is None:
        raise Http404
    return found


def _pair_of(request: HttpRequest) -> tuple[str, str]:
    """Unit and nonprofit that a form names; Http404 where the run has no such pair, so that nothing is said of it."""
    pair = request.POST.get("unit", ""), request.POST.get("nonprofit", "")
    row_of(*pair, request)
    return pair


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _colleagues() -> list[Account]:
    return [account for account in Account.objects.filter(is_active=True) if account.may(Role.REVIEWER)]


def _names(request: HttpRequest) -> dict[tuple[str, str], tuple[str, str]]:
    """Names of unit and nonprofit of all pairs on lists."""
    run = Run.latest()
    return {
        (found.unit_id, item["nonprofit_id"]): (found.name, item["name"])
        for found in ListPage.objects.filter(run=run, language=request.words.code)
        for item in found.content["pairs"]
    }


def _named(review: reviewing.PairReview, names: dict[tuple[str, str], tuple[str, str]]) -> tuple[str, str]:
    return names.get((review.unit_id, review.nonprofit_id), (review.unit_id, review.nonprofit_id))
