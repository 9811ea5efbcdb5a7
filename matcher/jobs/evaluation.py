"""The job that evaluates the matcher on partnerships that it has not seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from matcher.api.matching import fit_tables
from matcher.errors import MatcherError
from matcher.jobs.inputs import InputFiles, read_inputs
from matcher.learning.evaluation.evaluation import Evaluation, evaluate
from matcher.learning.evaluation.settings_comparison import SettingsComparison, compare_settings
from matcher.learning.evaluation.splits import Fold, folds_in_time
from matcher.messages import Message
from matcher.places.geocoders.registry import as_locator
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings
from matcher.tables.data import Tables
from matcher.tables.problems import TableError, has_errors, log_warnings
from matcher.tables.read.linking import linking_problems
from matcher.tables.read.tables import Table, read_table
from matcher.tables.schema.columns import Partnership


def evaluate_files(
    files: InputFiles,
    settings: Settings,
    *,
    test: Path | None = None,
    split_on: Sequence[dt.date] = (),
    against: Mapping[str, Settings] | None = None,
    name: str = "settings",
    excluded_pairs: Path | None = None,
    cache_folder: Path | None = None,
    top: int | None = None,
    min_pairs: int = 1,
) -> Evaluation | SettingsComparison:
    """Evaluate the matcher on pairs that it has not seen.

    Parameters
    ----------
    files : mapping of str to Path
        As for :func:`matcher.jobs.match.match`; the partnerships are the known ones, or those to split.
    settings : Settings
        Settings to evaluate.
    test : Path, optional
        Pairs to find.
    split_on : sequence of date
        Instead of ``test``: first day of the pairs to find; each further day makes another fold.
    against : mapping of str to Settings, optional
        Other settings by name, to compare with the first.
    name : str
        Name of the first settings.
    excluded_pairs : Path, optional
        Pairs that are neither candidates nor to be found.
    cache_folder : Path, optional
        Where embeddings and answers of an online geocoder are kept.
    top : int, optional
        Length of the lists. Default: that of the settings.
    min_pairs : int
        Units with fewer pairs to find are not evaluated.

    Returns
    -------
    Evaluation or SettingsComparison
        The latter with other settings, or with several folds.

    Raises
    ------
    MatcherError
        When a file has errors, it is not said which pairs are to be found, a test pair is known already, or there is too
        little to evaluate on.
    """
    if (test is None) == (not split_on):
        raise MatcherError(
            Message("which pairs are to be found? Give --test FILE, or --split-on DAY to split the partnerships")
        )
    inputs, (wanted, excluded) = read_with_pairs(files, settings, (test, excluded_pairs))
    folds = _folds(inputs, wanted, split_on)
    if excluded is not None:
        folds = [_without(fold, excluded) for fold in folds]
    scorers = {
        each: _scorers(inputs, folds, chosen, cache_folder)
        for each, chosen in {name: settings, **(against or {})}.items()
    }
    if against or len(folds) > 1:
        return compare_settings(scorers, folds, top=top, min_pairs=min_pairs)
    fold = folds[0]
    return evaluate(scorers[name][0], fold.known, fold.test, fold.excluded, top=top, min_pairs=min_pairs)


def read_with_pairs(
    files: InputFiles, settings: Settings, pairs: Sequence[Path | None]
) -> tuple[Tables, list[Table | None]]:
    """Read the inputs and files of pairs; the errors of all of them are raised together.

    A pair of a unit or nonprofit outside the lists is a warning, which is logged, as are those of the partnerships.

    Parameters
    ----------
    files : mapping of str to Path
    settings : Settings
    pairs : sequence of Path or None
        Files of pairs; None gives None.

    Raises
    ------
    TableError
        When a file has errors.
    """
    inputs = read_inputs(files, settings)
    problems = list(inputs.problems)
    tables = [None if path is None else read_table("pairs", path, settings.columns.of("pairs")) for path in pairs]
    for table in tables:
        problems += () if table is None else table.problems
    if has_errors(problems):
        raise TableError(problems)
    if inputs.partnerships is not None:
        log_warnings(inputs.partnerships.problems)
    for table in tables:
        if table is not None:
            log_warnings(linking_problems(table, inputs.by_name, unknown_is="warning"))
    return inputs, tables


def _folds(inputs: Tables, wanted: Table | None, split_on: Sequence[dt.date]) -> list[Fold]:
    known = None if inputs.partnerships is None else inputs.partnerships.frame
    if wanted is not None:
        return [Fold(None, known, wanted.frame)]
    if known is None:
        raise MatcherError(Message("--split-on splits the partnerships: give them with --partnerships"))
    return folds_in_time(known, split_on)


def _without(fold: Fold, excluded: Table) -> Fold:
    columns = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID]
    frames = [excluded.frame[columns]] if fold.excluded is None else [fold.excluded[columns], excluded.frame[columns]]
    return replace(fold, excluded=pd.concat(frames, ignore_index=True))


def _scorers(inputs: Tables, folds: Sequence[Fold], settings: Settings, cache_folder: Path | None) -> list[Scorer]:
    """Scorer of each fold, which knows the partnerships of the fold and stands at its day; texts are read once."""
    fitted = fit_tables(
        inputs.nonprofits,
        inputs.partnerships,
        settings=settings,
        geocoder=as_locator(settings.places.geocoder, settings.places.default_country, cache_folder),
        cache_folder=cache_folder,
    )
    found = []
    for fold in folds:
        known, history = fold.known, None
        if fitted.partnerships is not None and known is not None:
            history = replace(fitted.partnerships, frame=known)
        of_fold = replace(fitted, partnerships=history)
        found.append(of_fold.match(inputs.units, fitted.settings.with_overrides({"gates.as_of": fold.day})).scorer)
    return found
