"""The main job, done once: a run of which nothing changed since it was kept is not computed again.

This module imports little, and what computes a run only where it has to.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matcher import plugins
from matcher.jobs.kept_runs import KeptRun, KeptRuns
from matcher.jobs.records import COMPARE_FILE, RUN_FILE, Stopwatch, file_sha256, run_file, versions
from matcher.reports.sentences.run import RunSummary, run_summary
from matcher.settings import Settings
from matcher.shipped import shipped_roots

if TYPE_CHECKING:
    from matcher.jobs.inputs import InputFiles
    from matcher.jobs.match import WrittenRun

SPACE_SHARE = 0.25
"""Runs may take this share of the space of embeddings: one has some megabytes."""
_EVERY_DAY = dt.date.min.isoformat(), dt.date.max.isoformat()


def match_once(
    files: InputFiles,
    out: Path,
    settings: Settings,
    *,
    cache_folder: Path,
    formats: str | None = None,
    locks: Sequence[str] = (),
    vetoes: Sequence[str] = (),
    since: Path | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    recompute: bool = False,
) -> RunSummary:
    """Run the main job, or write the results of the same run once more where they are kept.

    The same run has the same content of all files, settings and options, versions and processor, and days between which
    nothing of it changes. Runs that other sources take part in (extensions of other packages, online geocoders,
    encoders without a revision) are always computed.

    Parameters
    ----------
    files, out, settings, cache_folder, since
        As in :func:`matcher.jobs.match.match`.
    formats : str, optional
        As ``--formats`` takes it.
    locks, vetoes : sequence of str
        Pairs as ``--lock`` and ``--veto`` take them.
    scheduler, workers : optional
        As in :func:`matcher.compute.open_backend`.
    recompute : bool
        Compute the run even where it is kept.

    Raises
    ------
    MatcherError
        When anything the user gave cannot be used; nothing is written.
    """
    options = {"formats": formats, "locks": locks, "vetoes": vetoes, "scheduler": scheduler, "workers": workers}
    watch = Stopwatch()
    with watch.stage("read"):
        hashes = _hashes(files) if settings.cache.max_mb else {}
        key = _run_key(files, hashes, settings, options, since) if hashes else None
        runs = KeptRuns(cache_folder, int(SPACE_SHARE * settings.cache.max_mb * 10**6))
        kept = runs.find(key, dt.date.today()) if key and not recompute else None
    if kept is not None:
        return _write_again(kept, out, settings, since, watch)

    from matcher.compute import open_backend
    from matcher.jobs.match import match
    from matcher.jobs.pairs import parse_pairs
    from matcher.reports.outputs import parse_formats
    from matcher.scoring.criteria.registry import known_criteria, with_weights

    def keep(run: WrittenRun) -> None:
        # A file that was written to while it was read may have been read before or after that.
        if key and hashes == {name: item["sha256"] for name, item in run.results.run["inputs"].items()}:
            runs.keep(key, _kept(run, settings))

    settings = with_weights(settings, known_criteria(settings))
    with open_backend(scheduler, workers) as backend:
        results = match(
            files,
            out,
            settings,
            formats=parse_formats(formats),
            cache_folder=cache_folder,
            locks=parse_pairs(locks, "--lock"),
            vetoes=parse_pairs(vetoes, "--veto"),
            since=since,
            backend=backend,
            keep=keep,
        )
    return run_summary(results)


def _kept(run: WrittenRun, settings: Settings) -> KeptRun:
    from matcher.reports.outputs import CsvOutput
    from matcher.scoring.days import unchanged_until

    today = run.results.data.today
    # Only tables do not show the day.
    last = unchanged_until(run.results.data) if set(run.formats) <= {CsvOutput.name} else today
    days = _EVERY_DAY if settings.gates.as_of else (today.isoformat(), last.isoformat())
    files = {name: text.encode() if isinstance(text, str) else text for name, text in run.files.items()}
    computed = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    return KeptRun(files, tuple(sorted(run.outdated)), run_summary(run.results), days, computed)


def _write_again(kept: KeptRun, out: Path, settings: Settings, since: Path | None, watch: Stopwatch) -> RunSummary:
    from matcher.i18n.language import load_language
    from matcher.tables.write.files import write_results

    record = json.loads(kept.files[RUN_FILE])
    record["computed"] = kept.computed
    record["as_of"] = (settings.gates.as_of or dt.date.today()).isoformat()
    if since is not None:
        record["changes"]["since"] = _previous_day(since)
    record["seconds"] = watch.seconds
    write_results(out, {**kept.files, **run_file(record)}, kept.outdated)
    language = load_language(settings.language)
    line = language.phrase(
        "Nothing has changed since the run of {day}: its results are written again (--recompute computes them).",
        day=language.day(dt.datetime.fromisoformat(kept.computed).date()),
    )
    return kept.summary.with_first_line(line)


def _hashes(files: InputFiles) -> dict[str, str]:
    """SHA-256 of each file by the name of its table; none where one cannot be read, which its reader says."""
    try:
        return (
            {name: file_sha256(path) for name, path in files.items()}
            if all(map(os.path.isfile, files.values()))
            else {}
        )
    except OSError:
        return {}


def _run_key(
    files: InputFiles, hashes: Mapping[str, str], settings: Settings, options: Mapping[str, Any], since: Path | None
) -> str | None:
    """Digest of everything that a run depends on but the day; None where that is not known."""
    groups = plugins.CRITERIA, plugins.ENCODERS, plugins.GEOCODERS, plugins.OUTPUTS
    if settings.places.geocoder != "gazetteer" or any(entry_points(group=group) for group in groups):
        return None
    encoder = _revision(settings)
    previous = None if since is None else _previous(since)
    if not encoder or previous == "":
        return None
    parts = {
        "inputs": {name: (path.name, hashes[name]) for name, path in files.items()},
        "settings": settings.model_dump(mode="json"),
        "set": settings.model_dump(mode="json", exclude_unset=True),
        "options": options,
        "since": previous,
        "encoder": encoder,
        "versions": versions(),
        "machine": (platform.machine(), platform.node()),
        "code": code_digest(),
    }
    return blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=20).hexdigest()


def _revision(settings: Settings) -> str:
    """Revision of the encoder; empty where it has none."""
    from matcher.texts.encoders.registry import make_encoder

    return make_encoder(settings.text.encoder).revision


def _previous(folder: Path) -> str:
    """Digest of what a run is compared with; empty where that cannot be read, which its reader says."""
    try:
        _previous_day(folder)
        return file_sha256(folder / COMPARE_FILE)
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _previous_day(folder: Path) -> str:
    return str(json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))["as_of"])


@functools.cache
def code_digest() -> str:
    """Digest of the names, sizes and times of all files of this package, its data and models."""
    digest = hashlib.blake2b(digest_size=20)
    for root in shipped_roots():
        for path, stat in sorted(_files(str(root))):
            digest.update(repr((path, stat)).encode())
    return digest.hexdigest()


def _files(folder: str) -> Iterator[tuple[str, tuple[int, int]]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(("_", ".")) and entry.name.endswith("__"):
                continue
            if entry.is_dir():
                yield from _files(entry.path)
            else:
                stat = entry.stat()
                yield entry.path, (stat.st_size, stat.st_mtime_ns)
