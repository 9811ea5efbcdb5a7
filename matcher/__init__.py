"""Match companies' business units with nonprofits, and propose partnership programmes, each with its reasons.

Examples
--------
>>> from matcher import PartnerMatcher, read_nonprofits, read_units
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matcher.api.estimator import PartnerMatcher
    from matcher.errors import MatcherError, SettingsError
    from matcher.jobs.match import example_files
    from matcher.settings import Settings
    from matcher.tables.problems import TableError
    from matcher.tables.read.tables import read_nonprofits, read_partnerships, read_units

__version__ = "0.1.0"

__all__ = [
    "MatcherError",
    "PartnerMatcher",
    "Settings",
    "SettingsError",
    "TableError",
    "__version__",
    "example_files",
    "read_nonprofits",
    "read_partnerships",
    "read_units",
]

_HOMES = {
    "MatcherError": "matcher.errors",
    "PartnerMatcher": "matcher.api.estimator",
    "Settings": "matcher.settings",
    "SettingsError": "matcher.errors",
    "TableError": "matcher.tables.problems",
    "example_files": "matcher.jobs.match",
    "read_nonprofits": "matcher.tables.read.tables",
    "read_partnerships": "matcher.tables.read.tables",
    "read_units": "matcher.tables.read.tables",
}


def __getattr__(name: str) -> object:
    """Import what is asked for, and only then: ``matcher --help`` answers without pandas."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'matcher' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
