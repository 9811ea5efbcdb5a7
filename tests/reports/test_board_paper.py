"""The board paper: what it says, that it is safe and the same each time, and that it fits two pages."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from docx import Document
from helpers.office import find_writer, save_again

from matcher.errors import OutputError
from matcher.i18n.language import load_language
from matcher.jobs.match import match
from matcher.reports.documents.amounts import amounts_of
from matcher.reports.documents.board_paper import board_paper
from matcher.reports.documents.writer import DocumentWriter, plain
from matcher.reports.outputs import BOARD_FILE
from matcher.reports.programme_tables import Programmes
from matcher.reports.results import Results
from matcher.reports.sentences.first_choices import why_not_in_plan
from matcher.scoring.history import PastPartnership
from matcher.settings import Settings
from matcher.tables.status import Status

DAY = dt.date(2026, 11, 29)
HOSTILE = (
    '=HYPERLINK("http://x.example")',
    "{ MERGEFIELD x }",
    "<w:fldSimple/>",
    "a\x0bb\x1f\ud800",
    "]]>&amp;",
    "x\ny",
)


@pytest.fixture(scope="module")
def results(small_example: dict[str, Path], shared_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("board")
    units = pd.read_csv(small_example["units"], dtype=str).assign(contact="Piet Paulusma", email="piet@x.example")
    units.to_csv(folder / "units.csv", index=False)
    files = {**small_example, "units": folder / "units.csv"}
    settings = Settings().with_overrides({"language": "nl", "gates.as_of": DAY})
    return match(files, folder / "out", settings, formats=("docx",), cache_folder=shared_cache)


def texts(content: bytes) -> list[str]:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_it_names_every_company_with_its_programme_and_the_first_choices(results: Results) -> None:
    said = texts(board_paper(results))
    whole = "\n".join(said)
    assert said[0] == "Voorgestelde samenwerkingen"
    assert "29 november 2026" in said[1]
    for programme in results.programmes.plan.programmes:
        if programme.recommended:
            assert any(line.startswith(f"{programme.company}: ") for line in said)
            assert results.programmes.in_short(programme) in said
            assert programme.organisation in whole
            for pair in programme.pairs:
                assert results.programmes.records[pair].nonprofit_name in whole
    assert all(name in said for name in results.data.units.names), "units without a partner too"
    assert "Paulusma" not in whole
    assert "piet@x.example" not in whole
    assert not re.search(r"\{|\}|None|nan\b", whole)


def test_it_begins_with_what_the_board_decides(results: Results) -> None:
    said = texts(board_paper(results))
    recommended = [programme for programme in results.programmes.plan.programmes if programme.recommended]
    new = sum(len(set(programme.all_pairs) - programme.kept_pairs) for programme in recommended)
    assert said.index("Wat wij u vragen te besluiten") == 3
    assert said[4].startswith(f"Wij vragen u in te stemmen met {new} nieuwe")
    assert said.count("in te vullen") == len(recommended)
    document = Document(io.BytesIO(board_paper(results)))
    asked, plans = (table.rows[1:] for table in document.tables[:2])
    assert {row.cells[0].text: sum(map(int, re.findall(r"\d+", row.cells[2].text))) for row in asked} == {
        programme.company: len(programme.all_pairs) for programme in recommended
    }
    for row in plans:
        shown = dict(
            zip(("lokaal", "centraal", "centraal met lokaal"), (cell.text for cell in row.cells[1:4]), strict=True)
        )
        chosen, _, why = row.cells[4].text.partition(":")
        for difference, other in re.findall(r"(\d,\d\d) meer dan (centraal met lokaal|\w+)", why):
            scores = [int(shown[kind].replace(",", "")) for kind in (chosen.lower(), other)]
            assert scores[0] - scores[1] == int(difference.replace(",", ""))
    compared = [item for item in results.programmes.plan.comparisons if item.facts.company_sites > 1 < len(item.plans)]
    assert compared
    assert "De vergeleken plannen" in said


def test_a_pair_in_contact_is_no_new_one(results: Results) -> None:
    plan = results.programmes.plan
    programme = next(each for each in plan.programmes if each.recommended and len(each.new_pairs) > 1)
    pair = programme.new_pairs[0]
    record = plan.records[pair]
    contact = PastPartnership(
        record.unit_id, record.unit_name, record.nonprofit_id, record.nonprofit_name, Status.CONTACTED
    )
    records = {**plan.records, pair: replace(record, history=(contact,))}
    programmes = Programmes(replace(plan, records=records), results.language)
    before, after = results.programmes.asked([programme]), programmes.asked([programme])
    new = len(programme.new_pairs)
    assert before.startswith(f"Wij vragen u in te stemmen met {new} nieuwe")
    assert str(new - 1) in after.split(".")[0]
    assert "Over 1 samenwerking is al contact" in after
    said = "\n".join(texts(board_paper(replace(results, programmes=programmes))))
    assert "1 waarmee al contact is" in said
    assert "al benaderd" in said


def test_pairs_of_programmes_know_how_steady_their_place_on_a_list_is(results: Results) -> None:
    listed = {(record.unit_id, record.nonprofit_id): record.stability for record in results.records}
    found = {(record.unit_id, record.nonprofit_id): record.stability for record in results.programmes.records.values()}
    assert {pair: listed.get(pair) for pair in found} == found
    assert any(value is not None for value in found.values())


def test_every_partner_has_its_own_reason_and_its_line_is_short(results: Results) -> None:
    document = Document(io.BytesIO(board_paper(results)))
    lines = [
        line.text
        for table in document.tables
        if table.rows[0].cells[-1].text == "Partners, elk met de reden"
        for row in table.rows[1:]
        for line in row.cells[1].paragraphs
    ]
    programmes = results.programmes
    for programme in programmes.plan.programmes:
        for pair in programme.all_pairs if programme.recommended else ():
            name = programmes.records[pair].nonprofit_name
            mine = [line for line in lines if line.startswith((name, programme.organisation or name)) and " – " in line]
            assert mine, name
    assert max(map(len, lines)) < 450


def test_a_first_choice_that_is_not_in_the_plan_says_why(results: Results) -> None:
    plan, run, dutch = results.programmes.plan, results.data, load_language("nl")
    units, sites = ({str(name): at for at, name in enumerate(side.ids)} for side in (run.units, run.nonprofits))
    chosen = {pair for programme in plan.programmes if programme.recommended for pair in programme.all_pairs}
    first = results.shortlist[results.shortlist["rank"] == 1]
    pairs = [(units[row.unit_id], sites[row.nonprofit_id]) for row in first.itertuples()]
    said = [why_not_in_plan(plan, run, pair, dutch) for pair in pairs]
    assert [not why for why in said] == [pair in chosen for pair in pairs]
    outside = next(
        site for site in range(len(sites)) if site not in plan.candidates.sites_of(0) and (0, site) not in chosen
    )
    for own, said_of_it in (
        (np.nan, "verder dan 25 km, de standaard zolang deze"),
        (4.0, "verder dan de 4 km die deze"),
    ):
        stated = replace(run, units=replace(run.units, reach_km=np.full(len(units), own)))
        assert why_not_in_plan(plan, stated, (0, outside), dutch).startswith(said_of_it)
    full = replace(plan, candidates=replace(plan.candidates, unit_capacity=np.zeros(len(units), dtype=np.int64)))
    unit, site = next(
        (unit, int(site))
        for unit in range(len(units))
        for site in plan.candidates.sites_of(unit)
        if (unit, int(site)) not in chosen and why_not_in_plan(plan, run, (unit, int(site)), dutch).startswith("de ")
    )
    assert why_not_in_plan(full, run, (unit, site), dutch).startswith("de vestiging heeft")


def test_amounts_of_the_lists_that_nothing_counts_with_are_named(results: Results) -> None:
    nonprofits = results.tables.nonprofits
    count = len(nonprofits.frame)
    columns = {"budgetvraag": ["€ 8.000", None], "site": ["x.example/1", "x.example/2"]}
    filled = {name: (cells * count)[:count] for name, cells in columns.items()}
    table = replace(nonprofits, frame=nonprofits.frame.assign(**filled), passed_through=tuple(filled))
    tables = replace(results.tables, by_name={**results.tables.by_name, "nonprofits": table})
    said = "\n".join(texts(board_paper(replace(results, tables=tables))))
    assert "site" not in said
    paper = Document(io.BytesIO(board_paper(replace(results, tables=tables))))
    recommended = [programme for programme in results.programmes.plan.programmes if programme.recommended]
    of_id = dict(zip(nonprofits.frame["nonprofit_id"], table.frame["budgetvraag"], strict=True))
    ids = results.data.nonprofits.ids
    for programme, row in zip(recommended, paper.tables[0].rows[1:], strict=True):
        sites = {site for _, site in programme.new_pairs}
        known = [site for site in sites if pd.notna(of_id[ids[site]])]
        total = f"{8000 * len(known):,}".replace(",", ".")
        expected = f"budgetvraag € {total} (door {len(known)} van de {len(sites)} genoemd); in te vullen"
        assert row.cells[4].text == (expected if known else "in te vullen")
    priced = next(pair for programme in recommended for pair in programme.pairs if pd.notna(of_id[ids[pair[1]]]))
    assert re.search(
        rf"{re.escape(results.programmes.records[priced].nonprofit_name)} \(\d,\d\d, budgetvraag € 8.000", said
    )


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (["€ 12.000", "10.000 euro", None], "vraag € 22.000"),
        (["€ 2.500,50", "€ 1,-", None], "vraag € 2.501,50"),
        (["12 345 678", "87 654 321", None], ""),
        (["€ 5 of € 6", "€ 7 of € 8", "€ 9"], ""),
    ],
)
def test_only_money_is_added_up(results: Results, cells: list[str | None], shown: str) -> None:
    nonprofits = results.tables.nonprofits
    filled = [*cells, *[None] * (len(nonprofits.frame) - 3)]
    table = replace(nonprofits, frame=nonprofits.frame.assign(vraag=filled), passed_through=("vraag",))
    found = amounts_of(
        replace(results, tables=replace(results.tables, by_name={**results.tables.by_name, "nonprofits": table}))
    )
    everybody = range(len(filled))
    said = [item.sum_in_words(everybody, load_language("nl")) for item in found]
    assert said == ([f"{shown} (door 2 van de {len(filled)} genoemd)"] if shown else [])


def test_a_unit_with_more_than_it_can_carry_says_so(results: Results) -> None:
    plan = results.programmes.plan
    unit = next(pair[0] for each in plan.programmes if each.recommended for pair in each.pairs)
    capacity = plan.candidates.unit_capacity.copy()
    capacity[unit] = 0
    full = Programmes(replace(plan, candidates=replace(plan.candidates, unit_capacity=capacity)), results.language)
    assert "Meer dan deze vestiging aankan" not in "\n".join(texts(board_paper(results)))
    said = "\n".join(texts(board_paper(replace(results, programmes=full))))
    assert said.count("bij een capaciteit van 0.") == 1


def test_the_same_results_give_the_same_bytes(results: Results) -> None:
    again = board_paper(results)
    assert again == board_paper(results)
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        assert {item.date_time[0] for item in archive.infolist()} == {1980}


def test_hostile_text_is_text_in_a_document() -> None:
    writer = DocumentWriter(HOSTILE[0], load_language("en"), DAY)
    for text in HOSTILE:
        writer.heading(text)
        writer.paragraph(text, bold=text)
    writer.table(HOSTILE, [HOSTILE], [2.0] * len(HOSTILE))
    writer.footer(HOSTILE[2])
    content = writer.content()
    found = texts(content)
    assert [text in found for text in map(plain, HOSTILE)] == [True] * len(HOSTILE)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = archive.read("word/document.xml").decode()
        names = archive.namelist()
    assert not re.search(r"<w:(fldSimple|instrText|hyperlink|object)\b", body)
    assert not [name for name in names if "vba" in name or "embed" in name]


def test_a_letterhead_that_is_no_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letterhead.docx").write_text("no zip")
    with pytest.raises(OutputError, match=r"letterhead\.docx is no Word document"):
        DocumentWriter("x", load_language("en"), DAY, letterhead=tmp_path / "letterhead.docx")


def test_it_opens_in_an_office_program_and_fits_three_pages(results: Results, tmp_path: Path) -> None:
    find_writer()
    (tmp_path / BOARD_FILE).write_bytes(board_paper(results))
    pages = save_again(tmp_path / BOARD_FILE, tmp_path, "pdf").read_bytes()
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pages)) <= 3
