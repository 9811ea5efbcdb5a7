"""Lists in JSON: an array of objects, one object a line, GeoJSON, and objects around an array such as ``grants``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SEVERAL = "; "
_SPARQL_KEYS = {"type", "value", "datatype", "xml:lang"}


def json_records(text: str) -> list[dict[str, str]] | None:
    """Rows of a list in JSON, each by its headings; None where the text is no such list.

    What is nested gets a heading joined by ``/``, as in ``recipientOrganization/0/name``; plain values in an array stand
    in one cell with ``;`` between. A point of GeoJSON gives ``latitude`` and ``longitude``, and a value of an answer of
    SPARQL is a plain value.

    Parameters
    ----------
    text : str

    Examples
    --------
    >>> json_records('{"grants": [{"id": "G1", "recipientOrganization": [{"name": "Korenveld"}]}]}')
    [{'id': 'G1', 'recipientOrganization/0/name': 'Korenveld'}]
    """
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        content = json.loads(text)
    except RecursionError:
        return None
    except ValueError:
        content = _lines(text)
    rows = _rows(content)
    return None if rows is None else [dict(_cells(_with_point(row), "")) for row in rows]


def _lines(text: str) -> Any:
    """Objects of which each stands on a line of its own; None where they do not."""
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return None


def _rows(content: Any) -> Sequence[Mapping[str, Any]] | None:
    """The array of objects: the content itself, or the longest such array in the objects around it."""
    return max(
        (array for array in _arrays(content) if array and all(isinstance(row, dict) for row in array)),
        key=len,
        default=None,
    )


def _arrays(content: Any) -> Iterator[list[Any]]:
    if isinstance(content, list):
        yield content
    elif isinstance(content, dict):
        for inner in content.values():
            yield from _arrays(inner)


def _with_point(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Properties of a feature of GeoJSON, with its point; any other row as it is."""
    if row.get("type") != "Feature":
        return row
    geometry = row["geometry"] if isinstance(row.get("geometry"), dict) else {}
    properties = row["properties"] if isinstance(row.get("properties"), dict) else {}
    cells = {**({} if row.get("id") is None else {"id": row["id"]}), **properties}
    match geometry:
        case {"type": "Point", "coordinates": [longitude, latitude, *_]}:
            return {**cells, "latitude": latitude, "longitude": longitude}
    # No point to measure from: what there is of a place is kept to be seen.
    return {**cells, "geometry": geometry.get("type")}


def _cells(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and {"type", "value"} <= value.keys() <= _SPARQL_KEYS:
        yield path, _text(value["value"])
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _cells(inner, f"{path}/{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        for number, inner in enumerate(value):
            yield from _cells(inner, f"{path}/{number}")
    elif isinstance(value, list):
        yield path, _SEVERAL.join(map(_text, value))
    else:
        yield path, _text(value)


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
