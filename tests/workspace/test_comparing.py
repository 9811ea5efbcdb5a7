"""Settings side by side, and weights learned as a trial: looked at, then adopted or left."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest


def sliders(client: Any) -> dict[str, str]:
    text = client.get("/weigh/").content.decode()
    return {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'name="([\w.]+\.\w+)"[^>]* value="([^"]*)"', text)
    }


def test_the_sliders_are_compared_with_the_settings_in_force(browser: Callable[..., Any], a_list: Any) -> None:
    client = browser("manager", language="nl")
    form = {**sliders(client), "unit": a_list.unit_id, "weights.proximity": "0", "shortlist.top": "2"}
    answer = client.post("/weigh/compare/", form)
    text = answer.content.decode()
    assert answer.status_code == 200
    before, after = (re.split('<h2 id="(?:before|after)-title">', text)[at].split("</section>")[0] for at in (1, 2))
    assert before.count('class="rank"') == a_list.pairs
    assert after.count('class="rank"') <= 2
    row = text.split("Nabijheid</th>", 1)[1].split("</tr>")[0]
    assert re.findall(r">([\d,]+)<", row) == ["2", "0"]
    assert "nDCG" in text
    assert "Alle lijsten die verschillen" in text


def test_the_moves_are_those_between_two_runs(browser: Callable[..., Any], a_list: Any) -> None:
    from matcher.i18n.language import load_language
    from matcher.workspace.comparing import compare
    from matcher.workspace.engine import engine

    live = engine().live
    other = live.settings.with_overrides({"weights.proximity": 0.1})
    found = compare(live, (live.settings, other), a_list.unit_id, load_language("en"))
    listed = [item["nonprofit_id"] for item in a_list.content["pairs"]]
    assert [row["nonprofit_id"] for row in found.before] == listed
    now = {row["nonprofit_id"]: row["rank"] for row in found.after}
    was = {row["nonprofit_id"]: row["rank"] for row in found.before}
    assert set(found.moves) == {name for name in {**was, **now} if was.get(name) != now.get(name)}
    assert [change.after for change in found.changes] == ["0.1"]


def test_adopted_settings_are_compared_and_named_by_what_they_are(browser: Callable[..., Any]) -> None:
    from matcher.workspace.models import SettingsVersion

    made = SettingsVersion.objects.create(chosen={"weights": {"mission": 5.0}}, note="meer missie")
    client = browser("manager")
    text = client.get("/weigh/compare/", {"before": "defaults", "after": made.pk}).content.decode()
    assert re.search(r"Mission</th>\s*<td[^>]*>3</td>\s*<td[^>]*>5</td>", text)
    assert re.search(r"meer missie.{0,80}Mission 5", client.get("/weigh/").content.decode(), re.DOTALL)
    assert client.get("/weigh/compare/", {"after": "999999"}).status_code == 404
    SettingsVersion.objects.create(chosen={"text": {"encoder": "none"}})
    answer = client.get("/weigh/compare/", {"after": SettingsVersion.objects.first().pk})
    assert answer.status_code == 400
    assert "without a new run" in answer.content.decode()


def test_decisions_of_the_team_and_earlier_partnerships_are_what_settings_are_held_to(
    browser: Callable[..., Any], a_list: Any
) -> None:
    from matcher.workspace.comparing import decided_pairs
    from matcher.workspace.engine import engine
    from matcher.workspace.reviewing import answer

    run = engine().computed.match.scorer.run
    yes, no = decided_pairs(run)
    pair = (a_list.unit_id, a_list.content["pairs"][0]["nonprofit_id"])
    assert pair not in yes
    answer(browser("reviewer").account, *pair, "yes", note="", seen=0, is_blind=False)
    assert set(decided_pairs(run)[0]) == {*yes, pair}
    assert decided_pairs(run)[1] == no


def test_what_is_learned_is_a_trial_until_it_is_adopted(
    browser: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from matcher.learning.tuning import learned_settings
    from matcher.workspace.models import Job, SettingsVersion
    from matcher.workspace.worker import run_next

    monkeypatch.setattr(learned_settings, "MIN_PAIRS", 10)
    client, versions = browser("manager", language="nl"), SettingsVersion.objects.count()
    client.post("/weigh/learn/")
    assert "wordt geleerd" in client.get("/weigh/learned/").content.decode()
    assert run_next()
    job = Job.objects.get()
    assert job.state == Job.DONE, job.message
    text = client.get("/weigh/learned/").content.decode()
    assert "nDCG" in text
    assert "Missie" in text
    assert SettingsVersion.objects.count() == versions
    assert client.get("/weigh/compare/", {"after": "learned"}).status_code == 200
    client.post("/weigh/learned/adopt/", {"note": "van de uitkomsten"})
    made = SettingsVersion.objects.first()
    assert (made.note, SettingsVersion.objects.count()) == ("van de uitkomsten", versions + 1)
    assert set(made.chosen["weights"]) == {"mission", "values", "proximity", "resources", "track_record"}


def test_too_little_to_learn_from_is_said(browser: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from matcher.learning.tuning import learned_settings
    from matcher.workspace.worker import run_next

    monkeypatch.setattr(learned_settings, "MIN_PAIRS", 10_000)
    client = browser("manager")
    client.post("/weigh/learn/")
    assert run_next()
    assert "too little to learn from" in client.get("/weigh/learned/").content.decode()
