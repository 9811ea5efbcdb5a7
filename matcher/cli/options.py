"""Options that commands share, and the printing of errors."""

from __future__ import annotations

import contextlib
import errno
import functools
import inspect
import os
import signal
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from matcher.cli.memory import check_memory
from matcher.errors import MatcherError, system_reason
from matcher.i18n.language import Language, available_languages, load_language, message, system_language
from matcher.messages import Message
from matcher.reports.sentences.run import CONTROLS
from matcher.tables.problems import TableError
from matcher.tables.schema.tables import TABLES

InputFiles = Mapping[str, Path]
"""Files of a run by the name of their table; see :func:`takes_tables`."""
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
    Optional[list[str]],
    typer.Option("--lock", help="Keep this pair in programmes: UNIT:NONPROFIT, by code or name; may be repeated."),
]
Formats = Annotated[
    Optional[str], typer.Option("--formats", help="Outputs to write, separated by commas (default: all).")
]
LanguageCode = Annotated[
    Optional[str], typer.Option("--language", help="Language, such as en or nl (that of the system).")
]
SinceFolder = Annotated[
    Optional[Path],
    typer.Option("--since", help="Folder of a previous run: the results list what is new, gone, up and down."),
]
SchedulerAddress = Annotated[
    Optional[str],
    typer.Option("--scheduler", help="Compute on the Dask cluster of this scheduler, as in tcp://node1:8786."),
]
WorkerCount = Annotated[
    Optional[int], typer.Option("--workers", help="Compute in this number of processes on this machine.")
]
VetoedPairs = Annotated[
    Optional[list[str]],
    typer.Option("--veto", help="Exclude this pair: UNIT:NONPROFIT, by code or name; may be repeated."),
]

_TOO_LITTLE_MEMORY = message("error: there is too little memory. Close other programs, or send long lists as Parquet")
_WORDS_OF_WANT = (
    "cannot allocate memory",
    "failed to map segment",
    "can't start new thread",
    "failed to launch worker thread",
    "malloc of size",
    "std::bad_alloc",
)
_SYSTEM_REFUSES = message(
    "error: the system refuses what is needed ({error}). Look whether the disk is full and the working folder is there"
)
_WAS_INTERRUPTED = message("interrupted: no result is left half written, and embeddings made so far are kept.")
_INTERRUPTED = 128 + signal.SIGINT
"""Exit code of a program that Ctrl-C ended, after the convention of shells."""


def takes_tables(command: Callable[..., None]) -> Callable[..., None]:
    """Wrap a command that has a parameter ``tables``: it gets the file of each table that was given, by name.

    On the command line every required table is an argument, and every optional one is an option in the place of
    ``tables``, except those for which the command has a parameter of its own.
    """
    parameters = dict(inspect.signature(command).parameters)
    arguments, options = [], []
    for name, spec in TABLES.items():
        text = f"{spec.content}: CSV, TSV, Excel or Parquet."
        if spec.is_required:
            argument = typer.Argument(metavar=name.upper(), help=text, show_default=False)
            arguments.append(_parameter(name, Annotated[Path, argument]))
        elif name not in parameters:
            options.append(_parameter(name, Annotated[Optional[Path], typer.Option(f"--{name}", help=text)], None))
    taken = [parameter.name for parameter in (*arguments, *options)]
    shown = arguments
    for name, parameter in parameters.items():
        shown += options if name == "tables" else [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)]

    @functools.wraps(command)
    def wrapped(**values: Any) -> None:
        check_memory()
        files = {name: values.pop(name) for name in taken}
        command(**values, tables={name: path for name, path in files.items() if path is not None})

    wrapped.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    return wrapped


def _parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def report_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Wrap a command: errors that users can mend, and Ctrl-C, print a message instead of a traceback and set the exit code."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except TableError as error:
            from matcher.tables.problems import summarise

            language = language_of(kwargs)
            for line in summarise(error.problems, language):
                echo(line, err=True)
            count = sum(problem.is_error for problem in error.problems)
            echo(
                language.count_phrase("1 error: nothing was written.", "{count} errors: nothing was written.", count),
                err=True,
            )
            raise typer.Exit(error.exit_code) from None
        except MatcherError as error:
            language = language_of(kwargs)
            text = language.render(error.args[0]) if error.args and isinstance(error.args[0], Message) else str(error)
            echo(language.phrase("error: {text}", text=text), err=True)
            raise typer.Exit(error.exit_code) from None
        except (BrokenPipeError, typer.Exit):
            raise
        except Exception as error:
            if _is_want_of_memory(error):
                echo(language_of(kwargs).phrase(_TOO_LITTLE_MEMORY), err=True)
                raise typer.Exit(MatcherError.exit_code) from None
            if not isinstance(error, OSError):
                raise
            echo(
                language_of(kwargs).phrase(_SYSTEM_REFUSES, error=language_of(kwargs).render(system_reason(error))),
                err=True,
            )
            _drop_what_cannot_be_printed()
            raise typer.Exit(MatcherError.exit_code) from None
        except KeyboardInterrupt:
            echo(language_of(kwargs).phrase(_WAS_INTERRUPTED), err=True)
            raise typer.Exit(_INTERRUPTED) from None

    return wrapped


def _is_want_of_memory(error: BaseException) -> bool:
    """Whether an error means too little memory; libraries have words of their own for it."""
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        return True
    return any(words in str(error).casefold() for words in _WORDS_OF_WANT)


def open_closed_streams() -> None:
    """Give a command that was started with closed standard streams others, so that no file takes their number."""
    for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number
            setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))  # noqa: SIM115 (for the whole run)


def _drop_what_cannot_be_printed() -> None:
    """Flush standard output, or point it nowhere where it cannot be written to: Python flushes it again at the end."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def language_of(values: Mapping[str, Any]) -> Language:
    """Language of what a command says: its option, else that of its settings, else that of the system.

    Parameters
    ----------
    values : mapping of str to object
        Values of the command's options.
    """
    code = values.get("language")
    if code is None and values.get("settings"):
        with contextlib.suppress(OSError, ValueError):  # what is wrong with the file is said by its reader
            code = tomllib.loads(Path(values["settings"]).read_text(encoding="utf-8")).get("language")
    return load_language(code if code in available_languages() else system_language())


def language_named(code: str | None) -> Language:
    """Language that an option names, or that of the system.

    Raises
    ------
    SettingsError
        When there is no such language.
    """
    return load_language(system_language() if code is None else code)


def echo(text: str, *, err: bool = False) -> None:
    """Print a line; what stands in files and options cannot move the cursor or colour the terminal.

    Parameters
    ----------
    text : str
    err : bool
        To standard error.
    """
    try:
        typer.echo(text.translate(CONTROLS), err=err)
    except OSError:
        if not err:  # what cannot be said of an error changes nothing of how the command ends
            raise
        _drop_what_cannot_be_printed()


def cache_folder() -> Path:
    """Folder of embeddings and addresses kept between runs: ``MATCHER_CACHE``, or else the user's cache folder."""
    from platformdirs import user_cache_path

    return Path(os.environ.get("MATCHER_CACHE") or user_cache_path("matcher"))
