"""Runs that are kept between nights: the same bytes, in less time."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.paths import EXAMPLE, ROOT
from helpers.small_cases import fitted, partnership

from matcher.jobs import kept_runs
from matcher.jobs.kept_runs import KeptRun, KeptRuns, kept_runs_count
from matcher.jobs.match_once import match_once
from matcher.jobs.records import COMPARE_FILE, RUN_FILE
from matcher.reports.sentences.run import RunSummary
from matcher.scoring.days import unchanged_until
from matcher.settings import Settings

UNITS = "unit_id,company,name,mission,city\nu1,Bank,Bank Zwolle,Geen gezin in de schulden,Zwolle\n"
NONPROFITS = (
    "nonprofit_id,name,mission,city\n"
    "n1,Schuldhulp,Hulp bij schulden voor gezinnen,Zwolle\nn2,Egelopvang,Opvang van egels,Breda\n"
)
PARTNERSHIPS = "unit_id,nonprofit_id,status,ended_on\nu1,n2,declined,{day}\n"
Match = Callable[..., dict[str, bytes]]


@pytest.fixture
def match(tmp_path: Path) -> Match:
    """Runs the job in a folder of its own; the record of the run is read from JSON."""
    (tmp_path / "units.csv").write_text(UNITS)
    (tmp_path / "nonprofits.csv").write_text(NONPROFITS)

    def run(settings: Settings | None = None, **options: object) -> dict[str, bytes]:
        files = {path.stem: path for path in tmp_path.glob("*.csv")}
        chosen = settings or Settings.from_mapping({"shortlist": {"min_score": 0}})
        given = {"formats": "csv", "cache_folder": tmp_path / "kept"} | options
        match_once(files, tmp_path / "out", chosen, **given)  # type: ignore[arg-type]
        return {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    return run


def is_repeated(files: dict[str, bytes]) -> bool:
    return "computed" in json.loads(files[RUN_FILE])


def tables(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name != RUN_FILE}


def test_the_same_run_is_written_again_with_the_same_bytes(match: Match, tmp_path: Path) -> None:
    first = match()
    (tmp_path / "out" / "agenda.csv").write_text("of somebody else")
    (tmp_path / "out" / "changes.csv").write_text("of an earlier run")
    second = match()
    assert not is_repeated(first)
    assert is_repeated(second)
    assert tables(first) == tables(second)
    records = [json.loads(files[RUN_FILE]) for files in (first, second)]
    assert records[0] | {"seconds": {}} == {key: item for key, item in records[1].items() if key != "computed"} | {
        "seconds": {}
    }
    third = match(recompute=True)
    assert not is_repeated(third)
    assert tables(first) == tables(third)


def test_what_is_said_is_the_same_after_a_line_that_nothing_changed(match: Match, tmp_path: Path) -> None:
    (tmp_path / "nonprofits.csv").write_text(NONPROFITS + "n3,Taalmaatjes,,Zwolle\n")
    files = {path.stem: path for path in tmp_path.glob("*.csv")}
    said = [
        match_once(files, tmp_path / "out", Settings(language="nl"), formats="csv", cache_folder=tmp_path / "kept")
        for _ in range(2)
    ]
    assert said[1].lines[0].startswith("Er is niets veranderd sinds de berekening van ")
    assert (said[1].warnings, said[1].lines[1:], said[1].made) == (said[0].warnings, said[0].lines, said[0].made)
    assert said[0].warnings


def test_anything_else_is_computed(match: Match, tmp_path: Path) -> None:
    settings = Settings.from_mapping({"shortlist": {"min_score": 0}})
    assert not is_repeated(match())
    assert not is_repeated(match(settings.with_overrides({"shortlist.top": 1})))
    assert not is_repeated(match(settings.with_overrides({"language": "nl"})))
    assert not is_repeated(match(vetoes=["u1:n1"]))
    assert not is_repeated(match(formats="csv,html"))
    (tmp_path / "nonprofits.csv").write_text(NONPROFITS.replace("egels", "egel"))
    assert not is_repeated(match())
    (tmp_path / "nonprofits.csv").rename(tmp_path / "n.csv")
    (tmp_path / "n.csv").rename(tmp_path / "nonprofits.csv")
    assert is_repeated(match())
    (tmp_path / "nonprofits.csv").write_text(NONPROFITS)
    assert is_repeated(match())
    assert not is_repeated(match(settings.with_overrides({"cache.max_mb": 0})))


@pytest.mark.parametrize("damage", ["flipped", "cut", "emptied"])
def test_damage_is_said_once_and_the_run_computed_again(
    match: Match, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    first = match()
    [path] = (tmp_path / "kept" / kept_runs.RUNS_FOLDER).iterdir()
    content = path.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    path.write_bytes({"flipped": flipped, "cut": content[:middle], "emptied": b""}[damage])
    second = match()
    assert not is_repeated(second)
    assert tables(first) == tables(second)
    assert sum("is damaged" in message for message in caplog.messages) == 1
    assert is_repeated(match())


def test_a_run_is_the_same_until_a_declined_pair_comes_back(
    match: Match, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables do not show the day; what does show it is of one day alone."""

    real = dt.date

    class AnyDate(type):
        def __instancecheck__(cls, item: object) -> bool:
            return isinstance(item, real)

    class Day(dt.date, metaclass=AnyDate):
        days = 0

        @classmethod
        def today(cls) -> dt.date:
            return real(2026, 11, 1) + dt.timedelta(days=cls.days)

    monkeypatch.setattr("datetime.date", Day)
    (tmp_path / "partnerships.csv").write_text(PARTNERSHIPS.format(day="2025-11-20"))
    first = match()
    assert b"n2" not in first["shortlist.csv"]
    Day.days = 18
    later = match()
    assert is_repeated(later)
    assert json.loads(later[RUN_FILE])["as_of"] == "2026-11-19"
    assert tables(later) == tables(first) == tables(match(recompute=True))
    Day.days = 19
    on_the_day = match()
    assert not is_repeated(on_the_day)
    assert b"n2" in on_the_day["shortlist.csv"]
    assert not is_repeated(match(formats="csv,html"))
    assert is_repeated(match(formats="csv,html"))
    Day.days = 20
    assert not is_repeated(match(formats="csv,html"))


