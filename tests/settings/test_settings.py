"""Settings: defaults, bounds, TOML there and back, and errors that name the key, the value and the remedy."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from matcher.errors import MatcherError, SettingsError
from matcher.scoring.criteria.registry import CRITERIA, with_weights
from matcher.settings import DEFAULT_WEIGHTS, Settings

CHOSEN: dict[str, Any] = {
    "private": ["BSN"],
    "public": ["telefoon"],
    "side": "nonprofits",
    "language": "nl",
    "csv_for_excel": True,
    "weights": {"proximity": 0.1, "mission": 1e6, "values": 0.0},
    "mission": {"cause_share": 1.0},
    "text": {"encoder": "online:a/b \\ 'c' \"d\" é", "slope": 0.1 + 0.2, "min_pool": 0, "parts": {"ngrams": 0.5}},
    "proximity": {"half_distance_km": 500.0},
    "track_record": {"prior_partnerships": 1e-9},
    "gates": {
        "required_accreditation": ["ANBI", "C\"B'F", "ÉÉN, TWEE"],
        "declined_months": 600,
        "renew": True,
        "as_of": dt.date(2026, 2, 28),
    },
    "shortlist": {"top": 10_000, "min_score": 0.0, "sites_per_organisation": 1000},
    "places": {"geocoder": "nominatim", "default_country": "BE", "mismatch_km": 1e-3},
    "criteria": {
        "size_fit": {
            "kind": "ratio",
            "unit": "employees",
            "nonprofit": "staff",
            "label": {"nl": "omvang"},
            "weight": 2.0,
        },
        "language": {"kind": "same", "unit": "language", "nonprofit": "language", "label": "language"},
    },
    "columns": {
        "units": {
            "Naam vestiging": "name",
            "KvK-nr. [oud] = \"x\" 'y' #1": "unit_id",
            "": "city",
            "zoekt.niet": "excludes",
        },
        "nonprofits": {"Één\tdoel": "mission"},
        "partnerships": {},
    },
}


def sections(model: type[BaseModel], path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """Every field, nested ones by path, with its definition."""
    found: list[tuple[tuple[str, ...], Any]] = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += sections(field.annotation, (*path, name))
        else:
            found.append(((*path, name), field))
    return found


FIELDS = sections(Settings)
BOUNDED = [
    (path, bound, getattr(item, bound))
    for path, field in FIELDS
    for item in field.metadata
    for bound in ("ge", "gt", "le", "lt")
    if hasattr(item, bound)
]


def value_of(settings: Settings, path: tuple[str, ...]) -> Any:
    value: Any = settings
    for name in path:
        value = getattr(value, name)
    return value


def other_value(path: tuple[str, ...]) -> Any:
    """A number or flag that is not the default, within its bounds."""
    value = value_of(Settings(), path)
    if isinstance(value, bool):
        return not value
    step = 1 if isinstance(value, int) else 0.125
    most = [limit for place, bound, limit in BOUNDED if place == path and bound in ("le", "lt")]
    return value - step if most and value + step > min(most) else value + step


def everything() -> dict[str, Any]:
    """Every setting with a value that is not its default: those chosen above, and any other number or flag."""
    mapping: dict[str, Any] = {name: dict(part) if isinstance(part, dict) else part for name, part in CHOSEN.items()}
    for path, _ in FIELDS:
        if len(path) == 2 and isinstance(value_of(Settings(), path), int | float):
            mapping.setdefault(path[0], {}).setdefault(path[1], other_value(path))
    return mapping


def nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    for name in reversed(path):
        value = {name: value}
    return value  # type: ignore[no-any-return]


def message(mapping: dict[str, Any]) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings.from_mapping(mapping)
    return str(caught.value)


EVERYTHING = everything()


# --- defaults and bounds -----------------------------------------------------------------------------------------


def test_there_are_settings_to_look_at() -> None:
    assert len(FIELDS) >= 17
    assert len(BOUNDED) >= 15


@pytest.mark.parametrize("path, bound, limit", BOUNDED, ids=lambda part: str(part))
def test_every_default_is_within_its_bounds(path: tuple[str, ...], bound: str, limit: float) -> None:
    value = value_of(Settings(), path)
    within = {"ge": value >= limit, "gt": value > limit, "le": value <= limit, "lt": value < limit}
    assert within[bound]


@pytest.mark.parametrize("path, bound, limit", BOUNDED, ids=lambda part: str(part))
def test_every_bound_holds_and_is_named(path: tuple[str, ...], bound: str, limit: float) -> None:
    whole = isinstance(value_of(Settings(), path), int)
    step = 1 if whole else 1e-6
    beyond = {"ge": limit - step, "gt": limit, "le": limit + step, "lt": limit}[bound]
    text = message(nested(path, beyond))
    assert ".".join(path) in text
    assert repr(beyond) in text
    assert f"{limit:g}" in text or str(limit) in text
    inside = {"ge": limit, "gt": limit + step, "le": limit, "lt": limit - step}[bound]
    assert value_of(Settings.from_mapping(nested(path, inside)), path) == inside


@pytest.mark.parametrize("path, field", FIELDS, ids=lambda part: ".".join(part) if isinstance(part, tuple) else "")
def test_every_setting_has_a_default_and_says_what_it_is(path: tuple[str, ...], field: Any) -> None:
    assert field.default is not PydanticUndefined or field.default_factory is not None
    if path[0] != "columns":
        assert field.description
        assert field.description.endswith(".")


def test_a_number_has_a_lower_bound() -> None:
    numbers = {path for path, _ in FIELDS if type(value_of(Settings(), path)) in (int, float)}
    assert numbers == {path for path, bound, _ in BOUNDED if bound in ("ge", "gt")}


def test_the_default_weights_are_those_of_the_criteria() -> None:
    assert Settings().weights == DEFAULT_WEIGHTS
    assert set(DEFAULT_WEIGHTS) == set(CRITERIA)


def test_settings_are_not_shared_and_cannot_be_changed_in_passing() -> None:
    one = Settings()
    one.weights["mission"] = 99.0
    assert Settings().weights == DEFAULT_WEIGHTS
    assert DEFAULT_WEIGHTS["mission"] != 99.0
    with pytest.raises(ValueError, match="frozen"):
        one.shortlist.top = 3
    with pytest.raises(ValueError, match="frozen"):
        one.side = "nonprofits"


# --- TOML there and back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [Settings(), Settings.from_mapping(EVERYTHING)], ids=["defaults", "everything"])
def test_toml_there_and_back(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(settings.toml(), encoding="utf-8", newline="")
    assert Settings.from_toml(path) == settings
    assert Settings.from_toml(str(path)) == settings
    settings.to_toml(tmp_path / "again.toml")
    assert Settings.from_toml(tmp_path / "again.toml") == settings
    assert Settings.from_toml(tmp_path / "again.toml").toml() == settings.toml()


def test_everything_is_in_the_example_of_everything() -> None:
    plain, defaults = Settings.from_mapping(EVERYTHING), Settings()
    same = [path for path, _ in FIELDS if value_of(plain, path) == value_of(defaults, path)]
    assert same == [("columns", "partnerships")]


@given(
    st.dictionaries(st.sampled_from(sorted(CRITERIA)), st.floats(1e-3, 1e6), min_size=1),
    st.floats(0.5, 500),
    st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
    st.text(min_size=1, max_size=8),
    st.dates(),
)
def test_whatever_the_values_toml_brings_them_back(
    weights: dict[str, float], half: float, headings: dict[str, str], encoder: str, day: dt.date
) -> None:
    settings = Settings.from_mapping(
        {
            "weights": weights,
            "proximity": {"half_distance_km": half},
            "columns": {"units": headings},
            "text": {"encoder": encoder},
            "gates": {"as_of": day},
        }
    )
    assert Settings.from_mapping(tomllib.loads(settings.toml())) == settings


@pytest.mark.parametrize("settings", [Settings(), Settings.from_mapping(EVERYTHING)], ids=["defaults", "everything"])
def test_a_mapping_there_and_back(settings: Settings) -> None:
    assert Settings.from_mapping(settings.to_mapping()) == settings


def test_the_file_says_what_each_setting_means() -> None:
    text = Settings().toml()
    for path, field in FIELDS:
        assert path[-1] in text
        if field.description and path != ("side",):
            assert field.description in text
    assert "(≥ 0.5, ≤ 500)" in text
    assert "(> 0, ≤ 5)" in text
    assert "None" not in text


def test_what_is_left_out_keeps_its_default(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[shortlist]\ntop = 5\n")
    settings = Settings.from_toml(path)
    assert settings.shortlist.top == 5
    assert settings == Settings().with_overrides({"shortlist.top": 5})
    path.write_text("")
    assert Settings.from_toml(path) == Settings()


def test_weights_that_are_named_replace_all_weights() -> None:
    assert Settings.from_mapping({"weights": {"mission": 2}}).weights == {"mission": 2.0}


def test_a_whole_number_will_do_for_a_number() -> None:
    half = Settings.from_mapping({"proximity": {"half_distance_km": 20}}).proximity.half_distance_km
    assert half == 20.0
    assert isinstance(half, float)


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xef\xbb\xbfside = 'nonprofits'\r\n[shortlist]\r\ntop = 7\r\n")
    settings = Settings.from_toml(path)
    assert (settings.side, settings.shortlist.top) == ("nonprofits", 7)


# --- files that are none -----------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read: there is no such file"):
        Settings.from_toml(tmp_path / "nowhere.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings.from_toml(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"top = ",
        b"{'top': 5}",
        b"[shortlist\ntop = 5",
        b"top = 1\ntop = 2",
        b"name = 'caf\xe9'",
        "top = 5".encode("utf-16"),
    ],
    ids=["cut off", "JSON", "open bracket", "twice", "Latin-1", "UTF-16"],
)
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"settings\.toml is not valid TOML") as caught:
        Settings.from_toml(path)
    assert isinstance(caught.value, MatcherError)
    assert caught.value.exit_code == 2


def test_a_value_that_is_not_allowed_comes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[shortlist]\ntop = 0\n")
    with pytest.raises(SettingsError, match=r"mine\.toml cannot be used:\n  shortlist\.top: .*1.*it is 0"):
        Settings.from_toml(path)


# --- keys and values that are none -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mapping, key, right",
    [
        ({"shortlst": {}}, "shortlst", "shortlist"),
        ({"Weights": {}}, "Weights", "weights"),
        ({"track-record": {}}, "track-record", "track_record"),
        ({"shortlist": {"topp": 3}}, "shortlist.topp", "top"),
        ({"shortlist": {"min-score": 0.3}}, "shortlist.min-score", "min_score"),
        ({"proximity": {"half_distance": 3}}, "proximity.half_distance", "half_distance_km"),
        ({"gates": {"required_acreditation": ["ANBI"]}}, "gates.required_acreditation", "required_accreditation"),
        ({"columns": {"unit": {}}}, "columns.unit", "units"),
    ],
)
def test_an_unknown_key_comes_with_the_nearest_right_one(mapping: dict[str, Any], key: str, right: str) -> None:
    text = message(mapping)
    assert f"{key}: there is no such setting" in text
    assert f"did you mean '{right}'?" in text


def test_a_key_like_no_other_is_refused_without_a_guess() -> None:
    for mapping in ({"qqqqqq": 1}, {"shortlist": {"qqqqqq": 1}}):
        text = message(mapping)
        assert "qqqqqq: there is no such setting" in text
        assert "did you mean" not in text


@pytest.mark.parametrize(
    "mapping, key",
    [
        ({"shortlist": {"top": "ten"}}, "shortlist.top"),
        ({"shortlist": {"top": 1.5}}, "shortlist.top"),
        ({"shortlist": {"top": True}}, "shortlist.top"),
        ({"shortlist": {"top": [5]}}, "shortlist.top"),
        ({"shortlist": 5}, "shortlist"),
        ({"shortlist": []}, "shortlist"),
        ({"weights": [3, 1]}, "weights"),
        ({"weights": {"mission": "high"}}, "weights.mission"),
        ({"weights": {"mission": True}}, "weights.mission"),
        ({"proximity": {"half_distance_km": False}}, "proximity.half_distance_km"),
        ({"text": {"encoder": 5}}, "text.encoder"),
        ({"text": {"encoder": ""}}, "text.encoder"),
        ({"gates": {"renew": "ja"}}, "gates.renew"),
        ({"gates": {"as_of": "yesterday"}}, "gates.as_of"),
        ({"gates": {"as_of": 5}}, "gates.as_of"),
        ({"gates": {"required_accreditation": "ANBI"}}, "gates.required_accreditation"),
        ({"gates": {"required_accreditation": [1]}}, "gates.required_accreditation"),
        ({"side": "unit"}, "side"),
        ({"places": {"default_country": "nl"}}, "places.default_country"),
        ({"places": {"default_country": "NLD"}}, "places.default_country"),
        ({"columns": {"units": {"Naam": 1}}}, "columns.units.Naam"),
    ],
    ids=str,
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(mapping: dict[str, Any], key: str) -> None:
    lines = message(mapping).splitlines()
    assert lines[0] == "settings cannot be used:"
    assert any(line.startswith(f"  {key}") for line in lines[1:])
    assert len(lines) == 2


@pytest.mark.parametrize("path", sorted({path for path, *_ in BOUNDED}), ids=".".join)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf], ids=str)
def test_what_is_no_number_is_no_setting(path: tuple[str, ...], value: float) -> None:
    assert ".".join(path) in message(nested(path, value))


def test_all_errors_come_at_once() -> None:
    text = message(
        {
            "shortlist": {"top": 0, "min_score": 3, "topp": 1},
            "text": {"slop": 1},
            "weights": {"mission": -1},
            "bogus": 1,
            "side": "both",
        }
    )
    lines = text.splitlines()
    keys = ("shortlist.top", "shortlist.min_score", "shortlist.topp", "text.slop", "weights.mission", "bogus", "side")
    assert len(lines) == 1 + len(keys)
    for key in keys:
        assert sum(line.startswith(f"  {key}: ") for line in lines) == 1
    assert "https://" not in text, "no talk of the library underneath"
    assert "pydantic" not in text


def test_an_error_is_one_of_ours_and_a_value_error() -> None:
    with pytest.raises(ValueError, match="topp") as caught:
        Settings.from_mapping({"shortlist": {"topp": 1}})
    assert isinstance(caught.value, SettingsError)
    assert caught.value.__cause__ is None


# --- weights -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name, right", [("mision", "mission"), ("Proximity", "proximity"), ("distance", None)])
def test_an_unknown_criterion_is_named_with_the_known_ones(name: str, right: str | None) -> None:
    with pytest.raises(SettingsError) as caught:
        with_weights(Settings.from_mapping({"weights": {name: 1.0, "mission": 1.0}}), CRITERIA)
    text = str(caught.value)
    assert f"there is no criterion '{name}'" in text
    assert all(criterion in text for criterion in CRITERIA)
    assert (f"did you mean '{right}'?" in text) == (right is not None)


@pytest.mark.parametrize("weights", [{}, {"mission": 0}, dict.fromkeys(DEFAULT_WEIGHTS, 0.0)], ids=str)
def test_no_weight_at_all_is_refused(weights: dict[str, float]) -> None:
    assert "weights: at least one weight must be above zero" in message({"weights": weights})


@pytest.mark.parametrize("weight", [-1.0, -1e-9, math.nan, math.inf, -math.inf, 2e6], ids=str)
def test_a_weight_out_of_bounds_is_refused(weight: float) -> None:
    text = message({"weights": {"mission": weight, "proximity": 1.0}})
    assert "weights.mission" in text
    assert "weights.proximity" not in text


def test_weights_are_on_any_scale_and_some_may_be_zero() -> None:
    settings = Settings.from_mapping({"weights": {"mission": 1e-6, "values": 0, "proximity": 1e6}})
    assert settings.weights == {"mission": 1e-6, "values": 0.0, "proximity": 1e6}


# --- overrides ---------------------------------------------------------------------------------------------------


def test_overrides_replace_what_they_name_and_nothing_else() -> None:
    base = Settings.from_mapping(EVERYTHING)
    before = base.model_copy(deep=True)
    changed = base.with_overrides({"shortlist.top": 3, "side": "units", "weights.mission": 2, "text.encoder": None})
    assert (changed.shortlist.top, changed.side, changed.weights["mission"]) == (3, "units", 2.0)
    assert changed.text == base.text
    assert changed.shortlist.min_score == base.shortlist.min_score
    assert changed.gates == base.gates
    assert base == before
    assert base.with_overrides({}) == base
    assert base.with_overrides({"shortlist.top": None}) == base


def test_a_whole_section_can_be_replaced() -> None:
    assert Settings().with_overrides({"weights": {"values": 1}}).weights == {"values": 1.0}
    columns = {"Naam": "name"}
    assert Settings().with_overrides({"columns.units": columns}).columns.of("units") == columns


@pytest.mark.parametrize(
    "overrides, key",
    [
        ({"shortlist.top": 0}, "shortlist.top"),
        ({"shortlist.topp": 3}, "shortlist.topp"),
        ({"shortlst.top": 3}, "shortlst"),
        ({"bogus": 3}, "bogus"),
        ({"side.top": 3}, "side"),
        ({"shortlist.top.more": 3}, "shortlist.top"),
    ],
    ids=str,
)
def test_an_override_that_is_none_is_our_own_error(overrides: dict[str, Any], key: str) -> None:
    with pytest.raises(SettingsError, match=key):
        Settings().with_overrides(overrides)
