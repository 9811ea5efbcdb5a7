"""A run that is broken off, at whatever moment, leaves its results absent or whole, and what it embedded kept."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from helpers.paths import ROOT

from matcher.jobs.cache import cache_contents

KILLS = 10
UNITS, NONPROFITS = 6, 420
TEXTS = UNITS + NONPROFITS
WORK = ("armoede", "muziek", "natuur", "taal", "sport", "schulden", "ouderen", "jeugd", "techniek", "zorg")
WAYS = ("koken", "wandelen", "oefenen", "bouwen", "lezen", "zingen", "rekenen")
WHO = ("gezinnen", "jongeren", "buren", "nieuwkomers", "mantelzorgers")


@dataclass(frozen=True)
class Job:
    """Files of a job, where its embeddings are kept, and the length of its lists."""

    units: Path
    nonprofits: Path
    cache: Path
    top: int = 20

    def start(self, out: Path) -> subprocess.Popen[str]:
        settings = self.units.with_name("settings.toml")
        # Else a night between two runs would change the record.
        settings.write_text('[gates]\nas_of = "2026-11-01"\n', encoding="utf-8")
        options = {"--settings": settings, "--formats": "csv", "--top": self.top, "--out": out}
        given = [str(word) for option in options.items() for word in option]
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "matcher",
                "--verbose",
                "match",
                str(self.units),
                str(self.nonprofits),
                "--recompute",
                *given,
            ],
            cwd=ROOT,
            env=os.environ | {"MATCHER_CACHE": str(self.cache)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell that starts these tests in the background has its children ignore Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
        )

    def finish(self, out: Path) -> float:
        """Run to the end, and return the seconds that took."""
        started = time.monotonic()
        process = self.start(out)
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        return time.monotonic() - started

    def kept(self) -> int:
        return sum(item.count for item in cache_contents(self.cache).items if item.content == "embeddings")


def content(out: Path) -> dict[str, bytes]:
    """Return the files of a folder of results; in the record of the run the seconds are left out."""
    found = {path.name: path.read_bytes() for path in out.iterdir()}
    record = json.loads(found.pop("run.json"))
    del record["seconds"]
    return {**found, "run.json": json.dumps(record, sort_keys=True).encode()}


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    folder = tmp_path_factory.mktemp("lists")
    chance = random.Random(6)
    missions = [
        f"Wij {chance.choice(WAYS)} met {chance.choice(WHO)} rond {chance.choice(WORK)} in groep {number}."
        for number in range(TEXTS)
    ]
    units = [f"u{number},Bank,Bank {number},{missions[number]},Zwolle" for number in range(UNITS)]
    nonprofits = [f"n{number},Stichting {number},{missions[UNITS + number]},Kampen" for number in range(NONPROFITS)]
    (folder / "units.csv").write_text("\n".join(["unit_id,company,name,mission,city", *units]) + "\n")
    (folder / "nonprofits.csv").write_text("\n".join(["nonprofit_id,name,mission,city", *nonprofits]) + "\n")
    return Job(folder / "units.csv", folder / "nonprofits.csv", folder / "cache")


@pytest.fixture(scope="module")
def finished(job: Job) -> tuple[dict[str, bytes], float]:
    """What a run gives that nobody breaks off, and the seconds it takes from an empty cache."""
    folder = job.units.parent / "whole"
    apart = replace(job, cache=folder / "cache")
    seconds = apart.finish(folder / "results")
    assert apart.kept() == TEXTS
    return content(folder / "results"), seconds


def older_results(job: Job, folder: Path) -> dict[str, bytes]:
    """Files of results with shorter lists."""
    replace(job, top=2).finish(folder)
    return content(folder)


def embedded(log: str) -> int:
    """Number of texts that a run reports as embedded."""
    return sum(int(found) for found in re.findall(r"^embedding (\d+) of ", log, re.MULTILINE))


def test_killed_at_random_moments_results_are_absent_or_whole_and_the_next_run_goes_on(
    job: Job, finished: tuple[dict[str, bytes], float], tmp_path: Path
) -> None:
    """Every second time there are older results in the folder: they stay, whole, or the new ones are there, whole."""
    whole, seconds = finished
    # Made with embeddings of its own, so that there is everything left to embed.
    older = older_results(replace(job, cache=tmp_path / "cache"), tmp_path / "older")
    assert older != whole
    chance = random.Random(4)
    killed, kept = 0, 0
    for number in itertools.count():
        out = tmp_path / str(number) / "results"
        if number % 2:
            shutil.copytree(tmp_path / "older", out)
        started = time.monotonic()
        process = job.start(out)
        try:
            # By chance, but one in each tenth of a run.
            process.wait(timeout=(killed + chance.random()) / KILLS * seconds)
            # It was done sooner, with what the others had embedded: that is how long a run takes from now on.
            seconds = time.monotonic() - started
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate(timeout=60)
        assert process.returncode in (0, -signal.SIGKILL)
        killed += process.returncode != 0
        if number % 2:
            assert content(out) in (older, whole)
        else:
            assert not out.exists() or content(out) == whole
        assert all(path == out or path.name.startswith(".") for path in out.parent.glob("*"))
        assert job.kept() >= kept, "what was kept stays kept"
        kept = job.kept()
        if killed == KILLS:
            break
    # The next run, in the folder that the last one was to fill.
    process = job.start(out)
    _, log = process.communicate(timeout=120)
    assert process.returncode == 0, log
    assert embedded(log) == TEXTS - kept
    assert content(out) == whole
    assert [path.name for path in out.parent.iterdir()] == ["results"]


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_broken_off_while_embedding_the_next_run_embeds_the_rest(
    sent: signal.Signals, job: Job, finished: tuple[dict[str, bytes], float], tmp_path: Path
) -> None:
    own = replace(job, cache=tmp_path / "cache")
    out = tmp_path / "top" / "results"
    process = own.start(out)
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None and not own.kept():
        time.sleep(0.01)
    process.send_signal(sent)
    _, log = process.communicate(timeout=60)
    assert not out.parent.exists()
    if sent == signal.SIGINT:
        assert process.returncode == 130
        said = [line for line in log.splitlines() if not line.startswith("embedding ")]
        assert len(said) == 1, log
        assert said[0].startswith("interrupted: ")
    kept = own.kept()
    assert 0 < kept < TEXTS, "it was not done yet"
    process = own.start(out)
    _, log = process.communicate(timeout=120)
    assert embedded(log) == TEXTS - kept
    assert content(out) == finished[0]
