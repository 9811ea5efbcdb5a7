"""The map: units, the partners proposed to them, and the land behind them."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

from matcher.i18n.language import Language
from matcher.places.distance import degrees
from matcher.places.outline import Outline
from matcher.ranking.programmes.kinds import CENTRAL
from matcher.ranking.programmes.planning import ProgrammePlan
from matcher.reports.charts.style import BACKDROP, LOWERS, PALETTE, RAISES, layered, or_english, styled, with_columns
from matcher.reports.sentences.programme_kinds import KIND_WORDINGS

_HEAD_OFFICES = CENTRAL.name
_LINES = {
    kind.name: wording for kind, wording in sorted(KIND_WORDINGS.items(), key=lambda item: not item[0].has_local_pairs)
}
_POINTS = ("id", "name", "owner", "latitude", "longitude")
_PAIRS = ("unit", "partner", "kind", "from_latitude", "from_longitude", "to_latitude", "to_longitude")


@dataclass(frozen=True)
class MapFrames:
    """What the map shows.

    Attributes
    ----------
    units : DataFrame
        Placed units: ``id``, ``name``, ``owner`` (the company), ``latitude`` and ``longitude`` in degrees.
    partners : DataFrame
        Placed partners in recommended programmes, with the same columns; the owner is the organisation.
    pairs : DataFrame
        Pairs of recommended programmes with both placed: ``unit``, ``partner`` (names), ``kind``, and
        ``from_latitude``, ``from_longitude``, ``to_latitude``, ``to_longitude``.
    unplaced : int
        Units, and partners in recommended programmes, without a known place.
    """

    units: pd.DataFrame
    partners: pd.DataFrame
    pairs: pd.DataFrame
    unplaced: int

    def at_most(self, points: int) -> MapFrames:
        """Return the first units and the first pairs, with the partners in these pairs; at most ``points`` of each."""
        if len(self.units) <= points and len(self.pairs) <= points:
            return self
        pairs = self.pairs.head(points)
        partners = self.partners[self.partners["name"].isin(set(pairs["partner"]))]
        return MapFrames(self.units.head(points), partners, pairs, self.unplaced)


def map_legend(language: Language, kinds: set[str]) -> list[tuple[str, str]]:
    """Legend of the map: for each mark the name of its style, and a word.

    Parameters
    ----------
    language : Language
    kinds : set of str
        Kinds of the pairs that are drawn.
    """
    points = [("unit", language.phrase("Unit")), ("partner", language.phrase("Proposed partner"))]
    return points + [(kind, language.phrase(wording.line)) for kind, wording in _LINES.items() if kind in kinds]


def map_frames(plan: ProgrammePlan) -> MapFrames:
    """All units of a plan, and the pairs of its recommended programmes, as the map shows them."""
    directories = plan.units, plan.nonprofits
    unit_degrees, site_degrees = (degrees(directory.points) for directory in directories)
    pairs: list[tuple[int, int, str]] = []
    for programme in plan.programmes:
        if programme.recommended:
            pairs += [(unit, site, programme.kind.name) for unit, site in programme.pairs]
            pairs += [] if programme.head_offices is None else [(*programme.head_offices, _HEAD_OFFICES)]
    pairs = list(dict.fromkeys(pairs))
    sites = np.array(sorted({site for _, site, _ in pairs}), dtype=np.int64)
    units = np.arange(len(plan.units))
    frames = []
    for rows, side, placed in ((units, plan.units, unit_degrees), (sites, plan.nonprofits, site_degrees)):
        frame = pd.DataFrame(
            {
                "id": side.ids[rows],
                "name": side.names[rows],
                "owner": side.owners[rows],
                "latitude": placed[rows, 0].round(4),
                "longitude": placed[rows, 1].round(4),
            }
        )
        frames.append(frame[frame["latitude"].notna()].reset_index(drop=True))
    lines = pd.DataFrame(
        [
            (
                plan.units.names[unit],
                plan.nonprofits.names[site],
                kind,
                *unit_degrees[unit].round(4),
                *site_degrees[site].round(4),
            )
            for unit, site, kind in pairs
        ],
        columns=list(_PAIRS),
    )
    drawn = lines[lines[["from_latitude", "to_latitude"]].notna().all(axis=1)].reset_index(drop=True)
    return MapFrames(frames[0], frames[1], drawn, len(units) + len(sites) - len(frames[0]) - len(frames[1]))


def coverage_map(
    frames: MapFrames, outline: Outline | None = None, *, language: Language | None = None
) -> alt.LayerChart:
    """Return a map of units, proposed partners, and a line a pair.

    Parameters
    ----------
    frames : MapFrames
        As :func:`map_frames` gives it.
    outline : Outline, optional
        Inhabited places, as :func:`matcher.places.outline.inhabited` gives them, drawn behind.
    language : Language, optional
        Default: English.

    Raises
    ------
    MatcherError
        When a column is missing.

    Examples
    --------
    >>> unit = pd.DataFrame({"id": ["u"], "name": ["U"], "owner": ["C"], "latitude": [52.0], "longitude": [5.0]})
    >>> site = unit.assign(id="n", name="N", latitude=52.1)
    >>> pair = pd.DataFrame([("U", "N", "decentral", 52.0, 5.0, 52.1, 5.0)], columns=list(_PAIRS))
    >>> len(coverage_map(MapFrames(unit, site, pair, 0)).to_dict()["layer"])
    3
    """
    language = or_english(language)
    units, partners = (with_columns(frame, _POINTS, "coverage_map") for frame in (frames.units, frames.partners))
    pairs = with_columns(frames.pairs, _PAIRS, "coverage_map")
    names = {kind: language.phrase(wording.line) for kind, wording in _LINES.items()}
    roles = {"unit": language.phrase("Unit"), "partner": language.phrase("Proposed partner")}
    points = pd.concat(
        [partners.assign(role=roles["partner"], side="nonprofit"), units.assign(role=roles["unit"], side="unit")]
    )
    pairs = pairs.assign(kind=pairs["kind"].map(names))
    used = [name for name in names.values() if name in set(pairs["kind"])]
    colours = {names[kind]: PALETTE[wording.colour] for kind, wording in _LINES.items()}
    dashes = {names[kind]: list(wording.dash) for kind, wording in _LINES.items()}
    layers: list[alt.Chart] = []
    if outline is not None and len(outline.coordinates):
        # One shape of many points is drawn, and read by a screen reader, as one thing.
        land = {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "MultiPoint", "coordinates": outline.coordinates},
        }
        layers.append(
            alt.Chart(alt.InlineData(values=[land])).mark_geoshape(
                filled=True, color=BACKDROP, stroke=None, aria=False, tooltip=None
            )
        )
    layers.append(
        alt.Chart(pairs)
        .mark_rule(opacity=0.8, strokeWidth=1.6, aria=False)
        .encode(
            latitude="from_latitude:Q",
            longitude="from_longitude:Q",
            latitude2="to_latitude:Q",
            longitude2="to_longitude:Q",
            color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=used, range=[colours[name] for name in used])),
            strokeDash=alt.StrokeDash(
                "kind:N", title=None, scale=alt.Scale(domain=used, range=[dashes[name] for name in used])
            ),
        )
    )
    for role, size in (("unit", 110), ("partner", 45)):
        layers.append(
            alt.Chart(points[points["role"] == roles[role]])
            .mark_point(filled=True, opacity=1, size=size, stroke="white", strokeWidth=1, cursor="pointer")
            .encode(
                latitude="latitude:Q",
                longitude="longitude:Q",
                shape=alt.Shape(
                    "role:N", title=None, scale=alt.Scale(domain=list(roles.values()), range=["square", "circle"])
                ),
                fill=alt.Fill(
                    "role:N", title=None, scale=alt.Scale(domain=list(roles.values()), range=[RAISES, LOWERS])
                ),
                tooltip=[
                    alt.Tooltip("role:N", title=language.phrase("What")),
                    alt.Tooltip("name:N", title=language.phrase("Name")),
                    alt.Tooltip("owner:N", title=language.phrase("Of")),
                ],
                key="id:N",
            )
        )
    # One projection for all layers: with a radius of its own the backdrop would be fitted apart, and points shift.
    projection = alt.Projection(type="mercator", pointRadius=0 if outline is None else outline.radius_px)
    chart = layered(*layers)
    chart = chart.properties(width=680, height=560, projection=projection)
    done: alt.LayerChart = styled(chart, language).configure_legend(orient="bottom", direction="horizontal", columns=2)
    return done
