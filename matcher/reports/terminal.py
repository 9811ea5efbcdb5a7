"""What a person sees in the terminal. Text from the input is printed as text, never as markup."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matcher.i18n.language import Language, load_language
from matcher.reports.console import terminal
from matcher.reports.programme_tables import Programmes
from matcher.reports.sentences.history import MOST_PARTNERSHIPS, history_lines
from matcher.reports.sentences.lists import ListRemarks, left_out_sentence, remark_sentences
from matcher.reports.sentences.reasons import reason
from matcher.reports.sentences.run import warning_lines
from matcher.scoring.explanation import PairRecord
from matcher.texts.passages import Passages

_SHOWN_ROWS = 5


def print_warnings(warnings: Sequence[str], language: Language, console: Console | None = None) -> None:
    """Print the first warnings and how many more there are.

    Parameters
    ----------
    warnings : sequence of str
    language : Language
    console : Console, optional
        Default: standard error.
    """
    console = console or terminal(stderr=True, soft_wrap=True)
    for line in warning_lines(warnings, language):
        console.print(Text(line))


def print_shortlist(
    records: Sequence[PairRecord],
    language: Language,
    remarks: Mapping[str, ListRemarks],
    console: Console | None = None,
) -> None:
    """Print the top of the first list in a shortlist, and below it what is true of the whole list.

    Parameters
    ----------
    records : sequence of PairRecord
        At least one, in the order of the shortlist; the list of the first one's unit is printed.
    language : Language
    remarks : mapping of str to ListRemarks
    console : Console, optional
        Default: standard output.
    """
    console = console or terminal()
    first = records[0]
    mine = [record for record in records if record.unit_id == first.unit_id][:_SHOWN_ROWS]
    title = language.phrase("Shortlist of {unit} ({company})", unit=first.unit_name, company=first.company)
    table = Table(title=Text(title), title_justify="left", expand=True)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column(language.phrase("Nonprofit"), ratio=3)
    for heading in (language.phrase("Score"), language.phrase("Known"), "km"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(language.phrase("Why"), ratio=7)
    for rank, record in enumerate(mine, start=1):
        table.add_row(
            str(rank),
            Text(record.nonprofit_name),
            "" if record.score is None else language.score(record.score),
            language.percent(record.confidence),
            "?" if record.distance_km is None else language.number(record.distance_km, 1),
            Text(reason(record, language, remarks[first.unit_id].unknown)),
        )
    console.print(table)
    left_out = left_out_sentence(remarks[first.unit_id], language)
    for line in filter(None, (*remark_sentences(remarks[first.unit_id], language), left_out)):
        console.print(Text(line))


def print_record(
    record: PairRecord,
    language: Language,
    passages: Passages | None = None,
    standing: str = "",
    console: Console | None = None,
) -> None:
    """Print everything about one pair: reason, nearest sentences, shared words, and the criteria with their facts.

    Parameters
    ----------
    record : PairRecord
    language : Language
    passages : Passages, optional
        Nearest sentences and shared words; left out by default.
    standing : str
        Its rank for the list, or why it is not on it; that of a gated pair is its reason already.
    console : Console, optional
        Default: standard output.
    """
    console = console or terminal()
    names = {
        "unit": f"{record.unit_name} ({record.unit_id})",
        "nonprofit": f"{record.nonprofit_name} ({record.nonprofit_id})",
    }
    console.print(Text(language.phrase("{unit} with {nonprofit}", **names), style="bold"))
    console.print(Text(reason(record, language)))
    if standing and not record.gates:
        console.print(Text(standing))
    if (record.gates and record.history) or len(
        record.history
    ) > MOST_PARTNERSHIPS:  # of which the reason tells none, or not all
        names = {"company": record.company, "organisation": record.organisation}
        console.print(Text(language.phrase("What {company} and {organisation} have been through:", **names)))
        for line in history_lines(record, language):
            console.print(Padding(Text(line), (0, 0, 0, 2)))
    if passages is not None:
        _print_passages(passages, record, language, console)
    console.print(_criteria_table(record, language))
    for item in record.criteria:
        facts = "; ".join(f"{name}: {value}" for name, value in item.criterion.facts(item, language))
        console.print(Padding(Text(f"{item.criterion.label(language)}: {facts}"), (0, 0, 0, 2)))


def _print_passages(passages: Passages, record: PairRecord, language: Language, console: Console) -> None:
    if passages.similar:
        console.print(Text(language.phrase("Nearest to each other in both missions:")))
    for pair in passages.similar:
        for name, sentence in ((record.unit_name, pair.unit), (record.nonprofit_name, pair.nonprofit)):
            line = Text(f"{name}: {sentence}")
            line.highlight_words([*passages.shared, *passages.shared_by_nonprofit], style="bold")
            console.print(Padding(line, (0, 0, 0, 2)))
        console.print()
    if passages.shared:
        words = ", ".join(passages.shared)
        console.print(Text(language.phrase("Words that both use: {words}.", words=words)))


def _criteria_table(record: PairRecord, language: Language) -> Table:
    table = Table()
    table.add_column(language.phrase("Criterion"), no_wrap=True)
    for heading in (
        language.phrase("Score"),
        language.phrase("Weight"),
        language.phrase("Average"),
        language.phrase("Adds"),
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_row(language.phrase("nothing known"), "", "", "", language.number(record.baseline, 4))
    for item in record.criteria:
        table.add_row(
            item.criterion.label(language),
            language.phrase("unknown") if item.score is None else language.number(item.score, 4),
            language.number(item.weight, 3),
            language.number(item.average, 4),
            language.signed(item.contribution, 4),
        )
    total = record.baseline + sum(item.contribution for item in record.criteria)
    table.add_section()
    table.add_row(
        language.phrase("score, were it open") if record.gates else language.phrase("score"),
        "",
        language.number(1, 3),
        "",
        language.number(total, 4),
    )
    table.caption = language.phrase("confidence {share}", share=language.percent(record.confidence))
    table.caption_justify = "left"
    return table


def print_programmes(programmes: Programmes, console: Console | None = None) -> None:
    """Print the recommended programme of every company.

    Parameters
    ----------
    programmes : Programmes
    console : Console, optional
        Default: standard output.
    """
    console = console or terminal()
    language = programmes.language
    table = Table(title=Text(language.phrase("Recommended programmes")), title_justify="left", expand=True)
    for heading, ratio in (
        (language.phrase("Company"), 3),
        (language.phrase("Kind"), None),
        (language.phrase("With"), 3),
        (language.phrase("Local pairs"), None),
        (language.phrase("Why"), 7),
    ):
        table.add_column(heading, ratio=ratio, no_wrap=ratio is None)
    for programme in programmes.plan.programmes:
        if programme.recommended:
            table.add_row(
                Text(programme.company),
                language.word(programme.kind.name),
                Text(programme.organisation or language.phrase("several, nearby")),
                language.number(len(programme.pairs)),
                Text(programmes.why(programme)),
            )
    console.print(table)


def print_frame(
    frame: pd.DataFrame, title: str, language: Language | None = None, console: Console | None = None
) -> None:
    """Print a small table, its headings in words and its numbers as a language writes them.

    Parameters
    ----------
    frame : DataFrame
    title : str
    language : Language, optional
        Default: English.
    console : Console, optional
        Default: standard output.
    """
    console = console or terminal()
    language = language or load_language("en")
    table = Table(title=Text(title), title_justify="left")
    for column in frame.columns:
        numeric = pd.api.types.is_numeric_dtype(frame[column])
        table.add_column(language.word(column), justify="right" if numeric else "left")
    for row in frame.itertuples(index=False):
        table.add_row(*(Text(_cell(cell, language)) for cell in row))
    console.print(table)


def _cell(cell: object, language: Language) -> str:
    if isinstance(cell, float):
        return "" if math.isnan(cell) else language.rounded(cell, 3)
    if isinstance(cell, int):
        return language.number(cell)
    return "" if cell is None else str(cell)
