"""Sections of the report on ratings: by success factor, distance, cause and programme kind."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matcher.i18n.language import Language
from matcher.learning.outcomes.facts import UNKNOWN
from matcher.learning.outcomes.rated_groups import GROUPINGS, RatedGroup
from matcher.learning.outcomes.summary import FACTOR, Outcomes
from matcher.reports.outcomes.section import Section, listed, number_range
from matcher.reports.sentences.history import column_word

_RARE_CAUSE = 2
_GROUPS_SHOWN = 20


def ratings_sections(outcomes: Outcomes, language: Language) -> list[Section]:
    """Return the sections on ratings by factor, distance, cause and programme kind.

    Parameters
    ----------
    outcomes : Outcomes
    language : Language
        Language of the words and numbers.
    """
    facts = outcomes.facts
    rated = int((facts.positives & (facts.rating_counts > 0)).sum())
    title = language.phrase("Ratings by success factor")
    if not rated:
        return [Section(title, (), (), frozenset(), (language.phrase("No partnership was rated."),))]
    explained = [
        language.phrase(
            "Ratings run from 1 (poor) to 5 (good), for agreed, active and completed partnerships. The careful mean is pulled towards the overall mean, more strongly where there are fewer ratings; it sets the order."
        ),
        language.phrase(
            "Groups with fewer than five ratings come last, without interval or rank. Where intervals overlap, the order may be chance."
        ),
    ]
    found = [_ratings_section(title, FACTOR, outcomes.groups(FACTOR), explained, language)]
    titles = {
        "distance": language.phrase("Ratings by distance"),
        "cause": language.phrase("Ratings by cause"),
        "programme": language.phrase("Ratings by kind of programme"),
    }
    for by in GROUPINGS:
        groups = outcomes.groups(by)
        if not any(group.group for group in groups):
            found.append(Section(titles[by], (), (), frozenset(), (_missing(by, language),)))
        else:
            found.append(_ratings_section(titles[by], by, groups, _grouping_notes(by, outcomes, language), language))
    return found


def _ratings_section(
    title: str, by: str, groups: Sequence[RatedGroup], notes: Sequence[str], language: Language
) -> Section:
    rare = [group for group in groups if by == "cause" and group.count < _RARE_CAUSE and group.group]
    shown = [group for group in groups if group not in rare]
    more = len(shown) - _GROUPS_SHOWN
    rows = tuple(
        (
            group_word(by, group.group, language),
            language.number(group.count),
            "" if math.isnan(group.mean) else language.number(group.mean, 2),
            language.phrase("too few") if group.few else number_range(group.low, group.high, language),
            "" if math.isnan(group.shrunk) else language.number(group.shrunk, 2),
        )
        for group in shown[:_GROUPS_SHOWN]
    )
    below = list(notes)
    if more > 0:
        below.append(language.count_phrase("And {count} more.", "And {count} more.", more))
    if rare:
        below.append(
            language.phrase(
                "With one partnership each: {causes}.",
                causes=listed([group_word(by, group.group, language) for group in rare], language),
            )
        )
    first = {
        FACTOR: language.phrase("Factor"),
        "distance": language.phrase("Distance"),
        "cause": language.phrase("Cause"),
        "programme": language.phrase("Kind"),
    }[by]
    headings = (
        first,
        language.phrase("Ratings") if by == FACTOR else language.phrase("Rated"),
        language.phrase("Mean"),
        language.phrase("Interval"),
        language.phrase("Careful mean"),
    )
    return Section(title, headings, rows, frozenset({1, 2, 3, 4}), tuple(below))


def _missing(by: str, language: Language) -> str:
    return {
        "distance": language.phrase("Not known: this needs the lists of units and nonprofits, with their places."),
        "cause": language.phrase("Not known: this needs the list of nonprofits, with their causes."),
        "programme": language.phrase(
            "Not known: this needs the column 'programme', or the lists of units and nonprofits to derive it from."
        ),
    }[by]


def _grouping_notes(by: str, outcomes: Outcomes, language: Language) -> list[str]:
    if by == "distance":
        return [
            language.phrase(
                "Each partnership counts with the mean of its own ratings. The nearest come first, whatever their rating."
            )
        ]
    if by == "cause":
        return [language.phrase("A partnership counts under every cause of its nonprofit.")]
    facts = outcomes.facts
    rated = facts.positives & (facts.rating_counts > 0) & (facts.programmes != "")
    given = int((rated & facts.is_programme_given).sum())
    derived = int(rated.sum()) - given
    notes = []
    if given:
        notes.append(
            language.count_phrase(
                "The file gives the kind of {count} partnership.",
                "The file gives the kind of {count} partnerships.",
                given,
            )
        )
    if derived:
        notes.append(
            language.count_phrase(
                "The kind of {count} partnership is derived from the sites: two head offices make it central, any other pair decentral, and both between one company and one organisation combined.",
                "The kind of {count} partnerships is derived from the sites: two head offices make it central, any other pair decentral, and both between one company and one organisation combined.",
                derived,
            )
        )
    return notes


def group_word(aspect: str, group: str, language: Language) -> str:
    """Return the word for a group of ratings.

    Parameters
    ----------
    aspect : {"factor", "distance", "cause", "programme"}
    group : str
        Name of the group, as in :class:`matcher.learning.outcomes.rated_groups.RatedGroup`.
    language : Language
    """
    if group == UNKNOWN:
        return language.phrase("unknown")
    if aspect == "factor":
        return column_word(group, language)
    if aspect == "distance":
        return _band_word(group, language)
    return language.word(group)


def _band_word(band: str, language: Language) -> str:
    if band.endswith("+"):
        return language.phrase("{low} km or more", low=language.rounded(float(band[:-1])))
    low, high = (language.rounded(float(end)) for end in band.split("-"))
    if low == "0":
        return language.phrase("under {high} km", high=high)
    return language.phrase("{low} to {high} km", low=low, high=high)
