"""How partnerships went: laws of the funnel and of small numbers, and the example as a programme manager reads it."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from helpers.paths import EXAMPLE
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner, Result

from matcher import read_nonprofits, read_partnerships, read_units
from matcher.cli.app import app
from matcher.errors import SettingsError
from matcher.i18n.language import available_languages, load_language
from matcher.learning.intervals import FEW, mean_interval, share_interval
from matcher.learning.outcomes.funnel import STAGES
from matcher.learning.outcomes.rated_groups import GROUPINGS
from matcher.learning.outcomes.summary import WAYS_TO_GROUP, Outcomes, outcomes_of, summarise
from matcher.places.geocoders.base import GazetteerLocator
from matcher.reports.outcomes.outputs import outcome_files, outcomes_json, print_outcomes
from matcher.tables.problems import TableError
from matcher.tables.schema.columns import Partnership
from matcher.tables.status import Status

RATINGS = list(Partnership.RATINGS)
SCALE = {"lowest": 1.0, "highest": 5.0, "step": 1.0}
LOCATOR = GazetteerLocator("NL")
UNITS = read_units(
    pd.DataFrame(
        {
            "unit_id": ["a-hq", "a-1", "b"],
            "company": ["A", "A", "B"],
            "name": ["A head", "A one", "[bold]B[/bold]"],
            "mission": "m",
            "is_hq": ["ja", "nee", None],
            "city": ["Utrecht", "Zwolle", "Amersfoort"],
        }
    )
)
NONPROFITS = read_nonprofits(
    pd.DataFrame(
        {
            "nonprofit_id": ["x-hq", "x-1", "y"],
            "organisation": ["X", "X", "Y"],
            "name": ["X head", "X one", "Y"],
            "mission": "m",
            "is_hq": ["ja", "nee", None],
            "city": ["Utrecht", "Zwolle", None],
            "causes": ["taal; dieren", "taal", None],
        }
    )
)


@st.composite
def partnerships(draw: st.DrawFn) -> pd.DataFrame:
    """Partnerships, some of them with others than those in the lists, some of them twice in the file."""
    rating = st.sampled_from((None, 1, 3, 4, 5))
    cells = {
        "unit_id": st.sampled_from(("a-hq", "a-1", "b", "stranger")),
        "nonprofit_id": st.sampled_from(("x-hq", "x-1", "y", "stranger")),
        "status": st.sampled_from((*Status, "active", "completed")),
        "reason": st.sampled_from((None, "Te ver", "te ver.", "Geen tijd")),
        "started_on": st.sampled_from((None, "2024-05-01", "2025-01-31")),
        "ended_on": st.sampled_from((None, "2026-10-31")),
        "left_at": st.sampled_from((None, *STAGES[:4])),
        "programme": st.sampled_from((None, "central", "decentraal", "combined")),
    }
    row = st.tuples(*cells.values(), st.lists(rating, min_size=9, max_size=9))
    rows = draw(st.lists(row, min_size=1, max_size=20))
    frame = pd.DataFrame([(*row[:-1], *row[-1]) for row in rows], columns=[*cells, *RATINGS])
    twice = draw(st.lists(st.integers(0, len(frame) - 1), max_size=2))
    return pd.concat([frame, frame.iloc[twice]], ignore_index=True)


def outcomes_with_lists(frame: pd.DataFrame) -> Outcomes:
    return outcomes_of(read_partnerships(frame), UNITS, NONPROFITS, locator=LOCATOR)


def of(rows: list[dict[str, object]], **lists: pd.DataFrame) -> Outcomes:
    """Outcomes of partnerships with different first days."""
    frame = pd.DataFrame([{"unit_id": "u", "nonprofit_id": f"n{i:03}", **row} for i, row in enumerate(rows)])
    return summarise(frame, **lists)


@given(partnerships())
def test_every_row_counts_once_and_the_funnel_only_narrows(frame: pd.DataFrame) -> None:
    outcomes = outcomes_with_lists(frame)
    funnel = outcomes.funnel()
    left = sum(leaving.count for leaving in outcomes.funnel_result.leavings)
    assert funnel["now"].sum() + left + outcomes.facts.repeated == len(frame)
    assert sum(reason.count for reason in outcomes.funnel_result.reasons) == left
    assert funnel["stage"].tolist() == list(STAGES)
    assert funnel["count"].iloc[0] == len(outcomes.facts)
    assert funnel["count"].is_monotonic_decreasing
    assert (funnel["now"] <= funnel["count"]).all()
    assert (funnel["count"] <= funnel["at_most"]).all()
    assert (funnel["at_most"] <= len(outcomes.facts)).all()
    assert (funnel["low"] <= funnel["share"] + 1e-4).all()
    assert (funnel["share"] <= funnel["high"] + 1e-4).all()


@given(partnerships(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(frame: pd.DataFrame, random: Random) -> None:
    order = random.sample(range(len(frame)), len(frame))
    shuffled = outcomes_of(
        read_partnerships(frame.iloc[order]), UNITS.iloc[::-1], NONPROFITS.iloc[::-1], locator=LOCATOR
    )
    assert outcomes_json(shuffled) == outcomes_json(outcomes_with_lists(frame))


@given(partnerships())
def test_few_ratings_are_shown_and_never_ranked(frame: pd.DataFrame) -> None:
    outcomes = outcomes_with_lists(frame)
    facts = outcomes.facts
    rated = int((facts.positives & (facts.rating_counts > 0)).sum())
    for by in WAYS_TO_GROUP:
        groups = outcomes.groups(by)
        if by in ("distance", "programme"):
            assert sum(group.count for group in groups) == rated
        for group in groups:
            assert group.few == (group.count < FEW) == bool(np.isnan(group.low))
            if not group.few:
                assert 1 <= group.low <= group.mean + 1e-4
                assert group.mean - 1e-4 <= group.high <= 5
        if by in GROUPINGS and GROUPINGS[by].has_order:
            continue
        known = [group for group in groups if group.group]
        ranked = [group for group in known if not group.few]
        assert known[: len(ranked)] == ranked, "those of few come last"
        assert [group.shrunk for group in ranked] == sorted((group.shrunk for group in ranked), reverse=True)
        few = [group.count for group in known if group.few]
        assert few == sorted(few, reverse=True), "few are listed by how many they are, not by how good"


@given(partnerships())
def test_frames_and_files_say_the_same(frame: pd.DataFrame) -> None:
    outcomes = outcomes_with_lists(frame)
    record = json.loads(outcomes_json(outcomes))
    files = outcome_files(outcomes)
    assert list(files)[-1] == "outcomes.json"
    funnel = pd.read_csv(io.StringIO(str(files["funnel.csv"])))
    assert funnel["count"].tolist() == [stage["count"] for stage in record["funnel"]["stages"]]
    ratings = pd.read_csv(io.StringIO(str(files["ratings.csv"])))
    assert ratings["by"].value_counts().to_dict() == {
        by: len(found) for by, found in record["ratings"].items() if found
    }
    assert len(outcomes.benchmark()) == len(record["benchmark"]["best"])
    assert len(outcomes.not_evaluated()) == len(record["unmeasured"]["not_evaluated"])


@given(partnerships(), st.sampled_from(available_languages()), st.sampled_from((80, 120)))
def test_what_is_printed_is_words_within_the_width(frame: pd.DataFrame, code: str, width: int) -> None:
    text = printed(outcomes_with_lists(frame), code, width)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    assert not re.search(r"\bnan\b|None|[{}]|nan%", text)


@given(st.integers(0, 60), st.integers(0, 60))
def test_an_interval_of_a_share_holds_it_and_narrows_with_more(count: int, others: int) -> None:
    total = count + others
    low, high = share_interval(count, total)
    if not total:
        assert np.isnan(low)
        assert np.isnan(high)
        return
    assert 0 <= low <= count / total + 1e-4
    assert count / total - 1e-4 <= high <= 1
    more_low, more_high = share_interval(10 * count, 10 * total)
    assert more_high - more_low < high - low


def test_intervals_against_figures_of_others() -> None:
    # Wilson's for 8 of 10, as in Newcombe (1998); Student's for 1 to 5: 3 ± 2.776 × 1.581 / √5.
    assert share_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert mean_interval(np.arange(1.0, 6.0), **SCALE) == pytest.approx((1.0368, 4.9632), abs=1e-4)
    assert np.isnan(mean_interval(np.array([4.0, 5.0, 3.0, 4.0]), **SCALE).low)
    low, high = mean_interval(np.full(5, 4.0), **SCALE)
    assert low < 3.7 < 4.3 < high, "five people who all say 4 did not measure 4.00"


def test_those_that_left_count_as_far_as_it_is_told() -> None:
    outcomes = of(
        [
            {"status": "completed"},
            {"status": "agreed"},
            {"status": "declined", "left_at": "agreed", "reason": "Te ver."},
            {"status": "declined", "reason": "te  ver"},
            {"status": "vetoed"},
        ]
    )
    funnel = outcomes.funnel().set_index("stage")
    assert funnel["count"].to_dict() == {"proposed": 5, "contacted": 3, "agreed": 3, "active": 1, "completed": 1}
    assert funnel["at_most"].to_dict() == {"proposed": 5, "contacted": 5, "agreed": 5, "active": 3, "completed": 1}
    assert funnel["from_previous"].tolist()[1:] == pytest.approx([0.6, 1, 1 / 3, 1])
    assert outcomes.reasons().to_dict("split")["data"] == [["declined", "Te ver.", 2], ["vetoed", "", 1]]
    assert "2 were declined or vetoed at a stage that was not recorded" in printed(outcomes, "en", 400)


def test_partnerships_on_hold_count_at_the_first_stage() -> None:
    funnel = of([{"status": "maybe", "note": "after the summer"}, {"status": "active"}]).funnel_result
    assert [stage.now for stage in funnel.stages] == [1, 0, 0, 1, 0]
    assert funnel.under_way == funnel.total == 2


def test_a_partnership_that_stands_there_twice_is_the_fuller_row() -> None:
    rows = [
        {"unit_id": "u", "nonprofit_id": "n", "status": "active"},
        {"unit_id": "u", "nonprofit_id": "n", "status": "active", "trust": 4},
        {"unit_id": "u", "nonprofit_id": "n", "status": "completed"},
    ]
    outcomes = summarise(pd.DataFrame(rows))
    assert len(outcomes.facts) == 2
    assert outcomes.facts.repeated == 1
    assert outcomes.ratings_by("factor", "trust")["count"].tolist() == [1]


def test_only_ratings_of_what_came_about_count() -> None:
    outcomes = of([{"status": status, "trust": 4} for status in Status])
    trust = outcomes.ratings_by("factor", "trust")
    assert trust["count"].tolist() == [3]
    assert trust["mean"].tolist() == [4]


@pytest.mark.parametrize(
    ("pairs", "kinds"),
    [
        (["a-hq:x-hq"], ["central"]),
        (["a-hq:x-1"], ["decentral"]),
        (["a-hq:x-hq", "a-1:x-1"], ["combined", "combined"]),
        (["b:x-hq"], ["decentral"]),
        (["b:y"], ["decentral"]),
        (["a-hq:stranger"], [""]),
    ],
)
def test_the_kind_of_programme_that_the_sites_point_to(pairs: list[str], kinds: list[str]) -> None:
    rows = pd.DataFrame([pair.split(":") for pair in pairs], columns=["unit_id", "nonprofit_id"])
    facts = outcomes_with_lists(rows.assign(status="active")).facts
    assert sorted(facts.programmes) == kinds
    assert not facts.is_programme_given.any()
    given = outcomes_with_lists(rows.assign(status="active", programme="centraal")).facts
    assert given.is_programme_given.all()
    assert set(given.programmes) == {"central"}


def test_a_head_office_or_not_is_not_guessed() -> None:
    units = UNITS.assign(is_hq=pd.array([None, False, None], dtype="boolean"))
    rows = pd.DataFrame([("a-hq", "x-hq", "active"), ("a-hq", "x-1", "active")], columns=["unit_id", "nonprofit_id", "status"])  # fmt: skip
    assert sorted(summarise(rows, units, NONPROFITS).facts.programmes) == ["", "decentral"]


def test_spellings_of_an_organisation_are_one_as_on_the_lists() -> None:
    spelled = NONPROFITS.assign(organisation=["Stichting X", "X", "Y"])
    rows = pd.DataFrame({"unit_id": ["a-hq", "a-1"], "nonprofit_id": ["x-hq", "x-1"], "status": "active"})
    for table in (spelled, spelled[::-1]):
        facts = summarise(rows, UNITS, table).facts
        assert set(facts.organisations) == {"X"}, "the spelling of the first by id"
        assert set(facts.programmes) == {"combined"}


def test_distance_and_cause_of_what_the_lists_have() -> None:
    pairs = [("a-hq", "x-hq"), ("a-hq", "x-1"), ("a-1", "y"), ("b", "stranger")]
    rows = pd.DataFrame(pairs, columns=["unit_id", "nonprofit_id"]).assign(status="completed", trust=[5, 4, 3, 2])
    outcomes = summarise(rows, UNITS, NONPROFITS)
    assert outcomes.outside_the_lists == 1
    assert outcomes.funnel()["count"].tolist() == [4] * 5, "those that the lists do not have stay in the funnel"
    bands = outcomes.ratings_by("distance").set_index("group")
    assert bands["count"].to_dict() == {"0-5": 1, "50+": 1, "": 2}
    assert outcomes.ratings_by("cause").set_index("group")["count"].to_dict() == {"language": 2, "animals": 1, "": 2}
    far = summarise(rows, UNITS, NONPROFITS, bands_km=(100,)).ratings_by("distance").set_index("group")
    assert far["count"].to_dict() == {"0-100": 2, "": 2}
    for code, words in {
        "en": ("under 5 km", "language", "names a unit"),
        "nl": ("minder dan 5 km", "taal", "noemt een"),
    }.items():
        text = printed(outcomes, code, 120)
        assert all(word in text for word in words)


def test_the_benchmark_shows_ties_and_leaves_out_who_has_few_ratings() -> None:
    def rated(*values: int, status: str = "completed") -> dict[str, object]:
        return {"status": status, **dict(zip(RATINGS, values, strict=False))}

    best = [rated(5, 5, 5, 5), rated(5, 5, 5, 5, status="active"), rated(4, 4, 5, 4, 4)]
    rest = [rated(4, 4, 3)] * 6 + [rated(5, 5), rated(5, 5, 5, status="agreed")]
    outcomes = of(best + rest)
    found = outcomes.benchmark()
    assert found["nonprofit_id"].tolist() == ["n000", "n001", "n002"]
    assert found["rank"].tolist() == [1, 1, 3]
    assert found["tied"].tolist() == [True, True, False]
    assert outcomes.benchmark_result.rated == 9
    assert outcomes.benchmark_result.too_few_ratings == 1
    shared = outcomes.in_common().set_index("group")
    assert shared.loc["trust", ["best", "best_of", "others", "others_of"]].tolist() == [3, 3, 6, 6]
    assert shared.loc["support_management", ["best", "best_of", "others", "others_of"]].tolist() == [3, 3, 0, 6]
    assert "1=" in printed(outcomes, "en", 80)
    middling = of([rated(3, 3, 3)] * 8)
    assert middling.benchmark_result.best == ()
    assert "No partnership in the top quarter" in printed(middling, "en", 400)


def test_what_nobody_measures_is_said() -> None:
    outcomes = of(
        [
            {"status": "completed", "ended_on": "2025-01-01"},
            {"status": "completed", "trust": 4, "unit_id": "v"},
            {"status": "active"},
            {"status": "declined"},
        ]
    )
    filled = outcomes.unmeasured().set_index(["column", "status"])[["filled", "total"]]
    assert filled.loc[("trust", "completed")].tolist() == [1, 2]
    assert filled.loc[("trust", "active")].tolist() == [0, 1]
    assert filled.loc[("ended_on", "completed")].tolist() == [1, 2]
    assert ("ended_on", "active") not in filled.index, "what runs has no end yet"
    assert filled.loc[("reason", "declined")].tolist() == [0, 1]
    assert outcomes.not_evaluated()[["nonprofit_id", "ended_on"]].to_numpy().tolist() == [["n000", "2025-01-01"]]
    assert outcomes.rate_nothing().to_dict("split")["data"] == [["unit", "u", 2]]
    text = printed(outcomes, "en", 400)
    assert "1 of 2 was never rated" in text
    assert "1 was declined or vetoed without a reason." in text


def test_without_ratings_and_without_lists_it_says_so() -> None:
    text = printed(of([{"status": "proposed"}]), "nl", 400)
    assert "Geen enkele samenwerking kreeg een cijfer." in text
    text = printed(of([{"status": "active", "trust": 4}]), "nl", 400)
    assert "Niet bekend: hier is de lijst van organisaties voor nodig" in text


def printed(outcomes: Outcomes, code: str, width: int) -> str:
    buffer = io.StringIO()
    print_outcomes(outcomes, load_language(code), Console(file=buffer, width=width, highlight=False))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def example() -> Outcomes:
    return summarise(
        *(pd.read_csv(EXAMPLE / f"{name}.csv", dtype=str) for name in ("partnerships", "units", "nonprofits"))
    )


def test_the_example_against_its_own_rows(example: Outcomes) -> None:
    rows = pd.read_csv(EXAMPLE / "partnerships.csv")
    status = Counter(rows["status"])
    funnel = example.funnel().set_index("stage")
    assert funnel["now"].to_dict() == {stage: status[stage] for stage in STAGES}
    assert funnel.loc["active", "count"] == status["active"] + status["completed"]
    assert len(example.reasons()) == status["declined"] + status["vetoed"]
    for group in example.groups("factor"):
        column = rows.loc[rows["status"].isin(["agreed", "active", "completed"]), group.group].dropna()
        assert group.count == len(column)
        assert group.mean == pytest.approx(column.mean(), abs=1e-6)
    silent = rows[(rows["status"] == "completed") & rows[RATINGS].isna().all(axis=1)]
    assert set(example.not_evaluated()["nonprofit_id"]) == set(silent["nonprofit_id"])
    best = example.benchmark()
    assert (best["mean"] >= 4).all()
    assert (best["distance_km"] < 50).all()
    assert example.outside_the_lists == 0


def test_the_example_in_dutch(example: Outcomes) -> None:
    text = printed(example, "nl", 100)
    for words in (
        "64 samenwerkingen, van 44 vestigingen met 49 organisaties.",
        "Hoe ver de samenwerkingen kwamen",
        "gedeelde missie",
        "4,20",
        "armoede",
        "decentraal",
        "te weinig",
        "7 van de 22 hebben nooit een cijfer gekregen.",
    ):
        assert words in text


@pytest.mark.parametrize("call", [lambda o: o.ratings_by("distanse"), lambda o: o.ratings_by("cause", "trst")])
def test_misspelt_groupings_are_named(call: Callable[[Outcomes], object], example: Outcomes) -> None:
    with pytest.raises(SettingsError, match=r"did you mean '(distance|trust)'"):
        call(example)


def test_bad_tables_from_python(caplog: pytest.LogCaptureFixture) -> None:
    row = {"unit_id": "u", "nonprofit_id": "n", "status": "active"}
    with caplog.at_level("WARNING", logger="matcher"):
        summarise(pd.DataFrame([{**row, "trust": 9}]))
    assert "outside 1 to 5" in caplog.text
    with pytest.raises(TableError, match="no partnerships"):
        summarise(pd.DataFrame(columns=list(row)))
    with pytest.raises(SettingsError, match="ascend"):
        summarise(pd.DataFrame([row]), bands_km=(10, 5))


FILES = ("--partnerships", EXAMPLE / "partnerships.csv", "--units", EXAMPLE / "units.csv", "--nonprofits", EXAMPLE / "nonprofits.csv")  # fmt: skip


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, ["outcomes", *(str(argument) for argument in arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_command(tmp_path: Path, example: Outcomes) -> None:
    result = run(*FILES, "--json", tmp_path / "found.json", "--out", tmp_path / "out", "--language", "nl")
    assert result.exit_code == 0, result.stderr
    assert "Wat niet wordt gemeten" in result.stdout
    assert result.stderr == ""
    text = (tmp_path / "found.json").read_text(encoding="utf-8")
    assert text == outcomes_json(example) == (tmp_path / "out" / "outcomes.json").read_text(encoding="utf-8")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(outcome_files(example))


def test_partnerships_alone_and_with_others_than_the_lists_have(tmp_path: Path) -> None:
    assert run(*FILES[:2]).exit_code == 0
    rows = pd.read_csv(EXAMPLE / "partnerships.csv", dtype=str)
    rows.loc[0, "unit_id"] = "bank-99"
    rows.to_csv(tmp_path / "partnerships.csv", index=False)
    result = run("--partnerships", tmp_path / "partnerships.csv", *FILES[2:])
    assert result.exit_code == 0
    assert "this code does not stand in units.csv" in result.stderr
    assert "the row stays in" in result.stderr
    assert "64 partnerships" in result.stdout
    assert "1 partnership names a unit or nonprofit that is not in the lists" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("unit_id,nonprofit_id,status,trust\nu,n,active,9\n", "outside 1 to 5"),
        ("unit_id,nonprofit_id,status,left_at\nu,n,declined,completed\n", "is not one of the words"),
    ],
)
def test_a_cell_that_says_nothing_certain_counts_as_unknown_and_is_said(
    content: str, message: str, tmp_path: Path
) -> None:
    source = tmp_path / "partnerships.csv"
    source.write_text(content, encoding="utf-8")
    result = run("--partnerships", source)
    assert result.exit_code == 0
    assert message in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"),
        ("unit_id,nonprofit_id,status\n", "there are no partnerships to summarise"),
        ("unit_id,nonprofit_id,status\nu,n,klaarr\n", "is not one of the words"),
        ("unit_id,status\nu,active\n", "column is missing"),
    ],
)
def test_bad_files_get_a_message_and_write_nothing(content: str | None, message: str, tmp_path: Path) -> None:
    source = tmp_path / "partnerships.csv"
    if content is not None:
        source.write_text(content, encoding="utf-8")
    result = run("--partnerships", source, "--json", tmp_path / "found.json", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "found.json").exists()


def test_errors_in_the_lists_count_too(tmp_path: Path) -> None:
    units = tmp_path / "units.csv"
    units.write_text("unit_id,company,name,mission\nu,A,B,m\nu,A,C,m\n", encoding="utf-8")
    result = run(*FILES[:2], "--units", units)
    assert result.exit_code == 2
    assert "more than one row" in result.stderr


def test_names_are_printed_as_text_never_as_markup() -> None:
    outcomes = of([{"status": "declined", "reason": "[bold red]x[/bold red]"}])
    assert "[bold red]x[/bold red]" in printed(outcomes, "en", 80)
    rows = pd.DataFrame([("b", "y", "completed")], columns=["unit_id", "nonprofit_id", "status"])
    assert "[bold]B[/bold]" in printed(outcomes_with_lists(rows), "en", 80)
