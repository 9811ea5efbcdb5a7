"""Learned settings as sentences and as a table."""

from __future__ import annotations

import math

import pandas as pd

from matcher.i18n.language import Language, message
from matcher.learning.tuning.features import value_at
from matcher.learning.tuning.learned_settings import LIST_LENGTH, LearnedSettings

_INTERVAL_DECIMALS = 3


def learned_lines(learned: LearnedSettings, source: str, language: Language) -> list[str]:
    """Return the evidence, the gain on held-out pairs, the settings to use and their exposure, one sentence per line.

    Parameters
    ----------
    learned : LearnedSettings
    source : str
        Name of the file with partnerships.
    language : Language
    """
    phrase = language.phrase
    pairs = language.count_phrase("{count} partnership", "{count} partnerships", learned.pairs)
    units = language.count_phrase("{count} unit", "{count} units", learned.units)
    lines = [phrase("Learned from {pairs} of {units} in {file}.", pairs=pairs, units=units, file=source)]
    also = [
        language.count_phrase("{count} was rated", "{count} were rated", learned.rated),
        language.count_phrase("{count} other was declined", "{count} others were declined", learned.declined),
    ]
    if learned.rated or learned.declined:
        lines[0] += " " + phrase("Of these {first}; {second}.", first=also[0], second=also[1])
    if learned.shown:
        lines.append(
            language.count_phrase(
                "{count} pair that was on an earlier list and was not chosen is what partners are compared with.",
                "{count} pairs that were on earlier lists and were not chosen are what partners are compared with.",
                learned.shown,
            )
        )
    companies = language.count_phrase("{count} company", "{count} companies", learned.companies)
    if learned.by_company:
        lines.append(
            phrase("Tested on companies that were held out, of {companies}; each counts once.", companies=companies)
        )
    else:
        lines.append(
            phrase(
                "Tested on units that were held out. They are of {companies} only, and units of one company resemble each "
                "other: take the intervals as too narrow.",
                companies=companies,
            )
        )
    decides, auc, top, _ = (_gain(learned, name, language) for name in learned.differences)
    lines.append(
        phrase(
            "There the order of the whole list (nDCG) changed by {whole}; AUC by {auc}, nDCG@{top} by {first}.",
            whole=decides,
            auc=auc,
            top=LIST_LENGTH,
            first=top,
        )
    )
    lines.append(
        phrase(
            "Without the popularity of nonprofits, which would send every unit to the same few, AUC went from {before} to "
            "{after}; chance is 0.5.",
            before=language.number(learned.before["pair_auc"], 2),
            after=language.number(learned.after["pair_auc"], 2),
        )
    )
    p_value = language.number(math.ceil(learned.p_value * 1000) / 1000, 3)  # rounded up, never to zero
    if learned.gained:
        lines.append(
            phrase(
                "Taken together, the order of lists (nDCG) and the pairs in the right order (AUC) gain beyond chance (p ≤ {p}): "
                "the learned settings are used.",
                p=p_value,
            )
        )
    elif not learned.tells_pairs_apart:
        lines.append(
            phrase(
                "So nothing besides popularity sets these partners apart from others beyond chance: the settings stay as they "
                "were."
            )
        )
    else:
        lines.append(
            phrase(
                "Taken together, the order of lists (nDCG) and the pairs in the right order (AUC) gain nothing beyond chance "
                "(p ≤ {p}): the settings stay as they were.",
                p=p_value,
            )
        )
    before, after = learned.exposure
    lines.append(
        phrase(
            "On the lists, the settings found would show {after} of the nonprofits (Gini {gini_after}) instead of {before} "
            "(Gini {gini_before}); the most shown would be on {most_after} lists instead of {most_before}.",
            after=language.percent(after.shown),
            gini_after=language.number(after.gini, 2),
            before=language.percent(before.shown),
            gini_before=language.number(before.gini, 2),
            most_after=language.number(after.most),
            most_before=language.number(before.most),
        )
    )
    return lines


def learned_table(learned: LearnedSettings, language: Language) -> pd.DataFrame:
    """Return one row per weight and searched setting: at the start, as learned (used or not), and its range over the folds.

    Parameters
    ----------
    learned : LearnedSettings
    language : Language
        Language of the headings, notes and numbers.
    """
    rows = []
    for name in learned.base.weights:
        note = "" if name in learned.criteria else language.phrase("no data to learn from")
        rows.append(_row(learned, f"weights.{name}", note, language))
    rows += [_row(learned, path, "", language) for path in learned.searched]
    headings = (message("setting"), message("before"), message("found"), message("in folds"), message("note"))
    return pd.DataFrame(rows, columns=[language.phrase(heading) for heading in headings])


def _row(learned: LearnedSettings, path: str, note: str, language: Language) -> tuple[str, ...]:
    before, found = (language.number(value_at(settings, path), 2) for settings in (learned.base, learned.found))
    folds = ""
    if path in learned.ranges:
        low, high = (language.number(value, 2) for value in learned.ranges[path])
        folds = language.phrase("{low} to {high}", low=low, high=high)
    return path, before, found, folds, note


def _gain(learned: LearnedSettings, name: str, language: Language) -> str:
    mean, low, high = (language.signed(value, _INTERVAL_DECIMALS) for value in learned.differences[name][:3])
    return language.phrase("{mean} ({low} to {high})", mean=mean, low=low, high=high)
