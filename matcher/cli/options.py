"""What commands share: their options, and how a user's mistake is told."""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from matcher.errors import MatcherError, TableError

UnitsFile = Annotated[
    Path, typer.Argument(metavar="UNITS", help="Business units: CSV, TSV, Excel or Parquet.", show_default=False)
]
NonprofitsFile = Annotated[
    Path, typer.Argument(metavar="NONPROFITS", help="Nonprofits: CSV, TSV, Excel or Parquet.", show_default=False)
]
PartnershipsFile = Annotated[
    Optional[Path], typer.Option("--partnerships", help="Earlier partnerships: CSV, TSV, Excel or Parquet.")
]
SettingsFile = Annotated[
    Optional[Path], typer.Option("--settings", help="Settings, TOML; 'matcher settings' writes one to start from.")
]
EncoderName = Annotated[
    Optional[str], typer.Option("--encoder", help="'use', or a sentence-transformers model by name or folder.")
]
GeocoderName = Annotated[
    Optional[str], typer.Option("--geocoder", help="'gazetteer', or a geopy geocoder such as nominatim (goes online).")
]
LockedPairs = Annotated[
    Optional[list[str]], typer.Option("--lock", help="Keep this pair in programmes: UNIT:NONPROFIT; may be repeated.")
]
Formats = Annotated[
    Optional[str], typer.Option("--formats", help="What to write, with commas between (default: everything).")
]
LanguageCode = Annotated[Optional[str], typer.Option("--language", help="Of what people read: en or nl (en).")]
SinceFolder = Annotated[
    Optional[Path], typer.Option("--since", help="Results of an earlier run: say what is new, gone, up and down.")
]
SchedulerAddress = Annotated[
    Optional[str],
    typer.Option("--scheduler", help="Work on the Dask cluster of this scheduler, as in tcp://node1:8786."),
]
WorkerCount = Annotated[Optional[int], typer.Option("--workers", help="Work in this many processes on this machine.")]
VetoedPairs = Annotated[
    Optional[list[str]], typer.Option("--veto", help="Rule this pair out: UNIT:NONPROFIT; may be repeated.")
]

_INTERRUPTED = 128 + signal.SIGINT
"""Exit code of a program that Ctrl-C ended, as shells count it."""


def report_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Print a user's mistake, or that Ctrl-C ended the run, as a message, without a traceback, and leave with its code."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except TableError as error:
            from matcher.tables.problems import counted, summarise

            for line in summarise(error.problems):
                typer.echo(line, err=True)
            count = sum(problem.is_error for problem in error.problems)
            typer.echo(f"{counted(count, 'error')}: nothing was written.", err=True)
            raise typer.Exit(error.exit_code) from None
        except MatcherError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            typer.echo("interrupted: no result is left half written, and embeddings made so far are kept.", err=True)
            raise typer.Exit(_INTERRUPTED) from None

    return wrapped


def cache_folder() -> Path:
    """Return the folder for what is kept between runs: that of the user, or ``MATCHER_CACHE``."""
    from platformdirs import user_cache_path

    return Path(os.environ.get("MATCHER_CACHE") or user_cache_path("matcher"))
