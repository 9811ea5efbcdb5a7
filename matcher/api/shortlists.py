"""The shortlists of a match, with the explanation of each row."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from matcher.api.ids import CallerIds
from matcher.messages import Message
from matcher.ranking.shortlists.evenness import ExposureTradeoff
from matcher.ranking.shortlists.selection import EmptyList
from matcher.reports.sentences.lists import ListRemarks
from matcher.scoring.explanation import PairRecord
from matcher.tables.schema.columns import Unit

logger = logging.getLogger("matcher")

_MAX_NAMED = 5


@dataclass(frozen=True)
class ShortlistsResult:
    """The shortlists of a match.

    Attributes
    ----------
    table : DataFrame
        One row per pair; its columns are those of :meth:`matcher.PartnerMatcher.shortlist`.
    records : tuple of PairRecord
        The explanation of each row.
    ranks : tuple of int
        From 1 on each list.
    without_list : tuple of EmptyList
        Units without a candidate, each with the number of nonprofits behind every closed gate and below the minimum.
    remarks : mapping of str to ListRemarks
        What is true of a whole list, by the id of its unit or nonprofit.
    tradeoff : ExposureTradeoff or None
        Cost and effect of the setting ``shortlist.evenness``; None where it is off.
    """

    table: pd.DataFrame
    records: tuple[PairRecord, ...]
    ranks: tuple[int, ...]
    without_list: tuple[EmptyList, ...]
    remarks: Mapping[str, ListRemarks]
    tradeoff: ExposureTradeoff | None = None

    def reasons_without_list(self, ids: CallerIds) -> list[dict[str, Any]]:
        """Units without a list as plain values: ``unit_id``, ``excluded`` by gate, ``below_min_score`` and ``unrelated``, as counts."""
        return [
            {
                "unit_id": ids.of_caller(Unit.ID, item.unit_id),
                "excluded": dict(item.excluded),
                "below_min_score": item.below,
                "unrelated": item.unrelated,
            }
            for item in self.without_list
        ]

    def warn_of_units_without_list(self, n_units: int) -> None:
        """Log a warning with the number of units without a list, and the first of them."""
        if self.without_list:
            names = ", ".join(item.unit_id for item in self.without_list[:_MAX_NAMED])
            more = ", …" if len(self.without_list) > _MAX_NAMED else ""
            logger.warning(
                Message(
                    "{count} of {units} units have no list ({names}): see frame.attrs['without_list']",
                    count=len(self.without_list),
                    units=n_units,
                    names=names + more,
                )
            )
