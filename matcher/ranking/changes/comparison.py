"""Hold the shortlists of a run against those of an earlier one: what is new, gone, up and down, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from matcher.ranking.changes import records
from matcher.ranking.changes.fingerprint import Fingerprint, changed_fields
from matcher.ranking.changes.records import DOWN, GONE, NEW, UP, Cause, Changes, CriterionChange, PairChange
from matcher.ranking.changes.snapshot import POINTS, SCORED, Snapshot, snapshot_table
from matcher.scoring.criteria.registry import CRITERIA
from matcher.scoring.explanation import PairRecord
from matcher.scoring.scorer import Scorer

_SLIGHT = 0.001
"""What moved a score by less is not worth a word."""
_CLOSING = ("agreed", "active", "completed", "declined", "vetoed")

Row = dict[str, Any]


def compare(before: Snapshot, now: Snapshot, scorer: Scorer) -> Changes:
    """Return what changed.

    Parameters
    ----------
    before, now : Snapshot
        With lists of the same side.
    scorer : Scorer
        Of the run that ``now`` is of: it says why a pair is on no list any more.
    """
    return _Comparison(before, now, scorer).changes()


class _Comparison:
    """Goes through the pairs of both runs, list by list."""

    def __init__(self, before: Snapshot, now: Snapshot, scorer: Scorer) -> None:
        self.before, self.now, self.scorer = before, now, scorer
        self.list_key = "unit_id" if now.basis.side == "units" else "nonprofit_id"
        self.settings = changed_settings(before.basis, now.basis)
        self.earlier = _by_pair(before.pairs)
        self.current = _by_pair(now.pairs)
        gone = [pair for pair in self.earlier if pair not in self.current]
        self.gone_now = self._judged(gone)
        self.lists_before, self.lists_now = (
            _ranks_by_list(table, self.list_key) for table in (self.earlier, self.current)
        )
        self.statuses = _statuses(before.basis.partnerships)
        self.partners_moved = _moved_partners(before.basis.partnerships, now.basis.partnerships)
        self.fields: dict[tuple[str, str], tuple[str, ...]] = {}

    def changes(self) -> Changes:
        """Return all changes, list by list."""
        found = []
        for pair, row in self.current.items():
            old = self.earlier.get(pair)
            if old is None:
                found.append(self._change(NEW, pair, None, row, tuple(self._why_new(pair))))
            elif old["rank"] != row["rank"]:
                kind = UP if row["rank"] < old["rank"] else DOWN
                found.append(self._change(kind, pair, old, row, tuple(self._why_moved(kind, pair, old, row))))
        for pair, old in self.earlier.items():
            if pair not in self.current:
                judged = self.gone_now.get(pair)
                left = None if judged is None else judged[0]
                found.append(self._change(GONE, pair, old, left, tuple(self._why_gone(pair))))
        found.sort(
            key=lambda item: (getattr(item, self.list_key), item.rank is None, item.rank or item.rank_before or 0)
        )
        return Changes(self.before.basis.as_of, self.now.basis.side, tuple(found), self.settings)

    def _change(
        self, kind: str, pair: tuple[str, str], old: Row | None, row: Row | None, causes: tuple[Cause, ...]
    ) -> PairChange:
        named = row or old or {}
        return PairChange(
            kind,
            unit_id=pair[0],
            unit_name=str(named["unit_name"]),
            company=str(named["company"]),
            nonprofit_id=pair[1],
            nonprofit_name=str(named["nonprofit_name"]),
            organisation=str(named["organisation"]),
            rank_before=None if old is None else int(old["rank"]),
            rank=None if kind == GONE or row is None else int(row["rank"]),
            score_before=None if old is None else float(old["score"]),
            score=None if row is None else float(row["score"]),
            criteria=_criteria(old, row),
            causes=causes,
        )

    # --- why ------------------------------------------------------------------------------------------------------

    def _why_new(self, pair: tuple[str, str]) -> Iterator[Cause]:
        unit, nonprofit = pair
        if unit not in self.before.basis.units.index:
            yield Cause.of(records.UNIT_ADDED)
            return
        if nonprofit not in self.before.basis.nonprofits.index:
            yield Cause.of(records.NONPROFIT_ADDED)
            return
        causes = [
            Cause.of(records.STATUS_ENDED, status=status)
            for status in self.statuses.get(pair, ())
            if status in _CLOSING
        ]
        causes += self._data(pair)
        if self.settings:
            causes.append(Cause.of(records.SETTINGS, settings=self.settings))
        left = self._gone_from(pair)
        if left:
            causes.append(Cause.of(records.OTHERS_LEFT, count=len(left)))
        yield from causes or self._others(pair)

    def _why_gone(self, pair: tuple[str, str]) -> Iterator[Cause]:
        unit, nonprofit = pair
        if unit not in self.now.basis.units.index:
            yield Cause.of(records.UNIT_REMOVED)
            return
        if nonprofit not in self.now.basis.nonprofits.index:
            yield Cause.of(records.NONPROFIT_REMOVED)
            return
        row, gates = self.gone_now[pair]
        if gates:
            yield Cause.of(records.GATE_CLOSED, gates=gates)
            return
        least = self.scorer.run.settings.shortlist.min_score
        if row["score"] < least:
            yield Cause.of(records.BELOW_LEAST, least=least)
        elif site := self._other_site(pair, row):
            yield Cause.of(records.OTHER_SITE, organisation=str(row["organisation"]), site=site)
        else:
            came = self._came_before(pair, float(row["score"]))
            if came:
                yield Cause.of(records.OUTRANKED, count=came)
        yield from self._data(pair)
        if self.settings:
            yield Cause.of(records.SETTINGS, settings=self.settings)
        if self._has_moved(self.earlier[pair], row):
            yield from self._unless_data(pair)

    def _why_moved(self, kind: str, pair: tuple[str, str], old: Row, row: Row) -> Iterator[Cause]:
        yield from self._data(pair)
        if self.settings:
            yield Cause.of(records.SETTINGS, settings=self.settings)
        if self._has_moved(old, row):
            yield from self._unless_data(pair)
        key = row[self.list_key]
        ranks_before, ranks_now = self.lists_before.get(key, {}), self.lists_now[key]
        other = _other(pair, self.list_key)
        ahead_before = {name for name, rank in ranks_before.items() if rank < ranks_before[other]}
        ahead_now = {name for name, rank in ranks_now.items() if rank < ranks_now[other]}
        if kind == UP:
            left, fell = ahead_before - set(ranks_now), (ahead_before & set(ranks_now)) - ahead_now
            if left:
                yield Cause.of(records.OTHERS_LEFT, count=len(left))
            if fell:
                yield Cause.of(records.OTHERS_FELL, count=len(fell))
        else:
            came, rose = ahead_now - set(ranks_before), (ahead_now & set(ranks_before)) - ahead_before
            if came:
                yield Cause.of(records.OTHERS_CAME, count=len(came))
            if rose:
                yield Cause.of(records.OTHERS_ROSE, count=len(rose))

    def _data(self, pair: tuple[str, str]) -> list[Cause]:
        """Return which data of the pair itself changed."""
        causes = []
        for side, row, code in (("units", pair[0], records.UNIT_DATA), ("nonprofits", pair[1], records.NONPROFIT_DATA)):
            key = (side, row)
            if key not in self.fields:
                tables = getattr(self.before.basis, side), getattr(self.now.basis, side)
                self.fields[key] = changed_fields(*tables, row)
            if self.fields[key]:
                causes.append(Cause.of(code, fields=self.fields[key]))
        return causes

    def _unless_data(self, pair: tuple[str, str]) -> Iterator[Cause]:
        """Yield what moved a score when it was neither the pair's own data nor a setting."""
        if pair[1] in self.partners_moved:
            yield Cause.of(records.PARTNERSHIPS)
        elif not self._data(pair) and not self.settings:
            yield Cause.of(records.POOL)

    def _has_moved(self, old: Row, row: Row) -> bool:
        return abs(float(old["score"]) - float(row["score"])) >= _SLIGHT

    def _others(self, pair: tuple[str, str]) -> Iterator[Cause]:
        yield Cause.of(records.PARTNERSHIPS if pair[1] in self.partners_moved else records.POOL)

    def _gone_from(self, pair: tuple[str, str]) -> set[str]:
        """Return who was on the list of a pair and is not now."""
        key = pair[0] if self.list_key == "unit_id" else pair[1]
        return set(self.lists_before.get(key, {})) - set(self.lists_now.get(key, {}))

    def _came_before(self, pair: tuple[str, str], score: float) -> int:
        """Return how many on the list of a pair that is gone were not ahead of it then."""
        key = pair[0] if self.list_key == "unit_id" else pair[1]
        ranks = self.lists_before.get(key, {})
        ahead = {name for name, rank in ranks.items() if rank < ranks[_other(pair, self.list_key)]}
        return len(set(self.lists_now.get(key, {})) - ahead)

    def _other_site(self, pair: tuple[str, str], row: Row) -> str:
        """Return the site of the same organisation that is on the list in the place of this one."""
        if self.list_key != "unit_id":
            return ""
        for name in self.lists_now.get(pair[0], {}):
            other = self.current[pair[0], name]
            if other["organisation"] == row["organisation"]:
                return str(other["nonprofit_name"])
        return ""

    def _judged(self, pairs: list[tuple[str, str]]) -> dict[tuple[str, str], tuple[Row, tuple[str, ...]]]:
        """Return where pairs that are on no list stand now, and their closed gates; those of both lists only."""
        run = self.scorer.run
        unit_at, nonprofit_at = pd.Index(run.units.ids), pd.Index(run.nonprofits.ids)
        units = unit_at.get_indexer(pd.Index([unit for unit, _ in pairs], dtype=object))
        nonprofits = nonprofit_at.get_indexer(pd.Index([nonprofit for _, nonprofit in pairs], dtype=object))
        there = (units >= 0) & (nonprofits >= 0)
        units, nonprofits = units[there].astype(np.int64), nonprofits[there].astype(np.int64)
        if not len(units):
            return {}
        found: list[PairRecord] = self.scorer.records(units, nonprofits)
        closed = self._closed_gates(units, nonprofits)
        rows = _by_pair(snapshot_table(found, [0] * len(found)))
        return {
            (item.unit_id, item.nonprofit_id): (rows[item.unit_id, item.nonprofit_id], gates)
            for item, gates in zip(found, closed, strict=True)
        }

    def _closed_gates(self, units: np.ndarray, nonprofits: np.ndarray) -> list[tuple[str, ...]]:
        """Return the closed gates of pairs, each unit's gates looked at once."""
        closed: list[list[str]] = [[] for _ in units]
        for unit in np.unique(units):
            mine = np.flatnonzero(units == unit)
            for gate in self.scorer.gates:
                shape = (1, len(self.scorer.run.nonprofits))
                row = np.broadcast_to(gate.closed(slice(int(unit), int(unit) + 1)), shape)[0]
                for position in mine[row[nonprofits[mine]]]:
                    closed[position].append(gate.name)
        return [tuple(names) for names in closed]


