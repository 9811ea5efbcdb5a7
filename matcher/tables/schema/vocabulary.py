"""The words that cells may hold, in English and Dutch, and the one word each stands for."""

from __future__ import annotations

from matcher.i18n.folding import SIGNS_AROUND, lookup
from matcher.tables.status import Status

SEPARATOR = "; "
"""Between the words of a cell, once read."""
RESOURCES = ("people", "money", "means", "mass", "media")
BENEFITS = ("expertise", "network", "visibility", "engagement", "talent", "innovation")

RESOURCE_WORDS = lookup(
    {
        "people": (
            *("mensen", "vrijwilligers", "volunteers", "menskracht", "mankracht", "handen", "medewerkers", "collega's"),
            *("employees", "staff", "tijd", "uren", "time", "hours", "hands", "kennis", "expertise", "deskundigheid"),
            *(
                "advies",
                "knowledge",
                "skills",
                "advice",
                "coaching",
                "begeleiding",
                "trainers",
                "training",
                "bestuursleden",
            ),
        ),
        "money": (
            *("munten", "geld", "funding", "funds", "financiën", "financiering", "donatie", "donaties", "budget"),
            *(
                "giften",
                "gift",
                "schenking",
                "schenkingen",
                "subsidie",
                "sponsoring",
                "sponsorgeld",
                "fondsen",
                "donation",
            ),
            *("donations", "cash", "grant", "grants", "sponsorship", "financieel", "financial"),
        ),
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
            *("apparatuur", "equipment", "laptop", "laptops", "computers", "hardware", "software", "ict", "meubels"),
            *(
                "meubilair",
                "furniture",
                "vervoer",
                "transport",
                "voertuigen",
                "vehicles",
                "gereedschap",
                "tools",
                "natura",
            ),
            *("in natura", "ruimten", "ruimtes", "locatie", "vergaderruimte", "zalen", "zaalruimte", "space", "venue"),
            *("faciliteiten", "facilities", "producten", "products", "diensten", "services", "kleding", "voedsel"),
        ),
        "mass": (
            *("massa", "achterban", "crowd", "customers", "klanten", "reach", "netwerk", "netwerken", "network"),
            *("contacten", "contacts", "relaties", "bereik", "draagvlak", "supporters", "leden", "members"),
        ),
        "media": (
            *("communicatie", "publiciteit", "communication", "publicity", "aandacht", "zichtbaarheid", "visibility"),
            *(
                "promotie",
                "promotion",
                "pr",
                "pers",
                "press",
                "marketing",
                "reclame",
                "naamsbekendheid",
                "social media",
            ),
        ),
    }
)
BENEFIT_WORDS = lookup(
    {
        "expertise": (
            *(
                "deskundigheid",
                "kennis",
                "expertise en kennis",
                "knowledge",
                "skills",
                "advies",
                "advice",
                "vaardigheden",
            ),
            *("ervaring", "experience", "inzicht", "insight"),
        ),
        "network": ("netwerk", "netwerken", "contacten", "contacts", "relaties", "networks", "relations"),
        "visibility": ("zichtbaarheid", "naamsbekendheid", "imago", "reputation", "reputatie", "profile"),
        "engagement": ("betrokkenheid", "medewerkersbetrokkenheid", "motivatie", "employee engagement", "teambuilding"),
        "talent": ("talenten", "personeel", "talentontwikkeling", "recruitment", "werving"),
        "innovation": ("innovatie", "vernieuwing", "ideas", "ideeën"),
    }
)
SEVERAL_MEANINGS = frozenset(
    {
        *(word for word, meant in RESOURCE_WORDS.items() if BENEFIT_WORDS.get(word, meant) != meant),
        *("ruimte", "space", "diensten", "services", "producten", "products", "tijd", "time", "contact", "aandacht"),
    }
)
"""Words that are read as one thing and may mean another, so that somebody should look them over."""
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
        "region": (
            "regio",
            "regionaal",
            "provincie",
            "provinciaal",
            "streek",
            "heel vlaanderen",
            "regional",
            "county",
            "province",
        ),
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
            *("uk-wide", "uk wide", "across the uk", "overal", "overal in nederland", "heel belgië", "bundesweit"),
            *("deutschlandweit", "france entière", "toute la france", "whole of the uk"),
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
    **dict.fromkeys(("checked", "aangevinkt"), True),
    **dict.fromkeys(("unchecked", "niet aangevinkt"), False),
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
        *("geen", "niets", "nothing"),
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
            "volgt",
            "volgt nog",
            "wordt aangevuld",
            "nog in te vullen",
            "nog te bepalen",
            "nader te bepalen",
            "geen idee",
        ),
        *(
            "n.n.t.b.",
            "geen gegevens",
            "geen informatie",
            "tbc",
            "to be confirmed",
            "to be determined",
            "not specified",
        ),
        *("not stated", "no data", "no information", "n/d", "n.d.", "not sure"),
        # German and French
        *("k.a.", "keine angabe", "keine angaben", "unbekannt", "nicht bekannt", "entfällt", "#nv"),
        *("inconnu", "inconnue", "non connu", "non renseigné", "sans objet", "s.o."),
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
BARE_BLANK_WORDS = frozenset(filter(None, (word.strip(SIGNS_AROUND) for word in BLANK_WORDS)))
"""The same without the signs that people put around them: ``(n.v.t)``."""
ERROR_VALUES = frozenset(
    {
        *(f"err:{number}" for number in range(501, 541)),
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
            "#bezug!",
            "#wert!",
            "#zahl!",
            "#name!",
            "#überlauf!",
            "#valeur!",
            "#nom?",
            "#nombre!",
            "#nul!",
            "#propagation!",
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
"""What a cell shows whose formula is broken, in Excel in English, Dutch, German and French."""
