"""What is chosen about a list and kept for its next uploads: how words are read, and rows that are one, or two."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from matcher.tables.schema.tables import TABLES
from matcher.workspace.access import allowed
from matcher.workspace.duplicates import keep_apart, merge
from matcher.workspace.kept_readings import spelling_of
from matcher.workspace.list_versions import mend
from matcher.workspace.models import ListVersion, Role, log

_WORD = "word:"


@allowed(Role.MANAGER, methods=("POST",), is_heavy=True)
def choose_words(request: HttpRequest, number: int) -> HttpResponse:
    """Choose how words are read; this makes the next version, with the chosen words in their place.

    Parameters
    ----------
    request : HttpRequest
    number : int
        Of the version.
    """
    version = _version(number)
    spec = TABLES[version.table].by_name
    readings = {column: dict(chosen) for column, chosen in version.readings.items()}
    chosen = 0
    for name, word in request.POST.items():
        column, _, written = name.removeprefix(_WORD).partition(":")
        if name.startswith(_WORD) and word and column in spec and word in spec[column].choices:
            readings.setdefault(column, {})[written] = spelling_of(spec[column], word, request.words)
            chosen += 1
    if not chosen:
        return redirect("list", version.pk)
    made = mend(version, {}, request.user, readings=readings)
    log(request.user, "words_chosen", str(made), words=chosen)
    return redirect("list", made.pk)


@allowed(Role.MANAGER, methods=("POST",), is_heavy=True)
def merge_rows(request: HttpRequest, number: int) -> HttpResponse:
    """Make one row of two, or say that they are two.

    Parameters
    ----------
    request : HttpRequest
    number : int
        Of the version.
    """
    version = _version(number)
    kept, gone = request.POST.get("kept", ""), request.POST.get("gone", "")
    if request.POST.get("are") == "two":
        keep_apart(version, (kept, gone))
        log(request.user, "rows_kept_apart", str(version), rows=[kept, gone])
        return redirect("list", version.pk)
    if request.POST.get("are") == "second":
        kept, gone = gone, kept
    made = merge(version, kept, gone, request.user)
    log(request.user, "rows_merged", str(made), kept=kept, gone=gone)
    return redirect("list", made.pk)


def _version(number: int) -> ListVersion:
    found = ListVersion.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    return found
