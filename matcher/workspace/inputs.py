"""What a run is made of: the lists in use, with the decisions and outcomes of the team, and the settings in force."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from matcher.errors import MatcherError
from matcher.i18n.language import message
from matcher.jobs.decisions import write_partnerships
from matcher.messages import Message
from matcher.scoring.criteria.registry import known_criteria, with_weights
from matcher.settings import Settings
from matcher.tables.read.decisions import Decided, Decisions
from matcher.tables.read.merged_decisions import merge_decisions
from matcher.tables.read.tables import read_table
from matcher.tables.schema.columns import Partnership
from matcher.tables.schema.tables import TABLES
from matcher.workspace.models import ListVersion, Run, SettingsVersion
from matcher.workspace.recorded_outcomes import with_outcomes
from matcher.workspace.reviewing import team_decisions

PARTNERSHIPS_FILE = "partnerships.csv"
_MISSING = message("There is no list of {table} without errors. Upload one, or mend the errors")


@dataclass(frozen=True)
class RunInputs:
    """What the next run is made of.

    Attributes
    ----------
    lists : mapping of str to ListVersion
        By table.
    settings : SettingsVersion
    """

    lists: Mapping[str, ListVersion]
    settings: SettingsVersion

    @classmethod
    def in_use(cls) -> RunInputs:
        """Return the latest lists without errors, and the settings in force.

        Raises
        ------
        MatcherError
            When a list that is needed is missing.
        """
        lists = {name: found for name in TABLES if (found := ListVersion.in_use(name)) is not None}
        for name, spec in TABLES.items():
            if spec.is_required and name not in lists:
                raise MatcherError(Message(_MISSING, table=spec.content.lower()))
        return cls(lists, current_settings())


def current_settings() -> SettingsVersion:
    """Return the settings that were adopted last; the defaults where none were."""
    return SettingsVersion.objects.order_by("-id").first() or SettingsVersion.objects.create(chosen={})


def settings_of(version: SettingsVersion, lists: Mapping[str, ListVersion], language: str = "en") -> Settings:
    """Settings of a run.

    Parameters
    ----------
    version : SettingsVersion
    lists : mapping of str to ListVersion
        Their personal columns and headings go into the settings.
    language : str
        Of what the run writes.

    Raises
    ------
    SettingsError
        When a value is not allowed.
    """
    values: dict[str, Any] = {**version.chosen, "language": language, "side": "units"}
    personal = [column for found in lists.values() for column in found.personal]
    values["private"] = list(dict.fromkeys([*values.get("private", []), *personal]))
    values["columns"] = {name: found.headings for name, found in lists.items() if found.headings}
    settings = Settings.from_mapping(values)
    return with_weights(settings, known_criteria(settings))


def run_settings(run: Run, language: str = "en") -> Settings:
    """Settings with which a run was made.

    Parameters
    ----------
    run : Run
    language : str
        Of what is written.
    """
    return settings_of(run.settings, lists_of(run), language)


def lists_of(run: Run) -> dict[str, ListVersion]:
    """Return the lists of a run, by table."""
    lists = {"units": run.units, "nonprofits": run.nonprofits}
    return lists if run.partnerships is None else lists | {"partnerships": run.partnerships}


class NamedPath(type(Path())):  # type: ignore[misc]
    """Path of a stored file that is read, and named in messages and results, by the name that the user gave it."""

    given = ""

    @property
    def name(self) -> str:
        """Name that the user gave the file."""
        return self.given or str(super().name)


def named_paths(lists: Mapping[str, ListVersion]) -> dict[str, Path]:
    """Path of each list, by table, under the user's name of its file.

    Parameters
    ----------
    lists : mapping of str to ListVersion
        By table. Where two files have one name, that of the table goes before it.
    """
    names = Counter(found.file_name for found in lists.values())
    paths: dict[str, Path] = {}
    for table, found in lists.items():
        path = paths[table] = NamedPath(found.path)
        path.given = found.file_name if names[found.file_name] == 1 else f"{table}: {found.file_name}"
    return paths


def run_files(run: Run) -> dict[str, Path]:
    """Files of a run; the partnerships with the decisions and outcomes that it took up."""
    files = named_paths(lists_of(run))
    taken = run.folder / PARTNERSHIPS_FILE
    return files | {"partnerships": taken} if taken.exists() else files


def write_partnerships_of(run: Run, settings: Settings) -> int:
    """Write the table of partnerships of a new run into its folder, where decisions or outcomes go into it.

    Parameters
    ----------
    run : Run
        Its last events say how far they are taken up.
    settings : Settings
        For the headings of the table.

    Returns
    -------
    int
        Pairs that were decided, or have an outcome, and are left out since a row of theirs is no longer in the lists.
    """
    # A run of the same number that failed may have left its own.
    shutil.rmtree(run.folder, ignore_errors=True)
    decisions = [
        Decided((found.unit_id, found.nonprofit_id), found.decision, found.note, "review", 0)
        for found in team_decisions(run.last_event)
    ]
    version = run.partnerships
    old = None
    if version is not None:
        old = read_table("partnerships", version.path, settings.columns.of("partnerships")).frame
    # What ended or runs is no matter of the review: the table goes before it.
    merged, _ = merge_decisions(Decisions("review", tuple(decisions), ()), old, renew=settings.gates.renew)
    merged, has_outcomes = with_outcomes(merged, run.last_outcome)
    if not (decisions or has_outcomes):
        return 0
    kept = _in_lists(merged, old, run, settings)
    if kept.any():
        run.folder.mkdir(parents=True, exist_ok=True)
        write_partnerships(merged[kept].reset_index(drop=True), run.folder / PARTNERSHIPS_FILE)
    return int((~kept).sum())


def _in_lists(merged: pd.DataFrame, old: pd.DataFrame | None, run: Run, settings: Settings) -> pd.Series:
    """Which partnerships are of rows in the lists, or stood in the table of partnerships already."""
    holds = pd.Series(data=True, index=merged.index)
    for name, version in (("units", run.units), ("nonprofits", run.nonprofits)):
        id_column = TABLES[name].id_column
        holds &= merged[id_column].isin(read_table(name, version.path, settings.columns.of(name)).frame[id_column])
    if old is None:
        return holds
    pair = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID]
    return holds | pd.MultiIndex.from_frame(merged[pair]).isin(pd.MultiIndex.from_frame(old[pair]))