def test_the_day_on_which_a_declined_pair_comes_back(use) -> None:
    days = ("2025-12-31", "2026-02-01")
    history = [partnership("u1", f"n{number}", "declined", ended_on=day) for number, day in enumerate(days, start=1)]
    matcher = fitted(use, [{}], [{}, {}], history, gates={"as_of": "2026-11-01"})
    assert unchanged_until(matcher.match(matcher._units_given).scorer.run) == dt.date(2026, 12, 30)


def test_since_names_the_day_of_the_previous_run(match: Match, tmp_path: Path) -> None:
    match()
    (tmp_path / "out").rename(tmp_path / "before")
    since = {"since": tmp_path / "before"}
    first = match(**since)
    record = json.loads((tmp_path / "before" / RUN_FILE).read_text())
    (tmp_path / "before" / RUN_FILE).write_text(json.dumps(record | {"as_of": "2026-01-02"}))
    second = match(**since)
    assert is_repeated(second)
    assert tables(first) == tables(second) == tables(match(**since, recompute=True))
    assert json.loads(second[RUN_FILE])["changes"]["since"] == "2026-01-02"
    (tmp_path / "before" / COMPARE_FILE).unlink()
    with pytest.raises(Exception, match=COMPARE_FILE):
        match(**since)


def run_of(size: int) -> KeptRun:
    content = np.random.default_rng(size).bytes(size)
    return KeptRun({"a.csv": content, RUN_FILE: b"{}"}, ("b.csv",), RunSummary((), ("x",), "y"), ("2026-01-01", "2026-01-02"), "2026")  # fmt: skip


def test_the_space_is_bounded_and_those_used_longest_ago_go_first(tmp_path: Path) -> None:
    runs, day = KeptRuns(tmp_path, 3_500), dt.date(2026, 1, 2)
    for number, size in enumerate((1_000, 1_001)):
        runs.keep(str(size), run_of(size))
        os.utime(tmp_path / kept_runs.RUNS_FOLDER / f"{size}.run", (number, number))
    (tmp_path / kept_runs.RUNS_FOLDER / ".left.part").write_bytes(b"")
    assert runs.find("1000", day) == run_of(1_000)
    runs.keep("1002", run_of(1_002))
    assert [runs.find(key, day) is not None for key in ("1000", "1001", "1002")] == [True, False, True]
    runs.keep("9000", run_of(9_000))
    assert kept_runs_count(tmp_path) == 2
    assert runs.find("1000", dt.date(2026, 1, 3)) is None


def test_a_folder_that_cannot_be_written_to_costs_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / kept_runs.RUNS_FOLDER).write_text("in the way")
    KeptRuns(tmp_path, 10_000).keep("key", run_of(100))
    assert [message for message in caplog.messages if "cannot be kept" in message]


def test_two_processes_at_once_on_one_processor_and_on_all(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "matcher", "match", str(EXAMPLE / "units.csv"), str(EXAMPLE / "nonprofits.csv"),
        "--formats", "csv",
    ]  # fmt: skip
    processors = sorted(os.sched_getaffinity(0))
    for options in (["--recompute"], []):
        started = [
            subprocess.Popen(
                [*command, *options, "--out", str(tmp_path / name)],
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                stdout=subprocess.DEVNULL,
                preexec_fn=lambda chosen=chosen: os.sched_setaffinity(0, chosen),  # type: ignore[misc]
            )
            for name, chosen in (("a", processors[:1]), ("b", processors))
        ]
        assert [process.wait() for process in started] == [0, 0]
        found = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in "ab"]
        assert tables(found[0]) == tables(found[1])
        assert list(map(is_repeated, found)) == [not options] * 2
