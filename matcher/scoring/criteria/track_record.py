"""Track record: number and ratings of a nonprofit's partnerships with other units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from matcher.i18n.language import Language, counted_message, message
from matcher.scoring.criteria.base import ALL, Criterion, Part, SearchedSetting
from matcher.scoring.data import Columns, Floats, Ints, Run
from matcher.scoring.explanation import CriterionRecord, PairRecord
from matcher.tables.status import Status

NEUTRAL_QUALITY = 0.5
_COUNTED = {
    "of_other_companies": counted_message(
        "1 partnership of another company", "{count} partnerships of other companies"
    ),
    "elsewhere": counted_message("1 partnership elsewhere", "{count} partnerships elsewhere"),
}
"""Facts that count partnerships: of other companies, or elsewhere, where not every company is known."""
_RATED = message("{partnerships}, rated {ratings} out of 5")
_MOST_NAMED = 3
_WIDE = 1.0
"""Difference between ratings from which their mean hides what matters."""


class TrackRecordPart(Part):
    """How many partnerships other units have had with a nonprofit, and how they went.

    With k partnerships of *other* units, of which r were rated with a mean quality q in [0, 1], and a prior of p
    partnerships: the mean of ``k / (k + p)`` and of ``(r q + p q0) / (r + p)``, where q0 is the mean quality of all
    that other units rated. None is unknown. The unit's own partnerships never count, not even in q0.
    """

    name = "track_record"

    def __init__(self, run: Run) -> None:
        self._run = run
        self._prior = run.settings.track_record.prior_partnerships
        m, n = len(run.units), len(run.nonprofits)
        history = run.whole_history
        counts = Status.mask(history.status, "is_evidence")
        unit, nonprofit = history.unit[counts], history.nonprofit[counts]
        quality = history.quality[counts]
        self._by_nonprofit = np.argsort(nonprofit, kind="stable")
        self._unit, self._nonprofit, self._quality = unit, nonprofit[self._by_nonprofit], quality
        rated = ~np.isnan(quality)
        quality = np.nan_to_num(quality)
        self._all = np.zeros((3, n))  # partnerships, rated ones, sum of their quality
        own: dict[int, dict[int, np.ndarray]] = {}
        # Units that are not in the run come after those that are.
        units = int(unit.max(initial=m - 1)) + 1
        rated_of_unit, quality_of_unit = np.zeros(units), np.zeros(units)
        for row in range(len(unit)):
            evidence = np.array([1.0, float(rated[row]), quality[row]])
            self._all[:, nonprofit[row]] += evidence
            mine = own.setdefault(int(unit[row]), {})
            mine[int(nonprofit[row])] = mine.get(int(nonprofit[row]), np.zeros(3)) + evidence
            rated_of_unit[unit[row]] += rated[row]
            quality_of_unit[unit[row]] += quality[row]
        self._own = {
            key: (np.array(sorted(mine)), np.stack([mine[index] for index in sorted(mine)], axis=1))
            for key, mine in own.items()
        }
        others_rated = rated.sum() - rated_of_unit[:m]
        self._mean_quality = np.divide(
            quality.sum() - quality_of_unit[:m], others_rated, out=np.full(m, NEUTRAL_QUALITY), where=others_rated > 0
        )

    def in_play(self) -> bool:
        return bool(self._all[0].any())

    def evidence(self, unit: int) -> Floats:
        """Partnerships of the other units, rated ones and sum of their quality, shape (3, n)."""
        evidence = self._all.copy()
        if unit in self._own:
            index, mine = self._own[unit]
            evidence[:, index] -= mine
        return evidence

    def _score(self, evidence: Floats, mean_quality: float) -> Floats:
        count, rated, quality = evidence
        how_many = count / (count + self._prior)
        how_well = (quality + self._prior * mean_quality) / (rated + self._prior)
        return np.where(count > 0.5, (how_many + how_well) / 2, np.nan)

    def block(self, rows: Columns, columns: Columns = ALL) -> Floats:
        units = np.arange(len(self._mean_quality))[rows].tolist()
        return np.stack([self._score(self.evidence(unit)[:, columns], self._mean_quality[unit]) for unit in units])

    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        scores = np.empty(len(units))
        for unit in np.unique(units):
            chosen = units == unit
            scores[chosen] = self._score(self.evidence(int(unit))[:, nonprofits[chosen]], self._mean_quality[unit])
        return scores

    def facts(self, units: Ints, nonprofits: Ints) -> list[dict[str, Any]]:
        evidence = np.empty((3, len(units)))
        for unit in np.unique(units):
            chosen = units == unit
            evidence[:, chosen] = self.evidence(int(unit))[:, nonprofits[chosen]]
        facts: list[dict[str, Any]] = []
        for (count, rated, quality), unit, nonprofit in zip(
            evidence.T.tolist(), units.tolist(), nonprofits.tolist(), strict=True
        ):
            fact: dict[str, Any] = {"partnerships_of_others": round(count)}
            if round(rated):
                fact |= {"rated": round(rated), "mean_rating": round(1 + 4 * quality / rated, 2)}
            facts.append(fact | self._of_other_companies(unit, nonprofit))
        return facts

    def _of_other_companies(self, unit: int, nonprofit: int) -> dict[str, Any]:
        """Partnerships of a nonprofit with other companies, as far as known: a company knows those of its own units."""
        start, stop = np.searchsorted(self._nonprofit, [nonprofit, nonprofit + 1])
        rows = self._by_nonprofit[start:stop]
        codes = self._run.units.company_codes
        is_known = self._unit[rows] < len(codes)
        company = np.where(is_known, codes[np.where(is_known, self._unit[rows], 0)], -1)
        elsewhere = company != codes[unit]
        ratings = np.sort(1 + 4 * self._quality[rows[elsewhere]])[::-1]
        if not elsewhere.any():
            return {}
        counted = "of_other_companies" if is_known[elsewhere].all() else "elsewhere"
        shown = [round(value, 1) for value in ratings[~np.isnan(ratings)].tolist()]
        return {counted: int(elsewhere.sum()), "ratings_of_these": shown}


class TrackRecord(Criterion):
    """Partnerships of other units with the nonprofit."""

    name = "track_record"
    reads_settings = ("track_record",)
    is_pairwise = False
    order_in_reason = 4
    searched = (SearchedSetting("track_record.prior_partnerships", ("track_record",), (1.0, 3.0, 10.0, 30.0)),)
    fact_labels: ClassVar[Mapping[str, str]] = {
        "partnerships_of_others": message("partnerships with other units"),
        "rated": message("of them rated"),
        "mean_rating": message("mean rating, 1 to 5"),
        "of_other_companies": message("partnerships of other companies"),
        "elsewhere": message("partnerships elsewhere"),
        "ratings_of_these": message("their ratings"),
    }

    def parts(self, run: Run) -> Sequence[Part]:
        return (TrackRecordPart(run),)

    def unknown_label(self, language: Language) -> None:
        """None: most nonprofits have no record."""

    def phrases(self, item: CriterionRecord, pair: PairRecord, language: Language) -> list[str]:
        """Partnerships of other companies; the history of the pair names those of its own company."""
        counted = next((name for name in _COUNTED if name in item.facts), None)
        if counted is None:
            return []
        said = language.count_phrase(*_COUNTED[counted], item.facts[counted])
        ratings = item.facts["ratings_of_these"]
        if not ratings:
            return [said]
        return [language.phrase(_RATED, partnerships=said, ratings=_ratings_in_words(ratings, language))]

    def fact_value(self, name: str, value: object, language: Language) -> str:
        if name == "ratings_of_these" and isinstance(value, list):
            return _ratings_in_words(value, language) if value else language.phrase("unknown")
        return super().fact_value(name, value, language)


def _ratings_in_words(ratings: Sequence[float], language: Language) -> str:
    """Mean ratings of partnerships, the best first: a few one by one, of many the mean, or the ends where they lie apart."""
    if len(ratings) <= _MOST_NAMED:
        return language.join([language.number(value, 1) for value in ratings])
    if ratings[0] - ratings[-1] < _WIDE:
        return language.number(sum(ratings) / len(ratings), 1)
    least, most = language.number(ratings[-1], 1), language.number(ratings[0], 1)
    return language.phrase("{least} to {most}", least=least, most=most)
