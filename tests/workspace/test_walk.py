"""The whole cycle in a browser, by a programme manager and two reviewers: from messy lists to outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from helpers.chromium import chromium
from helpers.workspace_people import PASSWORD, Person
from helpers.workspace_server import Server, WorkspaceData
from playwright.sync_api import Browser, expect

from matcher.i18n.language import load_language
from matcher.tables.schema.tables import TABLES

UNITS = (
    ("STICHTING DE KADE", None, None, None, None, None, None, None, None),
    ("Code", "Bedrijf", "Naam", "Missie", "Plaats", "Thema's", "Biedt", "Capaciteit", "Contactpersoon"),
    ("V1", "Kadehuis", "Kadehuis Zwolle", "Geen gezin in onze stad blijft met schulden zitten.", "Zwolle",
     "schulden, armoede", "mensen en geld", "max 2", "anna@kadehuis.example"),
    ("V2", "Kadehuis", "Kadehuis Deventer", "Kinderen die thuis geen boeken hebben leren bij ons lezen.", "Deventer",
     "onderwijs, jeugd", "mensen", "2 à 3", "bram@kadehuis.example"),
    ("V2", "Kadehuis", "Kadehuis Apeldoorn", "Ouderen die alleen zijn weer onder de mensen brengen.", "Apeldoorn",
     "eenzaamheid, ouderen", "mensen, middelen", None, None),
    ("* capaciteit nog navragen", None, None, None, None, None, None, None, None),
)  # fmt: skip
NONPROFITS = (
    ("Code", "Naam", "Missie", "Plaats", "Thema's", "Behoeften"),
    ("O1", "Uit de Schuld", "Vrijwilligers helpen gezinnen hun schulden te ordenen.", "Zwolle", "schulden",
     "vrijwilligers, geld"),
    ("O2", "Geldmaatje", "Samen de post openen en rust krijgen in geldzaken en schulden.", "Zwolle",
     "schulden, armoede", "vrijwilligers"),
    ("O3", "Leesbus Deventer", "Wij lezen voor aan kinderen en lenen boeken uit.", "Deventer", "onderwijs, jeugd",
     "vrijwilligers"),
    ("O4", "Taalhuis Salland", "Kinderen en ouders leren samen lezen en schrijven.", "Deventer", "onderwijs",
     "vrijwilligers, ruimte"),
    ("O5", "Samen aan Tafel", "Wie alleen is eet mee: ouderen koken en eten samen.", "Apeldoorn",
     "eenzaamheid, ouderen", "vrijwilligers"),
    ("O6", "De Huiskamer", "Een open huis voor ouderen die weinig mensen zien.", "Apeldoorn", "ouderen",
     "vrijwilligers, middelen"),
    ("O7", "Egelopvang", "Zieke egels worden verzorgd.", "Ede", "dieren", "geld"),
)  # fmt: skip
PARTNERSHIPS = (
    ("Code vestiging", "Code organisatie", "Status", "Begonnen op", "Vertrouwen"),
    ("V1", "O1", "actief", "1 jan 2026", "4"),
    ("V3", "O99", "actief", "01-03-2026", "goed"),
)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def workbook(path: Path, rows: tuple[tuple[str | None, ...], ...]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("data", "code", "by_keyboard"), [("sqlite", "nl", True), ("postgresql", "en", False)], indirect=["data"]
)
def test_a_team_goes_from_messy_lists_to_outcomes(
    data: WorkspaceData, chrome: Browser, tmp_path: Path, code: str, by_keyboard: bool
) -> None:
    people = [("ineke", "administrator"), ("joost", "reviewer"), ("fatima", "reviewer")]
    data.run(
        "".join(
            f"Account.objects.create_user({name!r}, password={PASSWORD!r}, role={role!r})\n" for name, role in people
        )
    )
    language = load_language(code)
    with Server(data, "--shared", "--plain-http", "--hostname", "127.0.0.1") as server:
        ineke, joost, fatima = (Person(chrome, server.address, language, by_keyboard=by_keyboard) for _ in range(3))
        for person, (name, _) in zip((ineke, joost, fatima), people, strict=True):
            person.sign_in(name)
        bring_lists(ineke, tmp_path)
        weigh(ineke)
        review(ineke, joost, fatima)
        plan(ineke)
        publish(ineke, chrome)
        record(ineke)
        for heading in ("Shortlists", "To discuss", "Privacy", "People", "Log"):
            ineke.open_part(heading)
            ineke.check_page()
        for person in (ineke, joost, fatima):
            person.context.close()
    assert "Traceback" not in server.log.read_text(encoding="utf-8")


def bring_lists(ineke: Person, folder: Path) -> None:
    """Upload three lists as they lie there, mend what stops two of them, and match."""
    say, page = ineke.say, ineke.page
    ineke.open_part("Lists")
    ineke.check_page()
    ineke.upload("Business units", workbook(folder / "vestigingen.xlsx", UNITS))
    ineke.check_page()
    mend(ineke, "Kadehuis Apeldoorn", "Code", "V3")
    ineke.open_part("Lists")
    ineke.upload("Nonprofits", workbook(folder / "organisaties.xlsx", NONPROFITS))
    ineke.open_part("Lists")
    ineke.upload("Partnerships", workbook(folder / "samenwerkingen.xlsx", PARTNERSHIPS))
    expect(page.get_by_role("main")).to_contain_text("organisaties.xlsx")
    ineke.write("Vertrouwen", "4")
    mend(ineke, "O99", "Code organisatie", "O5")
    ineke.press_button("Match these lists")
    ineke.wait_for_run()
    rows = page.get_by_role("rowheader")
    assert [text.split(" Kadehuis ·")[0] for text in rows.all_inner_texts()] == [
        "Kadehuis Apeldoorn", "Kadehuis Deventer", "Kadehuis Zwolle",
    ]  # fmt: skip
    expect(page.get_by_role("main")).not_to_contain_text(say("A list is newer than these results."))


def mend(ineke: Person, row: str, heading: str, text: str) -> None:
    """Write into a cell that has a problem, and keep the list as a new version that can be used."""
    ineke.write(heading, text, ineke.page.get_by_role("group").filter(has_text=row).first)
    ineke.press_button("Keep as a new version")
    expect(ineke.page.get_by_role("status")).to_contain_text(ineke.say("This version has no errors and is in use."))


def weigh(ineke: Person) -> None:
    """Move a slider with the arrows, see the lists move, and adopt it."""
    page = ineke.page
    ineke.open_part("Weigh")
    ineke.check_page()
    shown = page.locator("#moved")
    expect(shown).to_contain_text(ineke.say("No list changes."))
    least = page.get_by_role("slider", name=ineke.say("Least score"))
    ineke.reach(least)
    page.keyboard.press("End")
    expect(shown).to_contain_text(ineke.say("Nobody is on this list."))
    page.keyboard.press("Home")
    expect(shown.get_by_role("listitem").first).to_be_visible()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    ineke.write(ineke.say("Note: why"), "ruimer")
    ineke.press_button("Adopt these and match again")
    ineke.wait_for_run()


def review(ineke: Person, joost: Person, fatima: Person) -> None:
    """Two answer blind and differ; one of them settles it, the other is told of it before her answer counts."""
    ineke.open_part("To discuss")
    blind = ineke.page.get_by_role("checkbox", name="Blind")
    ineke.act(blind, "Space")
    ineke.write(ineke.say("Answers wanted for each pair"), "2")
    ineke.press_button("Keep")
    expect(blind).to_be_checked()
    for person, key in ((joost, "y"), (fatima, "n")):
        person.open_part("Shortlists")
        person.act(person.page.get_by_role("rowheader", name="Kadehuis Deventer").get_by_role("link"))
        first = person.page.get_by_role("listitem").filter(has_text="Leesbus Deventer").first
        first.wait_for()
        assert person.page.get_by_text(person.say("Confidence")).count() == 0
        person.check_page()
        while not first.evaluate("row => row.contains(document.activeElement)"):
            person.page.keyboard.press("j")
        person.page.keyboard.press("Enter")
        first.get_by_label(person.say("Note, or the reason of a no")).wait_for()
        person.page.keyboard.press(key)
        if key == "n":
            person.page.keyboard.type("te klein")
            person.page.keyboard.press("Enter")
        expect(first).to_contain_text(person.say("Confidence"))
        person.check_page()
    pair = fatima.page.get_by_role("listitem").filter(has_text="Leesbus Deventer").first
    expect(pair).to_contain_text(fatima.say("disputed"))
    joost.open_part("To discuss")
    joost.act(joost.page.get_by_role("main").get_by_role("link").first)
    joost.act(joost.page.get_by_role("checkbox", name=joost.say("Settle this for the team")), "Space")
    joost.press_button("Maybe")
    said = joost.say("settled: {answer}", answer=joost.say("Maybe").lower())
    expect(joost.page.get_by_text(said)).to_be_visible()
    fatima.act(pair.get_by_role("checkbox", name=fatima.say("Settle this for the team")), "Space")
    fatima.press_button("No", pair)
    expect(pair.get_by_role("alert").first).to_contain_text("joost")
    joost.page.get_by_role("button", name=joost.say("Undo")).wait_for()
    joost.page.keyboard.press("u")
    expect(joost.page.get_by_text(joost.say("disputed"))).to_be_visible()
    joost.act(joost.page.get_by_role("checkbox", name=joost.say("Settle this for the team")), "Space")
    joost.press_button("Yes")
    expect(joost.page.get_by_text(joost.say("settled: {answer}", answer=joost.say("Yes").lower()))).to_be_visible()


def plan(ineke: Person) -> None:
    """Keep one pair, rule out another, and see plans without it before they are kept."""
    page, say = ineke.page, ineke.say
    ineke.open_part("Programmes")
    ineke.check_page()
    wanted = page.get_by_role("listitem").filter(has_text="Geldmaatje")
    refused = page.get_by_role("listitem").filter(has_text="De Huiskamer")
    ineke.act(wanted.get_by_role("checkbox", name=say("keep")), "Space")
    ineke.act(refused.get_by_role("checkbox", name=say("rule out")), "Space")
    ineke.press_button("Show the new plans")
    expect(page.get_by_text(say("A trial: nothing is changed until you keep it."))).to_be_visible()
    expect(refused).to_have_count(0)
    expect(wanted.get_by_role("checkbox", name=say("keep"))).to_be_checked()
    ineke.check_page()
    ineke.press_button("Keep these for the next run")
    ineke.open_part("Shortlists")
    ineke.press_button("Match again")
    ineke.wait_for_run()
    ineke.open_part("Programmes")
    expect(refused).to_have_count(0)
    expect(wanted).to_have_count(1)


def publish(ineke: Person, chrome: Browser) -> None:
    """Publish, send a link, and revoke it."""
    page, say = ineke.page, ineke.say
    ineke.open_part("Published")
    ineke.write(say("Name, such as the season or the meeting"), "Najaar")
    ineke.check_page()
    ineke.press_button("Publish")
    page.get_by_role("button", name=say("Make a link")).wait_for(timeout=120_000)
    ineke.press_button("Make a link")
    link = page.locator("#new-link").inner_text()
    ineke.check_page()
    board = chrome.new_context(locale="nl").new_page()
    answer = board.goto(link)
    assert answer is not None
    assert answer.status == 200
    expect(board.get_by_role("heading", level=1)).to_be_visible()
    expect(board.get_by_role("main")).to_contain_text("Kadehuis Zwolle")
    ineke.press_button("Revoke")
    expect(page.get_by_role("button", name=say("Revoke"))).to_have_count(0)
    answer = board.goto(link)
    assert answer is not None
    assert answer.status == 404
    board.context.close()


def record(ineke: Person) -> None:
    """Record how a partnership goes."""
    page, say = ineke.page, ineke.say
    ineke.open_part("Outcomes")
    ineke.check_page()
    first = page.get_by_role("main").get_by_label(say("Partnership")).first.locator("option").nth(1).inner_text()
    ineke.choose(say("Partnership"), first)
    ineke.choose(say("Moment"), say("half way"))
    code = page.locator("html").get_attribute("lang") or ""
    ineke.choose(TABLES["partnerships"].by_name["trust"].label_in(code), "5")
    ineke.press_button("Record")
    expect(page.get_by_text(f"{say('Recorded')} (1)")).to_be_visible()
