"""Hostile texts in every field of every form, and in lists: they are refused or shown as texts, and do nothing."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import html5lib
import pandas as pd
import pytest
from helpers.pages import HOSTILE, hostile_frames

MARKUP = " ".join(HOSTILE)
UNFIT = "\0" + "x" * 5000


@dataclass(frozen=True)
class Form:
    """A form of a page: where it is sent, and the fields that it has."""

    page: str
    action: str
    method: str
    fields: tuple[tuple[str, str], ...]

    def filled(self) -> Iterator[dict[str, list[str]]]:
        """Fields with a hostile text in one of them, and in all of them."""
        names = dict.fromkeys(name for name, _ in self.fields)
        as_it_is = {name: [value for key, value in self.fields if key == name] for name in names}
        for text in (MARKUP, UNFIT):
            yield {name: [text] for name in names}
            # A form with many fields has many of one kind.
            for name in list(names)[:6]:
                yield {**as_it_is, name: [text]}


def nodes(text: str) -> Any:
    return html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False)


def forms_of(page: str, text: str) -> Iterator[Form]:
    for form in nodes(text).iter("form"):
        fields = [
            (node.get("name"), node.get("value") or "")
            for node in form.iter()
            if node.tag in ("input", "textarea", "select", "button") and node.get("name") and node.get("type") != "file"
        ]
        fields = [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"]
        action = form.get("action") or form.get("hx-post") or page
        yield Form(page, action, (form.get("method") or "post").lower(), tuple(dict.fromkeys(fields)))


def assert_inert(text: str, where: str) -> None:
    for node in nodes(text).iter():
        if not isinstance(node.tag, str):
            continue
        assert node.tag != "script" or node.get("src"), where
        assert node.tag not in ("iframe", "object", "embed", "img"), where
        assert not any(name.startswith("on") for name in node.attrib), (where, node.attrib)
        assert not any("javascript:" in (node.get(name) or "")[:11] for name in ("href", "src", "action")), where
    assert "49{%" not in text, where


def pages(a_list: Any) -> list[str]:
    """Addresses of all pages, with numbers that there are."""
    from matcher.workspace.models import ListVersion, Publication
    from matcher.workspace.urls import urlpatterns

    numbers = {"lists": ListVersion.objects.last().pk, "publications": Publication.objects.last().pk}
    found = []
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if "GET" in pattern.callback.methods and "<str" not in route:
            part = route.split("/")[0]
            found.append("/" + route.replace("<int:number>", str(numbers.get(part, 1))))
    unit, nonprofit = a_list.unit_id, a_list.content["pairs"][0]["nonprofit_id"]
    return [*found, f"/shortlist/?unit={unit}", f"/pair/?unit={unit}&nonprofit={nonprofit}"]


def upload(client: Any, table: str, frame: pd.DataFrame, name: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = io.StringIO()
    frame.to_csv(text, index=False)
    file = SimpleUploadedFile(name, text.getvalue().encode())
    return client.post("/lists/upload/", {"table": table, "file": file}, follow=True)


def test_hostile_texts_in_every_field_of_every_form_do_nothing(
    browser: Callable[..., Any], a_list: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection

    from matcher.workspace.models import ListPage, PairState, Publication, Run

    # All of the test is one transaction, which an error of the database would end.
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    client = browser("administrator")
    Publication.objects.create(name="November", language="en", run=Run.latest(), made_by=client.account)
    units = pd.DataFrame({"unit_id": ["u1", "u1"], "company": "Bank", "name": "Bank Zwolle", "mission": "Lezen"})
    upload(client, "units", units, "units.csv")
    answers = {page: client.get(page) for page in pages(a_list)}
    forms = {
        (form.action, tuple(name for name, _ in form.fields)): form
        for page, answer in answers.items()
        if answer.headers["Content-Type"].startswith("text/html")
        for form in forms_of(page, answer.content.decode())
    }
    assert len(forms) > 15
    for form in forms.values():
        for values in form.filled():
            ask = client.post if form.method == "post" else client.get
            answer = ask(form.action, values)
            where = f"{form.action} of {form.page} with {[name for name, found in values.items() if found]}"
            assert answer.status_code < 500, where
            if not answer.streaming and answer.headers["Content-Type"].startswith("text/html"):
                assert_inert(answer.content.decode(), where)
            client.force_login(client.account, backend="django.contrib.auth.backends.ModelBackend")
    assert not PairState.objects.exclude(unit_id__in=ListPage.objects.values("unit_id")).exists()
    for page in pages(a_list):
        answer = client.get(page)
        assert answer.status_code < 500, page
        if not answer.streaming and answer.headers["Content-Type"].startswith("text/html"):
            assert_inert(answer.content.decode(), page)


def test_hostile_lists_are_shown_as_texts_on_every_page(browser: Callable[..., Any]) -> None:
    from matcher.jobs.runs import Stopwatch
    from matcher.workspace.matching import match_lists
    from matcher.workspace.models import ListPage, Publication

    client = browser("administrator")
    units, nonprofits = hostile_frames(HOSTILE)
    pair = {"unit_id": units["unit_id"][:1], "nonprofit_id": nonprofits["nonprofit_id"][:1]}
    known = pd.DataFrame({**pair, "status": "proposed", "reason": MARKUP})
    for name, frame in (("units", units), ("nonprofits", nonprofits), ("partnerships", known)):
        answer = upload(client, name, frame, f"{HOSTILE[2]}.csv")
        assert_inert(answer.content.decode(), name)
    run = match_lists(Stopwatch())
    Publication.objects.create(name=MARKUP[:150], language="en", run=run, made_by=client.account)
    a_list = ListPage.objects.filter(run=run, language="en").order_by("-pairs").first()
    for page in pages(a_list):
        answer = client.get(page)
        assert answer.status_code < 500, page
        if not answer.streaming and answer.headers["Content-Type"].startswith("text/html"):
            assert_inert(answer.content.decode(), page)


@pytest.mark.parametrize("name", ["../secret.key", "..%2f..%2fsecret.key", "%00", "/etc/passwd", "...", "con"])
def test_no_path_comes_from_an_address(name: str, browser: Callable[..., Any]) -> None:
    from django.conf import settings

    from matcher.workspace.models import Publication, Run

    client = browser("administrator")
    found = Publication.objects.create(name="November", language="en", run=Run.latest(), made_by=client.account)
    for address in (f"/publications/{found.pk}/files/{name}/", f"/look/{name}", f"/static/{name}"):
        answer = client.get(address)
        assert answer.status_code in (400, 404)
        assert settings.SECRET_KEY.encode() not in answer.content
