"""Dividing lists among colleagues, how well trials agree with the team, limits of what one person starts, Parquet lists."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile


def test_a_manager_divides_the_shortlists_and_what_is_decided_is_left_out(
    browser: Callable[..., Any], a_list: Any
) -> None:
    from matcher.workspace.reviewing import reviews_of

    manager, anna = browser("manager"), browser("reviewer", name="anna")
    first = a_list.content["pairs"][0]["nonprofit_id"]
    manager.post("/pair/answer/", {"unit": a_list.unit_id, "nonprofit": first, "answer": "yes", "seen": 0})
    fields = {"unit": [a_list.unit_id, "no-such-unit"], "assignee": anna.account.pk}
    shown = manager.post("/discuss/assign/", fields, follow=True).content.decode()
    assert f"Asked for {a_list.pairs - 1} pairs." in shown
    asked = {name for name, review in reviews_of(a_list.unit_id).items() if review.assignee == anna.account}
    assert asked == {pair["nonprofit_id"] for pair in a_list.content["pairs"][1:]}
    listed = anna.get("/discuss/").content.decode()
    assert f'<a href="/shortlist/?unit={a_list.unit_id}">' in listed
    assert f"{a_list.pairs - 1} pairs" in listed
    assert "Asked for 0 pairs." in manager.post("/discuss/assign/", fields, follow=True).content.decode()


def test_a_trial_says_how_well_it_agrees_with_what_was_decided(browser: Callable[..., Any], a_list: Any) -> None:
    from matcher.i18n.language import load_language
    from matcher.workspace.comparing import agreement
    from matcher.workspace.engine import engine

    lines = agreement(engine().live, {"weights.mission": 0.0, "weights.proximity": 5.0}, load_language("nl"))
    assert lines
    assert any(line.before != line.after for line in lines)
    shown = browser("manager", language="nl").get("/weigh/").content.decode()
    assert all(line.label in shown for line in lines)


def test_what_takes_long_is_started_only_so_often_in_an_hour(browser: Callable[..., Any]) -> None:
    from matcher.workspace.models import ListVersion, Preferences

    cache.clear()
    administrator, manager = browser("administrator"), browser("manager")
    kept = {"retention_months": 24, "most_upload_mb": 50, "most_rows": 1000, "most_an_hour": 2}
    assert administrator.post("/privacy/limits/", kept).status_code == 302
    assert Preferences.current().most_an_hour == 2
    count = ListVersion.objects.count()
    rows = b"Code;Bedrijf;Naam;Missie\nu1;Bank;Bank;Lezen"
    answers = [
        manager.post("/lists/upload/", {"table": "units", "file": SimpleUploadedFile("u.csv", rows)}) for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "within an hour" in answers[-1].content.decode()
    assert ListVersion.objects.count() == count + 2
    assert manager.post("/runs/start/").status_code == 429
    assert manager.get("/lists/").status_code == 200
    assert administrator.post("/runs/start/").status_code == 302
    cache.clear()


def test_a_parquet_list_is_mended_in_place_and_its_rows_are_merged(browser: Callable[..., Any]) -> None:
    from matcher.workspace.list_versions import raw_cells
    from matcher.workspace.models import ListVersion

    frame = pd.DataFrame(
        {
            "Code": ["n1", "n2", "n2"],
            "Naam": ["Leesbus", "Stichting Voedselhulp Ede", "Egelopvang"],
            "Missie": ["Lezen met kinderen", "Eten voor wie weinig heeft", "Zieke egels"],
            "Plaats": ["Ede", "Ede", None],
            "Vrijwilligers": [4, 12, 3],
            "Behoeften": [["geld"], ["geld", "mensen"], []],
        }
    )
    file = io.BytesIO()
    frame.to_parquet(file)
    client = browser("manager", language="nl")
    answer = client.post(
        "/lists/upload/", {"table": "nonprofits", "file": SimpleUploadedFile("n.parquet", file.getvalue())}, follow=True
    )
    shown = answer.content.decode()
    wrong = ListVersion.objects.filter(table="nonprofits").order_by("-number").first()
    assert wrong is not None
    assert 'name="cell:3:Code" value="n2"' in shown
    client.post(f"/lists/{wrong.pk}/mend/", {"cell:3:Code": "n3", "was:3:Code": "n2"})
    made = ListVersion.objects.filter(table="nonprofits").order_by("-number").first()
    assert made is not None
    assert (made.number, made.errors, made.file_name) == (wrong.number + 1, 0, "n.xlsx")
    raw = raw_cells(made)
    cells = dict(zip(raw.headings, raw.records[1], strict=True))
    assert (cells["Vrijwilligers"], cells["Naam"]) == ("12", "Stichting Voedselhulp Ede")
    assert sorted(part.strip() for part in cells["Behoeften"].split(";")) == ["geld", "mensen"]
    assert client.get(f"/lists/{wrong.pk}/workbook/").content[:2] == b"PK"


@pytest.mark.parametrize("language", ["en", "nl"])
def test_partnerships_that_run_have_no_box_to_keep_or_rule_out(browser: Callable[..., Any], language: str) -> None:
    from matcher.workspace.models import Run, RunPage

    content = RunPage.objects.get(run=Run.latest(), name="programmes", language=language).content
    shown = [
        pair["number"]
        for company in content["companies"]
        if (plan := company["recommended"])
        for pair in plan["pairs"]
        if pair["unit"]
    ]
    running = sum(number in content["running"] for number in shown)
    assert running
    text = browser("manager", language=language).get("/programmes/").content.decode()
    assert text.count('name="lock"') == len(shown) - running
    assert text.count("stays in every plan" if language == "en" else "blijft in elk plan") == running
