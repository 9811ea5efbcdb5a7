"""Differences between rankings with their intervals, and what these rest on, as sentences."""

from __future__ import annotations

import math

from matcher.i18n.language import Language, message
from matcher.learning.evaluation.differences import MIN_COMPANIES, MIN_UNITS, Difference
from matcher.learning.evaluation.evaluation import Evaluation
from matcher.learning.evaluation.metrics import METRICS
from matcher.learning.evaluation.settings_comparison import SettingsComparison


def metric_names(top: int) -> tuple[str, ...]:
    """Return the names of the metrics, in their order.

    Parameters
    ----------
    top : int
        Length of the lists.
    """
    return "AUC", f"nDCG@{top}", f"recall@{top}", "MRR"


def interval(difference: Difference, language: Language) -> str:
    """Difference with its interval; without one where there are too few units.

    Parameters
    ----------
    difference : Difference
    language : Language
    """
    mean, low, high = (language.signed(value, 3) for value in difference[:3])
    if math.isnan(difference.low):
        return mean
    return language.phrase("{mean} ({low} to {high})", mean=mean, low=low, high=high)


def interval_lines(found: Evaluation | SettingsComparison, printed: int, language: Language) -> list[str]:
    """State what the intervals rest on, and how many there are.

    Parameters
    ----------
    found : Evaluation or SettingsComparison
    printed : int
        Number of intervals that are shown.
    language : Language
    """
    if found.units < MIN_UNITS:
        return [
            language.phrase(
                "No intervals: they take {least} units. With so few, differences may well be chance.", least=MIN_UNITS
            )
        ]
    companies = language.count_phrase("{count} company", "{count} companies", found.companies)
    if found.by_company:
        first = language.phrase("Each of the {companies} counts once, in means and intervals.", companies=companies)
    else:
        first = language.phrase(
            "Means and intervals are over units, as these are of {companies} only. Units of one company resemble each "
            "other: take the intervals as too narrow. From {least} companies on they are over companies.",
            companies=companies,
            least=MIN_COMPANIES,
        )
    by_chance = language.phrase(
        "{printed} intervals are shown: where nothing differs, about {expected} of them leave out zero by chance.",
        printed=printed,
        expected=language.rounded(printed * 0.05, 1),
    )
    return [first, by_chance]


def comparison_lines(comparison: SettingsComparison, language: Language) -> list[str]:
    """Say of the first settings and each of the others which rank better by nDCG, as far as the pairs tell them apart.

    Parameters
    ----------
    comparison : SettingsComparison
    language : Language
    """
    names = {"first": comparison.results[0].name, "measure": metric_names(comparison.top)[METRICS.index("ndcg")]}
    lines = interval_lines(comparison, comparison.comparisons, language)
    for result in comparison.results[1:]:
        lead = result.differences["ndcg"]
        if lead.low > 0:
            verdict = message("By {measure}, '{first}' ranks better than '{other}': the interval lies above zero.")
        elif lead.high < 0:
            verdict = message("By {measure}, '{first}' ranks worse than '{other}': the interval lies below zero.")
        elif not math.isnan(lead.low):
            verdict = message(
                "By {measure}, these pairs do not tell '{first}' and '{other}' apart: the interval contains zero."
            )
        else:
            continue
        lines.append(language.phrase(verdict, other=result.name, **names))
    return lines
