"""The data of a scorer as plain arrays on disk: all that another method needs to compute the same scores.

This is the only benchmark module that looks inside the product.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

import matcher.scoring.preparation
import matcher.texts.features.parts
from matcher.places.distance import degrees
from matcher.scoring.criteria.resources import overlap_table
from matcher.scoring.criteria.text import TextPart
from matcher.scoring.eligibility import ExcludedCause
from matcher.scoring.scorer import Scorer
from matcher.tables.schema.vocabulary import BENEFITS, RESOURCES
from matcher.texts.features.text_map import TextMap
from matcher.texts.similarity.field import FieldSimilarity

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class TextArrays:
    """One text field: similarity ``left · right + ngrams_left · ngrams_right + unit_offset + nonprofit_offset``.

    Its score is ``1 / (1 + exp(-slope (similarity - mean) / deviation))``. The rows hold the square roots of the parts'
    weights: those of the vectors (dense and mapped, side by side) all have the length ``sqrt(dense_weight)``.
    """

    left: Array
    right: Array
    dense_weight: Array
    ngrams_left: sparse.csr_matrix
    ngrams_right: sparse.csr_matrix
    unit_offset: Array
    nonprofit_offset: Array
    scale: Array  # mean, deviation, slope
    unit_known: Array
    nonprofit_known: Array
    share: Array  # of its criterion, (m,)
    unknown: Array


@dataclass(frozen=True)
class CriteriaArrays:
    """All criteria of a run; m units, n nonprofits.

    The score is the geometric mean of the criteria with ``weights``, each with ``FLOOR`` added; ``unknown`` values, shape
    (m,), are what each part counts as where it is unknown.
    """

    weights: Array  # of mission, values, proximity, resources
    mission: TextArrays
    values: TextArrays
    unit_points: Array  # on the unit sphere, NaN where unplaced
    nonprofit_points: Array
    unit_degrees: Array  # latitude and longitude
    nonprofit_degrees: Array
    reach: Array  # km, of units
    radius: Array  # km, of the regions in which nonprofits work
    local: Array  # nonprofits of which distance counts; the others score the mean of the local ones
    proximity_mean: Array
    proximity_unknown: Array
    unit_offers: Array
    unit_seeks: Array
    nonprofit_needs: Array
    nonprofit_offers: Array
    resource_table: Array
    benefit_table: Array
    resources_unknown: Array
    affinity: Array  # of each cause with the nearest that a unit wants, (m, n_causes); NaN where it wants none
    named: Array  # causes of nonprofits, (n, n_causes)
    causes_unknown: Array
    evidence: Array  # of the text of missions for the causes: start, slope and most
    excluded: Array  # causes, (m, n_causes)
    closed_units: Array  # units that are out for every nonprofit, (m,)
    closed: Array  # nonprofits that are out for every unit, (n,)
    unit_missions: Array  # the encoder's own vectors
    nonprofit_missions: Array

    @classmethod
    def of(cls, scorer: Scorer) -> CriteriaArrays:
        """Arrays of a scorer of a run without partnerships.

        Raises
        ------
        LookupError
            When it has other criteria, parts or gates than these benchmarks know.
        """
        run, found = scorer.run, {}
        for index, item in enumerate(scorer.parts):
            name = item.criterion if item.part.name == "text" else item.part.name
            found[name] = item.part, item.share, scorer.unknown_values[:, index]
        if set(found) != {"mission", "causes", "values", "proximity", "resources"} or scorer.criteria != list(CRITERIA):
            raise LookupError(f"the rivals do not know the parts {sorted(found)}")
        units, nonprofits = run.units, run.nonprofits
        near: Any = found["proximity"][0]
        shown = found["mission"][0].evidence_of_others
        closed_units, closed = _closed(scorer)
        affinity = np.array(found["causes"][0]._best)
        affinity[~units.causes.any(axis=1)] = np.nan
        return cls(
            weights=np.array([item.weight for item in scorer.in_play]),
            mission=_text(*found["mission"], scorer, "mission"),
            values=_text(*found["values"], scorer, "values"),
            unit_points=units.points,
            nonprofit_points=nonprofits.points,
            unit_degrees=degrees(units.points),
            nonprofit_degrees=degrees(nonprofits.points),
            reach=near._reach,
            radius=near._radius,
            local=near._is_local,
            proximity_mean=near._mean_of_local(slice(None)),
            proximity_unknown=found["proximity"][2],
            unit_offers=units.offers,
            unit_seeks=units.seeks,
            nonprofit_needs=nonprofits.needs,
            nonprofit_offers=nonprofits.offers,
            resource_table=overlap_table(len(RESOURCES)),
            benefit_table=overlap_table(len(BENEFITS)).T,
            resources_unknown=found["resources"][2],
            affinity=affinity,
            named=nonprofits.causes,
            causes_unknown=found["causes"][2],
            evidence=np.array([shown.start, shown.slope, shown.most]),
            excluded=units.excludes,
            closed_units=closed_units,
            closed=closed,
            unit_missions=units.texts["mission"].gather("dense").vectors,
            nonprofit_missions=nonprofits.texts["mission"].gather("dense").vectors,
        )

    def save(self, folder: Path) -> None:
        """Write every array as a file of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        _save(self, folder)

    @classmethod
    def load(cls, folder: Path) -> CriteriaArrays:
        """Saved arrays, memory-mapped."""
        found: CriteriaArrays = _load(cls, folder)
        return found

    def __len__(self) -> int:
        return len(self.unit_points)


