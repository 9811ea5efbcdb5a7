"""The head of the page: how much there is, what is weak in the data, and what changed since an earlier run."""

from __future__ import annotations

import numpy as np

from matcher.i18n.language import Language, counted_message
from matcher.ranking.changes.records import PairChange
from matcher.reports.page.views import ChangesView, ChangeView
from matcher.reports.results import Results
from matcher.reports.sentences.changes import change_sentence, change_word, changes_summary
from matcher.reports.sentences.programme_kinds import KIND_WORDINGS
from matcher.scoring.data import Bools

_UNITS = counted_message("business unit", "business units")
_COMPANIES = counted_message("company", "companies")
_NONPROFITS = counted_message("nonprofit", "nonprofits")
_ROWS = counted_message("pair on the shortlists", "pairs on the shortlists")
_PARTNERS = counted_message("nonprofit in the programmes", "nonprofits in the programmes")
_SERVED = counted_message("unit with a local partner", "units with a local partner")
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
_LEFT_CHANGES = counted_message("1 more change is in the tables only.", "{count} more changes are in the tables only.")


def figures(results: Results) -> list[tuple[str, str]]:
    """Return the numbers that the page opens with, and what each counts."""
    language, run = results.language, results.data
    recommended = [programme for programme in results.programmes.plan.programmes if programme.recommended]
    kinds = [programme.kind for programme in recommended]
    counted = [
        (len(set(run.units.companies)), _COMPANIES),
        (len(run.units), _UNITS),
        (len(run.nonprofits), _NONPROFITS),
        (len(results.shortlist), _ROWS),
        *((kinds.count(kind), words.counted) for kind, words in KIND_WORDINGS.items() if kind in kinds),
        (len({site for programme in recommended for _, site in programme.all_pairs}), _PARTNERS),
        (len({unit for programme in recommended for unit, _ in programme.pairs}), _SERVED),
    ]
    return [(language.number(count), language.count_phrase(*words, count)) for count, words in counted]


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


def change_view(change: PairChange | None, language: Language) -> ChangeView | None:
    """Change of a pair, worded for the page; None where there is none.

    Parameters
    ----------
    change : PairChange or None
    language : Language
    """
    if change is None:
        return None
    return ChangeView(
        kind=change.change_type,
        word=change_word(change, language),
        pair=language.phrase("{unit} with {nonprofit}", unit=change.unit_name, nonprofit=change.nonprofit_name),
        why=change_sentence(change, language),
    )


def changes_view(results: Results, bound: int) -> ChangesView | None:
    """Changes of a run, worded for the page; None where no earlier run was named.

    Parameters
    ----------
    results : Results
    bound : int
        Most pairs to show.
    """
    if results.changes is None:
        return None
    language, pairs = results.language, results.changes.pairs
    left = len(pairs) - bound
    return ChangesView(
        summary=changes_summary(results.changes, language),
        pairs=[view for change in pairs[:bound] if (view := change_view(change, language))],
        note=language.count_phrase(*_LEFT_CHANGES, left) if left > 0 else "",
    )
