"""``matcher cache``: the files kept between runs."""

from typing import Annotated

import typer

from matcher.cli.options import cache_folder, echo, report_errors


@report_errors
def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Delete all of it.")] = False,
) -> None:
    """Show or clear what is kept between runs: embeddings, and answers of online geocoders.

    Examples
    --------
    $ matcher cache
    $ matcher cache --clear
    """
    from matcher.jobs.cache import cache_contents, clear_cache

    kept = clear_cache(cache_folder()) if clear else cache_contents(cache_folder())
    for item in kept.items:
        echo(f"{item.count:>10,} {item.content:<10}  {item.source}")
    size = f"{kept.size_bytes / 1e6:,.1f} MB in {kept.folder}"
    if not kept.items:
        echo(f"Nothing is kept in {kept.folder}.")
    else:
        echo(f"Cleared: {size}." if clear else f"{size}. 'matcher cache --clear' deletes it.")
