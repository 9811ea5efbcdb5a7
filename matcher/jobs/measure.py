"""Jobs that evaluate the matcher, and learn settings from past partnerships."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matcher.errors import TableError
from matcher.i18n.language import load_language
from matcher.jobs.inputs import InputFiles, read_inputs
from matcher.jobs.runs import match_inputs
from matcher.learning.evaluation.evaluation import Evaluation, evaluate
from matcher.learning.tuning.learned_settings import LearnedSettings, learn
from matcher.reports.sentences.learned import learned_lines
from matcher.settings import Settings
from matcher.tables.data import Tables
from matcher.tables.problems import has_errors
from matcher.tables.read.linking import linking_problems
from matcher.tables.read.tables import Table, read_table


def evaluate_files(
    files: InputFiles,
    test: Path,
    settings: Settings,
    *,
    excluded_pairs: Path | None = None,
    cache_folder: Path | None = None,
    top: int = 20,
) -> Evaluation:
    """Evaluate the matcher on pairs that it has not seen.

    Parameters
    ----------
    files : mapping of str to Path
        As for :func:`matcher.jobs.match.match`; the partnerships are the known ones.
    test : Path
        Pairs to find.
    settings : Settings
        Settings to evaluate.
    excluded_pairs : Path, optional
        Pairs that are neither candidates nor to be found.
    cache_folder : Path, optional
        Where embeddings and answers of an online geocoder are kept.
    top : int
        Length of the lists for nDCG and recall.

    Returns
    -------
    Evaluation

    Raises
    ------
    MatcherError
        When a file has errors, a test pair is known already, or there is too little to evaluate on.
    """
    inputs, pairs = _read(files, settings, (test, excluded_pairs))
    scorer = match_inputs(inputs, settings, cache_folder).scorer
    wanted, excluded = (None if table is None else table.frame for table in pairs)
    known = None if inputs.partnerships is None else inputs.partnerships.frame
    return evaluate(scorer, known, wanted, excluded, top=top)


def learn_files(
    files: InputFiles,
    out: Path,
    settings: Settings,
    *,
    excluded_pairs: Path | None = None,
    cache_folder: Path | None = None,
) -> LearnedSettings:
    """Learn settings from past partnerships, and write the settings to use.

    Parameters
    ----------
    files : mapping of str to Path
        As for :func:`matcher.jobs.match.match`; the partnerships are the evidence.
    out : Path
        Settings file to write.
    settings : Settings
        Settings at the start.
    excluded_pairs : Path, optional
        Pairs that are no evidence.
    cache_folder : Path, optional
        Where embeddings are kept.

    Returns
    -------
    LearnedSettings

    Raises
    ------
    MatcherError
        When a file has errors, or there is too little to learn from; nothing is written.
    """
    inputs, (excluded,) = _read(files, settings, (excluded_pairs,))
    inputs.checked()
    scorer = match_inputs(inputs, settings, cache_folder).scorer
    learned = learn(scorer, None if excluded is None else excluded.frame)
    learned.settings.to_toml(out, learned_lines(learned, files["partnerships"].name, load_language("en")))
    return learned


def _read(files: InputFiles, settings: Settings, pairs: Sequence[Path | None]) -> tuple[Tables, list[Table | None]]:
    """Read the inputs and files of pairs; the problems of all of them are raised together."""
    inputs = read_inputs(files, settings)
    problems = list(inputs.problems)
    tables = [None if path is None else read_table("pairs", path, settings.columns.of("pairs")) for path in pairs]
    for table in tables:
        if table is not None:
            problems += table.problems
            if not has_errors(problems):
                problems += linking_problems(table, inputs.by_name)
    if has_errors(problems):
        raise TableError(problems)
    return inputs, tables
