"""Resources: what each side gives and what the other looks for, seen from both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from matcher.i18n.language import Language, message
from matcher.scoring.criteria.base import ALL, Criterion, Part, known_anywhere
from matcher.scoring.data import Codes, Columns, Floats, Ints, Run
from matcher.scoring.explanation import CriterionRecord, PairRecord
from matcher.tables.schema.columns import Nonprofit, Unit
from matcher.tables.schema.vocabulary import BENEFITS, RESOURCES

DISJOINT = 0.4
"""Score of two whose offers and needs are known and have nothing in common."""


def overlap_table(n_words: int) -> Floats:
    """Match of an offer with a need for every two sets of words.

    The harmonic mean of two shares, the share of the need that is offered and the share of the offer that is needed
    (the Sørensen-Dice coefficient): ``2 |A & B| / (|A| + |B|)``. NaN where either set is empty, which means unknown.

    Parameters
    ----------
    n_words : int
        Size of the vocabulary; a set is a number with one bit a word.

    Returns
    -------
    ndarray of shape (2 ** n_words, 2 ** n_words), float64
        Row: bits of the offer; column: bits of the need.
    """
    size = np.array([code.bit_count() for code in range(2**n_words)], dtype=np.float64)
    codes = np.arange(2**n_words)
    common = size[codes[:, None] & codes[None, :]]
    with np.errstate(invalid="ignore", divide="ignore"):
        table: Floats = 2 * common / (size[:, None] + size[None, :])
    table[0, :] = table[:, 0] = np.nan
    return table


def harmonic(a: Floats, b: Floats) -> Floats:
    """Harmonic mean of two scores, shape (...); the known one where the other is NaN; 0 where one is 0.

    Parameters
    ----------
    a, b : ndarray, float64
        In [0, 1]; they broadcast against each other.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        both = np.where((a == 0) | (b == 0), 0.0, 2 * a * b / (a + b))
    return np.where(np.isnan(a), b, np.where(np.isnan(b), a, both))


def _raised(gains: Floats) -> Floats:
    return DISJOINT + (1 - DISJOINT) * gains


class ResourcePart(Part):
    """Harmonic mean of the gain of the nonprofit (units offer, nonprofits need) and that of the unit (the reverse).

    It is brought to [``DISJOINT``, 1]: two that have nothing to exchange by their lists may still find something.
    """

    name = "resources"

    def __init__(self, run: Run) -> None:
        self._offers, self._seeks = run.units.offers, run.units.seeks
        self._needs, self._gives = run.nonprofits.needs, run.nonprofits.offers
        self._resources, self._benefits = overlap_table(len(RESOURCES)), overlap_table(len(BENEFITS))

    def in_play(self) -> bool:
        return known_anywhere(self._offers, self._needs) or known_anywhere(self._seeks, self._gives)

    def equivalence_classes(self) -> Ints:
        return self._needs.astype(np.int64) * len(self._benefits) + self._gives

    def block(self, rows: Columns, columns: Columns = ALL) -> Floats:
        nonprofit_gains = self._resources[self._offers[rows]][:, self._needs[columns]]
        unit_gains = self._benefits[:, self._seeks[rows]].T[:, self._gives[columns]]
        return _raised(harmonic(nonprofit_gains, unit_gains))

    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        return _raised(harmonic(*self.directions(units, nonprofits)))

    def directions(self, units: Ints, nonprofits: Ints) -> tuple[Floats, Floats]:
        """Gains of the nonprofits and gains of the units, each of shape (k,), in [0, 1]; NaN where unknown.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        """
        return (
            self._resources[self._offers[units], self._needs[nonprofits]],
            self._benefits[self._gives[nonprofits], self._seeks[units]],
        )

    def facts(self, units: Ints, nonprofits: Ints) -> list[dict[str, Any]]:
        return [
            _direction("nonprofit", offers, needs, RESOURCES) | _direction("unit", gives, seeks, BENEFITS)
            for offers, needs, gives, seeks in zip(
                self._offers[units].tolist(),
                self._needs[nonprofits].tolist(),
                self._gives[nonprofits].tolist(),
                self._seeks[units].tolist(),
                strict=True,
            )
        ]


def _direction(side: str, offer: int, sought: int, words: tuple[str, ...]) -> dict[str, Any]:
    """Gain of one side: words met, missing and not needed, and both shares; empty where unknown."""
    if not offer or not sought:
        return {}
    common = offer & sought
    return {
        f"{side}_gains": words_of(common, words),
        f"{side}_still_misses": words_of(sought & ~offer, words),
        f"{side}_has_no_use_for": words_of(offer & ~sought, words),
        f"{side}_sought_met": round(common.bit_count() / sought.bit_count(), 4),
        f"{side}_offer_used": round(common.bit_count() / offer.bit_count(), 4),
        f"{side}_direction": round(2 * common.bit_count() / (sought.bit_count() + offer.bit_count()), 4),
    }


def words_of(code: int, words: Sequence[str]) -> list[str]:
    """Words whose bits are set.

    Parameters
    ----------
    code : int
    words : sequence of str
        The vocabulary, from the lowest bit.
    """
    return [word for bit, word in enumerate(words) if code >> bit & 1]


