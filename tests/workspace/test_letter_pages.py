"""Letters to both sides: read, copied into a mail, downloaded, and frozen with what is published."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import unquote


def pair_of(a_list: Any) -> str:
    return f"{a_list.unit_id}\t{a_list.content['pairs'][0]['nonprofit_id']}"


def test_both_sides_of_a_pair_get_a_letter_in_the_language_that_is_chosen(
    browser: Callable[..., Any], a_list: Any
) -> None:
    client, name = browser("reviewer"), a_list.content["pairs"][0]["name"]
    pair = pair_of(a_list)
    opened = client.get("/pair/", dict(zip(("unit", "nonprofit"), pair.split("\t"), strict=True))).content.decode()
    assert "/letters/?pair=" in opened
    english, dutch = (
        client.get("/letters/", {"pair": pair, "language": code}).content.decode() for code in ("en", "nl")
    )
    assert f"Proposal: meeting {name}" in english or name in english
    assert "Met vriendelijke groet" in dutch
    assert english.count("mailto:?subject=") == 2
    body = unquote(dutch.split("&amp;body=")[1].split('"')[0])
    assert "Met vriendelijke groet" in body


def test_letters_are_downloaded_as_word_for_each_side_and_as_a_table(browser: Callable[..., Any], a_list: Any) -> None:
    from docx import Document

    client = browser("reviewer")
    query = {"pair": pair_of(a_list), "language": "nl"}
    for name in ("letters-units.docx", "letters-nonprofits.docx"):
        answer = client.get(f"/letters/{name}/", query)
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "Met vriendelijke groet," in "\n".join(
            part.text for part in Document(BytesIO(answer.content)).paragraphs
        )
    assert client.get("/letters/letters.csv/", query).content.decode().startswith("unit_id,")
    assert client.get("/letters/secret.key/", query).status_code == 404
    assert client.get("/letters/", {"pair": "none\tnone"}).status_code == 400


def test_a_programme_offers_letters_for_its_new_pairs(browser: Callable[..., Any]) -> None:
    from urllib.parse import parse_qs

    text = browser("reviewer").get("/programmes/").content.decode()
    query = text.split('href="/letters/?', 1)[1].split('"')[0].replace("&amp;", "&")
    assert all(len(pair.split("\t")) == 2 for pair in parse_qs(query)["pair"])


def test_what_is_published_holds_the_letters_to_the_pairs_with_a_yes(browser: Callable[..., Any], a_list: Any) -> None:
    import csv

    from matcher.jobs.runs import Stopwatch
    from matcher.workspace.matching import match_lists
    from matcher.workspace.models import Publication
    from matcher.workspace.reviewing import answer
    from matcher.workspace.worker import run_next

    client = browser("manager", language="nl")
    unit, nonprofit = pair_of(a_list).split("\t")
    answer(client.account, unit, nonprofit, "yes", note="", seen=0, is_blind=False)
    match_lists(Stopwatch())
    client.post("/publications/publish/", {"name": "Najaar", "language": "nl"})
    assert run_next()
    found = Publication.objects.get()
    assert found.files, found
    with (found.folder / "letters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["unit_id"], row["nonprofit_id"], row["side"]) for row in rows} >= {
        (unit, nonprofit, "unit"),
        (unit, nonprofit, "nonprofit"),
    }
    shown = client.get(f"/publications/{found.pk}/").content.decode()
    assert (
        shown.index("Pagina om te lezen") < shown.index("Bestuursnotitie") < shown.index("Brieven aan de vestigingen")
    )
