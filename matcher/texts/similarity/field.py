"""The text similarity of one field of a run, standardised so that scores mean the same for every encoder.

Cosines of different encoders have different scales (one gives unrelated texts 0.80, another 0.05). The similarity of
a pair is therefore turned into a z-score with the mean and the variance over all pairs of the run, and a logistic
function maps it to a score between 0 and 1, with 0.5 for the average pair.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from hashlib import blake2b
from uuid import uuid4

import numpy as np

from matcher.arrays import Bools, Floats, Ints, evenly_spaced
from matcher.texts.chunks import Chunk
from matcher.texts.corpus import Texts
from matcher.texts.features.parts import TEXT_PARTS, available_parts
from matcher.texts.similarity.pairing import VARIANCE_ROWS, Pairing, TextSimilarity
from matcher.texts.similarity.pool import TextPool, company_weights
from matcher.texts.similarity.scale import TextScale


@dataclass(frozen=True)
class FieldSimilarity:
    """Similarity of one field of a run, with its scale and the statistics of the pool.

    It is sent to the processes that hold the nonprofits' texts, see :meth:`pairing`.

    Attributes
    ----------
    field : str
    similarity : TextSimilarity
    scale : TextScale
    pool_stats : dict of str to ndarray of shape (n_columns,), float64
        By part.
    known : ndarray of shape (n,), bool
        Nonprofits with a text.
    key : str
        Unique.
    """

    field: str
    similarity: TextSimilarity
    scale: TextScale
    pool_stats: dict[str, Floats]
    known: Bools
    key: str = dataclasses.field(default_factory=lambda: uuid4().hex)

    @cached_property
    def stats_keys(self) -> dict[str, str]:
        """Digest of the statistics of each part and of the rows that are known, by part."""
        known = blake2b(self.known.tobytes()).digest()
        return {name: blake2b(stats.tobytes() + known).hexdigest() for name, stats in self.pool_stats.items()}

    @classmethod
    def fit(
        cls,
        pool: TextPool,
        weights: Mapping[str, float],
        *,
        active: Bools,
        companies: Ints,
        company_prior: float,
        slope: float,
    ) -> FieldSimilarity:
        """Fit the similarity and its scale to a run.

        Parameters
        ----------
        pool : TextPool
        weights : mapping of str to float
            By part; those of parts that the encoder does not support count for its own vectors.
        active : ndarray of shape (n,), bool
            Nonprofits over which mean and variance are computed.
        companies : ndarray of shape (m,), int64
            Codes of the units' companies.
        company_prior : float
            Number of companies with which λ is one half.
        slope : float
            Steepness of the logistic function.
        """
        weights = available_parts(weights, pool.encoder)
        unit_weights, n_companies = company_weights(pool.units, companies)
        pool_stats = {name: TEXT_PARTS[name]().pool_stats(pool) for name in weights}
        unit_features = {name: pool.units.features(name, pool_stats[name]) for name in weights}
        uncentred = cls(
            pool.nonprofits.field,
            TextSimilarity.uncentred(unit_features, weights),
            TextScale(0, 0, slope),
            pool_stats,
            pool.nonprofits.known,
        )
        units, nonprofits = pool.units.known, pool.nonprofits.known & active
        sums = pool.nonprofits.chunks.each(_sums, uncentred, (pool.in_mean, nonprofits))
        pool_sum, active_sum = (np.sum([item[index] for item in sums], axis=0) for index in (0, 1))
        shares = (n_companies / (n_companies + company_prior) if n_companies else 0.0, pool.pool_share)
        similarity = uncentred.similarity.centred(pool_sum / max(1, int(pool.in_mean.sum())), unit_weights, shares)
        mean = variance = 0.0
        if units.any() and nonprofits.any():
            mean = similarity.mean(active_sum / nonprofits.sum(), units)
            sample = replace(uncentred, similarity=similarity).pairing_of(
                pool.nonprofits, evenly_spaced(nonprofits, VARIANCE_ROWS)
            )
            variance = sample.variance(units, np.ones(len(sample.offset), dtype=bool), mean)
        if pool.reference is not None:
            total = sum(weights.values())
            reference = pool.reference.deviation({name: weight / total for name, weight in weights.items()})
            share = pool.pool_share
            mean, variance = share * mean, share * variance + (1 - share) * reference**2
        # A new key, since chunks cache what they computed for the uncentred similarity under the old one.
        scale = TextScale(mean, float(np.sqrt(variance)), slope)
        return replace(uncentred, similarity=similarity, scale=scale, key=uuid4().hex)

    def pairing(self, chunk: Chunk) -> Pairing:
        """Similarity with the nonprofits of a chunk, which caches the scales and offsets of its rows."""
        texts = chunk.fields[self.field]
        raw = {name: texts.features(name) for name in self.pool_stats}

        features = {}
        for name, rows in raw.items():
            # Two comparisons of one text of the nonprofits share what depends on that text alone.
            scales = texts.cached(
                f"scales of {name} {self.stats_keys[name]}",
                partial(rows.row_scales, self.pool_stats[name], self.known[chunk.rows]),
            )
            features[name] = rows.reweight(self.pool_stats[name], scales)
        offset = texts.cached(f"offset {self.key}", partial(self.similarity.nonprofit_offset, features))
        return self.similarity.with_nonprofits(features, offset)

    def pairing_of(self, texts: Texts, rows: Ints) -> Pairing:
        """Similarity with some nonprofits, whose features are gathered in this process.

        Parameters
        ----------
        texts : Texts
            Of the nonprofits.
        rows : ndarray of shape (k,), int64
            Positions of the nonprofits.
        """
        features = {}
        for name, pool_stats in self.pool_stats.items():
            raw = texts.gather(name, rows)
            features[name] = raw.reweight(pool_stats, raw.row_scales(pool_stats, self.known[rows]))
        return self.similarity.with_nonprofits(features)


def _sums(chunk: Chunk, uncentred: FieldSimilarity, masks: tuple[Bools, ...]) -> list[Floats]:
    return list(uncentred.pairing(chunk).sums_with(np.stack([mask[chunk.rows] for mask in masks])))
