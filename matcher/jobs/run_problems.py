"""Problems of the lists that only the run as a whole shows: partnerships beyond a capacity, proposals that a gate excludes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from matcher.messages import ByLanguage, Message
from matcher.places.geocoders.registry import as_locator
from matcher.ranking.programmes.companies import companies_of, head_office_notices
from matcher.ranking.programmes.fixed_pairs import standing_notices
from matcher.ranking.programmes.notices import (
    LOCK_GATED,
    NO_HEAD_OFFICE,
    OVERBOOKED_NONPROFIT,
    OVERBOOKED_ORGANISATION,
    OVERBOOKED_UNIT,
    OVERFULL_NONPROFIT,
    OVERFULL_ORGANISATION,
    OVERFULL_UNIT,
    VETOED_RUNNING,
    PlanNotice,
)
from matcher.reports.sentences.notices import notice_message
from matcher.scoring.criteria.registry import known_criteria, read_columns
from matcher.scoring.eligibility import NothingKnown
from matcher.scoring.gated_run import GatedRun
from matcher.scoring.preparation import prepare_nonprofits, prepare_run, prepare_units
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings
from matcher.tables.data import Tables
from matcher.tables.problems import Problem
from matcher.tables.read.table import Table
from matcher.tables.schema.columns import Nonprofit, Partnership, Unit
from matcher.tables.schema.tables import READABLE
from matcher.tables.status import Status
from matcher.texts.encoders.handle import EncoderHandle

NOTHING_KNOWN = "nothing_known"

_MENDED_BY: Mapping[str, Message] = {
    OVERFULL_UNIT: Message("Correct the capacity, or give partnerships that are over the status completed"),
    OVERBOOKED_UNIT: Message("Correct the capacity, or choose which proposals stay"),
    NO_HEAD_OFFICE: Message("If it is another unit, say yes at that one under '{column}'", column=ByLanguage(Unit.IS_HQ, READABLE["units"].by_name[Unit.IS_HQ].labels)),
    LOCK_GATED: Message("Correct the status if it is no proposal any more, else what the reason names"),
    VETOED_RUNNING: Message("Delete the row that is wrong"),
}  # fmt: skip
_AS_OF_UNIT = {
    OVERFULL_NONPROFIT: OVERFULL_UNIT,
    OVERFULL_ORGANISATION: OVERFULL_UNIT,
    OVERBOOKED_NONPROFIT: OVERBOOKED_UNIT,
    OVERBOOKED_ORGANISATION: OVERBOOKED_UNIT,
}
_STATUS_OF = {LOCK_GATED: Status.PROPOSED, VETOED_RUNNING: Status.VETOED}


def with_run_problems(tables: Tables, gated: Scorer | GatedRun) -> Tables:
    """Tables with the problems that the run as a whole shows; those of a row that these explain better are left out.

    Parameters
    ----------
    tables : Tables
        Without errors.
    gated : Scorer or GatedRun
        Of the tables; its texts need not be read.
    """
    notices = [*standing_notices(gated), *head_office_notices(gated, companies_of(gated))]
    found = [problem for notice in notices if (problem := _of_notice(notice, tables, gated))]
    unknown = NothingKnown(gated.run).unknown_nonprofits
    found += _of_unknown(tables.nonprofits, gated.run.nonprofits.ids[unknown].tolist())
    empty = {(problem.file, problem.row) for problem in found if problem.code == NOTHING_KNOWN}
    problems = [each for each in tables.problems if each.kind != "blank" or (each.file, each.row) not in empty] + found
    for table in tables.by_name.values():
        problems = table.with_cells(problems)
    return replace(tables, problems=tuple(problems))


def beyond_the_lists(notices: Sequence[PlanNotice], gated: Scorer | GatedRun) -> list[PlanNotice]:
    """Notices about a plan that its lists alone do not give rise to, and so no problem says: of locks, vetoes and scores.

    Parameters
    ----------
    notices : sequence of PlanNotice
    gated : Scorer or GatedRun
    """
    of_lists = [*standing_notices(gated), *head_office_notices(gated, companies_of(gated))]
    return [notice for notice in notices if notice not in of_lists]


def outline(tables: Tables, settings: Settings, cache_folder: Path | None = None) -> GatedRun:
    """Run of tables whose texts are not read: with gates, capacities and words, and without scores.

    Parameters
    ----------
    tables : Tables
        Without errors.
    settings : Settings
    cache_folder : Path, optional
        Where embeddings of words and answers of an online geocoder are kept.
    """
    criteria = known_criteria(settings)
    locator = as_locator(settings.places.geocoder, settings.places.default_country, cache_folder)
    encoder = EncoderHandle(settings.text.encoder, cache_folder, settings.cache.max_mb)()
    units, nonprofits = tables.units.frame, tables.nonprofits.frame
    columns = [read_columns(criteria, name) for name in ("units", "nonprofits")]
    run = prepare_run(
        prepare_units(units, settings, None, locator, columns[0]),
        prepare_nonprofits(nonprofits, settings, None, locator, columns=columns[1]),
        units,
        nonprofits,
        None if tables.partnerships is None else tables.partnerships.frame,
        settings,
        encoder,
        criteria,
    )
    return GatedRun.of(run)


def _of_notice(notice: PlanNotice, tables: Tables, gated: Scorer | GatedRun) -> Problem | None:
    """Problem at the row that a notice is about; None where it is about no row."""
    facts, column = notice.facts, Unit.CAPACITY
    if notice.code in _STATUS_OF:
        if tables.partnerships is None:
            return None
        table, column, frame = tables.partnerships, Partnership.STATUS, tables.partnerships.frame
        is_meant = (frame[Partnership.UNIT_ID] == facts["unit"]) & (
            frame[Partnership.NONPROFIT_ID] == facts["nonprofit"]
        )
        is_meant &= frame[Partnership.STATUS] == _STATUS_OF[notice.code]
        positions = np.flatnonzero(is_meant)
    elif "organisation" in facts:
        table, column, nonprofits = tables.nonprofits, Nonprofit.ORGANISATION_CAPACITY, gated.run.nonprofits
        stated = ~np.isnan(nonprofits.organisation_capacity) & (nonprofits.organisations == facts["organisation"])
        positions = np.flatnonzero(table.frame[Nonprofit.ID].isin(nonprofits.ids[stated].tolist()))
    else:
        side = "unit" if "unit" in facts else "nonprofit"
        table = tables.by_name[f"{side}s"]
        column = Unit.IS_HQ if notice.code == NO_HEAD_OFFICE else column
        positions = np.flatnonzero(table.frame[READABLE[table.name].id_column] == facts[side])
    if not len(positions):
        return None
    shown = column if column in table.headings else None
    remedy = _MENDED_BY[_AS_OF_UNIT.get(notice.code, notice.code)]
    return table.problem(int(positions[0]), shown, notice_message(notice), remedy, "warning", notice.code)


def _of_unknown(nonprofits: Table, ids: Sequence[str]) -> list[Problem]:
    """Warnings of nonprofits that are on no list, since a list can say nothing of them."""
    message = Message("it is on no list, since nothing is known of its mission, its causes or its place")
    remedy = Message("Fill in one of the three")
    return [
        nonprofits.problem(int(position), None, message, remedy, "warning", NOTHING_KNOWN)
        for position in np.flatnonzero(nonprofits.frame[Nonprofit.ID].isin(list(ids)))
    ]
