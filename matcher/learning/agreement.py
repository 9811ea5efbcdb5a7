"""Agreement of reviewers: how often several people give one pair the same answer, and the pairs on which they do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

ANSWERS = ("no", "maybe", "yes")
"""Answers in their order: maybe lies between no and yes."""
MIN_PAIRS = 10
"""Pairs answered by several below which no coefficient is given."""


@dataclass(frozen=True)
class Answer:
    """What one reviewer says of one pair.

    Attributes
    ----------
    reviewer : str
    unit_id, nonprofit_id : str
    answer : {"no", "maybe", "yes"}
    """

    reviewer: str
    unit_id: str
    nonprofit_id: str
    answer: str


@dataclass(frozen=True)
class TwoReviewers:
    """Agreement of two reviewers on the pairs that both answered.

    Attributes
    ----------
    first, second : str
    pairs : int
        Pairs that both answered.
    agreed : int
        Pairs on which both gave the same answer.
    kappa : float or None
        Cohen's kappa with linear weights; None for fewer than ``MIN_PAIRS``, or where both always gave one answer.
    """

    first: str
    second: str
    pairs: int
    agreed: int
    kappa: float | None


@dataclass(frozen=True)
class DisputedPair:
    """A pair on which reviewers differ.

    Attributes
    ----------
    unit_id, nonprofit_id : str
    answers : mapping of str to str
        Answer by reviewer.
    is_opposed : bool
        Whether one says yes and another no.
    """

    unit_id: str
    nonprofit_id: str
    answers: Mapping[str, str]
    is_opposed: bool


@dataclass(frozen=True)
class ReviewerAgreement:
    """Agreement of all reviewers.

    Attributes
    ----------
    pairs : int
        Pairs answered by two reviewers or more.
    agreed : int
        Those of them on which all gave the same answer.
    alpha : float or None
        Krippendorff's alpha for ordered answers: 1 is full agreement, 0 what chance gives. None for fewer than
        ``MIN_PAIRS`` pairs, or where all answers are the same.
    two_by_two : tuple of TwoReviewers
        Every two reviewers with a pair in common, by name.
    disputed : tuple of DisputedPair
        Those on which yes stands against no first, then in order of unit and nonprofit.
    """

    pairs: int
    agreed: int
    alpha: float | None
    two_by_two: tuple[TwoReviewers, ...]
    disputed: tuple[DisputedPair, ...]


def reviewer_agreement(answers: Sequence[Answer]) -> ReviewerAgreement:
    """Agreement of reviewers, from all their answers.

    Parameters
    ----------
    answers : sequence of Answer
        Of several answers of one reviewer on one pair the last counts.

    Raises
    ------
    ValueError
        When an answer is none of ``ANSWERS``.

    References
    ----------
    Cohen, *Weighted kappa*, Psychological Bulletin 70 (1968); Krippendorff, *Content Analysis*, 2004, chapter 11.

    Examples
    --------
    >>> found = reviewer_agreement([Answer("Ann", "u1", "n1", "yes"), Answer("Bob", "u1", "n1", "no")])
    >>> found.pairs, found.agreed, found.disputed[0].is_opposed
    (1, 0, True)
    """
    of_pair: dict[tuple[str, str], dict[str, int]] = {}
    for item in answers:
        if item.answer not in ANSWERS:
            raise ValueError(f"there is no answer {item.answer!r}: it is one of {', '.join(ANSWERS)}")
        of_pair.setdefault((item.unit_id, item.nonprofit_id), {})[item.reviewer] = ANSWERS.index(item.answer)
    several = {pair: of_pair[pair] for pair in sorted(of_pair) if len(of_pair[pair]) > 1}
    disputed = [
        DisputedPair(
            *pair,
            {reviewer: ANSWERS[code] for reviewer, code in sorted(codes.items())},
            is_opposed=max(codes.values()) - min(codes.values()) == len(ANSWERS) - 1,
        )
        for pair, codes in several.items()
        if len(set(codes.values())) > 1
    ]
    reviewers = sorted({reviewer for codes in several.values() for reviewer in codes})
    two_by_two = [
        _two(
            first,
            second,
            [(codes[first], codes[second]) for codes in several.values() if {first, second} <= set(codes)],
        )
        for first, second in combinations(reviewers, 2)
    ]
    return ReviewerAgreement(
        pairs=len(several),
        agreed=len(several) - len(disputed),
        alpha=_alpha(list(several.values())),
        two_by_two=tuple(item for item in two_by_two if item.pairs),
        disputed=tuple(sorted(disputed, key=lambda item: not item.is_opposed)),
    )


def _two(first: str, second: str, codes: list[tuple[int, int]]) -> TwoReviewers:
    agreed = sum(one == other for one, other in codes)
    return TwoReviewers(first, second, len(codes), agreed, _kappa(codes))


def _kappa(codes: list[tuple[int, int]]) -> float | None:
    from sklearn.metrics import cohen_kappa_score

    if len(codes) < MIN_PAIRS or len({code for both in codes for code in both}) < 2:
        return None
    left, right = zip(*codes, strict=True)
    return float(cohen_kappa_score(left, right, labels=range(len(ANSWERS)), weights="linear"))


def _alpha(codes: list[dict[str, int]]) -> float | None:
    import krippendorff

    if len(codes) < MIN_PAIRS:
        return None
    counts = np.array([np.bincount(list(each.values()), minlength=len(ANSWERS)) for each in codes])
    if np.count_nonzero(counts.sum(axis=0)) < 2:
        return None
    found = krippendorff.alpha(
        value_counts=counts, value_domain=list(range(len(ANSWERS))), level_of_measurement="ordinal"
    )
    return float(found)
