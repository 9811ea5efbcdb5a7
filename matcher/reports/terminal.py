"""What a person sees in the terminal. Text from the input is printed as text, never as markup."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from matcher.criteria.record import PairRecord
from matcher.learning.evaluation import Evaluation
from matcher.ranking.proposals import Programme
from matcher.reports.language import language
from matcher.reports.learned import evenness_line
from matcher.reports.reasons import reason

_SHOWN_WARNINGS = 8
_SHOWN_ROWS = 10
GATES_IGNORED = "The figures ignore gates, such as an excluded cause or a full agenda, so that whatever came about can be found; known pairs are no candidates."


def print_warnings(warnings: Sequence[str], console: Console | None = None) -> None:
    """Print the first warnings and how many more there are."""
    console = console or Console(stderr=True, highlight=False, soft_wrap=True)
    for warning in warnings[:_SHOWN_WARNINGS]:
        console.print(Text(f"warning: {warning}"))
    if len(warnings) > _SHOWN_WARNINGS:
        console.print(Text(f"warning: {len(warnings) - _SHOWN_WARNINGS} more, all in run.json"))


def print_shortlist(records: Sequence[PairRecord], console: Console | None = None) -> None:
    """Print the top of the first list in a shortlist."""
    console = console or Console(highlight=False)
    first = records[0]
    mine = [record for record in records if record.unit_id == first.unit_id][:_SHOWN_ROWS]
    table = Table(title=Text(f"Shortlist of {first.unit_name} ({first.company})"), title_justify="left", expand=True)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("Nonprofit", ratio=3)
    table.add_column("Score", justify="right", no_wrap=True)
    table.add_column("Known", justify="right", no_wrap=True)
    table.add_column("km", justify="right", no_wrap=True)
    table.add_column("Why", ratio=7)
    for rank, record in enumerate(mine, start=1):
        table.add_row(
            str(rank),
            Text(record.nonprofit_name),
            f"{record.score:.2f}",
            f"{record.confidence:.0%}",
            "?" if record.distance_km is None else f"{record.distance_km:.1f}",
            Text(reason(record)),
        )
    console.print(table)


def print_record(record: PairRecord, console: Console | None = None) -> None:
    """Print everything about one pair."""
    console = console or Console(highlight=False)
    console.print(
        Text(
            f"{record.unit_name} ({record.unit_id}) with {record.nonprofit_name} ({record.nonprofit_id})", style="bold"
        )
    )
    if record.statuses:
        console.print(Text(f"Earlier: {', '.join(record.statuses)}"))
    if record.gates:
        console.print(Text(f"On no list, for {len(record.gates)} closed gate(s): {_gate_meanings(record.gates)}"))
    else:
        console.print(Text(reason(record)))
    table = Table(expand=True)
    for heading, right in (("Criterion", False), ("Score", True), ("Weight", True), ("Average", True), ("Adds", True)):
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    table.add_column("Facts", ratio=1)
    table.add_row("average candidate", "", "", "", f"{record.baseline:.4f}", "")
    for item in record.criteria:
        facts = "; ".join(f"{name.replace('_', ' ')}: {_fact(value)}" for name, value in item.facts.items())
        score = "unknown" if item.score is None else f"{item.score:.4f}"
        table.add_row(
            item.name.replace("_", " "),
            score,
            f"{item.weight:.3f}",
            f"{item.average:.4f}",
            f"{item.contribution:+.4f}",
            Text(facts),
        )
    total = record.baseline + sum(item.contribution for item in record.criteria)
    table.add_section()
    table.add_row(
        "score" if not record.gates else "score, were it open",
        f"{total:.4f}",
        "1.000",
        "",
        "",
        f"confidence {record.confidence:.0%}",
    )
    console.print(table)


def print_programmes(programmes: Sequence[Programme], console: Console | None = None) -> None:
    """Print the recommended programme of every company."""
    console = console or Console(highlight=False)
    table = Table(title="Recommended programmes", title_justify="left", expand=True)
    for heading, ratio in (("Company", 3), ("Kind", 2), ("With", 3), ("Local pairs", None), ("Why", 7)):
        table.add_column(heading, ratio=ratio, justify="right" if ratio is None else "left", no_wrap=ratio is None)
    for programme in programmes:
        if programme.recommended:
            table.add_row(
                Text(programme.company),
                programme.kind,
                Text(programme.organisation or "several, nearby"),
                str(len(programme.pairs)),
                Text(programme.why),
            )
    console.print(table)


def print_evaluation(evaluation: Evaluation, console: Console | None = None, code: str = "en") -> None:
    """Print every ranking beside the matcher, each difference with its interval, and how evenly lists show nonprofits."""
    console = console or Console(highlight=False)
    title = f"{evaluation.pairs} pairs to find, {evaluation.units} units, lists of {evaluation.top}"
    means = Table(title=Text(title), title_justify="left")
    for heading in ("Ranking", "AUC", f"nDCG@{evaluation.top}", f"recall@{evaluation.top}", "MRR"):
        means.add_column(heading, justify="left" if heading == "Ranking" else "right", no_wrap=True)
    leads = Table(title="The matcher's lead over each, with its 95 % interval over units", title_justify="left")
    for heading in ("Over", "AUC", f"nDCG@{evaluation.top}"):
        leads.add_column(heading, justify="left" if heading == "Over" else "right", no_wrap=True)
    for line in evaluation.lines:
        means.add_row(line.name, *(f"{value:.3f}" for value in line.means.values()))
        if line.differences:
            shown = [line.differences[name] for name in ("auc", "ndcg")]
            leads.add_row(line.name, *(f"{mean:+.3f} ({low:+.3f} to {high:+.3f})" for mean, low, high in shown))
    console.print(means)
    console.print(leads)
    seen = evaluation.exposure
    console.print(
        Text(
            f"Shown on any list: {seen.shown:.0%} of the nonprofits; Gini of exposure {seen.gini:.2f}; "
            f"most shown: {evaluation.most_shown}, on {seen.most} lists."
        )
    )
    words = language(code)
    if evaluation.price is not None:
        console.print(Text(evenness_line(evaluation.price.as_record(), words)))
    console.print(Text(words.phrase(GATES_IGNORED)))


def print_frame(frame: pd.DataFrame, title: str, console: Console | None = None) -> None:
    """Print a small table."""
    console = console or Console(highlight=False)
    table = Table(title=Text(title), title_justify="left")
    for column in frame.columns:
        table.add_column(
            column.replace("_", " "), justify="right" if pd.api.types.is_numeric_dtype(frame[column]) else "left"
        )
    for row in frame.itertuples(index=False):
        table.add_row(
            *(Text(f"{cell:.3f}" if isinstance(cell, float) else "" if cell is None else str(cell)) for cell in row)
        )
    console.print(table)


def _gate_meanings(gates: Sequence[str]) -> str:
    from matcher.criteria.gates import GATES

    meanings = {gate.name: gate.meaning for gate in GATES}
    return "; ".join(f"{name} ({meanings[name]})" for name in gates)


def _fact(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    return "unknown" if value is None else str(value)
