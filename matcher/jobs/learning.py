"""The job that learns settings from past partnerships."""

from __future__ import annotations

from pathlib import Path

from matcher.i18n.language import load_language
from matcher.jobs.evaluation import read_with_pairs
from matcher.jobs.inputs import InputFiles
from matcher.jobs.runs import match_inputs
from matcher.learning.tuning.learned_settings import LearnedSettings, learn
from matcher.reports.sentences.learned import learned_lines
from matcher.settings import Settings


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
    inputs, (excluded,) = read_with_pairs(files, settings, (excluded_pairs,))
    inputs.checked()
    scorer = match_inputs(inputs, settings, cache_folder).scorer
    learned = learn(scorer, None if excluded is None else excluded.frame)
    learned.settings.to_toml(out, learned_lines(learned, files["partnerships"].name, load_language("en")))
    return learned
