"""The commands, as a person or a nightly job runs them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from helpers.commands import run
from helpers.paths import NONPROFITS, PARTNERSHIPS, ROOT, UNITS

from matcher import __version__

COLUMNS = (  # noqa: SIM905
    "unit_id unit_name company rank nonprofit_id nonprofit_name organisation score confidence distance_km stability "
    "mission values proximity resources track_record why"
).split()


_DEMO = """
import sys
from matcher.cli.app import app
try:
    app(["demo", "--out", sys.argv[1]])
except SystemExit as end:
    assert not end.code, end.code
assert not {"torch", "sentence_transformers"} & set(sys.modules), "loaded without need"
"""

Demo = tuple[Path, "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo with all its outputs, in a process of its own."""
    out = tmp_path_factory.mktemp("demo") / "results"
    return out, subprocess.run(
        [sys.executable, "-c", _DEMO, str(out)], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_demo_shows_a_shortlist_and_where_the_results_are_and_loads_no_torch(demo: Demo) -> None:
    out, result = demo
    assert result.returncode == 0, result.stderr
    assert "Shortlist of" in result.stdout
    *_, made, page = result.stdout.splitlines()
    assert made.endswith(str(out.resolve()))
    assert page == f"Open {out / 'report.html'} in a browser to read all lists."
    assert sorted(path.name for path in out.iterdir()) == [
        "agenda.csv",
        "board-paper.docx",
        "compare.parquet",
        "matches.xlsx",
        "programmes.csv",
        "report.html",
        "run.json",
        "shortlist.csv",
        "words.csv",
    ]


def test_the_shortlist_file(demo: Demo) -> None:
    shortlist = pd.read_csv(demo[0] / "shortlist.csv")
    assert shortlist.columns.tolist() == [*COLUMNS, "contact", "volunteers", "website"]
    assert shortlist["why"].str.endswith(".").all()
    assert shortlist["score"].between(0.45, 1).all()
    assert not shortlist.duplicated(["unit_id", "nonprofit_id"]).any()
    nonprofits = pd.read_csv(NONPROFITS).set_index("nonprofit_id")
    assert (shortlist["website"].fillna("") == shortlist["nonprofit_id"].map(nonprofits["website"]).fillna("")).all()


def test_the_record_of_the_run(demo: Demo) -> None:
    record = json.loads((demo[0] / "run.json").read_text(encoding="utf-8"))
    assert record["matcher"] == __version__
    assert record["encoder"]["name"] == "use"
    assert record["inputs"]["units"]["rows"] == 48
    assert len(record["inputs"]["nonprofits"]["sha256"]) == 64
    assert sum(record["placed"]["nonprofits"].values()) == record["inputs"]["nonprofits"]["rows"]
    assert set(record["seconds"]) >= {"read", "prepare", "match"}
    assert record["settings"]["proximity"]["half_distance_km"] == 25
    lists = pd.read_csv(demo[0] / "shortlist.csv")["unit_id"].nunique()
    assert record["counts"]["shortlists"] == lists
    assert sum("no place left" in warning for warning in record["warnings"]) == 48 - lists


def test_shuffled_rows_give_the_same_bytes(demo: Demo, tmp_path: Path) -> None:
    shuffled = []
    for number, name in enumerate((UNITS, NONPROFITS, PARTNERSHIPS)):
        path = tmp_path / Path(name).name
        pd.read_csv(name, dtype=str, keep_default_na=False).sample(frac=1, random_state=number).to_csv(
            path, index=False
        )
        shuffled.append(path)
    base = ("match", shuffled[0], shuffled[1], "--partnerships", shuffled[2])
    result = run(*base, "--out", tmp_path / "out", "--formats", "csv")
    assert result.exit_code == 0
    assert (tmp_path / "out" / "shortlist.csv").read_bytes() == (demo[0] / "shortlist.csv").read_bytes()


def test_a_result_read_back_is_the_same_text(demo: Demo) -> None:
    from matcher.tables.read.tables import read_table

    read = read_table("partnerships", demo[0] / "shortlist.csv", {"why": "reason"}).frame
    assert read["reason"].tolist() == pd.read_csv(demo[0] / "shortlist.csv")["why"].tolist()


def test_settings_file_and_options(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    assert run("settings", "--out", settings).exit_code == 0
    text = settings.read_text(encoding="utf-8").replace("half_distance_km = 25.0", "half_distance_km = 40.0")
    settings.write_text(text, encoding="utf-8")
    assert (
        run(
            "match",
            UNITS,
            NONPROFITS,
            "--out",
            tmp_path / "out",
            "--settings",
            settings,
            "--top",
            "3",
            "--side",
            "nonprofits",
            "--formats",
            "csv",
        ).exit_code
        == 0
    )
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["settings"]["proximity"]["half_distance_km"] == 40
    shortlist = pd.read_csv(tmp_path / "out" / "shortlist.csv")
    assert shortlist.columns[0] == "nonprofit_id"
    assert shortlist.groupby("nonprofit_id").size().max() == 3


def test_the_users_own_headings(tmp_path: Path) -> None:
    units = pd.read_csv(UNITS, dtype=str).rename(columns={"unit_id": "Filiaalcode", "mission": "Waar wij voor gaan"})
    units.to_csv(tmp_path / "units.csv", index=False, sep=";", encoding="cp1252", errors="replace")
    settings = tmp_path / "settings.toml"
    settings.write_text(
        '[columns.units]\n"Filiaalcode" = "unit_id"\n"Waar wij voor gaan" = "mission"\n', encoding="utf-8"
    )
    assert run("check", tmp_path / "units.csv", NONPROFITS).exit_code == 2
    assert run("check", tmp_path / "units.csv", NONPROFITS, "--settings", settings).exit_code == 0


def test_programmes_alone(demo: Demo, tmp_path: Path) -> None:
    base = ("programmes", UNITS, NONPROFITS, "--partnerships", PARTNERSHIPS)
    result = run(*base, "--out", tmp_path / "plan", "--dial")
    assert result.exit_code == 0
    assert "Recommended programmes" in result.stdout
    assert "The dial" in result.stdout
    assert sorted(path.name for path in (tmp_path / "plan").iterdir()) == ["agenda.csv", "programmes.csv", "run.json"]
    for name in ("programmes.csv", "agenda.csv"):
        assert (tmp_path / "plan" / name).read_bytes() == (demo[0] / name).read_bytes(), "match writes the same"
    vetoed = pd.read_csv(tmp_path / "plan" / "programmes.csv").query("kind == 'decentral'").iloc[-1]
    pair = f"{vetoed['unit_id']}:{vetoed['nonprofit_id']}"
    result = run(*base, "--out", tmp_path / "other", "--veto", pair, "--coverage", "1")
    assert result.exit_code == 0
    left = pd.read_csv(tmp_path / "other" / "programmes.csv").query("kind == 'decentral'")
    assert pair not in set(left["unit_id"] + ":" + left["nonprofit_id"])


def test_explain_shows_all_of_a_pair() -> None:
    result = run(
        "explain", UNITS, NONPROFITS, "--unit", "bank-01", "--nonprofit", "bpost-05", "--partnerships", PARTNERSHIPS
    )
    assert result.exit_code == 0
    for word in ("mission", "values", "proximity", "resources", "nothing known", "confidence", "causes of both"):
        assert word in result.stdout
    gated = pd.read_csv(PARTNERSHIPS).query("status == 'vetoed'").iloc[0]
    result = run(
        "explain",
        UNITS,
        NONPROFITS,
        "--unit",
        gated["unit_id"],
        "--nonprofit",
        gated["nonprofit_id"],
        "--partnerships",
        PARTNERSHIPS,
    )
    assert "On no list: the pair was vetoed" in " ".join(result.stdout.split())


def test_the_terminal_speaks_dutch(tmp_path: Path) -> None:
    pair = ("--unit", "bank-01", "--nonprofit", "bpost-05")
    said = run("explain", UNITS, NONPROFITS, *pair, "--partnerships", PARTNERSHIPS, "--language", "nl").stdout
    for words in (
        "Beide werken aan de thema's schulden en armoede",
        "Het dichtst bij elkaar",
        "Criterium",
        "nabijheid",
    ):
        assert words in " ".join(said.split())
    assert "0,8" in said
    result = run("programmes", UNITS, NONPROFITS, "--out", tmp_path / "plan", "--language", "nl")
    assert result.exit_code == 0
    assert "Aanbevolen programma's" in result.stdout
    assert "voorstellen. Resultaten: " in result.stdout
    agenda = pd.read_csv(tmp_path / "plan" / "agenda.csv")
    assert "gedeelde missie" in set(agenda["subject"])
    assert set(agenda["state"]) == {"known", "open"}, "codes stay what they are"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("explain", UNITS, NONPROFITS, "--unit", "bank-1", "--nonprofit", "bpost-05"), "no unit 'bank-1'; did you mean 'bank-1"),
        (("match", UNITS, NONPROFITS, "--out", "{tmp}/out", "--formats", "csw"), "did you mean 'csv'"),
        (("match", UNITS, NONPROFITS, "--out", "{tmp}/out", "--formats", ","), "names no format"),
        (("match", UNITS, NONPROFITS, "--out", "{tmp}/out", "--top", "0"), "shortlist.top"),
        (("match", UNITS, NONPROFITS, "--out", "{tmp}/out", "--side", "both"), "side"),
        (("match", UNITS, NONPROFITS, "--out", "{tmp}/out", "--settings", "{tmp}/none.toml"), "cannot be read"),
        (("match", UNITS, NONPROFITS, "--out", "{tmp}/out", "--encoder", "no-such-model"), "not on this machine"),
        (("match", UNITS, NONPROFITS, "--out", "{tmp}/out", "--geocoder", "nominatm"), "did you mean 'nominatim'"),
        (("match", "{tmp}/none.csv", NONPROFITS, "--out", "{tmp}/out"), "no such file"),
        (("match", NONPROFITS, UNITS, "--out", "{tmp}/out"), "is given as the list of business units"),
        (("programmes", UNITS, NONPROFITS, "--out", "{tmp}/out", "--lock", "bank-01"), "a colon between"),
        (("programmes", UNITS, NONPROFITS, "--out", "{tmp}/out", "--coverage", "1.5"), "programmes.coverage"),
        (
            ("programmes", UNITS, NONPROFITS, "--out", "{tmp}/out", "--lock", "bank-01:bpost-05", "--veto", "bank-01:bpost-05"),
            "locked and vetoed at once",
        ),
        (("template", "--out", "{tmp}/out", "--language", "fr"), "no language 'fr'"),
    ],
)  # fmt: skip
def test_mistakes_get_a_message_and_write_nothing(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    result = run(*(argument.format(tmp=tmp_path) for argument in arguments))
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_results_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    result = run("match", UNITS, NONPROFITS, "--out", tmp_path / "file" / "out", "--formats", "csv")
    assert result.exit_code == 2
    assert "cannot be made" in result.stderr


def test_help_and_version_import_nothing_heavy() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from matcher.cli.app import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "heavy = {'pandas', 'numpy', 'torch', 'sklearn', 'pydantic', 'rich.progress'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    assert run("--version").stdout.strip() == f"matcher {__version__}"


def test_the_terminal_shows_input_as_text_never_as_markup(tmp_path: Path) -> None:
    units = pd.read_csv(UNITS, dtype=str).head(2)
    units["name"] = "[bold red]x[/bold red] [link=file:///etc]y[/link]"
    units.to_csv(tmp_path / "units.csv", index=False)
    result = run(
        "explain", tmp_path / "units.csv", NONPROFITS, "--unit", units["unit_id"].iloc[0], "--nonprofit", "bpost-05"
    )
    assert "[bold red]x[/bold red]" in result.stdout


def test_a_folder_used_again_keeps_nothing_that_contradicts_the_run(demo: Demo, tmp_path: Path) -> None:
    out = tmp_path / "results"
    shutil.copytree(demo[0], out)
    assert {"matches.xlsx", "report.html"} <= {path.name for path in out.iterdir()}
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    assert run("demo", "--out", out, "--formats", "csv").exit_code == 0
    names = {path.name for path in out.iterdir()}
    assert {"shortlist.csv", "run.json", "notes.txt"} <= names
    assert not names & {"matches.xlsx", "report.html"}


def test_the_demo_compares_with_a_previous_run(demo: Demo, tmp_path: Path) -> None:
    assert run("demo", "--out", tmp_path, "--formats", "csv", "--since", demo[0]).exit_code == 0
    assert "changes.csv" in {path.name for path in tmp_path.iterdir()}