def changed_settings(before: Fingerprint, now: Fingerprint) -> tuple[str, ...]:
    """Return the keys of the settings that are not what they were."""
    keys = sorted(set(before.settings) | set(now.settings))
    return tuple(key for key in keys if before.settings.get(key) != now.settings.get(key))


def _by_pair(table: pd.DataFrame) -> dict[tuple[str, str], Row]:
    rows = (dict(zip(table.columns, cells, strict=True)) for cells in table.itertuples(index=False, name=None))
    return {(str(row["unit_id"]), str(row["nonprofit_id"])): row for row in rows}


def _ranks_by_list(table: dict[tuple[str, str], Row], list_key: str) -> dict[str, dict[str, int]]:
    lists: dict[str, dict[str, int]] = {}
    for pair, row in table.items():
        lists.setdefault(str(row[list_key]), {})[_other(pair, list_key)] = int(row["rank"])
    return lists


def _other(pair: tuple[str, str], list_key: str) -> str:
    return pair[1] if list_key == "unit_id" else pair[0]


def _statuses(partnerships: pd.DataFrame) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for unit, nonprofit, status in partnerships.itertuples(index=False, name=None):
        found.setdefault((unit, nonprofit), []).append(status)
    return found


def _moved_partners(before: pd.DataFrame, now: pd.DataFrame) -> set[str]:
    """Return the nonprofits of which the partnerships changed."""
    old, new = (set(table.itertuples(index=False, name=None)) for table in (before, now))
    return {nonprofit for _, nonprofit, _ in old ^ new}


def _criteria(old: Row | None, row: Row | None) -> tuple[CriterionChange, ...]:
    if old is None or row is None:
        return ()
    moved = [
        CriterionChange(
            name,
            _known(old[f"{SCORED}{name}"]),
            _known(row[f"{SCORED}{name}"]),
            round(float(row[f"{POINTS}{name}"]) - float(old[f"{POINTS}{name}"]), 6),
        )
        for name in CRITERIA
    ]
    moved = [item for item in moved if abs(item.points) >= _SLIGHT]
    return tuple(sorted(moved, key=lambda item: -abs(item.points)))


def _known(score: Any) -> float | None:
    return None if score is None or pd.isna(score) else round(float(score), 6)
