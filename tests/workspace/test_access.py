"""Every address answers to the roles that it declares, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

ROLES = ("", "viewer", "reviewer", "manager", "administrator")
VALUES: dict[str, str | int] = {"name": "page.css", "number": 1, "token": "none", "table": "units"}


def addresses() -> Iterator[tuple[str, Any]]:
    """Every address of the workspace with its view, captured parts filled in."""
    import re

    from matcher.workspace.urls import urlpatterns

    for pattern in urlpatterns:
        route = re.sub(r"<\w+:(\w+)>", lambda found: str(VALUES[found.group(1)]), str(pattern.pattern))
        yield f"/{route}", pattern.callback


def test_every_view_declares_who_may_open_it() -> None:
    undeclared = [address for address, view in addresses() if not hasattr(view, "allowed_to")]
    assert undeclared == []


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_as_declared(role: str, browser: Callable[..., Any]) -> None:
    from matcher.workspace.access import EVERYONE
    from matcher.workspace.models import Role

    client = browser(role)
    for address, view in addresses():
        for method in ("GET", "POST"):
            answer = client.generic(method, address)
            where = f"{method} {address} as {role or 'nobody'}"
            if view.allowed_to == EVERYONE:
                assert answer.status_code != 403, where
            elif not role:
                assert answer.status_code == 302, where
                assert answer.headers["Location"].startswith("/sign-in/"), where
            elif Role(role).level < Role(view.allowed_to).level:
                assert answer.status_code == 403, where
            elif method not in view.methods:
                assert answer.status_code == 405, where
            else:
                assert answer.status_code not in (403, 405, 500), where
            client.force_login(client.account, backend="django.contrib.auth.backends.ModelBackend") if role else None


def test_answers_have_a_strict_policy_and_no_inline_script_or_style(browser: Callable[..., Any]) -> None:
    client = browser("administrator")
    for address, view in addresses():
        if "GET" not in view.methods:
            continue
        answer = client.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        if answer.headers["Content-Type"].startswith("text/html"):
            text = answer.content.decode()
            assert "<style" not in text
            assert " style=" not in text
            assert "<script>" not in text
            assert " onclick=" not in text


def test_a_form_without_its_token_is_refused(account: Callable[..., Any]) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    answer = client.post("/runs/start/", headers={"host": "localhost"})
    assert answer.status_code == 403
    assert "no longer valid" in answer.content.decode()


def test_without_accounts_only_names_of_this_machine_are_answered(db: None) -> None:
    from django.test import Client

    assert Client().get("/", headers={"host": "localhost"}).status_code == 200
    assert Client().get("/", headers={"host": "evil.example"}).status_code == 400
