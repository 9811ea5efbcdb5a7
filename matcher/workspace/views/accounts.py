"""People: signing in and out, invitations, and roles."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from matcher.workspace.access import allowed, open_to_everyone
from matcher.workspace.models import Account, Invitation, Role, log
from matcher.workspace.models.accounts import digest_of
from matcher.workspace.templating import page

_INVITATION_DAYS = 14
_TOKEN_BYTES = 32


@open_to_everyone(methods=("GET", "HEAD", "POST"))
def sign_in(request: HttpRequest) -> HttpResponse:
    """Form for name and password."""
    target = request.POST.get("next", request.GET.get("next", ""))
    lines: list[str] = []
    if request.method == "POST":
        found = authenticate(request, username=request.POST.get("name", ""), password=request.POST.get("password", ""))
        if found is not None:
            login(request, found)
            log(found, "signed_in", found.username)
            is_safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
            return redirect(target if is_safe else "home")
        if getattr(request, "axes_locked_out", False):
            return locked_out(request)
        lines = [request.words.phrase("Name and password do not belong together. Try again.")]
    return page(request, "sign_in.html", status=400 if lines else 200, lines=lines, next=target)


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Page for somebody who guessed too often.

    Parameters
    ----------
    request : HttpRequest
    *_, **__
        What else axes passes on.
    """
    line = request.words.phrase("Too many wrong passwords. Wait a quarter of an hour, then try again.")
    return page(request, "error.html", status=429, title=request.words.phrase("Not allowed"), lines=[line])


@allowed(Role.VIEWER, methods=("POST",))
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign-in" if settings.SHARED else "home")


@allowed(Role.ADMINISTRATOR)
def people(request: HttpRequest) -> HttpResponse:
    """Accounts with their roles, and invitations that are open."""
    return _people(request)


def _people(request: HttpRequest, **more: Any) -> HttpResponse:
    now = timezone.now()
    invitations = Invitation.objects.filter(used_at=None, expires_at__gt=now).order_by("-made_at")
    return page(
        request,
        "people.html",
        **{"accounts": Account.objects.order_by("username"), "invitations": invitations, "roles": list(Role)}
        | {"link": "", "lines": []}
        | more,
    )


@allowed(Role.ADMINISTRATOR, methods=("POST",))
def invite(request: HttpRequest) -> HttpResponse:
    """Make an invitation; its link is shown once."""
    name, role = request.POST.get("name", "").strip()[:150], request.POST.get("role", "")
    if not name or role not in list(Role):
        return _people(request, lines=[request.words.phrase("Write a name, and choose a role.")])
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    Invitation.objects.create(
        name=name,
        role=role,
        token_digest=digest_of(token),
        invited_by=request.user,
        expires_at=timezone.now() + timedelta(days=_INVITATION_DAYS),
    )
    log(request.user, "invited", name, role=role)
    return _people(request, link=request.build_absolute_uri(reverse("join", args=[token])))


@allowed(Role.ADMINISTRATOR, methods=("POST",))
def change_role(request: HttpRequest) -> HttpResponse:
    """Give somebody another role, or close their account; the last administrator stays one."""
    number, role = request.POST.get("account", ""), request.POST.get("role", "")
    found = Account.objects.filter(pk=int(number)).first() if number.isdigit() and len(number) < 19 else None
    if found is None or (role not in list(Role) and role != "closed"):
        raise Http404
    others = Account.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=found.pk)
    if found.role == Role.ADMINISTRATOR and role != Role.ADMINISTRATOR and not others.exists():
        return _people(request, lines=[request.words.phrase("One administrator has to stay. Name another one first.")])
    found.is_active = role != "closed"
    if found.is_active:
        found.role = role
    found.save()
    log(request.user, "role_changed", found.username, role=role)
    return redirect("people")


@open_to_everyone(methods=("GET", "HEAD", "POST"))
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Make an account from an invitation.

    Parameters
    ----------
    request : HttpRequest
    token : str
        Of the invitation.
    """
    found = Invitation.objects.filter(token_digest=digest_of(token), used_at=None).first()
    if found is None or found.expires_at < timezone.now():
        line = request.words.phrase("This invitation was used or has expired. Ask for a new one.")
        return page(request, "error.html", status=404, title=request.words.phrase("Not allowed"), lines=[line])
    lines: list[str] = []
    if request.method == "POST":
        lines = _join(request, found)
        if not lines:
            return redirect("home")
    return page(request, "join.html", status=400 if lines else 200, invitation=found, lines=lines, token=token)


def _join(request: HttpRequest, invitation: Invitation) -> list[str]:
    """Make the account and sign it in; what is wrong with name or password otherwise."""
    name, password = request.POST.get("name", "").strip(), request.POST.get("password", "")
    account = Account(username=name, role=invitation.role, first_name=invitation.name)
    try:
        account.clean_fields(exclude={"password"})
        validate_password(password, account)
    except ValidationError as error:
        return [str(line) for line in error.messages]
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save()
            Invitation.objects.filter(pk=invitation.pk).update(used_at=timezone.now())
    except IntegrityError:
        return [request.words.phrase("This name is taken. Choose another.")]
    log(account, "joined", account.username)
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    return []
