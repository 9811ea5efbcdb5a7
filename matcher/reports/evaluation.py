"""Evaluations in the terminal: rankings, lists as given, lost pairs, exposure, and what scores are worth."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from matcher.i18n.language import Language, counted_message, message
from matcher.learning.evaluation.evaluation import AS_GIVEN, Evaluation, RankingResult
from matcher.learning.evaluation.exposure_groups import CAUSE, DISTANCE, SIZE, WORKS_IN
from matcher.learning.evaluation.score_worth import MIN_DECISIONS, MIN_OF_EACH
from matcher.learning.evaluation.settings_comparison import MEASURES, SettingsComparison
from matcher.learning.evaluation.standings import NOT_IN_LISTS
from matcher.ranking.shortlists import standing as codes
from matcher.reports.console import terminal
from matcher.reports.sentences.differences import comparison_lines, interval, interval_lines, metric_names
from matcher.reports.sentences.run import evenness_line
from matcher.reports.sentences.standings import GATE_MEANINGS

_SHOWN = ("auc", "ndcg")
"""Metrics whose differences are printed; the JSON file has all."""
_MOST_LOST = 20
GATES_IGNORED = message(
    "Full rankings ignore gates, such as an excluded cause or a full agenda, so that every pair can be found; the lists as "
    "given do not. Known pairs are not ranked."
)
_OUTCOMES: Mapping[str, str] = {
    codes.LISTED: message("on the list"),
    codes.RANKED: message("ranked lower than the list is long"),
    codes.EVENED_OUT: message("place given to one that is on fewer lists (setting evenness)"),
    codes.OTHER_SITE: message("another site of the organisation instead"),
    codes.UNRELATED: message("nothing in common that can be named"),
    codes.BELOW_MIN_SCORE: message("score below the minimum"),
    NOT_IN_LISTS: message("unit or nonprofit not in the two lists"),
}
_GROUPINGS: Mapping[str, str] = {
    SIZE: message("staff"),
    DISTANCE: message("km to the nearest unit"),
    WORKS_IN: message("where the nonprofit works"),
    CAUSE: message("cause"),
}
_TABLE_NAMES: Mapping[str, tuple[str, str]] = {
    "known": counted_message(
        "{count} known pair names a unit or nonprofit outside the lists and is not counted.",
        "{count} known pairs name a unit or nonprofit outside the lists and are not counted.",
    ),
    "test": counted_message(
        "{count} test pair names a unit or nonprofit outside the lists: no ranking can find it.",
        "{count} test pairs name a unit or nonprofit outside the lists: no ranking can find them.",
    ),
    "excluded": counted_message(
        "{count} excluded pair names a unit or nonprofit outside the lists and is not counted.",
        "{count} excluded pairs name a unit or nonprofit outside the lists and are not counted.",
    ),
}


def print_evaluation(evaluation: Evaluation, language: Language, console: Console | None = None) -> None:
    """Print every ranking beside the matcher, where pairs were lost, the exposure of groups, and what scores are worth.

    Parameters
    ----------
    evaluation : Evaluation
    language : Language
    console : Console, optional
        Default: standard output.
    """
    console = console or terminal()
    console.print(_means_table(evaluation, language))
    console.print(_leads_table(evaluation, language))
    printed = sum(name in _SHOWN for ranking in evaluation.rankings for name in ranking.differences)
    lines = [
        *interval_lines(evaluation, printed, language),
        *_left_out_lines(evaluation, language),
        language.phrase(GATES_IGNORED),
    ]
    for line in lines:
        console.print(Text(line))
    if len(evaluation.standings):
        console.print(_lost_table(evaluation, language))
        for line in _lost_lines(evaluation.standings, language):
            console.print(Text(line))
    _print_exposure(evaluation, language, console)
    if evaluation.worth is None:
        console.print(
            Text(
                language.phrase(
                    "What a score is worth takes {decisions} decisions, {each} of them for and {each} against: there are "
                    "fewer here.",
                    decisions=MIN_DECISIONS,
                    each=MIN_OF_EACH,
                )
            )
        )
    else:
        console.print(_worth_table(evaluation.worth, language))


def print_comparison(comparison: SettingsComparison, language: Language, console: Console | None = None) -> None:
    """Print several settings beside each other, each with the lead of the first over it.

    Parameters
    ----------
    comparison : SettingsComparison
    language : Language
    console : Console, optional
        Default: standard output.
    """
    console = console or terminal()
    names = dict(zip(MEASURES, (*metric_names(comparison.top), language.phrase("recall, as given")), strict=True))
    means = Table(title=Text(_title(comparison, language)), title_justify="left")
    means.add_column(language.phrase("Measure"), no_wrap=True)
    lead = language.phrase(
        "The lead of {settings} over each, with its 95% interval", settings=comparison.results[0].name
    )
    leads = Table(title=Text(lead), title_justify="left")
    leads.add_column(language.phrase("Measure"), no_wrap=True)
    for result in comparison.results:
        means.add_column(Text(result.name), justify="right")
        if result.differences:
            leads.add_column(Text(result.name), justify="right")
    for measure, name in names.items():
        means.add_row(name, *(language.number(result.means[measure], 3) for result in comparison.results))
        leads.add_row(name, *(interval(result.differences[measure], language) for result in comparison.results[1:]))
    if len(comparison.folds) > 1:
        for index, day in enumerate(comparison.folds):
            name = language.phrase("{measure} from {day}", measure=names["ndcg"], day=day)
            means.add_row(name, *(language.number(each.by_fold[index]["ndcg"], 3) for each in comparison.results))
    console.print(means)
    if comparison.comparisons:
        console.print(leads)
        for line in comparison_lines(comparison, language):
            console.print(Text(line))


def _title(found: Evaluation | SettingsComparison, language: Language) -> str:
    return language.phrase(
        "{pairs} pairs to find, {units} units, lists of {top}",
        pairs=language.number(found.pairs),
        units=language.number(found.units),
        top=language.number(found.top),
    )


def _means_table(evaluation: Evaluation, language: Language) -> Table:
    table = Table(title=Text(_title(evaluation, language)), title_justify="left")
    table.add_column(language.phrase("Ranking"), no_wrap=True)
    for heading in metric_names(evaluation.top):
        table.add_column(heading, justify="right", no_wrap=True)
    for ranking in evaluation.rankings:
        is_own = not ranking.differences
        shown = [_mean(ranking, metric, language, with_interval=is_own) for metric in ranking.means]
        table.add_row(language.word(ranking.name), *shown, end_section=ranking.name == AS_GIVEN)
    return table


def _mean(ranking: RankingResult, metric: str, language: Language, *, with_interval: bool) -> str:
    """Mean of a metric, with its interval on a line of its own where wanted; empty where there is no such metric."""
    mean = ranking.means[metric]
    if math.isnan(mean):
        return ""
    low, high = ranking.intervals.get(metric, (math.nan, math.nan))
    if not with_interval or math.isnan(high):
        return language.number(mean, 3)
    return f"{language.number(mean, 3)}\n{language.number(low, 2)}–{language.number(high, 2)}"


def _leads_table(evaluation: Evaluation, language: Language) -> Table:
    lead = language.phrase("The matcher's lead over each, with its 95% interval")
    table = Table(title=Text(lead), title_justify="left")
    table.add_column(language.phrase("Over"), no_wrap=True)
    for heading in metric_names(evaluation.top)[: len(_SHOWN)]:
        table.add_column(heading, justify="right", no_wrap=True)
    for ranking in evaluation.rankings:
        if ranking.differences:
            table.add_row(
                language.word(ranking.name), *(interval(ranking.differences[name], language) for name in _SHOWN)
            )
    return table


def _left_out_lines(evaluation: Evaluation, language: Language) -> list[str]:
    """Numbers of rows that are not to be found, or not in the lists."""
    lines = []
    if evaluation.not_to_find:
        counts = [
            f"{language.number(count)} {language.word(status)}" for status, count in evaluation.not_to_find.items()
        ]
        lines.append(language.phrase("Not to be found, by their status: {counts}.", counts=language.join(counts)))
    lines += [
        language.count_phrase(*_TABLE_NAMES[table], count) for table, count in evaluation.unmatched.items() if count
    ]
    if evaluation.min_pairs > 1:
        lines.append(
            language.phrase("Units with fewer than {least} pairs to find are left out.", least=evaluation.min_pairs)
        )
    return lines


def _lost_table(evaluation: Evaluation, language: Language) -> Table:
    table = Table(
        title=Text(language.phrase("Where each pair to find stands on the lists as given")), title_justify="left"
    )
    table.add_column(language.phrase("Pair"))
    for heading in (language.phrase("Pairs"), language.phrase("Share")):
        table.add_column(heading, justify="right")
    lost = evaluation.lost()
    for row in lost.to_dict("records"):
        share = language.percent(row["pairs"] / lost["pairs"].sum())
        table.add_row(_outcome(str(row["standing"]), str(row["gate"]), language), language.number(row["pairs"]), share)
    return table


def _outcome(standing: str, gate: str, language: Language) -> str:
    if standing == codes.GATED:
        return language.phrase("gate: {meaning}", meaning=language.phrase(GATE_MEANINGS[gate]))
    return language.phrase(_OUTCOMES[standing])


def _lost_lines(standings: pd.DataFrame, language: Language) -> list[str]:
    """Return the first lost pairs, and how units stand on the nonprofits' lists."""
    lost = standings[standings["standing"] != codes.LISTED]
    lines = []
    for row in lost.head(_MOST_LOST).to_dict("records"):
        pair = f"{row['unit_id']}:{row['nonprofit_id']}"
        place = f" ({row['rank']}/{row['candidates']})" if row["rank"] else ""
        lines.append(f"{pair}: {_outcome(str(row['standing']), str(row['gate']), language)}{place}")
    if len(lost) > _MOST_LOST:
        lines.append(
            language.phrase(
                "{count} more were lost; --json writes all of them.", count=language.number(len(lost) - _MOST_LOST)
            )
        )
    ranked = standings[standings["unit_rank"] > 0]
    if len(ranked):
        lines.append(
            language.phrase(
                "From the other side: on the nonprofit's own list the unit stands at rank {rank} of {candidates} in the "
                "median pair; in {lost} of {pairs} pairs it has no rank there.",
                rank=language.rounded(float(ranked["unit_rank"].median())),
                candidates=language.rounded(float(ranked["unit_candidates"].median())),
                lost=language.number(len(standings) - len(ranked)),
                pairs=language.number(len(standings)),
            )
        )
    return lines


