"""Passages that explain the similarity of two texts: their nearest sentences, and words that both use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import PartnerMatcher
from matcher.texts.encoders.base import Embeddings
from matcher.texts.passages import PassageFinder, content_score
from matcher.texts.sentences import plain_text, shorten, split_sentences
from matcher.texts.shared_words import language_of, shared_words

DEBT = "Wij zijn opgericht in 1990. Wij helpen gezinnen die in de schulden zitten met een maatje en een plan."
DEBT_TOO = "Geen jong gezin hoort in de schulden te zitten, dus leren wij ze rondkomen. Op vrijdag zijn wij gesloten."


@given(text=st.text(alphabet=st.sampled_from("aBé .!?\n;”(1"), max_size=200))
def test_sentences_stand_in_the_text_and_leave_nothing_out(text: str) -> None:
    found = split_sentences(text)
    position = 0
    for passage in found:
        position = text.index(passage, position) + len(passage)
        assert passage == passage.strip()
    assert "".join("".join(found).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "Wij geven les, bijv. Nederlands aan nieuwkomers, en eten samen.",
        "Het fonds is gesticht door jhr. Van Lennep en mr. dr. C.J. Bos, met steun van fam. De Wit.",
        "Wij koken m.b.v. Zweedse recepten, o.l.v. Karin en i.s.m. De Brug, voor max. 30 gasten.",
        "Bel op werkdagen tel. 010 123 of kom langs op nr. 12, zie art. 5 van ons reglement.",
        "Founded by Rev. Jones and Prof. Patel at St. Mary's, we cook for approx. 40 people, e.g. Sunday lunch.",
        "Wij werken in de gem. Ede en omstreken (prov. Gelderland) sinds 12 sept. 1987 voor iedereen.",
    ],
)
def test_an_abbreviation_ends_no_sentence(text: str) -> None:
    assert split_sentences(text) == [text]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Every week thirty people come here to make art.", "Every month we hang it in the station."),
        ("Wij koken, strijken, doen boodschappen e.d.", "Wie wil helpen, belt aan bij de buren."),
        ("Wij zijn een tak van Zonnewijk B.V.", "Ons eigen bestuur kiest wat wij doen."),
        ("Kom kijken hoe het er bij ons in de tuin uitziet!", "Ook op zondag zijn wij gewoon open."),
    ],
)
def test_a_sentence_that_ends_like_an_abbreviation(first: str, second: str) -> None:
    assert split_sentences(f"{first} {second}") == [first, second]


@given(text=st.text(alphabet=st.sampled_from("abc ,.\n"), max_size=80), most=st.integers(5, 60))
def test_a_text_is_shortened_between_words(text: str, most: int) -> None:
    found, flat = shorten(text, most), " ".join(text.split())
    assert len(found) <= most
    if found != flat:
        assert found.endswith(" …")
        rest = flat[len(found) - 2 :]
        assert flat.startswith(found[:-2])
        assert " " not in flat[: most - 1] or not rest[:1].isalpha() or not found[-3].isalpha()


@pytest.mark.parametrize(
    ("alone", "back"),
    [
        (
            "Wij knappen fietsen op voor kinderen.",
            "Gemeenten leveren ze aan als schroot, monteurs strippen de onderdelen.",
        ),
        ("Vrijwilligers vlechten heggen.", "Dus meidoorn vlechten en oude kerkepaden weer openmaken, elke zaterdag."),
        ("Zo'n dertig leden zingen samen.", "Zo leren oudere inwoners elkaar en hun buurtgenoten beter kennen."),
        (
            "Volunteers check the payslips of workers.",
            "Therefore volunteers collect every payslip, contract and statement.",
        ),
        (
            "We lend instruments to children.",
            "Musicians repair them beforehand, together with experienced instrument makers.",
        ),
    ],
)
def test_a_sentence_that_refers_back_is_no_quote(alone: str, back: str) -> None:
    assert content_score(alone) > content_score(back)


def test_where_sentences_end() -> None:
    assert len(split_sentences(DEBT)) == 2
    assert split_sentences("Wij geven les, bijv. Nederlands aan nieuwkomers, en eten samen.") == [
        "Wij geven les, bijv. Nederlands aan nieuwkomers, en eten samen."
    ]
    assert split_sentences("Every Monday we cook for the street.\n- Every Friday we eat together in it.") == [
        "Every Monday we cook for the street.",
        "- Every Friday we eat together in it.",
    ]
    assert split_sentences(" \n ") == []


def test_the_sentences_that_go_together_come_first(use) -> None:
    centre = np.zeros(use.dimension)
    found = PassageFinder(use).find([(DEBT, DEBT_TOO), ("", DEBT), (DEBT, "")], centre)
    assert found[0].similar[0].unit == split_sentences(DEBT)[1]
    assert found[0].similar[0].nonprofit == split_sentences(DEBT_TOO)[0]
    assert found[0].similar[0].similarity > 0.3
    assert found[0].shared == ("gezinnen", "schulden", "zitten")
    assert found[1] == found[2]
    assert found[1].similar == found[1].shared == ()


class CountingEncoder:
    """Gives a vector by the letters of a text, and remembers what it was asked."""

    name, revision, dimension = "counting", "1", 8

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Embeddings:
        self.asked += texts
        vectors = np.array([[text.count(letter) + 1 for letter in "abdegimn"] for text in texts], dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_each_sentence_is_embedded_once() -> None:
    encoder = CountingEncoder()
    finder = PassageFinder(encoder)
    centre = np.zeros(8)
    first = finder.find([(DEBT, DEBT_TOO), (DEBT_TOO, DEBT), (DEBT, DEBT)], centre)
    assert finder.find([(DEBT, DEBT_TOO)], centre) == first[:1]
    assert len(encoder.asked) == len(set(encoder.asked)) == 6
    assert finder.find([(DEBT, DEBT_TOO)], None)[0].similar == ()


@pytest.mark.parametrize(
    "forms",
    [
        "kleinkind kleinkinderen",
        "duif duiven",
        "prijs prijzen",
        "wens wensen",
        "werkloos werklozen",
        "levens leven",
        "museumles museumlessen",
        "activiteit activiteiten",
        "studies studie",
        "ouder ouderen",
        "foto foto's",
    ],
)
def test_dutch_words_of_one_stem(forms: str) -> None:
    one, other = forms.split()
    assert shared_words(f"Dit is een {one} van ons", f"Wat is het met de {other} in het dorp") == (one,)


@pytest.mark.parametrize("pair", ["gezond zonder", "lezen lessen", "gezinnen zinnen", "bazen bassen", "kamer kammen"])
def test_dutch_words_of_different_stems(pair: str) -> None:
    one, other = pair.split()
    assert shared_words(f"Dit is een {one} van ons", f"Wat is het met de {other} in het dorp") == ()


def test_words_of_every_mission_are_shared_in_no_form() -> None:
    assert shared_words("Ons bedrijf en onze stichting", "Met alle bedrijven en stichtingen in de stad") == ()
    assert shared_words("The charity works with companies", "Charities that work with a company") == ()


def test_shared_words_by_stem_within_a_language() -> None:
    assert shared_words("We relieve debts of young families.", "Every family deserves relief from debt.") == (
        "debts",
        "families",
    )
    assert shared_words("Taalles voor nieuwkomers in Utrecht", "Dutch lessons for newcomers in Utrecht") == ("Utrecht",)
    assert shared_words("Wij helpen mensen op hun eigen plek", "Wij helpen mensen op hun eigen plek") == ()


@given(left=st.text(max_size=60), right=st.text(max_size=60))
def test_shared_words_are_the_first_texts_own(left: str, right: str) -> None:
    found = shared_words(left, right)
    assert all(word in left for word in found)
    assert len(found) == len(shared_words(right, left))


def test_the_language_of_a_text() -> None:
    assert language_of("We help families that are in debt") == "en"
    assert language_of("Wij helpen gezinnen die in de schulden zitten") == "nl"
    assert language_of("") == "nl"


def test_passages_of_records(example_units: pd.DataFrame, example_nonprofits: pd.DataFrame, use) -> None:
    matcher = PartnerMatcher(encoder=use).fit(example_nonprofits)
    records = matcher.match(example_units.head(4)).shortlists().records[:12]
    found = matcher.passages(records)
    missions = example_units.set_index("unit_id")["mission"], example_nonprofits.set_index("nonprofit_id")["mission"]
    assert len(found) == len(records)
    for record, passages in zip(records, found, strict=True):
        ours, theirs = missions[0][record.unit_id], missions[1][record.nonprofit_id]
        assert passages.similar
        for pair in passages.similar:
            assert pair.unit in ours
            assert pair.nonprofit in theirs
        assert all(word in ours for word in passages.shared)
    assert matcher.passages(records[1:2]) == found[1:2], "whatever else is asked for"
    assert matcher.passages(records[:1], "values") != found[:1]


def test_the_sentence_that_says_what_a_nonprofit_does(use) -> None:
    story = "Toen haar wasmachine stukging, stond Mina er alleen voor met drie kinderen en een lege rekening."
    does = "Wij lossen met een fonds van buurtgenoten binnen een week kapotte apparaten in huis op, zonder formulieren."
    garden = "Achter ons kantoor hebben wij een tuin waar de buurt groente en kruiden mag oogsten."
    whole = f"{story} {does} {garden}"
    finder, centre = PassageFinder(use), np.zeros(use.dimension)
    units = [
        "Een kapotte wasmachine mag geen gezin in de schulden brengen.",
        "Groente en kruiden kweken in de stad.",
        "",
    ]
    texts = [(unit, whole) for unit in units] + [(units[0], ""), (units[0], story)]
    found = finder.quotes(texts, centre)
    assert found[:2] == [does, garden]
    assert found[2] in (does, garden)
    assert found[3:] == ["", story]
    assert finder.quotes(texts[1:2], centre) == found[1:2], "whatever else is asked for"
    assert finder.quotes(texts[:1], None) == [does], "by content alone"


@pytest.mark.parametrize(
    ("says_little", "says_what"),
    [
        (
            "Per hut zijn er twee begeleiders en zes kinderen, een halfuur voor de bel.",
            "In een tent op het schoolplein oefenen kinderen van nieuwkomers met vertellen en luisteren.",
        ),
        (
            "In 1994 zijn we begonnen toen negen kerken dezelfde gezinnen hielpen.",
            "Een medewerker komt thuis bij gezinnen met betalingsachterstanden en regelt stroom of voedsel.",
        ),
        (
            "Het zijn er vijf, en ze worden opengehouden door bewoners, met kranten en computers en koffiekannen.",
            "Onze leeszalen bieden kranten, computers en hulp met formulieren.",
        ),
        (
            "Of our first 80 people, 31 now work at their own level.",
            "Volunteers prepare refugees with a foreign diploma for interviews at engineering companies.",
        ),
    ],
)
def test_counts_and_history_are_not_quoted_for_what_a_nonprofit_does(use, says_little: str, says_what: str) -> None:
    for text in (f"{says_little} {says_what}", f"{says_what} {says_little}"):
        assert PassageFinder(use).quotes([("Samen leren in de wijk.", text)], np.zeros(use.dimension)) == [says_what]


def test_a_quote_is_whole_by_itself(use) -> None:
    text = "Ja, die naam klopt. Met zes stalen vletten leren kinderen bij ons zeilen. Dat was 2013."
    assert PassageFinder(use).quotes([("", text)], None) == ["Met zes stalen vletten leren kinderen bij ons zeilen."]
    assert PassageFinder(use).quotes([("", "Wij helpen. Altijd.")], None) == ["Wij helpen. Altijd."]


def test_a_quote_holds_no_markup() -> None:
    assert (
        plain_text("* <p>Wij&nbsp;koken <b>samen</b>\x1b[1m &lt;i&gt;elke&lt;/i&gt; **dag**</p>")
        == "Wij koken samen [1m elke dag"
    )
    assert plain_text("5 * 4 is twintig, e-mail naar a_b@c.nl") == "5 * 4 is twintig, e-mail naar a_b@c.nl"
