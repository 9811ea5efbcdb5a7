"""Weights learned from what was decided and how partnerships went, as a trial: they are shown, then adopted or left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matcher.api.live import MOVABLE
from matcher.i18n.language import Language, available_languages, load_language
from matcher.learning.tuning.features import value_at
from matcher.learning.tuning.learned_settings import LearnedSettings, learn
from matcher.reports.sentences.learned import learned_lines, learned_table
from matcher.workspace.engine import engine
from matcher.workspace.models import Run, RunPage

LEARNED = "learned"


@dataclass(frozen=True)
class LearnedTrial:
    """What was learned from the last run.

    Attributes
    ----------
    gained : bool
        Whether it is better than the settings in force, beyond chance.
    values : dict of str to float
        Learned settings by dotted key.
    lines : list of str
    headings : list of str
    rows : list of list of str
        The settings in force and as learned.
    """

    gained: bool
    values: dict[str, float]
    lines: list[str]
    headings: list[str]
    rows: list[list[str]]

    @property
    def movable(self) -> list[str]:
        """Keys of the values that can be tried without a new run."""
        return [key for key in self.values if key.split(".", maxsplit=1)[0] in MOVABLE]

    def left_out(self, labels: Mapping[str, str]) -> list[str]:
        """Names of the values that cannot be tried without a new run.

        Parameters
        ----------
        labels : mapping of str to str
            Names of settings by dotted key.
        """
        return [labels.get(key, key) for key in self.values if key not in self.movable]


def learn_from_run() -> None:
    """Learn from the partnerships of the last run, the team's decisions and recorded outcomes among them, and keep it.

    Raises
    ------
    MatcherError
        When there is too little to learn from.
    """
    found = engine()
    learned = learn(found.computed.match.scorer)
    for code in available_languages():
        content = _content(learned, load_language(code))
        RunPage.objects.update_or_create(
            run_id=found.run_id, name=LEARNED, language=code, defaults={"content": content}
        )


def _content(learned: LearnedSettings, language: Language) -> dict[str, Any]:
    table = learned_table(learned, language)
    keys = [*(f"weights.{name}" for name in learned.base.weights), *learned.searched]
    return {
        "gained": learned.gained,
        "values": {key: value_at(learned.found, key) for key in keys},
        "keys": keys,
        "lines": learned_lines(learned, language.phrase("the last run"), language),
        "headings": table.columns.tolist(),
        "rows": table.to_numpy().tolist(),
    }


def learned_trial(run: Run | None, labels: dict[str, str], language: Language) -> LearnedTrial | None:
    """What was learned from a run; None where nothing was yet.

    Parameters
    ----------
    run : Run or None
    labels : dict of str to str
        Names of settings by dotted key.
    language : Language
    """
    page = RunPage.objects.filter(run=run, name=LEARNED, language=language.code).first()
    if page is None:
        return None
    content = page.content
    rows = [[labels.get(key, key), *row[1:]] for key, row in zip(content["keys"], content["rows"], strict=True)]
    return LearnedTrial(content["gained"], content["values"], content["lines"], content["headings"], rows)
