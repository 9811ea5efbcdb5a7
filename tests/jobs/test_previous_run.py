"""The file that a later run is compared with, and the messages for folders without a usable one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from matcher.cli.app import app
from matcher.jobs.previous_run import compare_file, read_previous_run


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def previous(small_example: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("previous") / "out"
    known = ("--partnerships", small_example["partnerships"])
    assert (
        run(
            "match", small_example["units"], small_example["nonprofits"], *known, "--out", out, "--formats", "csv"
        ).exit_code
        == 0
    )
    return out


def test_what_is_kept_is_read_back_and_holds_no_text_of_a_mission(previous: Path) -> None:
    snapshot = read_previous_run(previous, "units")
    content = (previous / "compare.parquet").read_bytes()
    assert compare_file(snapshot)["compare.parquet"] == content
    shortlist = pd.read_csv(previous / "shortlist.csv")
    assert snapshot.pairs["rank"].tolist() == shortlist["rank"].tolist()
    assert snapshot.pairs["score"].tolist() == pytest.approx(shortlist["score"].tolist(), abs=2e-6)
    table = pq.read_table(previous / "compare.parquet").to_pandas()
    longest = max(table[name].dropna().map(len).max() for name in table.columns if table[name].dtype == "str" or table[name].dtype == object)  # fmt: skip
    assert longest < 100


def test_changes_stand_in_csv_and_workbook(previous: Path, small_example: dict[str, Path], tmp_path: Path) -> None:
    shortlist = pd.read_csv(previous / "shortlist.csv")
    first = shortlist[shortlist["unit_id"] == shortlist["unit_id"].iloc[0]]
    sites = pd.read_csv(small_example["nonprofits"], dtype=str)
    sites = sites[sites["nonprofit_id"] != first["nonprofit_id"].iloc[0]]
    sites.to_csv(tmp_path / "sites.csv", index=False)
    known = pd.read_csv(small_example["partnerships"], dtype=str)
    known = known[known["nonprofit_id"].isin(sites["nonprofit_id"])]
    known.to_csv(tmp_path / "known.csv", index=False)
    command = ("match", small_example["units"], tmp_path / "sites.csv", "--partnerships", tmp_path / "known.csv")
    result = run(*command, "--since", previous, "--out", tmp_path / "out", "--formats", "csv,xlsx", "--language", "nl")
    assert result.exit_code == 0
    changes = pd.read_csv(tmp_path / "out" / "changes.csv")
    gone = changes[(changes["unit_id"] == first["unit_id"].iloc[0]) & (changes["change"] == "gone")]
    assert gone["nonprofit_id"].tolist()[0] == first["nonprofit_id"].iloc[0]
    assert gone["causes"].tolist()[0] == "nonprofit_removed"
    assert gone["why"].tolist()[0] == "Deze organisatie staat niet meer in de gegevens."
    assert changes["why"].str.endswith(".").all()
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert {kind: record["changes"][kind] for kind in ("new", "gone", "up", "down")} == {
        kind: int((changes["change"] == kind).sum()) for kind in ("new", "gone", "up", "down")
    }
    book = openpyxl.load_workbook(tmp_path / "out" / "matches.xlsx")
    rows = list(book["Wat er veranderde"].values)
    assert len(rows) - 1 == len(changes)
    assert [row[rows[0].index("Waarom")] for row in rows[1:]] == changes["why"].tolist()
    again = run(*command, "--since", tmp_path / "out", "--out", tmp_path / "out", "--formats", "csv")
    assert again.exit_code == 0
    assert len(pd.read_csv(tmp_path / "out" / "changes.csv")) == 0, "nothing changes between a run and itself"


def _absent(folder: Path) -> None:
    shutil.rmtree(folder)


def _empty(folder: Path) -> None:
    (folder / "compare.parquet").unlink()


def _half(folder: Path) -> None:
    (folder / "run.json").unlink()


def _damaged(folder: Path) -> None:
    path = folder / "compare.parquet"
    path.write_bytes(path.read_bytes()[:500])


def _foreign(folder: Path) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(folder / "compare.parquet")


def _another(folder: Path) -> None:
    _with_record(folder, format=99, matcher="9.9")


def _other_side(folder: Path) -> None:
    _with_record(folder, side="nonprofits")


def _with_record(folder: Path, **values: object) -> None:
    path = folder / "compare.parquet"
    table = pq.read_table(path)
    record = {**json.loads(table.schema.metadata[b"matcher"]), **values}
    pq.write_table(table.replace_schema_metadata({b"matcher": json.dumps(record).encode()}), path)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_absent, "there is no such folder"),
        (_empty, "there is no compare.parquet in it"),
        (_half, "there is no run.json in it"),
        (_damaged, "compare.parquet cannot be read"),
        (_foreign, "compare.parquet cannot be read"),
        (_another, "the results are of matcher 9.9"),
        (_other_side, "these are lists of nonprofits"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_folder_that_cannot_be_compared_with(
    spoil: object, message: str, previous: Path, small_example: dict[str, Path], tmp_path: Path
) -> None:
    assert callable(spoil)
    shutil.copytree(previous, tmp_path / "old")
    spoil(tmp_path / "old")
    lists = (small_example["units"], small_example["nonprofits"])
    result = run("match", *lists, "--since", tmp_path / "old", "--out", tmp_path / "out")
    assert result.exit_code == 2
    message_text = " ".join(result.stderr.split())
    assert f"--since {tmp_path / 'old'}: " in message_text
    assert message in message_text
    assert not (tmp_path / "out").exists()


def test_a_run_with_other_criteria_is_compared_with(
    previous: Path, small_example: dict[str, Path], tmp_path: Path
) -> None:
    shutil.copytree(previous, tmp_path / "old")
    table = pq.read_table(previous / "compare.parquet")
    other = {"score.values": "score.size", "log.values": "log.size"}
    fewer = table.drop_columns(["score.resources", "log.resources"])
    fewer = fewer.rename_columns([other.get(name, name) for name in fewer.column_names])
    pq.write_table(fewer.replace_schema_metadata(table.schema.metadata), tmp_path / "old" / "compare.parquet")
    snapshot = read_previous_run(tmp_path / "old", "units")
    assert snapshot.criteria == ("mission", "size", "proximity", "track_record")
    known = ("--partnerships", small_example["partnerships"])
    lists = (small_example["units"], small_example["nonprofits"])
    result = run(
        "match", *lists, *known, "--since", tmp_path / "old", "--out", tmp_path / "out", "--formats", "csv,xlsx,html"
    )
    assert result.exit_code == 0
    changes = pd.read_csv(tmp_path / "out" / "changes.csv")
    assert {"size_change", "values_change", "resources_change"} <= set(changes.columns)