def code_of(cell: str, words: Sequence[str]) -> int:
    """Bits of a cell of words with ``;`` between.

    Parameters
    ----------
    cell : str
    words : sequence of str
        The vocabulary, from the lowest bit.
    """
    chosen = {word.strip() for word in cell.split(";")}
    return sum(1 << bit for bit, word in enumerate(words) if word in chosen)


def codes_of(cells: Sequence[str | None], words: Sequence[str]) -> Codes:
    """Bits of cells of words, shape (n,), uint8; 0 where a cell is blank.

    Parameters
    ----------
    cells : sequence of str or None, length n
    words : sequence of str
        The vocabulary, from the lowest bit; at most 8 words.
    """
    codes = {cell: 0 if cell is None else code_of(cell, words) for cell in set(cells)}
    return np.fromiter(map(codes.__getitem__, cells), dtype=np.uint8, count=len(cells))


_SHARES = ("_sought_met", "_offer_used")
_IN_PROSE: Mapping[str, str] = {
    "people": message("volunteers"),
    "means": message("goods or rooms"),
    "mass": message("reach among customers"),
    "media": message("publicity"),
    "engagement": message("volunteering for staff"),
}
"""Words that say little in a sentence, in plainer ones."""


class Resources(Criterion):
    """Gains of both sides."""

    name = "resources"
    reads_settings = ()
    is_central = True
    reads_history = False
    unit_columns = (Unit.OFFERS, Unit.SEEKS)
    nonprofit_columns = (Nonprofit.NEEDS, Nonprofit.OFFERS)
    fact_labels: ClassVar[Mapping[str, str]] = {
        "nonprofit_gains": message("nonprofit gains"),
        "nonprofit_still_misses": message("nonprofit still misses"),
        "nonprofit_has_no_use_for": message("nonprofit does not ask for"),
        "nonprofit_sought_met": message("share of its needs met"),
        "nonprofit_offer_used": message("share of the unit's offer used"),
        "nonprofit_direction": message("fit for the nonprofit"),
        "unit_gains": message("unit gains"),
        "unit_still_misses": message("unit still misses"),
        "unit_has_no_use_for": message("unit does not ask for"),
        "unit_sought_met": message("share of what the unit seeks met"),
        "unit_offer_used": message("share of the nonprofit's offer used"),
        "unit_direction": message("fit for the unit"),
    }

    def parts(self, run: Run) -> Sequence[Part]:
        return (ResourcePart(run),)

    def unknown_label(self, language: Language) -> str:
        return language.phrase(message("what both offer and seek"))

    def phrases(self, item: CriterionRecord, pair: PairRecord, language: Language) -> list[str]:
        offered, gained = item.facts.get("nonprofit_gains"), item.facts.get("unit_gains")
        if offered and gained == []:
            return [
                language.phrase(
                    "{giver} offers {offered} and looks for {sought}, which {other} does not offer",
                    giver=pair.unit_name,
                    other=pair.nonprofit_name,
                    offered=exchange_in_words(offered, language),
                    sought=exchange_in_words(item.facts["unit_still_misses"], language),
                )
            ]
        offers = [
            language.phrase("{giver} offers {offered}", giver=giver, offered=exchange_in_words(codes, language))
            for giver, codes in ((pair.unit_name, offered), (pair.nonprofit_name, gained))
            if codes
        ]
        if offers or _finds_no_use(item):
            return [", ".join(offers)] if offers else []
        return _not_offered(item, pair, language, ("unit",))

    def cautions(self, item: CriterionRecord, pair: PairRecord, language: Language) -> list[str]:
        return _not_offered(item, pair, language, ("nonprofit", "unit")) if _finds_no_use(item) else []

    def fact_value(self, name: str, value: object, language: Language) -> str:
        if isinstance(value, float) and name.endswith(_SHARES):
            return language.percent(value)
        if isinstance(value, list) and value:
            return exchange_in_words(value, language)
        return super().fact_value(name, value, language)


def exchange_in_words(codes: Sequence[str], language: Language) -> str:
    """What is offered or looked for, as in a sentence: a list says "people" where its reader thinks of volunteers.

    Parameters
    ----------
    codes : sequence of str
        Words of the vocabulary.
    language : Language
    """
    return language.join(
        [language.phrase(_IN_PROSE[code]) if code in _IN_PROSE else language.word(code) for code in codes]
    )


def _finds_no_use(item: CriterionRecord) -> bool:
    """Whether the unit offers nothing of what the nonprofit asks for: then there is nothing to begin with."""
    return item.facts.get("nonprofit_gains") == []


def _not_offered(item: CriterionRecord, pair: PairRecord, language: Language, sides: Sequence[str]) -> list[str]:
    """What some sides look for where the other offers none of it, a phrase each."""
    names = {"unit": (pair.unit_name, pair.nonprofit_name), "nonprofit": (pair.nonprofit_name, pair.unit_name)}
    return [
        language.phrase(
            "{taker} looks for {sought}, and {giver} does not offer that",
            taker=names[side][0],
            giver=names[side][1],
            sought=exchange_in_words(item.facts[f"{side}_still_misses"], language),
        )
        for side in sides
        if item.facts.get(f"{side}_gains") == []
    ]
