"""Wording and line style of each kind of programme, for every view that names or draws one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.i18n.language import counted_message, message
from matcher.ranking.programmes.kinds import CENTRAL, COMBINED, DECENTRAL, ProgrammeKind


@dataclass(frozen=True)
class KindWording:
    """Wording and line style of one kind of programme.

    Attributes
    ----------
    title : str
        Message with ``{company}`` and ``{organisation}``.
    heading : str
        Message with ``{organisation}``, under the heading of a company.
    plan : str
        Message for a plan of the kind, set against others.
    counted : (str, str)
        Messages for one and for more programmes.
    line : str
        Message for its pairs in the legend of the map.
    colour : int
        Position in :data:`matcher.reports.charts.style.PALETTE`.
    dash : tuple of int
        Pixels drawn and left open by turns.
    """

    title: str
    heading: str
    plan: str
    counted: tuple[str, str]
    line: str
    colour: int
    dash: tuple[int, int] = (1, 0)


KIND_WORDINGS: Mapping[ProgrammeKind, KindWording] = {
    DECENTRAL: KindWording(
        title=message("Decentral programme of {company}"),
        heading=message("Decentral: local partners"),
        plan=message("local partners alone"),
        counted=counted_message("decentral programme", "decentral programmes"),
        line=message("Local pair"),
        colour=5,
    ),
    CENTRAL: KindWording(
        title=message("Central programme of {company} with {organisation}"),
        heading=message("Central, with {organisation}"),
        plan=message("a central partner alone"),
        counted=counted_message("central programme", "central programmes"),
        line=message("Head offices"),
        colour=4,
        dash=(5, 3),
    ),
    COMBINED: KindWording(
        title=message("Combined programme of {company} with {organisation}"),
        heading=message("Central and local combined, with {organisation}"),
        plan=message("a central partner and local ones together"),
        counted=counted_message("combined programme", "combined programmes"),
        line=message("Local pair under a central partner"),
        colour=3,
    ),
}
"""In the order in which the page counts them."""
