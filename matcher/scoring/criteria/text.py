"""Mission and values: similarity of two texts, and for mission also the causes that both name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from matcher.i18n.language import Language, counted_message, message
from matcher.scoring.criteria.base import (
    ALL,
    CostlyPart,
    Criterion,
    FastPartScorer,
    Part,
    SearchedSetting,
    known_anywhere,
)
from matcher.scoring.data import Bools, Columns, Floats, Ints, Run, Singles
from matcher.scoring.explanation import CriterionRecord, PairRecord
from matcher.scoring.joining import Evidence
from matcher.tables.schema.columns import Nonprofit, Unit
from matcher.texts.chunks import Chunk
from matcher.texts.features.base import TileScorer
from matcher.texts.similarity.field import FieldSimilarity
from matcher.texts.similarity.pairing import FastPairScorer
from matcher.texts.similarity.pool import TextPool
from matcher.texts.similarity.reference import Reference
from matcher.texts.similarity.scale import TextScale

_ALIKE, _SOMEWHAT_ALIKE = 1.25, 0.5
"""Standard deviations above the average pair from which two texts are called alike, and somewhat alike where nothing else
can be said; less is no reason."""
_TEXTS_ONLY = message("only the texts as a whole are alike")
_UNIT_WRITES = message("only the texts as a whole are alike: {unit} writes “{quote}”")
"""Where no cause speaks for a pair: with a sentence of the unit to be read beside the nonprofit's. That these are
alike is not said: few are, and their vectors cannot tell which."""
_SOMEWHAT = message("the texts of both missions are somewhat alike")
_ALIKE_FROM = 0.5
"""Score of the criterion below which no texts are called alike."""
_OF_CAUSES = Evidence(0.5, 0.71, most=0.6)
"""What the likeness of missions shows of causes; chosen on graded pairs, see ``models/score/README.md``.

