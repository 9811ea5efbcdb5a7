"""Records of pairs made by hand, and a check of the sentences made from them."""

from __future__ import annotations

import re
from dataclasses import replace

from matcher.scoring.criteria.registry import CRITERIA
from matcher.scoring.explanation import CriterionRecord, PairRecord
from matcher.scoring.history import PastPartnership
from matcher.tables.status import Status

PLACED = {"unit_placed_by": "postcode", "nonprofit_placed_by": "postcode"}
WRONG = re.compile(r"None|nan\b|  |\{|\}|\[|_| [;,.]|;;|\.\.|^[a-z]|True|False")


def is_whole(sentence: str) -> bool:
    """Whether the sentence has a capital and a full stop, and no unfilled parts."""
    return sentence.endswith(".") and not WRONG.search(sentence)


def criterion(name: str, contribution: float = 0.1, score: float | None = 0.8, **facts: object) -> CriterionRecord:
    known, average = (1.0, score - contribution) if score is not None else (0.0, 0.5)
    return CriterionRecord(CRITERIA[name], score, 0.25, average, contribution, known, facts)


def past(status: str, **more: object) -> PastPartnership:
    """A partnership of the pair that :func:`record` makes; of others with ``is_of_unit=False`` or ``is_of_site=False``."""
    return replace(PastPartnership("u1", "Bank Zwolle", "n1", "Schuldhulp", Status(status)), **more)  # type: ignore[arg-type]


def record(*criteria: CriterionRecord, **more: object) -> PairRecord:
    base = PairRecord("u1", "Bank Zwolle", "Bank", "n1", "Schuldhulp", "Hulp", (), 0.6, 0.5, 1.0, 3.2, (), criteria)
    return replace(base, **more)  # type: ignore[arg-type]
