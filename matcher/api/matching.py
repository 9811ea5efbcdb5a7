"""Nonprofits that were prepared, their match with units, and the results; none of them changes once it is made."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from matcher.api.ids import check_lengths, checked_pair, positions_of
from matcher.api.list_texts import ListTexts
from matcher.api.shortlists import ShortlistsResult
from matcher.compute import Backend, collection_paused
from matcher.errors import MatcherError, SettingsError
from matcher.i18n.language import load_language, message
from matcher.messages import Message
from matcher.places.geocoders.base import Locator
from matcher.places.geocoders.registry import as_locator
from matcher.ranking.programmes.candidates import PairConstraints
from matcher.ranking.programmes.planning import propose
from matcher.ranking.shortlists.selection import Shortlists, best_nonprofits, best_units, empty_lists
from matcher.ranking.shortlists.standing import Standing, Standings, standings
from matcher.reports.programme_tables import Programmes
from matcher.reports.sentences.lists import list_remarks
from matcher.reports.shortlist_table import shortlist_table
from matcher.scoring.criteria.base import Criterion
from matcher.scoring.criteria.registry import Criteria, known_criteria, read_columns, with_weights
from matcher.scoring.data import Floats, Nonprofits
from matcher.scoring.explanation import PairRecord
from matcher.scoring.preparation import prepare_nonprofits, prepare_run, prepare_units
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings
from matcher.tables.problems import TableError, has_errors, log_warnings
from matcher.tables.read.linking import linking_problems
from matcher.tables.read.tables import Table
from matcher.tables.read.word_uses import exclusion_problems
from matcher.tables.schema.columns import Partnership, Unit
from matcher.texts.encoders.base import Encoder
from matcher.texts.encoders.handle import EncoderHandle
from matcher.texts.passages import PassageFinder, Passages

logger = logging.getLogger("matcher")

_OF_OTHER_UNITS = message("{count} partnerships are of units that are not in this table: they count as history")

Pairs = Sequence[tuple[Hashable, Hashable]]
MOST_STANDINGS = 100_000
"""Pairs whose standings go into the page and the workbook; for larger runs ``matcher explain`` gives them."""


@dataclass(frozen=True)
class FittedNonprofits:
    """Nonprofits as they were read and prepared, with what their matches need.

    Attributes
    ----------
    settings : Settings
        With the weights of all criteria.
    criteria : mapping of str to Criterion
    encoder : Encoder
    locator : Locator
    nonprofits : Table
    partnerships : Table or None
    prepared : Nonprofits
    """

    settings: Settings
    criteria: Criteria
    encoder: Encoder
    locator: Locator
    nonprofits: Table
    partnerships: Table | None
    prepared: Nonprofits

    @cached_property
    def passage_finder(self) -> PassageFinder:
        """Finds what makes texts similar; it keeps the vectors of sentences for every match."""
        return PassageFinder(self.encoder)

    @collection_paused()
    def match(self, units: Table, settings: Settings | None = None) -> Match:
        """Match units with the nonprofits.

        Parameters
        ----------
        units : Table
            Without errors.
        settings : Settings, optional
            In place of the fitted ones; encoder and geocoder stay those of the fit.

        Raises
        ------
        TableError
            When partnerships name nonprofits that are not in the list.
        MatcherError
            When no criterion with a weight has data on both sides.
        """
        settings = self.settings if settings is None else with_weights(settings, self.criteria)
        run = prepare_run(
            prepare_units(units.frame, settings, self.encoder, self.locator, read_columns(self.criteria, "units")),
            self.prepared,
            units.frame,
            self.nonprofits.frame,
            None if self.partnerships is None else self.partnerships.frame,
            settings,
            self.encoder,
            self.criteria,
        )
        return Match(self, units, Scorer(run))


@collection_paused()
def fit_tables(
    nonprofits: Table,
    partnerships: Table | None = None,
    *,
    settings: Settings,
    criteria: Sequence[Criterion] = (),
    encoder: Any = None,
    geocoder: Any = None,
    cache_folder: str | Path | None = None,
    backend: Backend | None = None,
) -> FittedNonprofits:
    """Prepare nonprofits for matches: texts are read, places are found.

    Parameters
    ----------
    nonprofits, partnerships : Table
        Without errors.
    settings : Settings
    criteria : sequence of Criterion
        Criteria beside those that are built in, declared in the settings or registered by other packages.
    encoder, geocoder : optional
        In place of those of the settings; see :class:`matcher.PartnerMatcher`.
    cache_folder : str or Path, optional
        Folder for embeddings that are kept between runs.
    backend : Backend, optional
        Where the texts are read and searched. Default: in this process.

    Raises
    ------
    TableError
        When there are no nonprofits, or partnerships name nonprofits that are not in the list.
    SettingsError, EncoderError, GeocoderError, PluginError
        When a setting, an encoder, a geocoder or an extension cannot be used.
    """
    _check_tables(nonprofits, partnerships)
    known = known_criteria(settings, criteria)
    settings = with_weights(settings, known)
    handle = EncoderHandle(settings.text.encoder if encoder is None else encoder, cache_folder, settings.cache.max_mb)
    locator = as_locator(settings.places.geocoder if geocoder is None else geocoder, settings.places.default_country)
    prepared = prepare_nonprofits(
        nonprofits.frame, settings, handle, locator, backend, read_columns(known, "nonprofits")
    )
    return FittedNonprofits(settings, known, handle(), locator, nonprofits, partnerships, prepared)


def _check_tables(nonprofits: Table, partnerships: Table | None) -> None:
    if not len(nonprofits.frame):
        raise MatcherError(Message("{file} has no rows: there must be at least one nonprofit", file=nonprofits.file))
    if partnerships is not None:
        problems = [item for item in linking_problems(partnerships, {"nonprofits": nonprofits}) if item.is_error]
        if problems:
            raise TableError(problems)


@dataclass(frozen=True)
class Match:
    """Units with the fitted nonprofits: the source of shortlists, programmes and explanations.

    Attributes
    ----------
    fitted : FittedNonprofits
    units : Table
    scorer : Scorer
    """

    fitted: FittedNonprofits
    units: Table
    scorer: Scorer

    @collection_paused()
    def shortlists(self) -> ShortlistsResult:
        """Make the shortlists, by the settings of the run."""
        run, settings = self.scorer.run, self.scorer.run.settings
        chosen = self._chosen
        language = load_language(settings.language)
        records = self._with_quotes(
            self._with_stability(self.scorer.records(chosen.units, chosen.nonprofits, chosen.more_sites))
        )
        owners = run.units if settings.side == "units" else run.nonprofits
        unrelated = dict(zip(owners.ids.tolist(), chosen.unrelated.tolist(), strict=True))
        remarks = list_remarks(records, settings.side, language, unrelated, self.scorer.shared_history.of_units())
        frame = shortlist_table(
            records,
            chosen.ranks.tolist(),
            language,
            list(run.criteria),
            remarks,
            side=settings.side,
            passed_through=(self.units, self.fitted.nonprofits),
        )
        listed = {item.unit_id for item in records}
        empty = empty_lists(self.scorer, listed, chosen.unrelated) if settings.side == "units" else []
        return ShortlistsResult(
            frame, tuple(records), tuple(chosen.ranks.tolist()), tuple(empty), remarks, chosen.tradeoff
        )

    def programmes(self, locks: Pairs = (), vetoes: Pairs = ()) -> Programmes:
        """Propose programmes, by the settings of the run.

        Parameters
        ----------
        locks, vetoes : sequence of (id, id)
            Pairs of a unit and a nonprofit to keep and to rule out.

        Raises
        ------
        UnknownIdError
            When a pair names an unknown unit or nonprofit.
        SettingsError
            When a pair is no pair, or is locked and vetoed at once.
        """
        locked, vetoed = (
            frozenset(self.position_of(*checked_pair(pair, name)) for pair in pairs)
            for pairs, name in ((locks, "locks"), (vetoes, "vetoes"))
        )
        for unit, nonprofit in sorted(locked & vetoed):
            ids = self.scorer.run.units.ids[unit], self.scorer.run.nonprofits.ids[nonprofit]
            raise SettingsError(
                Message(
                    "{unit}:{nonprofit} is locked and vetoed at once: drop one of the two",
                    unit=ids[0],
                    nonprofit=ids[1],
                )
            )
        plan = propose(self.scorer, PairConstraints(locked, vetoed))
        quoted = self._with_quotes(self._with_stability(list(plan.records.values())))
        records = dict(zip(plan.records, quoted, strict=True))
        return Programmes(replace(plan, records=records), load_language(self.scorer.run.settings.language))

    def explain(self, unit_id: Hashable, nonprofit_id: Hashable) -> PairRecord:
        """Explain one pair, gates included.

        Parameters
        ----------
        unit_id, nonprofit_id : str or int

        Raises
        ------
        UnknownIdError
            When there is no such unit or nonprofit.
        """
        unit, nonprofit = self.position_of(unit_id, nonprofit_id)
        return self._with_quotes(self.scorer.records(np.array([unit]), np.array([nonprofit]), check_gates=True))[0]

    @cached_property
    def _chosen(self) -> Shortlists:
        is_by_nonprofit = self.scorer.run.settings.side == "nonprofits"
        return best_units(self.scorer) if is_by_nonprofit else best_nonprofits(self.scorer)

    def _with_stability(self, records: Sequence[PairRecord]) -> list[PairRecord]:
        """Records that know how steady their place on a list is, where they have one."""
        chosen, run = self._chosen, self.scorer.run
        if chosen.stability is None:
            return list(records)
        pairs = zip(run.units.ids[chosen.units], run.nonprofits.ids[chosen.nonprofits], strict=True)
        kept = dict(zip(pairs, chosen.stability.tolist(), strict=True))
        return [replace(record, stability=kept.get((record.unit_id, record.nonprofit_id))) for record in records]

    def standing(self, unit_id: Hashable, nonprofit_id: Hashable) -> tuple[Standing, str]:
        """Standing of a pair for its list, and the name of the site that stands for its organisation, if any.

        Parameters
        ----------
        unit_id, nonprofit_id : str or int

        Raises
        ------
        UnknownIdError
            When there is no such unit or nonprofit.
        """
        pair = self.position_of(unit_id, nonprofit_id)
        owner, candidate = pair if self.scorer.run.settings.side == "units" else pair[::-1]
        found = standings(self.scorer, np.array([owner]), self._listed_pairs()).standing(0, candidate)
        return found, str(self.scorer.run.nonprofits.names[found.other_site]) if found.other_site >= 0 else ""

    def standings(self) -> Standings | None:
        """Standings of all pairs; None where they are more than ``MOST_STANDINGS``."""
        run = self.scorer.run
        if len(run.units) * len(run.nonprofits) > MOST_STANDINGS:
            return None
        owners = run.units if run.settings.side == "units" else run.nonprofits
        return standings(self.scorer, np.arange(len(owners)), self._listed_pairs())

    def _listed_pairs(self) -> set[tuple[int, int]] | None:
        """Pairs on lists, where they are not just the first ranks."""
        if not self.scorer.run.settings.shortlist.evenness:
            return None
        return set(zip(self._chosen.units.tolist(), self._chosen.nonprofits.tolist(), strict=True))

    def passages(self, records: Sequence[PairRecord], text: str = "mission") -> list[Passages]:
        """Find the sentences and words that make two texts similar.

        Parameters
        ----------
        records : sequence of PairRecord
        text : {"mission", "values"}

        Returns
        -------
        list of Passages
            One per record.
        """
        return self.fitted.passage_finder.find(self._texts.cells(records, text), self.scorer.centre_of_texts(text))

    @cached_property
    def _texts(self) -> ListTexts:
        return ListTexts(self.units, self.fitted.nonprofits, self.scorer.run.settings.places.default_country)

    def _with_quotes(self, records: Sequence[PairRecord]) -> list[PairRecord]:
        finder, centre = self.fitted.passage_finder, self.scorer.centre_of_texts("mission")
        return self._texts.quoted(records, lambda missions: finder.quotes(missions, centre))

    def scores(self, unit_ids: Sequence[Hashable], nonprofit_ids: Sequence[Hashable]) -> Floats:
        """Score pairs, gates ignored.

        Parameters
        ----------
        unit_ids, nonprofit_ids : sequence of str or int, of equal length

        Returns
        -------
        ndarray of shape (n_pairs,), float64

        Raises
        ------
        SettingsError
            When the two are no lists of equal length.
        UnknownIdError
            When there is no such unit or nonprofit.
        """
        check_lengths(unit_ids, nonprofit_ids)
        run = self.scorer.run
        return self.scorer.scores(
            positions_of(run.units.ids, unit_ids, "unit", run.nonprofits.ids),
            positions_of(run.nonprofits.ids, nonprofit_ids, "nonprofit", run.units.ids),
        )

    def position_of(self, unit_id: Hashable, nonprofit_id: Hashable) -> tuple[int, int]:
        """Positions of a unit and a nonprofit in the run.

        Parameters
        ----------
        unit_id, nonprofit_id : str or int

        Raises
        ------
        UnknownIdError
            When there is no such unit or nonprofit.
        """
        run = self.scorer.run
        unit = positions_of(run.units.ids, [unit_id], "unit", run.nonprofits.ids)
        nonprofit = positions_of(run.nonprofits.ids, [nonprofit_id], "nonprofit", run.units.ids)
        return int(unit[0]), int(nonprofit[0])


def warn_of_units(units: Table, partnerships: Table | None) -> None:
    """Log excluded words that are read in doubt, and the number of partnerships of other units, which count as history.

    Parameters
    ----------
    units : Table
    partnerships : Table or None
    """
    log_warnings(exclusion_problems(units))
    if partnerships is None:
        return
    count = int((~partnerships.frame[Partnership.UNIT_ID].isin(units.frame[Unit.ID])).sum())
    if count:
        logger.info(
            Message("{count} partnerships are of units that are not in this table: they count as history", count=count)
        )


def checked(table: Table) -> Table:
    """The table itself.

    Raises
    ------
    TableError
        When it has errors.
    """
    if has_errors(table.problems):
        raise TableError(table.problems)
    return table
