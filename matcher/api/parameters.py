"""Parameters of `PartnerMatcher` and the settings that they stand for."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from sklearn.base import BaseEstimator

from matcher.errors import SettingsError, nearest
from matcher.messages import Message
from matcher.settings import Settings

_NESTED = "settings__"
_ARGUMENTS = {
    "weights": "weights",
    "half_distance_km": "proximity.half_distance_km",
    "encoder": "text.encoder",
    "geocoder": "places.geocoder",
}
"""Setting behind each argument that has one."""


def names_checked(init: Callable[..., None]) -> Callable[..., None]:
    """Decorate ``__init__``: a misspelt parameter is refused, and the nearest right one named."""
    names = [name for name in inspect.signature(init).parameters if name != "self"]

    @functools.wraps(init)
    def wrapped(self: Any, *args: Any, **params: Any) -> None:
        if args:
            raise SettingsError(
                Message("PartnerMatcher: name the parameters, as in {names}={args}", names=names[0], args=repr(args[0]))
            )
        for name in params:
            if name not in names:
                raise SettingsError(
                    Message("PartnerMatcher has no parameter '{name}'{hint}", name=name, hint=nearest(name, names))
                )
        init(self, **params)

    return wrapped


class MatcherParameters(BaseEstimator):  # type: ignore[misc]
    """Gets and sets parameters, settings among them; scikit-learn's manner with errors of ours."""

    weights: Mapping[str, float] | None
    half_distance_km: float | None
    encoder: Any
    geocoder: Any
    settings: Any

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Parameters by name.

        Parameters
        ----------
        deep : bool
            Whether to add every setting in force, as in ``settings__proximity__half_distance_km``.
        """
        params: dict[str, Any] = super().get_params(deep=False)
        if deep:
            # Wrong values are refused when they are used, in fit: to read parameters must not fail.
            with contextlib.suppress(SettingsError):
                params |= _flat(self._settings_in_force().model_dump(mode="python"), "settings")
        return params

    def set_params(self, **params: Any) -> Self:
        """Set parameters, and settings by their path, as in ``settings__mission__cause_share``.

        A setting that is set to None gets its default again. The next :meth:`fit` uses what was set.

        Raises
        ------
        SettingsError
            When there is no such parameter or setting, its value is not allowed, or a parameter would hide a setting.
        """
        nested = {name: value for name, value in params.items() if name.startswith(_NESTED)}
        plain = {name: value for name, value in params.items() if name not in nested}
        names = list(super().get_params(deep=False))
        for name in plain:
            if name not in names:
                first, _, rest = name.partition("__")
                remedy = (
                    Message("; set settings__{name}", name=name)
                    if rest and first in _ARGUMENTS
                    else nearest(name, names)
                )
                raise SettingsError(Message("PartnerMatcher has no parameter '{name}'{hint}", name=name, hint=remedy))
        super().set_params(**plain)
        if nested:
            paths = {name.removeprefix(_NESTED).replace("__", "."): value for name, value in nested.items()}
            for argument, setting in _ARGUMENTS.items():
                hidden = [path for path in paths if path == setting or path.startswith(f"{setting}.")]
                if hidden and getattr(self, argument) is not None:
                    raise SettingsError(
                        Message(
                            "settings__{name} would have no effect, since {argument}= is given: set {argument} instead, or leave it out",
                            name=hidden[0].replace(".", "__"),
                            argument=argument,
                        )
                    )
            self.settings = _as_settings(self.settings).with_values(paths)
        return self

    def _settings_in_force(self) -> Settings:
        if self.weights is not None and not isinstance(self.weights, Mapping):
            raise SettingsError(
                Message(
                    "weights: a weight for each criterion by name is needed, as in {{'mission': 3}}; it is {weights}",
                    weights=repr(self.weights),
                )
            )
        return _as_settings(self.settings).with_overrides(
            {
                "weights": None if self.weights is None else dict(self.weights),
                "proximity.half_distance_km": self.half_distance_km,
                "text.encoder": self.encoder if isinstance(self.encoder, str) else None,
                "places.geocoder": self.geocoder if isinstance(self.geocoder, str) else None,
            }
        )


def _as_settings(settings: object) -> Settings:
    if settings is None:
        return Settings()
    if isinstance(settings, Settings):
        return settings
    if isinstance(settings, Mapping):
        return Settings.from_mapping(dict(settings))
    if isinstance(settings, str | Path):
        return Settings.from_toml(settings)
    raise SettingsError(
        Message("settings: pass Settings, a dict or the path of a TOML file; it is {settings}", settings=repr(settings))
    )


def _flat(mapping: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Flatten nested values: path with ``__`` between to value."""
    found: dict[str, Any] = {}
    for key, value in mapping.items():
        path = f"{prefix}__{key}"
        if isinstance(value, dict):
            found |= _flat(value, path)
        found[path] = value
    return found
