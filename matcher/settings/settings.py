"""All settings of a run; read from and written to TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    ValidationError,
    field_validator,
)

from matcher.errors import SettingsError, nearest, system_reason
from matcher.i18n.language import Language, check_language, load_language, message, system_language
from matcher.messages import Joined, Message
from matcher.settings.sections import (
    DEFAULT_WEIGHTS,
    CacheSettings,
    ColumnSettings,
    DeclaredCriterionSettings,
    GateSettings,
    MissionSettings,
    PageSettings,
    PlaceSettings,
    ProgrammeSettings,
    ProximitySettings,
    Section,
    ShortlistSettings,
    TextSettings,
    TrackRecordSettings,
    Weight,
    above_zero,
)

if TYPE_CHECKING:
    import tomlkit.items
    from pydantic.fields import FieldInfo


_NUMBER, _WHOLE, _FLAG = (
    message("a number is needed"),
    message("a whole number is needed"),
    message("true or false is needed"),
)
_TEXT, _LIST, _TABLE = (
    message("a text is needed"),
    message("a list is needed"),
    message("a section with settings is needed"),
)
_DATE = message("a date is needed, such as 2026-03-31")
_FAULTS = {
    "bool_parsing": _FLAG,
    "bool_type": _FLAG,
    "date_from_datetime_inexact": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_parsing": _DATE,
    "date_type": _DATE,
    "dict_type": _TABLE,
    "finite_number": message("a finite number is needed"),
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "greater_than": message("it has to be more than {gt}"),
    "greater_than_equal": message("it has to be {ge} or more"),
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "less_than": message("it has to be less than {lt}"),
    "less_than_equal": message("it has to be {le} or less"),
    "list_type": _LIST,
    "literal_error": message("it has to be one of {expected}"),
    "missing": message("it has to be there"),
    "model_type": _TABLE,
    "string_pattern_mismatch": message("it has to look like {pattern}"),
    "string_too_short": message("it may not be empty"),
    "string_type": _TEXT,
    "tuple_type": _LIST,
}
"""What is wrong with a value, by the type that pydantic gives it."""


class Settings(Section):
    """All settings of a run.

    Examples
    --------
    >>> Settings().proximity.half_distance_km
    25.0
    >>> Settings.from_mapping({"proximity": {"half_distance_km": 20}}).proximity.half_distance_km
    20.0
    """

    def __init__(self, **values: Any) -> None:
        self._take(values, "settings")

    def _take(self, values: Mapping[str, Any], source: str) -> None:
        """Validate the values; what is wrong with them is one error that names their source."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            lines = Joined([_explain(type(self), item) for item in error.errors()], "\n  ")
            raise SettingsError(Message("{source} cannot be used:\n  {lines}", source=source, lines=lines)) from None

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
    csv_for_excel: bool = Field(
        False,
        description="CSV files open by a double click in an Excel of the language: byte order mark, and semicolons and "
        "decimal commas where the language has them.",
    )
    private: list[str] = Field(
        default_factory=list, description="Headings of columns of your lists that are left out of all results."
    )
    public: list[str] = Field(
        default_factory=list,
        description="Headings of columns that look personal (birth dates, citizen numbers, contact details) and may be shown.",
    )
    places: PlaceSettings = PlaceSettings()
    page: PageSettings = PageSettings()
    columns: ColumnSettings = ColumnSettings()
    cache: CacheSettings = CacheSettings()

    @field_validator("weights")
    @classmethod
    def _some_weight(cls, weights: dict[str, float]) -> dict[str, float]:
        return above_zero(weights)

    @classmethod
    def from_mapping(cls, mapping: dict[str, Any], source: str = "settings") -> Self:
        """Settings from nested plain values.

        Parameters
        ----------
        mapping : dict
            Values by name of the section and of the setting.
        source : str
            Where they come from, for messages.

        Raises
        ------
        SettingsError
            For every unknown key (with the nearest right name), wrong type and value out of bounds, all at once.
        """
        settings = cls.__new__(cls)
        settings._take({str(name): value for name, value in mapping.items()}, source)
        return settings

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
            raise SettingsError(
                Message("settings file {path} cannot be read: {reason}", path=path, reason=system_reason(error))
            ) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(
                Message("settings file {path} is not valid TOML (UTF-8 text): {error}", path=path, error=error)
            ) from None
        return cls.from_mapping(mapping, source=str(path))

    def to_mapping(self) -> dict[str, Any]:
        """Return nested plain values; what is not set is left out."""
        mapping: dict[str, Any] = self.model_dump(mode="python", exclude_none=True)
        return mapping

    @classmethod
    def for_run(cls, path: Path | None, overrides: dict[str, Any]) -> Self:
        """Settings of a file, or the defaults, with the options of a command; texts are in the system's language by default.

        Parameters
        ----------
        path : Path or None
            TOML file; None for the defaults.
        overrides : mapping of str to object
            Values by dotted key; None leaves a setting as it is.

        Raises
        ------
        SettingsError
            When a setting is unknown or not allowed.
        """
        base = cls() if path is None else cls.from_toml(path)
        if "language" not in base.model_fields_set:
            overrides = {**overrides, "language": overrides.get("language") or system_language()}
        return base.with_overrides(overrides)

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
        """Return all settings as TOML, commented in their language, with notes at its head."""
        import tomlkit

        language = load_language(self.language)
        document = tomlkit.document()
        document.add(tomlkit.comment(language.phrase("Settings of matcher. Whatever is left out keeps its default.")))
        for note in notes:
            document.add(tomlkit.comment(note))
        fields = type(self).model_fields
        plain = [
            name for name in fields if isinstance(getattr(self, name), str | list | bool)
        ]  # before any table, as TOML wants it
        for name in plain:
            document.add(tomlkit.comment(_meaning(fields[name], language)))
            document.add(name, tomlkit.item(getattr(self, name)))
        for name, field in fields.items():
            value = getattr(self, name)
            if name in plain:
                continue
            table = tomlkit.table()
            if isinstance(value, Section):
                tables = {}  # after all else, as TOML wants it
                for key, inner in type(value).model_fields.items():
                    content = getattr(value, key)
                    comment = _meaning(inner, language) + _bounds(inner.metadata)
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
                table = _commented_table(_meaning(field, language), value)
            document.add(name, table)
        return tomlkit.dumps(document)

    def with_overrides(self, overrides: dict[str, Any]) -> Self:
        """Return a copy with dotted keys replaced, as in ``{"shortlist.top": 10}``; None leaves a key as it is.

        Raises
        ------
        SettingsError
            When there is no such key, or its value is not allowed.
        """
        return self.with_values({key: value for key, value in overrides.items() if value is not None})

    def with_values(self, values: Mapping[str, Any]) -> Self:
        """Return a copy with dotted keys replaced, as in ``{"shortlist.top": 10}``; None brings the default back.

        Parameters
        ----------
        values : mapping of str to object

        Raises
        ------
        SettingsError
            When there is no such key, or its value is not allowed.
        """
        mapping = self.model_dump(mode="python")
        for dotted, value in values.items():
            target = mapping
            *sections, key = dotted.split(".")
            for depth, section in enumerate(sections, start=1):
                target = target.setdefault(section, {})
                if not isinstance(target, dict):
                    raise SettingsError(
                        Message(
                            "{known}: this is one setting, so it has no '{key}' in it",
                            known=".".join(sections[:depth]),
                            key=key,
                        )
                    )
            if value is None and key in target:
                del target[key]
            else:
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


