"""The page as a file: which rows it holds, what stands in it, and that no text of the tables is ever markup in it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import html5lib
import pandas as pd
import pytest
from helpers.encoders import LetterCounts, RememberingUse
from helpers.pages import HOSTILE, hostile_frames, page_of, results_of
from helpers.paths import EXAMPLE
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import read_nonprofits, read_partnerships, read_units
from matcher.i18n.language import load_language
from matcher.ranking.changes.records import NONPROFIT_DATA, Cause, Changes, PairChange
from matcher.reports.page.content import page_content
from matcher.reports.page.embedding import content_security_policy, json_in_html, script_source, source_hash
from matcher.reports.page.selection import best_rows
from matcher.reports.page.wording import shown_km
from matcher.reports.results import Results

PAGE_TAGS = {
    *(
        "html",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "a",
        "header",
        "h1",
        "p",
        "nav",
        "ul",
        "li",
        "main",
        "noscript",
    ),
    *(
        "section",
        "h2",
        "strong",
        "div",
        "h3",
        "details",
        "summary",
        "span",
        "data",
        "ol",
        "h4",
        "dl",
        "dt",
        "dd",
        "form",
    ),
    *("label", "input", "select", "option", "button", "footer", "script"),
}
"""What the template makes."""


@pytest.fixture(scope="module")
def example(use: RememberingUse) -> Results:
    frames = [read(EXAMPLE / f"{name}.csv") for read, name in ((read_units, "units"), (read_nonprofits, "nonprofits"), (read_partnerships, "partnerships"))]  # fmt: skip
    return results_of(*frames, encoder=use, overrides={"language": "nl"}, passages=False)


@pytest.fixture(scope="module")
def example_html(example: Results) -> str:
    return page_of(example)


@pytest.fixture(scope="module")
def example_page(example_html: str) -> Any:
    return parsed(example_html)


def parsed(html: str) -> Any:
    return html5lib.parse(html, namespaceHTMLElements=False)


def data_of(document: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(next(node.text for node in document.iter("script") if node.get("id") == "data"))
    return found


def test_every_number_on_the_page_is_that_of_the_record_and_the_table(example: Results, example_page: Any) -> None:
    data = data_of(example_page)
    rows = [node for node in example_page.iter("li") if (node.get("id") or "").startswith("pair-")]
    assert len(rows) == len(example.shortlist) > 100
    for node in rows:
        row = example.shortlist.iloc[int(node.get("id").removeprefix("pair-"))]
        shown = next(item for item in node.iter("data") if item.get("class") == "score-shown")
        assert float(shown.get("value")) == row["score"] == data["pairs"][int(node.get("data-pair"))]["score"]
        assert shown.text == load_language("nl").score(row["score"])
        assert float(node.get("data-km")) == row["distance_km"]


def test_the_steps_of_every_pair_add_up_to_its_score(example: Results, example_page: Any) -> None:
    pairs = [pair for pair in data_of(example_page)["pairs"] if pair["steps"]]
    assert pairs
    for pair in pairs:
        *steps, total = pair["steps"]
        assert sum(step[1] for step in steps) == pytest.approx(pair["score"], abs=5e-6)
        shown = [0.0 if step[4] == "onbekend" else float(step[4].replace(",", ".")) for step in steps]
        assert round(sum(shown), 2) == float(total[4].replace(",", "."))


def test_the_page_says_its_language_and_all_companies_and_units(example: Results, example_page: Any) -> None:
    assert example_page.get("lang") == "nl"
    headings = [" ".join("".join(node.itertext()).split()) for node in example_page.iter("h3")]
    for name in {*example.data.units.companies, *example.data.units.names}:
        assert any(heading.startswith(" ".join(name.split())) for heading in headings), name


def test_nothing_can_be_fetched_and_only_named_scripts_run(example_page: Any) -> None:
    policy = next(node.get("content") for node in example_page.iter("meta") if node.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    scripts = [node for node in example_page.iter("script") if node.get("type") is None]
    assert len(scripts) == 2
    assert all(source_hash(node.text) in policy for node in scripts)
    assert content_security_policy([scripts[0].text]) != policy
    for node in example_page.iter():
        assert not {"src", "srcset", "action", "data", "onload", "onerror", "onclick"} & set(node.attrib)
        assert node.get("href", "#").startswith("#")


def test_same_results_give_the_same_bytes(example: Results, example_html: str) -> None:
    assert page_of(example) == example_html


def test_anchors_are_unique_and_links_arrive(example_page: Any) -> None:
    anchors = Counter(node.get("id") for node in example_page.iter() if node.get("id"))
    assert max(anchors.values()) == 1
    assert {node.get("href") for node in example_page.iter("a")} <= {f"#{anchor}" for anchor in anchors}


@pytest.mark.parametrize("side", ["units", "nonprofits"])
def test_a_page_that_is_too_small_shows_the_best_and_says_what_it_leaves(side: str, example_units: pd.DataFrame, example_nonprofits: pd.DataFrame) -> None:  # fmt: skip
    overrides = {"page.pairs": 30, "side": side, "shortlist.min_score": 0.0}
    results = results_of(
        example_units, example_nonprofits[::2], encoder=LetterCounts(), overrides=overrides, passages=False
    )
    content = page_content(results)
    shown = [pair for group in content.lists for pair in group.pairs]
    assert len(shown) == 30
    assert {pair.rank for pair in shown} == {"1"}
    best = results.shortlist[results.shortlist["rank"] == 1]["score"].nlargest(30)
    assert sorted(pair.score for pair in shown) == sorted(best)
    assert any(f"{len(results.shortlist):,}" in note and "30" in note for note in content.notes)
    assert sum(len(company.recommended.pairs) for company in content.companies if company.recommended) <= 30 + 9


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1)), max_size=30), st.integers(1, 20))
def test_the_best_of_each_list_goes_first(rows: list[tuple[str, float]], bound: int) -> None:
    lists, scores = [name for name, _ in rows], [score for _, score in rows]
    chosen = best_rows(lists, scores, bound)
    assert sum(map(len, chosen.rows.values())) == min(bound, len(rows))
    assert chosen.left == max(0, len(rows) - bound)
    for name, kept in chosen.rows.items():
        assert kept == [row for row, owner in enumerate(lists) if owner == name][: len(kept)]
    depth = {name: len(chosen.rows.get(name, ())) for name in set(lists)}
    full = {name: lists.count(name) for name in depth}
    # No list gets a row more while another still lacks one of the same rank.
    assert all(depth[one] <= depth[two] + 1 for one in depth for two in depth if depth[two] < full[two])


def assert_nothing_is_active(html: str, results: Results) -> Any:
    """Hold the page against what the template alone can make; return it parsed."""
    document = parsed(html)
    assert {node.tag for node in document.iter() if isinstance(node.tag, str)} <= PAGE_TAGS
    assert not any(name.lower().startswith("on") for node in document.iter() for name in node.attrib)
    scripts = list(document.iter("script"))
    assert [node.get("type") for node in scripts] in (
        ["application/json"] * 2 + [None] * 2,
        ["application/json"] * 2 + [None],
    )
    assert all(node.get("href", "#").startswith("#") for node in document.iter())
    data = data_of(document)
    names = {side["name"] for side in data["nonprofits"]}
    assert names <= {name.strip() for name in results.data.nonprofits.names}
    return document


def test_hostile_texts_stay_texts() -> None:
    units, nonprofits = hostile_frames(HOSTILE)
    results = results_of(units, nonprofits, encoder=LetterCounts(), overrides={"shortlist.min_score": 0.0})
    assert len(results.shortlist) > 5
    document = assert_nothing_is_active(page_of(results), results)
    heading = "".join(next(node for node in document.iter("h3") if node.get("id") == "list-0-title").itertext())
    assert any(text in heading for text in HOSTILE)


@settings(max_examples=4)  # each is a whole run; the texts known to be dangerous are in the test above
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.sampled_from("<>&\"'`/={}"), min_size=1, max_size=30).filter(str.strip), min_size=3, max_size=8))  # fmt: skip
def test_no_text_at_all_is_active(texts: list[str]) -> None:
    units, nonprofits = hostile_frames([f"<{text}>" for text in texts])
    results = results_of(units, nonprofits, encoder=LetterCounts(), overrides={"shortlist.min_score": 0.0})
    assert_nothing_is_active(page_of(results), results)


@given(st.text() | st.sampled_from(HOSTILE))
def test_json_in_a_page_is_the_same_value_and_no_markup(text: str) -> None:
    written = json_in_html({"text": text, text: [text]})
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == {"text": text, text: [text]}


def test_a_script_that_would_end_early_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot stand inside a page"):
        script_source("const end = '</SCRIPT>';")


def test_without_a_place_there_is_no_map(example_units: pd.DataFrame, example_nonprofits: pd.DataFrame) -> None:
    units = example_units.head(3).drop(columns=["postcode", "city", "address"], errors="ignore")
    results = results_of(units, example_nonprofits.head(20), encoder=LetterCounts(), passages=False)
    content = page_content(results)
    assert content.map_spec is None
    assert "3 units have no known place" in content.weak
    assert "No unit has a known place" in page_of(results)


def test_what_changed_stands_in_a_section_and_beside_each_pair(example: Results, example_page: Any) -> None:
    first, second = example.records[:2]
    found = tuple(
        PairChange(kind, item.unit_id, item.unit_name, item.company, item.nonprofit_id, item.nonprofit_name, item.organisation, 4, rank, 0.4, item.score, (), (Cause.of(NONPROFIT_DATA, fields=("mission",)),))
        for kind, item, rank in (("up", first, 1), ("gone", replace(second, nonprofit_name="Stichting <b>Weg</b>", nonprofit_id="weg"), None))
    )  # fmt: skip
    changed = replace(example, changes=Changes("2026-05-01", "units", found, (), ()))
    document = parsed(page_of(changed))
    section = next(node for node in document.iter("section") if node.get("id") == "changes")
    text = " ".join("".join(section.itertext()).split())
    assert "1 mei 2026" in text
    assert "Stichting <b>Weg</b>" in text
    assert "de missie" in text
    row = next(node for node in document.iter("li") if node.get("id") == "pair-0")
    assert [node.text for node in row.iter("span") if node.get("class") == "badge up"] == ["gestegen"]
    assert "de missie" in data_of(document)["pairs"][int(row.get("data-pair"))]["change"]
    assert not any(node.get("id") == "changes" for node in example_page.iter("section"))


def test_distances_in_words() -> None:
    language = load_language("nl")
    assert [shown_km(language, km) for km in (None, 0.2, 3.24, 54.3)] == [
        "afstand onbekend",
        "< 1 km",
        "3,2 km",
        "54 km",
    ]
