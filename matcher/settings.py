"""Every setting with its default, unit and bound; read from and written to TOML."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from matcher.errors import SettingsError, nearest
from matcher.i18n.language import check_language

if TYPE_CHECKING:
    import tomlkit.items

DEFAULT_WEIGHTS = {"mission": 3.0, "values": 1.0, "proximity": 7.0, "resources": 1.0, "track_record": 2.0}
DEFAULT_TEXT_PARTS = {"dense": 1.0, "mapped": 1.0, "ngrams": 5.0}


def _no_flag(value: Any) -> Any:
    """Return a value that was given for a number; true and false would be read as 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("this is a number, not true or false")
    return value


def _known_names(weights: dict[str, float], known: Iterable[str], what: str) -> dict[str, float]:
    """Return weights by name if all names are known and some weight is above zero."""
    names = list(known)
    for name in weights:
        if name not in names:
            raise ValueError(f"there is no {what} '{name}'{nearest(name, names)} (known: {', '.join(names)})")
    return _above_zero(weights)


def _above_zero(weights: dict[str, float]) -> dict[str, float]:
    if not any(weights.values()):
        raise ValueError("at least one weight must be above zero")
    return weights


Weight = Annotated[float, Field(ge=0, le=1e6), BeforeValidator(_no_flag)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _numbers_are_numbers(cls, value: Any, info: ValidationInfo) -> Any:
        is_number = cls.model_fields[info.field_name or ""].annotation in (int, float)
        return _no_flag(value) if is_number else value


class MissionSettings(_Section):
    """How the criterion *mission* is put together."""

    cause_share: float = Field(
        0.6,
        ge=0,
        le=1,
        description="Share of mission that wanted causes take, where a unit names any; the rest is text.",
    )


class TextSettings(_Section):
    """How texts are compared."""

    encoder: str = Field(
        "use",
        min_length=1,
        description="'use' (shipped, Dutch and English) or any sentence-transformers model or folder.",
    )
    slope: float = Field(
        0.35, gt=0, le=5, description="Steepness of the logistic over the z-score; 0.35 puts two deviations at 0.67."
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
        description="What all companies have in common is taken out by half with so many companies, wholly with very many.",
    )
    min_pool: int = Field(
        200,
        ge=0,
        description="Below so many nonprofits the pool's mean and spread lean on the encoder's reference values.",
    )

    @field_validator("parts")
    @classmethod
    def _known_parts(cls, parts: dict[str, float]) -> dict[str, float]:
        from matcher.texts.features.parts import TEXT_PARTS

        return _known_names(parts, TEXT_PARTS, "part of the text likeness")


class CacheSettings(_Section):
    """What is kept between runs; where, the variable MATCHER_CACHE says."""

    max_mb: int = Field(
        4096,
        ge=0,
        le=10_000_000,
        description="Embeddings kept on disk, at most so many megabytes, those used longest ago go first; 0: none.",
    )


class ProximitySettings(_Section):
    """How distance counts."""

    half_distance_km: float = Field(7.0, ge=0.5, le=500, description="Proximity halves with every so many km.")


class TrackRecordSettings(_Section):
    """How partnerships of other units count."""

    prior_partnerships: float = Field(
        3.0, gt=0, le=100, description="A nonprofit's record weighs as much as the mean of all at so many partnerships."
    )


class GateSettings(_Section):
    """Conditions before any score."""

    required_accreditation: tuple[str, ...] = Field(
        (), description="A nonprofit needs one of these (ANBI, CBF, ...); empty: none is asked for."
    )
    declined_months: int = Field(
        12, ge=0, le=600, description="So many months a declined nonprofit stays off the list."
    )
    renew: bool = Field(False, description="Keep nonprofits with a completed partnership on the list.")
    as_of: dt.date | None = Field(None, description="The day of the run, for declined_months; not set: today.")


class ShortlistSettings(_Section):
    """What a shortlist shows."""

    top: int = Field(20, ge=1, le=10_000, description="Nonprofits on a list, at most.")
    min_score: float = Field(0.32, ge=0, le=1, description="Below this score a pair is no match and is left out.")
    sites_per_organisation: int = Field(1, ge=1, le=1000, description="Sites of one organisation on a list, at most.")
    evenness: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Trades score for showing nonprofits evenly over the units' lists: 0 is off, 1 the most.",
    )


