"""Guards of cells that a spreadsheet would take for a formula: set when writing, removed when reading.

Names and texts come from files of others. A spreadsheet runs a cell that starts with a sign such as ``=``, also in a
CSV file, so each such cell gets an apostrophe before it.
"""

from __future__ import annotations

import re

# A spreadsheet takes a cell that starts with one of these for a formula. A guard before it makes it text; the
# guard is doubled where the text starts with one of its own, so that reading back gives the same text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
GUARD = "'"

# A spreadsheet that splits lines at semicolons, as the Dutch ones do, sees a cell after every one of them, also at the
# start of a line within a cell. A blank line within a text starts no formula.
_WHOLE = re.escape("".join(FORMULA_STARTS))
_SIGNS = re.escape("=+-@")
_TAKEN_FOR_FORMULA = re.compile(rf"((?:^|;){GUARD}*(?=[{_WHOLE}])|[\t\r\n]{GUARD}*(?=[{_SIGNS}]))")
_GUARDED = re.compile(rf"((?:^|;){GUARD}*){GUARD}(?=[{_WHOLE}])|([\t\r\n]{GUARD}*){GUARD}(?=[{_SIGNS}])")
_BREAKS = frozenset(";\t\r\n")
_MAY_NEED_GUARD = (GUARD, *FORMULA_STARTS)


def safe_cell(text: str) -> str:
    r"""Text that no spreadsheet takes for a formula, wherever it splits the line.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("hulp;=1+1"), safe_cell("hulp\n=1+1")
    ("'=1+1", "hulp;'=1+1", "hulp\n'=1+1")
    >>> from_safe_cell(safe_cell("=1+1"))
    '=1+1'
    """
    text = text.replace("\x00", "\ufffd")  # no reader of CSV takes it
    if _BREAKS.isdisjoint(text) and not text.startswith(_MAY_NEED_GUARD):
        return text
    return _TAKEN_FOR_FORMULA.sub(rf"\1{GUARD}", text)


def from_safe_cell(cell: str) -> str:
    """Text of a guarded cell without its guards; any other cell unchanged."""
    return _GUARDED.sub(r"\1\2", cell) if GUARD in cell else cell
