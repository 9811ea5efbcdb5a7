"""Summary of outcomes: the funnel, the ratings, the best partnerships as a benchmark, and gaps in measuring."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from matcher.errors import SettingsError, nearest
from matcher.learning.outcomes.benchmark import Benchmark, BestPartnership, Shared, benchmark_of
from matcher.learning.outcomes.facts import PartnershipFacts, gather_facts
from matcher.learning.outcomes.funnel import Funnel, Reason, Stage, funnel_of
from matcher.learning.outcomes.rated_groups import BANDS_KM, GROUPINGS, RatedGroup, ratings_by_factor, ratings_by_group
from matcher.learning.outcomes.unmeasured import NotEvaluated, RatesNothing, Unmeasured, unmeasured_of
from matcher.messages import Message
from matcher.places.geocoders.base import GazetteerLocator, Locator
from matcher.settings import Settings
from matcher.tables.problems import Problem, TableError, has_errors, log_warnings
from matcher.tables.read.tables import read_table
from matcher.tables.schema.columns import Partnership

FACTOR = "factor"
WAYS_TO_GROUP = (FACTOR, *GROUPINGS)


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of partnerships, as :func:`summarise` returns them.

    Attributes
    ----------
    facts : PartnershipFacts
        The partnerships from which all else is counted.
    funnel_result : Funnel
    benchmark_result : Benchmark
    unmeasured_result : Unmeasured
    bands_km : tuple of float
        Limits of the distance bands in km.
    """

    facts: PartnershipFacts
    funnel_result: Funnel
    benchmark_result: Benchmark
    unmeasured_result: Unmeasured
    bands_km: tuple[float, ...]

    def funnel(self) -> pd.DataFrame:
        """Return one row per stage: stage, now, count, at_most, share, low, high, from_previous.

        ``count`` is the number of partnerships known to have reached the stage, ``share`` their share of all, and
        ``low`` and ``high`` the ends of its Wilson interval; see :class:`matcher.learning.outcomes.funnel.Stage`.
        """
        return _frame(Stage, self.funnel_result.stages).rename(columns={"name": "stage"})

    def reasons(self) -> pd.DataFrame:
        """Return one row per reason for declining or vetoing a partnership: status, reason, count."""
        return _frame(Reason, self.funnel_result.reasons)

    def groups(self, by: str, rating: str | None = None) -> list[RatedGroup]:
        """Return the rows of :meth:`ratings_by` as records.

        Parameters
        ----------
        by, rating
            As in :meth:`ratings_by`.
        """
        _known(Message("grouping"), by, WAYS_TO_GROUP)
        if rating is not None:
            _known(Message("rating"), rating, Partnership.RATINGS)
        if by == FACTOR:
            return ratings_by_factor(self.facts, Partnership.RATINGS if rating is None else (rating,))
        values = self.facts.mean_ratings if rating is None else self.facts.ratings[:, Partnership.RATINGS.index(rating)]
        return ratings_by_group(self.facts, GROUPINGS[by], values, self.bands_km)

    def ratings_by(self, by: str, rating: str | None = None) -> pd.DataFrame:
        """Summarise ratings of agreed, active and completed partnerships, one row per group.

        Columns: group, count, mean, low, high, few, shrunk. Groups are ordered by the mean shrunk towards the overall
        mean, the best first, but distances keep their order. Groups of fewer than five come last, without interval.

        Parameters
        ----------
        by : {"factor", "distance", "cause", "programme"}
            The grouping.
        rating : str, optional
            One of the nine rating columns. Default: the mean of each partnership's ratings.

        Returns
        -------
        DataFrame

        Raises
        ------
        SettingsError
            When there is no such grouping or rating.
        """
        return _frame(RatedGroup, self.groups(by, rating))

    def benchmark(self) -> pd.DataFrame:
        """Return the best partnerships; see :class:`matcher.learning.outcomes.benchmark.BestPartnership`."""
        frame = _frame(BestPartnership, self.benchmark_result.best)
        for column in ("causes", "rated_high"):
            frame[column] = frame[column].map("; ".join).astype("str")
        return frame

    def in_common(self) -> pd.DataFrame:
        """Return traits of the best partnerships beside the others: aspect, group, best, best_of, others, others_of."""
        return _frame(Shared, self.benchmark_result.in_common)

    def unmeasured(self) -> pd.DataFrame:
        """Return the share of filled cells of each date and rating: column, status, filled, total, share."""
        rows = [
            (item.column, item.status, item.filled, item.total, item.share) for item in self.unmeasured_result.filled
        ]
        return pd.DataFrame(rows, columns=["column", "status", "filled", "total", "share"])

    def not_evaluated(self) -> pd.DataFrame:
        """Return one row per partnership that was completed without any rating."""
        return _frame(NotEvaluated, self.unmeasured_result.not_evaluated)

    def rate_nothing(self) -> pd.DataFrame:
        """Return the units and companies that have partnerships and rated none: side, name, partnerships."""
        return _frame(RatesNothing, self.unmeasured_result.rate_nothing)

    @property
    def outside_the_lists(self) -> int:
        """Number of partnerships with a unit or nonprofit that is not in the given lists."""
        missing = np.zeros(len(self.facts), dtype=bool)
        if self.facts.has_units:
            missing |= ~self.facts.unit_known
        if self.facts.has_nonprofits:
            missing |= ~self.facts.nonprofit_known
        return int(missing.sum())

    def as_record(self) -> dict[str, Any]:
        """Return plain values, for JSON; None where unknown."""
        record = {
            "partnerships": len(self.facts),
            "repeated_rows": self.facts.repeated,
            "outside_the_lists": self.outside_the_lists,
            "funnel": asdict(self.funnel_result),
            "ratings": {by: [asdict(group) for group in self.groups(by)] for by in WAYS_TO_GROUP},
            "programmes_told": int(self.facts.is_programme_given.sum()),
            "benchmark": asdict(self.benchmark_result),
            "unmeasured": asdict(self.unmeasured_result),
        }
        plain: dict[str, Any] = _plain(record)
        return plain


