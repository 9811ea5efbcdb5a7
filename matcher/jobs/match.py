"""The main job: two lists in, shortlists and programmes out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from matcher.api.matcher import Matching
from matcher.compute import Backend
from matcher.errors import SettingsError
from matcher.i18n.language import load_language
from matcher.jobs.inputs import Inputs, read_inputs
from matcher.jobs.previous_run import COMPARE_FILE, compare_file, read_previous_run
from matcher.jobs.runs import Stopwatch, run_file, run_record, scorer_of_inputs
from matcher.ranking.changes.comparison import compare
from matcher.ranking.changes.fingerprint import fingerprint_of
from matcher.ranking.changes.snapshot import Snapshot, snapshot_table
from matcher.ranking.shortlists.selection import empty_lists
from matcher.reports.outputs import OUTPUTS, CsvOutput, Files, Results, known_outputs, programme_files
from matcher.reports.programme_tables import Programmes
from matcher.reports.sentences.programmes import empty_list_in_words
from matcher.scoring.explanation import PairRecord
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings
from matcher.shipped import shipped
from matcher.tables.schema.columns import Shortlist
from matcher.tables.write.files import write_results
from matcher.texts.passages import Passages

PairNames = Sequence[tuple[str, str]]


def match(
    units: Path,
    nonprofits: Path,
    out: Path,
    settings: Settings,
    *,
    partnerships: Path | None = None,
    formats: Sequence[str] = tuple(OUTPUTS),
    cache_folder: Path | None = None,
    locks: PairNames = (),
    vetoes: PairNames = (),
    since: Path | None = None,
    backend: Backend | None = None,
) -> Results:
    """Run the main job: two lists in, shortlists out, with the record of the run.

    Parameters
    ----------
    units, nonprofits, partnerships : Path
        Input files.
    out : Path
        Folder for the results; written whole or not at all.
    settings : Settings
    formats : sequence of str
        Names of outputs (:func:`matcher.reports.outputs.known_outputs`).
    cache_folder : Path, optional
        Where embeddings and answers of an online geocoder are kept.
    locks, vetoes : sequence of (str, str)
        Pairs to keep in programmes, and to rule out.
    since : Path, optional
        Folder with the results of an earlier run, to say what changed.
    backend : Backend, optional
        Where the work on chunks of nonprofits is done (in this process).

    Raises
    ------
    MatcherError
        When anything the user gave cannot be used; nothing is written.
    """
    watch, language = Stopwatch(), load_language(settings.language)
    with watch.stage("read"):
        earlier = None if since is None else read_previous_run(since, settings.side)
        inputs = read_inputs(units, nonprofits, partnerships, settings).checked()
    with watch.stage("prepare"):
        matcher, scorer = scorer_of_inputs(inputs, settings, cache_folder, backend)
    with watch.stage("match"):
        shortlist = matcher.shortlist_of(scorer)
    with watch.stage("programmes"):
        programmes = matcher.programmes_of(scorer, locks=locks, vetoes=vetoes)
    warnings = [str(problem) for problem in inputs.problems if not problem.is_error]
    if settings.side == "units":
        empty = empty_lists(scorer, set(shortlist["unit_id"]))
        warnings += [empty_list_in_words(item, language) for item in empty]
    warnings += programmes.notes
    sources = {"units": units, "nonprofits": nonprofits, "partnerships": partnerships}
    run = run_record(matcher, scorer, inputs, sources, warnings, watch)
    run["counts"] = {
        "pairs": len(scorer.run.units) * len(scorer.run.nonprofits),
        "shortlists": int(shortlist[shortlist.columns[0]].nunique()),
        "rows": len(shortlist),
        "programmes": len(programmes.plan.programmes),
    }
    with watch.stage("compare"):
        is_kept = CsvOutput.name in formats
        snapshot = _snapshot(matcher, scorer, inputs, shortlist) if is_kept or earlier else None
        changes = compare(earlier, snapshot, scorer) if earlier and snapshot else None
    if changes is not None:
        run["changes"] = {"since": changes.since, **changes.counts}
    if matcher.evenness_price_ is not None:
        run["evenness"] = matcher.evenness_price_.as_record()
    results = Results(
        units=inputs.units,
        nonprofits=inputs.nonprofits,
        scorer=scorer,
        shortlist=shortlist,
        records=matcher.records_,
        programmes=programmes,
        problems=inputs.problems,
        run=run,
        language=language,
        passages=matcher.passages,
        partnerships=inputs.partnerships,
        changes=changes,
    )
    with watch.stage("write"):
        files: Files = {}
        outputs = known_outputs()
        for name in formats:
            files |= outputs[name].files(results)
        if is_kept and snapshot is not None:
            files |= compare_file(snapshot)
        # A folder may hold an earlier run's: what this one does not write would contradict it.
        outdated = {COMPARE_FILE, *(name for output in outputs.values() for name in output.may_write)}
        write_results(out, files | run_file(run), outdated)
    return results


def _snapshot(matcher: Matching, scorer: Scorer, inputs: Inputs, shortlist: pd.DataFrame) -> Snapshot:
    known = None if inputs.partnerships is None else inputs.partnerships.frame
    basis = fingerprint_of(scorer, inputs.units.frame, inputs.nonprofits.frame, known)
    return Snapshot(
        snapshot_table(matcher.records_, shortlist[Shortlist.RANK].tolist(), list(scorer.run.criteria)), basis
    )


def propose_programmes(
    units: Path,
    nonprofits: Path,
    out: Path,
    settings: Settings,
    *,
    partnerships: Path | None = None,
    cache_folder: Path | None = None,
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
        matcher, scorer = scorer_of_inputs(inputs, settings, cache_folder)
    with watch.stage("programmes"):
        programmes = matcher.programmes_of(scorer, locks=locks, vetoes=vetoes)
    warnings = [str(problem) for problem in inputs.problems if not problem.is_error] + programmes.notes
    sources = {"units": units, "nonprofits": nonprofits, "partnerships": partnerships}
    run = run_record(matcher, scorer, inputs, sources, warnings, watch)
    run["counts"] = {"programmes": len(programmes.plan.programmes)}
    write_results(out, programme_files(programmes) | run_file(run))
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


def explain(
    units: Path,
    nonprofits: Path,
    unit_id: str,
    nonprofit_id: str,
    settings: Settings,
    *,
    partnerships: Path | None = None,
    cache_folder: Path | None = None,
) -> tuple[PairRecord, Passages]:
    """Return the explanation record of one pair, gates included, and what carries the likeness of its missions.

    Raises
    ------
    UnknownIdError
        When there is no such unit or nonprofit.
    """
    inputs = read_inputs(units, nonprofits, partnerships, settings).checked()
    matcher, _ = scorer_of_inputs(inputs, settings, cache_folder)
    record = matcher.explain(unit_id, nonprofit_id)
    return record, matcher.passages([record])[0]


def example_files() -> dict[str, Path]:
    """Return the files of the example data: units, nonprofits, partnerships."""
    return {name: shipped("data", "example", f"{name}.csv") for name in ("units", "nonprofits", "partnerships")}
