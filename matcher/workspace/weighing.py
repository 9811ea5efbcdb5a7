"""Settings that people move: read from a form as they were written, tried on the run in memory, and adopted."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.api.live import LiveLists, LiveMatch
from matcher.errors import MatcherError
from matcher.i18n.language import Language, capital, message
from matcher.messages import Message
from matcher.settings import Settings
from matcher.tables.read.cell_values import CellError
from matcher.tables.read.numbers import parse_number
from matcher.tables.schema.vocabulary import NO
from matcher.workspace.models import Account, SettingsVersion
from matcher.workspace.reviewing import team_decisions

DISTANCE, MIN_SCORE, LENGTH = "proximity.half_distance_km", "shortlist.min_score", "shortlist.top"
_MEANINGS = {
    DISTANCE: message("Distance at which proximity is a half, in km, where a unit states no reach"),
    MIN_SCORE: message("Least score"),
    LENGTH: message("Longest list"),
}
_BOUNDS = {DISTANCE: (0.5, 200.0, 0.5), MIN_SCORE: (0.0, 1.0, 0.01), LENGTH: (1.0, 50.0, 1.0)}
_WEIGHT_BOUNDS = (0.0, 10.0, 0.05)
_WHOLE = frozenset({LENGTH})
_NO_NUMBER = message("{name}: '{text}' is no number. Write one, as in 2 or 0.5")
_IS_EMPTY = message("{name}: nothing is filled in. Write a number")


@dataclass(frozen=True)
class Dial:
    """A setting with its slider.

    Attributes
    ----------
    key : str
        Dotted name of the setting.
    label : str
    value, low, high, step : float
    """

    key: str
    label: str
    value: float
    low: float
    high: float
    step: float

    def shown(self, language: Language) -> str:
        """Value as a person of a language writes it."""
        return language.rounded(self.value, 2).replace(language.group_symbol, "")


def dials(settings: Settings, labels: Mapping[str, str], language: Language) -> list[Dial]:
    """Settings that can be moved, with the values in force.

    Parameters
    ----------
    settings : Settings
    labels : mapping of str to str
        Name of each criterion.
    language : Language
    """
    weights = [
        Dial(f"weights.{name}", capital(labels.get(name, name)), weight, *_WEIGHT_BOUNDS)
        for name, weight in settings.weights.items()
    ]
    numbers = {
        DISTANCE: settings.proximity.half_distance_km,
        MIN_SCORE: settings.shortlist.min_score,
        LENGTH: float(settings.shortlist.top),
    }
    others = [Dial(key, language.phrase(_MEANINGS[key]), value, *_BOUNDS[key]) for key, value in numbers.items()]
    return [*weights, *others]


def read_values(form: Mapping[str, str], moved: list[Dial]) -> dict[str, float | int]:
    """Read the values of a form, with a decimal point or comma. A field that was emptied is no default.

    Parameters
    ----------
    form : mapping of str to str
    moved : list of Dial
        Those that the form holds.

    Raises
    ------
    MatcherError
        When one is no number.
    """
    values: dict[str, float | int] = {}
    for dial in moved:
        text = form.get(dial.key, "").strip()
        if not text:
            raise MatcherError(Message(_IS_EMPTY, name=dial.label))
        try:
            number = parse_number(text)
        except (CellError, ValueError):
            raise MatcherError(Message(_NO_NUMBER, name=dial.label, text=text)) from None
        values[dial.key] = int(number) if dial.key in _WHOLE and number == int(number) else number
    return values


@dataclass(frozen=True)
class Moved:
    """What settings that are tried change.

    Attributes
    ----------
    rows : list of dict
        The list of one unit: ``nonprofit_id``, ``name``, ``rank``, ``score``, and ``was``, its rank before, 0 where new.
    gone : list of str
        Names that leave the list of that unit.
    new, left, lists : int
        Over all lists: pairs that come, pairs that leave, and lists that change.
    kept_yes, kept_no : tuple of (int, int)
        Of the pairs with the team's yes (no), those on lists before and now.
    """

    rows: list[dict[str, Any]]
    gone: list[str]
    new: int
    left: int
    lists: int
    kept_yes: tuple[int, int]
    kept_no: tuple[int, int]


def moved_lists(live: LiveMatch, values: Mapping[str, float | int], unit_id: str) -> Moved:
    """Compare the lists under other settings with those of the run.

    Parameters
    ----------
    live : LiveMatch
    values : mapping of str to float
        By dotted key.
    unit_id : str
        Whose list is shown.

    Raises
    ------
    SettingsError
        When a value is not allowed.
    """
    trial = live.trial(dict(values))
    before, after = (
        (live.lists, trial.shortlists())
        if live.is_whole
        else (live.trial().shortlists([unit_id]), trial.shortlists([unit_id]))
    )
    was, now = _ranks(before), _ranks(after)
    said = [((review.unit_id, review.nonprofit_id), review.decision) for review in team_decisions()]
    yes = {pair for pair, decision in said if decision != NO}
    no = {pair for pair, decision in said if decision == NO}
    gone = sorted((rank, pair[1]) for pair, rank in was.items() if pair[0] == unit_id and pair not in now)
    nonprofits = before.run.nonprofits
    names = dict(zip(map(str, nonprofits.ids), map(str, nonprofits.names), strict=True)) if gone else {}
    return Moved(
        rows=_rows(after, unit_id, was),
        gone=[names[nonprofit_id] for _, nonprofit_id in gone],
        new=len(now.keys() - was.keys()),
        left=len(was.keys() - now.keys()),
        lists=len({unit for (unit, _), _ in was.items() ^ now.items()}),
        kept_yes=(len(yes & was.keys()), len(yes & now.keys())),
        kept_no=(len(no & was.keys()), len(no & now.keys())),
    )


def _ranks(shown: LiveLists) -> dict[tuple[str, str], int]:
    """Rank of each pair on a list, by the ids of unit and nonprofit."""
    run, lists = shown.run, shown.lists
    units, nonprofits = map(str, run.units.ids[lists.units]), map(str, run.nonprofits.ids[lists.nonprofits])
    return dict(zip(zip(units, nonprofits, strict=True), lists.ranks.tolist(), strict=True))


def _rows(shown: LiveLists, unit_id: str, was: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    """Places of one unit's list in order, each with its rank before."""
    run, lists = shown.run, shown.lists
    here = np.flatnonzero(run.units.ids[lists.units].astype(str) == unit_id)
    rows = []
    for at in here[np.argsort(lists.ranks[here])].tolist():
        nonprofit = int(lists.nonprofits[at])
        nonprofit_id = str(run.nonprofits.ids[nonprofit])
        rows.append(
            {
                "nonprofit_id": nonprofit_id,
                "name": str(run.nonprofits.names[nonprofit]),
                "rank": int(lists.ranks[at]),
                "score": float(lists.scores[at]),
                "was": was.get((unit_id, nonprofit_id), 0),
            }
        )
    return rows


def adopt(values: Mapping[str, float | int], current: SettingsVersion, note: str, by: Account) -> SettingsVersion:
    """Put other settings into force from the next run on.

    Parameters
    ----------
    values : mapping of str to float
        By dotted key.
    current : SettingsVersion
        Whose other values stay.
    note : str
    by : Account

    Raises
    ------
    SettingsError
        When a value is not allowed; nothing is adopted.
    """
    merged: dict[str, Any] = copy.deepcopy(current.chosen)
    for dotted, value in values.items():
        *sections, key = dotted.split(".")
        target = merged
        for section in sections:
            target = target.setdefault(section, {})
        target[key] = value
    Settings.from_mapping(merged)
    version = SettingsVersion(chosen=merged, note=note[:300], by=by)
    version.save()
    return version
