"""Outcomes as tables of words and as files: what a person reads, and what other programs read."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from matcher import __version__
from matcher.learning.benchmark import BestPartnership
from matcher.learning.funnel import NO_REASON, STAGES
from matcher.learning.outcomes import FACTOR, WAYS_TO_GROUP, Outcomes
from matcher.learning.rated_groups import GROUPINGS, RatedGroup
from matcher.reports.language import Language
from matcher.reports.outcome_words import column_word, group_word
from matcher.reports.outputs import Files
from matcher.tables.problems import shorten
from matcher.tables.writing import csv_text

OUTCOMES_FILE = "outcomes.json"
_BAR = 10
_REASONS_SHOWN = 12
_REASON_WIDTH = 180
_NAMES_SHOWN = 12
_BEST_SHOWN = 15
_GROUPS_SHOWN = 20
_RARE_CAUSE = 2


@dataclass(frozen=True)
class Section:
    """One part of what a person reads: a table with what has to be said of it.

    Attributes
    ----------
    title : str
    headings : tuple of str
    rows : tuple of tuple of str
        None of them where the notes say it all.
    numbers : frozenset of int
        Positions of the columns that hold numbers.
    notes : tuple of str
        Sentences under the table.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int]
    notes: tuple[str, ...]


def opening(outcomes: Outcomes, language: Language) -> list[str]:
    """Return the first sentences: how many partnerships, and what is odd about their rows."""
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
    """Return all that a person reads of outcomes, in the order of reading."""
    found = [funnel_section(outcomes, language)]
    if outcomes.passage.reasons:
        found.append(reasons_section(outcomes, language))
    found += ratings_sections(outcomes, language)
    found += [benchmark_section(outcomes, language), *in_common_sections(outcomes, language)]
    return [*found, *unmeasured_sections(outcomes, language)]


def funnel_section(outcomes: Outcomes, language: Language) -> Section:
    """Return the funnel, and the ways out of it."""
    passage = outcomes.passage
    rows = [
        (
            language.word(stage.name),
            language.number(stage.now),
            language.number(stage.count),
            language.percent(stage.share),
            "" if stage.name == STAGES[0] else _percents(stage.low, stage.high, language),
            "█" * round(_BAR * stage.share),
        )
        for stage in passage.stages
    ]
    rows += [
        (
            language.word(leaving.name),
            language.number(leaving.count),
            "",
            language.percent(leaving.share),
            _percents(leaving.low, leaving.high, language),
            "",
        )
        for leaving in passage.leavings
    ]
    notes = []
    if passage.left_at_unknown:
        notes.append(
            language.count_phrase(
                "{count} was declined or vetoed and nobody told how far it had come: it counts as proposed only, so one more may have been contacted, agreed or active.",
                "{count} were declined or vetoed and nobody told how far they had come: they count as proposed only, so up to {count} more may have been contacted, agreed or active.",
                passage.left_at_unknown,
            )
        )
    if passage.under_way:
        notes.append(
            language.count_phrase(
                "{count} is still under way and may come further.",
                "{count} are still under way and may come further.",
                passage.under_way,
            )
        )
    notes.append(
        language.phrase("The interval (95%, Wilson) says how far a share may be off with this many partnerships.")
    )
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
    """Return why partnerships were declined or vetoed, counted."""
    reasons = outcomes.passage.reasons
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


