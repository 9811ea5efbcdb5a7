"""The language of what is handed on: sentences from gettext catalogues, numbers and lists as its readers write them.

The message in the code is the English sentence. The others stand in ``locale/<code>/LC_MESSAGES/matcher.po``, which is
read as it is: there is no compiled catalogue beside it that could be older.
"""

from __future__ import annotations

import datetime as dt
import gettext
import io
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from matcher.errors import SettingsError, nearest

LANGUAGES = ("en", "nl")
WORD_CONTEXT = "word"
"""Context of vocabulary in the catalogues, so that a cause called "open" is no other message of that name."""

_CAUSES_IN_FULL = {
    "animals": "animal welfare",
    "carers": "support for carers",
    "community": "community life",
    "debt": "debt relief",
    "disability": "life with a disability",
    "elderly": "care for older people",
    "language": "language skills",
    "refugees": "support for refugees",
    "work": "access to work",
    "youth": "chances for young people",
}


def message(text: str) -> str:
    """Mark a message that stands in a table, so that the catalogues hold it; it is said by :meth:`Language.phrase`."""
    return text


def counted_message(one: str, many: str) -> tuple[str, str]:
    """Mark a message with a plural that stands in a table; it is said by :meth:`Language.count_phrase`."""
    return one, many


class Language:
    """One language; :func:`language` gives it.

    Parameters
    ----------
    code : {"en", "nl"}
    catalogue : gettext.NullTranslations
    """

    def __init__(self, code: str, catalogue: gettext.NullTranslations) -> None:
        from babel.numbers import get_decimal_symbol, get_group_symbol

        self.code = code
        self._catalogue = catalogue
        self._separators = str.maketrans({",": get_group_symbol(code), ".": get_decimal_symbol(code)})

    def __repr__(self) -> str:
        return f"Language({self.code!r})"

    def phrase(self, message: str, **values: object) -> str:
        """Return a message in this language, its ``{names}`` filled in."""
        found = self._catalogue.gettext(message)
        return found.format(**values) if values else found

    def count_phrase(self, one: str, many: str, count: int, **values: object) -> str:
        """Return a message for a count, ``{count}`` and other ``{names}`` filled in."""
        found = self._catalogue.ngettext(one, many, count)
        return found.format(count=self.number(count), **values)

    def word(self, code: str) -> str:
        """Return a code of the vocabulary as a word; a word that is not in it, such as a rare cause, as it is.

        Examples
        --------
        >>> load_language("en").word("track_record"), load_language("nl").word("debt"), load_language("nl").word("beekeeping")
        ('track record', 'schulden', 'beekeeping')
        """
        shown = code.replace("_", " ")
        return self._catalogue.pgettext(WORD_CONTEXT, shown)

    def words(self, codes: Iterable[str]) -> str:
        """Return codes of the vocabulary as people list words."""
        return self.join([self.word(code) for code in codes])

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number with so many decimals, as this language writes it.

        Examples
        --------
        >>> load_language("en").number(1234.5, 1), load_language("nl").number(1234.5, 1)
        ('1,234.5', '1.234,5')
        """
        rounded = round(value, decimals) + 0.0  # no minus before a zero
        return f"{rounded:,.{decimals}f}".translate(self._separators)

    def rounded(self, value: float, decimals: int = 1) -> str:
        """Return a number with so many decimals at most: no zero stands at its end."""
        shown = self.number(value, decimals)
        return shown.rstrip("0").rstrip(self._separators[ord(".")]) if decimals else shown

    def score(self, value: float) -> str:
        """Return a score in [0, 1] with two decimals."""
        return self.number(value, 2)

    def signed(self, value: float, decimals: int = 2) -> str:
        """Return a difference with its sign; a zero has none."""
        shown = self.number(value, decimals)
        return f"+{shown}" if round(value, decimals) > 0 else shown

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


def as_sentence(parts: Sequence[str]) -> str:
    """Return parts as one sentence: a capital in front, semicolons between, a full stop at the end."""
    text = "; ".join(parts)
    stop = "" if text.endswith((".", "!", "?")) else "."
    return f"{text[:1].upper()}{text[1:]}{stop}"


class _English(gettext.NullTranslations):
    """English as it is in the code, but for causes that are short for what people work on."""

    def pgettext(self, context: str, message: str) -> str:
        return _CAUSES_IN_FULL.get(message, message) if context == WORD_CONTEXT else message


@cache
def load_language(code: str) -> Language:
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
        return Language(code, _English())
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    source = files("matcher.i18n").joinpath("locale", code, "LC_MESSAGES", "matcher.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source), locale=code))
    compiled.seek(0)
    return Language(code, gettext.GNUTranslations(compiled))
