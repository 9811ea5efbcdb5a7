"""Settings of a run, their defaults and their files."""

from __future__ import annotations

from matcher.settings.sections import DEFAULT_WEIGHTS, DeclaredCriterionSettings
from matcher.settings.settings import Settings, flat_settings

__all__ = ["DEFAULT_WEIGHTS", "DeclaredCriterionSettings", "Settings", "flat_settings"]
