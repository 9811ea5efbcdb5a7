"""Comparison of a run's shortlists with those of a previous run: the changes, and their causes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from matcher.ranking.changes import records
from matcher.ranking.changes.fingerprint import Fingerprint, added_fields, changed_fields
from matcher.ranking.changes.records import DOWN, GONE, NEW, UP, Cause, Changes, CriterionChange, PairChange
from matcher.ranking.changes.snapshot import POINTS, SCORED, Snapshot, snapshot_table
from matcher.scoring.data import Ints
from matcher.scoring.explanation import FormerCriterion, PairRecord
from matcher.scoring.geometric import logarithmic_mean
from matcher.scoring.scorer import Scorer
from matcher.tables.status import Status

_SLIGHT = 0.001
"""Smaller changes of a score are not reported."""

Pair = tuple[str, str]
Row = dict[str, Any]


def compare(before: Snapshot, now: Snapshot, scorer: Scorer) -> Changes:
    """Return the changes between two runs.

    Parameters
    ----------
    before, now : Snapshot
        Of the previous run and of this one, with lists of the same side.
    scorer : Scorer
        Scorer of this run; it scores the pairs that are no longer on any list.

    Returns
    -------
    Changes
    """
    return _Comparison(before, now, scorer).changes()


class _Comparison:
    """Compares the pairs of two runs, list by list."""

    def __init__(self, before: Snapshot, now: Snapshot, scorer: Scorer) -> None:
        self.before, self.now, self.scorer = before.fingerprint, now.fingerprint, scorer
        self.list_key = "unit_id" if self.now.side == "units" else "nonprofit_id"
        self.settings = changed_settings(self.before, self.now)
        self.criteria = tuple(dict.fromkeys((*now.criteria, *before.criteria)))
        self.previous = _by_pair(before.pairs)
        self.current = _by_pair(now.pairs)
        self.gone_now = self._scored([pair for pair in self.previous if pair not in self.current])
        self.previous_ranks, self.current_ranks = (
            _ranks_by_list(table, self.list_key) for table in (self.previous, self.current)
        )
        self.statuses = _statuses(self.before.partnerships)
        self.nonprofits_with_news = _nonprofits_with_news(self.before.partnerships, self.now.partnerships)
        self.fields: dict[Pair, tuple[str, ...]] = {}

    def changes(self) -> Changes:
        """All changes, list by list."""
        found = []
        for pair, row in self.current.items():
            old = self.previous.get(pair)
            if old is None:
                found.append(self._change(NEW, pair, None, row, self._why_new(pair)))
            elif old["rank"] != row["rank"]:
                change_type = UP if row["rank"] < old["rank"] else DOWN
                found.append(self._change(change_type, pair, old, row, self._why_moved(change_type, pair, old, row)))
        for pair, old in self.previous.items():
            if pair not in self.current:
                scored = self.gone_now.get(pair)
                found.append(self._change(GONE, pair, old, None if scored is None else scored[0], self._why_gone(pair)))
        found.sort(
            key=lambda item: (getattr(item, self.list_key), item.rank is None, item.rank or item.rank_before or 0)
        )
        return Changes(self.before.as_of, self.now.side, tuple(found), self.settings, self.criteria)

    def _change(
        self, change_type: str, pair: Pair, old: Row | None, row: Row | None, causes: Iterator[Cause]
    ) -> PairChange:
        named = row or old or {}
        return PairChange(
            change_type,
            unit_id=pair[0],
            unit_name=str(named["unit_name"]),
            company=str(named["company"]),
            nonprofit_id=pair[1],
            nonprofit_name=str(named["nonprofit_name"]),
            organisation=str(named["organisation"]),
            rank_before=None if old is None else int(old["rank"]),
            rank=None if change_type == GONE or row is None else int(row["rank"]),
            score_before=None if old is None else float(old["score"]),
            score=None if row is None else float(row["score"]),
            criteria=self._criteria(old, row),
            causes=tuple(causes),
        )

    def _criteria(self, old: Row | None, row: Row | None) -> tuple[CriterionChange, ...]:
        """Return the criteria that changed the score of a pair, largest change first; one of a single run adds 0 to the other."""
        if old is None or row is None:
            return ()
        exchange = float(logarithmic_mean(np.array(float(row["score"])), np.array(float(old["score"]))))
        moved = [
            CriterionChange(
                self.scorer.run.criteria.get(name) or FormerCriterion(name),
                _known(old.get(f"{SCORED}{name}")),
                _known(row.get(f"{SCORED}{name}")),
                round(exchange * (float(row.get(f"{POINTS}{name}", 0.0)) - float(old.get(f"{POINTS}{name}", 0.0))), 6),
            )
            for name in self.criteria
        ]
        moved = [item for item in moved if abs(item.points) >= _SLIGHT]
        return tuple(sorted(moved, key=lambda item: -abs(item.points)))

    def _why_new(self, pair: Pair) -> Iterator[Cause]:
        unit, nonprofit = pair
        if unit not in self.before.units.index:
            yield Cause.of(records.UNIT_ADDED)
            return
        if nonprofit not in self.before.nonprofits.index:
            yield Cause.of(records.NONPROFIT_ADDED)
            return
        causes = [
            Cause.of(records.STATUS_ENDED, status=status)
            for status in self.statuses.get(pair, ())
            if status in Status.having("leaves_lists")
        ]
        causes += [*self._own_causes(pair)]
        key, _ = self._list_and_entry(pair)
        left = set(self.previous_ranks.get(key, {})) - set(self.current_ranks.get(key, {}))
        if left:
            causes.append(Cause.of(records.OTHERS_LEFT, count=len(left)))
        yield from causes or [
            Cause.of(records.PARTNERSHIPS if nonprofit in self.nonprofits_with_news else records.POOL)
        ]

    def _why_gone(self, pair: Pair) -> Iterator[Cause]:
        unit, nonprofit = pair
        if unit not in self.now.units.index:
            yield Cause.of(records.UNIT_REMOVED)
            return
        if nonprofit not in self.now.nonprofits.index:
            yield Cause.of(records.NONPROFIT_REMOVED)
            return
        row, gates = self.gone_now[pair]
        if gates:
            yield Cause.of(records.GATE_CLOSED, gates=gates)
            return
        min_score = self.scorer.run.settings.shortlist.min_score
        if row["score"] < min_score:
            yield Cause.of(records.BELOW_MIN_SCORE, least=min_score)
        elif site := self._other_site(pair, row):
            yield Cause.of(records.OTHER_SITE, organisation=str(row["organisation"]), site=site)
        elif overtaking := self._overtaking(pair):
            yield Cause.of(records.OUTRANKED, count=overtaking)
        yield from self._own_causes(pair)
        yield from self._score_causes(pair, self.previous[pair], row)

    def _why_moved(self, change_type: str, pair: Pair, old: Row, row: Row) -> Iterator[Cause]:
        yield from self._own_causes(pair)
        yield from self._score_causes(pair, old, row)
        key, entry = self._list_and_entry(pair)
        ranks_before, ranks_now = self.previous_ranks.get(key, {}), self.current_ranks[key]
        ahead_before = _ahead_of(entry, ranks_before)
        ahead_now = _ahead_of(entry, ranks_now)
        if change_type == UP:
            counts = {
                records.OTHERS_LEFT: ahead_before - set(ranks_now),
                records.OTHERS_FELL: (ahead_before & set(ranks_now)) - ahead_now,
            }
        else:
            counts = {
                records.OTHERS_CAME: ahead_now - set(ranks_before),
                records.OTHERS_ROSE: (ahead_now & set(ranks_before)) - ahead_before,
            }
        yield from (Cause.of(code, count=len(others)) for code, others in counts.items() if others)

    def _own_causes(self, pair: Pair) -> Iterator[Cause]:
        """Return the changed data of the pair itself, and changed settings."""
        yield from self._data_causes(pair)
        if self.settings:
            yield Cause.of(records.SETTINGS, settings=self.settings)

    def _data_causes(self, pair: Pair) -> list[Cause]:
        causes = []
        for side, row, code in (("units", pair[0], records.UNIT_DATA), ("nonprofits", pair[1], records.NONPROFIT_DATA)):
            key = (side, row)
            if key not in self.fields:
                self.fields[key] = changed_fields(getattr(self.before, side), getattr(self.now, side), row)
            if self.fields[key]:
                criteria = self.scorer.run.criteria
                fields = tuple(criteria[name] if name in added_fields(criteria) else name for name in self.fields[key])
                causes.append(Cause.of(code, fields=fields))
        return causes

    def _score_causes(self, pair: Pair, old: Row, row: Row) -> Iterator[Cause]:
        """Return the cause of a changed score that neither the pair's own data nor the settings explain."""
        if abs(float(old["score"]) - float(row["score"])) < _SLIGHT:
            return
        if pair[1] in self.nonprofits_with_news:
            yield Cause.of(records.PARTNERSHIPS)
        elif not self._data_causes(pair) and not self.settings:
            yield Cause.of(records.POOL)

    def _overtaking(self, pair: Pair) -> int:
        """Return the number of entries on the list of a pair that is gone that were not ahead of it before."""
        key, entry = self._list_and_entry(pair)
        return len(set(self.current_ranks.get(key, {})) - _ahead_of(entry, self.previous_ranks.get(key, {})))

    def _other_site(self, pair: Pair, row: Row) -> str:
        """Name of the site of the same organisation that is on the list instead of this one, or an empty string."""
        if self.list_key != "unit_id":
            return ""
        for name in self.current_ranks.get(pair[0], {}):
            other = self.current[pair[0], name]
            if other["organisation"] == row["organisation"]:
                return str(other["nonprofit_name"])
        return ""

    def _scored(self, pairs: list[Pair]) -> dict[Pair, tuple[Row, tuple[str, ...]]]:
        """Return the current scores and closed gates of pairs that are on no list; only those that both lists still have."""
        run = self.scorer.run
        units = pd.Index(run.units.ids).get_indexer(pd.Index([unit for unit, _ in pairs], dtype=object))
        nonprofits = pd.Index(run.nonprofits.ids).get_indexer(pd.Index([site for _, site in pairs], dtype=object))
        in_both = (units >= 0) & (nonprofits >= 0)
        units, nonprofits = units[in_both].astype(np.int64), nonprofits[in_both].astype(np.int64)
        if not len(units):
            return {}
        found: list[PairRecord] = self.scorer.records(units, nonprofits)
        gates = self._closed_gates(units, nonprofits)
        rows = _by_pair(snapshot_table(found, [0] * len(found), self.criteria))
        return {pair: (row, closed) for (pair, row), closed in zip(rows.items(), gates, strict=True)}

    def _closed_gates(self, units: Ints, nonprofits: Ints) -> list[tuple[str, ...]]:
        """Names of the closed gates of each pair; each unit's gates are evaluated once."""
        closed: list[list[str]] = [[] for _ in units]
        for unit in np.unique(units):
            mine = np.flatnonzero(units == unit)
            for gate in self.scorer.gates:
                shape = (1, len(self.scorer.run.nonprofits))
                row = np.broadcast_to(gate.is_excluded(slice(int(unit), int(unit) + 1)), shape)[0]
                for position in mine[row[nonprofits[mine]]]:
                    closed[position].append(gate.name)
        return [tuple(names) for names in closed]

    def _list_and_entry(self, pair: Pair) -> Pair:
        """Return the id whose list has the pair, and the id that stands on that list."""
        return pair if self.list_key == "unit_id" else (pair[1], pair[0])


