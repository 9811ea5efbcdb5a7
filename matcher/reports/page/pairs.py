"""What the page shows of an opened pair: everything from its record, and the rows of both sides as they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from matcher.i18n.language import Language, capital, message
from matcher.places.geocoders.base import UNPLACED
from matcher.places.placing import COORDINATES
from matcher.ranking.changes.records import PairChange
from matcher.ranking.programmes.agenda import AgendaItem, agenda, ratings_between
from matcher.ranking.programmes.central import CentralPair
from matcher.reports.charts.steps import BASELINE, TOTAL, Step, shown_step, waterfall_steps
from matcher.reports.page.wording import cell_text, cell_words, shown_km
from matcher.reports.results import Results
from matcher.reports.sentences.changes import change_sentence
from matcher.reports.sentences.history import history_lines
from matcher.reports.sentences.programmes import agenda_note, factor_in_words
from matcher.scoring.criteria.resources import exchange_in_words
from matcher.scoring.explanation import CriterionRecord, PairRecord
from matcher.tables.read.tables import Table
from matcher.tables.schema.columns import Nonprofit, Unit

PLACED_BY = {
    COORDINATES: message("coordinates"),
    "address": message("address"),
    "postcode": message("postcode"),
    "postcode area": message("postcode area"),
    "city": message("town"),
}
"""How a place is known, in words."""
Cells = Mapping[str, Any]
_DECIMALS = 6
_ABBREVIATION = 4


@dataclass
class PairBook:
    """Takes pairs one by one, and gives each a number; what several share is kept once.

    Parameters
    ----------
    results : Results
    """

    results: Results
    pairs: list[dict[str, Any]] = field(default_factory=list)
    _numbers: dict[tuple[str, str, bool], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.language: Language = self.results.language
        self._run = self.results.data
        self._rows = {
            "units": _RowsById(self.results.tables.units, Unit.ID),
            "nonprofits": _RowsById(self.results.tables.nonprofits, Nonprofit.ID),
        }
        self._positions = {
            "units": {str(name): position for position, name in enumerate(self._run.units.ids)},
            "nonprofits": {str(name): position for position, name in enumerate(self._run.nonprofits.ids)},
        }
        self._units: dict[str, int] = {}
        self._nonprofits: dict[str, int] = {}
        self._unit_sides: list[dict[str, Any]] = []
        self._nonprofit_sides: list[dict[str, Any]] = []
        self._agendas: dict[tuple[tuple[str, ...], ...], int] = {}
        self.records: list[PairRecord] = []

    def number_of(self, record: PairRecord, central: CentralPair | None = None) -> int:
        """Return the number of a pair on the page; the pair is added when it is new.

        Parameters
        ----------
        record : PairRecord
        central : CentralPair, optional
            The pairing that the two stand for as head offices: it has a score of its own, which the criteria of the
            record do not add up to.
        """
        key = record.unit_id, record.nonprofit_id, central is not None
        if key not in self._numbers:
            self._numbers[key] = len(self.pairs)
            self.pairs.append(self._pair(record, central))
            self.records.append(record)
        return self._numbers[key]

    def data(self) -> dict[str, Any]:
        """Return all pairs taken in, as plain values, with the sentences and words behind the similarity of their missions."""
        for pair, passages in zip(self.pairs, self.results.passages(self.records), strict=True):
            pair["alike"] = [[item.unit, item.nonprofit] for item in passages.similar]
            pair["shared"], pair["theirs"] = list(passages.shared), list(passages.shared_by_nonprofit)
        return {
            "units": self._unit_sides,
            "nonprofits": self._nonprofit_sides,
            "agendas": [list(rows) for rows in self._agendas],
            "pairs": self.pairs,
        }

    def change_of(self, record: PairRecord) -> PairChange | None:
        """Change of a pair since an earlier run; None where nothing changed, or no such run was named."""
        changes = self.results.changes
        return None if changes is None else changes.of_pair(record.unit_id, record.nonprofit_id)

    def place_of(self, side: str, row_id: str) -> str:
        """Town of a unit or nonprofit, else its postcode; empty where neither is known.

        Parameters
        ----------
        side : {"units", "nonprofits"}
        row_id : str
            Id of the unit or nonprofit.
        """
        row = self._rows[side][row_id]
        return cell_text(row.get("city")) or cell_text(row.get("postcode"))

    def causes_of(self, nonprofit_id: str) -> list[str]:
        """Return the causes of a nonprofit, as codes."""
        return cell_words(self._rows["nonprofits"][nonprofit_id].get(Nonprofit.CAUSES))

    def _pair(self, record: PairRecord, central: CentralPair | None) -> dict[str, Any]:
        return {
            "u": self._side("units", record.unit_id, self._units, self._unit_sides),
            "n": self._side("nonprofits", record.nonprofit_id, self._nonprofits, self._nonprofit_sides),
            "score": record.score if central is None else central.score,
            "steps": [self._step(step, record) for step in waterfall_steps(record)] if central is None else [],
            "facts": self._facts(record) if central is None else self._central_facts(record, central),
            "gives": self._gives(record),
            "agenda": self._agenda(record),
            "change": change_sentence(change, self.language) if (change := self.change_of(record)) else "",
        }

    def _central_facts(self, record: PairRecord, central: CentralPair) -> list[list[str]]:
        unknown = self.language.phrase("unknown")
        parts = [
            [
                item.criterion.heading(self.language)
                if (item := record.criterion(name))
                else capital(self.language.word(name)),
                unknown if score is None else self.language.score(score),
            ]
            for name, score in central.parts.items()
        ]
        return [
            *parts,
            [self.language.phrase("Distance"), self._distance(record)],
            *self._mission_facts(record),
            *self._history(record),
        ]

    def _step(self, step: Step, record: PairRecord) -> list[Any]:
        ends = {BASELINE: self.language.phrase("Nothing known"), TOTAL: self.language.phrase("Score")}
        item = record.criterion(step.name)
        return [
            step.criterion.heading(self.language) if step.criterion else ends[step.name],
            round(step.value, _DECIMALS),
            round(step.start, _DECIMALS),
            round(step.end, _DECIMALS),
            shown_step(step, self.language),
            "" if item is None else self._note(item),
        ]

    def _note(self, item: CriterionRecord) -> str:
        numbers = {"weight": self.language.percent(item.weight), "average": self.language.number(item.average, 2)}
        if item.score is None:
            return self.language.phrase(
                "unknown, counts as {average}, somewhat below average; weight {weight}", **numbers
            )
        score = self.language.number(item.score, 2)
        return self.language.phrase("{score}, where the average is {average}; weight {weight}", score=score, **numbers)

    def _facts(self, record: PairRecord) -> list[list[str]]:
        unknown = [item.criterion.heading(self.language).lower() for item in record.criteria if item.score is None]
        partly = [
            item.criterion.heading(self.language).lower()
            for item in record.criteria
            if item.score is not None and item.known < 1
        ]
        confidence = [
            self.language.phrase(
                "{share} of the weight rests on known facts", share=self.language.percent(record.confidence)
            )
        ]
        if unknown:
            confidence.append(self.language.phrase("unknown: {what}", what=self.language.join(unknown)))
        if partly:
            confidence.append(self.language.phrase("known in part: {what}", what=self.language.join(partly)))
        return [
            [self.language.phrase("Distance"), self._distance(record)],
            [self.language.phrase("Confidence"), "; ".join(confidence)],
            *self._mission_facts(record),
            *self._track_record(record),
            *self._history(record),
        ]

    def _distance(self, record: PairRecord) -> str:
        run = self._run
        unit = run.units.placed_by[self._positions["units"][record.unit_id]]
        nonprofit = run.nonprofits.placed_by[self._positions["nonprofits"][record.nonprofit_id]]
        if record.distance_km is None:
            missing = [
                name for name, how in ((record.unit_name, unit), (record.nonprofit_name, nonprofit)) if how == UNPLACED
            ]
            where = self.language.join(missing) or self.language.join([record.unit_name, record.nonprofit_name])
            return self.language.phrase("unknown: no place is known of {whom}", whom=where)
        how = dict.fromkeys(self.language.phrase(PLACED_BY[str(name)]) for name in (unit, nonprofit))
        return self.language.phrase(
            "{distance} as the crow flies (place known by {how})",
            distance=shown_km(self.language, record.distance_km),
            how=self.language.join(list(how)),
        )

    def _mission_facts(self, record: PairRecord) -> list[list[str]]:
        mission = record.criterion("mission")
        if mission is None or "shared_causes" not in mission.facts:
            return []
        shared = mission.facts["shared_causes"]
        rows = [[self.language.phrase("Shared causes"), self.language.words(shared) or self.language.phrase("none")]]
        if near := mission.facts.get("near_causes"):
            label = mission.criterion.fact_labels["near_causes"]
            shown = mission.criterion.fact_value("near_causes", near, self.language)
            rows.append([capital(self.language.phrase(label)), shown])
        return rows

    def _track_record(self, record: PairRecord) -> list[list[str]]:
        item = record.criterion("track_record")
        phrases = [] if item is None else item.criterion.phrases(item, record, self.language)
        if item is None or not phrases:
            return []
        return [[item.criterion.heading(self.language), capital("; ".join(phrases))]]

    def _history(self, record: PairRecord) -> list[list[str]]:
        lines = history_lines(record, self.language)
        return [[self.language.phrase("Company and organisation"), " ".join(lines)]] if lines else []

    def _gives(self, record: PairRecord) -> list[dict[str, Any]]:
        """Return both directions: what one side offers, what the other seeks, which part is met and which is open."""
        item = record.criterion("resources")
        facts: Mapping[str, Any] = {} if item is None else item.facts
        unit, nonprofit = self._rows["units"][record.unit_id], self._rows["nonprofits"][record.nonprofit_id]
        directions = (
            (
                record.unit_name,
                unit.get(Unit.OFFERS),
                record.nonprofit_name,
                nonprofit.get(Nonprofit.NEEDS),
                "nonprofit",
            ),
            (record.nonprofit_name, nonprofit.get(Nonprofit.OFFERS), record.unit_name, unit.get(Unit.SEEKS), "unit"),
        )
        unknown = self.language.phrase("not filled in")
        shown = []
        for giver, offers, taker, asks, side in directions:
            rows = [
                [self.language.phrase("Offers"), exchange_in_words(cell_words(offers), self.language) or unknown],
                [
                    self.language.phrase("The other seeks"),
                    exchange_in_words(cell_words(asks), self.language) or unknown,
                ],
            ]
            if f"{side}_gains" in facts:
                met, open_ = facts[f"{side}_gains"], facts[f"{side}_still_misses"]
                nothing = self.language.phrase("nothing")
                rows.append([self.language.phrase("Meets"), exchange_in_words(met, self.language) or nothing])
                rows.append([self.language.phrase("Still missing"), exchange_in_words(open_, self.language) or nothing])
            shown.append(
                {"title": self.language.phrase("From {giver} to {taker}", giver=giver, taker=taker), "rows": rows}
            )
        return shown

    def _agenda(self, record: PairRecord) -> int:
        run = self._run
        unit, nonprofit = self._positions["units"][record.unit_id], self._positions["nonprofits"][record.nonprofit_id]
        same_company = run.units.companies[run.history.unit] == run.units.companies[unit]
        ratings = ratings_between(run.history, same_company & (run.history.nonprofit == nonprofit))
        rows = agenda_rows(agenda([record], ratings), self.language)
        return self._agendas.setdefault(tuple(map(tuple, rows)), len(self._agendas))

    def _side(self, side: str, row_id: str, numbers: dict[str, int], sides: list[dict[str, Any]]) -> int:
        if row_id not in numbers:
            numbers[row_id] = len(sides)
            row = self._rows[side][row_id]
            table = self.results.tables.units if side == "units" else self.results.tables.nonprofits
            sides.append(
                {
                    "name": cell_text(row.get("name")),
                    "of": cell_text(row.get(Unit.COMPANY if side == "units" else Nonprofit.ORGANISATION)),
                    "mission": cell_text(row.get("mission")),
                    "values": cell_text(row.get("values")),
                    "facts": self._side_facts(side, row, table),
                }
            )
        return numbers[row_id]

    def _side_facts(self, side: str, row: Cells, table: Table) -> list[list[str]]:
        place = " ".join(filter(None, (cell_text(row.get("postcode")), cell_text(row.get("city")))))
        known = [(self.language.phrase("Place"), place)]
        if side == "units":
            known += [(self.language.phrase("Causes wanted"), self.language.words(cell_words(row.get(Unit.CAUSES))))]
        else:
            known += [
                (self.language.phrase("Causes"), self.language.words(cell_words(row.get(Nonprofit.CAUSES)))),
                (
                    self.language.phrase("Accreditation"),
                    self.language.join([_mark(word) for word in cell_words(row.get(Nonprofit.ACCREDITATION))]),
                ),
            ]
        # Headings of columns that we do not know are the user's own words, and stay as they are.
        known += [
            (table.headings.get(column, column), cell_text(row.get(column)))
            for column in table.passed_through
            if column not in table.not_on_page
        ]
        return [[label, text] for label, text in known if text]


def agenda_rows(items: Sequence[AgendaItem], language: Language) -> list[list[str]]:
    """Return agenda items for a reader: subject, state, word for the state, and what is known or to be asked.

    Parameters
    ----------
    items : sequence of AgendaItem
    language : Language
    """
    return [
        [
            capital(factor_in_words(item.factor, language)),
            item.state,
            language.word(item.state),
            capital(agenda_note(item, language)),
        ]
        for item in items
    ]


def _mark(word: str) -> str:
    """Return a quality mark as it is written: a short one is an abbreviation, such as ANBI."""
    return word.upper() if len(word) <= _ABBREVIATION else capital(word)


class _RowsById(dict[str, Cells]):
    """The rows of a table by id, each read at its first use: few of a long list are shown."""

    def __init__(self, table: Table, id_column: str) -> None:
        super().__init__()
        self._frame: pd.DataFrame = table.frame
        self._columns = [str(column) for column in table.frame.columns]
        self._positions = {str(name): position for position, name in enumerate(table.frame[id_column])}

    def __missing__(self, name: str) -> Cells:
        position = self._positions[name]
        row = next(self._frame.iloc[position : position + 1].itertuples(index=False, name=None))
        self[name] = dict(zip(self._columns, row, strict=True))
        return self[name]
