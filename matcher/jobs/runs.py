"""What every job needs: settings, a fitted matcher, and the record of the run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from matcher import __version__
from matcher.api.matching import Match, fit_tables
from matcher.compute import Backend
from matcher.jobs.inputs import InputFiles
from matcher.jobs.records import Stopwatch, file_sha256, versions
from matcher.places.geocoders.registry import as_locator
from matcher.scoring.criteria.registry import known_criteria, with_weights
from matcher.settings import Settings
from matcher.tables.data import Tables


def load_settings(path: Path | None, overrides: dict[str, Any]) -> Settings:
    """Load the settings of a run, with the weights of all criteria.

    Parameters
    ----------
    path : Path or None
        TOML file; None for the defaults.
    overrides : dict
        Values by dotted key, from the options of the command; None leaves a setting as it is.

    Raises
    ------
    SettingsError
        When a setting is unknown or not allowed.
    """
    settings = Settings.for_run(path, overrides)
    return with_weights(settings, known_criteria(settings))


def match_inputs(
    tables: Tables, settings: Settings, cache_folder: Path | None = None, backend: Backend | None = None
) -> Match:
    """Match the units of tables with their nonprofits.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    cache_folder : Path, optional
        Folder for embeddings and answers of an online geocoder that are kept between runs.
    backend : Backend, optional
        Where the nonprofits' texts are read and searched. Default: in this process.
    """
    locator = as_locator(settings.places.geocoder, settings.places.default_country, cache_folder)
    fitted = fit_tables(
        tables.nonprofits,
        tables.partnerships,
        settings=settings,
        geocoder=locator,
        cache_folder=cache_folder,
        backend=backend,
    )
    return fitted.match(tables.units)


def run_record(
    match: Match,
    tables: Tables,
    files: InputFiles,
    warnings: list[str],
    watch: Stopwatch,
) -> dict[str, Any]:
    """Record of a run: versions, encoder, tables, places, criteria, warnings, settings, seconds.

    Parameters
    ----------
    match : Match
    tables : Tables
    files : mapping of str to Path
        File of each table.
    warnings : list of str
    watch : Stopwatch
    """
    return {
        "matcher": __version__,
        "versions": versions(),
        "encoder": {"name": match.fitted.encoder.name, "revision": match.fitted.encoder.revision},
        "as_of": match.scorer.run.today.isoformat(),
        "inputs": {
            name: {"file": files[name].name, "sha256": file_sha256(files[name]), "rows": len(table.frame)}
            for name, table in tables.by_name.items()
        },
        "placed": {
            "units": _count(match.scorer.run.units.placed_by),
            "nonprofits": _count(match.scorer.run.nonprofits.placed_by),
        },
        "criteria": match.scorer.criteria,
        "warnings": warnings,
        "settings": match.scorer.run.settings.model_dump(mode="json"),
        "seconds": watch.seconds,
    }


def _count(labels: np.ndarray) -> dict[str, int]:
    return dict(sorted(Counter(str(label) for label in labels).items()))
