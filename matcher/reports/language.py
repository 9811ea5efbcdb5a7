"""The language of what is handed on: sentences from gettext catalogues, numbers and lists as its readers write them.

The message in the code is the English sentence. The others stand in ``locale/<code>/LC_MESSAGES/matcher.po``, which is
read as it is: there is no compiled catalogue beside it that could be older.
"""

from __future__ import annotations

import datetime as dt
import gettext
import io
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from matcher.errors import SettingsError, nearest

LANGUAGES = ("en", "nl")


def message(text: str) -> str:
    """Mark a message that is said elsewhere, so that catalogues hold it; return it as it is."""
    return text


class Language:
    """One language; :func:`language` gives it.

    Parameters
    ----------
    code : {"en", "nl"}
    catalogue : gettext.NullTranslations
    """

    def __init__(self, code: str, catalogue: gettext.NullTranslations) -> None:
        self.code = code
        self._catalogue = catalogue

    def phrase(self, message: str, **values: object) -> str:
        """Return a message in this language, its ``{names}`` filled in."""
        found = self._catalogue.gettext(message)
        return found.format(**values) if values else found

    def count_phrase(self, one: str, many: str, count: int, **values: object) -> str:
        """Return a message for a count, ``{count}`` and other ``{names}`` filled in."""
        found = self._catalogue.ngettext(one, many, count)
        return found.format(count=self.number(count), **values)

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number with so many decimals, as this language writes it."""
        from babel.numbers import format_decimal

        return format_decimal(
            round(value, decimals), format=f"#,##0{'.' + '0' * decimals if decimals else ''}", locale=self.code
        )

    def percent(self, share: float) -> str:
        """Return a share as a whole percentage."""
        from babel.numbers import format_percent

        return format_percent(share, locale=self.code)

    def day(self, day: dt.date) -> str:
        """Return a day in words: ``31 March 2026``."""
        from babel.dates import format_date

        return format_date(day, format="d MMMM y", locale=self.code)

    def join(self, words: Sequence[str]) -> str:
        """Return words as people list them: ``a``, ``a and b``, ``a, b and c``."""
        if len(words) < 2:
            return "".join(words)
        return self.phrase("{all_but_last} and {last}", all_but_last=", ".join(words[:-1]), last=words[-1])


@cache
def language(code: str) -> Language:
    """Return a language by its code.

    Raises
    ------
    SettingsError
        When it is not one of ``LANGUAGES``.
    """
    if code not in LANGUAGES:
        raise SettingsError(
            f"there is no language '{code}'{nearest(code, list(LANGUAGES))} (known: {', '.join(LANGUAGES)})"
        )
    if code == "en":
        return Language(code, gettext.NullTranslations())
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    source = files("matcher.reports").joinpath("locale", code, "LC_MESSAGES", "matcher.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source), locale=code))
    compiled.seek(0)
    return Language(code, gettext.GNUTranslations(compiled))