def _meaning(field: FieldInfo, language: Language) -> str:
    return language.phrase(field.description) if field.description else ""


def _bounds(metadata: list[Any]) -> str:
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    found = [
        f"{sign} {getattr(item, name)}" for item in metadata for name, sign in signs.items() if hasattr(item, name)
    ]
    return f" ({', '.join(found)})" if found else ""


def _explain(model: type[BaseModel], item: Any) -> Message:
    """Turn one of pydantic's findings into a line that names the key, the value and the remedy."""
    location = [str(part) for part in item["loc"]]
    key = ".".join(location)
    if item["type"] == "extra_forbidden":
        owner: Any = model
        for part in location[:-1]:
            owner = owner.model_fields[part].annotation
        hint = nearest(location[-1], list(owner.model_fields))
        return Message("{key}: there is no such setting{hint}", key=key, hint=hint)
    error, limits = item.get("ctx", {}).get("error"), item.get("ctx", {})
    if isinstance(error, ValueError):
        fault = error.args[0]
    elif (known := _FAULTS.get(item["type"])) is not None:
        fault = Message(known, **{name: limit for name, limit in limits.items() if f"{{{name}}}" in known})
    else:
        fault = f"{item['msg'][0].lower()}{item['msg'][1:]}"
    if isinstance(item["input"], dict):
        return Message("{key}: {fault}", key=key, fault=fault)
    return Message("{key}: {fault} (it is {value})", key=key, fault=fault, value=repr(item["input"]))
