"""The map of a shortlist: the unit, its reach and its nonprofits with their names, drawn without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any

from matcher.i18n.language import Language
from matcher.texts.sentences import shorten
from matcher.workspace.pair_rows import PairRow

WIDTH, HEIGHT = 360.0, 300.0
"""Size of the drawing; what is written on it is 11 units high, which a phone shows as it is."""
_KM_A_DEGREE = 111.195
_FAR = 3.0
"""Multiples of the reach that the map shows; what lies farther is named below it."""
_DOT, _SAME_DOT = 4.0, 6.0
_LETTER, _LINE = 5.9, 12.0
_LONGEST_NAME = 26
_SCALES = (200, 100, 50, 20, 10, 5, 2, 1)

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Mark:
    """A dot with its label.

    Attributes
    ----------
    x, y : float
    label : str
        Empty where there is no room; ``title`` says it then.
    title : str
        Names of all that stand here.
    label_x, label_y : float
    anchor : {"start", "end", "middle"}
    """

    x: float
    y: float
    label: str
    title: str
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True)
class UnitMap:
    """Map of a shortlist.

    Attributes
    ----------
    marks : list of Mark
        Those of nonprofits.
    ring : float
        Radius of the reach.
    reach_km : float
    scale_km : int
        Length that the bar of the scale stands for.
    scale : float
        Length of that bar.
    far, unplaced : list of str
        Names of nonprofits that lie beyond the map, and of those without a known place.
    """

    marks: list[Mark]
    ring: float
    reach_km: float
    scale_km: int
    scale: float
    far: list[str]
    unplaced: list[str]
    x: float = WIDTH / 2
    y: float = HEIGHT / 2
    width: float = WIDTH
    height: float = HEIGHT


def unit_map(places: Mapping[str, Any], rows: Sequence[PairRow], language: Language) -> UnitMap | None:
    """Lay the map of a shortlist out; None where no nonprofit of it has a known place.

    Parameters
    ----------
    places : mapping
        Of the unit and of each nonprofit, as the page of the list keeps them.
    rows : sequence of PairRow
        The list as it is shown: of a blind review without ranks.
    language : Language
    """
    north, east = places["unit"]
    reach = max(float(places["reach_km"]), 1.0)
    offsets: list[tuple[float, float, PairRow]] = []
    far, unplaced = [], []
    for row in rows:
        point = places["places"].get(row.nonprofit_id)
        if point is None:
            unplaced.append(row.view["name"])
            continue
        right, down = (point[1] - east) * cos(radians(north)) * _KM_A_DEGREE, (north - point[0]) * _KM_A_DEGREE
        if hypot(right, down) > _FAR * reach:
            far.append(row.view["name"])
        else:
            offsets.append((right, down, row))
    if not offsets:
        return None
    # The farthest dot, or the reach, stands at the edge.
    extent = max(reach, *(hypot(right, down) for right, down, _ in offsets)) * 1.06
    per_km = HEIGHT / 2 / extent
    groups = _groups([(WIDTH / 2 + right * per_km, HEIGHT / 2 + down * per_km, row) for right, down, row in offsets])
    scale_km = next((length for length in _SCALES if length * per_km <= WIDTH / 4), _SCALES[-1])
    return UnitMap(
        marks=_labelled(groups, language),
        ring=reach * per_km,
        reach_km=reach,
        scale_km=scale_km,
        scale=scale_km * per_km,
        far=far,
        unplaced=unplaced,
    )


def _groups(points: Sequence[tuple[float, float, PairRow]]) -> list[tuple[float, float, list[PairRow]]]:
    """Rows that stand on one dot, in the order of the list."""
    groups: list[tuple[float, float, list[PairRow]]] = []
    for x, y, row in points:
        here = next((rows for gx, gy, rows in groups if hypot(gx - x, gy - y) < _SAME_DOT), None)
        if here is None:
            groups.append((x, y, [row]))
        else:
            here.append(row)
    return groups


def _labelled(groups: Sequence[tuple[float, float, list[PairRow]]], language: Language) -> list[Mark]:
    """Dots with labels that cover neither each other nor a dot; the first of the list are labelled first."""
    taken: list[Box] = [_dot_box(x, y) for x, y, _ in groups] + [_dot_box(WIDTH / 2, HEIGHT / 2)]
    marks = []
    for x, y, rows in groups:
        named = [_name(row) for row in rows]
        short = ", ".join(str(row.view["rank"]) for row in rows if row.view.get("rank"))
        texts = [named[0], short] if len(rows) == 1 else [short or f"{len(rows)} ×"]
        label, at_x, at_y, anchor = next(
            (found for text in texts if text for found in _candidates(text, x, y) if _fits(_label_box(*found), taken)),
            ("", x, y, "start"),
        )
        if label:
            taken.append(_label_box(label, at_x, at_y, anchor))
        marks.append(Mark(x, y, label, language.join(named), at_x, at_y, anchor))
    return marks


def _name(row: PairRow) -> str:
    rank = row.view.get("rank", "")
    return f"{rank} {shorten(row.view['name'], _LONGEST_NAME)}".strip()


def _candidates(text: str, x: float, y: float) -> list[tuple[str, float, float, str]]:
    gap = _DOT + 3
    return [
        (text, x + gap, y + 4, "start"),
        (text, x - gap, y + 4, "end"),
        (text, x, y - gap, "middle"),
        (text, x, y + gap + 9, "middle"),
        (text, x + gap, y - 6, "start"),
        (text, x - gap, y - 6, "end"),
        (text, x + gap, y + 14, "start"),
        (text, x - gap, y + 14, "end"),
    ]


def _dot_box(x: float, y: float) -> Box:
    return x - _DOT, y - _DOT, x + _DOT, y + _DOT


def _label_box(text: str, x: float, y: float, anchor: str) -> Box:
    width = len(text) * _LETTER
    left = {"start": x, "end": x - width, "middle": x - width / 2}[anchor]
    return left, y - _LINE + 3, left + width, y + 3


def _fits(box: Box, taken: Sequence[Box]) -> bool:
    left, top, right, bottom = box
    if left < 2 or top < 2 or right > WIDTH - 2 or bottom > HEIGHT - 2:
        return False
    return all(right < other[0] or left > other[2] or bottom < other[1] or top > other[3] for other in taken)
