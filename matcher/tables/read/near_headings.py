"""Known headings that are near to one that is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from matcher.tables.schema.specs import fold_heading

LONGEST_HEADING = 200
NEARNESS = 0.82
"""Least similarity of two headings for a warning, as difflib measures it."""
FAR_NEARNESS = 0.7
"""At which a column is shown as a question, without a warning."""
_SHORT_WORD = 7
_GENERAL_WORDS = frozenset({"code", "type"})
"""Known headings that say nothing as one word of another one."""
_OF_A_CODE = frozenset({"id", "code", "number", "nummer"})
_OF_A_POINT = frozenset({"altitude", "accuracy"})
"""Ends of headings that survey tools make of a point, beside its latitude and longitude."""


def nearest_column(heading: str, lacking: Mapping[str, str], nearness: float = NEARNESS) -> str | None:
    """Column of which a known heading is a word of one that is not known, or most like it; None where none is.

    Parameters
    ----------
    heading : str
    lacking : mapping of str to str
        Columns that may be meant, by their known headings, folded.
    nearness : float
        Least similarity of the two headings, in [0, 1].

    Examples
    --------
    >>> lacking = {"org_city": "city", "excludes": "excludes"}
    >>> nearest_column("Exlcudes", lacking), nearest_column("Org Code", lacking)
    ('excludes', None)
    """
    if len(heading) > LONGEST_HEADING:
        return None
    key = fold_heading(heading)
    if key.rpartition("_")[2] in _OF_A_POINT:
        return None
    near = [
        word
        for word in fold_heading(heading.rpartition("/")[2]).split("_")
        if word in lacking and len(word) > 3 and key.count("_") < 3 and word not in _GENERAL_WORDS
    ] or [
        word
        for word in get_close_matches(key, lacking, n=3, cutoff=nearness)
        if _differ_little(key.split("_"), word.split("_"), nearness)
    ]
    return lacking[near[0]] if near else None


def _differ_little(one: Sequence[str], other: Sequence[str], nearness: float) -> bool:
    """Whether what two headings do not share is alike too: ``org city`` is not nearly ``org name``."""
    if len(one) == len(other) == 1 and len(one[0]) < _SHORT_WORD:
        nearness = max(nearness, NEARNESS)  # few letters are alike by chance: start and state
    only_one = "_".join(word for word in one if word not in other)
    only_other = "_".join(word for word in other if word not in one)
    if only_other in _OF_A_CODE and not only_one:
        return False  # a contact is no code of one
    return not (only_one and only_other) or bool(get_close_matches(only_one, [only_other], cutoff=nearness))
