"""Data, styles and scripts inside one HTML file, so that no text of theirs is ever taken for markup."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from markupsafe import Markup

# A JSON string may hold these as escapes, and then no parser of HTML or of scripts sees them.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def json_in_html(value: Any) -> Markup:
    r"""Return plain values as JSON that may stand inside a ``script`` element.

    Examples
    --------
    >>> str(json_in_html("</script>"))
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_ESCAPES))  # noqa: S704 - all that HTML could take for markup is escaped


def script_source(text: str) -> Markup:
    """Return a script of ours as text for the inside of a ``script`` element.

    Raises
    ------
    ValueError
        When a part of it would end the element, or open a comment in it.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for ending in ("</script", "<!--"):
        if ending in text.lower():
            raise ValueError(f"a script with {ending} in it cannot stand inside a page")
    return Markup(text)  # noqa: S704 - a script of ours, not text from a file


def source_hash(text: str) -> str:
    """Name of a script in a content security policy: its SHA-256 in base 64."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def content_security_policy(scripts: list[str]) -> str:
    """Return a policy under which these scripts run and nothing else, and nothing is fetched or sent.

    Styles may stand inside elements: the map sets them, and without a network they can do no more than look odd.
    """
    allowed = " ".join(source_hash(script) for script in scripts)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
