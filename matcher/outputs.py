"""What authors of outputs need: :class:`Output`, and the :class:`Results` that it gets.

Register a subclass under the entry point ``matcher.outputs``; ``--formats`` then takes its name.

Examples
--------
An output of your own that writes the score of every pair on a line:

>>> from matcher.outputs import Output, csv_text
>>> class Scores(Output):
...     name = "scores"
...     may_write = ("scores.csv",)
...     def files(self, results):
...         return {"scores.csv": csv_text(results.shortlist[["unit_id", "nonprofit_id", "score"]])}
"""

from __future__ import annotations

from matcher.i18n.language import Language, load_language
from matcher.reports.results import Files, Output, Results
from matcher.scoring.explanation import CriterionRecord, PairRecord
from matcher.tables.data import Tables
from matcher.tables.read.tables import Table
from matcher.tables.write.files import csv_text

__all__ = [
    "CriterionRecord",
    "Files",
    "Language",
    "Output",
    "PairRecord",
    "Results",
    "Table",
    "Tables",
    "csv_text",
    "load_language",
]
