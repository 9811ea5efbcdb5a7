"""What the template of the page fills in: plain values, worded already."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ChangeView:
    """What changed for a pair since an earlier run.

    Attributes
    ----------
    kind : {"new", "gone", "up", "down"}
    word, pair, why : str
    """

    kind: str
    word: str
    pair: str
    why: str


@dataclass(frozen=True)
class ChangesView:
    """All that changed since an earlier run."""

    summary: str
    pairs: list[ChangeView]
    note: str = ""


@dataclass(frozen=True)
class PairView:
    """One pair as a row that can be opened.

    Attributes
    ----------
    number : int
        Of the pair in the data of the page.
    anchor : str
        Of this row, empty where the pair is listed for a second time.
    rank : str
    name, under : str
        With whom, and who and where that is.
    score : float
    shown : str
        The score as it is shown.
    km : float or None
    distance, confidence, why : str
    brief : str
        The reason on one line, for paper.
    badges : list of str
    causes : list of int
        Numbers of the nonprofit's causes in the filter.
    change : ChangeView or None
    unit : str
        Name of the unit under which the row stands; empty where the name says it.
    is_well_known : bool
        Whether the confidence of the pair is high enough to be left out.
    """

    number: int
    anchor: str
    rank: str
    name: str
    under: str
    score: float
    shown: str
    km: float | None
    distance: str
    confidence: str
    why: str
    brief: str
    badges: list[str] = field(default_factory=list)
    causes: list[int] = field(default_factory=list)
    change: ChangeView | None = None
    unit: str = ""
    is_well_known: bool = True


@dataclass(frozen=True)
class ListView:
    """One shortlist.

    Attributes
    ----------
    anchor, name, under : str
    pairs : list of PairView
    remarks : list of str
        What is true of every pair.
    left_out : str
        How many candidates are not on it because they have nothing in common with its owner; not on paper.
    note : str
        What is not shown, or why it is empty.
    """

    anchor: str
    name: str
    under: str
    pairs: list[PairView]
    remarks: list[str] = field(default_factory=list)
    left_out: str = ""
    note: str = ""


@dataclass(frozen=True)
class ProgrammeView:
    """One programme.

    Attributes
    ----------
    title, why, facilitator, shown : str
    score : float
    pairs : list of PairView
    agenda : list of [subject, state, word for the state, note]
    open_points : str
        The points of the agenda that are open, as a sentence.
    indicators : list of str
    note : str
    questions, history : list of str
        What to decide on, and what to talk about, before it begins.
    good_past : list of str
        Partnerships with its organisations that are over and were fine.
    """

    title: str
    why: str
    facilitator: str
    score: float
    shown: str
    pairs: list[PairView] = field(default_factory=list)
    agenda: list[list[str]] = field(default_factory=list)
    open_points: str = ""
    indicators: list[str] = field(default_factory=list)
    note: str = ""
    questions: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    good_past: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class KindView:
    """A plan of a company as a row of the table in which they are compared.

    Attributes
    ----------
    title, brings, units_served, new_partners : str
    score : float
        What it brings.
    recommended : bool
    is_alternative : bool
        Whether another central partner is set against the first one.
    """

    title: str
    brings: str
    units_served: str
    new_partners: str
    score: float
    recommended: bool
    is_alternative: bool


@dataclass(frozen=True)
class CompanyView:
    """A company with its recommended programme, all its plans compared, and links to its units' lists."""

    anchor: str
    name: str
    under: str
    recommended: ProgrammeView | None
    kinds: list[KindView]
    units: list[tuple[str, str]]


@dataclass(frozen=True)
class PageContent:
    """All that the page says.

    Attributes
    ----------
    language : str
        Code, for the ``lang`` attribute.
    labels : dict of str to str
    summary : str
    asked : str
        What the recommended programmes ask to be decided.
    figures : list of (str, str)
        A number and what it counts.
    weak : list of str
    warnings : list of str
    notes : list of str
        What is left to the tables.
    changes : ChangesView or None
    companies : list of CompanyView
    lists : list of ListView
    causes, distances : list of (str, str)
        Value and word of the choices in the filter.
    legend : list of (str, str)
        Style and word.
    map_text : str
    map_spec : dict or None
    data : dict
    """

    language: str
    labels: dict[str, str]
    summary: str
    asked: str
    figures: list[tuple[str, str]]
    weak: list[str]
    warnings: list[str]
    notes: list[str]
    changes: ChangesView | None
    companies: list[CompanyView]
    lists: list[ListView]
    causes: list[tuple[str, str]]
    distances: list[tuple[str, str]]
    legend: list[tuple[str, str]]
    map_text: str
    map_spec: dict[str, Any] | None
    data: dict[str, Any]