def _print_exposure(evaluation: Evaluation, language: Language, console: Console) -> None:
    seen = evaluation.exposure
    said = language.count_phrase(
        "Shown on any list: {shown} of the nonprofits; Gini of exposure {gini}; most shown: {most_shown}, on 1 list.",
        "Shown on any list: {shown} of the nonprofits; Gini of exposure {gini}; "
        "most shown: {most_shown}, on {count} lists.",
        seen.most,
        shown=language.percent(seen.shown),
        gini=language.number(seen.gini, 2),
        most_shown=evaluation.most_shown,
    )
    console.print(Text(said))
    if evaluation.tradeoff is not None:
        console.print(Text(evenness_line(evaluation.tradeoff.as_record(), language)))
    if not len(evaluation.exposure_groups):
        return
    table = Table(title=Text(language.phrase("Who is shown: groups of nonprofits on the lists")), title_justify="left")
    for heading in (language.phrase("By"), language.phrase("Group")):
        table.add_column(heading)
    for heading in (
        language.phrase("Nonprofits"),
        language.phrase("Of the nonprofits"),
        language.phrase("Of the places on lists"),
    ):
        table.add_column(heading, justify="right")
    before = ""
    for row in evaluation.exposure_groups.to_dict("records"):
        name = str(row["grouped_by"])
        table.add_row(
            "" if name == before else language.phrase(_GROUPINGS[name]),
            Text(language.word(str(row["group"]))),
            language.number(row["nonprofits"]),
            language.percent(row["of_nonprofits"]),
            language.percent(row["of_places"]),
        )
        before = name
    console.print(table)


def _worth_table(worth: pd.DataFrame, language: Language) -> Table:
    title = language.phrase("What a score is worth: decisions that led to a partnership, by score")
    table = Table(title=Text(title), title_justify="left")
    for heading in (
        language.phrase("Score"),
        language.phrase("Decisions"),
        language.phrase("Partnerships"),
        language.phrase("Share, with its 95% interval"),
    ):
        table.add_column(heading, justify="right")
    for row in worth.to_dict("records"):
        ends = language.score(row["score_from"]), language.score(row["score_to"])
        share = language.phrase(
            "{share} ({low} to {high})",
            **{name: language.percent(row[name]) for name in ("share", "low", "high")},
        )
        table.add_row(
            language.phrase("{low} to {high}", low=ends[0], high=ends[1]),
            language.number(row["decisions"]),
            language.number(row["made"]),
            share,
        )
    return table
