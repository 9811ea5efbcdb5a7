"""Look at what is kept between runs, and clear it."""

# Annotations are read by typer when the command runs: they stay what they are.
from typing import Annotated

import typer

from matcher.cli.options import cache_folder, report_errors


@report_errors
def show_cache(
    clear: Annotated[bool, typer.Option("--clear", help="Drop all of it.")] = False,
) -> None:
    """Show what is kept between runs (embeddings, answers of online geocoders), or clear it."""
    from matcher.jobs import cache as keeping

    kept = keeping.clear(cache_folder()) if clear else keeping.look(cache_folder())
    for item in kept.items:
        typer.echo(f"{item.count:>10,} {item.what:<10}  {item.source}")
    size = f"{kept.size_bytes / 1e6:,.1f} MB in {kept.folder}"
    if not kept.items:
        typer.echo(f"Nothing is kept in {kept.folder}.")
    else:
        typer.echo(f"Cleared: {size}." if clear else f"{size}. 'matcher cache --clear' drops it all.")
