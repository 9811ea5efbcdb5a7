"""The last line of a check: how much was found in how much, and what to do now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matcher.i18n.language import Language, counted_message, message
from matcher.tables.problems import Problem
from matcher.tables.read.table import Table

_ROWS = {
    "units": counted_message("1 unit", "{count} units"),
    "nonprofits": counted_message("1 nonprofit", "{count} nonprofits"),
    "partnerships": counted_message("1 partnership", "{count} partnerships"),
}
_FOUND_IN = message("{errors}, {warnings} in {lists}.")
_FOUND = message("{errors}, {warnings}.")
_MEND = message("Mend the errors first, then check again.")
_READY = message("The lists are ready for 'matcher match'.")
_USABLE = message("'matcher match' can use the lists; it knows more when the warnings are mended.")


def summary(tables: Iterable[Table], problems: Sequence[Problem], language: Language, notices: int = 0) -> str:
    """Line with what was found in how many rows of each list, and what to do now.

    Parameters
    ----------
    tables : iterable of Table
    problems : sequence of Problem
    language : Language
    notices : int
        Warnings beside those problems.
    """
    errors = sum(problem.is_error for problem in problems)
    # Several cells of one kind in a row are mended at once.
    warnings = len({problem.place for problem in problems if not (problem.is_error or problem.is_note)}) + notices
    lists = [language.count_phrase(*_ROWS[table.name], len(table.frame)) for table in tables if len(table.frame)]
    found = language.phrase(
        _FOUND_IN if lists else _FOUND,
        errors=language.count_phrase("1 error", "{count} errors", errors),
        warnings=language.count_phrase("1 warning", "{count} warnings", warnings),
        lists=language.join(lists),
    )
    return f"{found} {language.phrase(_MEND if errors else _USABLE if warnings else _READY)}"