class ProgrammeSettings(_Section):
    """How programmes are proposed."""

    coverage: float = Field(
        0.5, ge=0, le=1, description="Fit against coverage: 0 is best fit, 1 is most units served first, then best fit."
    )
    unit_capacity: int = Field(3, ge=0, le=1000, description="Partnerships of a unit that states no capacity.")
    nonprofit_capacity: int = Field(2, ge=0, le=1000, description="Partnerships of a site that states no capacity.")
    reach_km: float = Field(25.0, ge=0, le=20_100, description="How far staff of a unit travels that states no reach.")
    more_places: int = Field(
        10, ge=0, le=1000, description="For so many of the fullest units and sites, what one more place would bring."
    )
    alternatives: int = Field(3, ge=1, le=100, description="Central partners shown a company.")
    spread_km: float = Field(50.0, gt=0, description="Sites further apart than this are spread over the country.")
    combined_units: int = Field(2, ge=1, description="Least units with a site of the partner in reach to combine.")
    combined_footprint: float = Field(0.25, ge=0, le=1, description="Least footprint of the partner to combine.")
    large_employees: int = Field(1000, ge=1, description="From so many employees on a company is large.")
    priced_from: int = Field(
        200_000, ge=1, description="From so many possible pairs on, pairs are added as their price calls for them."
    )


class PlaceSettings(_Section):
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


class PageSettings(_Section):
    """What the web page holds."""

    pairs: int = Field(
        2000,
        ge=1,
        le=100_000,
        description="Pairs on the page, at most: the best of each list; the rest is in the tables.",
    )


class DeclaredCriterionSettings(_Section):
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


class ColumnSettings(_Section):
    """The user's own headings: heading in the file = column of the table."""

    units: dict[str, str] = Field(default_factory=dict)
    nonprofits: dict[str, str] = Field(default_factory=dict)
    partnerships: dict[str, str] = Field(default_factory=dict)


