"""Criteria by name, in the order in which they are shown: built in, of other packages, of the settings, of the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcher.errors import PluginError, SettingsError, nearest
from matcher.messages import Message
from matcher.plugins import CRITERIA as GROUP
from matcher.plugins import load_plugins
from matcher.scoring.criteria.base import Criterion, column_name
from matcher.scoring.criteria.declared import DeclaredCriterion
from matcher.scoring.criteria.proximity import Proximity
from matcher.scoring.criteria.resources import Resources
from matcher.scoring.criteria.text import Mission, Values
from matcher.scoring.criteria.track_record import TrackRecord
from matcher.scoring.data import COLUMNS_WITH_ARRAYS
from matcher.settings import Settings
from matcher.tables.schema.specs import ColumnSpec

Criteria = Mapping[str, Criterion]

CRITERIA: Criteria = {
    criterion.name: criterion for criterion in (Mission(), Values(), Proximity(), Resources(), TrackRecord())
}
"""Criteria that are built in."""


def known_criteria(settings: Settings, further: Sequence[Criterion] = ()) -> dict[str, Criterion]:
    """Criteria that can be used in a run, by name.

    Parameters
    ----------
    settings : Settings
        May declare criteria.
    further : sequence of Criterion
        Criteria that the caller adds.

    Raises
    ------
    PluginError
        When a criterion of another package cannot be used.
    SettingsError
        When two criteria have one name.
    """
    known = dict(CRITERIA)
    for name, plugin in load_plugins(GROUP, known).items():
        criterion = plugin() if isinstance(plugin, type) else plugin
        if not isinstance(criterion, Criterion) or criterion.name != name:
            raise PluginError(
                Message(
                    "'{name}' in {group} is no criterion of that name: register a subclass of matcher.criteria.Criterion whose attribute name is '{name}'",
                    name=name,
                    group=GROUP,
                )
            )
        known[name] = criterion
    declared = [DeclaredCriterion(name, item) for name, item in settings.criteria.items()]
    for criterion in (*declared, *further):
        if not isinstance(criterion, Criterion):
            raise SettingsError(
                Message(
                    "criteria: {criterion} is no criterion; pass instances of subclasses of matcher.criteria.Criterion",
                    criterion=repr(criterion),
                )
            )
        if criterion.name in known:
            raise SettingsError(
                Message(
                    "criteria.{name}: there is a criterion of this name already; choose another", name=criterion.name
                )
            )
        known[criterion.name] = criterion
    return known


def with_weights(settings: Settings, criteria: Criteria) -> Settings:
    """Add the weights of criteria that are not built in, and check the names of all weights.

    A criterion that is not built in counts with its own default weight unless the weights name it; 0 switches it off.

    Parameters
    ----------
    settings : Settings
    criteria : mapping of str to Criterion
        As :func:`known_criteria` returns them.

    Raises
    ------
    SettingsError
        When the weights name an unknown criterion.
    """
    for name in settings.weights:
        if name not in criteria:
            raise SettingsError(
                Message(
                    "weights: there is no criterion '{name}'{hint} (known: {criteria})",
                    name=name,
                    hint=nearest(name, list(criteria)),
                    criteria=", ".join(criteria),
                )
            )
    added = {
        name: criterion.default_weight
        for name, criterion in criteria.items()
        if name not in CRITERIA and name not in settings.weights
    }
    return settings.with_overrides({"weights": {**settings.weights, **added}}) if added else settings


def extra_columns(criteria: Criteria, table: str) -> tuple[ColumnSpec, ...]:
    """Columns of a table that criteria need beyond its schema.

    Parameters
    ----------
    criteria : mapping of str to Criterion
    table : {"units", "nonprofits"}

    Raises
    ------
    SettingsError
        When two criteria need one column with cells of different types.
    """
    found: dict[str, ColumnSpec] = {}
    for column in _columns_of(criteria, table):
        if isinstance(column, ColumnSpec) and found.setdefault(column.name, column).cell_type is not column.cell_type:
            raise SettingsError(
                Message(
                    "criteria: column '{name}' of {table} would have to hold two types of cells; compare it by one kind only",
                    name=column.name,
                    table=table,
                )
            )
    return tuple(found.values())


def read_columns(criteria: Criteria, table: str) -> tuple[str, ...]:
    """Names of the columns of a table that criteria read with ``run.units.column`` or ``run.nonprofits.column``.

    Those of a criterion that is not built in, and of one that is, whatever has no array of its own in the run.

    Parameters
    ----------
    criteria : mapping of str to Criterion
    table : {"units", "nonprofits"}
    """
    names = [
        column_name(column)
        for name, criterion in criteria.items()
        for column in _columns_of({name: criterion}, table)
        if name not in CRITERIA or column_name(column) not in COLUMNS_WITH_ARRAYS
    ]
    return tuple(dict.fromkeys(names))


def _columns_of(criteria: Criteria, table: str) -> list[str | ColumnSpec]:
    return [
        column
        for criterion in criteria.values()
        for column in (criterion.unit_columns if table == "units" else criterion.nonprofit_columns)
    ]
