"""The map of a shortlist: dots where nonprofits are, labels that cover nothing, and in a blind review no ranks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest


def drawn(text: str) -> str:
    return text.split('<svg class="map-of-list"', 1)[1].split("</section>")[0]


def test_a_shortlist_has_a_map_with_names_and_its_reach(browser: Callable[..., Any], a_list: Any) -> None:
    text = browser("viewer", language="nl").get("/shortlist/", {"unit": a_list.unit_id}).content.decode()
    found = drawn(text)
    placed = a_list.content["map"]["places"]
    assert 0 < found.count('class="nonprofit"') <= len(placed)
    assert any(f">1 {item['name'][:12]}" in found for item in a_list.content["pairs"][:1])
    assert "het bereik" in found
    assert " style=" not in found


def test_a_blind_review_shows_no_ranks_on_the_map(browser: Callable[..., Any], a_list: Any) -> None:
    from matcher.workspace.models import Preferences

    preferences = Preferences.current()
    preferences.is_blind = True
    preferences.save()
    found = drawn(browser("reviewer").get("/shortlist/", {"unit": a_list.unit_id}).content.decode())
    labels = re.findall(r"<text [^>]*>([^<]*)</text>", found)[:-1]
    assert labels
    assert not [label for label in labels if re.match(r"\d+ \w|\d+(, \d+)*$", label)]


@pytest.mark.parametrize("seed", range(3))
def test_labels_cover_neither_each_other_nor_dots_nor_the_edge(seed: int) -> None:
    import random
    from types import SimpleNamespace

    from matcher.i18n.language import load_language
    from matcher.workspace.maps import HEIGHT, WIDTH, _label_box, unit_map

    rng = random.Random(seed)
    rows = [
        SimpleNamespace(nonprofit_id=str(n), view={"rank": str(n + 1), "name": "Stichting " + "x" * rng.randint(1, 30)})
        for n in range(20)
    ]
    places = {str(n): [52 + rng.gauss(0, 0.1), 5 + rng.gauss(0, 0.2)] for n in range(18)} | {"18": [60.0, 5.0]}
    found = unit_map({"unit": [52.0, 5.0], "reach_km": 15.0, "places": places}, rows, load_language("en"))  # type: ignore[arg-type]
    assert found is not None
    assert rows[18].view["name"] in found.far
    assert found.unplaced == [rows[19].view["name"]]
    boxes = [_label_box(mark.label, mark.label_x, mark.label_y, mark.anchor) for mark in found.marks if mark.label]
    assert len(boxes) >= 8
    for at, (left, top, right, bottom) in enumerate(boxes):
        assert 0 <= left < right <= WIDTH
        assert 0 <= top < bottom <= HEIGHT
        others = [*boxes[:at], *((mark.x, mark.y, mark.x, mark.y) for mark in found.marks)]
        assert all(right < o[0] or left > o[2] or bottom < o[1] or top > o[3] for o in others)
