"""Lines about every run; this module imports little, because the smallest job prints them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from matcher.i18n.language import Language

if TYPE_CHECKING:
    from matcher.ranking.shortlists.selection import EmptyList
    from matcher.reports.results import Results

_SHOWN_WARNINGS = 8
_SHOWN_UNITS = 20
# A warning quotes cells, whose control characters must not move the cursor or colour the terminal.
CONTROLS = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {ord("\t"), ord("\n")})


@dataclass(frozen=True)
class RunSummary:
    """Lines of the summary of a run, after its results are written.

    Attributes
    ----------
    warnings : tuple of str
    lines : tuple of str
    made : str
        How many lists and rows there are.
    """

    warnings: tuple[str, ...]
    lines: tuple[str, ...]
    made: str

    def with_first_line(self, line: str) -> RunSummary:
        """The same with a line before all others that are no warnings."""
        return replace(self, lines=(line, *self.lines))


def run_summary(results: Results) -> RunSummary:
    """Warnings, remarks on the lists, who has no list, and how much was made; in the language of the run."""
    from matcher.reports.sentences.lists import empty_list_in_words, sentences_on_lists

    language, counts = results.language, results.run["counts"]
    # Who has no list is said last, by reason, and not once more for every unit.
    of_lists = {empty_list_in_words(item, language) for item in results.empty_lists}
    warnings = warning_lines([text for text in results.run["warnings"] if text not in of_lists], language)
    lines = sentences_on_lists(results.remarks.values(), language)
    if "evenness" in results.run:
        lines.append(evenness_line(results.run["evenness"], language))
    lines += no_list_lines(results.empty_lists, language)
    lists = language.count_phrase("1 shortlist", "{count} shortlists", counts["shortlists"])
    rows = language.count_phrase("1 row", "{count} rows", counts["rows"])
    return RunSummary(tuple(warnings), tuple(lines), f"{lists}, {rows}")


def warning_lines(warnings: Sequence[str], language: Language) -> list[str]:
    """Return the first warnings and the number of further ones, one per line.

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
    return [line.translate(CONTROLS) for line in lines]


def no_list_lines(empty_lists: Sequence[EmptyList], language: Language) -> list[str]:
    """Return who has no list and why, a sentence for each reason.

    Parameters
    ----------
    empty_lists : sequence of EmptyList
        At least one.
    language : Language
    """
    by_reason: dict[tuple[str, ...], list[EmptyList]] = {}
    for item in empty_lists:
        if item.is_full:
            by_reason.setdefault((), []).append(item)
            continue
        reasons = [language.word(gate) for gate in sorted(item.excluded)]
        if item.below:
            least = language.rounded(item.min_score, 2)
            reasons.append(language.phrase("below the least score of {least}", least=least))
        if item.unrelated:
            reasons.append(language.phrase("nothing in common"))
        by_reason.setdefault(tuple(reasons or [language.phrase("no nonprofits")]), []).append(item)
    lines = []
    for named, items in sorted(by_reason.items(), key=lambda entry: -len(entry[1])):
        names = [f"{item.unit_name} ({item.unit_id})" for item in items[:_SHOWN_UNITS]]
        if len(items) > _SHOWN_UNITS:
            left = len(items) - _SHOWN_UNITS
            names.append(language.count_phrase("{count} more", "{count} more", left))
        text = (
            language.phrase(
                "No list for {names}: every nonprofit drops out ({reasons}).",
                names=language.join(names),
                reasons=", ".join(named),
            )
            if named
            else language.phrase(
                "No list for {names}: no place left beside the partnerships that run.", names=language.join(names)
            )
        )
        lines.append(text.translate(CONTROLS))
    return lines


def evenness_line(tradeoff: Mapping[str, Any], language: Language) -> str:
    """Return the cost and effect of the setting for even exposure as a sentence.

    Parameters
    ----------
    tradeoff : mapping
        As :meth:`matcher.ranking.shortlists.evenness.ExposureTradeoff.as_record` returns it.
    language : Language
    """
    return language.phrase(
        "Evenness {evenness}: {score} of the mean score given up; {after} of the nonprofits shown instead of {before}; "
        "Gini of exposure {gini_after} instead of {gini_before}.",
        evenness=language.number(tradeoff["evenness"], 2),
        score=language.number(tradeoff["mean_score_given_up"], 3),
        after=language.percent(tradeoff["shown_after"]),
        before=language.percent(tradeoff["shown_before"]),
        gini_after=language.number(tradeoff["gini_after"], 2),
        gini_before=language.number(tradeoff["gini_before"], 2),
    )
