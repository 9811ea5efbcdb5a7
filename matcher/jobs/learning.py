"""The job that learns settings from past partnerships."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from matcher.i18n.language import load_language
from matcher.jobs.evaluation import read_with_pairs
from matcher.jobs.inputs import InputFiles
from matcher.jobs.previous_run import read_previous_run
from matcher.jobs.runs import match_inputs
from matcher.learning.tuning.learned_settings import LearnedSettings, learn
from matcher.reports.sentences.learned import learned_lines
from matcher.settings import Settings
from matcher.tables.schema.columns import Partnership

PAIR = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID]


def learn_files(
    files: InputFiles,
    out: Path,
    settings: Settings,
    *,
    excluded_pairs: Path | None = None,
    shown: Sequence[Path] = (),
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
    shown : sequence of Path
        Folders of earlier runs: pairs on their lists that were not chosen are what partners are compared with.
    cache_folder : Path, optional
        Where embeddings are kept.

    Returns
    -------
    LearnedSettings

    Raises
    ------
    MatcherError
        When a file or an earlier run cannot be used, or there is too little to learn from; nothing is written.
    """
    inputs, (excluded,) = read_with_pairs(files, settings, (excluded_pairs,))
    inputs.checked()
    listed = [read_previous_run(folder, settings.side, "--shown").pairs[PAIR] for folder in shown]
    scorer = match_inputs(inputs, settings, cache_folder).scorer
    learned = learn(
        scorer,
        None if excluded is None else excluded.frame,
        shown=pd.concat(listed).drop_duplicates(ignore_index=True) if listed else None,
    )
    learned.settings.to_toml(out, learned_lines(learned, files["partnerships"].name, load_language(settings.language)))
    return learned
