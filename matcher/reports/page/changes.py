"""What changed since an earlier run, as the page shows it."""

from __future__ import annotations

from matcher.i18n.language import Language, counted_message
from matcher.ranking.changes.records import PairChange
from matcher.reports.page.views import ChangesView, ChangeView
from matcher.reports.results import Results
from matcher.reports.sentences.changes import change_sentence, change_word, changes_summary

_LEFT = counted_message("1 more change is in the tables only.", "{count} more changes are in the tables only.")


def change_view(change: PairChange | None, say: Language) -> ChangeView | None:
    """Return what changed for a pair; None where nothing did."""
    if change is None:
        return None
    return ChangeView(
        kind=change.change_type,
        word=change_word(change, say),
        pair=say.phrase("{unit} with {nonprofit}", unit=change.unit_name, nonprofit=change.nonprofit_name),
        why=change_sentence(change, say),
    )


def changes_view(results: Results, bound: int) -> ChangesView | None:
    """Return all changes of a run, ``bound`` of them at most; None where no earlier run was named."""
    if results.changes is None:
        return None
    say, pairs = results.language, results.changes.pairs
    left = len(pairs) - bound
    return ChangesView(
        summary=changes_summary(results.changes, say),
        pairs=[view for change in pairs[:bound] if (view := change_view(change, say))],
        note=say.count_phrase(*_LEFT, left) if left > 0 else "",
    )