def ratings_sections(outcomes: Outcomes, language: Language) -> list[Section]:
    """Return the ratings by factor, distance, cause and kind of programme."""
    facts = outcomes.facts
    rated = int((facts.came_about & (facts.rating_counts > 0)).sum())
    title = language.phrase("Ratings by success factor")
    if not rated:
        return [Section(title, (), (), frozenset(), (language.phrase("No partnership was rated."),))]
    explained = [
        language.phrase(
            "Ratings run from 1 (poor) to 5 (good), of partnerships agreed, active or completed. The careful mean is drawn towards that of all, the more so the fewer ratings there are; it sets the order."
        ),
        language.phrase(
            "Fewer than five is too few: such groups come last, without interval or rank. Where intervals overlap, the order may be chance."
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
            language.phrase("too few") if group.few else _numbers(group.low, group.high, language),
            "" if math.isnan(group.shrunk) else language.number(group.shrunk, 2),
        )
        for group in shown[:_GROUPS_SHOWN]
    )
    told = list(notes)
    if more > 0:
        told.append(language.count_phrase("And {count} more.", "And {count} more.", more))
    if rare:
        told.append(
            language.phrase(
                "Of one partnership each: {causes}.",
                causes=_listed([group_word(by, group.group, language) for group in rare], language),
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
    return Section(title, headings, rows, frozenset({1, 2, 3, 4}), tuple(told))


def _missing(by: str, language: Language) -> str:
    return {
        "distance": language.phrase("Not known: it takes the lists of units and nonprofits, with their places."),
        "cause": language.phrase("Not known: it takes the list of nonprofits, with their causes."),
        "programme": language.phrase(
            "Not known: it takes the column 'programme', or the lists of units and nonprofits to derive it from."
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
    rated = facts.came_about & (facts.rating_counts > 0) & (facts.programmes != "")
    told = int((rated & facts.programme_told).sum())
    derived = int(rated.sum()) - told
    notes = []
    if told:
        notes.append(
            language.count_phrase(
                "Of {count} partnership the file tells the kind.",
                "Of {count} partnerships the file tells the kind.",
                told,
            )
        )
    if derived:
        notes.append(
            language.count_phrase(
                "Of {count} partnership the kind is derived from the sites: two head offices make it central, any other pair decentral, and both between one company and one organisation combined.",
                "Of {count} partnerships the kind is derived from the sites: two head offices make it central, any other pair decentral, and both between one company and one organisation combined.",
                derived,
            )
        )
    return notes


def benchmark_section(outcomes: Outcomes, language: Language) -> Section:
    """Return the best partnerships."""
    benchmark = outcomes.best
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
                "The best are the top quarter of them as far as they average 4 or more, those that tie included (=). A mean of more of the nine ratings weighs more: a few happy figures say less."
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
    """Return what the best have in common, beside the others; nothing where they share nothing."""
    if not outcomes.best.in_common:
        return []
    aspects = {
        FACTOR: language.phrase("rated 4 or 5"),
        "distance": language.phrase("distance"),
        "cause": language.phrase("cause"),
        "programme": language.phrase("kind of programme"),
    }
    rows: list[tuple[str, ...]] = []
    said = ""
    for item in outcomes.best.in_common:
        rows.append(
            (
                "" if item.aspect == said else aspects[item.aspect],
                group_word(item.aspect, item.group, language),
                _out_of(item.best, item.best_of, language),
                _out_of(item.others, item.others_of, language),
            )
        )
        said = item.aspect
    note = language.phrase(
        "Out of those of which it is known. The others are the rest with three ratings or more. Counts, no proof: among few a difference may be chance."
    )
    headings = (
        language.phrase("In what"),
        language.phrase("Which"),
        language.phrase("The best"),
        language.phrase("The others"),
    )
    return [Section(language.phrase("What the best have in common"), headings, tuple(rows), frozenset({2, 3}), (note,))]


def unmeasured_sections(outcomes: Outcomes, language: Language) -> list[Section]:
    """Return what is not being measured: columns, partnerships that were never evaluated, who rates nothing."""
    gaps = outcomes.gaps
    cells = {(item.column, item.status): item for item in gaps.filled}
    columns = list(dict.fromkeys(item.column for item in gaps.filled if item.column != "reason"))
    rows = []
    for column in columns:
        row = [column_word(column, language)]
        for status in ("active", "completed"):
            item = cells.get((column, status))
            row.append("" if item is None or not item.total else _filled(item.filled, item.total, language))
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
        language.word("active"),
        language.word("completed"),
    )
    found = [
        Section(language.phrase("What is not being measured"), headings, tuple(rows), frozenset({1, 2}), tuple(notes))
    ]
    if gaps.not_evaluated:
        found.append(_not_evaluated_section(outcomes, language))
    return found


def _not_evaluated_section(outcomes: Outcomes, language: Language) -> Section:
    gaps = outcomes.gaps
    shown = gaps.not_evaluated[:_NAMES_SHOWN]
    rows = tuple((item.unit_name, item.nonprofit_name, item.ended_on) for item in shown)
    notes = [
        language.count_phrase(
            "{count} of {completed} was never rated on anything: measuring is what is usually forgotten, while people still remember how it went.",
            "{count} of {completed} were never rated on anything: measuring is what is usually forgotten, while people still remember how it went.",
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
    listed = _listed(names, language)
    if side == "company":
        return language.count_phrase(
            "{count} company has active or completed partnerships and rated none: {names}.",
            "{count} companies have active or completed partnerships and rated none: {names}.",
            len(names),
            names=listed,
        )
    return language.count_phrase(
        "{count} unit has active or completed partnerships and rated none: {names}.",
        "{count} units have active or completed partnerships and rated none: {names}.",
        len(names),
        names=listed,
    )


def _listed(names: Sequence[str], language: Language) -> str:
    shown = list(names[:_NAMES_SHOWN])
    more = len(names) - len(shown)
    if more:
        shown.append(language.count_phrase("{count} other", "{count} others", more))
    return language.join(shown)


def outcome_files(outcomes: Outcomes) -> Files:
    """Return outcomes as files: a table each, and all of it as JSON, which comes last."""
    import pandas as pd

    ratings = pd.concat([outcomes.ratings_by(by).assign(by=by) for by in WAYS_TO_GROUP], ignore_index=True)
    return {
        "funnel.csv": csv_text(outcomes.funnel()),
        "reasons.csv": csv_text(outcomes.reasons()),
        "ratings.csv": csv_text(ratings[["by", *ratings.columns.drop("by")]]),
        "benchmark.csv": csv_text(outcomes.benchmark()),
        "in_common.csv": csv_text(outcomes.in_common()),
        "unmeasured.csv": csv_text(outcomes.unmeasured()),
        "not_evaluated.csv": csv_text(outcomes.not_evaluated()),
        "rate_nothing.csv": csv_text(outcomes.rate_nothing()),
        OUTCOMES_FILE: outcomes_json(outcomes),
    }


def outcomes_json(outcomes: Outcomes) -> str:
    """Return all outcomes as JSON."""
    record = {"matcher": __version__, **outcomes.as_record()}
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _km(item: BestPartnership, language: Language) -> str:
    if math.isnan(item.distance_km):
        return language.phrase("unknown")
    # Places are known by their postcode at best: tenths of the first kilometre say nothing.
    return "<1" if item.distance_km < 1 else language.number(item.distance_km, 1)


def _percents(low: float, high: float, language: Language) -> str:
    if math.isnan(low):
        return ""
    return language.phrase("{low} to {high}", low=language.percent(low), high=language.percent(high))


def _numbers(low: float, high: float, language: Language) -> str:
    return language.phrase("{low} to {high}", low=language.number(low, 2), high=language.number(high, 2))


def _out_of(count: int, total: int, language: Language) -> str:
    return language.phrase("{count} of {total}", count=language.number(count), total=language.number(total))


def _filled(filled: int, total: int, language: Language) -> str:
    share = language.percent(filled / total)
    return language.phrase("{count_of_total} ({share})", count_of_total=_out_of(filled, total, language), share=share)
