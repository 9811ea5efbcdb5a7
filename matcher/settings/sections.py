"""Sections of the settings: every setting with its default, unit and bounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, create_model, field_validator

from matcher.errors import nearest
from matcher.messages import Message
from matcher.tables.schema.tables import TABLES, settings_key

DEFAULT_WEIGHTS = {"mission": 3.0, "values": 0.25, "proximity": 2.0, "resources": 1.0, "track_record": 0.5}
DEFAULT_TEXT_PARTS = {"dense": 0.0, "mapped": 1.0, "ngrams": 5.0}


def _no_flag(value: Any) -> Any:
    """Value given for a number; true and false would be read as 1 and 0."""
    if isinstance(value, bool):
        raise ValueError(Message("this is a number, not true or false"))
    return value


def _known_names(weights: dict[str, float], known: Iterable[str], what: str) -> dict[str, float]:
    """Weights, as given, if all names are known and one of them is above zero."""
    names = list(known)
    for name in weights:
        if name not in names:
            raise ValueError(
                Message(
                    "there is no {what} '{name}'{hint} (known: {names})",
                    what=what,
                    name=name,
                    hint=nearest(name, names),
                    names=", ".join(names),
                )
            )
    return above_zero(weights)


def above_zero(weights: dict[str, float]) -> dict[str, float]:
    """Weights, as given, if one of them is above zero."""
    if not any(weights.values()):
        raise ValueError(Message("at least one weight must be above zero"))
    return weights


Weight = Annotated[float, Field(ge=0, le=1e6), BeforeValidator(_no_flag)]


class Section(BaseModel):
    """Settings that belong together: values cannot be changed, unknown names and booleans for numbers are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _numbers_are_numbers(cls, value: Any, info: ValidationInfo) -> Any:
        is_number = cls.model_fields[info.field_name or ""].annotation in (int, float)
        return _no_flag(value) if is_number else value


class MissionSettings(Section):
    """How the criterion *mission* is put together."""

    cause_share: float = Field(
        0.6,
        ge=0,
        le=1,
        description="Share of mission that wanted causes take, where a unit names any; the rest is text.",
    )
    unknown_cause_share: float = Field(
        0.2,
        ge=0,
        le=1,
        description="The same for a unit that names none where others do: the unknown counts low, and the texts for the rest.",
    )


class TextSettings(Section):
    """How texts are compared."""

    encoder: str = Field(
        "use",
        min_length=1,
        description="'use' (shipped, Dutch and English) or any sentence-transformers model or folder.",
    )
    slope: float = Field(
        0.2, gt=0, le=5, description="Steepness of the logistic over the z-score; 0.2 puts two deviations at 0.6."
    )
    parts: dict[str, Weight] = Field(
        default_factory=lambda: dict(DEFAULT_TEXT_PARTS),
        description="Weight of each part of the likeness: the encoder's vectors (dense), those through the learned map "
        "(mapped), pieces of words (ngrams); on any scale.",
    )
    company_prior: float = Field(
        5.0,
        ge=0,
        le=1e6,
        description="Number of companies at which half of what their texts share is removed; with many more, all of it.",
    )
    min_pool: int = Field(
        200,
        ge=0,
        description="With fewer nonprofits than this, the mean and spread of similarities are mixed with the encoder's reference values.",
    )

    resembles_from: float = Field(
        4.0,
        ge=0,
        le=100,
        description="A nonprofit resembles one that the company ruled out, or stopped with for a reason, from this many "
        "standard deviations above the mean likeness of missions; reasons then say so.",
    )

    @field_validator("parts")
    @classmethod
    def _known_parts(cls, parts: dict[str, float]) -> dict[str, float]:
        from matcher.texts.features.parts import TEXT_PARTS

        return _known_names(parts, TEXT_PARTS, Message("part of the text likeness"))


class CacheSettings(Section):
    """What is kept between runs; where, the variable MATCHER_CACHE says."""

    max_mb: int = Field(
        4096,
        ge=0,
        le=10_000_000,
        description="Size limit of the embeddings on disk in megabytes; those used longest ago are deleted first. 0: keep none.",
    )


class ProximitySettings(Section):
    """How distance counts."""

    half_distance_km: float = Field(
        25.0,
        ge=0.5,
        le=500,
        description="Distance in km at which proximity is a half, for units that state no reach of their own.",
    )


class TrackRecordSettings(Section):
    """How partnerships of other units count."""

    prior_partnerships: float = Field(
        3.0,
        gt=0,
        le=100,
        description="Number of partnerships at which a nonprofit's own record counts as much as the mean of all.",
    )


class GateSettings(Section):
    """Conditions before any score."""

    required_accreditation: tuple[str, ...] = Field(
        (), description="A nonprofit needs one of these (ANBI, CBF, ...); empty: none is needed."
    )
    declined_months: int = Field(
        12, ge=0, le=600, description="Months for which a declined nonprofit stays off the list."
    )
    renew: bool = Field(False, description="Keep nonprofits with a completed partnership on the list.")
    as_of: dt.date | None = Field(None, description="The day of the run, for declined_months; not set: today.")