class Settings(_Section):
    """All settings of a run.

    Examples
    --------
    >>> Settings().proximity.half_distance_km
    7.0
    >>> Settings.from_mapping({"proximity": {"half_distance_km": 20}}).proximity.half_distance_km
    20.0
    """

    weights: dict[str, Weight] = Field(
        default_factory=lambda: dict(DEFAULT_WEIGHTS),
        description="Weight of each criterion, on any scale; one that is not named is not used.",
    )
    criteria: dict[str, DeclaredCriterionSettings] = Field(
        default_factory=dict, description="Further criteria, each made of one column of each list."
    )
    mission: MissionSettings = MissionSettings()
    text: TextSettings = Field(default_factory=TextSettings)
    proximity: ProximitySettings = ProximitySettings()
    track_record: TrackRecordSettings = TrackRecordSettings()
    gates: GateSettings = GateSettings()
    shortlist: ShortlistSettings = ShortlistSettings()
    programmes: ProgrammeSettings = ProgrammeSettings()
    side: Literal["units", "nonprofits"] = Field("units", description="Whose shortlists are made.")
    language: Annotated[str, AfterValidator(check_language)] = Field(
        "en", description="Of the sentences and headings that people read."
    )
    places: PlaceSettings = PlaceSettings()
    page: PageSettings = PageSettings()
    columns: ColumnSettings = ColumnSettings()
    cache: CacheSettings = CacheSettings()

    @field_validator("weights")
    @classmethod
    def _some_weight(cls, weights: dict[str, float]) -> dict[str, float]:
        return _above_zero(weights)

    @classmethod
    def from_mapping(cls, mapping: dict[str, Any], source: str = "settings") -> Self:
        """Return settings from nested plain values.

        Raises
        ------
        SettingsError
            For every unknown key (with the nearest right name), wrong type and value out of bounds, all at once.
        """
        try:
            return cls.model_validate(mapping)
        except ValidationError as error:
            lines = "\n".join(f"  {_explain(cls, item)}" for item in error.errors())
            raise SettingsError(f"{source} cannot be used:\n{lines}") from None

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """Return settings from a TOML file.

        Raises
        ------
        SettingsError
            When there is no such file, it is no TOML, or a value is not allowed.
        """
        path = Path(path)
        try:
            mapping = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        except OSError as error:
            raise SettingsError(f"settings file {path} cannot be read: {error.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"settings file {path} is not valid TOML (UTF-8 text): {error}") from None
        return cls.from_mapping(mapping, source=str(path))

    def to_mapping(self) -> dict[str, Any]:
        """Return nested plain values; what is not set is left out."""
        mapping: dict[str, Any] = self.model_dump(mode="python", exclude_none=True)
        return mapping

    def to_toml(self, path: str | Path, notes: Sequence[str] = ()) -> None:
        """Write all settings to a TOML file, each with its meaning as a comment.

        Parameters
        ----------
        path : str or Path
        notes : sequence of str
            Lines to put at the head, as comments.

        Raises
        ------
        OutputError
            When the file cannot be written.
        """
        from matcher.tables.write.files import write_text_atomic

        write_text_atomic(Path(path), self.toml(notes))

    def toml(self, notes: Sequence[str] = ()) -> str:
        """Return all settings as commented TOML, with notes at its head."""
        import tomlkit

        document = tomlkit.document()
        document.add(tomlkit.comment("Settings of matcher. Whatever is left out keeps its default."))
        for note in notes:
            document.add(tomlkit.comment(note))
        fields = type(self).model_fields
        plain = [name for name in fields if isinstance(getattr(self, name), str)]  # before any table, as TOML wants it
        for name in plain:
            document.add(tomlkit.comment(fields[name].description or ""))
            document.add(name, tomlkit.item(getattr(self, name)))
        for name, field in fields.items():
            value = getattr(self, name)
            if name in plain:
                continue
            table = tomlkit.table()
            if isinstance(value, _Section):
                tables = {}  # after all else, as TOML wants it
                for key, inner in type(value).model_fields.items():
                    content = getattr(value, key)
                    comment = (inner.description or "") + _bounds(inner.metadata)
                    if isinstance(content, dict) and comment:
                        tables[key] = _commented_table(comment, content)
                        continue
                    if comment:
                        table.add(tomlkit.comment(comment))
                    if content is None:
                        table.add(tomlkit.comment(f"{key} ="))
                    else:
                        table.add(key, tomlkit.item(list(content) if isinstance(content, tuple) else content))
                for key, inner_table in tables.items():
                    table.add(key, inner_table)
            else:
                table = _commented_table(field.description or "", value)
            document.add(name, table)
        return tomlkit.dumps(document)

    def with_overrides(self, overrides: dict[str, Any]) -> Self:
        """Return a copy with dotted keys replaced, as in ``{"shortlist.top": 10}``; None leaves a key as it is.

        Raises
        ------
        SettingsError
            When there is no such key, or its value is not allowed.
        """
        mapping = self.model_dump(mode="python")
        for dotted, value in overrides.items():
            if value is None:
                continue
            target = mapping
            *sections, key = dotted.split(".")
            for depth, section in enumerate(sections, start=1):
                target = target.setdefault(section, {})
                if not isinstance(target, dict):
                    raise SettingsError(
                        f"{'.'.join(sections[:depth])}: this is one setting, so it has no '{key}' in it"
                    )
            target[key] = value
        return self.from_mapping(mapping)


def _commented_table(comment: str, content: Mapping[str, Any]) -> tomlkit.items.Table:
    import tomlkit

    table = tomlkit.table()
    table.add(tomlkit.comment(comment))
    for key, value in content.items():
        table.add(key, value.model_dump() if isinstance(value, BaseModel) else value)
    return table


def flat_settings(section: BaseModel, before: str = "") -> Iterator[tuple[str, Any, str]]:
    """Yield every setting as its dotted key, its value and its meaning.

    Parameters
    ----------
    section : BaseModel
        Settings, or a section of them.
    before : str
        What its keys start with.
    """
    for name, field in type(section).model_fields.items():
        value, key = getattr(section, name), f"{before}{name}"
        if isinstance(value, BaseModel):
            yield from flat_settings(value, f"{key}.")
        elif isinstance(value, dict):
            for inner, content in value.items():
                if isinstance(content, BaseModel):
                    yield from flat_settings(content, f"{key}.{inner}.")
                else:
                    yield f"{key}.{inner}", content, field.description or ""
        else:
            yield key, value, field.description or ""


def _bounds(metadata: list[Any]) -> str:
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    found = [
        f"{sign} {getattr(item, name)}" for item in metadata for name, sign in signs.items() if hasattr(item, name)
    ]
    return f" ({', '.join(found)})" if found else ""


def _explain(model: type[BaseModel], item: Any) -> str:
    """Turn one of pydantic's findings into a line that names the key, the value and the remedy."""
    location = [str(part) for part in item["loc"]]
    key = ".".join(location)
    if item["type"] == "extra_forbidden":
        owner: Any = model
        for part in location[:-1]:
            owner = owner.model_fields[part].annotation
        return f"{key}: there is no such setting{nearest(location[-1], list(owner.model_fields))}"
    message = item["msg"].removeprefix("Value error, ")
    value = item["input"]
    shown = "" if isinstance(value, dict) else f" (it is {value!r})"
    return f"{key}: {message[0].lower() + message[1:]}{shown}"
