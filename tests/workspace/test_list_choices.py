"""What is chosen about a list is kept for its next uploads: how words and places are read, and rows that are one or two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from test_lists import upload, versions

ROWS = (
    "Code;Naam;Missie;Postcode;Plaats;Doelgroep;Telefoon",
    "n1;Stichting Taalhuis;Taalles voor nieuwkomers in de buurt;8011AA;Zwolle;Taalhuisje;",
    "n2;Taalhuis;Taalles voor nieuwkomers in de buurt;8011AA;Zwolle;Taalhuisje;038-1",
    "n3;De Voedselkast;Eten voor wie het krap heeft;6811AA;Arnhem;armoede;",
)
COLUMNS = {"reads:Doelgroep": "causes"}


def sent(client: Any, rows: Any = ROWS) -> Any:
    upload(client, "\n".join(rows), "orgs.csv", "nonprofits")
    client.post(f"/lists/{versions('nonprofits')[-1].pk}/columns/", COLUMNS)
    return versions("nonprofits")[-1]


def frame_of(version: Any) -> Any:
    from matcher.workspace.list_versions import read_version

    return read_version(version)[0].frame.set_index("nonprofit_id")


def test_how_a_word_is_read_is_chosen_and_kept_for_the_next_upload(browser: Callable[..., Any]) -> None:
    client = browser("manager", language="nl")
    version = sent(client)
    shown = client.get(f"/lists/{version.pk}/").content.decode()
    assert 'name="word:causes:taalhuisje"' in shown
    client.post(f"/lists/{version.pk}/words/", {"word:causes:taalhuisje": "language", "word:none:x": "language"})
    made = versions("nonprofits")[-1]
    assert made.number == version.number + 1
    assert frame_of(made)["causes"].to_dict() == {"n1": "language", "n2": "language", "n3": "poverty"}
    # The next file of the same people says it as they always do.
    upload(
        client,
        "\n".join([*ROWS, "n4;Ander Taalhuis;Taal;7411AA;Deventer;taalhuisje, armoede;"]),
        "o.csv",
        "nonprofits",
    )
    last = versions("nonprofits")[-1]
    assert set(frame_of(last).loc["n4", "causes"].split("; ")) == {"language", "poverty"}
    assert client.get(f"/lists/{last.pk}/workbook/").content[:2] == b"PK"


def test_a_place_that_was_mended_is_read_so_everywhere_and_in_the_next_upload(browser: Callable[..., Any]) -> None:
    client = browser("manager")
    rows = [row.replace("8011AA;Zwolle", ";Zwolle-Oostpoort") for row in ROWS]
    version = sent(client, rows)
    fields = {"cell:2:Plaats": "Zwolle", "was:2:Plaats": "Zwolle-Oostpoort"}
    client.post(f"/lists/{version.pk}/mend/", fields)
    assert frame_of(versions("nonprofits")[-1])["city"].tolist()[:2] == ["Zwolle", "Zwolle-Oostpoort"]
    client.post(f"/lists/{version.pk}/mend/", {**fields, "everywhere": "yes"})
    assert frame_of(versions("nonprofits")[-1])["city"].tolist()[:2] == ["Zwolle", "Zwolle"]
    upload(client, "\n".join(rows), "again.csv", "nonprofits")
    assert frame_of(versions("nonprofits")[-1])["city"].tolist()[:2] == ["Zwolle", "Zwolle"]


def test_rows_that_may_be_one_are_shown_side_by_side_and_merged(browser: Callable[..., Any]) -> None:
    from matcher.workspace.models import Outcome
    from matcher.workspace.reviewing import answer, review_of

    client = browser("manager")
    version = sent(client)
    units = "\n".join(["Code;Bedrijf;Naam;Missie;Plaats", "u1;Bank;Bank Zwolle;Taal;Zwolle"])
    upload(client, units, "u.csv", "units")
    upload(client, "unit_id;nonprofit_id;status\nu1;n2;active", "p.csv", "partnerships")
    answer(client.account, "u1", "n2", "yes", note="warm", seen=0, is_blind=False)
    answer(client.account, "u1", "n1", "maybe", note="", seen=0, is_blind=False)
    Outcome(unit_id="u1", nonprofit_id="n2", moment="agreed", cells={"trust": "4"}, by=client.account).save()
    shown = client.get(f"/lists/{version.pk}/").content.decode()
    assert "<mark>Stichting Taalhuis</mark>" in shown
    assert "Merge into row 2" in shown
    client.post(f"/lists/{version.pk}/merge/", {"kept": "n1", "gone": "n2", "are": "first"})
    made = versions("nonprofits")[-1]
    frame = frame_of(made)
    assert frame.index.tolist() == ["n1", "n3"]
    assert frame.loc["n1", "name"] == "Stichting Taalhuis"
    assert frame.loc["n1", "Telefoon"] == "038-1"
    partnerships = versions("partnerships")[-1]
    assert partnerships.errors == 0
    assert frame_of(partnerships).index.tolist() == ["n1"]
    assert [event.note for event in review_of("u1", "n1").events] == ["warm", ""]
    assert review_of("u1", "n2").events == []
    assert Outcome.objects.get().nonprofit_id == "n1"
    again = client.post(f"/lists/{made.pk}/merge/", {"kept": "n1", "gone": "n2", "are": "first"})
    assert again.status_code == 400


def test_rows_that_are_two_are_not_asked_about_again(browser: Callable[..., Any]) -> None:
    client = browser("manager")
    version = sent(client)
    client.post(f"/lists/{version.pk}/merge/", {"kept": "n1", "gone": "n2", "are": "two"})
    assert "Merge into row" not in client.get(f"/lists/{version.pk}/").content.decode()
    upload(client, "\n".join(ROWS), "again.csv", "nonprofits")
    assert "Merge into row" not in client.get(f"/lists/{versions('nonprofits')[-1].pk}/").content.decode()