class ShortlistSettings(Section):
    """What a shortlist shows."""

    top: int = Field(20, ge=1, le=10_000, description="Nonprofits on a list, at most.")
    min_score: float = Field(0.45, ge=0, le=1, description="Below this score a pair is no match and is left out.")
    sites_per_organisation: int = Field(
        1,
        ge=1,
        le=1000,
        description="Sites of one organisation on a list, and new ones for a unit in a programme, at most.",
    )
    evenness: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Trades score for showing nonprofits evenly over the units' lists: 0 is off, 1 the most.",
    )


class ProgrammeSettings(Section):
    """How programmes are proposed."""

    coverage: float = Field(
        0.5, ge=0, le=1, description="Fit against coverage: 0 is best fit, 1 is most units served first, then best fit."
    )
    unit_capacity: int = Field(3, ge=0, le=1000, description="Partnerships of a unit that states no capacity.")
    nonprofit_capacity: int = Field(2, ge=0, le=1000, description="Partnerships of a site that states no capacity.")
    reach_km: float = Field(25.0, ge=0, le=20_100, description="How far staff of a unit travels that states no reach.")
    more_places: int = Field(
        10,
        ge=0,
        le=1000,
        description="Number of the fullest units and sites for which the gain of one more place is shown.",
    )
    alternatives: int = Field(3, ge=1, le=100, description="Central partners shown a company.")
    spread_km: float = Field(50.0, gt=0, description="Sites further apart than this are spread over the country.")
    partner_price: float = Field(
        0.1,
        ge=0,
        le=1,
        description="What one more partner has to add to the score of a unit of average size to be worth the work.",
    )
    setback_discount: float = Field(
        0.1,
        ge=0,
        lt=1,
        description="Share of its score that a new local pair loses in the choice where a unit of the company declined or vetoed "
        "the organisation, or rated a partnership with it below 3 of 5.",
    )
    further_share: float = Field(
        0.75,
        ge=0,
        le=1,
        description="Share of the score of a unit's best partner that a further new one has to reach: a free place is no "
        "reason to fill it. 0: all that suit.",
    )
    # With weights disturbed by a quarter (25 draws, example data) the difference between the local and the central plan of
    # a company moves by 0.017 (standard deviation, median of the companies): a difference below two of these is noise.
    near_tie: float = Field(
        0.03,
        ge=0,
        le=1,
        description="Plans whose worth differs by less are decided by facts: sites, spread, size, a foundation.",
    )
    large_employees: int = Field(1000, ge=1, description="Employees from which a company counts as large.")
    priced_from: int = Field(
        200_000,
        ge=1,
        description="Possible pairs from which plans are computed by column generation, pair by pair as needed.",
    )


class PlaceSettings(Section):
    """How rows get coordinates."""

    geocoder: str = Field(
        "gazetteer",
        min_length=1,
        description="'gazetteer' (shipped, offline) or a geopy geocoder by name, which goes online.",
    )
    default_country: str = Field(
        "NL", pattern=r"^[A-Z]{2}$", description="Country of rows that name none, ISO 3166 alpha-2."
    )
    mismatch_km: float = Field(50.0, gt=0, description="A postcode and a city further apart than this get a warning.")


class PageSettings(Section):
    """What the web page holds."""

    pairs: int = Field(
        2000,
        ge=1,
        le=100_000,
        description="Pairs on the page, at most: the best of each list; the rest is in the tables.",
    )


class DeclaredCriterionSettings(Section):
    """A criterion made of one column of each list."""

    kind: Literal["ratio", "same", "overlap"] = Field(
        description="ratio: the smaller of two numbers over the larger; same: equal words; overlap: words in common."
    )
    unit: str = Field(min_length=1, description="Column of the business units.")
    nonprofit: str = Field(min_length=1, description="Column of the nonprofits.")
    label: str | dict[str, str] = Field(
        "", description="Name to show, in one language for all or by language code; empty: the name in the settings."
    )
    weight: Weight = Field(1.0, description="Weight, unless the weights name the criterion.")


class HeadingSettings(Section):
    """The user's own headings, one setting for each table: heading in the file = column of the table.

    ``"Needs" = ""`` leaves a column unread; ``"name" = "name + nonprofit_id"`` reads one for two.
    """

    def of(self, table: str) -> dict[str, str]:
        """Return the headings of a table that can be read."""
        headings: dict[str, str] = getattr(self, settings_key(table))
        return headings


if TYPE_CHECKING:
    ColumnSettings = HeadingSettings
else:
    ColumnSettings = create_model(
        "ColumnSettings",
        __base__=HeadingSettings,
        **{table: (dict[str, str], Field(default_factory=dict)) for table in TABLES},
    )
