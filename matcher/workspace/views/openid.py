"""Signing in with the account that somebody has at an OpenID provider, such as that of the foundation's office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from matcher.errors import MatcherError
from matcher.i18n.language import message
from matcher.messages import Message
from matcher.workspace.access import open_to_everyone
from matcher.workspace.models import Account, Invitation, log
from matcher.workspace.models.accounts import digest_of

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_INVITATION, _NEXT = "openid-invitation", "openid-next"
_NOT_INSTALLED = message(
    "To sign in with other accounts needs more packages. Install them: pip install 'matcher[openid]'"
)
_FAILED = message("Signing in with the account of your organisation failed ({error}). Try again")
_UNKNOWN = message(
    "This account is not invited. Ask an administrator of the workspace for an invitation, and open its link"
)


def _client() -> Any:
    """Client of the provider.

    Raises
    ------
    Http404
        When none is named.
    MatcherError
        When its packages are missing.
    """
    if settings.OPENID_CLIENT is None:
        raise Http404
    try:
        from authlib.integrations.django_client import OAuth
    except ModuleNotFoundError:
        raise MatcherError(Message(_NOT_INSTALLED)) from None
    clients = OAuth()
    clients.register("openid", **settings.OPENID_CLIENT)
    return clients.openid


@open_to_everyone()
def start(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider, to come back signed in; with an invitation, to make an account by it."""
    client, back = _client(), request.build_absolute_uri(reverse("openid-back"))
    request.session[_INVITATION] = request.GET.get("invitation", "")
    request.session[_NEXT] = request.GET.get("next", "")
    answer: HttpResponse = _said(lambda: client.authorize_redirect(request, back))
    return answer


@open_to_everyone()
def back(request: HttpRequest) -> HttpResponse:
    """Sign in whom the provider names, or make the account of an invitation."""
    client = _client()
    claims = _said(lambda: client.authorize_access_token(request)["userinfo"])
    subject = digest_of(f"{claims['iss']} {claims['sub']}")
    invitation, target = request.session.pop(_INVITATION, ""), request.session.pop(_NEXT, "")
    account = Account.objects.filter(subject=subject).first() or _joined(invitation, subject)
    if account is None or not account.is_active:
        raise MatcherError(Message(_UNKNOWN))
    login(request, account, backend=_BACKEND)
    log(account, "signed_in", account.username)
    is_safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if is_safe else "home")


def _said(ask: Callable[[], Any]) -> Any:
    """What the provider answers; its faults as errors in words."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        return ask()
    except (AuthlibBaseError, JoseError, RequestException, KeyError, ValueError) as error:
        # What a provider sends is no text to show whole.
        raise MatcherError(Message(_FAILED, error=type(error).__name__)) from None


def _joined(token: str, subject: str) -> Account | None:
    """Account of an invitation that is open, made for who the provider names; None without one."""
    with transaction.atomic():
        open_ones = Invitation.objects.select_for_update().filter(used_at=None, expires_at__gt=timezone.now())
        found = open_ones.filter(token_digest=digest_of(token)).first()
        if found is None:
            return None
        account = Account(username=f"openid-{found.pk}", first_name=found.name, role=found.role, subject=subject)
        account.set_unusable_password()
        account.save()
        found.used_at = timezone.now()
        found.save(update_fields=["used_at"])
    log(account, "joined", account.username)
    return account