def changed_settings(before: Fingerprint, now: Fingerprint) -> tuple[str, ...]:
    """Dotted keys of the settings that differ, sorted.

    Parameters
    ----------
    before, now : Fingerprint
        Of the previous run and of this one.
    """
    keys = sorted(set(before.settings) | set(now.settings))
    return tuple(key for key in keys if before.settings.get(key) != now.settings.get(key))


def _by_pair(table: pd.DataFrame) -> dict[Pair, Row]:
    rows = (dict(zip(table.columns, cells, strict=True)) for cells in table.itertuples(index=False, name=None))
    return {(str(row["unit_id"]), str(row["nonprofit_id"])): row for row in rows}


def _ranks_by_list(table: dict[Pair, Row], list_key: str) -> dict[str, dict[str, int]]:
    entry_key = "nonprofit_id" if list_key == "unit_id" else "unit_id"
    lists: dict[str, dict[str, int]] = {}
    for row in table.values():
        lists.setdefault(str(row[list_key]), {})[str(row[entry_key])] = int(row["rank"])
    return lists


def _ahead_of(entry: str, ranks: dict[str, int]) -> set[str]:
    return {name for name, rank in ranks.items() if rank < ranks[entry]}


def _statuses(partnerships: pd.DataFrame) -> dict[Pair, list[str]]:
    found: dict[Pair, list[str]] = {}
    for unit, nonprofit, status in partnerships.itertuples(index=False, name=None):
        found.setdefault((unit, nonprofit), []).append(status)
    return found


def _nonprofits_with_news(before: pd.DataFrame, now: pd.DataFrame) -> set[str]:
    """Ids of the nonprofits with added, removed or changed partnerships."""
    old, new = (set(table.itertuples(index=False, name=None)) for table in (before, now))
    return {nonprofit for _, nonprofit, _ in old ^ new}


def _known(score: Any) -> float | None:
    return None if score is None or pd.isna(score) else round(float(score), 6)
