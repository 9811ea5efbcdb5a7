"""Faults of the machine, injected into commands: whatever fails, results are whole or as before, and one message says it.

As a script it sweeps every fault: ``python tests/jobs/faults.py``. Mount points need the rights of an administrator.
"""

from __future__ import annotations

import logging
import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from typer.testing import CliRunner

from matcher.cli.app import app
from matcher.scoring import preparation

_UNITS = (
    "unit_id,company,name,mission,city\nU1,Wold,Noord,Sport for young people,Zwolle\nU2,Wold,Zuid,Food for all,Breda\n"
)
_NONPROFITS = (
    "nonprofit_id,name,mission,city\nN1,Lepel,Food for who has none,Breda\nN2,Bal,Sport for the young,Zwolle\n"
)
_RESULTS = {"run.json", "shortlist.csv", "programmes.csv", "agenda.csv", "compare.parquet"}


@dataclass(frozen=True)
class Ending:
    """How a command ended.

    Attributes
    ----------
    code : int
        Exit code, negative for the signal that ended it.
    out, err : str
        What it printed.
    """

    code: int
    out: str
    err: str

    @property
    def messages(self) -> list[str]:
        """Lines that say what is wrong."""
        return [line for line in self.err.splitlines() if line.strip()]


class Place:
    """A folder with two small lists, in which commands are run.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "u.csv").write_text(_UNITS, encoding="utf-8")
        (folder / "n.csv").write_text(_NONPROFITS, encoding="utf-8")

    def run(self, arguments: str, shell: str = "{}", memory: int | None = None) -> Ending:
        """Run a command of the package.

        Parameters
        ----------
        arguments : str
            Of the command line, ``u.csv`` and ``n.csv`` being the lists.
        shell : str
            Line for the shell, in which ``{}`` is the command.
        memory : int, optional
            Bytes of address space that it may use.
        """
        lists = {name: str(self.folder / name) for name in ("u.csv", "n.csv")}
        words = [lists.get(word, word) for word in shlex.split(arguments)]
        command = shlex.join([sys.executable, "-m", "matcher", *words])
        inherited = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
        environment = {**inherited, "MATCHER_CACHE": str(self.folder / "cache"), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            ["/bin/bash", "-c", shell.replace("{}", command)],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=None if memory is None else lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory)),
        )
        return Ending(done.returncode, done.stdout, done.stderr)

    def results(self, folder: str) -> dict[str, bytes]:
        """Content of the files in a folder, by name."""
        return {path.name: path.read_bytes() for path in sorted((self.folder / folder).iterdir())}

    def mounted(self, folder: str, size: str) -> str:
        """Line for the shell that runs the command with a file system of a size at a folder, in a name space of its own.

        Parameters
        ----------
        folder : str
        size : str
            As in ``60k``.
        """
        (self.folder / folder).mkdir(exist_ok=True)
        inside = f"mount -t tmpfs -o size={size} none {folder} || exit 77; {{}}; code=$?; ls {folder}; exit $code"
        return f"unshare -m /bin/bash -c {shlex.quote(inside)}"


def damage_sweep(place: Place, count: int) -> list[str]:
    """Damage what is kept between runs, one byte at a time, and list the runs that went wrong.

    All runs are in this process. Small lists are cut into chunks of a row, so that their prepared texts are kept too.

    Parameters
    ----------
    place : Place
    count : int
        Places to damage: a sample at equal distances of every 50th byte of all files.
    """
    lists = [str(place.folder / name) for name in ("u.csv", "n.csv")]
    cache, kept = place.folder / "cache", place.folder / "kept"

    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]

    def run(out: str, *options: str) -> tuple[int, list[str], bytes]:
        said.clear()
        arguments = ["match", *lists, "--out", str(place.folder / out), "--formats", "csv", *options]
        ended = CliRunner().invoke(app, arguments)
        file = place.folder / out / "shortlist.csv"
        return ended.exit_code, [*said], file.read_bytes() if file.is_file() else b""

    faults, told = [], 0
    with (
        mock.patch.dict(os.environ, {"MATCHER_CACHE": str(cache), "LC_ALL": "C.UTF-8"}),
        mock.patch.object(preparation, "CHUNK_ROWS", 1),
        mock.patch.object(logging.getLogger("matcher"), "handlers", [handler]),
        mock.patch.object(logging.getLogger("matcher"), "propagate", False),
    ):
        shutil.rmtree(cache, ignore_errors=True)
        run("whole")
        _, usual, whole = run("whole")
        shutil.copytree(cache, kept)
        files = [path.relative_to(kept) for path in sorted(kept.rglob("*")) if path.is_file()]
        spots = [(name, at) for name in files for at in range(0, (kept / name).stat().st_size, 50)]
        for name, at in spots[:: max(1, len(spots) // count)]:
            shutil.rmtree(cache)
            shutil.copytree(kept, cache)
            broken = bytearray((cache / name).read_bytes())
            broken[at] ^= 0xFF
            (cache / name).write_bytes(bytes(broken))
            # A kept run that is whole would hide what else is damaged.
            code, lines, found = run("again", *([] if name.parts[0] == "runs" else ["--recompute"]))
            more = [line for line in lines if line not in usual]
            if code or len(more) > 1 or found != whole:
                faults.append(f"byte {at} of {name}: exit code {code}, same results: {found == whole}, {more}")
            told += len(more)
    if not told:
        faults.append("no damage was said")
    return faults


def memory_sweep(place: Place, megabytes: range) -> list[str]:
    """Run a match with less and less address space, and list what did not end in results or one message.

    Parameters
    ----------
    place : Place
    megabytes : range
    """
    faults = []
    for size in megabytes:
        shutil.rmtree(place.folder / "small", ignore_errors=True)
        ended = place.run(
            "match u.csv n.csv --out small --formats csv --recompute", "timeout -k 1 60 {}", memory=size << 20
        )
        is_whole = (place.folder / "small").is_dir() and set(place.results("small")) >= _RESULTS
        if is_whole != (ended.code == 0) or "Traceback" in ended.err or (ended.code and len(ended.messages) != 1):
            faults.append(f"{size} MB: exit code {ended.code}, {len(ended.messages)} lines: {ended.err[-300:]}")
    return faults


def kill_sweep(place: Place, moments: int) -> list[str]:
    """Kill a match at many moments, most of them near its end, and list what was left that is neither old nor new.

    Parameters
    ----------
    place : Place
    moments : int
    """
    place.run("match u.csv n.csv --out old --formats csv")
    old = place.results("old")
    (place.folder / "n.csv").write_text(_NONPROFITS.replace("N2", "N3"), encoding="utf-8")
    started = time.monotonic()
    place.run("match u.csv n.csv --out new --formats csv")
    seconds = time.monotonic() - started
    new = place.results("new")
    lists = [str(place.folder / name) for name in ("u.csv", "n.csv")]
    command = [sys.executable, "-m", "matcher", "match", *lists, "--out", "killed", "--formats", "csv", "--recompute"]
    faults = []
    for moment in range(moments):
        shutil.rmtree(place.folder / "killed", ignore_errors=True)
        shutil.copytree(place.folder / "old", place.folder / "killed")
        run = subprocess.Popen(
            command,
            cwd=place.folder,
            env={**os.environ, "MATCHER_CACHE": str(place.folder / "cache")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(seconds * (moment / moments if moment % 3 == 0 else 0.75 + 0.3 * moment / moments))
        run.send_signal(signal.SIGKILL)
        run.wait()
        left = place.results("killed")
        for whole in (old, new):
            if all(left.get(name) == content for name, content in whole.items() if name != "run.json"):
                break
        else:
            faults.append(f"killed at moment {moment}: {sorted(left)}")
    ended = place.run("match u.csv n.csv --out killed --formats csv")
    if ended.code or place.results("killed")["shortlist.csv"] != new["shortlist.csv"]:
        faults.append(f"after all kills: exit code {ended.code}, {ended.err[-300:]}")
    # Folders in which results were prepared are removed by the next run.
    expected = {"u.csv", "n.csv", "cache", "old", "new", "killed"}
    if beside := {path.name for path in place.folder.iterdir()} - expected:
        faults.append(f"left behind: {sorted(beside)}")
    return faults


def main() -> int:
    """Sweep kills, damage and memory; the exit code is 1 where something went wrong."""
    faults = []
    for sweep, steps in (
        (kill_sweep, 60),
        (memory_sweep, range(2000, 100, -50)),
        (damage_sweep, 600),
    ):
        with tempfile.TemporaryDirectory() as folder:
            found = sweep(Place(Path(folder)), steps)
        sys.stdout.write(f"{sweep.__name__}: {len(found)} faults\n")
        faults += found
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main())
