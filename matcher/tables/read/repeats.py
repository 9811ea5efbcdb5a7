"""Nonprofits that stand in a list more than once, under several codes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from matcher.i18n.organisation_names import organisation_key, organisation_keys, words_of
from matcher.messages import Message
from matcher.tables.problems import Problem
from matcher.tables.read.tables import Table
from matcher.tables.schema.columns import Nonprofit

_COMPARED = [Nonprofit.ORGANISATION, Nonprofit.COUNTRY, Nonprofit.POSTCODE, Nonprofit.MISSION]
_WITHOUT_POSTCODE = [Nonprofit.CITY, Nonprofit.ADDRESS, Nonprofit.LATITUDE, Nonprofit.LONGITUDE]


def keys_of_names(nonprofits: Table) -> list[str]:
    """Key of each row's name, shape (n,), by :func:`matcher.i18n.organisation_names.organisation_key`."""
    keys: list[str] = organisation_keys(nonprofits.frame[Nonprofit.NAME].fillna("").tolist()).to_pylist()
    return keys


def repeated_nonprofits(nonprofits: Table, keys: Sequence[str]) -> list[Problem]:
    """Warnings of rows that are an earlier row under another code: the same organisation, name, place and mission.

    Spelling makes no difference. Sites of one organisation with names of their own are no repeats.

    Parameters
    ----------
    nonprofits : Table
    keys : sequence of str
        From :func:`keys_of_names`.
    """
    # Only rows whose name stands elsewhere too are looked at in full: the texts of a long list may lie in a file.
    positions = np.flatnonzero(pd.Series(keys, dtype=object).duplicated(keep=False))
    rows = nonprofits.frame[[*_COMPARED, *_WITHOUT_POSTCODE]].iloc[positions].astype(object).fillna("")
    first: dict[Hashable, int] = {}
    problems = []
    for position, (organisation, country, postcode, mission, *place) in zip(
        positions.tolist(), rows.itertuples(index=False), strict=True
    ):
        where = "".join(words_of(postcode)) or tuple(
            " ".join(words_of(cell)) if isinstance(cell, str) else cell for cell in place
        )
        row = (keys[position], organisation_key(organisation), country, where, *words_of(mission))
        earlier = first.setdefault(row, position)
        if earlier == position:
            continue
        number = int(nonprofits.rows[earlier])
        problem = nonprofits.problem(
            position,
            Nonprofit.NAME,
            Message(
                "this is the nonprofit of row {number} again, under another code: its name, place and mission are the same",
                number=number,
            ),
            Message(
                "Keep one of the two rows; if they are two sites, give them the same organisation and names of their own"
            ),
            "warning",
            "repeated_nonprofit",
        )
        problems.append(replace(problem, other_row=number))
    return problems
