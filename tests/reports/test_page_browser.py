"""The page in a browser without a network, as its readers use it: with a mouse, a keyboard, a phone, a printer."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.chromium import chromium
from helpers.encoders import LetterCounts
from helpers.pages import HOSTILE, hostile_frames, page_of, results_of
from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from matcher.cli.app import app
from matcher.i18n.language import load_language

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 800}
OPEN_IN_SECONDS = 3
BOARD_PAGES, LISTED_ON_PAPER = 12, 5
A4 = {"width": 703, "height": 1039}
"""Of the text on a page, in pixels of 1/96 inch: 186 by 275 mm."""


class Reading:
    """A page that is being read, and what went wrong or out meanwhile."""

    def __init__(self, browser: Browser, file: Path, size: dict[str, int]) -> None:
        self.context = browser.new_context(viewport=size, offline=True)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.wrong: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: self.wrong.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())
        self.page.wait_for_function(
            "() => !document.getElementById('map') || document.getElementById('map').dataset.drawn"
        )

    def rows(self) -> Any:
        return self.page.locator("#lists .pair:visible")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("page") / "results"
    done = CliRunner().invoke(app, ["demo", "--out", str(out), "--language", "nl"])
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture
def desktop(browser: Browser, folder: Path) -> Iterator[Reading]:
    reading = Reading(browser, folder / "report.html", DESKTOP)
    yield reading
    assert reading.wrong == []
    assert reading.requests == [(folder / "report.html").as_uri()]
    reading.context.close()


@pytest.fixture
def phone(browser: Browser, folder: Path) -> Iterator[Reading]:
    reading = Reading(browser, folder / "report.html", PHONE)
    yield reading
    assert reading.wrong == []
    reading.context.close()


def test_search_and_filters_narrow_the_lists(desktop: Reading, folder: Path) -> None:
    page, everything = desktop.page, desktop.rows().count()
    table = pd.read_csv(folder / "shortlist.csv")
    assert everything == len(table)
    wanted = table["nonprofit_name"].iloc[0]
    page.get_by_label("Zoeken", exact=True).fill(wanted.upper())
    page.wait_for_function(
        "count => document.querySelectorAll('#lists .pair:not([hidden])').length < count", arg=everything
    )
    names = desktop.rows().locator(".name").all_text_contents()
    assert names.count(wanted) == int((table["nonprofit_name"] == wanted).sum())
    assert 0 < len(names) < everything
    page.get_by_role("button", name="Alles tonen").click()
    page.wait_for_function(
        "count => document.querySelectorAll('#lists .pair:not([hidden])').length === count", arg=everything
    )

    page.get_by_label("Afstand").select_option("10")
    near = int((table["distance_km"] <= 10).sum())
    page.wait_for_function(
        "count => document.querySelectorAll('#lists .pair:not([hidden])').length === count", arg=near
    )
    assert f"{near} van {len(table)}" in page.locator("#found").inner_text()
    page.get_by_role("button", name="Alles tonen").click()

    unit = table["unit_name"].iloc[-1]
    page.get_by_label("Lijst").select_option(label=unit)
    page.wait_for_function("() => document.querySelectorAll('#lists .list:not([hidden])').length === 1")
    assert unit in page.locator("#lists .list:visible h3").text_content()
    page.get_by_role("button", name="Alles tonen").click()

    choices = page.locator("#cause-filter option")
    value = choices.nth(1).get_attribute("value")
    page.get_by_label("Thema", exact=True).select_option(value)
    page.wait_for_function(
        "count => document.querySelectorAll('#lists .pair:not([hidden])').length < count", arg=everything
    )
    causes = desktop.rows().evaluate_all("rows => rows.map(row => row.dataset.causes.split(' '))")
    assert causes
    assert all(value in numbers for numbers in causes)
    page.get_by_label("Zoeken", exact=True).fill("zzzz nergens")
    page.wait_for_selector("#none-found:visible")


def test_search_says_why_a_name_is_not_on_a_list(desktop: Reading, folder: Path) -> None:
    page, table = desktop.page, pd.read_csv(folder / "shortlist.csv")
    unit = table["unit_name"].iloc[0]
    listed = set(table.loc[table["unit_name"] == unit, "nonprofit_name"])
    name = next(name for name in table["nonprofit_name"] if name not in listed)
    answer = page.locator("#why-not")
    page.get_by_label("Zoeken", exact=True).fill(name)
    answer.get_by_text("Kies een lijst").wait_for()
    page.get_by_label("Lijst").select_option(label=unit)
    answer.locator("li").first.wait_for()
    book = pd.read_excel(folder / "matches.xlsx", sheet_name="Niet op een lijst", engine="openpyxl")
    row = book[(book["Vestiging"] == unit) & (book["Organisatie"] == name)]
    said = answer.locator("li", has=page.get_by_text(name, exact=True)).inner_text()
    assert said.lower() == f"{name}: {row['Waarom'].item()}".lower()
    page.get_by_role("button", name="Alles tonen").click()
    answer.wait_for(state="hidden")


def test_a_pair_opens_by_keyboard_and_its_parts_add_up(desktop: Reading, folder: Path) -> None:
    page = desktop.page
    row = page.locator("#lists .pair").first
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    row.locator("table.waterfall").wait_for()
    shown = [number(text) for text in row.locator("tbody .number").all_text_contents()]
    assert round(sum(shown[:-1]), 2) == shown[-1] == number(row.locator(".score-shown").inner_text())
    exact = [
        float(value)
        for value in row.locator("tbody .number").evaluate_all("cells => cells.map(cell => cell.dataset.value)")
    ]
    assert sum(exact[:-1]) == pytest.approx(exact[-1], abs=5e-6)
    for heading in ("De teksten naast elkaar", "Afstand en zekerheid", "Wat beide inbrengen", "Voorbereidingsagenda"):
        assert row.get_by_role("heading", name=heading).is_visible()
    assert row.locator(".sides mark").count() >= 2
    page.keyboard.press("Enter")
    assert not row.locator("table.waterfall").is_visible()


def number(text: str) -> float:
    return 0.0 if text == "onbekend" else float(text.replace(",", "."))


def test_page_table_and_workbook_show_one_score(desktop: Reading, folder: Path) -> None:
    table = pd.read_csv(folder / "shortlist.csv")
    rows = desktop.page.locator("#lists .pair").evaluate_all(
        "rows => rows.map(row => [row.id, row.querySelector('.score-shown').value, row.querySelector('.score-shown').textContent])"
    )
    assert len(rows) == len(table)
    book = openpyxl.load_workbook(io.BytesIO((folder / "matches.xlsx").read_bytes()), read_only=True)
    numbers = {
        cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, float)
    }
    for anchor, exact, shown in rows:
        score = table["score"].iloc[int(anchor.removeprefix("pair-"))]
        assert float(exact) == score
        assert shown == load_language("nl").score(score)
        assert score in numbers


def test_links_lead_to_lists_and_a_pair_by_its_address_is_open(desktop: Reading, folder: Path) -> None:
    page = desktop.page
    page.get_by_label("Afstand").select_option("5")
    company = page.locator(".company").first
    company.locator("details.plain > summary").last.click()
    link = company.locator(".links a").first
    anchor = link.get_attribute("href")
    link.click()
    assert page.locator(str(anchor)).is_visible()
    page.goto((folder / "report.html").as_uri() + "#pair-3")
    page.locator("#pair-3 table.waterfall").wait_for()
    desktop.requests[:] = desktop.requests[:1]


def test_a_unit_on_the_map_leads_to_its_list(desktop: Reading) -> None:
    page = desktop.page
    page.locator("#map").scroll_into_view_if_needed()
    # The last unit drawn that no partner lies on.
    page.evaluate(
        """() => { const marks = [...document.querySelectorAll('#map .mark-symbol path')];
        const hit = marks.find(mark => { const box = mark.getBoundingClientRect();
          return mark.__data__.datum.side === 'unit'
            && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === mark; });
        hit.setAttribute('data-hit', 'yes'); }"""
    )
    page.locator("[data-hit]").click()
    page.wait_for_function("() => location.hash.startsWith('#list-')")
    assert page.locator(page.evaluate("location.hash")).is_visible()


def test_a_phone_shows_all_without_scrolling_sideways(phone: Reading) -> None:
    page = phone.page
    phone.rows().first.locator("summary").click()
    page.locator(".company .pair summary").first.click()
    page.locator("#overview details summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    too_wide = page.evaluate(
        "width => [...document.querySelectorAll('main *')].filter(node => !node.closest('svg') && node.getBoundingClientRect().right > width + 1).map(node => node.className)",
        PHONE["width"],
    )
    assert too_wide == []


def test_it_prints_with_opened_pairs_and_without_controls(desktop: Reading) -> None:
    page = desktop.page
    desktop.rows().first.locator("summary").click()
    page.locator("#lists .pair table.waterfall").first.wait_for()
    page.emulate_media(media="print")
    assert page.locator("#lists .pair table.waterfall").first.is_visible()
    assert not page.locator("#filters").is_visible()
    assert page.locator("#lists .why").first.is_visible()
    assert page.locator("#lists .list").last.locator(".brief").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_board_copy_is_short(browser: Browser, folder: Path) -> None:
    reading = Reading(browser, folder / "report.html", A4)
    page = reading.page
    printed = page.pdf(prefer_css_page_size=True)
    assert 1 < len(re.findall(rb"/Type\s*/Page\b", printed)) <= BOARD_PAGES
    page.emulate_media(media="print")
    for element in page.locator(".list").all():
        shown = element.locator(".pair:visible")
        assert shown.count() == min(LISTED_ON_PAPER, element.locator(".pair").count())
        assert element.locator(".brief:visible").count() == shown.count()
    heights = page.locator(".company").evaluate_all("parts => parts.map(part => part.getBoundingClientRect().height)")
    assert heights
    assert max(heights) <= A4["height"], "the plan of a company fits on a page"
    reading.context.close()


def test_texts_come_before_bars_with_shared_words_in_bold(desktop: Reading) -> None:
    row = desktop.page.locator("#lists .pair").first
    row.locator("summary").click()
    assert row.locator("h4").first.inner_text() == "De teksten naast elkaar"
    texts, bars = (row.locator(place).bounding_box() for place in (".sides", "table.waterfall"))
    assert texts
    assert bars
    assert texts["y"] < bars["y"]
    with_words = desktop.page.evaluate(
        "JSON.parse(document.getElementById('data').textContent).pairs.findIndex(p => p.shared.length)"
    )
    row = desktop.page.locator(f"#lists .pair[data-pair='{with_words}']").first
    row.locator("summary").click()
    pair = desktop.page.evaluate(f"JSON.parse(document.getElementById('data').textContent).pairs[{with_words}]")
    for number, words in enumerate((pair["shared"], pair["theirs"])):
        bold = {text.lower() for text in row.locator(".sides > div").nth(number).locator("b").all_inner_texts()}
        assert bold == {word.lower() for word in words}


@pytest.mark.parametrize("reader", ["desktop", "phone"])
def test_axe_finds_no_serious_problem(reader: str, request: pytest.FixtureRequest) -> None:
    reading: Reading = request.getfixturevalue(reader)
    reading.rows().first.locator("summary").click()
    reading.page.locator(".company .pair summary").first.click()
    reading.page.locator(".company details.plain summary").first.click()
    found = Axe().run(reading.page).response["violations"]
    serious = [
        f"{item['id']}: {node['target']} {node.get('failureSummary', '')}"
        for item in found
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"][:3]
    ]
    assert serious == []


def test_hostile_texts_do_nothing(browser: Browser, tmp_path: Path) -> None:
    units, nonprofits = hostile_frames(HOSTILE)
    results = results_of(units, nonprofits, encoder=LetterCounts(), overrides={"shortlist.min_score": 0.0})
    file = tmp_path / "report.html"
    file.write_text(page_of(results), encoding="utf-8")
    reading = Reading(browser, file, DESKTOP)
    page = reading.page
    for row in page.locator(".pair summary").all():
        row.click()
    page.get_by_label("Search", exact=True).fill("<script>")
    page.wait_for_timeout(200)
    assert page.evaluate("window.hit") is None
    assert page.locator("img, iframe, object, embed, #lists svg, #lists script, #programmes script").count() == 0
    assert (
        "<script>window.hit=1</script>"
        in page.locator("#lists .sides").first.inner_text() + page.locator("#lists").inner_text()
    )
    assert reading.wrong == []
    assert reading.requests == [file.as_uri()]
    reading.context.close()


def test_a_full_page_opens_soon(browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    count = 110
    places = ["Utrecht", "Zeist", "Amersfoort", "Gouda", "Breda", "Zwolle", "Arnhem", "Leiden", "Delft", "Tilburg"]
    text = "We help people in the neighbourhood with what they need most, and do so together with volunteers. " * 6
    units = pd.DataFrame(
        {
            "unit_id": [f"u{row:03}" for row in range(count)],
            "company": [f"Company {row % 10}" for row in range(count)],
            "name": [f"Unit {row}" for row in range(count)],
            "mission": [f"{text} Number {row}." for row in range(count)],
            "city": [places[row % len(places)] for row in range(count)],
        }
    )
    nonprofits = (
        units.rename(columns={"unit_id": "nonprofit_id"})
        .drop(columns="company")
        .assign(name=[f"Nonprofit {row}" for row in range(count)])
    )
    results = results_of(
        units, nonprofits, encoder=LetterCounts(), overrides={"shortlist.min_score": 0.0, "programmes.more_places": 0}
    )
    assert len(results.shortlist) > 2000
    file = tmp_path / "report.html"
    file.write_text(page_of(results), encoding="utf-8")
    reading = Reading(browser, file, DESKTOP)
    assert reading.page.locator("#lists .pair").count() == 2000
    loaded = reading.page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
    with capsys.disabled():
        print(
            f"\n2,000 pairs, {file.stat().st_size / 1e6:.1f} MB: "
            f"loaded after {loaded:.2f} s on this machine as busy as it is (to be under {OPEN_IN_SECONDS} s)"
        )
    assert reading.wrong == []
    reading.context.close()
