"""What authors of criteria need; see :class:`Criterion` and the docstring of :mod:`matcher.scoring.criteria.base`.

Examples
--------
A criterion of your own that scores 1 where both names start with the same letter, otherwise 0:

>>> import numpy as np
>>> from matcher.criteria import Criterion, Part
>>> class SameInitialPart(Part):
...     name = "same_initial"
...     def __init__(self, run):
...         self.units, self.nonprofits = ([str(name)[:1] for name in side.names] for side in (run.units, run.nonprofits))
...     def in_play(self):
...         return True
...     def block(self, rows, columns=slice(None)):
...         return np.equal.outer(np.array(self.units)[rows], np.array(self.nonprofits)[columns]).astype(float)
...     def pairs(self, units, nonprofits):
...         return (np.array(self.units)[units] == np.array(self.nonprofits)[nonprofits]).astype(float)
...     def facts(self, units, nonprofits):
...         return [{"initial": self.units[unit]} for unit in units]
>>> class SameInitial(Criterion):
...     name = "same_initial"
...     def parts(self, run):
...         return (SameInitialPart(run),)
"""

from __future__ import annotations

from matcher.i18n.language import Language, load_language
from matcher.scoring.criteria.base import CostlyPart, Criterion, FastPartScorer, Part, SearchedSetting
from matcher.scoring.data import Run
from matcher.scoring.explanation import CriterionRecord, PairRecord
from matcher.tables.schema.specs import CellType, ColumnSpec

__all__ = [
    "CellType",
    "ColumnSpec",
    "CostlyPart",
    "Criterion",
    "CriterionRecord",
    "FastPartScorer",
    "Language",
    "PairRecord",
    "Part",
    "Run",
    "SearchedSetting",
    "load_language",
]
