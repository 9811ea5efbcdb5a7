"""Changes since a previous run: every type of change, with the cause that was made to happen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers.encoders import RememberingUse
from helpers.problems import whole
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matcher import MatcherError, PartnerMatcher
from matcher.i18n.language import load_language
from matcher.ranking.changes.comparison import compare
from matcher.ranking.changes.fingerprint import fingerprint_of
from matcher.ranking.changes.records import CHANGE_TYPES, Changes, PairChange
from matcher.ranking.changes.snapshot import POINTS, Snapshot, snapshot_table
from matcher.reports.sentences.changes import change_sentence, changes_summary, changes_table
from matcher.scoring.criteria.registry import CRITERIA
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings
from matcher.tables.read.tables import read_table

Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame | None]
AS_OF = {"gates.as_of": "2026-11-25"}


def snapshot_of(use: RememberingUse, frames: Frames, **settings: object) -> tuple[Snapshot, Scorer]:
    """Snapshot of a run on frames, and its scorer."""
    chosen = Settings().with_overrides(AS_OF | {"shortlist.min_score": 0} | settings)
    matcher = PartnerMatcher(settings=chosen, encoder=use)
    matcher.fit(frames[1], partnerships=frames[2])
    match = matcher.match(frames[0])
    scorer, shortlists = match.scorer, match.shortlists()
    tables = [None if frame is None else read_table(name, frame).frame for name, frame in zip(("units", "nonprofits", "partnerships"), frames, strict=True)]  # fmt: skip
    assert tables[0] is not None
    assert tables[1] is not None
    fingerprint = fingerprint_of(scorer, tables[0], tables[1], tables[2])
    return Snapshot(snapshot_table(shortlists.records, shortlists.ranks, list(CRITERIA)), fingerprint), scorer


def example() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """One unit and six nonprofits at growing distance, and a history between others."""
    unit = pd.DataFrame({"unit_id": ["u", "v"], "company": "Bank", "name": ["Zwolle", "Breda"], "mission": ["Hulp bij schulden", "Taal voor nieuwkomers"], "postcode": ["8011", "4811"]})  # fmt: skip
    sites = pd.DataFrame(
        {
            "nonprofit_id": list("abcdef"),
            "name": [f"Site {name}" for name in "abcdef"],
            "organisation": [f"Organisation {name}" for name in "abcdef"],
            "mission": [
                "Hulp bij schulden",
                "Maatjes bij schulden",
                "Taalles",
                "Egels",
                "Natuur",
                "Samen eten",
            ],
            "postcode": ["8011", "8012", "8021", "8031", "8261", "7411"],
            "active": "ja",
        }
    )
    history = pd.DataFrame({"unit_id": ["v"], "nonprofit_id": ["f"], "status": ["active"]})
    return unit, sites, history


def of_unit(changes: Changes) -> dict[str, PairChange]:
    return {item.nonprofit_id: item for item in changes.pairs if item.unit_id == "u"}


def codes(change: PairChange) -> list[str]:
    return [cause.code for cause in change.causes]


Edit = Callable[[pd.DataFrame, pd.DataFrame, pd.DataFrame], Frames]


def _remove(unit: pd.DataFrame, sites: pd.DataFrame, history: pd.DataFrame) -> Frames:
    return unit, sites[sites["nonprofit_id"] != "a"], history


def _add(unit: pd.DataFrame, sites: pd.DataFrame, history: pd.DataFrame) -> Frames:
    new = sites.head(1).assign(nonprofit_id="z", name="Site z", organisation="Organisation z")
    return unit, pd.concat([sites, new]), history


def _close(unit: pd.DataFrame, sites: pd.DataFrame, history: pd.DataFrame) -> Frames:
    return unit, sites.assign(active=["nee", *["ja"] * 5]), history


def _start(unit: pd.DataFrame, sites: pd.DataFrame, history: pd.DataFrame) -> Frames:
    return unit, sites, pd.concat([history, pd.DataFrame({"unit_id": ["u"], "nonprofit_id": ["a"], "status": ["agreed"]})])  # fmt: skip


def _move(unit: pd.DataFrame, sites: pd.DataFrame, history: pd.DataFrame) -> Frames:
    return unit, sites.assign(postcode=["6211", *sites["postcode"][1:]]), history


def _write(unit: pd.DataFrame, sites: pd.DataFrame, history: pd.DataFrame) -> Frames:
    return unit, sites.assign(mission=["Opvang van egels en andere dieren", *sites["mission"][1:]]), history


def _join(unit: pd.DataFrame, sites: pd.DataFrame, history: pd.DataFrame) -> Frames:
    return unit, sites.assign(organisation=["Organisation a"] * 2 + list(sites["organisation"][2:])), history


@pytest.mark.parametrize(
    ("edit", "site", "change_type", "cause", "facts"),
    [
        (_remove, "a", "gone", "nonprofit_removed", {}),
        (_remove, "b", "up", "others_left", {"count": 1}),
        (_add, "z", "new", "nonprofit_added", {}),
        (_add, "b", "down", "others_came", {"count": 1}),
        (_close, "a", "gone", "gate_closed", {"gates": ("inactive",)}),
        (_start, "a", "gone", "gate_closed", {"gates": ("existing_partner",)}),
        (_move, "a", "down", "nonprofit_data", {"fields": ("place",)}),
        (_move, "b", "up", "others_fell", {"count": 1}),
        (_write, "a", "down", "nonprofit_data", {"fields": ("mission",)}),
        (_join, "b", "gone", "other_site", {"organisation": "Organisation a", "site": "Site a"}),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_change_has_the_cause_that_was_made(
    edit: Edit, site: str, change_type: str, cause: str, facts: dict[str, object], use: RememberingUse
) -> None:
    before, _ = snapshot_of(use, example())
    now, scorer = snapshot_of(use, edit(*example()))
    found = of_unit(compare(before, now, scorer))[site]
    assert found.change_type == change_type
    assert cause in codes(found)
    assert dict(next(item for item in found.causes if item.code == cause).facts) == facts
    back, back_scorer = snapshot_of(use, example())
    opposite = of_unit(compare(now, back, back_scorer))[site]
    assert opposite.change_type == {"gone": "new", "new": "gone", "up": "down", "down": "up"}[change_type]
    assert opposite.causes, "the opposite change has a cause too"


def test_a_pair_pushed_off_a_short_list_is_outranked(use: RememberingUse) -> None:
    before, _ = snapshot_of(use, example(), **{"shortlist.top": 3})
    now, scorer = snapshot_of(use, _add(*example()), **{"shortlist.top": 3})
    changes = of_unit(compare(before, now, scorer))
    gone = [item for item in changes.values() if item.change_type == "gone"]
    assert [(codes(item)[0], item.rank_before, item.rank) for item in gone] == [("outranked", 3, None)]
    assert gone[0].score is not None


def test_settings_and_the_minimum_score_are_causes(use: RememberingUse) -> None:
    before, _ = snapshot_of(use, example())
    now, scorer = snapshot_of(use, example(), **{"weights.proximity": 0, "shortlist.min_score": 0.45})
    changes = compare(before, now, scorer)
    assert changes.settings == ("shortlist.min_score", "weights.proximity")
    assert changes.pairs
    for change in changes.pairs:
        assert "settings" in codes(change) or set(codes(change)) <= {
            "others_left",
            "others_fell",
            "others_came",
            "others_rose",
        }
        if change.change_type == "gone":
            assert codes(change)[0] == "below_least"
            assert change.score is not None
            assert change.score < 0.45
    moved = {item.name for change in changes.pairs for item in change.criteria}
    assert "proximity" in moved


def test_an_ended_status_and_the_partnerships_of_others_are_causes(use: RememberingUse) -> None:
    unit, sites, history = example()
    vetoed = pd.DataFrame({"unit_id": ["u"], "nonprofit_id": ["a"], "status": ["vetoed"]})
    before, _ = snapshot_of(use, (unit, sites, pd.concat([history, vetoed])))
    more = pd.DataFrame({"unit_id": ["v"], "nonprofit_id": ["e"], "status": ["completed"], "trust": [5]})
    now, scorer = snapshot_of(use, (unit, sites, pd.concat([history, more])), **{"weights.track_record": 1})
    changes = of_unit(compare(before, now, scorer))
    assert changes["a"].change_type == "new"
    assert ("status_ended", {"status": "vetoed"}) in [(item.code, dict(item.facts)) for item in changes["a"].causes]
    assert "partnerships" in codes(changes["e"])


def test_units_that_come_and_go(use: RememberingUse) -> None:
    unit, sites, _ = example()
    before, before_scorer = snapshot_of(use, (unit, sites, None))
    now, scorer = snapshot_of(use, (unit.head(1), sites, None))
    assert {tuple(codes(item)) for item in compare(before, now, scorer).pairs if item.unit_id == "v"} == {
        ("unit_removed",)
    }
    back = compare(now, before, before_scorer)
    assert {tuple(codes(item)) for item in back.pairs if item.unit_id == "v"} == {("unit_added",)}


def scorable(use: RememberingUse, frames: Any, **chosen: Any) -> Any:
    """Result of ``snapshot_of``, for problems in which some criterion has data."""
    try:
        return snapshot_of(use, frames, **chosen)
    except MatcherError as error:
        assume("nothing to judge by" not in str(error))
        raise


@settings(max_examples=8)
@given(data=st.data())
def test_laws_of_changes(data: st.DataObject, use: RememberingUse) -> None:
    side = data.draw(st.sampled_from(["units", "nonprofits"]))
    runs = []
    for _ in range(2):
        frames = data.draw(whole())
        chosen = {"side": side, "shortlist.top": data.draw(st.integers(1, 8))}
        runs.append(scorable(use, frames, **chosen))
    (before, _), (now, scorer) = runs
    assert compare(now, now, scorer).pairs == ()
    changes = compare(before, now, scorer)
    old, new = ({(row.unit_id, row.nonprofit_id): row for row in table.pairs.itertuples()} for table in (before, now))
    expected = {
        pair: "new" if pair not in old else "gone" if pair not in new else "up" if new[pair].rank < old[pair].rank else "down"
        for pair in sorted({*old, *new})
        if pair not in old or pair not in new or old[pair].rank != new[pair].rank
    }  # fmt: skip
    assert {(item.unit_id, item.nonprofit_id): item.change_type for item in changes.pairs} == expected
    assert sum(changes.counts.values()) == len(changes.pairs)
    for item in changes.pairs:
        assert changes.of_pair(item.unit_id, item.nonprofit_id) is item
        assert item.causes, item
        if item.score is not None and item.score_before is not None:
            points = sum(part.points for part in item.criteria)
            assert abs(item.score - item.score_before - points) < 0.001 * 5 + 1e-5
        for code in ("en", "nl"):
            said = change_sentence(item, load_language(code))
            assert re.search(r"\{|\}|None|nan|  ", said) is None, said
            assert said[0].isupper() or said[0].isdigit()
            assert said.endswith(".")
    table = changes_table(changes, load_language("nl"))
    assert len(table) == len(changes.pairs)
    assert set(table["change"]) <= set(CHANGE_TYPES)
    assert str(len([word for word in expected.values() if word == "new"])) in changes_summary(
        changes, load_language("en")
    )


@settings(max_examples=8)
@given(data=st.data())
def test_points_add_up_to_the_score(data: st.DataObject, use: RememberingUse) -> None:
    snapshot, _ = scorable(use, data.draw(whole()))
    logarithms = snapshot.pairs.filter(regex=f"^{POINTS}").sum(axis=1)
    points = np.exp(logarithms)
    np.testing.assert_allclose(points, snapshot.pairs["score"], atol=1e-6)


def test_runs_with_other_criteria_are_compared(use: RememberingUse) -> None:
    before, _ = snapshot_of(use, example())
    now, scorer = snapshot_of(use, _move(*example()))
    other = {"score.mission": "score.size", "log.mission": "log.size"}
    replaced = Snapshot(before.pairs.rename(columns=other), before.fingerprint)
    changes = compare(replaced, now, scorer)
    assert replaced.criteria[0] == "size"
    assert changes.criteria == (*now.criteria, "size")
    moved = {item.name: item for item in of_unit(changes)["a"].criteria}
    assert moved["size"].now is None
    shared_out = sum(item.points for item in moved.values())
    change = of_unit(changes)["a"]
    assert shared_out == pytest.approx(change.score - change.score_before, abs=1e-4)
    assert moved["mission"].before is None
    table = changes_table(changes, load_language("nl"))
    assert moved["size"].points in table.loc[table["nonprofit_id"] == "a", "size_change"].tolist()
