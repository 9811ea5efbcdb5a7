"""Put the content of the page into its template, with style, scripts and data inside."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from matcher.reports.page.embedding import content_security_policy, json_in_html, script_source

_VEGA_SNIPPET = "window.vegaEmbed = vegaEmbed;"

if TYPE_CHECKING:
    from matcher.reports.page.views import PageContent


def render(content: PageContent) -> str:
    """Return the page as one HTML file."""
    scripts = [script_source(_asset("pair.js") + _asset("page.js"))]
    if content.map_spec is not None:
        scripts.insert(0, script_source(_vega()))
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        page=content,
        label=content.labels,
        policy=content_security_policy([str(script) for script in scripts]),
        style=Markup(_asset("page.css")),  # noqa: S704 - a style sheet of ours
        scripts=scripts,
        data=json_in_html(content.data),
        map_spec=json_in_html(content.map_spec),
    )


def _asset(name: str) -> str:
    return files("matcher.reports.page").joinpath(name).read_text(encoding="utf-8")


@cache
def _vega() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script; the same text for the same versions."""
    import vl_convert

    return vl_convert.javascript_bundle(_VEGA_SNIPPET)
