"""Programmes as tables and in words; made from the plan and the explanation records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from matcher.errors import UnknownIdError, nearest
from matcher.i18n.language import Language, as_sentence, counted_message
from matcher.messages import Message
from matcher.ranking.programmes.agenda import OPEN, OPERATION
from matcher.ranking.programmes.candidates import Pair
from matcher.ranking.programmes.planning import ProgrammePlan
from matcher.ranking.programmes.proposals import Programme
from matcher.reports.sentences.history import history_phrases, programme_history, told_once
from matcher.reports.sentences.notices import notice_sentence
from matcher.reports.sentences.programmes import (
    UNSERVED,
    agenda_note,
    doubtful_sentence,
    facilitator_in_words,
    factor_in_words,
    indicators_in_words,
    open_points,
    rationale_sentence,
    title,
    worth_sentence,
)
from matcher.reports.sentences.reasons import caution, common_ground, first_quotes, reason
from matcher.scoring.explanation import PairRecord
from matcher.tables.status import Status

COLUMNS = (
    "programme_id",
    "kind",
    "recommended",
    "company",
    "organisation",
    "facilitator",
    "score",
    "unit_id",
    "unit_name",
    "nonprofit_id",
    "nonprofit_name",
    "kept",
    "pair_score",
    "distance_km",
    "footprint",
    "why",
)
KIND_COLUMNS = (
    "company",
    "kind",
    "organisation",
    "recommended",
    "score",
    "units",
    "units_served",
    "new_partners",
    "by_employees",
    "why",
)
AGENDA_COLUMNS = ("programme_id", "item", "phase", "subject", "state", "note")
_ASKED = counted_message(
    "We ask you to agree to 1 new partnership, and to the kind of programme of each company.",
    "We ask you to agree to {count} new partnerships, and to the kind of programme of each company.",
)
_PROPOSED = counted_message(
    "We ask you to decide on 1 partnership that was proposed earlier.",
    "We ask you to decide on {count} partnerships that were proposed earlier.",
)
_CONTACTED = counted_message(
    "About 1 partnership there is contact already; we ask whether to go on with it.",
    "About {count} partnerships there is contact already; we ask whether to go on with them.",
)
_TO_SETTLE = counted_message(
    "For 1 of them there is something to talk about first; that stands beside it.",
    "For {count} of them there is something to talk about first; that stands beside each.",
)
RUNNING, AGREED, LOCKED, DOUBTFUL = "running", "agreed", "locked", "doubtful"
DIAL_POSITIONS = (0.0, 0.25, 0.5, 0.75, 1.0)


class Programmes:
    """The programmes of a run: tables, a check, and words.

    Parameters
    ----------
    plan : ProgrammePlan
    language : Language
        Of the sentences.
    """

    def __init__(self, plan: ProgrammePlan, language: Language) -> None:
        self.plan = plan
        self.language = language

    def __repr__(self) -> str:
        counts = Counter(programme.kind.name for programme in self.plan.programmes if programme.recommended)
        recommended = ", ".join(f"{count} {kind}" for kind, count in counts.most_common()) or "none"
        return f"Programmes({len(self.plan.programmes)} proposals, recommended: {recommended})"

    @property
    def notices(self) -> list[str]:
        """Sentences on what could not be honoured, and what was assumed."""
        return [notice_sentence(notice, self.language) for notice in self.plan.notices]

    def asked(self, programmes: Sequence[Programme]) -> str:
        """What some programmes ask to be decided, as sentences: what is new, what was proposed, and how many need a talk first.

        Empty where there are no programmes.

        Parameters
        ----------
        programmes : sequence of Programme
        """
        free = [pair for programme in programmes for pair in programme.new_pairs]
        contacted = [pair for pair in free if self.is_contacted(pair)]
        new = [pair for pair in free if not self.is_contacted(pair)]
        proposed = [pair for programme in programmes for pair in programme.all_pairs if self.awaits_decision(pair)]
        said = [self.language.count_phrase(*_ASKED, len(new))] if new else []
        said += [self.language.count_phrase(*_PROPOSED, len(proposed))] if proposed else []
        said += [self.language.count_phrase(*_CONTACTED, len(contacted))] if contacted else []
        if not said:
            return self.language.phrase("Nothing new is asked: what runs or is agreed stays.") if programmes else ""
        unsettled = sum(self.precedence(pair)[0] for pair in (*free, *proposed))
        said += [self.language.count_phrase(*_TO_SETTLE, unsettled)] if unsettled else []
        return " ".join(said)

    def in_short(self, programme: Programme) -> str:
        """What a programme brings, as a sentence for a paper that says elsewhere why its kind and its partners are chosen."""
        return worth_sentence(programme.rationale, self.language)

    def in_order(self, programme: Programme) -> list[Pair]:
        """Local pairs of a programme by unit, in the order of :meth:`precedence`."""
        return sorted(programme.pairs, key=lambda pair: (pair[0], self.precedence(pair), pair[1]))

    def precedence(self, pair: Pair) -> tuple[bool, float]:
        """What sorts the partners of a unit: those with something to settle first after the others, the best first."""
        record = self.records[pair]
        is_unsettled = bool(record.setbacks or record.resembles or caution(record, self.language))
        return is_unsettled, -(record.score or 0.0)

    def why(self, programme: Programme) -> str:
        """Reason why a programme is proposed, as a sentence."""
        ground = []
        if programme.head_offices is not None:
            record = self.plan.records[programme.head_offices]
            ground = [*common_ground(record, self.language), *history_phrases(record, self.language)]
        return rationale_sentence(programme.rationale, self.language, ground)

    def history(self, programme: Programme) -> list[str]:
        """What went badly, or ended for a reason, between company and organisations of a programme, as sentences."""
        return programme_history([self.plan.records[pair] for pair in programme.all_pairs], self.language)

    def good_past(self, programme: Programme) -> list[str]:
        """What is over and was fine between company and organisations of a programme, as sentences."""
        records = [self.plan.records[pair] for pair in programme.all_pairs]
        return programme_history(records, self.language, ended_well=True)

    def questions(self, programme: Programme) -> list[str]:
        """Kept pairs of a programme that do not suit each other well enough for a list, a question each."""
        records = [self.plan.records[pair] for pair in programme.all_pairs if pair in self.plan.candidates.doubtful]
        return [doubtful_sentence(record, self.language) for record in records]

    def facilitator(self, programme: Programme) -> str:
        """Name of the facilitator of a programme."""
        return facilitator_in_words(programme.facilitator, self.language)

    def check(self) -> list[str]:
        """Faults of the plan: none where it is feasible and no swap of one pair for another improves it."""
        return self.plan.check()

    @property
    def records(self) -> Mapping[Pair, PairRecord]:
        """Explanation record of each pair in programmes, by the positions of unit and nonprofit."""
        return self.plan.records

    def table(self) -> pd.DataFrame:
        """One row for each local pair and each pairing of head offices, recommended programmes marked.

        ``score`` is what the programme brings the company's people, in [0, 1]; ``kept`` marks pairs that run already
        (running), are agreed (agreed), were proposed or locked (locked), or were proposed and do not suit each other well
        enough for a list (doubtful): see :meth:`questions`.
        """
        rows: list[tuple[object, ...]] = []
        for programme in self.plan.programmes:
            start = (
                programme.id,
                programme.kind.name,
                programme.recommended,
                programme.company,
                programme.organisation,
                self.facilitator(programme),
                programme.score,
            )
            if programme.central is not None and programme.head_offices is not None:
                record = self.plan.records[programme.head_offices]
                footprint = programme.central.footprint
                rows.append(
                    (
                        *start,
                        *_names(record),
                        self.kept(programme.head_offices),
                        programme.central.score,
                        record.distance_km,
                        None if footprint is None else round(footprint, 4),
                        self.why(programme),
                    )
                )
            pairs = self.in_order(programme)
            records = told_once(self.plan.records[pair] for pair in pairs)
            for pair, record, is_first in zip(pairs, records, first_quotes(records), strict=True):
                why = reason(record, self.language, with_quote=is_first)
                rows.append((*start, *_names(record), self.kept(pair), record.score, record.distance_km, None, why))
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        numbers = ["score", "pair_score", "distance_km", "footprint"]
        frame[numbers] = frame[numbers].astype("float64")
        frame["recommended"] = frame["recommended"].astype("bool")
        return frame

    def agenda(self) -> pd.DataFrame:
        """The preparation agenda and the indicators of every programme, one row each."""
        rows: list[tuple[str, ...]] = []
        for programme in self.plan.programmes:
            rows += [
                (
                    programme.id,
                    "agenda",
                    item.phase,
                    factor_in_words(item.factor, self.language),
                    item.state,
                    agenda_note(item, self.language),
                )
                for item in programme.agenda
            ]
            rows += [
                (programme.id, "indicator", OPERATION, indicator, OPEN, "")
                for indicator in indicators_in_words(programme.indicators, self.language)
            ]
        return pd.DataFrame(rows, columns=list(AGENDA_COLUMNS))

    def kept(self, pair: Pair) -> str | None:
        """``running``, ``agreed``, ``doubtful`` or ``locked`` for a pair that is in every plan, else None."""
        candidates = self.plan.candidates
        if pair in candidates.running:
            return RUNNING if any(status.has_started for status in self.records[pair].statuses) else AGREED
        if pair in candidates.doubtful:
            return DOUBTFUL
        return LOCKED if pair in candidates.locked else None

    def is_contacted(self, pair: Pair) -> bool:
        """Whether somebody is in touch about a pair already, which neither runs nor was proposed."""
        return Status.CONTACTED in self.records[pair].statuses and self.kept(pair) is None

    def awaits_decision(self, pair: Pair) -> bool:
        """Whether a pair of the plan was proposed or locked, and is neither agreed nor running."""
        return pair in self.plan.candidates.locked

    def kinds(self) -> pd.DataFrame:
        """The kinds that each company can have, set against each other on one scale, one row each."""
        programmes = {
            (programme.company, programme.kind): programme
            for programme in self.plan.programmes
            if not programme.is_alternative
        }
        rows = []
        for comparison in self.plan.comparisons:
            for kind, worth in comparison.plans.items():
                programme = programmes[comparison.company, kind]
                rows.append(
                    (
                        comparison.company,
                        kind.name,
                        programme.organisation,
                        programme.recommended,
                        worth.worth,
                        worth.units,
                        worth.units_served,
                        worth.new_partners,
                        worth.by_employees,
                        self.why(programme),
                    )
                )
        return pd.DataFrame(rows, columns=list(KIND_COLUMNS))

    def unserved_units(self) -> pd.DataFrame:
        """Units without a partner in the recommended programmes, each with the reason and the nearest nonprofit."""
        units, nonprofits = self.plan.units, self.plan.nonprofits
        rows = [
            (
                units.ids[item.unit],
                units.names[item.unit],
                item.reason,
                self.language.phrase(UNSERVED[item.reason]),
                nonprofits.ids[item.nearest] if item.nearest >= 0 else None,
                nonprofits.names[item.nearest] if item.nearest >= 0 else None,
                round(item.nearest_km, 1),
            )
            for item in self.plan.unserved_units
        ]
        columns = ["unit_id", "unit_name", "reason", "meaning", "nearest_id", "nearest_name", "nearest_km"]
        return pd.DataFrame(rows, columns=columns)

    def capacity_gains(self) -> pd.DataFrame:
        """Gains from one more partnership at each of the fullest units and sites, from solving the plan again."""
        sides = {"unit": self.plan.units, "nonprofit": self.plan.nonprofits}
        rows = [
            (
                item.side,
                sides[item.side].ids[item.position],
                sides[item.side].names[item.position],
                item.capacity,
                item.more_units,
                round(item.gain, 6),
            )
            for item in self.plan.capacity_gains
        ]
        return pd.DataFrame(rows, columns=["side", "id", "name", "capacity", "more_units_served", "more_score"])

    def dial(self, positions: Sequence[float] = DIAL_POSITIONS) -> pd.DataFrame:
        """Local pairs of the recommended programmes at some positions of the dial between fit and coverage, a row each.

        Parameters
        ----------
        positions : sequence of float
            Coverage, in [0, 1].
        """
        rows = []
        for position in positions:
            scores = self.plan.at_coverage(position).scores()
            values = np.array(list(scores.values()), dtype=np.float64)
            mean = float(values.mean()) if len(values) else float("nan")
            rows.append((position, len({unit for unit, _ in scores}), len(scores), mean, float(values.sum())))
        return pd.DataFrame(rows, columns=["coverage", "units_served", "pairs", "mean_score", "sum_of_scores"])

    def explain(self, programme_id: str) -> str:
        """A programme in words: its pairs, rationale, facilitator, open points and indicators.

        Raises
        ------
        UnknownIdError
            When there is no such programme.
        """
        found = [programme for programme in self.plan.programmes if programme.id == programme_id]
        if not found:
            hint = nearest(programme_id, [programme.id for programme in self.plan.programmes])
            raise UnknownIdError(
                Message("there is no programme '{programme_id}'{hint}", programme_id=programme_id, hint=hint)
            )
        programme = found[0]
        language = self.language
        score = language.score(programme.score)
        head = title(programme, language)
        lines = [
            language.phrase("{title}, score {score}, recommended.", title=head, score=score)
            if programme.recommended
            else language.phrase("{title}, score {score}.", title=head, score=score),
            self.why(programme),
            as_sentence([language.phrase("Facilitator: {name}", name=self.facilitator(programme))]),
        ]
        records = told_once(self.plan.records[pair] for pair in self.in_order(programme))
        for record, is_first in zip(records, first_quotes(records), strict=True):
            with_whom = language.phrase(
                "{unit} with {nonprofit}", unit=record.unit_name, nonprofit=record.nonprofit_name
            )
            lines.append(f"- {with_whom}: {reason(record, language, with_quote=is_first)}")
        lines += [*self.questions(programme), *self.history(programme), *self.good_past(programme)]
        lines.append(open_points(programme.agenda, language))
        measures = "; ".join(indicators_in_words(programme.indicators, language))
        lines.append(language.phrase("To measure: {indicators}.", indicators=measures))
        return "\n".join(lines)


def _names(record: PairRecord) -> tuple[str, str, str, str]:
    return record.unit_id, record.unit_name, record.nonprofit_id, record.nonprofit_name
