"""Weighing, planning, publishing and outcomes: tried first, then adopted, and frozen where it was published."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit


def values(client: Any) -> dict[str, str]:
    """Fields of the sliders as they stand."""
    text = client.get("/weigh/").content.decode()
    return {
        unescape(name): unescape(value)
        for name, value in re.findall(r'name="([\w.]+\.\w+)"[^>]* value="([^"]*)"', text)
    }


def test_settings_are_tried_without_changing_anything_and_then_adopted(
    browser: Callable[..., Any], a_list: Any
) -> None:
    from matcher.workspace.models import Job, SettingsVersion

    client = browser("manager", language="nl")
    fields = values(client)
    assert fields["weights.values"] == "0,25"
    count = SettingsVersion.objects.count()
    form = {**fields, "unit": a_list.unit_id, "shortlist.min_score": "0,99"}
    tried = client.post("/weigh/try/", form)
    assert tried.status_code == 200
    assert "Niemand staat op deze lijst" in tried.content.decode()
    assert SettingsVersion.objects.count() == count
    client.post("/weigh/adopt/", {**form, "shortlist.min_score": "0,5", "note": "strenger"})
    made = SettingsVersion.objects.first()
    assert made.chosen["shortlist"]["min_score"] == 0.5
    assert (made.note, made.by) == ("strenger", client.account)
    assert Job.objects.get().kind == "match"


def test_a_field_that_was_emptied_is_no_default(browser: Callable[..., Any], a_list: Any) -> None:
    client = browser("manager")
    form = {**values(client), "unit": a_list.unit_id}
    for text, word in (("", "nothing is filled in"), ("much", "is no number"), ("-1", "0.0 or more")):
        answer = client.post("/weigh/try/", {**form, "weights.mission": text})
        assert answer.status_code == 400
        assert word in answer.content.decode()


def test_plans_change_at_once_with_locks_vetoes_and_capacity(browser: Callable[..., Any]) -> None:
    client = browser("manager")
    from matcher.workspace.engine import engine
    from matcher.workspace.reviewing import review_of

    content = engine().computed.results.programmes
    pairs = [pair for item in content.plan.programmes if item.recommended for pair in item.pairs]
    record = next(content.records[pair] for pair in pairs if not content.records[pair].statuses)
    ids = [record.unit_id, record.nonprofit_id]
    answer = client.post("/programmes/plan/", {"veto": json.dumps(ids), "coverage": "100"})
    text = answer.content.decode()
    assert "A trial" in text
    assert "ruled out" in text
    planned = text.split('class="company', 1)[1]
    assert f'unit={ids[0]}&amp;nonprofit={ids[1]}"' not in planned
    assert review_of(*ids).decision == ""
    client.post("/programmes/keep/", {"veto": json.dumps(ids)})
    assert (review_of(*ids).decision, review_of(*ids).note) == ("no", "ruled out in the plan")


def test_what_is_published_equals_the_command_line_and_is_read_by_its_link(
    browser: Callable[..., Any], tmp_path: Path
) -> None:
    from matcher.jobs.match import match
    from matcher.workspace.inputs import run_files, run_settings
    from matcher.workspace.models import Publication, Run
    from matcher.workspace.worker import run_next

    manager, board = browser("manager"), browser()
    manager.post("/publications/publish/", {"name": "November", "language": "nl"})
    assert run_next()
    found = Publication.objects.get()
    run = Run.latest()
    match(run_files(run), tmp_path / "cli", run_settings(run, "nl"), formats=("csv",))
    for name in ("shortlist.csv", "programmes.csv", "agenda.csv"):
        assert (found.folder / name).read_bytes() == (tmp_path / "cli" / name).read_bytes()
    made = manager.post(f"/publications/{found.pk}/share/", {"days": "7"}).content.decode()
    link = made.split('id="new-link">')[1].split("<")[0].removeprefix("http://testserver")
    page = board.get(link)
    assert page.status_code == 200
    assert b"<h1>" in b"".join(page.streaming_content)
    assert page.headers["Content-Security-Policy"].startswith("sandbox")
    assert board.get(f"/publications/{found.pk}/").status_code == 302
    manager.post(f"/links/{found.links.get().pk}/revoke/")
    assert board.get(link).status_code == 404
    assert manager.get(f"/publications/{found.pk}/files/..%2f..%2fsecret.key/").status_code == 404


def test_an_outcome_is_recorded_and_goes_into_the_next_run(browser: Callable[..., Any]) -> None:
    from matcher.workspace.list_versions import read_version
    from matcher.workspace.models import ListVersion, Outcome
    from matcher.workspace.recorded_outcomes import with_outcomes

    known = read_version(ListVersion.in_use("partnerships"))[0].frame
    row = known[known["status"] == "active"].iloc[0]
    client = browser("reviewer")
    fields = {"pair": f"{row['unit_id']}\t{row['nonprofit_id']}", "moment": "ended", "status": "completed"}
    wrong = client.post("/outcomes/record/", {**fields, "trust": "9"})
    assert wrong.status_code == 400
    assert not Outcome.objects.exists()
    assert client.post("/outcomes/record/", {**fields, "trust": "4", "ended_on": "1-6-2026"}).status_code == 302
    after, changed = with_outcomes(known)
    here = after[(after["unit_id"] == row["unit_id"]) & (after["nonprofit_id"] == row["nonprofit_id"])].iloc[-1]
    assert changed
    assert (here["status"], here["trust"]) == ("completed", 4)
    assert client.get("/outcomes/").status_code == 200
    client.post("/outcomes/take-back/", {"outcome": Outcome.objects.get().pk})
    assert with_outcomes(known)[1] is False
    assert 'name="outcome"' not in client.get("/outcomes/").text


def test_what_is_due_is_what_the_form_opens_with(browser: Callable[..., Any]) -> None:
    client = browser("reviewer")
    page = client.get("/outcomes/").text
    links = [unescape(link) for link in re.findall(r'href="([^"]*moment=ended#record)"', page)]
    assert links
    for link in links:
        wanted = parse_qs(urlsplit(link).query)["pair"][0]
        opened = client.get(link.split("#")[0]).text
        chosen = [unescape(value) for value in re.findall(r'<option value="([^"]*\t[^"]*)" selected', opened)]
        assert chosen == [wanted]
    # Nobody is chosen before somebody chooses.
    assert not re.findall(r'<option value="[^"]*\t[^"]*" selected', page)


def test_a_plan_is_kept_with_its_capacities_and_its_dial(browser: Callable[..., Any], a_list: Any) -> None:
    from matcher.workspace.list_versions import read_version
    from matcher.workspace.models import ListVersion, SettingsVersion

    client = browser("manager")
    before = ListVersion.in_use("units").number
    client.post("/programmes/keep/", {"capacity": f"{a_list.unit_id}=7", "coverage": "75"})
    made = ListVersion.in_use("units")
    frame = read_version(made)[0].frame.set_index("unit_id")
    assert (made.number, frame.loc[a_list.unit_id, "capacity"]) == (before + 1, 7)
    assert SettingsVersion.objects.first().chosen["programmes"]["coverage"] == 0.75