TEXTS = ("mission", "values")
CRITERIA = (*TEXTS, "proximity", "resources")


def _closed(scorer: Scorer) -> tuple[Array, Array]:
    """Units and nonprofits that gates exclude whatever the other side is, but for causes that units do not want."""
    gates = [gate for gate in scorer.gates if not isinstance(gate, ExcludedCause)]
    outs = []
    for rows in scorer.blocks():
        outs.append(np.zeros((rows.stop - rows.start, len(scorer.run.nonprofits)), dtype=bool))
        for gate in gates:
            outs[-1] |= gate.is_excluded(rows)
    units = np.concatenate([out.all(axis=1) for out in outs])
    nonprofits = np.logical_and.reduce([out[~out.all(axis=1)].all(axis=0) for out in outs])
    if any((out != (out.all(axis=1)[:, None] | nonprofits)).any() for out in outs):
        raise LookupError("the rivals know no gate that excludes single pairs")
    return units, nonprofits


def _text(part: Any, share: Array, unknown: Array, scorer: Scorer, field: str) -> TextArrays:
    if not isinstance(part, TextPart):
        raise LookupError(f"{field} is no text")
    scale, nonprofits = part.field.scale, scorer.run.nonprofits.texts[field]
    pairing = part.field.pairing_of(nonprofits, np.arange(len(nonprofits)))
    similarity = pairing.similarity
    roots = {name: np.sqrt(share) for name, share in similarity.weights.items()}
    dense = [name for name in roots if name != "ngrams"]
    left, right = (
        np.hstack([(roots[name] * side[name].exact(slice(None))).astype(np.float32) for name in dense])
        for side in (similarity.unit_features, pairing.nonprofit_features)
    )
    ngrams_left, ngrams_right = (
        side["ngrams"].exact(slice(None)) * roots["ngrams"]
        for side in (similarity.unit_features, pairing.nonprofit_features)
    )
    known = [side.texts[field].known for side in (scorer.run.units, scorer.run.nonprofits)]
    first = int(np.argmax(known[0]))
    return TextArrays(
        left=left,
        right=right,
        dense_weight=np.array(left[first] @ left[first]),
        ngrams_left=ngrams_left.astype(np.float32),
        ngrams_right=ngrams_right.astype(np.float32),
        unit_offset=similarity.unit_offset,
        nonprofit_offset=pairing.offset,
        scale=np.array([scale.mean, scale.deviation, scale.slope]),
        unit_known=known[0],
        nonprofit_known=known[1],
        share=share,
        unknown=unknown,
    )


_OF_SPARSE = ("data", "indices", "indptr")


def _save(arrays: Any, folder: Path, prefix: str = "") -> None:
    for field in fields(arrays):
        name, value = prefix + field.name, getattr(arrays, field.name)
        if isinstance(value, TextArrays):
            _save(value, folder, f"{name}.")
        elif sparse.issparse(value):
            for what in _OF_SPARSE:
                np.save(folder / f"{name}.{what}.npy", getattr(value, what))
            np.save(folder / f"{name}.shape.npy", np.array(value.shape))
        else:
            np.save(folder / f"{name}.npy", value)


def _load(kind: Any, folder: Path, prefix: str = "") -> Any:
    found: dict[str, Any] = {}
    for field in fields(kind):
        name = prefix + field.name
        if field.name in TEXTS:
            found[field.name] = _load(TextArrays, folder, f"{name}.")
        elif (folder / f"{name}.data.npy").exists():
            # Bare arrays: scipy looks through memory maps slowly.
            parts = [np.asarray(np.load(folder / f"{name}.{what}.npy", mmap_mode="r")) for what in _OF_SPARSE]
            shape = tuple(np.load(folder / f"{name}.shape.npy").tolist())
            found[field.name] = sparse.csr_matrix(tuple(parts), shape=shape, copy=False)
        else:
            found[field.name] = np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))
    return kind(**found)


class Stopwatch:
    """Seconds a stage; a stage within another is not counted twice."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inner = [0.0]

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what is done within."""
        started = time.perf_counter()
        self._inner.append(0.0)
        try:
            yield
        finally:
            spent = time.perf_counter() - started
            self.seconds[name] += spent - self._inner.pop()
            self._inner[-1] += spent

    def wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Function whose calls are timed."""

        @wraps(function)
        def counted(*arguments: Any, **named: Any) -> Any:
            with self.stage(name):
                return function(*arguments, **named)

        return counted

    def watch_product(self) -> None:
        """Count the stages of a run of this process."""
        for name, owner, attribute in STAGES:
            counted = self.wrap(name, getattr(owner, attribute))
            # A method that is bound to its class must not be bound again to what it is called on.
            bound = isinstance(owner, type) and hasattr(getattr(owner, attribute), "__self__")
            setattr(owner, attribute, staticmethod(counted) if bound else counted)


STAGES: list[tuple[str, Any, str]] = [
    ("places found", matcher.scoring.preparation, "place_rows"),
    ("texts cleaned", matcher.scoring.preparation, "_texts"),
    ("n-grams read", matcher.texts.features.parts, "ngram_presence"),
    ("vectors mapped", TextMap, "transform"),
    ("pool measured", FieldSimilarity, "fit"),
]
