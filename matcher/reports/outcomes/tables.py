"""Sections of the report on outcomes: the funnel, reasons, the best partnerships, and gaps in measuring."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matcher.i18n.language import Language
from matcher.learning.outcomes.benchmark import BestPartnership
from matcher.learning.outcomes.funnel import NO_REASON, STAGES
from matcher.learning.outcomes.summary import FACTOR, Outcomes
from matcher.reports.outcomes.ratings import group_word, ratings_sections
from matcher.reports.outcomes.section import NAMES_SHOWN, Section, filled_in, listed, out_of, percent_range
from matcher.reports.sentences.history import column_word
from matcher.tables.problems import shorten
from matcher.tables.status import Status

_BAR = 10
_REASONS_SHOWN = 12
_REASON_WIDTH = 180
_BEST_SHOWN = 15


def opening(outcomes: Outcomes, language: Language) -> list[str]:
    """Return the opening sentences: the number of partnerships, and remarks on repeated and unmatched rows.

    Parameters
    ----------
    outcomes : Outcomes
    language : Language
        Language of the words and numbers.
    """
    facts = outcomes.facts
    units, nonprofits = len(set(facts.unit_ids)), len(set(facts.nonprofit_ids))
    lines = [
        language.count_phrase(
            "{count} partnership, of {units} with {nonprofits}.",
            "{count} partnerships, of {units} with {nonprofits}.",
            len(facts),
            units=language.count_phrase("{count} unit", "{count} units", units),
            nonprofits=language.count_phrase("{count} nonprofit", "{count} nonprofits", nonprofits),
        )
    ]
    if facts.repeated:
        lines.append(
            language.count_phrase(
                "{count} row repeats another and is counted once with it.",
                "{count} rows repeat another and are counted once with it.",
                facts.repeated,
            )
        )
    if outcomes.outside_the_lists:
        lines.append(
            language.count_phrase(
                "{count} partnership names a unit or nonprofit that is not in the lists. It counts, but not all of its distance, cause and kind of programme is known.",
                "{count} partnerships name a unit or nonprofit that is not in the lists. They count, but not all of their distances, causes and kinds of programme are known.",
                outcomes.outside_the_lists,
            )
        )
    return lines


def sections(outcomes: Outcomes, language: Language) -> list[Section]:
    """Return all sections in the order of reading.

    Parameters
    ----------
    outcomes : Outcomes
    language : Language
        Language of the words and numbers.
    """
    found = [funnel_section(outcomes, language)]
    if outcomes.funnel_result.reasons:
        found.append(reasons_section(outcomes, language))
    found += ratings_sections(outcomes, language)
    found += [benchmark_section(outcomes, language), *in_common_sections(outcomes, language)]
    return [*found, *unmeasured_sections(outcomes, language)]


def funnel_section(outcomes: Outcomes, language: Language) -> Section:
    """Return the section on the funnel and the ways out of it.

    Parameters
    ----------
    outcomes : Outcomes
    language : Language
        Language of the words and numbers.
    """
    funnel = outcomes.funnel_result
    rows = [
        (
            language.word(stage.name),
            language.number(stage.now),
            language.number(stage.count),
            language.percent(stage.share),
            "" if stage.name == STAGES[0] else percent_range(stage.low, stage.high, language),
            "█" * round(_BAR * stage.share),
        )
        for stage in funnel.stages
    ]
    rows += [
        (
            language.word(exit_stage.name),
            language.number(exit_stage.count),
            "",
            language.percent(exit_stage.share),
            percent_range(exit_stage.low, exit_stage.high, language),
            "",
        )
        for exit_stage in funnel.leavings
    ]
    notes = []
    if funnel.left_at_unknown:
        notes.append(
            language.count_phrase(
                "{count} was declined or vetoed at a stage that was not recorded: it counts as proposed only, so one more may have been contacted, agreed or active.",
                "{count} were declined or vetoed at a stage that was not recorded: they count as proposed only, so up to {count} more may have been contacted, agreed or active.",
                funnel.left_at_unknown,
            )
        )
    if funnel.under_way:
        notes.append(
            language.count_phrase(
                "{count} is still under way and may come further.",
                "{count} are still under way and may come further.",
                funnel.under_way,
            )
        )
    notes.append(language.phrase("The interval (95%) shows how uncertain a share is with this number of partnerships."))
    headings = (
        language.phrase("Stage"),
        language.phrase("Now"),
        language.phrase("Came this far"),
        language.phrase("Of all"),
        language.phrase("Interval"),
        "",
    )
    return Section(language.phrase("The funnel"), headings, tuple(rows), frozenset({1, 2, 3, 4}), tuple(notes))


def reasons_section(outcomes: Outcomes, language: Language) -> Section:
    """Return the section on the reasons of declined and vetoed partnerships.

    Parameters
    ----------
    outcomes : Outcomes
    language : Language
        Language of the words and numbers.
    """
    reasons = outcomes.funnel_result.reasons
    rows = tuple(
        (
            language.number(item.count),
            language.word(item.status),
            language.phrase("no reason given") if item.reason == NO_REASON else shorten(item.reason, _REASON_WIDTH),
        )
        for item in reasons[:_REASONS_SHOWN]
    )
    more = len(reasons) - len(rows)
    notes = [language.count_phrase("And {count} more reason.", "And {count} more reasons.", more)] if more else []
    headings = (language.phrase("Count"), language.phrase("Status"), language.phrase("Reason"))
    return Section(language.phrase("Why they were declined or vetoed"), headings, rows, frozenset({0}), tuple(notes))


def benchmark_section(outcomes: Outcomes, language: Language) -> Section:
    """Return the section on the best partnerships.

    Parameters
    ----------
    outcomes : Outcomes
    language : Language
        Language of the words and numbers.
    """
    benchmark = outcomes.benchmark_result
    rows = tuple(
        (
            language.number(item.rank) + ("=" if item.tied else ""),
            language.phrase("{unit} with {nonprofit}", unit=item.unit_name, nonprofit=item.nonprofit_name),
            language.word(item.status),
            language.number(item.mean, 2),
            language.number(item.ratings),
            _km(item, language),
        )
        for item in benchmark.best[:_BEST_SHOWN]
    )
    notes = [
        language.count_phrase(
            "{count} active or completed partnership has three ratings or more.",
            "{count} active or completed partnerships have three ratings or more.",
            benchmark.rated,
        )
    ]
    if rows:
        notes.append(
            language.phrase(
                "The best are the top quarter of these that also average 4 or more, including ties (=). A mean of more of the nine ratings counts for more."
            )
        )
    elif benchmark.rated:
        notes.append(language.phrase("No partnership in the top quarter of them averages 4 or more."))
    more = len(benchmark.best) - len(rows)
    if more:
        notes.append(language.count_phrase("And {count} more.", "And {count} more.", more))
    if benchmark.too_few_ratings:
        notes.append(
            language.count_phrase(
                "{count} more averages 4 or more, on one or two ratings: too few for a benchmark.",
                "{count} more average 4 or more, on one or two ratings: too few for a benchmark.",
                benchmark.too_few_ratings,
            )
        )
    headings = (
        "",
        language.phrase("Partnership"),
        language.phrase("Status"),
        language.phrase("Rating"),
        language.phrase("Of nine"),
        language.phrase("km"),
    )
    return Section(
        language.phrase("The best partnerships: the benchmark"),
        headings if rows else (),
        rows,
        frozenset({0, 3, 4, 5}),
        tuple(notes),
    )


def in_common_sections(outcomes: Outcomes, language: Language) -> list[Section]:
    """Return the section on the shared traits of the best partnerships, or none where they share nothing.

    Parameters
    ----------
    outcomes : Outcomes
    language : Language
        Language of the words and numbers.
    """
    if not outcomes.benchmark_result.in_common:
        return []
    aspects = {
        FACTOR: language.phrase("rated 4 or 5"),
        "distance": language.phrase("distance"),
        "cause": language.phrase("cause"),
        "programme": language.phrase("kind of programme"),
    }
    rows: list[tuple[str, ...]] = []
    previous = ""
    for item in outcomes.benchmark_result.in_common:
        rows.append(
            (
                "" if item.aspect == previous else aspects[item.aspect],
                group_word(item.aspect, item.group, language),
                out_of(item.best, item.best_of, language),
                out_of(item.others, item.others_of, language),
            )
        )
        previous = item.aspect
    note = language.phrase(
        "Counted where it is known. The others are the rest with three ratings or more. These are counts, not proof: with few partnerships a difference may be chance."
    )
    headings = (
        language.phrase("Aspect"),
        language.phrase("Group"),
        language.phrase("The best"),
        language.phrase("The others"),
    )
    return [Section(language.phrase("What the best have in common"), headings, tuple(rows), frozenset({2, 3}), (note,))]


def unmeasured_sections(outcomes: Outcomes, language: Language) -> list[Section]:
    """Return the sections on gaps in measuring: columns, partnerships without evaluation, units and companies that rate nothing.

    Parameters
    ----------
    outcomes : Outcomes
    language : Language
        Language of the words and numbers.
    """
    gaps = outcomes.unmeasured_result
    cells = {(item.column, item.status): item for item in gaps.filled}
    columns = list(dict.fromkeys(item.column for item in gaps.filled if item.column != "reason"))
    rows = []
    for column in columns:
        row = [column_word(column, language)]
        for status in Status.having("has_started"):
            item = cells.get((column, status))
            row.append("" if item is None or not item.total else filled_in(item.filled, item.total, language))
        rows.append(tuple(row))
    notes = []
    blank = sum(item.total - item.filled for item in gaps.filled if item.column == "reason")
    if blank:
        notes.append(
            language.count_phrase(
                "{count} was declined or vetoed without a reason.",
                "{count} were declined or vetoed without a reason.",
                blank,
            )
        )
    for side in ("company", "unit"):
        named = [item for item in gaps.rate_nothing if item.side == side]
        if named:
            notes.append(_rate_nothing(side, [item.name for item in named], language))
    headings = (
        language.phrase("Filled in"),
        *(language.word(status) for status in Status.having("has_started")),
    )
    found = [
        Section(language.phrase("What is not being measured"), headings, tuple(rows), frozenset({1, 2}), tuple(notes))
    ]
    if gaps.not_evaluated:
        found.append(_not_evaluated_section(outcomes, language))
    return found


def _not_evaluated_section(outcomes: Outcomes, language: Language) -> Section:
    gaps = outcomes.unmeasured_result
    shown = gaps.not_evaluated[:NAMES_SHOWN]
    rows = tuple((item.unit_name, item.nonprofit_name, item.ended_on) for item in shown)
    notes = [
        language.count_phrase(
            "{count} of {completed} was never rated. Measuring is often forgotten: ask while people still remember how it went.",
            "{count} of {completed} were never rated. Measuring is often forgotten: ask while people still remember how it went.",
            len(gaps.not_evaluated),
            completed=language.number(gaps.completed),
        )
    ]
    more = len(gaps.not_evaluated) - len(shown)
    if more:
        notes.append(language.count_phrase("And {count} more.", "And {count} more.", more))
    headings = (language.phrase("Unit"), language.phrase("Nonprofit"), language.phrase("Last day"))
    return Section(language.phrase("Completed without any evaluation"), headings, rows, frozenset(), tuple(notes))


def _rate_nothing(side: str, names: Sequence[str], language: Language) -> str:
    named = listed(names, language)
    if side == "company":
        return language.count_phrase(
            "{count} company has active or completed partnerships and rated none: {names}.",
            "{count} companies have active or completed partnerships and rated none: {names}.",
            len(names),
            names=named,
        )
    return language.count_phrase(
        "{count} unit has active or completed partnerships and rated none: {names}.",
        "{count} units have active or completed partnerships and rated none: {names}.",
        len(names),
        names=named,
    )


def _km(item: BestPartnership, language: Language) -> str:
    if math.isnan(item.distance_km):
        return language.phrase("unknown")
    # Places are known by their postcode at best, so tenths of the first kilometre mean nothing.
    return "<1" if item.distance_km < 1 else language.number(item.distance_km, 1)
