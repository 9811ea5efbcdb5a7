"""The job that finds the next questions to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.api.questions import NextQuestions, questions_of
from matcher.jobs.inputs import InputFiles, read_inputs
from matcher.jobs.runs import match_inputs
from matcher.settings import Settings


@dataclass(frozen=True)
class Questions:
    """The questions of a run, and its criteria.

    Attributes
    ----------
    found : NextQuestions
    criteria : mapping of str to Criterion
    """

    found: NextQuestions
    criteria: Mapping[str, Any]

    def as_record(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        return {"pairs": self.found.pairs.to_dict("records"), "cells": self.found.cells.to_dict("records")}


def ask_files(files: InputFiles, settings: Settings, *, top: int, cache_folder: Path | None = None) -> Questions:
    """Find the pairs and the blank cells about which an answer is worth most.

    Parameters
    ----------
    files : mapping of str to Path
        As for :func:`matcher.jobs.match.match`.
    settings : Settings
    top : int
        Questions of each kind, at most.
    cache_folder : Path, optional
        Where embeddings and answers of an online geocoder are kept.

    Raises
    ------
    MatcherError
        When a file has errors, or the lists are those of nonprofits.
    """
    match = match_inputs(read_inputs(files, settings).checked(), settings, cache_folder)
    return Questions(questions_of(match, top), match.scorer.run.criteria)
