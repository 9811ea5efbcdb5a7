"""Answers on pairs: kept with who and when, never overwritten silently, blind where the team wants it, undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def post(client: Any, a_list: Any, position: int, answer: str, seen: int = 0, **more: str) -> Any:
    values = {"unit": a_list.unit_id, "nonprofit": a_list.content["pairs"][position]["nonprofit_id"]}
    return client.post(
        "/pair/answer/", {**values, "answer": answer, "seen": seen, **more}, headers={"hx-request": "true"}
    )


def review(a_list: Any, position: int) -> Any:
    from matcher.workspace.reviewing import review_of

    return review_of(a_list.unit_id, a_list.content["pairs"][position]["nonprofit_id"])


def test_a_shortlist_shows_each_pair_with_its_reason_in_both_languages(
    browser: Callable[..., Any], a_list: Any
) -> None:
    for language, word in (("en", "Confidence"), ("nl", "Zekerheid")):
        text = browser("viewer", name=language, language=language).get("/shortlist/", {"unit": a_list.unit_id})
        shown = text.content.decode()
        assert f'lang="{language}"' in shown
        assert shown.count('class="pair reviewed-open"') == a_list.pairs
        assert word in shown
        assert "pair/answer" not in shown


def test_an_answer_is_kept_with_who_and_when_and_shown_to_others(browser: Callable[..., Any], a_list: Any) -> None:
    anna, bram = browser("reviewer", name="anna"), browser("reviewer", name="bram")
    answer = post(anna, a_list, 0, "yes", note="good people")
    assert answer.status_code == 200
    assert "you: yes" in answer.content.decode()
    found = review(a_list, 0)
    assert (found.decision, found.note) == ("yes", "good people")
    event = found.events[0]
    assert event.by == anna.account
    assert event.at is not None
    shown = bram.get("/shortlist/", {"unit": a_list.unit_id}).content.decode()
    assert "a colleague: yes" in shown


def test_a_no_without_a_reason_is_not_kept(browser: Callable[..., Any], a_list: Any) -> None:
    answer = post(browser("reviewer"), a_list, 0, "no", note=" ")
    assert answer.status_code == 400
    assert "needs a reason" in answer.content.decode()
    assert review(a_list, 0).events == []


def test_the_second_of_two_sees_what_changed_and_nothing_is_overwritten(
    browser: Callable[..., Any], a_list: Any
) -> None:
    anna, bram = browser("reviewer", name="anna"), browser("reviewer", name="bram")
    post(anna, a_list, 0, "yes")
    answer = post(bram, a_list, 0, "no", seen=0, note="too far away")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "anna answered yes" in text
    assert "too far away" in text, "what was written is not lost"
    assert review(a_list, 0).decision == "yes"
    assert post(bram, a_list, 0, "no", seen=review(a_list, 0).last_event, note="too far away").status_code == 200
    assert review(a_list, 0).is_disputed
    assert "anna answered yes" in bram.get("/discuss/").content.decode()
    settled = post(anna, a_list, 0, "maybe", seen=review(a_list, 0).last_event, settles="yes")
    assert settled.status_code == 200
    assert (review(a_list, 0).decision, review(a_list, 0).is_disputed) == ("maybe", False)


def test_blind_review_hides_scores_and_answers_until_one_answers(browser: Callable[..., Any], a_list: Any) -> None:
    from matcher.workspace.models import Preferences

    preferences = Preferences.current()
    preferences.is_blind = True
    preferences.save()
    anna, bram = browser("reviewer", name="anna"), browser("reviewer", name="bram")
    post(anna, a_list, 0, "no", note="a strange name")
    item = a_list.content["pairs"][0]
    where = {"unit": a_list.unit_id, "nonprofit": item["nonprofit_id"]}
    opened = bram.get("/pair/", where, headers={"hx-request": "true"}).content.decode()
    listed = bram.get("/shortlist/", {"unit": a_list.unit_id}).content.decode()
    for text in (opened, listed):
        assert "a strange name" not in text
        assert "score-shown" not in text
        assert "anna answered" not in text
    assert "&#34;steps&#34;: []" in opened
    assert "&#34;mission&#34;" in opened
    after = post(bram, a_list, 0, "yes").content.decode()
    assert "a strange name" in after
    assert "score-shown" in after


def test_undo_takes_back_ones_own_last_word_and_then_the_one_before(browser: Callable[..., Any], a_list: Any) -> None:
    anna = browser("reviewer")
    post(anna, a_list, 0, "yes")
    post(anna, a_list, 0, "maybe")
    pair = {"unit": a_list.unit_id, "nonprofit": a_list.content["pairs"][0]["nonprofit_id"]}
    seen = []
    for _ in range(3):
        answer = anna.post("/pair/undo/", pair, headers={"hx-request": "true"})
        seen.append((answer.status_code, review(a_list, 0).decision))
    assert seen == [(200, "yes"), (200, ""), (400, "")]
    assert len(review(a_list, 0).events) == 4, "nothing leaves the history"


def test_the_history_can_neither_be_changed_nor_deleted(browser: Callable[..., Any], a_list: Any) -> None:
    from matcher.workspace.models import ReviewEvent
    from matcher.workspace.models.history import AppendOnlyError

    post(browser("reviewer"), a_list, 0, "yes")
    event = ReviewEvent.objects.get()
    event.value = "no"
    for attempt in (
        event.save,
        event.delete,
        ReviewEvent.objects.all().delete,
        lambda: ReviewEvent.objects.update(value="no"),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()
    assert ReviewEvent.objects.get().value == "yes"


def test_one_answer_for_several_leaves_out_those_answered_meanwhile(browser: Callable[..., Any], a_list: Any) -> None:
    anna, bram = browser("reviewer", name="anna"), browser("reviewer", name="bram")
    post(anna, a_list, 1, "yes")
    ticked = [f"0:{a_list.content['pairs'][position]['nonprofit_id']}" for position in range(3)]
    answer = bram.post("/shortlist/answer/", {"unit": a_list.unit_id, "pair": ticked, "answer": "maybe"})
    assert "answered in the meantime" in answer.content.decode()
    assert [review(a_list, position).decision for position in range(3)] == ["maybe", "yes", "maybe"]


def test_a_colleague_who_is_asked_finds_the_pair(browser: Callable[..., Any], a_list: Any) -> None:
    anna, bram = browser("reviewer", name="anna"), browser("reviewer", name="bram")
    pair = {"unit": a_list.unit_id, "nonprofit": a_list.content["pairs"][0]["nonprofit_id"]}
    anna.post("/pair/assign/", {**pair, "assignee": bram.account.pk})
    assert a_list.name in bram.get("/discuss/").content.decode().replace("&#39;", "'")
    post(bram, a_list, 0, "yes", seen=review(a_list, 0).last_event)
    assert "Nothing at the moment" in bram.get("/discuss/").content.decode()


def test_any_nonprofit_by_name_says_why_it_is_not_on_the_list(browser: Callable[..., Any], a_list: Any) -> None:
    from matcher.workspace.engine import engine

    run = engine().computed
    listed = {item["nonprofit_id"] for item in a_list.content["pairs"]}
    ids, names = run.results.data.nonprofits.ids, run.results.data.nonprofits.names
    off, name = next((str(a), str(b)) for a, b in zip(ids, names, strict=True) if a not in listed)
    client = browser("reviewer")
    text = client.get("/shortlist/why-not/", {"unit": a_list.unit_id, "name": name}).content.decode()
    assert "below the minimum" in text or "on no list" in text or "rank" in text or "another site" in text
    page = client.get("/pair/", {"unit": a_list.unit_id, "nonprofit": off})
    assert page.status_code == 200
    assert client.get("/pair/", {"unit": a_list.unit_id, "nonprofit": "none"}).status_code == 404


def test_decisions_go_into_the_next_run(browser: Callable[..., Any], a_list: Any) -> None:
    from matcher.jobs.runs import Stopwatch
    from matcher.workspace.inputs import run_files
    from matcher.workspace.matching import match_lists
    from matcher.workspace.models import ListPage

    client = browser("reviewer")
    post(client, a_list, 0, "no", note="too busy")
    post(client, a_list, 1, "yes")
    run = match_lists(Stopwatch())
    after = ListPage.objects.get(run=run, language="en", unit_id=a_list.unit_id)
    left = {item["nonprofit_id"]: item["badges"] for item in after.content["pairs"]}
    assert a_list.content["pairs"][0]["nonprofit_id"] not in left
    assert left[a_list.content["pairs"][1]["nonprofit_id"]] == ["proposed"]
    assert "too busy" in run_files(run)["partnerships"].read_text(encoding="utf-8")


def test_an_answer_counts_when_as_many_people_as_the_team_wants_gave_it(
    browser: Callable[..., Any], a_list: Any
) -> None:
    from matcher.workspace.models import Preferences
    from matcher.workspace.reviewing import team_decisions

    preferences = Preferences.current()
    preferences.answers_wanted = 2
    preferences.save()
    anna, bram = browser("reviewer", name="anna"), browser("reviewer", name="bram")
    assert "1 of 2 answers" in post(anna, a_list, 0, "yes").content.decode()
    assert team_decisions() == []
    assert "More answers are wanted" in bram.get("/discuss/").content.decode()
    post(bram, a_list, 0, "yes", seen=review(a_list, 0).last_event)
    assert review(a_list, 0).decision == "yes"
    assert len(team_decisions()) == 1
