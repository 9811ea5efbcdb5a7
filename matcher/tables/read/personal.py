"""Columns with data of persons: found by their heading and their cells, and left out of what is shared."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from enum import StrEnum

from matcher.i18n.folding import fold
from matcher.messages import Message
from matcher.tables.problems import CONTACT_COLUMNS, Problem
from matcher.tables.read.tables import Table
from matcher.tables.schema.specs import CellType, fold_heading
from matcher.tables.schema.tables import TABLES


class Personal(StrEnum):
    """What a column says of persons."""

    CONTACT = "contact"
    SENSITIVE = "sensitive"


_HEADINGS = {
    Personal.SENSITIVE: re.compile(
        r"\b(geboorte\w*|geburts\w*|naissance|numero national|nationaal nummer|national insurance\w*|ni number|nino|sozialversicherung\w*|geboren|geb|birth\w*|born|dob|bsn|burgerservice\w*|sofi\w*|rijksregister\w*|ssn|social security"
        r"|citizen\w*|passport|paspoort\w*|iban|bankrekening\w*|rekeningnummer\w*|bank account|account number|intern|interne|internal|vertrouwelijk\w*|confidential"
        r"|nationaliteit|nationality|geslacht|gender|religie|religion|prive\w*|private|persoonlijk\w*|salar\w+)\b"
    ),
    Personal.CONTACT: re.compile(
        r"\b(e ?mail\w*|mail|mailadres\w*|tel|telefoon\w*|telephone|phone\w*|mobiel\w*|mobile\w*|gsm|cell ?phone|whatsapp"
        r"|06|huisadres|prive ?adres|home address)\b"
    ),
}
_EMAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[a-z]{2,}", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\d-])(?:\+|00?)\d[\d\s()./-]{7,18}\d(?!\d)")
_OF_A_CONTACT = re.compile(r"\bcontact\w*")
"""Headings of columns of which one e-mail address or phone number is enough."""
_DIGITS = range(10, 16)
_CITIZEN_NUMBER = re.compile(r"\d{3}[. ]?\d{2}[. ]?\d{4}|\d{3}[. ]?\d{3}[. ]?\d{3}|\d{4}[. ]?\d{2}[. ]?\d{3}")
_BELGIAN_NUMBER = re.compile(r"\d{2}[. ]?(?:0\d|1[0-2])[. ]?[0-3]\d[- .]?\d{3}[. -]?\d{2}")
"""Year, month and day of birth, a number of that day and two digits to check."""
_OF_ORGANISATIONS = re.compile(r"\b(rsin|fiscaal\w*|kvk\w*|btw\w*|vat|anbi)\b")
"""Numbers of organisations, of which some have the check digit of citizen numbers."""
_SHARE = 0.5
_READ = 20_000
_LOOKED_AT = 1000


def without_personal(table: Table, private: Collection[str], public: Collection[str]) -> Table:
    """Table that passes on no private columns, and knows which of the others look personal.

    Sensitive columns are left out altogether, those with contact details of the page only.

    Parameters
    ----------
    table : Table
    private : collection of str
        Headings of columns that the user leaves out of everything.
    public : collection of str
        Headings of columns that may be shown, whatever they look like.
    """
    hidden, shown = {fold_heading(text) for text in private}, {fold_heading(text) for text in public}
    left_out, personal = [], []
    for column in table.passed_through:
        heading = table.headings.get(column, column)
        keys = {fold_heading(heading), fold_heading(column)}
        found = None if keys & shown else _kind_of(heading, table.frame[column].head(_READ).dropna().astype("str"))
        if keys & hidden:
            left_out.append(column)
        elif found is Personal.SENSITIVE:
            left_out.append(column)
            personal.append(heading)
        elif found is Personal.CONTACT:
            personal.append(heading)
    contact = [name for name in personal if name not in left_out]
    problems = []
    if len(personal) > len(contact):
        message = Message("these columns look personal and are left out of all results: {names}", names=_named(set(personal) - set(contact), personal))  # fmt: skip
        remedy = Message("Name those that may be shown in the setting public")
        problems.append(Problem(table.file, None, None, message, remedy, "warning", "sensitive_columns"))
    if contact and len(table.frame):
        message = Message("contact details, which are in the files of the results and not on the page")
        remedy = Message(
            "Name those that may be shown in the setting public, and those for no results at all in private"
        )
        problems.append(Problem(table.file, None, ", ".join(contact), message, remedy, "warning", CONTACT_COLUMNS))
    kept = tuple(column for column in table.passed_through if column not in left_out)
    unknown = [column for column in left_out if column not in table.headings]
    return replace(
        table,
        frame=table.frame.drop(columns=unknown) if unknown else table.frame,
        passed_through=kept,
        not_on_page=frozenset(column for column in kept if table.headings.get(column, column) in contact),
        problems=(*table.problems, *problems),
    )


def without_private_words(table: Table, private: Collection[str]) -> Table:
    """Table without people's own words, such as a reason or a note, in the columns that the user leaves out of everything.

    Parameters
    ----------
    table : Table
    private : collection of str
        Headings.
    """
    hidden = {fold_heading(text) for text in private}
    columns = [
        spec.name
        for spec in TABLES[table.name].columns
        if spec.cell_type is CellType.TEXT
        and spec.name in table.frame
        and {fold_heading(spec.name), fold_heading(table.headings.get(spec.name, spec.name))} & hidden
    ]
    return replace(table, frame=table.frame.assign(**dict.fromkeys(columns))) if columns else table


def _named(names: Collection[str], order: Iterable[str]) -> str:
    return ", ".join(name for name in order if name in names)


def _kind_of(heading: str, cells: Iterable[str]) -> Personal | None:
    key = re.sub(r"[\W_]+", " ", fold(heading))
    if _OF_ORGANISATIONS.search(key):
        return None
    for kind, pattern in _HEADINGS.items():
        if pattern.search(key):
            return kind
    seen = [cell.strip() for _, cell in zip(range(_LOOKED_AT), cells, strict=False)]
    enough = 1 if _OF_A_CONTACT.search(key) else max(1, _SHARE * len(seen))
    if sum(map(_is_citizen_number, seen)) >= max(2, 0.8 * len(seen)):
        return Personal.SENSITIVE
    if sum(bool(_EMAIL.search(cell) or _is_phone(cell)) for cell in seen) >= enough:
        return Personal.CONTACT
    return None


def _is_phone(cell: str) -> bool:
    """Whether a phone number stands in a cell, alone or beside a name."""
    return any(sum(sign.isdecimal() for sign in found) in _DIGITS for found in _PHONE.findall(cell))


def _is_citizen_number(cell: str) -> bool:
    """Whether a cell is a Dutch citizen number, of which the weighted sum is a multiple of eleven, or a Belgian one."""
    digits = [int(sign) for sign in cell if sign.isdecimal()]
    if _BELGIAN_NUMBER.fullmatch(cell):
        number, check = divmod(int("".join(map(str, digits))), 100)
        # Of who was born after 1999 a two stands before it.
        return check in (97 - number % 97, 97 - (2 * 10**9 + number) % 97)
    if not _CITIZEN_NUMBER.fullmatch(cell) or not any(digits):
        return False
    return sum(weight * digit for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True)) % 11 == 0
