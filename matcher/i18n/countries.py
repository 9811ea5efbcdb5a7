"""Countries by their names in several languages."""

from __future__ import annotations

from functools import cache

from matcher.i18n.folding import fold

COUNTRY_WORDS = {
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "engeland": "GB",
    "northern ireland": "GB",
    "usa": "US",
    "u.s.": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "the netherlands": "NL",
    "holland": "NL",
    "nederland": "NL",
}
"""Names beside those of the Unicode Consortium's list."""
_NO_COUNTRIES = ("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO")


def country_code(name: str) -> str | None:
    """Return ISO 3166 alpha-2 of a folded code, or name in English, Dutch, German or French; None where it is neither.

    A code may be alpha-2 or alpha-3.

    Where a name means one country in one language and another one in another, the first of these languages counts.
    A list of names takes a while to load: one is asked only for what those before it do not have.
    """
    if name in COUNTRY_WORDS:
        return COUNTRY_WORDS[name]
    if len(name) == 3 and (code := _alpha_3().get(name.upper())):
        return code
    return next((codes[name] for codes in map(_country_codes, ("en", "nl", "de", "fr")) if name in codes), None)


@cache
def _country_codes(language: str) -> dict[str, str]:
    from babel import Locale

    codes: dict[str, str] = {}
    for code, name in Locale(language).territories.items():
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES:
            codes[fold(name)] = code
            codes[fold(code)] = code
    return codes


@cache
def _alpha_3() -> dict[str, str]:
    from babel.core import get_global

    return {code: names[0] for code, names in get_global("territory_aliases").items() if code.isalpha() and names}
