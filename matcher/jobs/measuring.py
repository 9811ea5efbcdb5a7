"""Jobs that hold the matcher against what came about."""

from __future__ import annotations

from pathlib import Path

from matcher.errors import TableError
from matcher.inputs import read_inputs
from matcher.jobs.running import judge_inputs
from matcher.learning.evaluation import Evaluation, evaluate
from matcher.settings import Settings
from matcher.tables.linking import partnership_problems
from matcher.tables.problems import has_errors
from matcher.tables.reading import read_table


def evaluate_files(
    units: Path,
    nonprofits: Path,
    partnerships: Path,
    test: Path,
    settings: Settings,
    *,
    left_out: Path | None = None,
    cache_folder: Path | None = None,
    top: int = 20,
) -> Evaluation:
    """Evaluate the matcher on partnerships that came about later.

    Parameters
    ----------
    units, nonprofits, partnerships : Path
        As for :func:`match`; the partnerships are what is known.
    test : Path
        Pairs to find.
    settings : Settings
    left_out : Path, optional
        Pairs that are neither candidates nor to be found.
    cache_folder : Path, optional
        Where embeddings and answers of an online geocoder are kept.
    top : int
        Length of the list for nDCG and recall.

    Raises
    ------
    MatcherError
        When a file has errors, a test pair is known already, or there is too little to evaluate on.
    """
    inputs = read_inputs(units, nonprofits, partnerships, settings)
    problems = list(inputs.problems)
    pairs = [
        None if path is None else read_table("pairs", path, settings.columns.partnerships) for path in (test, left_out)
    ]
    for table in pairs:
        if table is not None:
            problems += table.problems
            if not has_errors(problems):
                problems += partnership_problems(table, inputs.units, inputs.nonprofits)
    if has_errors(problems):
        raise TableError(problems)
    _, judge = judge_inputs(inputs, settings, cache_folder)
    to_find, apart = (None if table is None else table.frame for table in pairs)
    known = None if inputs.partnerships is None else inputs.partnerships.frame
    return evaluate(judge, known, to_find, apart, top=top)
