"""``matcher notebooks``: notebooks for analysts."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.options import LanguageCode, echo, report_errors


@report_errors
def notebooks(
    out: Annotated[Path, typer.Option("--out", help="Folder for the notebooks.", show_default=False)],
    language: LanguageCode = None,
) -> None:
    """Write the notebooks for analysts, which run on the example data and may be changed to read your own lists.

    Examples
    --------
    $ matcher notebooks --out notebooks
    $ jupyter lab notebooks
    """
    from matcher.shipped import shipped
    from matcher.tables.write.files import write_new_results

    found = sorted(shipped("notebooks").glob("*.ipynb"))
    for path in write_new_results(out, {path.name: path.read_bytes() for path in found}):
        echo(str(path))
