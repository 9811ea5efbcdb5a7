"""The next questions to ask: pairs to look into, and blank cells to fill, as tables."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from matcher.api.estimator import PartnerMatcher
from matcher.api.matching import Match
from matcher.errors import SettingsError
from matcher.messages import Message
from matcher.ranking.shortlists.questions import cell_questions, pair_questions
from matcher.scoring.criteria.base import column_name
from matcher.tables.read.tables import Source
from matcher.tables.schema.columns import Nonprofit, Unit


@dataclass(frozen=True)
class NextQuestions:
    """Questions whose answers are worth most.

    Attributes
    ----------
    pairs : DataFrame
        One row per unit, best first: ``unit_id``, ``unit_name``, ``nonprofit_id``, ``nonprofit_name``, ``first_now`` (name of the
        first of the list), ``ahead`` (share of disturbed weightings in which it is ahead of the first) and ``gain``.
    cells : DataFrame
        One row per row of a list and criterion, best first: ``table`` (units or nonprofits), ``id``, ``name``,
        ``criterion``, ``blank`` (columns of the criterion that are blank), ``places`` (expected number of places on lists that
        change hands) and ``gain``.
    """

    pairs: pd.DataFrame
    cells: pd.DataFrame


def next_questions(matcher: PartnerMatcher, units: Source, *, top: int = 10) -> NextQuestions:
    """Find the pairs and the blank cells about which an answer is worth most.

    Parameters
    ----------
    matcher : PartnerMatcher
        Fitted.
    units : DataFrame, or another table
        All units of the run.
    top : int
        Questions of each kind, at most.

    Raises
    ------
    SettingsError
        When the lists are those of nonprofits.
    """
    return questions_of(matcher.match(units), top)


def questions_of(match: Match, top: int) -> NextQuestions:
    """Find the questions of a match.

    Parameters
    ----------
    match : Match
    top : int
        Questions of each kind, at most.

    Raises
    ------
    SettingsError
        When the lists are those of nonprofits.
    """
    scorer, run = match.scorer, match.scorer.run
    if run.settings.side != "units":
        raise SettingsError(Message("questions are about lists of units: set side to 'units'"))
    pairs, cells = pair_questions(scorer), cell_questions(scorer)
    pair_rows = pd.DataFrame(
        {
            "unit_id": run.units.ids[pairs.units],
            "unit_name": run.units.names[pairs.units],
            "nonprofit_id": run.nonprofits.ids[pairs.nonprofits],
            "nonprofit_name": run.nonprofits.names[pairs.nonprofits],
            "first_now": run.nonprofits.names[pairs.first],
            "ahead": pairs.ahead,
            "gain": pairs.gain,
        }
    )
    frames = match.units.frame.set_index(Unit.ID), match.fitted.nonprofits.frame.set_index(Nonprofit.ID)
    rows = []
    for is_unit, position, name, places, gain in list(
        zip(cells.is_unit.tolist(), cells.positions.tolist(), cells.criteria, cells.places, cells.gain, strict=True)
    )[:top]:
        side, frame = (run.units, frames[0]) if is_unit else (run.nonprofits, frames[1])
        criterion, row_id = run.criteria[name], str(side.ids[position])
        columns = criterion.unit_columns if is_unit else criterion.nonprofit_columns
        names = [column_name(column) for column in columns if column_name(column) in frame]
        is_blank = frame.loc[[row_id], names].isna().to_numpy()[0].tolist()
        blank = [column for column, missing in zip(names, is_blank, strict=True) if missing]
        table = "units" if is_unit else "nonprofits"
        rows.append((table, row_id, str(side.names[position]), name, "; ".join(blank), places, gain))
    columns_of_cells = ["table", "id", "name", "criterion", "blank", "places", "gain"]
    return NextQuestions(pair_rows.head(top), pd.DataFrame(rows, columns=columns_of_cells))
