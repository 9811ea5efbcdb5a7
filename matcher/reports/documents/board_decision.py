"""What a board decides on: new partnerships by company, what people give, the plans compared, and what is shared or open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from matcher.i18n.language import Language, as_sentence, capital, counted_message, message
from matcher.ranking.programmes.agenda import OPEN
from matcher.ranking.programmes.candidates import Pair
from matcher.ranking.programmes.comparison import ADDS_ENOUGH, ADDS_LITTLE, BRINGS_MORE, FEWER, KindComparison, Verdict
from matcher.ranking.programmes.kinds import CENTRAL, COMBINED, DECENTRAL, PROGRAMME_KINDS, ProgrammeKind
from matcher.ranking.programmes.proposals import Programme
from matcher.reports.documents.amounts import Amounts, amounts_of
from matcher.reports.documents.writer import DocumentWriter
from matcher.reports.programme_tables import AGREED, DOUBTFUL, LOCKED, RUNNING
from matcher.reports.results import Results
from matcher.reports.sentences.programme_kinds import KIND_WORDINGS
from matcher.reports.sentences.programmes import INTERMEDIARY, fact_in_words, factor_in_words
from matcher.scoring.criteria.resources import exchange_in_words
from matcher.tables.data import Tables
from matcher.tables.schema.vocabulary import RESOURCES

_NEW = counted_message("1 new", "{count} new")
_IN_CONTACT = counted_message("1 in contact already", "{count} in contact already")
_STANDING = {
    LOCKED: counted_message("1 proposed earlier", "{count} proposed earlier"),
    AGREED: counted_message("1 agreed", "{count} agreed"),
    RUNNING: counted_message("1 running", "{count} running"),
}
_HEADINGS = (
    message("Company"),
    message("Programme; facilitator"),
    message("How many"),
    message("What the units give, to how many"),
    message("Amount, hours, start"),
)
_UNSTATED = counted_message(
    "1 unit states no capacity and counts as {default}.", "{count} units state no capacity and count as {default} each."
)
_HOW_CHOSEN = message(
    "The score of a plan is the share of a company's people in a unit with a partner, times how well that partner suits "
    "the unit; 1 would be a perfect partner for everyone. Where plans score about as much, local partners go before a "
    "central one that fits the company less well."
)
_FURTHER = message("A further partner of a unit is proposed only if it scores at least {share} of the unit's best one.")
_AMOUNT = r"\s*(?:[A-Za-z]{1,4}|[€$£])?\s*\d[\d.,'\s-]*(?:[A-Za-z]{1,7}|[€$£])?\s*"
_NOT_COMPARED = message("Not compared, with one unit or one possible plan: {names}.")
_SHORT = {DECENTRAL: message("local"), CENTRAL: message("central"), COMBINED: message("central with local")}
_IN_SHORT: Mapping[str, str] = {
    BRINGS_MORE: message("{difference} more than {other}"),
    ADDS_ENOUGH: message("{difference} more than {other}, enough for the further partners"),
    ADDS_LITTLE: message("{other} adds too little for the further partners"),
    FEWER: message("fewer new partners than {other}"),
}
"""Why a plan wins over another where no fact decides."""
_MOST_SHARED = 12
_MORE_SHARED = counted_message("1 more nonprofit is asked by several companies.", "{count} more nonprofits are asked by several companies.")  # fmt: skip
_SHARED_HEADINGS = (message("Nonprofit"), message("Units"), message("Room for partnerships"))


def decision(results: Results, paper: DocumentWriter, recommended: Sequence[Programme]) -> None:
    """Add what the board is asked to decide, with what each company's people give as far as the lists say it.

    Parameters
    ----------
    results : Results
    paper : DocumentWriter
    recommended : sequence of Programme
        Those that the paper shows.
    """
    language = results.language
    paper.heading(language.phrase("What we ask you to decide"))
    paper.paragraph(results.programmes.asked(recommended), with_next=True)
    amounts = amounts_of(results)
    rows = [_asked_row(results, programme, amounts) for programme in recommended]
    paper.table([language.phrase(heading) for heading in _HEADINGS], rows, (3.2, 4.4, 2.4, 3.8, 3.4))
    notes = [
        language.phrase(
            "What the units give is what they offer of what the nonprofits ask for, with the number of nonprofits that get it. "
            "Fill in amounts, hours and dates before you decide."
        )
    ]
    asked = [pair for programme in recommended for pair in programme.new_pairs]
    if sums := _sums(amounts, asked, language):
        notes.append(
            language.phrase("All together they ask: {sums}. Each nonprofit counts once.", sums="; ".join(sums))
        )
    named = {item.heading for item in amounts}
    if columns := [heading for heading in _columns_left(results.tables) if heading not in named]:
        notes.append(
            language.phrase(
                "The lists hold numbers that are not counted with, but stand in the workbook: {columns}.",
                columns=", ".join(columns),
            )
        )
    capacity = results.data.units.capacity
    if unstated := int(np.isnan(capacity).sum()):
        default = language.number(results.data.settings.programmes.unit_capacity)
        notes.append(language.count_phrase(*_UNSTATED, unstated, default=default))
    if not all(programme.facilitator.is_foundation for programme in recommended):
        notes.append(language.phrase(INTERMEDIARY))
    paper.paragraph(" ".join(notes), quiet=True)


def _sums(amounts: Sequence[Amounts], pairs: Sequence[Pair], language: Language) -> list[str]:
    """Sum of each column of money over the nonprofits of some pairs."""
    return [said for item in amounts if (said := item.sum_in_words((site for _, site in pairs), language))]


def _asked_row(results: Results, programme: Programme, amounts: Sequence[Amounts]) -> list[str]:
    language, programmes = results.language, results.programmes
    new = programme.new_pairs
    given: Counter[str] = Counter()
    for pair in new:
        item = programmes.records[pair].criterion("resources")
        given.update([] if item is None else item.facts.get("nonprofit_gains", []))
    what = [
        language.phrase(
            "{what} to {count}", what=exchange_in_words([code], language), count=language.number(given[code])
        )
        for code in RESOURCES
        if given[code]
    ]
    heading = language.phrase(KIND_WORDINGS[programme.kind].heading, organisation=programme.organisation)
    contacted = sum(map(programmes.is_contacted, new))
    counts = ((_NEW, len(new) - contacted), (_IN_CONTACT, contacted))
    numbers = [language.count_phrase(*said, count) for said, count in counts if count]
    standing = Counter(programmes.kept(pair) for pair in programme.kept_pairs)
    standing[LOCKED] += standing.pop(DOUBTFUL, 0)  # it stands with its question in the programme
    numbers += [language.count_phrase(*said, standing[kept]) for kept, said in _STANDING.items() if standing[kept]]
    return [
        programme.company,
        f"{heading}; {programmes.facilitator(programme)}",
        ", ".join(numbers),
        ", ".join(what) or language.phrase("not in the lists"),
        "; ".join([*_sums(amounts, new, language), language.phrase("to fill in")]),
    ]


def _columns_left(tables: Tables) -> list[str]:
    """Headings of the columns of numbers in both lists that are copied to the workbook only; none that looks personal."""
    return list(
        dict.fromkeys(
            table.headings.get(column, column)
            for table in (tables.units, tables.nonprofits)
            for column in table.passed_through
            if column not in table.not_on_page and _holds_amounts(table.frame[column])
        )
    )


def _holds_amounts(cells: pd.Series) -> bool:
    """Whether most of the cells that are filled in hold one number, with or without a currency or a unit."""
    filled = cells.dropna().astype("str")
    return bool(len(filled)) and bool(filled.str.fullmatch(_AMOUNT).mean() > 0.5)


def compared_plans(results: Results, paper: DocumentWriter, recommended: Sequence[Programme]) -> None:
    """Add a table of the plans that were compared for each company with several units: what each scores, and the choice.

    Parameters
    ----------
    results : Results
    paper : DocumentWriter
    recommended : sequence of Programme
        Those that the paper shows.
    """
    language = results.language
    comparison_of = {item.company: item for item in results.programmes.plan.comparisons}
    rows, without = [], []
    for programme in recommended:
        item = comparison_of[programme.company]
        if item.facts.company_sites < 2 or len(item.plans) < 2:
            without.append(programme.company)
            continue
        worths = [language.score(item.plans[kind].worth) if kind in item.plans else "–" for kind in PROGRAMME_KINDS]
        chosen = language.phrase(_SHORT[programme.kind])
        why = "; ".join(_in_short(verdict, item, programme.kind, language) for verdict in item.verdicts)
        rows.append([programme.company, *worths, as_sentence([f"{chosen}: {why}" if why else chosen])])
    notes = [language.phrase(_HOW_CHOSEN)] if rows else []
    share = results.data.settings.programmes.further_share
    if rows and without:
        notes.append(language.phrase(_NOT_COMPARED, names=language.join(without)))
    notes += [language.phrase(_FURTHER, share=language.percent(share))] if share else []
    if rows:
        paper.heading(language.phrase("The plans compared"))
        plans = [capital(language.phrase(_SHORT[kind])) for kind in PROGRAMME_KINDS]
        headings = [language.phrase("Company"), *plans, language.phrase("Chosen, and why")]
        paper.table(headings, rows, (3.4, 1.5, 1.7, 2.2, 8.4))
    if notes:
        paper.paragraph(" ".join(notes), quiet=True)


def _in_short(verdict: Verdict, comparison: KindComparison, chosen: ProgrammeKind, language: Language) -> str:
    """Why a plan wins over another, beside the scores of both: the fact that decides, else how these differ as shown."""
    if verdict.fact:
        return fact_in_words(verdict.fact, comparison.facts, language)
    shown = [round(comparison.plans[kind].worth, 2) for kind in (chosen, verdict.other)]
    other, difference = language.phrase(_SHORT[verdict.other]), language.score(abs(shown[0] - shown[1]))
    return language.phrase(_IN_SHORT[verdict.code], other=other, difference=difference)


def shared_nonprofits(results: Results, paper: DocumentWriter, recommended: Sequence[Programme]) -> None:
    """Add the nonprofits that are in the programmes of several companies, which had better talk to them together.

    Parameters
    ----------
    results : Results
    paper : DocumentWriter
    recommended : sequence of Programme
        Those that the paper shows.
    """
    language, nonprofits = results.language, results.data.nonprofits
    units_at: dict[int, list[int]] = {}
    companies_at: dict[int, set[str]] = {}
    for programme in recommended:
        for unit, site in programme.all_pairs:
            units_at.setdefault(site, []).append(unit)
            companies_at.setdefault(site, set()).add(programme.company)
    shared = sorted(
        (site for site, companies in companies_at.items() if len(companies) > 1),
        key=lambda site: (-len(companies_at[site]), str(nonprofits.names[site]).casefold(), site),
    )
    if not shared:
        return
    paper.heading(language.phrase("Nonprofits in the programmes of several companies"))
    rows = []
    for site in shared[:_MOST_SHARED]:
        units = ", ".join(str(results.data.units.names[unit]) for unit in sorted(units_at[site]))
        stated = nonprofits.capacity[site]
        room = language.phrase("not in the list") if np.isnan(stated) else language.number(int(stated))
        rows.append([str(nonprofits.names[site]), units, room])
    headings = [language.phrase(heading) for heading in _SHARED_HEADINGS]
    paper.table(headings, rows, (5.0, 9.4, 2.8))
    notes = [language.phrase("Agree among you who talks to them, before each does so alone.")]
    if (more := len(shared) - _MOST_SHARED) > 0:
        notes.append(language.count_phrase(*_MORE_SHARED, more))
    paper.paragraph(" ".join(notes), quiet=True)


def general_points(recommended: Sequence[Programme]) -> list[str]:
    """Success factors that are open in half of the programmes or more, and so said once."""
    count = Counter(item.factor for programme in recommended for item in programme.agenda if item.state == OPEN)
    return [factor for factor in count if 2 * count[factor] >= len(recommended)]


def own_points(programme: Programme, general: Sequence[str], language: Language) -> list[str]:
    """What a programme has to settle besides the general points, or has settled already, as sentences.

    Parameters
    ----------
    programme : Programme
    general : sequence of str
        From :func:`general_points`.
    language : Language
    """
    besides = [item.factor for item in programme.agenda if item.state == OPEN and item.factor not in general]
    settled = [item.factor for item in programme.agenda if item.state != OPEN and item.factor in general]
    said = []
    if besides:
        said.append(language.phrase("To settle here besides: {factors}.", factors=factors_in_words(besides, language)))
    if settled:
        said.append(
            language.phrase(
                "Settled here already, of what is to settle before a start: {factors}.",
                factors=factors_in_words(settled, language),
            )
        )
    return said


def factors_in_words(factors: Sequence[str], language: Language) -> str:
    """Names of success factors, with commas: the last one may itself hold an "and".

    Parameters
    ----------
    factors : sequence of str
    language : Language
    """
    return ", ".join(factor_in_words(factor, language) for factor in factors)
