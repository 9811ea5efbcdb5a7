"""The main job: two lists in, shortlists and programmes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from matcher.api.matching import Match
from matcher.api.shortlists import ShortlistsResult
from matcher.compute import Backend
from matcher.i18n.language import load_language
from matcher.jobs.inputs import InputFiles, read_inputs
from matcher.jobs.pairs import coded_pairs
from matcher.jobs.previous_run import compare_file, read_previous_run
from matcher.jobs.records import COMPARE_FILE, Stopwatch, run_file
from matcher.jobs.run_problems import beyond_the_lists, with_run_problems
from matcher.jobs.runs import match_inputs, run_record
from matcher.jobs.words import cause_notices, words_table
from matcher.ranking.changes.comparison import compare
from matcher.ranking.changes.fingerprint import fingerprint_of
from matcher.ranking.changes.records import Changes
from matcher.ranking.changes.snapshot import Snapshot, snapshot_table
from matcher.reports.outputs import OUTPUTS, CsvOutput, Files, Results, known_outputs, programme_files
from matcher.reports.programme_tables import Programmes
from matcher.reports.sentences.lists import empty_list_in_words, list_remarks
from matcher.reports.sentences.notices import notice_sentence
from matcher.reports.sentences.standings import standing_sentence
from matcher.scoring.explanation import PairRecord
from matcher.scoring.history import SharedHistory
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings
from matcher.shipped import shipped
from matcher.tables.data import Tables
from matcher.tables.problems import problem_lines
from matcher.tables.write.files import write_results
from matcher.texts.passages import Passages

PairNames = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class MatchedRun:
    """A run that was computed, before anything of it is written.

    Attributes
    ----------
    match : Match
        Answers further questions about the run.
    results : Results
    snapshot : Snapshot or None
        For comparison with later runs; None where it was not asked for.
    """

    match: Match
    results: Results
    snapshot: Snapshot | None

    def results_in(self, code: str) -> Results:
        """Return the results with sentences, headings and warnings in another language; the tables stay as they are."""
        language, results = load_language(code), self.results
        programmes = Programmes(results.programmes.plan, language)
        unrelated = {owner: item.unrelated for owner, item in results.remarks.items()}
        remarks = list_remarks(
            results.records,
            results.data.settings.side,
            language,
            unrelated,
            SharedHistory(results.data).of_units(),
        )
        empty = [empty_list_in_words(item, language) for item in results.empty_lists]
        run = {**results.run, "warnings": _warnings(results.tables, self.match.scorer, programmes, empty)}
        return replace(results, language=language, programmes=programmes, remarks=remarks, run=run)


@dataclass(frozen=True)
class WrittenRun:
    """A run that was written.

    Attributes
    ----------
    results : Results
    formats : tuple of str
        Names of the outputs that were written.
    files : dict of str to str or bytes
        Content by file name.
    outdated : set of str
        Names of files that an earlier run may have left and this one did not write.
    """

    results: Results
    formats: tuple[str, ...]
    files: Files
    outdated: set[str]


def compute(
    files: InputFiles,
    settings: Settings,
    *,
    cache_folder: Path | None = None,
    locks: PairNames = (),
    vetoes: PairNames = (),
    since: Path | None = None,
    backend: Backend | None = None,
    with_snapshot: bool = True,
    watch: Stopwatch | None = None,
) -> MatchedRun:
    """Compute a run: two lists in, shortlists and programmes out; nothing is written.

    Parameters
    ----------
    files, settings, cache_folder, locks, vetoes, since, backend
        As in :func:`match`.
    with_snapshot : bool
        Whether to make the snapshot where no earlier run is named.
    watch : Stopwatch, optional
        Times the stages.

    Raises
    ------
    MatcherError
        When anything the user gave cannot be used.
    """
    watch = watch or Stopwatch()
    with watch.stage("read"):
        previous = None if since is None else read_previous_run(since, settings.side)
        tables = read_inputs(files, settings).checked()
        locks, vetoes = coded_pairs(tables, locks), coded_pairs(tables, vetoes)
    with watch.stage("prepare"):
        matched = match_inputs(tables, settings, cache_folder, backend)
        tables = with_run_problems(tables, matched.scorer)
    with watch.stage("match"):
        shortlists = matched.shortlists()
    with watch.stage("programmes"):
        programmes = matched.programmes(locks, vetoes)
    with watch.stage("compare"):
        snapshot = _snapshot(matched, tables, shortlists) if with_snapshot or previous else None
        changes = compare(previous, snapshot, matched.scorer) if previous and snapshot else None
    empty = [empty_list_in_words(item, programmes.language) for item in shortlists.without_list]
    warnings = _warnings(tables, matched.scorer, programmes, empty)
    run = run_record(matched, tables, files, warnings, watch) | _counts(matched, shortlists, programmes, changes)
    results = Results(
        tables=tables,
        data=matched.scorer.run,
        empty_lists=shortlists.without_list,
        standings=cache(matched.standings),
        remarks=shortlists.remarks,
        shortlist=shortlists.table,
        records=shortlists.records,
        programmes=programmes,
        run=run,
        language=programmes.language,
        passages=matched.passages,
        changes=changes,
        words=words_table(tables, matched.scorer.run, programmes.language),
    )
    return MatchedRun(matched, results, snapshot)


def match(
    files: InputFiles,
    out: Path,
    settings: Settings,
    *,
    formats: Sequence[str] = tuple(OUTPUTS),
    cache_folder: Path | None = None,
    locks: PairNames = (),
    vetoes: PairNames = (),
    since: Path | None = None,
    backend: Backend | None = None,
    keep: Callable[[WrittenRun], None] | None = None,
) -> Results:
    """Run the main job: two lists in, shortlists out, with the record of the run.

    Parameters
    ----------
    files : mapping of str to Path
        File of each table.
    out : Path
        Folder for the results; written whole or not at all.
    settings : Settings
    formats : sequence of str
        Names of outputs (:func:`matcher.reports.outputs.known_outputs`).
    cache_folder : Path, optional
        Where embeddings and answers of an online geocoder are kept.
    locks, vetoes : sequence of (str, str)
        Pairs to keep in programmes, and to rule out, each side by its code or its name.
    since : Path, optional
        Folder with the results of an earlier run, to say what changed.
    backend : Backend, optional
        Where the work on chunks of nonprofits is done (in this process).
    keep : callable, optional
        Gets the run once it is written.

    Raises
    ------
    MatcherError
        When anything the user gave cannot be used; nothing is written.
    """
    watch, is_kept = Stopwatch(), CsvOutput.name in formats
    run = compute(
        files,
        settings,
        cache_folder=cache_folder,
        locks=locks,
        vetoes=vetoes,
        since=since,
        backend=backend,
        with_snapshot=is_kept,
        watch=watch,
    )
    with watch.stage("write"):
        written = write_run(run, out, formats)
    if keep is not None:
        keep(written)
    return run.results


def _warnings(tables: Tables, scorer: Scorer, programmes: Programmes, empty_lists: Sequence[str] = ()) -> list[str]:
    language = programmes.language
    return [
        *cause_notices(tables, scorer.run, language),
        *problem_lines([problem for problem in tables.problems if not problem.is_error], language),
        *empty_lists,
        *(notice_sentence(notice, language) for notice in beyond_the_lists(programmes.plan.notices, scorer)),
    ]


def _counts(
    matched: Match, shortlists: ShortlistsResult, programmes: Programmes, changes: Changes | None
) -> dict[str, Any]:
    """Counts, changes and tradeoff of the results, for the record of the run."""
    run, table = matched.scorer.run, shortlists.table
    found: dict[str, Any] = {
        "counts": {
            "pairs": len(run.units) * len(run.nonprofits),
            "shortlists": int(table[table.columns[0]].nunique()),
            "rows": len(table),
            "programmes": len(programmes.plan.programmes),
        }
    }
    far = [name for name, remarks in shortlists.remarks.items() if remarks.lacks_near_mission]
    if far:
        found["lists_without_near_mission"] = far
    if changes is not None:
        found["changes"] = {"since": changes.since, **changes.counts}
    if shortlists.tradeoff is not None:
        found["evenness"] = shortlists.tradeoff.as_record()
    return found


def write_run(run: MatchedRun, out: Path, formats: Sequence[str], beside: Files | None = None) -> WrittenRun:
    """Write the results of a run to a folder, whole or not at all.

    Parameters
    ----------
    run : MatchedRun
    out : Path
    formats : sequence of str
        As in :func:`match`; the snapshot goes with the CSV files.
    beside : dict of str to str or bytes, optional
        Further files, by name.
    """
    files: Files = dict(beside or {})
    outputs = known_outputs()
    for name in formats:
        files |= outputs[name].files(run.results)
    if run.snapshot is not None and CsvOutput.name in formats:
        files |= compare_file(run.snapshot)
    # Files of a previous run in this folder that are not written now would contradict it.
    outdated = {COMPARE_FILE, *(name for output in outputs.values() for name in output.may_write)}
    files |= run_file(run.results.run)
    write_results(out, files, outdated)
    return WrittenRun(run.results, tuple(formats), files, outdated - files.keys())


def _snapshot(matched: Match, tables: Tables, shortlists: ShortlistsResult) -> Snapshot:
    known = None if tables.partnerships is None else tables.partnerships.frame
    fingerprint = fingerprint_of(matched.scorer, tables.units.frame, tables.nonprofits.frame, known)
    criteria = list(matched.scorer.run.criteria)
    return Snapshot(snapshot_table(shortlists.records, shortlists.ranks, criteria), fingerprint)


def propose_programmes(
    files: InputFiles,
    out: Path,
    settings: Settings,
    *,
    cache_folder: Path | None = None,
    locks: PairNames = (),
    vetoes: PairNames = (),
) -> tuple[Programmes, dict[str, Any]]:
    """Write the programmes alone.

    Parameters
    ----------
    files, out, settings, cache_folder, locks, vetoes
        As in :func:`match`.

    Returns
    -------
    (Programmes, dict)
        The programmes, and the record of the run.
    """
    watch = Stopwatch()
    with watch.stage("read"):
        tables = read_inputs(files, settings).checked()
        locks, vetoes = coded_pairs(tables, locks), coded_pairs(tables, vetoes)
    with watch.stage("prepare"):
        matched = match_inputs(tables, settings, cache_folder)
        tables = with_run_problems(tables, matched.scorer)
    with watch.stage("programmes"):
        programmes = matched.programmes(locks, vetoes)
    run = run_record(matched, tables, files, _warnings(tables, matched.scorer, programmes), watch)
    run["counts"] = {"programmes": len(programmes.plan.programmes)}
    write_results(out, programme_files(programmes, for_excel=settings.csv_for_excel) | run_file(run))
    return programmes, run


def explain(
    files: InputFiles,
    unit: str,
    nonprofit: str,
    settings: Settings,
    *,
    cache_folder: Path | None = None,
) -> tuple[PairRecord, Passages, str]:
    """Explain one pair, gates included, with the sentences that make its missions similar and its standing in words.

    Parameters
    ----------
    files, settings, cache_folder
        As in :func:`match`.
    unit, nonprofit : str
        Code, or name, of each.

    Raises
    ------
    UnknownIdError
        When there is no such unit or nonprofit, or several have the name.
    """
    tables = read_inputs(files, settings).checked()
    pair = coded_pairs(tables, [(unit, nonprofit)])[0]
    matched = match_inputs(tables, settings, cache_folder)
    record = matched.explain(*pair)
    standing = standing_sentence(*matched.standing(*pair), load_language(settings.language))
    return record, matched.passages([record])[0], standing


def example_files() -> dict[str, Path]:
    """Return the files of the example data: units, nonprofits, partnerships."""
    return {name: shipped("data", "example", f"{name}.csv") for name in ("units", "nonprofits", "partnerships")}
