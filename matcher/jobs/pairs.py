"""Pairs as people write them: a unit and a nonprofit, each by its code or its name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matcher.errors import SettingsError, UnknownIdError, nearest
from matcher.i18n.folding import fold
from matcher.i18n.language import message
from matcher.messages import Joined, Message
from matcher.tables.data import Tables
from matcher.tables.schema.columns import Unit
from matcher.tables.schema.tables import READABLE

_SHOWN = 6
_MOST_HINTED = 20_000
_NOBODY = {
    "units": message("there is no unit '{missing}'{hint}"),
    "nonprofits": message("there is no nonprofit '{missing}'{hint}"),
}
_SEVERAL = {
    "units": message("several units are called '{text}': name the code, one of {codes}"),
    "nonprofits": message("several nonprofits are called '{text}': name the code, one of {codes}"),
}


def parse_pairs(texts: Sequence[str], option: str) -> list[tuple[str, str]]:
    """Read pairs written as ``UNIT:NONPROFIT``.

    Parameters
    ----------
    texts : sequence of str
    option : str
        Name of the option, for the message.

    Raises
    ------
    SettingsError
        When one is written otherwise.
    """
    pairs = []
    for text in texts:
        unit, separator, nonprofit = text.partition(":")
        if not (unit.strip() and separator and nonprofit.strip()):
            raise SettingsError(
                Message(
                    "{option} {text}: write a unit and a nonprofit with a colon between, as in U7:N12",
                    option=option,
                    text=text,
                )
            )
        pairs.append((unit.strip(), nonprofit.strip()))
    return pairs


def coded_pairs(tables: Tables, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs by the codes of both sides, each written as its code or its name.

    Parameters
    ----------
    tables : Tables
    pairs : sequence of (str, str)

    Raises
    ------
    UnknownIdError
        When a code or name is that of no row, or a name that of several.
    """
    return [(code_of(tables, "units", unit), code_of(tables, "nonprofits", nonprofit)) for unit, nonprofit in pairs]


def code_of(tables: Tables, name: str, text: str) -> str:
    """Code of the row with a code or, whatever its capitals and accents, a name.

    Parameters
    ----------
    tables : Tables
    name : {"units", "nonprofits"}
        List of the row.
    text : str

    Raises
    ------
    UnknownIdError
        When no row has it, or several have it as their name.
    """
    table = tables.by_name[name]
    ids, names = table.frame[READABLE[table.name].id_column], table.frame[Unit.NAME].fillna("")
    if (ids == text).any():
        return text
    wanted = fold(text)
    found = np.flatnonzero([fold(called) == wanted for called in names.tolist()])
    if len(found) == 1:
        return str(ids.iloc[found[0]])
    if len(found):
        towns = table.frame[Unit.CITY].fillna("").iloc[found].tolist()
        codes = [f"{code} ({town})" if town else code for code, town in zip(ids.iloc[found], towns, strict=True)]
        shown = Joined([*codes[:_SHOWN], *(["…"] if len(codes) > _SHOWN else [])])
        raise UnknownIdError(Message(_SEVERAL[name], text=text, codes=shown))
    other = tables.by_name["units" if name == "nonprofits" else "nonprofits"]
    hint: str = Message("; it is an id of the other list: the order is unit, nonprofit")
    if not (other.frame[READABLE[other.name].id_column] == text).any():
        known = [*ids.tolist(), *names.tolist()] if len(ids) <= _MOST_HINTED else []
        hint = nearest(text, known)
    raise UnknownIdError(Message(_NOBODY[name], missing=text, hint=hint))
