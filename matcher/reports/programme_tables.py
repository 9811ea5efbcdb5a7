"""Programmes as tables and in words; made from the plan and the explanation records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from matcher.errors import UnknownIdError, nearest
from matcher.i18n.language import Language, as_sentence, load_language
from matcher.ranking.programmes.agenda import OPEN, OPERATION
from matcher.ranking.programmes.local import Pair, plan_local
from matcher.ranking.programmes.planning import ProgrammePlan
from matcher.ranking.programmes.proposals import Programme
from matcher.reports.sentences.programmes import (
    LEFT_OUT,
    advice_in_words,
    agenda_note,
    facilitator_in_words,
    factor_in_words,
    grounds_in_words,
    indicators_in_words,
    note_in_words,
    title,
)
from matcher.reports.sentences.reasons import reason
from matcher.scoring.explanation import PairRecord
from matcher.scoring.scorer import Scorer

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
    "pair_score",
    "distance_km",
    "footprint",
    "why",
)
AGENDA_COLUMNS = ("programme_id", "item", "phase", "subject", "state", "note")
DIAL_POSITIONS = (0.0, 0.25, 0.5, 0.75, 1.0)


class Programmes:
    """The programmes of a run: tables, a check, and words.

    Parameters
    ----------
    plan : ProgrammePlan
    scorer : Scorer
        What the plan was made with.
    language : Language, optional
        Of the sentences. Default: that of the run's settings.
    """

    def __init__(self, plan: ProgrammePlan, scorer: Scorer, language: Language | None = None) -> None:
        self.plan = plan
        self.language = language or load_language(scorer.run.settings.language)
        self._scorer = scorer

    def __repr__(self) -> str:
        counts = pd.Series(
            [programme.kind for programme in self.plan.programmes if programme.recommended]
        ).value_counts()
        recommended = ", ".join(f"{count} {kind}" for kind, count in counts.items()) or "none"
        return f"Programmes({len(self.plan.programmes)} proposals, recommended: {recommended})"

    @property
    def notes(self) -> list[str]:
        """What could not be honoured, and what was assumed."""
        return [note_in_words(note, self.language) for note in self.plan.notes]

    def why(self, programme: Programme) -> str:
        """Return why a programme is proposed, as a sentence."""
        return grounds_in_words(programme.rationale, self.language)

    def facilitator(self, programme: Programme) -> str:
        """Return who keeps a programme going."""
        return facilitator_in_words(programme.facilitator, self.language)

    def check(self) -> list[str]:
        """Return what is wrong with the plan: nothing, for one that is feasible and that no single swap betters."""
        return self.plan.check()

    @property
    def records(self) -> Mapping[Pair, PairRecord]:
        """The explanation records of all pairs in programmes, by their positions."""
        return self._records

    @cached_property
    def _records(self) -> dict[Pair, PairRecord]:
        pairs = sorted({pair for programme in self.plan.programmes for pair in programme.all_pairs})
        if not pairs:
            return {}
        units, sites = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
        return dict(zip(pairs, self._scorer.records(units, sites), strict=True))

    def table(self) -> pd.DataFrame:
        """Return one row a local pair and one a central pairing, the recommended kind of each company marked."""
        rows: list[tuple[object, ...]] = []
        for programme in self.plan.programmes:
            start = (
                programme.id,
                programme.kind,
                programme.recommended,
                programme.company,
                programme.organisation,
                self.facilitator(programme),
                programme.score,
            )
            if programme.central is not None and programme.head_offices is not None:
                record = self._records[programme.head_offices]
                footprint = programme.central.footprint
                rows.append(
                    (
                        *start,
                        *_names(record),
                        programme.central.score,
                        record.distance_km,
                        None if footprint is None else round(footprint, 4),
                        self.why(programme),
                    )
                )
            for pair in programme.pairs:
                record = self._records[pair]
                why = reason(record, self.language)
                rows.append((*start, *_names(record), record.score, record.distance_km, None, why))
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        numbers = ["score", "pair_score", "distance_km", "footprint"]
        frame[numbers] = frame[numbers].astype("float64")
        frame["recommended"] = frame["recommended"].astype("bool")
        return frame

    def agenda(self) -> pd.DataFrame:
        """Return the preparation agenda and the indicators of every programme."""
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

    def kinds(self) -> pd.DataFrame:
        """Return which kind fits each company with its best organisations, with the facts."""
        return pd.DataFrame(
            [
                {"kind": item.kind, **item.facts.__dict__, "why": advice_in_words(item, self.language)}
                for item in self.plan.advice
            ]
        )

    def left_out(self) -> pd.DataFrame:
        """Return the units without a local partner in the decentral scenario: why, and what is nearest."""
        run = self._scorer.run
        rows = [
            (
                run.units.ids[item.unit],
                run.units.names[item.unit],
                item.reason,
                self.language.phrase(LEFT_OUT[item.reason]),
                run.nonprofits.ids[item.nearest] if item.nearest >= 0 else None,
                run.nonprofits.names[item.nearest] if item.nearest >= 0 else None,
                round(item.nearest_km, 1),
            )
            for item in self.plan.left
        ]
        columns = ["unit_id", "unit_name", "reason", "meaning", "nearest_id", "nearest_name", "nearest_km"]
        return pd.DataFrame(rows, columns=columns)

    def more_places(self) -> pd.DataFrame:
        """Return what one more place would bring at the fullest units and sites, from solving again."""
        run = self._scorer.run
        rows = []
        for item in self.plan.more_places:
            side = run.units if item.side == "unit" else run.nonprofits
            rows.append(
                (
                    item.side,
                    side.ids[item.position],
                    side.names[item.position],
                    item.places,
                    item.more_units,
                    round(item.gain, 6),
                )
            )
        return pd.DataFrame(rows, columns=["side", "id", "name", "places", "more_units_served", "more_score"])

    def dial(self, positions: Sequence[float] = DIAL_POSITIONS) -> pd.DataFrame:
        """Return what the decentral scenario gives at some positions of the dial between fit and coverage.

        Parameters
        ----------
        positions : sequence of float
            Coverage, in [0, 1].
        """
        settings = self._scorer.run.settings.programmes
        rows = []
        for position in positions:
            pairs = plan_local(self.plan.candidates, position, settings.priced_from).pairs()
            scores = (
                self._scorer.scores(*(np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True)))
                if pairs
                else np.empty(0)
            )
            mean = float(scores.mean()) if len(scores) else float("nan")
            rows.append((position, len({unit for unit, _ in pairs}), len(pairs), mean, float(scores.sum())))
        return pd.DataFrame(rows, columns=["coverage", "units_served", "pairs", "mean_score", "sum_of_scores"])

    def explain(self, programme_id: str) -> str:
        """Return a programme in words: what, why, who facilitates, what is open, what to measure.

        Raises
        ------
        UnknownIdError
            When there is no such programme.
        """
        found = [programme for programme in self.plan.programmes if programme.id == programme_id]
        if not found:
            hint = nearest(programme_id, [programme.id for programme in self.plan.programmes])
            raise UnknownIdError(f"there is no programme '{programme_id}'{hint}")
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
        for pair in programme.pairs:
            record = self._records[pair]
            with_whom = language.phrase(
                "{unit} with {nonprofit}", unit=record.unit_name, nonprofit=record.nonprofit_name
            )
            lines.append(f"- {with_whom}: {reason(record, language)}")
        unsettled = [factor_in_words(item.factor, language) for item in programme.agenda if item.state == OPEN]
        lines.append(
            language.phrase("Still open: {factors}.", factors=", ".join(unsettled))
            if unsettled
            else language.phrase("Nothing on the agenda is open.")
        )
        measures = "; ".join(indicators_in_words(programme.indicators, language))
        lines.append(language.phrase("To measure: {indicators}.", indicators=measures))
        return "\n".join(lines)


def _names(record: PairRecord) -> tuple[str, str, str, str]:
    return record.unit_id, record.unit_name, record.nonprofit_id, record.nonprofit_name
