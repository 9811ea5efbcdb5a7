"""Two settings side by side: what differs, how well each agrees with what was decided, and both lists of a unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.api.list_moves import ListMove, UnitMoves, list_moves
from matcher.api.live import LiveMatch, SettingsTrial
from matcher.i18n.language import Language, capital, message
from matcher.learning.evaluation.decision_fit import DecisionFit, pairs_of_history
from matcher.scoring.data import Run
from matcher.settings import Settings
from matcher.settings.settings import flat_settings
from matcher.tables.schema.vocabulary import MAYBE, NO
from matcher.workspace.reviewing import team_decisions
from matcher.workspace.weighing import dials

Pair = tuple[str, str]
_YES_ABOVE_NO = message("Of each yes beside a no of the same unit, the yes scores higher")
_NDCG = message("How high the pairs with a yes rank on their lists (nDCG: 1 is on top)")
_NOT_WEIGHED = frozenset({"language", "side", "private", "public", "columns"})


@dataclass(frozen=True)
class Change:
    """A setting that differs.

    Attributes
    ----------
    label, before, after : str
    """

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """Two settings side by side.

    Attributes
    ----------
    changes : list of Change
    fit : list of Change
        How well either agrees with what was decided; empty where nothing was.
    yes, no : int
        Pairs decided either way.
    units : list of UnitMoves
        Of all units, or of one where the run is too large to be kept whole.
    moves : dict of str to ListMove
        Of the unit that is shown, by nonprofit.
    before, after : list of dict
        Both lists of that unit: ``nonprofit_id``, ``name``, ``rank``, ``score``.
    """

    changes: list[Change]
    fit: list[Change]
    yes: int
    no: int
    units: list[UnitMoves]
    moves: dict[str, ListMove]
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]

    @property
    def changed_units(self) -> list[UnitMoves]:
        """Units whose list changes, the most changed first."""
        return sorted((found for found in self.units if found.moves), key=lambda found: -len(found.moves))


def compare(
    live: LiveMatch,
    settings: tuple[Settings, Settings],
    unit_id: str,
    language: Language,
) -> Comparison:
    """Compare the lists under two settings.

    Parameters
    ----------
    live : LiveMatch
    settings : (Settings, Settings)
    unit_id : str
        Whose lists are shown.
    language : Language

    Raises
    ------
    SettingsError
        When a setting cannot be tried without a new run.
    """
    first, second = (live.trial(each) for each in settings)
    asked = None if live.is_whole else [unit_id]
    lists = [trial.shortlists(asked) for trial in (first, second)]
    units = list_moves(*lists)
    here = next((found.moves for found in units if found.unit_id == unit_id), ())
    yes, no = decided_pairs(live.match.scorer.run)
    shown = [_rows_of(each.table, unit_id) for each in lists]
    return Comparison(
        changes=settings_changes(*settings, setting_labels(live, language), language),
        fit=_fit(first, second, yes, no, language) if yes or no else [],
        yes=len(yes),
        no=len(no),
        units=units,
        moves={move.nonprofit_id: move for move in here},
        before=shown[0],
        after=shown[1],
    )


def agreement(live: LiveMatch, values: Mapping[str, float | int], language: Language) -> list[Change]:
    """How well the settings in force and those that are tried agree with what was decided.

    Parameters
    ----------
    live : LiveMatch
    values : mapping of str to float
        Those that are tried, by dotted key.
    language : Language

    Returns
    -------
    list of Change
        None where nothing was decided, or the run is too large to be kept whole.
    """
    yes, no = decided_pairs(live.match.scorer.run)
    return _fit(live.trial(), live.trial(dict(values)), yes, no, language) if live.is_whole and (yes or no) else []


def decided_pairs(run: Run) -> tuple[list[Pair], list[Pair]]:
    """Pairs of a run that were decided either way: partnerships that were made or declined, and what the team says.

    Returns
    -------
    (list of (str, str), list of (str, str))
        Those with a yes, and those with a no.
    """
    history = run.history
    pairs = list(
        zip(run.units.ids[history.unit].astype(str), run.nonprofits.ids[history.nonprofit].astype(str), strict=True)
    )
    decided: dict[Pair, bool] = {}
    for is_yes, mask in zip((True, False), pairs_of_history(run), strict=True):
        decided |= {pair: is_yes for pair, holds in zip(pairs, mask.tolist(), strict=True) if holds}
    units, nonprofits = set(run.units.ids.astype(str)), set(run.nonprofits.ids.astype(str))
    for review in team_decisions():
        if review.decision != MAYBE and review.unit_id in units and review.nonprofit_id in nonprofits:
            decided[review.unit_id, review.nonprofit_id] = review.decision != NO
    return [pair for pair, is_yes in decided.items() if is_yes], [
        pair for pair, is_yes in decided.items() if not is_yes
    ]


def _fit(
    first: SettingsTrial, second: SettingsTrial, yes: Sequence[Pair], no: Sequence[Pair], language: Language
) -> list[Change]:
    """How well either ranking agrees with what was decided."""
    found: list[DecisionFit] = [trial.fit(yes, no) for trial in (first, second)]
    rows = []
    if all(each.yes_above_no is not None for each in found):
        shares = [language.percent(each.yes_above_no or 0.0) for each in found]
        rows.append(Change(language.phrase(_YES_ABOVE_NO), *shares))
    if all(each.ndcg is not None for each in found):
        rows.append(Change(language.phrase(_NDCG), *(language.number(each.ndcg or 0.0, 3) for each in found)))
    return rows


def setting_labels(live: LiveMatch, language: Language) -> dict[str, str]:
    """Names of settings as people read them, by dotted key.

    Parameters
    ----------
    live : LiveMatch
        For the names of its criteria.
    language : Language
    """
    criteria = {name: criterion.heading(language) for name, criterion in live.match.scorer.run.criteria.items()}
    found = [(key, meaning) for key, _, meaning in flat_settings(live.settings) if meaning]
    shared = Counter(meaning for _, meaning in found)
    # The parts of one setting have one meaning: their own names tell them apart.
    meanings = {
        key: capital(language.phrase(meaning)) + (f" ({key.rpartition('.')[2]})" if shared[meaning] > 1 else "")
        for key, meaning in found
    }
    return meanings | {dial.key: dial.label for dial in dials(live.settings, criteria, language)}


def settings_changes(before: Settings, after: Settings, labels: Mapping[str, str], language: Language) -> list[Change]:
    """Settings that differ, in words.

    Parameters
    ----------
    before, after : Settings
    labels : mapping of str to str
        As :func:`setting_labels` gives them.
    language : Language
    """
    was = {key: value for key, value, _ in flat_settings(before)}
    return [
        Change(
            labels.get(key, key),
            _in_words(was.get(key), language),
            _in_words(value, language),
        )
        for key, value, _ in flat_settings(after)
        if was.get(key) != value and key.split(".", maxsplit=1)[0] not in _NOT_WEIGHED
    ]


def _in_words(value: Any, language: Language) -> str:
    if isinstance(value, bool) or value is None:
        return language.phrase("yes") if value else language.phrase("no")
    if isinstance(value, int | float):
        return language.rounded(value, 3)
    return language.join([str(part) for part in value]) if isinstance(value, list | tuple) else str(value)


def _rows_of(table: Any, unit_id: str) -> list[dict[str, Any]]:
    here = table[table["unit_id"].astype(str) == unit_id].sort_values("rank")
    return [
        {"nonprofit_id": str(nonprofit), "name": str(name), "rank": int(rank), "score": float(score)}
        for nonprofit, name, rank, score in zip(
            here["nonprofit_id"], here["nonprofit_name"], here["rank"], here["score"], strict=True
        )
    ]
