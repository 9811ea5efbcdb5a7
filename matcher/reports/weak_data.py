"""What is unknown in the lists of a run: page, workbook and board paper say the same."""

from __future__ import annotations

import numpy as np

from matcher.i18n.language import counted_message
from matcher.reports.results import Results
from matcher.scoring.data import Bools

_WEAK_UNITS = {
    "place": counted_message("1 unit has no known place", "{count} units have no known place"),
    "mission": counted_message("1 unit has no mission", "{count} units have no mission"),
    "values": counted_message("1 unit states no values", "{count} units state no values"),
    "offers": counted_message("1 unit does not say what it offers", "{count} units do not say what they offer"),
    "seeks": counted_message("1 unit does not say what it seeks", "{count} units do not say what they seek"),
}
_WEAK_NONPROFITS = {
    "place": counted_message("1 nonprofit has no known place", "{count} nonprofits have no known place"),
    "mission": counted_message("1 nonprofit has no mission", "{count} nonprofits have no mission"),
    "values": counted_message("1 nonprofit states no values", "{count} nonprofits state no values"),
    "needs": counted_message("1 nonprofit does not say what it needs", "{count} nonprofits do not say what they need"),
    "offers": counted_message(
        "1 nonprofit does not say what it offers", "{count} nonprofits do not say what they offer"
    ),
}
_WITHOUT_LIST = counted_message("1 unit has nobody on its shortlist", "{count} units have nobody on their shortlist")


def weak_data(results: Results) -> list[str]:
    """Sentences on what is unknown in the two lists, and on units with an empty shortlist."""
    language, run = results.language, results.data
    units, nonprofits = run.units, run.nonprofits
    unknown: list[tuple[tuple[str, str], Bools]] = [
        (_WEAK_UNITS["place"], np.isnan(units.points[:, 0])),
        (_WEAK_UNITS["mission"], results.tables.units.frame["mission"].isna().to_numpy()),
        (_WEAK_UNITS["values"], ~units.texts["values"].known),
        (_WEAK_UNITS["offers"], units.offers == 0),
        (_WEAK_UNITS["seeks"], units.seeks == 0),
        (_WEAK_NONPROFITS["place"], np.isnan(nonprofits.points[:, 0])),
        (_WEAK_NONPROFITS["mission"], results.tables.nonprofits.frame["mission"].isna().to_numpy()),
        (_WEAK_NONPROFITS["values"], ~nonprofits.texts["values"].known),
        (_WEAK_NONPROFITS["needs"], nonprofits.needs == 0),
        (_WEAK_NONPROFITS["offers"], nonprofits.offers == 0),
    ]
    lines = [language.count_phrase(*words, count) for words, rows in unknown if (count := int(rows.sum()))]
    if run.settings.side == "units":
        empty = len(units) - results.shortlist["unit_id"].nunique()
        lines += [language.count_phrase(*_WITHOUT_LIST, empty)] if empty else []
    return lines
