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
from matcher.errors import SettingsError
from matcher.i18n.language import Language, counted_message, load_language
from matcher.jobs.inputs import InputFiles, read_inputs
from matcher.jobs.previous_run import compare_file, read_previous_run
from matcher.jobs.records import COMPARE_FILE, Stopwatch, run_file
from matcher.jobs.runs import match_inputs, run_record
from matcher.jobs.words import cause_notices, words_table
from matcher.messages import Message
from matcher.ranking.changes.comparison import compare
from matcher.ranking.changes.fingerprint import fingerprint_of
from matcher.ranking.changes.records import Changes
from matcher.ranking.changes.snapshot import Snapshot, snapshot_table
from matcher.reports.outputs import OUTPUTS, CsvOutput, Files, Results, known_outputs, programme_files
from matcher.reports.programme_tables import Programmes
from matcher.reports.sentences.lists import empty_list_in_words, list_remarks
from matcher.reports.sentences.standings import standing_sentence
from matcher.scoring.data import Run
from matcher.scoring.eligibility import NothingKnown
from matcher.scoring.explanation import PairRecord
from matcher.scoring.history import SharedHistory
from matcher.settings import Settings
from matcher.shipped import shipped
from matcher.tables.data import Tables
from matcher.tables.problems import problem_lines
from matcher.tables.write.files import write_results
from matcher.texts.passages import Passages

PairNames = Sequence[tuple[str, str]]
_NAMES_SHOWN = 10
_NOTHING_KNOWN = counted_message(
    "1 nonprofit is on no list, since nothing is known of its mission, its causes or its place: {names}.",
    "{count} nonprofits are on no list, since nothing is known of their mission, their causes or their place: {names}.",
)


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
        run = {**results.run, "warnings": _warnings(results.tables, results.data, programmes, empty)}
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
    with watch.stage("prepare"):
        matched = match_inputs(tables, settings, cache_folder, backend)
    with watch.stage("match"):
        shortlists = matched.shortlists()
    with watch.stage("programmes"):
        programmes = matched.programmes(locks, vetoes)
    with watch.stage("compare"):
        snapshot = _snapshot(matched, tables, shortlists) if with_snapshot or previous else None
        changes = compare(previous, snapshot, matched.scorer) if previous and snapshot else None
    empty = [empty_list_in_words(item, programmes.language) for item in shortlists.without_list]
    warnings = _warnings(tables, matched.scorer.run, programmes, empty)
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
        Pairs to keep in programmes, and to rule out.
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


def _nothing_known(run: Run, language: Language) -> list[str]:
    """Names of the nonprofits of which nothing is known, as one sentence; none where there are none."""
    names = run.nonprofits.names[NothingKnown(run).unknown_nonprofits].tolist()
    if not names:
        return []
    more = len(names) - _NAMES_SHOWN
    shown = names[:_NAMES_SHOWN] + ([language.count_phrase("{count} more", "{count} more", more)] if more > 0 else [])
    return [language.count_phrase(*_NOTHING_KNOWN, len(names), names=language.join(shown))]


def _warnings(tables: Tables, run: Run, programmes: Programmes, empty_lists: Sequence[str] = ()) -> list[str]:
    return [
        *cause_notices(tables, run, programmes.language),
        *_nothing_known(run, programmes.language),
        *problem_lines([problem for problem in tables.problems if not problem.is_error], programmes.language),
        *empty_lists,
        *programmes.notices,
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
    with watch.stage("prepare"):
        matched = match_inputs(tables, settings, cache_folder)
    with watch.stage("programmes"):
        programmes = matched.programmes(locks, vetoes)
    run = run_record(matched, tables, files, _warnings(tables, matched.scorer.run, programmes), watch)
    run["counts"] = {"programmes": len(programmes.plan.programmes)}
    write_results(out, programme_files(programmes) | run_file(run))
    return programmes, run


def parse_pairs(texts: Sequence[str], option: str) -> list[tuple[str, str]]:
    """Read pairs written as ``UNIT:NONPROFIT``.

    Parameters
    ----------
    texts : sequence of str
    option : str
        Name of the option, for the message.

    Raises
    ------
    SettingsError
        When one is written otherwise.
    """
    pairs = []
    for text in texts:
        unit, separator, nonprofit = text.partition(":")
        if not (unit.strip() and separator and nonprofit.strip()):
            raise SettingsError(
                Message(
                    "{option} {text}: write a unit and a nonprofit with a colon between, as in U7:N12",
                    option=option,
                    text=text,
                )
            )
        pairs.append((unit.strip(), nonprofit.strip()))
    return pairs


def explain(
    files: InputFiles,
    unit_id: str,
    nonprofit_id: str,
    settings: Settings,
    *,
    cache_folder: Path | None = None,
) -> tuple[PairRecord, Passages, str]:
    """Explain one pair, gates included, with the sentences that make its missions similar and its standing in words.

    Parameters
    ----------
    files, settings, cache_folder
        As in :func:`match`.
    unit_id, nonprofit_id : str

    Raises
    ------
    UnknownIdError
        When there is no such unit or nonprofit.
    """
    tables = read_inputs(files, settings).checked()
    matched = match_inputs(tables, settings, cache_folder)
    record = matched.explain(unit_id, nonprofit_id)
    standing = standing_sentence(*matched.standing(unit_id, nonprofit_id), load_language(settings.language))
    return record, matched.passages([record])[0], standing


def example_files() -> dict[str, Path]:
    """Return the files of the example data: units, nonprofits, partnerships."""
    return {name: shipped("data", "example", f"{name}.csv") for name in ("units", "nonprofits", "partnerships")}
