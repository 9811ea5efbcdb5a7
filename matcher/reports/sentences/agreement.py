"""How far reviewers agree, in words."""

from __future__ import annotations

from matcher.i18n.language import Language, counted_message, message
from matcher.learning.agreement import MIN_PAIRS, ReviewerAgreement, TwoReviewers

_ANSWERED = counted_message(
    "1 pair was answered by more than one reviewer; they agree on {agreed}.",
    "{count} pairs were answered by more than one reviewer; they agree on {agreed}.",
)
_TOO_FEW = message("That is too little to say how far reviewers agree beyond chance: {least} such pairs are needed.")
_ALL_THE_SAME = message("All answers are the same, so that nothing shows whether that is more than chance.")
_ALPHA = (
    (0.8, message("Krippendorff's alpha is {alpha}: the answers can be relied on.")),
    (0.667, message("Krippendorff's alpha is {alpha}: enough for a provisional conclusion.")),
    (-1.0, message("Krippendorff's alpha is {alpha}: the answers differ too much; settle first what a good match is.")),
)
"""Least alpha for each phrase, after Krippendorff, *Content Analysis*, 2004, page 241."""
_TWO = counted_message(
    "{first} and {second}: 1 pair in common, the same answer on {agreed}",
    "{first} and {second}: {count} pairs in common, the same answer on {agreed}",
)


def agreement_sentences(agreement: ReviewerAgreement, language: Language) -> list[str]:
    """Sentences on how far reviewers agree; none where no pair was answered by two.

    Parameters
    ----------
    agreement : ReviewerAgreement
    language : Language
    """
    if not agreement.pairs:
        return []
    said = [language.count_phrase(*_ANSWERED, agreement.pairs, agreed=language.number(agreement.agreed))]
    if agreement.alpha is not None:
        alpha = agreement.alpha
        words = next(words for least, words in _ALPHA if alpha >= least)
        return [*said, language.phrase(words, alpha=language.number(alpha, 2))]
    if agreement.pairs < MIN_PAIRS:
        return [*said, language.phrase(_TOO_FEW, least=language.number(MIN_PAIRS))]
    return [*said, language.phrase(_ALL_THE_SAME)]


def two_reviewers_in_words(two: TwoReviewers, language: Language) -> str:
    """Agreement of two reviewers as a phrase, with Cohen's kappa where there are enough pairs.

    Parameters
    ----------
    two : TwoReviewers
    language : Language
    """
    said = language.count_phrase(
        *_TWO, two.pairs, first=two.first, second=two.second, agreed=language.number(two.agreed)
    )
    if two.kappa is None:
        return said
    return language.phrase("{said} (Cohen's kappa {kappa})", said=said, kappa=language.number(two.kappa, 2))
