"""Who may open which view: every view declares the least role that it needs, and a test walks all of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from matcher.workspace.models.accounts import Role
from matcher.workspace.rate_limits import is_too_often, refused

View = Callable[..., HttpResponse]
EVERYONE = "everyone"
"""What a view declares that needs no log-in."""


def allowed(
    least: Role, *, methods: tuple[str, ...] = ("GET", "HEAD"), is_heavy: bool = False
) -> Callable[[View], View]:
    """Let only people with a role, or more, open a view.

    Parameters
    ----------
    least : Role
    methods : tuple of str
        Methods that the view answers to.
    is_heavy : bool
        Whether it takes long, so that one person may ask for it only so often in an hour.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.may(least):
                raise PermissionDenied
            if is_heavy and request.method in methods and is_too_often(request):
                return refused(request)
            return _answered(view, methods, request, *args, **kwargs)

        checked.allowed_to = least  # type: ignore[attr-defined]
        checked.methods = methods  # type: ignore[attr-defined]
        return checked

    return wrap


def open_to_everyone(*, methods: tuple[str, ...] = ("GET", "HEAD")) -> Callable[[View], View]:
    """Let everyone open a view, without a log-in."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return _answered(view, methods, request, *args, **kwargs)

        checked.allowed_to = EVERYONE  # type: ignore[attr-defined]
        checked.methods = methods  # type: ignore[attr-defined]
        return checked

    return wrap


def _answered(view: View, methods: tuple[str, ...], request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method not in methods:
        from django.http import HttpResponseNotAllowed

        return HttpResponseNotAllowed(methods)
    return view(request, *args, **kwargs)
