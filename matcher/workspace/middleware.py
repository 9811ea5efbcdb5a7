"""What happens to every request: the user of this machine, the language, headers, and errors in words."""

from __future__ import annotations

import getpass
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import login
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from matcher.errors import MatcherError
from matcher.i18n.language import ENGLISH, Language, available_languages, load_language
from matcher.workspace.environment import LANGUAGE_COOKIE
from matcher.workspace.models.accounts import Account, Role

Next = Callable[[HttpRequest], HttpResponse]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content security policy of all pages: no inline script or style, nothing from elsewhere."""
LOCAL_USER = "local"


def safe_headers(get_response: Next) -> Next:
    """Give every answer the content security policy, and keep what was read out of caches."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return answer


def user_of_this_machine(get_response: Next) -> Next:
    """Sign the one user in where the workspace is not shared; it answers to this machine alone."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not settings.SHARED and not request.user.is_authenticated:
            account, is_new = Account.objects.get_or_create(
                username=LOCAL_USER, defaults={"role": Role.ADMINISTRATOR, "first_name": _name_on_this_machine()}
            )
            if is_new:
                account.set_unusable_password()
                account.save()
            login(request, account, backend="django.contrib.auth.backends.ModelBackend")
        return get_response(request)

    return answer


def _name_on_this_machine() -> str:
    """Name under which the user is known on this machine, to say who did something; empty where there is none."""
    try:
        return getpass.getuser()[:150]
    except (KeyError, OSError, ImportError):  # what is raised where there is none differs by release and system
        return ""


def language_of_request(get_response: Next) -> Next:
    """Set ``request.words``: the language that was chosen, else that of the account, else that of the browser."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.words = _language_of(request)
        with translation.override(request.words.code):
            response = get_response(request)
        response.headers.setdefault("Content-Language", request.words.code)
        return response

    return answer


def _language_of(request: HttpRequest) -> Language:
    known = available_languages()
    asked = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("Accept-Language", "").split(",")]
    named = [request.COOKIES.get(LANGUAGE_COOKIE, ""), getattr(request.user, "language", ""), *asked]
    return load_language(next((code for code in named if code in known), ENGLISH))


def said_errors(get_response: Next) -> Next:
    """Say errors that users can mend on a page, with what to do, in their language."""
    return _SaidErrors(get_response)


class _SaidErrors:
    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        from matcher.workspace.views.errors import database_failed, said

        if isinstance(error, MatcherError):
            return said(request, error)
        return database_failed(request, error) if isinstance(error, DatabaseError | InterfaceError) else None
