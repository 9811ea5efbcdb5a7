"""``matcher template``: workbooks to fill in."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.options import LanguageCode, echo, language_named, report_errors


@report_errors
def template(
    out: Annotated[Path, typer.Option("--out", help="Folder for the workbooks.", show_default=False)],
    language: LanguageCode = None,
) -> None:
    """Write empty, commented workbooks to fill in: units, nonprofits, partnerships.

    Examples
    --------
    $ matcher template --out templates
    $ matcher template --out templates --language en
    """
    from matcher.tables.write.templates import write_templates

    for path in write_templates(out, language_named(language).code):
        echo(str(path))
