"""Lists: problems at the cell, mending in place, versions and what changed, and uploads that are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HOSTILE = '<script>alert("x")</script>'
ROWS = (
    "Code;Bedrijf;Naam;Missie;Plaats;Contact e-mail",
    "u1;Bank;Bank Zwolle;Geen gezin in de schulden;Zwolle;anna@bank.example",
    "u2;Bank;Bank Breda;Kinderen leren lezen;Breda;bram@bank.example",
)


def upload(client: Any, text: str | bytes, name: str = "units.csv", table: str = "units") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    content = text.encode() if isinstance(text, str) else text
    return client.post("/lists/upload/", {"table": table, "file": SimpleUploadedFile(name, content)}, follow=True)


def versions(table: str = "units") -> list[Any]:
    from matcher.workspace.models import ListVersion

    return list(ListVersion.objects.filter(table=table).order_by("number"))


def test_an_upload_is_a_new_version_with_its_problems_at_the_cell(browser: Callable[..., Any]) -> None:
    client = browser("manager", language="nl")
    rows = [*ROWS, "u2;Bank;Bank Twee;Iets;Zwolle;", "u4;Bank;;Iets;Zwolle;"]
    text = upload(client, "\n".join(rows)).content.decode()
    made = versions()[-1]
    assert not made.is_usable
    assert "fouten moeten eerst worden hersteld" in text
    assert 'name="cell:4:Code" value="u2"' in text
    assert 'name="cell:5:Naam" value=""' in text
    assert 'aria-invalid="true"' in text


def test_cells_are_mended_in_place_and_the_list_is_read_again(browser: Callable[..., Any]) -> None:
    client = browser("manager")
    upload(client, "\n".join([*ROWS, "u2;Bank;Bank Twee;Iets;Zwolle;"]))
    wrong = versions()[-1]
    fields = {"cell:4:Code": "u3", "was:4:Code": "u2", "cell:2:Naam": "Bank Zwolle", "was:2:Naam": "Bank Zwolle"}
    answer = client.post(f"/lists/{wrong.pk}/mend/", fields, follow=True)
    made = versions()[-1]
    assert (made.number, made.errors, made.rows) == (wrong.number + 1, 0, 3)
    assert "has no errors and is in use" in answer.content.decode()
    book = client.get(f"/lists/{made.pk}/workbook/")
    assert book.content[:2] == b"PK"
    assert "attachment" in book.headers["Content-Disposition"]


def test_rows_that_were_added_gone_and_changed_are_named(browser: Callable[..., Any]) -> None:
    client = browser("manager")
    upload(client, "\n".join(ROWS))
    text = upload(
        client, "\n".join([ROWS[0], ROWS[1].replace("Zwolle;anna", "Kampen;anna"), ROWS[2].replace("u2", "u9")])
    )
    shown = text.content.decode()
    assert "1 row added; 1 row gone; 1 row changed." in shown
    assert "<del>Zwolle</del> <ins>Kampen</ins>" in shown


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("units.csv", b"", "empty"),
        ("units.csv", b"%PDF-1.7 x", "PDF"),
        ("units.exe", b"MZ", "kind is not read"),
        ("units.xlsx", b"PK\x03\x04broken", ""),
    ],
)
def test_of_a_file_that_cannot_be_read_nothing_is_kept(
    name: str, content: bytes, word: str, browser: Callable[..., Any]
) -> None:
    from django.conf import settings

    before, folder = len(versions()), settings.ENVIRONMENT.data / "lists"
    files = set(folder.iterdir())
    answer = upload(browser("manager"), content, name)
    assert answer.status_code == 400
    assert word in answer.content.decode()
    assert len(versions()) == before
    assert set(folder.iterdir()) == files


def test_an_upload_above_the_limits_is_refused(browser: Callable[..., Any]) -> None:
    from matcher.workspace.models import Preferences

    preferences = Preferences.current()
    preferences.most_rows = 1
    preferences.save()
    answer = upload(browser("manager"), "\n".join(ROWS))
    assert "2 rows, and 1 are allowed" in answer.content.decode()


def test_hostile_text_and_names_are_inert(browser: Callable[..., Any]) -> None:
    client = browser("manager")
    rows = [ROWS[0], f"u1;{HOSTILE};{HOSTILE};{HOSTILE};{HOSTILE};=1+1"]
    text = upload(client, "\n".join(rows), name="../../etc/<img src=x>.csv").content.decode()
    assert HOSTILE not in text
    assert "<img src=x>" not in text
    made = versions()[-1]
    assert made.path.parent.name == "lists"
    assert ".." not in made.stored_as


def test_personal_columns_are_for_managers_and_in_no_result(browser: Callable[..., Any]) -> None:
    from matcher.workspace.inputs import RunInputs, settings_of

    client = browser("manager")
    upload(client, "\n".join([*ROWS, "u4;Bank;Bank Vier;Iets;Nergensdorp;zoe@bank.example"]))
    wrong = versions()[-1]
    client.post(f"/lists/{wrong.pk}/columns/", {"personal": "Contact e-mail"})
    made = versions()[-1]
    assert made.personal == ["Contact e-mail"]
    inputs = RunInputs.in_use()
    assert "Contact e-mail" in settings_of(inputs.settings, inputs.lists).private
    assert "zoe@bank.example" not in browser("viewer").get(f"/lists/{made.pk}/").content.decode()


def test_how_a_column_is_read_can_be_chosen(browser: Callable[..., Any]) -> None:
    client = browser("manager")
    upload(client, "\n".join([ROWS[0].replace("Missie", "Ons verhaal"), *ROWS[1:]]))
    before = versions()[-1]
    client.post(f"/lists/{before.pk}/columns/", {"reads:Ons verhaal": "mission"})
    after = versions()[-1]
    assert after.headings == {"Ons verhaal": "mission"}
    assert after.errors == 0


def test_the_example_is_there_when_a_workspace_is_new(db: None, tmp_path: Path) -> None:
    from matcher.workspace.list_versions import add_example
    from matcher.workspace.models import Job, ListVersion, Run

    Run.objects.all().delete()
    ListVersion.objects.all().delete()
    add_example()
    assert {version.table for version in ListVersion.objects.all()} == {"units", "nonprofits", "partnerships"}
    assert Job.objects.get().kind == "match"


def test_the_example_steps_aside_once_a_list_of_ones_own_is_in_use(db: None) -> None:
    from matcher.workspace.models import ListVersion

    ListVersion.objects.filter(table="partnerships").update(is_example=True)
    assert ListVersion.in_use("units") is not None
    assert ListVersion.in_use("partnerships") is None
    ListVersion.objects.update(is_example=True)
    assert ListVersion.in_use("partnerships") is not None


def test_lists_are_named_as_their_files_were_and_told_apart_where_the_names_are_one(
    browser: Callable[..., Any],
) -> None:
    from matcher.workspace.inputs import named_paths
    from matcher.workspace.list_versions import read_version

    client = browser("manager")
    upload(client, "\n".join([*ROWS, "u2;Bank;Bank Twee;Iets;Zwolle;"]), "export.csv")
    upload(
        client,
        "Code;Naam;Missie;Plaats\nn1;De Brug;Schulden;Zwolle\nn1;De Brug;Schulden;Zwolle\n",
        "export.csv",
        "nonprofits",
    )
    units, nonprofits = versions()[-1], versions("nonprofits")[-1]
    paths = named_paths({"units": units, "nonprofits": nonprofits})
    assert [path.name for path in paths.values()] == ["units: export.csv", "nonprofits: export.csv"]
    assert all(path.read_bytes() for path in paths.values())
    assert {problem.file for problem in read_version(units)[1]} == {"export.csv"}
