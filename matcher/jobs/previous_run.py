"""What a run leaves for a later one to be compared with, and reading it back."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd

from matcher import __version__
from matcher.errors import PreviousRunError
from matcher.jobs.records import COMPARE_FILE, RUN_FILE
from matcher.messages import Message
from matcher.ranking.changes.fingerprint import Fingerprint
from matcher.ranking.changes.snapshot import NAMES, POINTS, SCORED, Snapshot
from matcher.reports.results import Files

_FORMAT = 2
_KEY = b"matcher"
_PAIR, _UNIT, _NONPROFIT, _PARTNERSHIP = "pair", "unit", "nonprofit", "partnership"
_SUM = "sum."
"""What the columns with checksums start with."""


def compare_file(snapshot: Snapshot) -> Files:
    """Return the file that a later run is compared with; the same standings give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    fingerprint = snapshot.fingerprint
    parts = [
        snapshot.pairs.assign(kind=_PAIR).astype({"rank": "Int64"}),
        _checksum_rows(fingerprint.units, _UNIT, "unit_id"),
        _checksum_rows(fingerprint.nonprofits, _NONPROFIT, "nonprofit_id"),
        fingerprint.partnerships.assign(kind=_PARTNERSHIP),
    ]
    text = ["kind", *NAMES, "status"]
    scores = [f"{start}{name}" for name in snapshot.criteria for start in (SCORED, POINTS)]
    sums = sorted({f"{_SUM}{name}" for name in (*fingerprint.units, *fingerprint.nonprofits)})
    columns = {name: pd.concat([_column(part, name) for part in parts], ignore_index=True) for name in (*text, "rank", "score", *scores, *sums)}  # fmt: skip
    types = dict.fromkeys(text, pa.string()) | {"rank": pa.int32()} | dict.fromkeys(("score", *scores), pa.float64())
    types |= dict.fromkeys(sums, pa.uint32())
    table = pa.table({name: pa.array(column, type=types[name], from_pandas=True) for name, column in columns.items()})
    record = {
        "format": _FORMAT,
        "matcher": __version__,
        "side": fingerprint.side,
        "settings": fingerprint.settings,
    }
    table = table.replace_schema_metadata({_KEY: json.dumps(record, sort_keys=True).encode("utf-8")})
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return {COMPARE_FILE: buffer.getvalue()}


def _checksum_rows(frame: pd.DataFrame, kind: str, id_column: str) -> pd.DataFrame:
    rows = frame.astype("UInt32").add_prefix(_SUM)
    return rows.assign(kind=kind, **{id_column: frame.index.to_numpy(dtype=object)})


def _column(part: pd.DataFrame, name: str) -> pd.Series:
    if name in part.columns:
        return part[name].astype(object)
    return pd.Series([None] * len(part), dtype=object)


def read_previous_run(folder: Path, side: str, option: str = "--since") -> Snapshot:
    """Return the standings of an earlier run.

    Parameters
    ----------
    folder : Path
        Its results.
    side : {"units", "nonprofits"}
        Whose lists are wanted.
    option : str
        Option that names the folder, for messages.

    Raises
    ------
    PreviousRunError
        When the folder holds no results to compare with: none at all, of another version, of the other side, or
        damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / COMPARE_FILE
    if not folder.is_dir():
        raise PreviousRunError(
            Message(
                "{option} {folder}: there is no such folder. Name the folder with the results of an earlier run",
                option=option,
                folder=folder,
            )
        )
    if not path.is_file() or not (folder / RUN_FILE).is_file():
        missing = COMPARE_FILE if not path.is_file() else RUN_FILE
        raise PreviousRunError(
            Message(
                "{option} {folder}: there is no {missing} in it, so these are no whole results. Name the folder of a run that wrote csv",
                option=option,
                folder=folder,
                missing=missing,
            )
        )
    try:
        day = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))["as_of"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PreviousRunError(
            Message(
                "{option} {folder}: {file} cannot be read ({error}), so these are no whole results. Run that input again",
                option=option,
                folder=folder,
                file=RUN_FILE,
                error=error,
            )
        ) from None
    try:
        table = pq.read_table(path)
        record: dict[str, Any] = json.loads((table.schema.metadata or {})[_KEY])
        is_known = record["format"] == _FORMAT
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise PreviousRunError(
            Message(
                "{option} {folder}: {file} cannot be read ({reason}). Run that input again",
                option=option,
                folder=folder,
                file=COMPARE_FILE,
                reason=reason,
            )
        ) from None
    if not is_known:
        raise PreviousRunError(
            Message(
                "{option} {folder}: the results are of matcher {old_version}, which wrote another {file} than {version} reads. Run that input again with this version",
                option=option,
                folder=folder,
                old_version=record.get("matcher", "?"),
                file=COMPARE_FILE,
                version=__version__,
            )
        )
    if record["side"] != side:
        raise PreviousRunError(
            Message(
                "{option} {folder}: these are lists of {old_side}, and this run makes lists of {side}. Name results of the same side, or give --side {old_side}",
                option=option,
                folder=folder,
                old_side=record["side"],
                side=side,
            )
        )
    try:
        return _snapshot(table.to_pandas(), record, str(day))
    except (KeyError, TypeError, ValueError) as error:
        raise PreviousRunError(
            Message(
                "{option} {folder}: {file} lacks {error}. Run that input again",
                option=option,
                folder=folder,
                file=COMPARE_FILE,
                error=error,
            )
        ) from None


def _snapshot(frame: pd.DataFrame, record: dict[str, Any], day: str) -> Snapshot:
    criteria = [name.removeprefix(SCORED) for name in frame.columns if name.startswith(SCORED)]
    scores = [f"{start}{name}" for name in criteria for start in (SCORED, POINTS)]
    pairs = frame[frame["kind"] == _PAIR][[*NAMES, "rank", "score", *scores]].reset_index(drop=True)
    pairs = pairs.astype(dict.fromkeys(NAMES, "str") | {"rank": "int64"})
    partnerships = frame[frame["kind"] == _PARTNERSHIP][["unit_id", "nonprofit_id", "status"]]
    fingerprint = Fingerprint(
        record["side"],
        day,
        record["settings"],
        _checksums(frame, _UNIT, "unit_id"),
        _checksums(frame, _NONPROFIT, "nonprofit_id"),
        partnerships.reset_index(drop=True).astype("str"),
    )
    return Snapshot(pairs, fingerprint)


def _checksums(frame: pd.DataFrame, kind: str, id_column: str) -> pd.DataFrame:
    rows = frame[frame["kind"] == kind].set_index(id_column).filter(regex=f"^{re.escape(_SUM)}").dropna(axis="columns")
    rows.columns = rows.columns.str.removeprefix(_SUM)
    rows.index = rows.index.astype("str").rename("id")
    return rows.astype("uint32")
