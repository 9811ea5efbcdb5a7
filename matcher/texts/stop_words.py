"""Words without information on a mission: function words, and words of every mission."""

from __future__ import annotations

_ENGLISH = """
a about above across after again against all almost along already also although always am among an and another any
anybody anyone anything are around as at away back be became because been before being below between both but by came
can cannot come could day did do does doing done down during each either enough even ever every everybody everyone
everything few first for from full gave get give given gives go goes going good got great had half has have having he
hence her here hers herself him himself his hour how however i if in instead into is it its itself just keep kept last
least less let like little made make makes many may me mean might mine more most much must my myself near need needs
neither never new next no nobody none nor not nothing now of off often on once one only onto or other others our ours
ourselves out over own part people person place put quite rather same say says see seen set several shall she should
since so some somebody someone something sometimes soon still such take taken takes than that the their theirs them
themselves then there these they thing things think this those though through thus time times to together too towards
two under until up upon us use used uses very want wants was way ways we week well went were what whatever when where
whether which while who whole whom whose why will with within without work working works would year years yes one two three four five six seven eight nine ten yet you
your yours yourself mission values vision aim aims believe foundation charity organisation organization organisations
company offer offers help helps helping support supports supporting
"""
_DUTCH = """
aan achter af al alle allemaal alleen alles als altijd ander andere anderen anders behalve ben beide bij binnen biedt
bieden blijft blijven boven buiten daar daarbij daarin daarmee daarna daarnaast daarom daarvan daarvoor dag dan dat de
deed deel den der deze die dit doen doet door doordat dus een eens eerst eerste eigen elk elke elkaar en enkele er
eraan erbij ergens erin ermee ervan ervoor even gaan gaat gaf geeft geen geven geweest gewoon goed goede haar had
hadden hebben hebt heb heeft heel hele hem hen het hier hij hoe hoeft hoeven hun iedere iedereen ieder iemand iets ik
in is ja jaar jaren je jij jou jouw juist jullie kan keer klein kleine kom komen komt kon konden kunnen krijgen krijgt
laat laatste laten lang langs liever maak maakt maakte maar maken mag meer mee meest meeste men mens mensen met mij
mijn minder misschien moest moet moeten mogen na naar naast net niemand niets niet nieuw nieuwe niks nog nooit nu of
om omdat onder onderweg ons onszelf onze ook op over overal per plek plaats rond samen sinds soms staan staat steeds
steun steunen te tegen ten ter terug terwijl thuis tijd tijdens toch toe toen tot totdat tussen twee uit u uur uw vaak
van vanaf vanuit veel vele verder via vinden vindt voor vooral voordat vrij waar waarbij waarin waarom waarop waarvan
waarvoor wanneer want waren was wat wee week weer weg weinig wel welke werd werden werken werkt wie wij wil willen
worden wordt zal ze zelf zelfs zet zetten zich zichzelf zie zien zij zijn zo zoals zodat zonder zou zouden zowel zullen
zorgen zorgt een twee drie vier vijf zes zeven acht negen tien graag
"""
_ENGLISH_NOUNS = """
mission value vision aim foundation charity organisation organization company business offer help support
"""
_DUTCH_NOUNS = """
missie waarde visie doel stichting vereniging organisatie bedrijf helpen hulp
"""

STOP_WORDS: dict[str, frozenset[str]] = {"en": frozenset(_ENGLISH.split()), "nl": frozenset(_DUTCH.split())}
"""Folded function words by language."""
COMMON_NOUNS: dict[str, tuple[str, ...]] = {"en": tuple(_ENGLISH_NOUNS.split()), "nl": tuple(_DUTCH_NOUNS.split())}
"""Words of every mission by language, in all their forms: one form of each stands here."""
