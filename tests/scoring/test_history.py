"""What a company and an organisation have been through: found by pair, without a word in the score."""

from __future__ import annotations

import datetime as dt

from helpers.problems import whole
from helpers.scorers import all_pairs, scorer_of
from helpers.small_cases import fitted, partnership
from hypothesis import given, settings

UNITS = [{"unit_id": "u1", "name": "Zwolle"}, {"unit_id": "u2", "name": "Kampen"}, {"unit_id": "u3", "company": "Bouw"}]
TAAL = {"organisation": "Taal"}
SITES = [TAAL | {"name": "Taal Zwolle"}, TAAL | {"name": "Taal Kampen"}, {"name": "Tuin"}]


def test_partnerships_of_other_units_and_other_sites_are_found(use) -> None:
    rows = [
        partnership("u2", "n2", "completed", ended_on="2025-07-04", trust=2, communication=1, reason="Te druk"),
        partnership("u1", "n2", "active", started_on="2024-01-13", trust=4, support_staff=2),
        partnership("u3", "n1", "vetoed"),
        partnership("u1", "n3", "declined"),
    ]
    matcher = fitted(use, UNITS, SITES, rows)
    first, second = matcher.explain("u1", "n1").history
    assert (first.unit_name, first.nonprofit_name, first.ended) == ("Kampen", "Taal Kampen", dt.date(2025, 7, 4))
    assert (first.is_of_unit, first.is_of_site, first.is_setback, first.reason) == (False, False, True, "Te druk")
    assert first.low_ratings == (("communication", 1.0), ("trust", 2.0))
    assert (second.is_of_unit, second.is_setback, second.rating) == (True, False, 3.0)
    assert second.low_ratings == (("support_staff", 2.0),)
    own, other = matcher.explain("u1", "n2").history
    assert own.is_of_pair
    assert other.is_of_site
    assert matcher.explain("u1", "n2").statuses == ("active",)
    assert [item.unit_id for item in matcher.explain("u3", "n2").history] == ["u3"]
    assert matcher.explain("u2", "n3").history[0].is_setback
    assert matcher.explain("u3", "n3").history == ()


@settings(max_examples=25)
@given(problem=whole())
def test_records_and_arrays_agree(problem, use) -> None:
    scorer = scorer_of(problem, use)
    units, nonprofits = all_pairs(scorer)
    found = scorer.shared_history.of_pairs(units, nonprofits)
    assert [any(item.is_setback for item in items) for items in found] == scorer.shared_history.has_setback(
        units, nonprofits
    ).tolist()
    run = scorer.run
    company, organisation = run.units.companies, run.nonprofits.organisations
    for unit, nonprofit, items in zip(units, nonprofits, found, strict=True):
        same = (company[run.history.unit] == company[unit]) & (
            organisation[run.history.nonprofit] == organisation[nonprofit]
        )
        assert len(items) == same.sum()


def test_of_nearly_equal_local_partners_the_one_without_a_setback_is_proposed(use) -> None:
    place = {"latitude": 52.5, "longitude": 6.1}
    units = [{"unit_id": "u1", "capacity": 1, **place}, {"unit_id": "u2"}]
    near, further = place | {"name": "Maatje A"}, place | {"name": "Maatje B", "latitude": 52.53}
    declined = [partnership("u2", "n1", "declined")]

    def proposed(sites: list[dict], rows: list[dict] | None) -> tuple[list[str], list[str]]:
        programmes = fitted(use, units, sites, rows)._match.programmes()
        [chosen] = [programme for programme in programmes.plan.programmes if programme.recommended]
        return [programmes.plan.nonprofits.ids[site] for _, site in chosen.all_pairs], programmes.history(chosen)

    assert proposed([near, further], None) == (["n1"], [])
    assert proposed([near, further], declined) == (["n2"], [])
    # A partner that fits much better is proposed all the same, and the reader is told what was before.
    ids, setbacks = proposed([near, further | {"mission": "Wij houden bijen"}], declined)
    assert ids == ["n1"]
    assert len(setbacks) == 1


def test_a_nonprofit_that_does_the_work_of_one_that_was_ruled_out_resembles_it(use) -> None:
    tenants = (
        "Wij staan huurders bij die een conflict hebben met hun verhuurder: brieven, bezwaar en zo nodig de rechter."
    )
    missions = {
        "same": "Onze juristen helpen bewoners die ruzie hebben met hun huisbaas, en gaan mee naar de rechter.",
        "english": "We help tenants in dispute with their landlord: letters, objections and, if need be, the court.",
        "theme": "Vrijwilligers knappen huurwoningen op van ouderen die het zelf niet meer kunnen.",
        "young": "Wij begeleiden dakloze jongeren naar een eigen huurwoning en leren hen koken.",
        "other": "Wij houden bijen en geven les over de natuur op scholen.",
    }
    sites = [{"name": "Huurrecht", "mission": tenants, "organisation": "Huur"}]
    sites += [{"name": name, "mission": mission} for name, mission in missions.items()]
    sites += [{"name": "Huurrecht Kampen", "mission": tenants, "organisation": "Huur"}]
    veto = partnership("u2", "n1", "vetoed", ended_on="2025-03-01")

    def resembling(unit: str, *rows: dict, **settings) -> set[str]:
        matcher = fitted(use, UNITS, sites, list(rows), **settings)
        records = [matcher.explain(unit, f"n{number}") for number in range(1, len(sites) + 1)]
        assert {item.resembles.nonprofit_name for item in records if item.resembles} <= {"Huurrecht"}
        return {item.nonprofit_name for item in records if item.resembles}

    assert resembling("u1", veto) == {"same", "english"}
    assert resembling("u3", veto) == set(), "of another company"
    assert resembling("u1", partnership("u2", "n1", "declined")) == set(), "nobody says why"
    assert resembling("u1", partnership("u2", "n1", "declined", reason="Zij procederen")) == {"same", "english"}
    assert resembling("u1", partnership("u2", "n1", "completed", trust=5, reason="Klaar")) == set()
    known = partnership("u2", "n2", "completed", trust=5)
    assert resembling("u1", veto, known) == {"english"}, "a company that knows the nonprofit is told nothing"
    assert resembling("u1", veto, text={"resembles_from": 100}) == set()
