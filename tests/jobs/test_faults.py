"""Faults of the machine: results are whole or as before, and one message says what was wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from faults import Place, damage_sweep, memory_sweep

from matcher.cli.memory import control_group_limit
from matcher.cli.options import report_errors


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Two small lists, with results of a run in ``before``."""
    return Place(tmp_path_factory.mktemp("faults"))


@pytest.mark.parametrize(
    ("arguments", "shell", "code", "said"),
    [
        ("check u.csv n.csv --language nl", "{} >/dev/full", 2, "de schijf is vol"),
        ("check u.csv n.csv", "{} >&-", 0, ""),
        ("check u.csv none.csv", "{} <&- >&- 2>&-", 2, ""),
        ("words", "{} | true; exit ${PIPESTATUS[0]}", 1, ""),
        ("match u.csv none.csv --out new", "{} 2>/dev/full", 2, ""),
        (
            "match u.csv n.csv --out new --language nl",
            "mkdir gone; cd gone; rmdir ../gone; {}",
            2,
            "de map new kan niet worden gemaakt: er is geen bestand of map",
        ),
    ],
    ids=["full", "no output", "no streams", "closed pipe", "full errors", "no working folder"],
)
def test_streams_and_folders_that_fail_are_one_message(
    arguments: str, shell: str, code: int, said: str, place: Place
) -> None:
    ended = place.run(arguments, shell)
    assert ended.code == code
    assert len(ended.messages) == bool(said)
    assert said in ended.err
    assert not (place.folder / "new").exists()


def test_a_small_disk_that_is_mounted_is_one_message_and_a_large_one_gets_results(place: Place) -> None:
    ended = place.run("match u.csv n.csv --out disk --language nl", place.mounted("disk", "60k"))
    if "unshare" in ended.err or ended.code == 77:
        pytest.skip("mounting needs the rights of an administrator")
    assert (ended.code, ended.out, len(ended.messages)) == (2, "", 1)
    assert "in disk worden geschreven: de schijf is vol" in ended.err
    twice = "{} >/dev/null && {}"
    ended = place.run("match u.csv n.csv --out disk --formats csv", place.mounted("disk", "60m").replace("{}", twice))
    assert ended.code == 0
    assert {"run.json", "shortlist.csv", "compare.parquet"} <= set(ended.out.split())


def test_damage_to_what_is_kept_changes_no_results(place: Place) -> None:
    assert damage_sweep(place, 8) == []


def test_too_little_memory_is_said_before_anything_is_loaded(place: Place) -> None:
    assert memory_sweep(place, range(200, 600, 100)) == []
    ended = place.run("check u.csv n.csv --language nl", memory=400 << 20)
    assert ended.err == (
        "fout: er is te weinig geheugen: dit proces mag 400 MB gebruiken, en korte lijsten hebben 1500 MB nodig. "
        "Verhoog de grens (ulimit -v, of het geheugen van de container)\n"
    )


@pytest.mark.parametrize("name", ["memory.max", "memory/memory.limit_in_bytes"])
def test_the_memory_of_a_container_is_known(name: str, tmp_path: Path) -> None:
    assert control_group_limit(tmp_path) is None
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    for text, limit in (("max\n", None), ("268435456\n", 268435456)):
        file.write_text(text)
        assert control_group_limit(tmp_path) == limit


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(12, "Cannot allocate memory"),
        ImportError("libblas.so: failed to map segment from shared object"),
        RuntimeError("can't start new thread"),
    ],
    ids=["Python", "system", "import", "thread"],
)
def test_too_little_memory_is_one_message(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    @report_errors
    def command(language: str) -> None:
        raise error

    with pytest.raises(typer.Exit) as ended:
        command(language="nl")
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err == (
        "fout: er is te weinig geheugen. Sluit andere programma's, of lever lange lijsten aan als Parquet\n"
    )


def test_another_error_is_no_want_of_memory() -> None:
    @report_errors
    def command(language: str) -> None:
        raise RuntimeError("something else")

    with pytest.raises(RuntimeError):
        command(language="nl")
