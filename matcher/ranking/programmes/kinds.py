"""Kinds of programme: what each consists of.

A new kind is a :class:`ProgrammeKind` in ``PROGRAMME_KINDS`` here, its wording in
``matcher.reports.sentences.programme_kinds``, its colour in ``matcher/reports/page/page.css``, and its name in
``PROGRAMME_WORDS`` of ``matcher.tables.schema.vocabulary``, so that tables of partnerships may name it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProgrammeKind:
    """A kind of programme. Partnerships that run, were proposed or are locked are in a programme of every kind.

    Attributes
    ----------
    name : str
        Code in tables and files.
    has_partner : bool
        Whether it pairs the company's head office with that of one organisation, its central partner.
    has_local_pairs : bool
        Whether it pairs the company's units with sites nearby; those of the central partner go before others.
    """

    name: str
    has_partner: bool
    has_local_pairs: bool

    def __str__(self) -> str:
        return self.name


DECENTRAL = ProgrammeKind("decentral", has_partner=False, has_local_pairs=True)
"""Units work with sites nearby, of whatever organisation."""
CENTRAL = ProgrammeKind("central", has_partner=True, has_local_pairs=False)
"""The company works with one organisation, head office with head office."""
COMBINED = ProgrammeKind("combined", has_partner=True, has_local_pairs=True)
"""The company works with one organisation, and its units with sites nearby."""
PROGRAMME_KINDS = (DECENTRAL, CENTRAL, COMBINED)
"""All kinds, in the order in which they are shown."""
