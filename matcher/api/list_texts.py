"""What reasons take from the cells of the two lists: a sentence of the nonprofit, and the towns of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from matcher.places.placing import town_spellings
from matcher.scoring.explanation import PairRecord
from matcher.tables.read.table import texts_by_id
from matcher.tables.read.tables import Table
from matcher.tables.schema.columns import Unit
from matcher.texts.sentences import plain_text, shorten

QUOTE_LENGTH = 260
"""Most characters of a nonprofit's sentence in a reason."""


@dataclass(frozen=True)
class ListTexts:
    """Texts of two lists.

    Attributes
    ----------
    units, nonprofits : Table
    default_country : str
        ISO 3166 alpha-2, for rows that name none.
    """

    units: Table
    nonprofits: Table
    default_country: str

    def cells(self, records: Sequence[PairRecord], column: str) -> list[tuple[str, str]]:
        """Cells of both sides of pairs in a column of text; empty where blank.

        Parameters
        ----------
        records : sequence of PairRecord
        column : str
            Of both tables.
        """
        units = texts_by_id(self.units, {item.unit_id for item in records}, column)
        nonprofits = texts_by_id(self.nonprofits, {item.nonprofit_id for item in records}, column)
        return [(units[item.unit_id], nonprofits[item.nonprofit_id]) for item in records]

    def quoted(
        self, records: Sequence[PairRecord], quotes: Callable[[list[tuple[str, str]]], list[str]]
    ) -> list[PairRecord]:
        """Records with a sentence of the nonprofit, one of the unit where they share no cause, and the towns of both.

        Parameters
        ----------
        records : sequence of PairRecord
        quotes : callable
            Sentence of the second of two missions, seen from the first.
        """
        missions = self.cells(records, Unit.MISSION)
        found = quotes(missions)
        by_text = [row for row, record in enumerate(records) if record.shares_no_cause]
        of_units = dict(zip(by_text, quotes([missions[row][::-1] for row in by_text]), strict=True))
        shown = {quote: shorten(plain_text(quote), QUOTE_LENGTH) for quote in {*found, *of_units.values(), ""}}
        of_rows = zip(found, self.cells(records, Unit.COUNTRY), self.cells(records, Unit.CITY), strict=True)
        return [
            replace(
                record,
                quote=shown[quote],
                unit_quote=shown[of_units.get(row, "")],
                unit_town=self._towns.get((countries[0], cities[0]), ""),
                nonprofit_town=self._towns.get((countries[1], cities[1]), ""),
            )
            for row, (record, (quote, countries, cities)) in enumerate(zip(records, of_rows, strict=True))
        ]

    @cached_property
    def _towns(self) -> dict[tuple[str, str], str]:
        """Spelling of each town by country and name, the same for every record."""
        used: Counter[tuple[str, str]] = Counter()
        for frame in (self.units.frame, self.nonprofits.frame):
            towns = frame.loc[frame[Unit.CITY].notna(), [Unit.COUNTRY, Unit.CITY]].fillna({Unit.COUNTRY: ""})
            counts = towns.value_counts(sort=False)
            used.update(dict(zip(counts.index.to_list(), counts.tolist(), strict=True)))
        return town_spellings(used, self.default_country)
