"""Settings tried on lists that were matched before: new shortlists and programmes at once, without reading a text again."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from matcher.api.ids import positions_of
from matcher.api.matching import Match, Pairs
from matcher.errors import SettingsError
from matcher.learning.evaluation.decision_fit import DecisionFit, decision_fit, pairs_of_history
from matcher.messages import Message
from matcher.ranking.shortlists.selection import Shortlists, best_nonprofits, best_units, shortlists_of
from matcher.scoring.criteria.registry import with_weights
from matcher.scoring.data import Floats, Ints, Labels, Run
from matcher.scoring.rescoring import Rescorer, ScoringMemory
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings
from matcher.settings.settings import flat_settings
from matcher.tables.schema.columns import Shortlist

MOVABLE = ("weights", "proximity", "track_record", "gates", "shortlist", "programmes", "language", "page", "cache")
"""Sections of the settings that can be tried without a new run; all else decides how lists and texts are read."""
_TEXT_ROWS = 3
"""Scores of texts kept for a unit and a nonprofit: mission, what the unit wants, and values."""

Amounts = Mapping[Hashable, float | None]
"""Numbers by id; None where unknown."""


class LiveMatch:
    """A match that is kept in memory, so that other settings give their shortlists and programmes at once.

    Parameters
    ----------
    match : Match
    max_mb : int
        Memory for the scores of texts, in megabytes. A run that fits in it (48 units with 321 nonprofits take 1 MB) is
        kept whole; of a larger one the units that were looked at last.

    Examples
    --------
    >>> import pandas as pd
    >>> from matcher import PartnerMatcher
    >>> units = pd.DataFrame({"unit_id": ["u1"], "company": ["Bank"], "name": ["Bank Zwolle"],
    ...                       "mission": ["Geen gezin in de schulden"], "city": ["Zwolle"]})
    >>> nonprofits = pd.DataFrame({"nonprofit_id": ["n1", "n2"], "name": ["Schuldhulp", "Egelopvang"],
    ...                            "mission": ["Hulp bij schulden", "Opvang van egels"], "city": ["Breda", "Zwolle"]})
    >>> live = LiveMatch(PartnerMatcher().fit(nonprofits).match(units))
    >>> by_distance = live.trial({"weights.mission": 0.1, "shortlist.min_score": 0.0})
    >>> by_distance.shortlists().table["nonprofit_id"].tolist()
    ['n2', 'n1']
    """

    def __init__(self, match: Match, *, max_mb: int = 512) -> None:
        self.match = match
        run = match.scorer.run
        self._memory = ScoringMemory(match.scorer, max_mb * 1_000_000)
        count = len(run.nonprofits)
        self.is_whole = _TEXT_ROWS * count * len(run.units) * np.dtype(np.float64).itemsize <= max_mb * 1_000_000
        if self.is_whole:
            for unit in range(len(run.units)):
                self._memory.read_rows(unit)

    @property
    def settings(self) -> Settings:
        """Settings of the match."""
        return self.match.scorer.run.settings

    @property
    def n_bytes(self) -> int:
        """Memory that the scores of texts take."""
        return self._memory.rows.n_bytes

    @cached_property
    def lists(self) -> LiveLists:
        """Shortlists under the settings of the match, made once."""
        return self.trial().shortlists()

    def needs_new_run(self, settings: Settings) -> tuple[str, ...]:
        """Dotted keys of the settings that differ from those of the match and cannot be tried without a new run."""
        before, now = ({key: value for key, value, _ in flat_settings(each)} for each in (self.settings, settings))
        return tuple(
            key
            for key in dict.fromkeys((*before, *now))
            if before.get(key) != now.get(key) and key.split(".", maxsplit=1)[0] not in MOVABLE
        )

    def trial(
        self,
        settings: Settings | Mapping[str, Any] | None = None,
        *,
        reach_km: Amounts | None = None,
        unit_capacity: Amounts | None = None,
        nonprofit_capacity: Amounts | None = None,
    ) -> SettingsTrial:
        """Try settings on the lists of the match.

        Parameters
        ----------
        settings : Settings or mapping of str to object, optional
            All settings, or values by dotted key to replace in those of the match.
        reach_km : mapping of id to float or None, optional
            Reach of units, in place of that of the list; None is unknown.
        unit_capacity, nonprofit_capacity : mapping of id to float or None, optional
            Capacity of units and of nonprofits, in place of that of the lists; None is unknown.

        Raises
        ------
        SettingsError
            When a setting is not allowed, or cannot be changed without a new run.
        UnknownIdError
            When there is no such unit or nonprofit.
        MatcherError
            When no criterion with a weight has data on both sides.
        """
        if not isinstance(settings, Settings):
            settings = self.settings.with_overrides(dict(settings or {}))
        settings = with_weights(settings, self.match.fitted.criteria)
        if keys := self.needs_new_run(settings):
            raise SettingsError(
                Message("these settings cannot be changed without a new run: {keys}. Start a run", keys=", ".join(keys))
            )
        run = self.match.scorer.run
        units = replace(
            run.units,
            reach_km=_replaced(run.units.reach_km, run.units.ids, reach_km, "unit", run.nonprofits.ids),
            capacity=_replaced(run.units.capacity, run.units.ids, unit_capacity, "unit", run.nonprofits.ids),
        )
        nonprofits = run.nonprofits
        if nonprofit_capacity:
            nonprofits = replace(
                nonprofits,
                capacity=_replaced(nonprofits.capacity, nonprofits.ids, nonprofit_capacity, "nonprofit", run.units.ids),
            )
        tried = replace(
            run, settings=settings, units=units, nonprofits=nonprofits, today=settings.gates.as_of or run.today
        )
        scorer = Rescorer(tried, self._memory)
        return SettingsTrial(replace(self.match, scorer=scorer), scorer, self.is_whole)


def _replaced(values: Floats, ids: Labels, amounts: Amounts | None, kind: str, others: Labels) -> Floats:
    """Values with those of some ids replaced, shape (n,)."""
    if not amounts:
        return values
    found = values.copy()
    new = [np.nan if amount is None else float(amount) for amount in amounts.values()]
    found[positions_of(ids, list(amounts), kind, others)] = new
    return found


@dataclass(frozen=True)
class SettingsTrial:
    """Settings tried on lists that were matched before; nothing of the match itself changes.

    Attributes
    ----------
    match : Match
        The lists under these settings: gives explanations, standings, programmes and shortlists with reasons.
    scorer : Rescorer
        That of the match.
    is_whole : bool
        Whether the scores of all pairs are in memory.
    """

    match: Match
    scorer: Rescorer
    is_whole: bool

    @property
    def settings(self) -> Settings:
        """The settings that are tried."""
        return self.match.scorer.run.settings

    def shortlists(self, unit_ids: Sequence[Hashable] | None = None) -> LiveLists:
        """Shortlists under these settings, equal to those of a new run.

        Parameters
        ----------
        unit_ids : sequence of id, optional
            Units whose lists are asked for. Default: all. With ``shortlist.evenness``, where every list depends on all
            others, and with lists of nonprofits, all lists are made first.

        Raises
        ------
        UnknownIdError
            When there is no such unit.
        """
        scorer, run = self.scorer, self.scorer.run
        asked = (
            None if unit_ids is None else np.unique(positions_of(run.units.ids, unit_ids, "unit", run.nonprofits.ids))
        )
        if run.settings.side == "nonprofits":
            found = best_units(scorer)
        elif run.settings.shortlist.evenness or asked is None:
            found = _lists(scorer, None) if self.is_whole else best_nonprofits(scorer)
        else:
            return LiveLists(few := scorer.for_units(asked), _lists(few, asked))
        return LiveLists(scorer, found if asked is None else _of_units(found, asked))

    def fit(self, yes: Pairs | None = None, no: Pairs | None = None) -> DecisionFit:
        """How well the scores agree with decisions.

        Parameters
        ----------
        yes, no : sequence of (id, id), optional
            Pairs decided either way. Default, for both: partnerships of the run that were made, and those that were
            declined or vetoed.

        Raises
        ------
        UnknownIdError
            When a pair names an unknown unit or nonprofit.
        """
        history = self.scorer.run.history
        known = np.stack([history.unit, history.nonprofit], axis=1)
        decided = [
            known[rows] if pairs is None else self._positions(pairs)
            for rows, pairs in zip(pairs_of_history(self.scorer.run), (yes, no), strict=True)
        ]
        return decision_fit(self.scorer, *decided)

    def _positions(self, pairs: Pairs) -> Ints:
        run = self.scorer.run
        units, nonprofits = zip(*pairs, strict=True) if pairs else ((), ())
        return np.stack(
            [
                positions_of(run.units.ids, units, "unit", run.nonprofits.ids),
                positions_of(run.nonprofits.ids, nonprofits, "nonprofit", run.units.ids),
            ],
            axis=1,
        )


def _lists(scorer: Scorer, units: Ints | None) -> Shortlists:
    """Shortlists of some units, or of all, from the scores of all their pairs."""
    count = len(scorer.run.nonprofits)
    rows = list(scorer.blocks(count)) if units is None else [slice(unit, unit + 1) for unit in units.tolist()]
    found = [np.empty((2, 0), dtype=np.int64)]
    for block in rows:
        units_of, nonprofits = np.nonzero(
            ~np.broadcast_to(scorer.is_excluded(block), (block.stop - block.start, count))
        )
        found.append(np.stack([units_of + block.start, nonprofits]))
    pair_units, nonprofits = np.concatenate(found, axis=1)
    return shortlists_of(scorer, pair_units, nonprofits, with_stability=False)


def _of_units(lists: Shortlists, units: Ints) -> Shortlists:
    kept = np.isin(lists.units, units)
    arrays = {name: getattr(lists, name)[kept] for name in ("units", "nonprofits", "scores", "ranks", "more_sites")}
    return Shortlists(**arrays, unrelated=lists.unrelated, tradeoff=lists.tradeoff)


@dataclass(frozen=True)
class LiveLists:
    """Shortlists without reasons.

    Attributes
    ----------
    scorer : Rescorer
    lists : Shortlists
    """

    scorer: Rescorer
    lists: Shortlists

    @property
    def run(self) -> Run:
        """The run, with the settings of these lists."""
        return self.scorer.run

    @property
    def table(self) -> pd.DataFrame:
        """One row a pair: ids, names, company, organisation, ``rank`` and ``score``, as in the shortlist of a run."""
        units, nonprofits, lists = self.run.units, self.run.nonprofits, self.lists
        return pd.DataFrame(
            {
                Shortlist.UNIT_ID: units.ids[lists.units],
                Shortlist.UNIT_NAME: units.names[lists.units],
                Shortlist.COMPANY: units.companies[lists.units],
                Shortlist.RANK: lists.ranks,
                Shortlist.NONPROFIT_ID: nonprofits.ids[lists.nonprofits],
                Shortlist.NONPROFIT_NAME: nonprofits.names[lists.nonprofits],
                Shortlist.ORGANISATION: nonprofits.organisations[lists.nonprofits],
                Shortlist.SCORE: lists.scores,
            }
        )
