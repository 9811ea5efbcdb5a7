"""``matcher map``: a proposal for the headings of files, to look over."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from matcher.cli.memory import check_memory
from matcher.cli.options import LanguageCode, echo, report_errors


@report_errors
def map(  # noqa: A001 (commands are named as people call them)
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Lists, of any kind that can be read.", show_default=False)
    ],
    table: Annotated[
        Optional[str],
        typer.Option("--table", help="What they hold: units, nonprofits or partnerships (default: what fits best)."),
    ] = None,
    out: Annotated[Optional[Path], typer.Option("--out", help="File to write instead of the terminal.")] = None,
    language: LanguageCode = None,
) -> None:
    """Propose which column each heading of your files is, as settings to look over and pass with --settings.

    Examples
    --------
    $ matcher map units.xlsx
    $ matcher map units.xlsx nonprofits.csv --out columns.toml
    """
    check_memory()
    from matcher.errors import SettingsError, nearest
    from matcher.i18n.language import load_language, system_language
    from matcher.jobs.mapping import mapping_text, table_names
    from matcher.messages import Message
    from matcher.tables.write.files import write_text_atomic

    words = load_language(language or system_language())
    if table is not None and table not in table_names():
        raise SettingsError(
            Message(
                "there is no table '{name}'{hint} (known: {known})",
                name=table,
                hint=nearest(table, list(table_names())),
                known=", ".join(table_names()),
            )
        )
    text = mapping_text(files, words, table)
    if out is None:
        echo(text.rstrip("\n"))
    else:
        write_text_atomic(out, text)
        echo(str(out))
