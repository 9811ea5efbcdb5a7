"""The queue: jobs run one after another, say what went wrong, can be cancelled, and go on after a restart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def test_a_run_that_fails_says_why_and_leaves_the_results(
    browser: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from matcher.workspace.models import Job, Run, SettingsVersion
    from matcher.workspace.worker import run_next

    before = Run.latest()
    SettingsVersion.objects.create(chosen={"shortlist": {"top": 0}})
    Job.ask("match")
    assert run_next()
    job = Job.objects.get()
    assert (job.state, Run.latest()) == (Job.FAILED, before)
    assert "shortlist.top" in " ".join(job.message["nl"])
    assert "shortlist.top" in browser("viewer").get("/").content.decode()


def test_a_run_that_fails_names_files_as_the_user_does(db: None) -> None:
    from matcher.workspace.models import Job, ListVersion
    from matcher.workspace.worker import run_next

    version = ListVersion.in_use("nonprofits")
    content = version.path.read_bytes()
    version.path.write_text("nothing\nhere\n", encoding="utf-8")
    Job.ask("match")
    try:
        assert run_next()
    finally:
        version.path.write_bytes(content)  # tests share the lists
    said = " ".join(Job.objects.get().message["en"])
    assert version.file_name in said
    assert version.stored_as not in said


def test_a_job_is_cancelled_between_two_stages(db: None) -> None:
    from matcher.workspace.models import Job, Run
    from matcher.workspace.worker import run_next

    before = Run.latest()
    job = Job.ask("match")
    Job.objects.filter(pk=job.pk).update(is_cancel_asked=True)
    run_next()
    job.refresh_from_db()
    assert (job.state, Run.latest()) == (Job.CANCELLED, before)
    assert not run_next()


def test_who_asks_twice_gets_one_job(browser: Callable[..., Any]) -> None:
    from matcher.workspace.models import Job

    client = browser("manager")
    for _ in range(2):
        assert client.post("/runs/start/").status_code == 302
    assert Job.objects.count() == 1
    assert "Cancel the run" in client.get("/").content.decode()
    client.post("/runs/cancel/")
    assert Job.objects.get().state == Job.CANCELLED


def test_what_a_stopped_server_left_is_taken_up_again(db: None) -> None:
    from matcher.workspace.models import Job
    from matcher.workspace.worker import take_up_left

    job = Job.objects.create(kind="match", state=Job.RUNNING, stage="match")
    take_up_left()
    job.refresh_from_db()
    assert (job.state, job.stage) == (Job.WAITING, "")


def test_a_run_takes_up_nothing_that_a_failed_one_of_its_number_left(db: None) -> None:
    from matcher.jobs.runs import Stopwatch
    from matcher.workspace.inputs import PARTNERSHIPS_FILE, run_files
    from matcher.workspace.matching import match_lists
    from matcher.workspace.models import Run

    left = Run(pk=Run.latest().pk + 1).folder
    left.mkdir(parents=True, exist_ok=True)
    (left / PARTNERSHIPS_FILE).write_text("unit_id,nonprofit_id,status\nnone,none,vetoed\n", encoding="utf-8")
    run = match_lists(Stopwatch())
    assert run_files(run)["partnerships"] == run.partnerships.path


def test_an_answer_on_a_row_that_left_the_lists_stops_no_run_and_is_said(
    browser: Callable[..., Any], a_list: Any
) -> None:
    from matcher.jobs.runs import Stopwatch
    from matcher.workspace.list_versions import mend, read_version
    from matcher.workspace.matching import match_lists
    from matcher.workspace.models import ListVersion
    from matcher.workspace.reviewing import answer, review_of

    client = browser("manager")
    pair = a_list.unit_id, a_list.content["pairs"][0]["nonprofit_id"]
    answer(client.account, *pair, "yes", note="", seen=0, is_blind=False)
    version = ListVersion.in_use("nonprofits")
    table, _ = read_version(version)
    row = table.rows[(table.frame["nonprofit_id"] == pair[1]).to_numpy()].tolist()
    mend(version, {}, client.account, without=row)
    run = match_lists(Stopwatch())
    assert run.record["left_out"] == 1
    assert "no longer in the lists" in client.get("/").content.decode()
    assert review_of(*pair).decision == "yes"
