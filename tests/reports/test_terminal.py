"""What the terminal shows, in both languages."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pandas as pd
import pytest
from helpers.pair_records import PLACED, criterion, past, record
from rich.console import Console

from matcher.i18n.language import load_language
from matcher.learning.evaluation.differences import Difference
from matcher.learning.evaluation.evaluation import Evaluation, RankingResult
from matcher.ranking.shortlists.evenness import Exposure
from matcher.ranking.shortlists.selection import EmptyList
from matcher.reports.console import terminal
from matcher.reports.evaluation import print_evaluation
from matcher.reports.sentences.lists import list_remarks
from matcher.reports.sentences.run import no_list_lines
from matcher.reports.terminal import print_frame, print_record, print_shortlist, print_warnings
from matcher.texts.passages import Passages, SimilarPassages

EN, NL = load_language("en"), load_language("nl")


def console() -> Console:
    return terminal(io.StringIO(), width=160)


def shown(used: Console) -> str:
    return used.file.getvalue()  # type: ignore[attr-defined]


def test_a_pair_with_its_passages() -> None:
    found = record(criterion("proximity", 0.1, **PLACED, distance_km=3.2), history=(past("contacted"),) * 3)
    passages = Passages((SimilarPassages("Geen schulden.", "[b]Hulp[/b] bij schulden.", 0.5),), ("schulden",))
    for language, words in (
        (
            EN,
            (
                "What Bank and Hulp have been through:",
                "3.2 km apart",
                "Nearest to each other",
                "Words that both use: schulden.",
                "Criterion",
            ),
        ),
        (
            NL,
            (
                "Wat Bank en Hulp samen hebben meegemaakt:",
                "3,2 km van elkaar",
                "Het dichtst bij elkaar",
                "Woorden die beide gebruiken: schulden.",
            ),
        ),
    ):
        used = console()
        print_record(found, language, passages, console=used)
        for word in (*words, "Bank Zwolle: Geen schulden.", "Schuldhulp: [b]Hulp[/b] bij schulden."):
            assert word in shown(used)


def test_the_standing_of_a_pair_is_printed_unless_a_gate_says_it() -> None:
    for gates, count in (((), 1), (("vetoed",), 0)):
        used = console()
        print_record(record(gates=gates), NL, standing="Plaats 34 van 120.", console=used)
        assert shown(used).count("Plaats 34 van 120.") == count


def test_a_gated_pair_has_a_score_in_case_it_were_open() -> None:
    used = console()
    print_record(record(criterion("proximity", **PLACED), gates=("vetoed",), score=None), NL, console=used)
    assert "Op geen enkele lijst: het paar is uitgesloten." in shown(used)
    assert "score, als het paar mocht meedoen" in shown(used)


def test_a_shortlist_and_warnings() -> None:
    used = console()
    records = [
        record(criterion("proximity", **PLACED), criterion("mission", deviations_above_average=0.2)),
        record(distance_km=None),
    ]
    print_shortlist(records, NL, list_remarks(records, "units", NL), used)
    assert "Geen missie op deze lijst ligt dicht bij die van Bank Zwolle." in shown(used)
    assert "Shortlist van Bank Zwolle (Bank)" in shown(used)
    assert "0,60" in shown(used)
    assert "3,2" in shown(used)
    assert "?" in shown(used)
    for count, last in ((8, "let op: x"), (9, "let op: nog 1, in run.json"), (11, "let op: nog 3, alle in run.json")):
        used = console()
        print_warnings(["x"] * count, NL, used)
        assert shown(used).splitlines()[-1] == last


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", ("1,200 pairs to find", "chance", "+0.100 (-0.020 to +0.200)", "50% of the nonprofits", "on 1 list.")),
        ("nl", ("1.200 paren te vinden", "toeval", "+0,100 (-0,020 tot +0,200)", "50% van de", "op 1 lijst.")),
    ],
)
def test_an_evaluation(code: str, words: tuple[str, ...]) -> None:
    means = dict.fromkeys(("auc", "ndcg", "recall", "mrr"), 0.5)
    lead = dict.fromkeys(means, Difference(0.1, -0.02, 0.2, 0.1))
    lines = [RankingResult("matcher", means, {}), RankingResult("chance", means, lead)]
    used = console()
    print_evaluation(
        Evaluation(lines, 30, 1200, 20, Exposure(0.5, 0.1, 1, 0), "n1", pd.DataFrame()), load_language(code), used
    )
    for word in words:
        assert word in shown(used)


def test_a_table() -> None:
    used = console()
    frame = pd.DataFrame({"unit_id": ["u_1", None], "mean_score": [0.5, float("nan")], "pairs": [1200, 3]})
    print_frame(frame, "Tabel", NL, used)
    for word in ("code", "gemiddelde score", "u_1", "0,5", "1.200"):
        assert word in shown(used)
    assert "nan" not in shown(used)
    used = console()
    print_frame(frame, "Table", console=used)
    assert "mean score" in shown(used)
    assert "1,200" in shown(used)


def test_control_characters_of_the_input_do_not_reach_the_terminal() -> None:
    """Not from names, headings, reasons, titles or warnings: neither colours nor a moved cursor."""
    bad = "Bank\x1b[2mX\x1b]0;t\x07\x9b1m\r\x08\x7f"
    for colour in (False, True):
        used = terminal(io.StringIO(), width=160, force_terminal=colour, color_system="truecolor" if colour else None)
        found = replace(record(criterion("proximity", **PLACED)), unit_name=bad, company=bad, nonprofit_name=bad)
        print_record(found, NL, Passages((SimilarPassages(bad, bad, 0.5),), (bad,)), bad, used)
        print_shortlist([found], NL, list_remarks([found], "units", NL), used)
        print_frame(pd.DataFrame({bad: [bad]}), bad, NL, used)
        print_warnings([bad], NL, used)
        styles = re.compile(r"\x1b\[[\d;]*m")
        text = styles.sub("", shown(used)) if colour else shown(used)
        assert "Bank[2mX" in text if not colour else "Bank" in text
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
        assert ("\x1b[1m" in shown(used)) is colour, "styles of our own stay"


def test_who_has_no_list_is_said_by_reason() -> None:
    empty = [
        EmptyList("U1", "Noord", {"inactive": 2}, 3, 0, 0.45),
        EmptyList("U2", "Zuid", {"inactive": 1}, 9, 0, 0.45),
        EmptyList("U3", "Oost\x1b", {"vetoed": 4}, 0, 0, 0.45),
        EmptyList("U4", "West", {"existing_partner": 1, "no_capacity": 3}, 0, 0, 0.45, is_full=True),
    ]
    assert no_list_lines(empty, NL) == [
        "Geen lijst voor Noord (U1) en Zuid (U2): elke organisatie valt af (niet meer actief, onder de minimumscore van 0,45).",
        "Geen lijst voor Oost (U3): elke organisatie valt af (uitgesloten).",
        "Geen lijst voor West (U4): geen plek meer naast de samenwerkingen die lopen.",
    ]
    assert no_list_lines([], NL) == []
    many = [EmptyList(f"U{number}", "Noord", {}, 1, 0, 0.45) for number in range(25)]
    assert "(U19) and 5 more: every nonprofit drops out" in no_list_lines(many, EN)[0]
