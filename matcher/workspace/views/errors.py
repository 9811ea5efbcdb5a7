"""Pages for what went wrong: what it was, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from matcher.errors import MatcherError
from matcher.i18n.language import ENGLISH, load_language
from matcher.workspace.templating import page
from matcher.workspace.wording import error_lines


def said(request: HttpRequest, error: MatcherError, status: int = 400) -> HttpResponse:
    """Page with an error that the user can mend.

    Parameters
    ----------
    request : HttpRequest
    error : MatcherError
    status : int
        Of the answer.
    """
    return _page(request, request.words.phrase("This cannot be done"), error_lines(error, request.words.code), status)


def database_lost(request: HttpRequest) -> HttpResponse:
    """Page for a database that does not answer."""
    words = getattr(request, "words", load_language(ENGLISH))
    lines = [words.phrase("The database does not answer, so nothing was changed. Try again in a moment.")]
    return _page(request, words.phrase("The database does not answer"), lines, 503)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Page for a form whose token does not fit: it is old, or came from another site.

    Parameters
    ----------
    request : HttpRequest
    reason : str
        Django's own, in English.
    """
    words = load_language(ENGLISH) if not hasattr(request, "words") else request.words
    line = words.phrase(
        "The page was open for too long, or cookies are switched off. Load it again and send it once more."
    )
    return _page(request, words.phrase("This form is no longer valid"), [line], 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Page for an address that leads nowhere.

    Parameters
    ----------
    request : HttpRequest
    exception : Exception, optional
    """
    words = load_language(ENGLISH) if not hasattr(request, "words") else request.words
    return _page(
        request, words.phrase("There is no such page"), [words.phrase("Go to the overview and begin from there.")], 404
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Page for a request that browsers of this workspace do not send, such as one to another host name.

    Parameters
    ----------
    request : HttpRequest
    exception : Exception, optional
    """
    words = load_language(ENGLISH) if not hasattr(request, "words") else request.words
    line = words.phrase("Open the workspace under the address that its server shows.")
    return _page(request, words.phrase("This cannot be done"), [line], 400)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Page for somebody whose role does not reach.

    Parameters
    ----------
    request : HttpRequest
    exception : Exception, optional
    """
    line = request.words.phrase("Your role does not allow this. An administrator of the workspace can change it.")
    return _page(request, request.words.phrase("Not allowed"), [line], 403)


def failed(request: HttpRequest) -> HttpResponse:
    """Page for a fault of ours."""
    words = load_language(ENGLISH) if not hasattr(request, "words") else request.words
    line = words.phrase("Something in the program failed; nothing was changed. The log of the server says more.")
    return _page(request, words.phrase("Something failed"), [line], 500)


def _page(request: HttpRequest, title: str, lines: Sequence[str], status: int) -> HttpResponse:
    if not hasattr(request, "words"):
        request.words = load_language(ENGLISH)
    if not hasattr(request, "user"):
        request.user = AnonymousUser()
    return page(request, "error.html", status=status, title=title, lines=lines)
