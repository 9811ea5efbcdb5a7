"""Signing in with an account of a provider: one that is invited, one that is not, and a provider that is away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

# The provider of the tests is written for earlier releases of the library.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a provider on this machine, named in the settings."""
    from oidc_provider_mock import run_server_in_thread

    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with run_server_in_thread() as server:
        issuer = f"http://localhost:{server.server_port}"
        settings.OPENID_CLIENT = {
            "client_id": "workspace",
            "client_secret": "of-the-workspace",
            "server_metadata_url": f"{issuer}/.well-known/openid-configuration",
            "client_kwargs": {"scope": "openid profile", "code_challenge_method": "S256"},
        }
        yield issuer


def come_back(client: Any, address: str, subject: str) -> Any:
    """Follow somebody to the provider, who signs in there, and back."""
    import requests

    sent = client.get(address)
    assert sent.status_code == 302
    assert "code_challenge" in sent.headers["Location"]
    granted = requests.post(sent.headers["Location"], {"sub": subject}, allow_redirects=False, timeout=30)
    assert granted.status_code == 302
    return client.get(granted.headers["Location"].removeprefix("http://testserver"))


def test_who_is_invited_signs_in_with_the_account_of_a_provider(browser: Callable[..., Any], provider: str) -> None:
    from matcher.workspace.models import Account

    stranger = browser()
    assert "/openid/start/" in stranger.get("/sign-in/").content.decode()
    refused = come_back(stranger, "/openid/start/", "zoe")
    assert (refused.status_code, "is not invited" in refused.content.decode()) == (400, True)
    text = browser("administrator").post("/people/invite/", {"name": "Zoë", "role": "reviewer"}).content.decode()
    token = text.split("/join/")[1].split("/")[0]
    assert f"invitation={token}" in stranger.get(f"/join/{token}/").content.decode()
    assert come_back(stranger, f"/openid/start/?invitation={token}", "zoe").status_code == 302
    made = Account.objects.get(first_name="Zoë")
    assert (made.role, made.has_usable_password()) == ("reviewer", False)
    again = browser()
    answer = come_back(again, "/openid/start/?next=/lists/", "zoe")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/lists/")
    assert again.get("/lists/").status_code == 200
    # The invitation is used up, and another person of the same provider is nobody here.
    other = come_back(browser(), f"/openid/start/?invitation={token}", "yara")
    assert other.status_code == 400
    made.is_active = False
    made.save()
    assert come_back(browser(), "/openid/start/", "zoe").status_code == 400
    assert again.get("/lists/").status_code == 302, "a closed account is signed out"


def test_an_answer_that_the_provider_did_not_give_is_refused(browser: Callable[..., Any], provider: str) -> None:
    client = browser()
    client.get("/openid/start/")
    for query in ("", "?error=access_denied", "?code=made-up&state=made-up"):
        answer = client.get(f"/openid/back/{query}")
        assert (answer.status_code, "failed" in answer.content.decode()) == (400, True)
    assert client.get("/lists/").status_code == 302


def test_a_provider_that_is_away_is_said(browser: Callable[..., Any], settings: Any) -> None:
    client = browser()
    assert client.get("/openid/start/").status_code == 404
    settings.OPENID_CLIENT = {"client_id": "x", "server_metadata_url": "http://localhost:1/none"}
    answer = client.get("/openid/start/")
    assert (answer.status_code, "ConnectionError" in answer.content.decode()) == (400, True)
