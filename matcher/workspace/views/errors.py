"""Pages for what went wrong: what it was, and what to do."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError
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


def database_failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """Page for an error of the database: it does not answer, or does not take what was sent.

    Parameters
    ----------
    request : HttpRequest
    error : Exception
    """
    words = getattr(request, "words", load_language(ENGLISH))
    if isinstance(error, DataError):
        line = words.phrase("Something is too long, or has characters that cannot be kept. Nothing was changed.")
        return _page(request, words.phrase("This cannot be done"), [line], 400)
    if isinstance(error, IntegrityError):
        line = words.phrase("Somebody else changed this at the same moment. Load the page again and look.")
        return _page(request, words.phrase("This cannot be done"), [line], 409)
    # Who is signed in and what there is to say are asked of the database.
    request.user, request._messages = AnonymousUser(), []
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
    """Page for a fault of ours, or for a database that is lost before a view is reached."""
    error = sys.exc_info()[1]
    if isinstance(error, DatabaseError | InterfaceError):
        return database_failed(request, error)
    words = load_language(ENGLISH) if not hasattr(request, "words") else request.words
    line = words.phrase("Something in the program failed; nothing was changed. The log of the server says more.")
    return _page(request, words.phrase("Something failed"), [line], 500)


def _page(request: HttpRequest, title: str, lines: Sequence[str], status: int) -> HttpResponse:
    if not hasattr(request, "words"):
        request.words = load_language(ENGLISH)
    if not hasattr(request, "user"):
        request.user = AnonymousUser()
    return page(request, "error.html", status=status, title=title, lines=lines)
