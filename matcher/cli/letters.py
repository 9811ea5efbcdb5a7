"""``matcher letters``: letters to both sides of chosen pairs."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from matcher.cli.options import (
    InputFiles,
    LanguageCode,
    SettingsFile,
    cache_folder,
    echo,
    report_errors,
    takes_tables,
)


@report_errors
@takes_tables
def letters(
    out: Annotated[Path, typer.Option("--out", help="Folder for the letters.", show_default=False)],
    tables: InputFiles,
    pair: Annotated[
        Optional[list[str]],
        typer.Option(
            "--pair", help="Write to this pair: UNIT:NONPROFIT, by code or name; may be repeated (all proposed ones)."
        ),
    ] = None,
    templates: Annotated[
        Optional[Path],
        typer.Option("--templates", help="Folder with unit.txt, nonprofit.txt or letterhead.docx of your own."),
    ] = None,
    sender: Annotated[str, typer.Option("--sender", help="Who signs (the company's foundation, or the company).")] = "",
    settings: SettingsFile = None,
    language: LanguageCode = None,
) -> None:
    """Write letters to both sides of the pairs that are proposed: as Word documents, and as a table for mails.

    Examples
    --------
    $ matcher letters units.csv nonprofits.csv --partnerships decided.csv --out letters --language nl
    $ matcher letters units.csv nonprofits.csv --pair U7:N12 --templates our-letters --out letters
    """
    from matcher.i18n.language import load_language
    from matcher.jobs.letters import letters as write
    from matcher.jobs.pairs import parse_pairs
    from matcher.jobs.runs import load_settings

    chosen = load_settings(settings, {"language": language})
    written = write(
        tables,
        out,
        chosen,
        pairs=parse_pairs(pair or [], "--pair"),
        templates=templates,
        sender=sender,
        cache_folder=cache_folder(),
    )
    words = load_language(chosen.language)
    for line in written.in_doubt:
        echo(words.phrase("warning: {text}", text=line))
    for line in written.left_out:
        echo(words.phrase("no letter: {text}", text=line))
    for letter in written.letters:
        if letter.note and letter.side == "unit":
            names = f"{letter.record.unit_name} – {letter.record.nonprofit_name}"
            echo(words.phrase("warning: {text}", text=f"{names}: {letter.note}"))
    made = words.count_phrase("1 letter", "{count} letters", len(written.letters))
    echo(words.phrase("{made}. Results: {folder}", made=made, folder=out.resolve()))
