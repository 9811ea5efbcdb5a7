"""Tables that callers pass, whatever holds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matcher.api.ids import id_text
from matcher.api.matching import checked
from matcher.i18n.language import message
from matcher.messages import Message
from matcher.tables.read.frames import as_frame
from matcher.tables.read.tables import Source, read_table
from matcher.tables.schema.columns import Partnership

PAIR = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID]
PAIRS_WITHOUT_LISTS = Message(
    "fit got pairs (columns unit_id and nonprofit_id): pass the two lists too, as in fit(pairs, y, lists=(units, nonprofits)), or fit_params in a search; see matcher.model_selection"
)
LISTS_WITHOUT_PAIRS = Message("with lists=, the first argument is pairs, with the columns unit_id and nonprofit_id")
NO_PAIRS = message("pairs need the columns unit_id and nonprofit_id; missing: {missing}")
NO_MATCH = Message("no units have been matched since the last fit: call match(units) or shortlist(units)")


def taken(source: Source, name: str) -> pd.DataFrame:
    """Table as a frame; a file is read.

    Parameters
    ----------
    source : table or file
    name : {"units", "nonprofits", "partnerships", "pairs"}

    Raises
    ------
    TableError
        When the file has errors.
    MatcherError
        When it is no table.
    """
    return checked(read_table(name, source)).frame if isinstance(source, str | Path) else as_frame(source)


def history_of(pairs: pd.DataFrame, positives: Any, partnerships: Source | None) -> pd.DataFrame:
    """Partnerships of the units in pairs; without any, the positive pairs.

    Parameters
    ----------
    pairs : DataFrame
        With ``unit_id`` and ``nonprofit_id``.
    positives : array of shape (n_pairs,), bool, or None
    partnerships : table, optional
    """
    if partnerships is not None:
        frame = taken(partnerships, "partnerships")
        # Ids may be numbers in one of the two and texts in the other.
        units = {id_text(unit) for unit in pairs[Partnership.UNIT_ID].unique()}
        is_own = frame[Partnership.UNIT_ID].map(id_text).isin(units)
        return frame[is_own].reset_index(drop=True)
    chosen = np.zeros(len(pairs), dtype=bool) if positives is None else np.asarray(positives).astype(bool)
    return pairs.loc[chosen, PAIR].assign(**{Partnership.STATUS: "completed"}).reset_index(drop=True)