Its limit costs no agreement with readers, and lets the search leave out pairs by their causes before texts are compared.
"""
_EQUAL_TO = 1e-9
"""Score below the average that is still the average: sums differ in their last digits."""
_NO_COMMON_CAUSE = message("no shared cause")
_CAUSES_OF = {"unit": message("the causes of the unit"), "nonprofit": message("the causes of the nonprofit")}
"""What is unknown where a side names no causes."""
_BOTH_WORK_ON = counted_message("both work on {causes}", "both work on {causes}")
"""Alike in English; other languages count the causes."""
_NEAR = message("‘{named}’ is near the ‘{wanted}’ that {unit} wants")


DEVIATIONS = "deviations_above_average"
"""Name of a fact."""
UNNAMED = "names_no_causes"
"""Name of a fact: the side that names no causes."""


class TextPart(CostlyPart):
    """Similarity of a text of units and a text of nonprofits, on the scale of all pairs of the run.

    Parameters
    ----------
    run : Run
    field : {"mission", "values"}
    share : ndarray of shape (m,)
        Share of the criterion's weight for each unit.
    evidence : Evidence, optional
        What the likeness shows of the criterion's other parts.
    """

    name = "text"

    def __init__(self, run: Run, field: str, share: Floats, evidence: Evidence | None = None) -> None:
        self.evidence_of_others = evidence
        units, nonprofits = run.units.texts[field], run.nonprofits.texts[field]
        chosen = run.settings.text
        in_mean = nonprofits.first_of_each(run.nonprofits.active)
        reference = Reference.of(run.encoder)
        alone = reference is None or not chosen.min_pool
        self.pool = TextPool(
            units,
            nonprofits,
            in_mean,
            run.encoder,
            reference,
            1.0 if alone else min(1.0, float(in_mean.sum()) / chosen.min_pool),
        )
        self._known = units.known, nonprofits.known
        self._share = share
        self._valued = np.empty(0, dtype=np.int64), np.empty(0)
        self.field = FieldSimilarity.fit(
            self.pool,
            chosen.parts,
            active=run.nonprofits.active,
            companies=run.units.company_codes,
            company_prior=chosen.company_prior,
            slope=chosen.slope,
        )

    def in_play(self) -> bool:
        return known_anywhere(*self._known)

    def share(self) -> Floats:
        return self._share

    def known(self) -> tuple[Bools, Bools]:
        return self._known

    def fast_scorer(self, chunk: Chunk) -> FastTextScorer:
        return FastTextScorer(self.field.pairing(chunk).fast_scorer(), self.field.scale)

    def block(self, rows: Columns, columns: Columns = ALL) -> Floats:
        chosen = np.arange(len(self._known[1]))[columns]
        scores = self.field.scale.score(self.field.pairing_of(self.pool.nonprofits, chosen).block(rows))
        scores[~self._known[0][rows]] = np.nan
        scores[:, ~self._known[1][chosen]] = np.nan
        return scores

    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        scores = self.field.scale.score(self._similarity(units, nonprofits))
        scores[~(self._known[0][units] & self._known[1][nonprofits])] = np.nan
        return scores

    def _similarity(self, units: Ints, nonprofits: Ints) -> Floats:
        """Similarity of pairs, shape (k,), computed in the processes that hold the nonprofits' texts.

        Pairs are ranked, tried for their stability and explained: those of the call before are not computed again.
        """
        pairs = nonprofits * len(self._known[0]) + units
        keys, values = self._valued
        at = np.minimum(np.searchsorted(keys, pairs), len(keys) - 1)
        if not len(keys) or not np.array_equal(keys[at], pairs):
            keys, at = np.unique(pairs, return_inverse=True)
            nonprofits, units = np.divmod(keys, len(self._known[0]))
            chunks = self.pool.nonprofits.chunks
            values = np.concatenate([np.empty(0), *chunks.each(_similarity_of_pairs, self.field, units, nonprofits)])
            self._valued = keys, values
        return np.asarray(values[at])

    def facts(self, units: Ints, nonprofits: Ints) -> list[dict[str, Any]]:
        deviations = self._deviations(units, nonprofits).tolist()
        return [{} if np.isnan(deviation) else {DEVIATIONS: deviation} for deviation in deviations]

    def common_ground(self, units: Ints, nonprofits: Ints, scores: Floats, averages: Floats) -> Floats:
        is_alike = self._deviations(units, nonprofits) >= _ALIKE
        return np.where(is_alike & (scores >= np.maximum(averages - _EQUAL_TO, _ALIKE_FROM)), 1.0, np.nan)

    def _deviations(self, units: Ints, nonprofits: Ints) -> Floats:
        """Standard deviations of pairs above the average pair, to two decimals, shape (k,); NaN where unknown."""
        scale = self.field.scale
        above = self._similarity(units, nonprofits) - scale.mean
        deviations = np.round(above / scale.deviation, 2) if scale.deviation > 0 else np.zeros(len(units))
        return np.where(self._known[0][units] & self._known[1][nonprofits], deviations, np.nan)


class FastTextScorer(FastPartScorer):
    """:class:`TextPart` in single precision.

    Parameters
    ----------
    similarity : FastPairScorer
    scale : TextScale
    """

    def __init__(self, similarity: FastPairScorer, scale: TextScale) -> None:
        self._similarity, self._scale = similarity, scale
        self.relative_error = scale.relative_error(similarity.error)

    def pairs(self, units: Ints, columns: Ints, min_score: Floats) -> Singles:
        return self._scale.fast_score(self._similarity.pairs(units, columns, self._scale.similarity(min_score)))

    def tiles(self, units: Ints) -> TileScorer:
        similarity = self._similarity.tiles(units)
        return lambda columns: self._scale.fast_score(similarity(columns))


def _similarity_of_pairs(chunk: Chunk, field: FieldSimilarity, units: Ints, nonprofits: Ints) -> Floats:
    mine = slice(*np.searchsorted(nonprofits, [chunk.rows.start, chunk.rows.stop]))
    if mine.start == mine.stop:
        return np.empty(0)
    return field.pairing(chunk).pairs(units[mine], nonprofits[mine] - chunk.start)


class CausePart(Part):
    """Share of the nonprofit's causes that the unit wants: the mean, over these, of the best affinity with a wanted cause.

    A nonprofit whose only cause the unit wants scores 1, however many other causes the unit wants too.

    Parameters
    ----------
    run : Run
    share : ndarray of shape (m,)
        Share of the criterion's weight for each unit.
    """

    name = "causes"

    def __init__(self, run: Run, share: Floats) -> None:
        self._words, self._affinity = run.causes.words, run.causes.affinity
        self._wanted = run.units.causes
        self._classes = run.nonprofits.cause_codes
        first = np.unique(self._classes, return_index=True)[1]
        self._named = run.nonprofits.causes[first]
        self._wants = np.asarray(self._wanted.any(axis=1))
        # NaN where none is named: the quotient is then unknown.
        self._named_count = _counts(self._named)
        self._share = share
        # Of each word, the best affinity with any that a unit wants. Affinities are multiples of 1/64, so that sums of
        # them are exact in single precision.
        self._best = np.zeros(self._wanted.shape, dtype=np.float32)
        for wanted, named in np.argwhere(self._affinity > 0):
            value = np.float32(self._affinity[wanted, named])
            np.maximum(self._best[:, named], value * self._wanted[:, wanted], out=self._best[:, named])

    def in_play(self) -> bool:
        wanted, named = self._wanted.any(axis=0), self._named.any(axis=0)
        return bool((self._affinity[np.ix_(wanted, named)] > 0).any())

    def share(self) -> Floats:
        return self._share

    def equivalence_classes(self) -> Ints:
        return self._classes

    def block(self, rows: Columns, columns: Columns = ALL) -> Floats:
        classes, position = np.unique(self._classes[columns], return_inverse=True)
        total = (self._best[rows] @ self._named[classes].T.astype(np.float32)).astype(np.float64)
        total /= self._named_count[classes]
        total[~self._wants[rows]] = np.nan
        return total[:, position]

    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        classes = self._classes[nonprofits]
        total = np.einsum("ij,ij->i", self._best[units], self._named[classes]).astype(np.float64)
        return np.where(self._wants[units], total / self._named_count[classes], np.nan)

    def common_ground(self, units: Ints, nonprofits: Ints, scores: Floats, averages: Floats) -> Floats:
        return np.ceil(self.pairs(units, nonprofits))

    def facts(self, units: Ints, nonprofits: Ints) -> list[dict[str, Any]]:
        return [
            self._facts(self._wanted[unit], self._named[self._classes[site]])
            for unit, site in zip(units, nonprofits, strict=True)
        ]

    def _facts(self, wanted: Bools, named: Bools) -> dict[str, Any]:
        if not wanted.any():
            return {UNNAMED: "unit"}
        if not named.any():
            return {UNNAMED: "nonprofit"}
        shared = wanted & named
        found: dict[str, Any] = {"shared_causes": [self._words[word] for word in np.flatnonzero(shared)]}
        near = self._affinity * np.outer(wanted & ~shared, named & ~shared)
        pairs = [
            [self._words[word], self._words[other]]
            for word, other in enumerate(near.argmax(axis=1))
            if near[word, other] > 0
        ]
        return found | {"near_causes": pairs} if pairs else found


def _counts(words: Bools) -> Floats:
    count = words.sum(axis=1).astype(np.float64)
    return np.where(count > 0, count, np.nan)


_DEVIATIONS = message("standard deviations above the average pair")


class Mission(Criterion):
    """Shared mission: text with the causes named in it, and the causes wanted.

    Words of lists leave causes out and name them in many ways, so texts that are much alike count as causes in common.
    Texts alone tell less than texts and causes, though: the best of a unit that names no causes would score as high as
    those that share one. Its unknown causes take a small share of mission, which lowers its scores.
    """

    name = "mission"
    reads_settings = ("mission", "text")
    is_central = True
    reads_history = False
    order_in_reason = 0
    finds_common_ground = True
    unit_columns = (Unit.MISSION, Unit.CAUSES)
    nonprofit_columns = (Nonprofit.MISSION, Nonprofit.CAUSES)
    searched = (
        SearchedSetting("mission.cause_share", ("mission",), (0.0, 0.3, 0.6, 1.0)),
        SearchedSetting("text.parts.ngrams", ("mission", "values"), (0.0, 2.0, 10.0)),
        SearchedSetting("text.parts.dense", ("mission", "values"), (1.0,)),
    )
    fact_labels: ClassVar[Mapping[str, str]] = {
        DEVIATIONS: _DEVIATIONS,
        "shared_causes": message("causes of both"),
        "near_causes": message("causes near each other"),
        UNNAMED: message("no causes named by"),
    }

    def parts(self, run: Run) -> Sequence[Part]:
        chosen = run.settings.mission
        cause_share = np.where(run.units.causes.any(axis=1), chosen.cause_share, chosen.unknown_cause_share)
        return TextPart(run, "mission", 1 - cause_share, _OF_CAUSES), CausePart(run, cause_share)

    def unknown_label(self, language: Language) -> str:
        return language.phrase(message("mission"))

    def is_common_ground(self, item: CriterionRecord) -> bool:
        return bool(item.facts.get("shared_causes") or item.facts.get("near_causes") or is_alike(item))

    def phrases(self, item: CriterionRecord, pair: PairRecord, language: Language) -> list[str]:
        """What the two have in common: causes, else sentences of both; or that no cause is shared, where both name some.

        Nearly all pairs that share a cause have texts that are alike, so that stating it there adds nothing.
        """
        causes = item.facts.get("shared_causes")
        if causes:
            found = [language.count_phrase(*_BOTH_WORK_ON, len(causes), causes=language.words(causes))]
        else:
            found = [
                language.phrase(_NEAR, unit=pair.unit_name, wanted=language.word(wanted), named=language.word(named))
                for wanted, named in item.facts.get("near_causes", [])[:1]
            ]
        if not found and is_alike(item):
            said, quote = _UNIT_WRITES if pair.unit_quote else _TEXTS_ONLY, pair.unit_quote.rstrip(".")
            found.append(language.phrase(said, unit=pair.unit_name, quote=quote))
        if found or (causes is None and DEVIATIONS not in item.facts):
            return found
        if causes is not None:
            return [language.phrase(_NO_COMMON_CAUSE)]
        return [language.phrase(_SOMEWHAT)] if is_alike(item, _SOMEWHAT_ALIKE) else []

    def unknown_facts(self, item: CriterionRecord, language: Language) -> dict[str, str]:
        side = item.facts.get(UNNAMED)
        return {} if side is None else {f"{side}_causes": language.phrase(_CAUSES_OF[side])}

    def fact_value(self, name: str, value: object, language: Language) -> str:
        if name == "near_causes" and isinstance(value, list):
            return ", ".join(" – ".join(map(language.word, pair)) for pair in value)
        return super().fact_value(name, value, language)


class Values(Criterion):
    """Matching values, from text."""

    name = "values"
    reads_settings = ("text",)
    is_central = True
    reads_history = False
    order_in_reason = 1
    unit_columns = (Unit.VALUES,)
    nonprofit_columns = (Nonprofit.VALUES,)
    fact_labels: ClassVar[Mapping[str, str]] = {"deviations_above_average": _DEVIATIONS}

    def parts(self, run: Run) -> Sequence[Part]:
        return (TextPart(run, "values", np.ones(len(run.units))),)

    def unknown_label(self, language: Language) -> str:
        return language.phrase(message("values"))

    def phrases(self, item: CriterionRecord, pair: PairRecord, language: Language) -> list[str]:
        return []


def is_alike(item: CriterionRecord, least: float = _ALIKE) -> bool:
    """Whether the texts of both missions are called alike.

    That never contradicts the score: nothing is called alike where the criterion takes from the score of the pair or is
    below a half, since alike texts can be outweighed by causes that are not shared.

    Parameters
    ----------
    item : CriterionRecord
        Of the mission.
    least : float
        Standard deviations above the average pair.
    """
    deviations = item.facts.get(DEVIATIONS)
    if deviations is None or item.score is None or item.score < max(item.average - _EQUAL_TO, _ALIKE_FROM):
        return False
    return bool(deviations >= least)
