"""Privacy: what is known of somebody is exported and erased; old things are forgotten; backups come back whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def kept_lists(tmp_path: Path) -> Iterator[None]:
    """Put the files of the lists back afterwards: erasing changes them, and other tests use them."""
    from django.conf import settings

    folder = settings.ENVIRONMENT.data / "lists"
    shutil.copytree(folder, tmp_path / "lists")
    yield
    shutil.copytree(tmp_path / "lists", folder, dirs_exist_ok=True)


@pytest.mark.usefixtures("kept_lists")
def test_all_that_is_known_of_an_organisation_is_exported_and_erased(browser: Callable[..., Any], a_list: Any) -> None:
    from matcher.workspace.models import Job, ReviewEvent
    from matcher.workspace.reviewing import answer

    client = browser("administrator")
    nonprofit = a_list.content["pairs"][0]["nonprofit_id"]
    answer(client.account, a_list.unit_id, nonprofit, "no", note="a private matter", seen=0, is_blind=False)
    known = json.loads(client.post("/privacy/export/", {"name": nonprofit}).content)
    assert known["reviews"][0]["note"] == "a private matter"
    assert any(nonprofit in row["row"].values() for row in known["rows"])
    text = client.post("/privacy/erase/", {"name": nonprofit}).content.decode()
    assert "It is erased" in text
    assert not ReviewEvent.objects.exists()
    assert Job.objects.filter(kind="match").exists()
    assert client.post("/privacy/export/", {"name": nonprofit}).status_code == 400


def test_old_runs_and_log_entries_are_forgotten(browser: Callable[..., Any]) -> None:
    from django.utils import timezone

    from matcher.workspace.erasure import forget_old
    from matcher.workspace.models import LogEntry, Run, log

    log(None, "signed_in", "anna")
    last = Run.latest()
    made_of = {"units": last.units, "nonprofits": last.nonprofits, "settings": last.settings}
    old, _ = (Run.objects.create(pk=last.pk + number, **made_of) for number in (1, 2))
    long_ago = timezone.now() - timedelta(days=1000)
    Run.objects.filter(pk=old.pk).update(made_at=long_ago)
    LogEntry._base_manager.update(at=long_ago)
    forget_old()
    assert not Run.objects.filter(pk=old.pk).exists()
    assert not LogEntry.objects.exists()
    assert Run.objects.filter(pk=last.pk).exists()


def test_the_last_administrator_stays_one(browser: Callable[..., Any]) -> None:
    client = browser("administrator")
    answer = client.post("/people/role/", {"account": client.account.pk, "role": "viewer"})
    assert "has to stay" in answer.content.decode()


def test_an_invitation_makes_one_account(browser: Callable[..., Any]) -> None:
    from matcher.workspace.models import Account

    text = browser("administrator").post("/people/invite/", {"name": "Bram", "role": "reviewer"}).content.decode()
    link = text.split("<code>")[1].split("<")[0].removeprefix("http://testserver")
    guest = browser()
    assert "too common" in guest.post(link, {"name": "bram", "password": "password"}).content.decode()
    assert guest.post(link, {"name": "bram", "password": "drie-groene-fietsen"}).status_code == 302
    assert Account.objects.get(username="bram").role == "reviewer"
    assert browser().get(link).status_code == 404


def test_guessing_passwords_is_throttled(browser: Callable[..., Any], settings: Any) -> None:
    client = browser()
    browser("reviewer", name="anna")
    settings.AXES_ENABLED = True
    answers = [
        client.post("/sign-in/", {"name": "anna", "password": f"guess-{number}"}).status_code for number in range(6)
    ]
    assert answers[0] == 400
    assert answers[-1] == 429
    assert client.post("/sign-in/", {"name": "anna", "password": "zeven-bruggen-9"}).status_code == 429
