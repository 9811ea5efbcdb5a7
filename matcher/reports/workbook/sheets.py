"""The sheets of the workbook that hold a table each, made from a run's results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from matcher.i18n.language import Language
from matcher.ranking.shortlists.standing import GATED, LISTED
from matcher.reports.programme_tables import AGREED, DOUBTFUL, LOCKED, RUNNING
from matcher.reports.results import Results
from matcher.reports.sentences.changes import change_sentence, change_word
from matcher.reports.sentences.standings import standing_sentence
from matcher.reports.shortlist_table import shortlist_columns
from matcher.reports.workbook.decision_columns import DECISION_WIDTHS, decision_column
from matcher.reports.workbook.headings import heading, problem_words, word
from matcher.reports.workbook.table_sheet import Form, SheetColumn, TableSheet
from matcher.settings import Settings, flat_settings
from matcher.tables.read.heading_lines import heading_rows
from matcher.tables.read.merged_decisions import standing_decisions
from matcher.tables.schema.columns import Decision, Shortlist
from matcher.tables.schema.specs import fold_heading
from matcher.tables.schema.tables import DECISIONS
from matcher.tables.schema.vocabulary import MAYBE, NO, YES

MOST_ROWS = 100_000
"""Rows of shortlists in a workbook, at most: of every list the best are kept, the rest stands in the CSV."""
_COLOURS = {YES: "#CFE8D5", NO: "#F3D3CF", MAYBE: "#FBE9B7"}
_WIDTHS = {
    Shortlist.UNIT_NAME: 26,
    Shortlist.NONPROFIT_NAME: 28,
    Shortlist.COMPANY: 18,
    Shortlist.ORGANISATION: 22,
    Shortlist.UNIT_ID: 13,
    Shortlist.NONPROFIT_ID: 15,
    Shortlist.RANK: 8,
    Shortlist.SCORE: 8,
    Shortlist.CONFIDENCE: 9,
    Shortlist.DISTANCE_KM: 11,
    Shortlist.STABILITY: 11,
    Shortlist.WHY: 90,
}
_PRINTED_STANDINGS = 30
"""Rows of the sheet of pairs on no list that are on paper: about a page."""
_FORMS = {
    Shortlist.UNIT_NAME: Form.WRAPPED,
    Shortlist.NONPROFIT_NAME: Form.WRAPPED,
    Shortlist.COMPANY: Form.WRAPPED,
    Shortlist.ORGANISATION: Form.WRAPPED,
    Shortlist.RANK: Form.RANK,
    Shortlist.SCORE: Form.SCORE,
    Shortlist.CONFIDENCE: Form.SHARE,
    Shortlist.DISTANCE_KM: Form.KM,
    Shortlist.STABILITY: Form.RANK,
    Shortlist.WHY: Form.WRAPPED,
}


def shown_shortlist(results: Results) -> pd.DataFrame:
    """Return the shortlist, of every list as many of the best as a workbook has room for."""
    shortlist = results.shortlist
    if len(shortlist) <= MOST_ROWS:
        return shortlist
    rows_to_rank = shortlist[Shortlist.RANK].value_counts().sort_index().cumsum()
    deepest = rows_to_rank.index[rows_to_rank <= MOST_ROWS].max()
    kept = shortlist[shortlist[Shortlist.RANK] <= deepest] if pd.notna(deepest) else shortlist.head(MOST_ROWS)
    return kept.reset_index(drop=True)


def shortlist_sheet(results: Results) -> TableSheet:
    """Return the shortlists, with room for decisions."""
    language, frame, criteria = results.language, shown_shortlist(results), results.criteria
    standing = {} if results.tables.partnerships is None else standing_decisions(results.tables.partnerships.frame)
    pairs = list(zip(frame[Shortlist.UNIT_ID], frame[Shortlist.NONPROFIT_ID], strict=True))
    decided = [standing.get(pair, {}) for pair in pairs]
    first, second = (Shortlist.UNIT_NAME, Shortlist.NONPROFIT_NAME)
    if results.data.settings.side == "nonprofits":
        first, second = second, first
    names = [
        first,
        Shortlist.RANK,
        second,
        Shortlist.SCORE,
        Decision.DECISION,
        Decision.NOTE,
        Decision.DECIDED_BY,
        Decision.DECIDED_ON,
    ]
    names += [Shortlist.WHY]
    names += [Shortlist.DISTANCE_KM, Shortlist.CONFIDENCE, Shortlist.STABILITY]
    printed = len(names)
    names += [Shortlist.COMPANY, Shortlist.ORGANISATION, *results.criteria, Shortlist.UNIT_ID, Shortlist.NONPROFIT_ID]
    columns = []
    for position, name in enumerate(names):
        is_printed = position < printed
        if name in DECISION_WIDTHS:
            columns.append(decision_column(name, decided, language))
        else:
            columns.append(
                SheetColumn(
                    criteria[name].heading(language) if name in criteria else heading(name, language),
                    frame[name].astype(object).where(frame[name].notna(), None).tolist(),
                    Form.SCORE if name in criteria else _FORMS.get(name, Form.TEXT),
                    _WIDTHS.get(name, 11),
                    scaled=name == Shortlist.SCORE or name in criteria,
                    printed=is_printed,
                )
            )
    columns += _passed_through(frame, {column.heading for column in columns}, results)
    return TableSheet(
        language.phrase("Shortlists"),
        columns,
        frozen_columns=3,
        grouped_by=0,
        coloured={word(decision, language): colour for decision, colour in _COLOURS.items()},
        empty=language.phrase("No unit has a candidate."),
    )


def standings_sheet(results: Results) -> TableSheet:
    """Return every pair that is on no list, with its rank or the reason; there have to be standings."""
    language, run, found = results.language, results.data, results.standings()
    assert found is not None
    by_unit = found.side == "units"
    owners, candidates = (run.units, run.nonprofits) if by_unit else (run.nonprofits, run.units)
    rows: list[tuple[str, str, float | None, str]] = []
    for row, owner in enumerate(owners.names[found.owners].tolist()):
        ranks = np.where(found.ranks[row] > 0, found.ranks[row], len(candidates))
        for column in np.lexsort((-found.scores[row], ranks, found.gates[row] >= 0)).tolist():
            standing = found.standing(row, column)
            if standing.code == LISTED:
                continue
            site = str(run.nonprofits.names[standing.other_site]) if standing.other_site >= 0 else ""
            score = None if standing.code == GATED else round(standing.score, 2)
            said = standing_sentence(standing, site, language)
            rows.append((owner, str(candidates.names[column]), score, said))
    first, second = Shortlist.UNIT_NAME, Shortlist.NONPROFIT_NAME
    if not by_unit:
        first, second = second, first
    layout = {
        first: (Form.TEXT, 34),
        second: (Form.TEXT, 38),
        Shortlist.SCORE: (Form.SCORE, 9),
        Shortlist.WHY: (Form.TEXT, 80),
    }
    return TableSheet(
        language.phrase("Not on a list"),
        [
            SheetColumn(heading(name, language), [item[position] for item in rows], *form)
            for position, (name, form) in enumerate(layout.items())
        ],
        frozen_columns=2,
        grouped_by=0,
        empty=language.phrase("There is nothing to report."),
        printed_rows=_PRINTED_STANDINGS,
        cut=language.phrase(
            "The first {shown} of {total} rows; look up the others in the workbook, with the filter of a column.",
            shown=language.number(_PRINTED_STANDINGS),
            total=language.number(len(rows)),
        ),
    )


def _passed_through(frame: pd.DataFrame, taken: set[str], results: Results) -> Iterator[SheetColumn]:
    """Yield the columns that pass through; one that could be taken for a column of ours gets another heading."""
    own = set(shortlist_columns(list(results.criteria), results.data.settings.side))
    ours = {fold_heading(name) for name in taken} | set(DECISIONS.by_heading)
    for name in frame.columns:
        if name in own:
            continue
        shown = str(name)
        while fold_heading(shown) in ours:
            shown = results.language.phrase("{heading} (from your list)", heading=shown)
        ours.add(fold_heading(shown))
        values = [None if pd.isna(cell) else cell for cell in frame[name]]
        yield SheetColumn(shown, values, Form.TEXT, 20, printed=False)


def changes_sheet(results: Results) -> TableSheet:
    """Return the pairs that are new, gone, up or down since the earlier run; there has to be one."""
    language, changes = results.language, results.changes
    pairs = () if changes is None else changes.pairs[:MOST_ROWS]
    first, second = ("unit_name", "nonprofit_name")
    if results.data.settings.side == "nonprofits":
        first, second = second, first
    columns: dict[str, tuple[list[Any], Form, float]] = {
        first: ([getattr(pair, first) for pair in pairs], Form.WRAPPED, 26),
        "change": ([change_word(pair, language) for pair in pairs], Form.TEXT, 12),
        second: ([getattr(pair, second) for pair in pairs], Form.WRAPPED, 28),
        "rank_before": ([pair.rank_before for pair in pairs], Form.RANK, 9),
        "rank_now": ([pair.rank for pair in pairs], Form.RANK, 9),
        "score_before": ([pair.score_before for pair in pairs], Form.SCORE, 9),
        "score_now": ([pair.score for pair in pairs], Form.SCORE, 9),
        "why": ([change_sentence(pair, language) for pair in pairs], Form.WRAPPED, 70),
        "unit_id": ([pair.unit_id for pair in pairs], Form.TEXT, 13),
        "nonprofit_id": ([pair.nonprofit_id for pair in pairs], Form.TEXT, 15),
    }
    return TableSheet(
        language.phrase("What changed"),
        [
            SheetColumn(heading(name, language), *rest, printed=name not in ("unit_id", "nonprofit_id"))
            for name, rest in columns.items()
        ],
        frozen_columns=3,
        grouped_by=0,
        empty=language.phrase("Nothing changed."),
    )


def programme_sheet(results: Results) -> TableSheet:
    """Return all programmes with their pairs."""
    language, frame = results.language, results.programmes.table()
    layout: dict[str, tuple[Form, float]] = {
        "company": (Form.WRAPPED, 17),
        "kind": (Form.TEXT, 13),
        "recommended": (Form.TEXT, 14),
        "organisation": (Form.WRAPPED, 20),
        "unit_name": (Form.WRAPPED, 21),
        "nonprofit_name": (Form.WRAPPED, 22),
        "kept": (Form.TEXT, 12),
        "score": (Form.SCORE, 8),
        "pair_score": (Form.SCORE, 11),
        "distance_km": (Form.KM, 11),
        "footprint": (Form.SHARE, 10),
        "why": (Form.WRAPPED, 52),
        "facilitator": (Form.WRAPPED, 21),
        "unit_id": (Form.TEXT, 13),
        "nonprofit_id": (Form.TEXT, 15),
        "programme_id": (Form.TEXT, 30),
    }
    shown = frame.assign(
        kind=[word(kind, language) for kind in frame["kind"]],
        recommended=[word(YES if recommended else NO, language) for recommended in frame["recommended"]],
        kept=frame["kept"].map({code: word(code, language) for code in (RUNNING, AGREED, LOCKED, DOUBTFUL)}),
    )
    hidden = ("unit_id", "nonprofit_id", "programme_id")
    return TableSheet(
        language.phrase("Programmes"),
        [
            SheetColumn(
                heading(name, language),
                shown[name].tolist(),
                form,
                width,
                scaled=name in ("score", "pair_score"),
                printed=name not in hidden,
            )
            for name, (form, width) in layout.items()
        ],
        frozen_columns=2,
        grouped_by=list(layout).index("programme_id"),
        empty=language.phrase("There is no programme."),
    )


def agenda_sheet(results: Results) -> TableSheet:
    """Return the preparation agenda and the indicators of the recommended programmes."""
    language = results.language
    recommended = {programme.id for programme in results.programmes.plan.programmes if programme.recommended}
    frame = results.programmes.agenda()
    frame = frame[frame["programme_id"].isin(recommended)]
    layout = {
        "programme_id": (Form.WRAPPED, 38),
        "item": (Form.TEXT, 12),
        "phase": (Form.TEXT, 14),
        "subject": (Form.WRAPPED, 36),
        "state": (Form.TEXT, 10),
        "note": (Form.WRAPPED, 70),
    }
    labels = _programme_labels(results)
    columns = []
    for name, (form, width) in layout.items():
        cells = frame[name].tolist()
        values = [labels[cell] for cell in cells] if name == "programme_id" else cells
        if name in ("item", "phase", "state"):
            values = [word(cell, language) for cell in cells]
        columns.append(SheetColumn(heading("question" if name == "note" else name, language), values, form, width))
    return TableSheet(
        language.phrase("Agenda"),
        columns,
        frozen_columns=1,
        grouped_by=0,
        empty=language.phrase("There is no programme."),
    )


def _programme_labels(results: Results) -> dict[str, str]:
    return {
        programme.id: ", ".join(
            part
            for part in (programme.company, programme.organisation, word(programme.kind.name, results.language))
            if part
        )
        for programme in results.programmes.plan.programmes
    }


def problem_sheet(results: Results) -> TableSheet:
    """Return the problems found in the tables."""
    language, problems = results.language, results.tables.problems
    words = [problem_words(problem, language) for problem in problems]
    values: dict[str, tuple[list[Any], Form, float]] = {
        "file": ([problem.file for problem in problems], Form.TEXT, 22),
        "row": ([problem.row for problem in problems], Form.WHOLE, 8),
        "column": ([problem.column for problem in problems], Form.TEXT, 18),
        "value": ([problem.value for problem in problems], Form.WRAPPED, 30),
        "message": ([what for what, _ in words], Form.WRAPPED, 60),
        "remedy": ([remedy for _, remedy in words], Form.WRAPPED, 50),
    }
    columns = [SheetColumn(heading(name, language), *rest) for name, rest in values.items()]
    return TableSheet(language.phrase("Data problems"), columns, empty=language.phrase("There is nothing to report."))


def columns_sheet(results: Results) -> TableSheet:
    """Return the headings of the lists, and how each was read."""
    language = results.language
    rows = [
        (file.rsplit(".", 1)[0], *rest) for file, *rest in heading_rows(list(results.tables.by_name.values()), language)
    ]
    layout = {
        "file": (Form.TEXT, 22),
        "column": (Form.WRAPPED, 34),
        "read_as": (Form.TEXT, 26),
        "how": (Form.WRAPPED, 50),
    }
    columns = [
        SheetColumn(heading(name, language), [row[at] for row in rows], form, width)
        for at, (name, (form, width)) in enumerate(layout.items())
    ]
    return TableSheet(language.phrase("Columns"), columns, frozen_columns=1, grouped_by=0)


def words_sheet(results: Results) -> TableSheet:
    """Return the words of causes and accreditations, and how each was understood."""
    language, frame = results.language, results.words
    tables = [results.tables.by_name[name] for name in frame["table"]]
    shown = frame.assign(
        file=[table.file.rsplit(".", 1)[0] for table in tables],
        column=[table.headings[column] for table, column in zip(tables, frame["column"], strict=True)],
    )
    layout = {
        "file": (Form.TEXT, 22),
        "column": (Form.TEXT, 18),
        "word": (Form.WRAPPED, 40),
        "read_as": (Form.WRAPPED, 40),
        "how": (Form.TEXT, 24),
        "rows": (Form.WHOLE, 8),
    }
    columns = [
        SheetColumn(heading(name, language), shown[name].tolist(), form, width)
        for name, (form, width) in layout.items()
    ]
    return TableSheet(language.phrase("Words"), columns, frozen_columns=1, grouped_by=0)


def settings_sheet(results: Results) -> TableSheet:
    """Return the settings of the run, each with its meaning, and what it was made with."""
    language, run = results.language, results.run
    rows: list[tuple[str, Any, str]] = [
        ("matcher", run["matcher"], language.phrase("Version of this program.")),
        ("encoder", run["encoder"]["name"], language.phrase("What the texts were compared with.")),
        ("as_of", run["as_of"], language.phrase("The day of the run.")),
        *described_settings(results.data.settings, language),
    ]
    return TableSheet(
        language.phrase("Settings"),
        [
            SheetColumn(heading("setting", language), [row[0] for row in rows], Form.TEXT, 36),
            SheetColumn(heading("value", language), [row[1] for row in rows], Form.TEXT, 24),
            SheetColumn(heading("meaning", language), [row[2] for row in rows], Form.WRAPPED, 90),
        ],
        frozen_columns=1,
    )


def described_settings(settings: Settings, language: Language) -> Iterator[tuple[str, Any, str]]:
    """Yield key, value and meaning of every setting.

    Parameters
    ----------
    settings : Settings
    language : Language
    """
    for key, value, meaning in flat_settings(settings):
        yield key, _shown(value, language), language.phrase(meaning) if meaning else ""


def _shown(value: Any, language: Language) -> Any:
    if isinstance(value, bool):
        return word(YES if value else NO, language)
    if value is None:
        return "–"
    return value if isinstance(value, (int, float)) else ", ".join(value) if isinstance(value, tuple) else str(value)
