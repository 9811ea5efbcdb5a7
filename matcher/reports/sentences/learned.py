"""Learned settings as sentences and as a table."""

from __future__ import annotations

import pandas as pd

from matcher.i18n.language import Language, message
from matcher.learning.tuning.features import value_at
from matcher.learning.tuning.learned_settings import LIST_LENGTH, LearnedSettings

_INTERVAL_DECIMALS = 3


def learned_lines(learned: LearnedSettings, source: str, language: Language) -> list[str]:
    """Return the evidence, the gain on held-out units and the settings to use, one sentence per line.

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
    decides, auc, top = (_gain(learned, name, language) for name in learned.differences)
    lines.append(
        phrase(
            "On units that were held out, the order of the whole list (nDCG) changed by {whole}; AUC by {auc}, nDCG@{top} by {first}.",
            whole=decides,
            auc=auc,
            top=LIST_LENGTH,
            first=top,
        )
    )
    if learned.gained:
        lines.append(phrase("That is a gain beyond chance: the learned settings are used."))
    elif not learned.tells_pairs_apart:
        lines.append(
            phrase(
                "Only the popularity of nonprofits sets these partners apart from others, and popularity alone would send "
                "every unit to the same few: the settings stay as they were."
            )
        )
    else:
        lines.append(phrase("That is no gain beyond chance: the settings stay as they were."))
    return lines


def learned_table(learned: LearnedSettings, language: Language) -> pd.DataFrame:
    """Return one row per weight and searched setting: its value at the start and the learned one, used or not.

    Parameters
    ----------
    learned : LearnedSettings
    language : Language
        Language of the headings, notes and numbers.
    """
    rows: list[tuple[str, str, str, str]] = []
    for name in learned.base.weights:
        note = "" if name in learned.criteria else language.phrase("no data to learn from")
        rows.append(_row(learned, f"weights.{name}", note, language))
    rows += [_row(learned, path, "", language) for path in learned.searched]
    headings = (message("setting"), message("before"), message("found"), message("note"))
    return pd.DataFrame(rows, columns=[language.phrase(heading) for heading in headings])


def _row(learned: LearnedSettings, path: str, note: str, language: Language) -> tuple[str, str, str, str]:
    before, found = (language.number(value_at(settings, path), 2) for settings in (learned.base, learned.found))
    return path, before, found, note


def _gain(learned: LearnedSettings, name: str, language: Language) -> str:
    mean, low, high = (language.signed(value, _INTERVAL_DECIMALS) for value in learned.differences[name][:3])
    return language.phrase("{mean} ({low} to {high})", mean=mean, low=low, high=high)
