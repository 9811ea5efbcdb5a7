"""What is said of every run, in plain lines: the smallest job prints them, and loads nothing for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matcher.i18n.language import Language

_SHOWN_WARNINGS = 8
# A warning quotes cells: none of their signs may move the cursor or colour a terminal.
_CONTROLS = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {ord("\t"), ord("\n")})


def warning_lines(warnings: Sequence[str], language: Language) -> list[str]:
    """Return the first warnings and how many more there are, a line each.

    Parameters
    ----------
    warnings : sequence of str
    language : Language
    """
    lines = [language.phrase("warning: {text}", text=warning) for warning in warnings[:_SHOWN_WARNINGS]]
    more = len(warnings) - _SHOWN_WARNINGS
    if more > 0:
        lines.append(
            language.count_phrase("warning: 1 more, in run.json", "warning: {count} more, all in run.json", more)
        )
    return [line.translate(_CONTROLS) for line in lines]


def evenness_line(price: Mapping[str, Any], language: Language) -> str:
    """Return what evenness cost and brought as a sentence; ``price`` as :meth:`matcher.ranking.shortlists.evenness.ExposureTradeoff.as_record`."""
    return language.phrase(
        "Evenness {evenness}: {score} of the mean score given up; {after} of the nonprofits shown instead of {before}; "
        "Gini of exposure {gini_after} instead of {gini_before}.",
        evenness=language.number(price["evenness"], 2),
        score=language.number(price["mean_score_given_up"], 3),
        after=language.percent(price["shown_after"]),
        before=language.percent(price["shown_before"]),
        gini_after=language.number(price["gini_after"], 2),
        gini_before=language.number(price["gini_before"], 2),
    )
