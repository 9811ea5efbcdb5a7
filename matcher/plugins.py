"""Extensions of other packages, found by their entry points.

A package that brings a criterion, an encoder, a geocoder or an output declares it in its ``pyproject.toml``::

    [project.entry-points."matcher.criteria"]
    size_fit = "my_package:SizeFit"
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from matcher.errors import PluginError
from matcher.messages import Message

CRITERIA = "matcher.criteria"
ENCODERS = "matcher.encoders"
GEOCODERS = "matcher.geocoders"
OUTPUTS = "matcher.outputs"


def load_plugins(group: str, builtin: Collection[str] = ()) -> dict[str, Any]:
    """Objects that installed packages register in a group, by name, in the order of the names.

    Parameters
    ----------
    group : str
        Entry-point group, such as ``"matcher.criteria"``.
    builtin : collection of str
        Names that this package uses itself.

    Returns
    -------
    dict of str to object

    Raises
    ------
    PluginError
        When an entry point cannot be loaded, or two use the same name.
    """
    found = _load(group)
    for name in found:
        if name in builtin:
            raise PluginError(
                Message(
                    "package '{package}' registers '{name}' in {group}, which matcher uses itself: rename it there, or uninstall the package",
                    package=_packages(group)[name],
                    name=name,
                    group=group,
                )
            )
    return dict(found)


@cache
def _load(group: str) -> Mapping[str, Any]:
    return {point.name: _loaded(point) for point in _points(group)}


@cache
def _packages(group: str) -> Mapping[str, str]:
    return {point.name: _package(point) for point in _points(group)}


def _points(group: str) -> list[EntryPoint]:
    points = sorted(entry_points(group=group), key=lambda point: (point.name, point.value))
    by_name: dict[str, EntryPoint] = {}
    for point in points:
        other = by_name.setdefault(point.name, point)
        if other.value != point.value:
            raise PluginError(
                Message(
                    "packages '{package}' and '{package_2}' both register '{name}' in {group}: uninstall one of the two",
                    package=_package(other),
                    package_2=_package(point),
                    name=point.name,
                    group=group,
                )
            )
    return list(by_name.values())


def _loaded(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:  # whatever the code of another package raises
        raise PluginError(
            Message(
                "'{name}' of package '{package}' ({group}, {value}) cannot be loaded ({error_type}: {error}): repair or uninstall the package",
                name=point.name,
                package=_package(point),
                group=point.group,
                value=point.value,
                error_type=type(error).__name__,
                error=error,
            )
        ) from error


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else "unknown"
