"""The words that cells may hold, in English and Dutch, and the one word each stands for."""

from __future__ import annotations

from functools import cache

from matcher.i18n.folding import fold, lookup
from matcher.tables.status import Status

SEPARATOR = "; "
"""Between the words of a cell, once read."""
RESOURCES = ("people", "money", "means", "mass", "media")
BENEFITS = ("expertise", "network", "visibility", "engagement", "talent", "innovation")

RESOURCE_WORDS = lookup(
    {
        "people": ("mensen", "vrijwilligers", "volunteers", "menskracht", "handen"),
        "money": ("munten", "geld", "funding", "funds", "financiën", "financiering", "donatie", "donaties", "budget"),
        "means": (
            "middelen",
            "goederen",
            "materials",
            "materiaal",
            "materialen",
            "ruimte",
            "spullen",
            "in kind",
            "goods",
        ),
        "mass": ("massa", "achterban", "crowd", "customers", "klanten", "reach"),
        "media": ("communicatie", "publiciteit", "communication", "publicity"),
    }
)
BENEFIT_WORDS = lookup(
    {
        "expertise": ("deskundigheid", "kennis", "expertise en kennis", "knowledge", "skills"),
        "network": ("netwerk", "contacten", "contacts"),
        "visibility": ("zichtbaarheid", "naamsbekendheid", "imago", "reputation", "reputatie", "profile"),
        "engagement": ("betrokkenheid", "medewerkersbetrokkenheid", "motivatie", "employee engagement", "teambuilding"),
        "talent": ("talenten", "personeel", "talentontwikkeling", "recruitment", "werving"),
        "innovation": ("innovatie", "vernieuwing", "ideas", "ideeën"),
    }
)
ACCREDITATION_WORDS = lookup(
    {
        "anbi": (
            *("anbi status", "anbi keurmerk", "anbi instelling", "anbi erkend", "anbi erkenning", "culturele anbi"),
            *("anbi geregistreerd", "algemeen nut beogende instelling"),
        ),
        "cbf": (
            *("cbf keur", "cbf keurmerk", "cbf erkend", "cbf erkenning", "cbf erkend goed doel", "erkend goed doel"),
            *("centraal bureau fondsenwerving", "erkenning goede doelen"),
        ),
        "charity commission": ("registered charity", "charity number", "charity registered"),
        "sbbi": ("sociaal belang behartigende instelling",),
    }
)
"""Quality marks, an open list as causes are."""
AREAS = ("local", "region", "national", "abroad")
"""Areas of work, from small to large."""
AREA_WORDS = lookup(
    {
        "local": ("lokaal", "plaatselijk", "gemeente", "gemeentelijk", "wijk", "buurt", "stad", "town", "city"),
        "region": ("regio", "regionaal", "provincie", "provinciaal", "streek", "regional", "county", "province"),
        "national": (
            "landelijk",
            "nationaal",
            "heel nederland",
            "hele land",
            "het hele land",
            "door heel nederland",
            "nederland",
            "nationwide",
            "whole country",
            "countrywide",
            "uk-wide",
        ),
        "abroad": (
            "buitenland",
            "internationaal",
            "wereldwijd",
            "international",
            "worldwide",
            "global",
            "overseas",
        ),
    }
)
STATUS_WORDS = lookup(
    {
        Status.PROPOSED: ("voorgesteld", "voorstel", "proposal"),
        Status.CONTACTED: ("benaderd", "gecontacteerd", "contact", "in gesprek"),
        Status.AGREED: ("overeengekomen", "akkoord", "afgesproken", "toegezegd"),
        Status.ACTIVE: ("actief", "lopend", "loopt", "running", "ongoing", "current"),
        Status.COMPLETED: ("afgerond", "voltooid", "beëindigd", "afgesloten", "done", "ended", "finished", "closed"),
        Status.DECLINED: ("afgewezen", "geweigerd", "niet doorgegaan", "rejected"),
        Status.VETOED: ("veto", "uitgesloten", "geblokkeerd", "never", "nooit", "blocked"),
        Status.MAYBE: ("misschien", "wellicht", "perhaps"),
    }
)
_LEFT_AT = [status for status in Status if status.stage is status and not status.is_ended]
LEFT_AT_WORDS = {spelling: word for spelling, word in STATUS_WORDS.items() if word in _LEFT_AT}
"""At which stage a partnership was declined or vetoed."""
PROGRAMME_WORDS = lookup(
    {
        "central": ("centraal", "landelijk", "national"),
        "decentral": ("decentraal", "lokaal", "local"),
        "combined": ("gecombineerd", "beide", "both"),
    }
)
YES, NO, MAYBE = "yes", "no", "maybe"
TAKEN_BACK = "undecided"
DECISION_WORDS = lookup(
    {
        YES: (
            *("ja", "j", "y", "ok", "oké", "okay", "akkoord", "true", "waar", "x", "v", "✓", "✔", "👍"),
            *("ja graag", "graag", "doen", "goed", "prima", "eens", "top", "agreed", "go", "ja!", "yes!", "yes please"),
        ),
        NO: (
            *(
                "nee",
                "neen",
                "n",
                "false",
                "onwaar",
                "✗",
                "✘",
                "👎",
                "niet",
                "niet doen",
                "no go",
                "no-go",
                "liever niet",
            ),
            *("nee bedankt", "nee dank je", "nee!", "no!", "no thanks", "afgewezen", "reject", "rejected"),
        ),
        MAYBE: (
            *("misschien", "wellicht", "later", "perhaps", "mogelijk", "twijfel", "nog niet", "volgend jaar", "?"),
            *("ja?", "nee?", "misschien later", "maybe later", "not yet", "eventueel"),
        ),
        TAKEN_BACK: (
            "onbeslist",
            "intrekken",
            "ingetrokken",
            "terug",
            "terugnemen",
            "open",
            "none",
            "geen",
            "withdrawn",
            "withdraw",
        ),
    }
)
STATUS_OF = {YES: Status.PROPOSED, NO: Status.VETOED, MAYBE: Status.MAYBE}
"""What a decision makes of a partnership."""
DECISION_OF = {status: decision for decision, status in STATUS_OF.items() if decision != NO}
"""The decision that stands already for a pair that may be on a shortlist."""
BOOLEAN_WORDS: dict[str, bool] = {
    **dict.fromkeys(("ja", "j", "yes", "y", "true", "t", "waar", "1", "x", "oui", "vrai", "wahr", "✓", "✔"), True),
    **dict.fromkeys(("nee", "neen", "n", "no", "false", "f", "onwaar", "0", "non", "nein", "falsch"), False),
}
# Cells that say "nothing is known here" in words; never read so in ids and names.
BLANK_WORDS = frozenset(
    {
        "",
        "-",
        "--",
        "–",
        "?",
        "n.v.t.",
        "nvt",
        "n/a",
        "#n/a",
        "n.a.",
        "nan",
        "none",
        "null",
        "onbekend",
        "unknown",
        "geen",
        "leeg",
        # R, and databases
        *("na", "<na>", "nat", "\\n", "(null)"),
        # Excel in Dutch
        *("#n/b", "n/b", "n.b.", "nb", "(leeg)", "(blank)"),
        # people, and survey tools
        *(
            ".",
            "..",
            "...",
            "…",
            "???",
            "---",
            "—",
            "/",
            "tbd",
            "n.t.b.",
            "ntb",
            "n.n.b.",
            "nnb",
            "niet bekend",
            "nog niet bekend",
        ),
        *("not known", "not available", "not applicable", "niet van toepassing", "niet ingevuld", "not answered"),
        *(
            "geen antwoord",
            "no answer",
            "weet niet",
            "weet ik niet",
            "don't know",
            "prefer not to say",
            "zeg ik liever niet",
        ),
    }
)
ERROR_VALUES = frozenset(
    {
        *("#ref!", "#div/0!", "#name?", "#value!", "#num!", "#null!", "#spill!", "#calc!", "#field!", "#blocked!"),
        *(
            "#verw!",
            "#deel/0!",
            "#naam?",
            "#waarde!",
            "#getal!",
            "#leeg!",
            "#overloop!",
            "#overloop!",
            "#bereken!",
            "#veld!",
        ),
        *(
            "#connect!",
            "#getting_data",
            "#unknown!",
            "#busy!",
            "#geblokkeerd!",
            "#verbinding!",
            "#onbekend!",
            "#bezet!",
        ),
    }
)
"""What a cell shows whose formula is broken, in Excel in English and Dutch."""

# Names of countries beside those of the Unicode Consortium's list.
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