def summarise(
    partnerships: pd.DataFrame,
    units: pd.DataFrame | None = None,
    nonprofits: pd.DataFrame | None = None,
    *,
    settings: Settings | None = None,
    locator: Locator | None = None,
    bands_km: Sequence[float] = BANDS_KM,
) -> Outcomes:
    """Summarise the outcomes of partnerships.

    Parameters
    ----------
    partnerships : DataFrame
        As :func:`matcher.read_partnerships` returns it, or with the same columns; it is not changed.
    units, nonprofits : DataFrame, optional
        For names, distances, causes and programme kinds. Partnerships that name others count all the same.
    settings : Settings, optional
        For the headings of the tables and the default country.
    locator : Locator, optional
        Finds the places of units and nonprofits. Default: the shipped gazetteer.
    bands_km : sequence of float
        Limits of the distance bands in km, ascending.

    Returns
    -------
    Outcomes

    Raises
    ------
    TableError
        When a table has errors, or there are no partnerships.
    SettingsError
        When the distance bands do not ascend.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("u1", "n1", "completed"), ("u1", "n2", "active"), ("u2", "n1", "declined")]
    >>> outcomes = summarise(pd.DataFrame(rows, columns=["unit_id", "nonprofit_id", "status"]))
    >>> outcomes.funnel()[["stage", "count"]].to_dict("split")["data"]
    [['proposed', 3], ['contacted', 2], ['agreed', 2], ['active', 2], ['completed', 1]]
    """
    bands = tuple(float(band) for band in bands_km)
    if not all(low < high for low, high in pairwise((0.0, *bands))):
        raise SettingsError(
            Message(
                "bands_km has to ascend from above 0, as {bands_km} does (it is {bands})",
                bands_km=BANDS_KM,
                bands=bands,
            )
        )
    columns = (settings or Settings()).columns
    tables = [
        None if frame is None else read_table(name, frame, getattr(columns, name))
        for name, frame in (("partnerships", partnerships), ("units", units), ("nonprofits", nonprofits))
    ]
    problems = [problem for table in tables if table is not None for problem in table.problems]
    if has_errors(problems):
        raise TableError(problems)
    log_warnings(problems)
    if tables[0] is None or not len(tables[0].frame):
        raise TableError([no_partnerships("partnerships")])
    return outcomes_of(
        tables[0].frame,
        *(None if table is None else table.frame for table in tables[1:]),
        settings=settings,
        locator=locator,
        bands_km=bands,
    )


def outcomes_of(
    partnerships: pd.DataFrame,
    units: pd.DataFrame | None,
    nonprofits: pd.DataFrame | None,
    *,
    settings: Settings | None = None,
    locator: Locator | None = None,
    bands_km: Sequence[float] = BANDS_KM,
) -> Outcomes:
    """Summarise the outcomes of partnerships from tables that were read and checked.

    Parameters
    ----------
    partnerships, units, nonprofits, settings, locator, bands_km
        As in :func:`summarise`, the tables with the columns of their schema.

    Returns
    -------
    Outcomes
    """
    country = (settings or Settings()).places.default_country
    facts = gather_facts(partnerships, units, nonprofits, locator or GazetteerLocator(country), country)
    return Outcomes(
        facts,
        funnel_of(facts),
        benchmark_of(facts, bands_km),
        unmeasured_of(facts),
        tuple(float(km) for km in bands_km),
    )


def no_partnerships(file: str) -> Problem:
    """Return the problem of a table without partnerships."""
    return Problem(
        file,
        None,
        None,
        Message("there are no partnerships to summarise"),
        Message("Send at least one row"),
        "error",
        "no_partnerships",
    )


def _known(what: str, word: str, choices: Sequence[str]) -> None:
    if word not in choices:
        raise SettingsError(
            Message(
                "there is no {what} '{word}'{hint} (known: {choices})",
                what=what,
                word=word,
                hint=nearest(word, list(choices)),
                choices=", ".join(choices),
            )
        )


def _frame(kind: type[Any], records: Sequence[Any]) -> pd.DataFrame:
    """Return records of one dataclass as a frame, which has its columns even without records."""
    return pd.DataFrame([vars(record) for record in records], columns=list(kind.__dataclass_fields__))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value
