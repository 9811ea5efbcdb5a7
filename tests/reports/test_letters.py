"""Letters to both sides of a pair: what they say, the templates of users, and text of the input that stays text."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from helpers.commands import run
from helpers.pair_records import PLACED, criterion, past, record

from matcher.errors import SettingsError
from matcher.i18n.language import available_languages, load_language
from matcher.jobs import letters as jobs
from matcher.reports.letters.letters import letter_files, letters_document, letters_table, write_letters
from matcher.reports.letters.templates import SIDES, LetterTemplate, LetterTemplates
from matcher.reports.sentences.reasons import reason
from matcher.scoring.history import PastPartnership
from matcher.settings import Settings
from matcher.tables.data import Tables
from matcher.tables.read.personal import without_personal
from matcher.tables.read.tables import read_table
from matcher.tables.status import Status

DAY = dt.date(2026, 11, 29)
ENGLISH, DUTCH = load_language("en"), load_language("nl")
PAIR = record(
    criterion("mission", shared_causes=["debt"]),
    criterion("resources", nonprofit_gains=["people"], unit_gains=["network"], unit_still_misses=[], nonprofit_still_misses=[]),
    criterion("proximity", works_in="local", **PLACED),
    quote="Wij helpen gezinnen met schulden.",
    unit_town="Zwolle",
    nonprofit_town="Zwolle",
)  # fmt: skip


def tables(**contact: str) -> Tables:
    columns = contact or {"branch code": "B7", "email": "piet@x.example"}
    units = pd.DataFrame({"unit_id": ["u1"], "company": ["Bank"], "name": ["Bank Zwolle"], "mission": ["x"], "foundation": ["Bankfonds"]})  # fmt: skip
    nonprofits = pd.DataFrame({"nonprofit_id": ["n1"], "name": ["Schuldhulp"], "mission": ["y"]}).assign(**columns)
    read = {name: read_table(name, frame) for name, frame in (("units", units), ("nonprofits", nonprofits))}
    return Tables({name: without_personal(table, (), ()) for name, table in read.items()}, ())


def letters(templates: LetterTemplates, pair=PAIR, language=ENGLISH, **more):
    return write_letters([pair], tables(), templates, language, day=DAY, **more)


def templates_of(unit: str, nonprofit: str = "Hello {nonprofit}") -> LetterTemplates:
    return LetterTemplates(LetterTemplate("unit.txt", unit), LetterTemplate("nonprofit.txt", nonprofit))


def test_a_letter_is_silent_on_the_past_of_the_company_and_on_weights() -> None:
    bad = past("vetoed", unit_name="Bank Kampen", is_of_unit=False, reason="Zij procederen")
    told = replace(PAIR, history=(bad,), resembles=bad, stability=10)
    assert "Zij procederen" in reason(told, ENGLISH)
    both = templates_of("{reason}", "{reason}")
    assert [item.text for item in letters(both, told)] == [item.text for item in letters(both)]


@pytest.mark.parametrize("code", available_languages())
def test_both_sides_get_a_whole_letter_in_every_language(code: str) -> None:
    language = load_language(code)
    to_unit, to_nonprofit = letters(LetterTemplates.read(language), language=language)
    assert (to_unit.side, to_nonprofit.side) == SIDES
    for letter in (to_unit, to_nonprofit):
        assert not re.search(r"[{}]|None|nan\b", letter.subject + letter.text)
        assert letter.text.endswith(f"Bankfonds\n{language.day(DAY)}")
        assert "Bank Zwolle" in letter.text
    assert "Schuldhulp" in to_unit.subject
    assert "“Wij helpen gezinnen met schulden.”" in to_unit.text
    assert language.word("people") in to_nonprofit.text


def test_lines_of_which_nothing_is_known_are_left_out() -> None:
    bare = record(criterion("mission", contribution=-0.1, deviations_above_average=-2.0), distance_km=None)
    to_unit, to_nonprofit = letters(LetterTemplates.read(ENGLISH), bare, sender="Ann")
    for letter in (to_unit, to_nonprofit):
        assert not re.search(r"Distance|in common|can offer( you)?:|differ|: *$", letter.text, re.MULTILINE)
        assert "Kind regards,\nAnn" in letter.text


def test_templates_of_a_folder_are_used_and_columns_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "unit.txt").write_text("\ufeffOver {nonprofit}\n\nCode {nonprofit: branch code}.\n", encoding="utf-8")
    read = LetterTemplates.read(DUTCH, tmp_path)
    to_unit, to_nonprofit = letters(read, language=DUTCH)
    assert (to_unit.subject, to_unit.text) == ("Over Schuldhulp", "Code B7.")
    assert to_nonprofit.text.startswith("Beste mensen van Schuldhulp,")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dear {untit}", r"unit\.txt, line 1: there is no placeholder 'untit'; did you mean 'unit'\? \(known: unit, "),
        ("Dear\n\n{unit", r"unit\.txt, line 3: a brace stands alone"),
        ("Dear {unit.__class__}", r"there is no placeholder 'unit\.__class__'"),
        ("Dear {nonprofit: email}", r"the column of 'nonprofit: email' holds contact details.*setting public"),
        ("Dear {unit: email}", r"there is no column for 'unit: email'"),
        ("  \n", r"unit\.txt is empty"),
        ("{a} {b}", r"'a'.*\n.*'b'"),
    ],
)
def test_faults_of_a_template_are_named_with_their_line(text: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=expected):
        letters(templates_of(text))


def test_folders_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"has no templates.*unit\.txt, nonprofit\.txt, letterhead\.docx"):
        LetterTemplates.read(ENGLISH, tmp_path)
    (tmp_path / "unit.txt").write_bytes(b"caf\xe9")
    with pytest.raises(SettingsError, match="no text in UTF-8"):
        LetterTemplates.read(ENGLISH, tmp_path)
    (tmp_path / "unit.txt").write_bytes(b"x" * 200_000)
    with pytest.raises(SettingsError, match="too long"):
        LetterTemplates.read(ENGLISH, tmp_path)


@pytest.mark.parametrize(
    "name", ["{sender}", '=HYPERLINK("x")', "<w:fldSimple/>", "a\nSubject: b", "x\x0b\x1f", "{{day}}"]
)
def test_text_of_the_input_is_only_text(name: str) -> None:
    pair = record(*PAIR.criteria, nonprofit_name=name, unit_name=name, quote=name)
    found = letters(LetterTemplates.read(ENGLISH), pair)
    shown = " ".join(name.split())
    assert found[0].subject == f"Proposal: meet {shown}"
    files = letter_files(found, ENGLISH, DAY)
    assert sorted(files) == ["letters-nonprofits.docx", "letters-units.docx", "letters.csv"]
    assert "\n=HYP" not in str(files["letters.csv"]).replace(",", "\n")
    content = files["letters-units.docx"]
    assert isinstance(content, bytes)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = archive.read("word/document.xml").decode()
    assert not re.search(r"<w:(fldSimple|instrText|hyperlink)\b", body)
    assert content == letters_document(found[:1], ENGLISH, DAY)


def test_a_letterhead_keeps_its_own_text(tmp_path: Path) -> None:
    own = Document()
    own.sections[0].header.paragraphs[0].text = "Fonds"
    own.save(str(tmp_path / "letterhead.docx"))
    read = LetterTemplates.read(ENGLISH, tmp_path)
    made = Document(io.BytesIO(letters_document(letters(read)[:1], ENGLISH, DAY, read.letterhead)))
    assert made.sections[0].header.paragraphs[0].text == "Fonds"
    assert "Proposal: meet Schuldhulp" in [paragraph.text for paragraph in made.paragraphs]


def test_the_table_has_a_row_for_each_letter() -> None:
    table = letters_table(letters(LetterTemplates.read(ENGLISH)))
    assert table["side"].tolist() == ["unit", "nonprofit"]
    assert table["nonprofit_id"].tolist() == ["n1", "n1"]


def test_the_command_writes_to_proposed_pairs_or_says_that_there_are_none(
    small_example: dict[str, Path], tmp_path: Path
) -> None:
    known = pd.read_csv(small_example["partnerships"], dtype=str).head(1).assign(status="proposed")
    known.to_csv(tmp_path / "known.csv", index=False)
    command = "letters", small_example["units"], small_example["nonprofits"], "--out", tmp_path / "out"
    done = run(*command, "--partnerships", tmp_path / "known.csv")
    assert done.exit_code == 0, done.output
    assert "2 letters" in done.output
    assert (tmp_path / "out" / "letters.csv").is_file()
    nobody = run(*command, "--language", "nl")
    assert nobody.exit_code == 2
    assert "er is geen paar" in nobody.output


def test_a_proposal_that_the_plan_doubts_gets_no_letter_unless_it_is_named(tmp_path: Path, shared_cache: Path) -> None:
    units = [("u1", "Bank", "Dorp", "Geen gezin in de schulden", "schulden", "Zwolle")]
    pd.DataFrame(units, columns=["unit_id", "company", "name", "mission", "causes", "city"]).to_csv(
        tmp_path / "units.csv", index=False
    )
    sites = [
        ("n1", "Maatje", "Hulp aan gezinnen met schulden", "schulden", "Zwolle", "yes"),
        ("n2", "Walvis", "Walvissen tellen op zee", "dieren", "Vlissingen", "yes"),
        ("n3", "Gestopt", "Hulp aan gezinnen met schulden", "schulden", "Zwolle", "no"),
    ]
    pd.DataFrame(sites, columns=["nonprofit_id", "name", "mission", "causes", "city", "active"]).to_csv(
        tmp_path / "nonprofits.csv", index=False
    )
    pd.DataFrame({"unit_id": "u1", "nonprofit_id": ["n1", "n2", "n3"], "status": "proposed"}).to_csv(
        tmp_path / "known.csv", index=False
    )
    files = {name: tmp_path / f"{name}.csv" for name in ("units", "nonprofits")} | {
        "partnerships": tmp_path / "known.csv"
    }
    written = jobs.letters(files, tmp_path / "out", Settings(), cache_folder=shared_cache)
    assert {letter.record.nonprofit_id for letter in written.letters} == {"n1"}
    assert [("Walvis" in line, "Gestopt" in line) for line in written.left_out] == [(True, False), (False, True)]
    assert "not a good match" in written.left_out[0]
    named = jobs.letters(files, tmp_path / "out", Settings(), pairs=[("Dorp", "Walvis")], cache_folder=shared_cache)
    assert len(named.letters) == 2
    assert "Walvis" in named.in_doubt[0]
    assert named.left_out == ()


def test_what_is_to_be_settled_first_stands_beside_the_letter_and_not_in_it() -> None:
    declined = PastPartnership("u2", "Bank Meppel", "n1", "Schuldhulp", Status.DECLINED, False, reason="geen tijd")
    table = letters_table(letters(LetterTemplates.read(ENGLISH), replace(PAIR, history=(declined,))))
    assert all("geen tijd" in note for note in table["note"])
    assert not table["text"].str.contains("geen tijd").any()
    assert letters_table(letters(LetterTemplates.read(ENGLISH)))["note"].tolist() == ["", ""]
