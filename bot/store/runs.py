"""Runs of activities: made when they are announced, each with the version that serves then, and
moved on by their lifecycle. What members do in them follows from the log (``store/entries.py``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from bot.community import draw
from bot.community.activity import Activity, parse_activity, shown
from bot.community.runs import Run
from bot.core.errors import OneVoiceError
from bot.store import audit, codec, versions
from bot.store.engine import Row, Tx

MACHINE, KIND = "activity_run", "activity"
ANNOUNCED, OPEN, CLOSED, JUDGED, CANCELLED = "announced", "open", "closed", "judged", "cancelled"
MOST = 256
RUNS = 50
_TIMES = {"close": "closed_at", "judge": "judged_at"}


class ActivityRefused(OneVoiceError):
    """It cannot be done; the message says why."""


def terms(tx: Tx, activity: str, version: int, zone: str) -> Activity | None:
    """The rules of a run; None where nobody kept them."""
    row = tx.row("activity_terms_get", activity=activity, version=version)
    return _parsed(activity, version, row["source"], zone) if row else None


@lru_cache(maxsize=MOST)
def _parsed(activity: str, version: int, source: str, zone: str) -> Activity:
    return parse_activity(source, shown(activity), zone, version)


def add(tx: Tx, run: Run, zone: str, salt: str, seed: str, now: int) -> bool:
    """The run is there from now on; False when it was. ``salt`` and ``seed`` are random words: the
    seed decides a draw and stays secret until it is judged."""
    edition = versions.get(tx, KIND, run.activity, run.version)
    if edition is None:
        raise ActivityRefused(f"there is no version {run.version} of {run.activity}")
    tx.run("activity_terms_add", activity=run.activity, version=run.version,
           source=next(iter(edition.files.values())))  # fmt: skip
    made = tx.run("activity_run_add", **asdict(run), zone=zone, state=ANNOUNCED, salt=salt,
                  seed=seed)  # fmt: skip
    if made:
        audit.record(tx, [audit.note(MACHINE, run.id, "announce", at=now, actor="scheduler",
                                     after=ANNOUNCED, reason=f"v{run.version}")])  # fmt: skip
    return bool(made)


def get(tx: Tx, id: str) -> Row | None:
    """One run, as it stands."""
    return tx.row("activity_run_get", id=id)


def hold(tx: Tx, id: str) -> Row | None:
    """The same; nobody else changes it before this transaction ends."""
    return tx.row("activity_run_hold", id=id)


def of(tx: Tx, activity: str = "", n: int = RUNS) -> list[Row]:
    """Runs of an activity, or of all, the latest first."""
    if activity:
        return tx.rows("activity_runs_of", activity=activity, n=n)
    return tx.rows("activity_runs_latest", n=n)


def current(tx: Tx, activity: str, now: int) -> Row | None:
    """The run in which one may take part now, else the one that was announced last."""
    return tx.row("activity_run_on", activity=activity, now=now)


def plan_of(row: Row) -> Run:
    """The times of a run."""
    return Run(**{name: row[name] for name in Run.__slots__})


def rules_of(tx: Tx, row: Row) -> Activity | None:
    """What a run goes by."""
    return terms(tx, row["activity"], row["version"], row["zone"])


def seed_hash(row: Row) -> str:
    """What is published of a draw when it is announced."""
    return draw.commitment(row["seed"])


def move(
    tx: Tx, row: Row, event: str, now: int, *, actor: str = "scheduler", why: str = ""
) -> bool:  # fmt: skip
    """The run goes on; False when somebody else moved it first. Raises IllegalTransition."""
    trail = audit.entry(MACHINE, row["id"], row["state"], event, at=now, actor=actor, reason=why)
    times = {name: now if key == event else None for key, name in _TIMES.items()}
    if not tx.run("activity_run_move", id=row["id"], before=row["state"], state=trail["after"],
                  note=why, **times):  # fmt: skip
        return False
    audit.record(tx, [trail])
    return True


def publish(tx: Tx, id: str, proof: Mapping[str, Any]) -> None:
    """Keeps what strangers check a draw by."""
    tx.run("activity_run_proof", id=id, proof=codec.to_json(proof))


def by_id(tx: Tx, ids: Sequence[str]) -> dict[str, Row]:
    """These runs, as far as they are there."""
    wanted = sorted(set(ids))
    return {row["id"]: row for row in tx.rows("activity_runs_get", ids=wanted)} if wanted else {}
