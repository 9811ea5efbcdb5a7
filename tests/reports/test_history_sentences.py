"""What a company and an organisation have been through, in words."""

from __future__ import annotations

import datetime as dt

from helpers.pair_records import criterion, is_whole, past, record

from matcher.i18n.language import load_language
from matcher.reports.sentences.history import (
    history_lines,
    partner_sentence,
    partnership_phrase,
    programme_history,
    told_once,
)
from matcher.reports.sentences.lists import list_remarks, past_partners, remark_sentences
from matcher.reports.sentences.reasons import brief_reason, reason
from matcher.tables.status import Status

EN, NL = load_language("en"), load_language("nl")
OTHER = {"unit_id": "u2", "unit_name": "Bank Kampen", "is_of_unit": False}
BAD = past(
    "completed",
    **OTHER,
    ended=dt.date(2025, 7, 4),
    rating=2.1,
    low_ratings=(("shared_mission", 1.0), ("goals_met", 1.0)),
    reason="Wij zochten les voor volwassenen",
)


def test_every_status_is_a_whole_sentence_in_each_language() -> None:
    for language in (EN, NL):
        for status in Status:
            for day in (None, dt.date(2025, 3, 1)):
                item = past(status, started=day, ended=day, rating=3.5 if status.has_started else None)
                told = partnership_phrase(item, language)
                assert (told == "") == (status in ("proposed", "maybe"))
                if told:
                    [line] = history_lines(record(history=(item,)), language)
                    assert is_whole(line)
                    assert ("2025" in line) == (day is not None and status not in ("agreed", "contacted"))


def test_what_went_badly_comes_before_the_praise() -> None:
    pair = record(criterion("mission", shared_causes=["debt"]), quote="Wij rekenen mee.", history=(BAD,))
    assert reason(pair, NL).startswith(
        "Let op: Bank Kampen werkte tot 2025 samen met Schuldhulp, beoordeeld met 2,1 van de 5 "
        "(gedeelde missie 1 en doelen bereikt 1): “Wij zochten les voor volwassenen”. "
        "Overleg eerst met Bank Kampen. “Wij rekenen mee.”"
    )
    assert brief_reason(pair, EN).startswith("Note first: Bank Kampen worked with Schuldhulp until 2025")
    own = record(history=(past("declined", reason="Te ver"),))
    assert reason(own, EN).startswith("Note first: Bank Zwolle and Schuldhulp did not go ahead: “Te ver”.")
    assert "Talk to" not in reason(own, EN)


def test_a_nonprofit_like_one_that_was_ruled_out_is_met_with_that_veto_once() -> None:
    veto = past("vetoed", **OTHER, nonprofit_name="Huurrecht", ended=dt.date(2025, 3, 1), reason="Zij procederen")
    pair = record(quote="Wij rekenen mee.", resembles=veto)
    said = "Schuldhulp doet ongeveer hetzelfde werk als Huurrecht; voor Bank Kampen is Huurrecht in 2025 uitgesloten: “Zij procederen”."
    assert reason(pair, NL).startswith(
        f"Let op: {said} Ga eerst na of dat ook voor Bank Zwolle geldt. “Wij rekenen mee.”"
    )
    own = record(resembles=past("vetoed", nonprofit_name="Huurrecht"))
    assert "Ga eerst na" not in reason(own, NL)
    assert programme_history([pair, pair], NL) == [
        f"{said} Neem dat mee in het gesprek over Bank Zwolle met Schuldhulp."
    ]
    assert programme_history([pair], NL, ended_well=True) == []
    assert "does work much like that of Huurrecht" in brief_reason(pair, EN)


def test_what_runs_well_elsewhere_is_said_in_its_place() -> None:
    well = past("active", **OTHER, started=dt.date(2024, 2, 1), rating=4.5)
    more = [past("completed", unit_id=f"u{n}", unit_name=f"Bank {n}", is_of_unit=False) for n in (3, 4, 5)]
    said = reason(record(history=(well, *more), quote="Wij rekenen mee."), EN)
    assert said.startswith("“Wij rekenen mee.” Bank Kampen has worked with Schuldhulp since 2024, rated 4.5 out of 5;")
    assert "2 more partnerships of Bank with Hulp" in said


def test_a_programme_says_each_setback_once() -> None:
    pairs = [record(unit_name=name, history=(BAD,)) for name in ("Bank Zwolle", "Bank Hasselt")]
    over = past("completed", **OTHER, rating=4.5)
    good = record(history=(over, past("active", rating=4.5)))
    assert programme_history([*pairs, good], EN) == programme_history(pairs, EN)
    [past_line] = programme_history([*pairs, good], EN, ended_well=True)
    assert "rated 4.5 out of 5. Draw on it for Bank Zwolle with Schuldhulp." in past_line
    [line] = programme_history(pairs, EN)
    assert line.endswith("Raise it in the talks on Bank Zwolle with Schuldhulp and Bank Hasselt with Schuldhulp.")


def test_partners_that_a_list_leaves_out_stand_at_it() -> None:
    well, closed = past("completed", ended=dt.date(2024, 12, 31), rating=3.75), past("completed", reason="Zaal dicht")
    running, listed = past("active"), past("completed", nonprofit_id="n2")
    remarks = list_remarks(
        [record(nonprofit_id="n2")], "units", EN, partnerships={"u1": (well, closed, running, listed), "u9": (BAD,)}
    )
    assert remarks["u1"].partners == (well, closed, running)
    assert remark_sentences(remarks["u1"], EN)[-3:] == [
        "Bank Zwolle worked with Schuldhulp until 2024, rated 3.8 out of 5. Not on the list any more; take it up again?",
        "Bank Zwolle has worked with Schuldhulp before: “Zaal dicht”. Not on the list any more.",
        "Bank Zwolle works with Schuldhulp.",
    ]
    assert remarks["u9"].partners == (BAD,)
    assert partner_sentence(BAD, EN).endswith("Not on the list any more.")
    assert past_partners(remarks.values(), NL).endswith("opnieuw beginnen? Bank Zwolle met Schuldhulp.")


def test_the_reason_of_a_partnership_is_told_once_in_a_list() -> None:
    records = [record(history=(BAD,)), record(history=(BAD,)), record()]
    first, second, none = told_once(records)
    assert first == records[0]
    assert "“Wij zochten les voor volwassenen”" in reason(first, EN)
    assert "volwassenen" not in reason(second, EN)
    assert "until 2025, rated 2.1 out of 5" in reason(second, EN)
    assert "the reason stands at an earlier pair" in reason(second, EN)
    assert second.setbacks, "what went badly stays a setback"
    assert none == records[2]
