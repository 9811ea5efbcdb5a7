"""The head of the page: how much there is, what is weak in the data, and what changed since an earlier run."""

from __future__ import annotations

from matcher.i18n.language import Language, counted_message
from matcher.ranking.changes.records import PairChange
from matcher.reports.page.views import ChangesView, ChangeView
from matcher.reports.results import Results
from matcher.reports.sentences.changes import change_sentence, change_word, changes_summary
from matcher.reports.sentences.programme_kinds import KIND_WORDINGS

_UNITS = counted_message("business unit", "business units")
_COMPANIES = counted_message("company", "companies")
_NONPROFITS = counted_message("nonprofit", "nonprofits")
_ROWS = counted_message("pair on the shortlists", "pairs on the shortlists")
_PARTNERS = counted_message("nonprofit in the programmes", "nonprofits in the programmes")
_SERVED = counted_message("unit with a local partner", "units with a local partner")
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
