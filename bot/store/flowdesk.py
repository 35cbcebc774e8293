"""Flows as their pages show them: who stands where and why, and what became of one member's way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.store import flows
from bot.store.engine import Row, Tx

RUN_STATES = ("running", "done", "stopped", "control")
# What became of a step, as people ask for it: states of table ``due``.
FATES: Mapping[str, tuple[str, ...]] = {
    "waiting": ("waiting",), "done": ("done",), "left_out": ("skipped", "dropped"),
}  # fmt: skip
MEANWHILE = 1_000  # a message may be decided about within the second in which its run begins


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Whose rows are asked for: runs in one ``state`` (empty: any), or those of one ``step`` of
    which became ``fate``, for the reason ``why`` (None: whatever the reason)."""

    state: str = ""
    step: str = ""
    fate: str = "waiting"
    why: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One member's run. ``step`` is the one asked for, else the next that waits; empty: none
    does. ``fate`` and ``why`` are the step's, ``at`` is when it is or was due."""

    run: int
    member: str
    persona: str
    version: int
    state: str
    started_at: int
    ended_at: int | None
    goal_at: int | None
    note: str
    step: str = ""
    at: int | None = None
    fate: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """One step of one member's way. ``fate`` as in the table ``due``, ``why`` beside it; what left
    of it: ``status`` of the reply log, or ``pooled`` and ``unpooled``; ``left_why``: its note."""

    step: str
    at: int
    fate: str
    why: str
    status: str = ""
    left_why: str = ""
    sent_at: int | None = None
    account: str = ""
    outbox: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One member's way through a flow, once."""

    run: Standing
    cause: str
    stages: Sequence[Stage]


def page(tx: Tx, flow: str, place: Place, before: int, n: int) -> list[Standing]:
    """Members of a flow who stand there, the latest first, from runs older than ``before``."""
    if place.step:
        rows = tx.rows("flowdesk_step", flow=flow, step=place.step, before=before, n=n,
                       states=list(FATES.get(place.fate, FATES["waiting"])),
                       any=int(place.why is None), note=place.why or "")  # fmt: skip
        return [replace(_standing(row), step=row["step"], at=row["at"], fate=row["step_state"],
                        why=row["step_note"] or "") for row in rows]  # fmt: skip
    states = [place.state] if place.state in RUN_STATES else list(RUN_STATES)
    found = [_standing(row) for row in tx.rows("flowdesk_runs", flow=flow, states=states,
                                               before=before, n=n)]  # fmt: skip
    return _with_next(tx, found)


def _with_next(tx: Tx, found: Sequence[Standing]) -> list[Standing]:
    """With the step that each waits for, the earliest."""
    runs, waits = [one.run for one in found if one.state == "running"], dict[int, Row]()
    for row in tx.rows("flowdesk_next", runs=runs) if runs else ():
        waits.setdefault(row["run"], row)
    return [_at(one, waits[one.run]) if one.run in waits else one for one in found]


def _at(one: Standing, row: Row) -> Standing:
    return replace(one, step=row["step"], at=row["at"], fate="waiting", why=row["note"] or "")


def _standing(row: Row) -> Standing:
    return Standing(run=row["id"], member=row["member"], persona=row["persona"],
                    version=row["flow_version"], state=row["state"], started_at=row["started_at"],
                    ended_at=row["ended_at"], goal_at=row["goal_at"],
                    note=row["note"] or "")  # fmt: skip


def by_version(tx: Tx, flow: str) -> dict[int, int]:
    """How many are on their way in each version."""
    return {row["version"]: int(row["n"]) for row in tx.rows("flowdesk_versions", flow=flow)}


def waiting(tx: Tx, flow: str) -> int:
    """How many steps wait for those who are on their way."""
    row = tx.row("flowdesk_waiting", flow=flow)
    return int(row["n"]) if row else 0


def ways(tx: Tx, flow: str, member: str) -> list[Way]:
    """One member's ways through a flow, the latest first."""
    runs = [run for run in flows.of_member(tx, member) if run["flow"] == flow]
    if not runs:
        return []
    left = _left(tx, flow, member, runs)
    return [Way(run=_standing(run), cause=run["cause"],
                stages=[_stage(run["id"], step, left) for step in run["steps"]])
            for run in reversed(runs)]  # fmt: skip


def _stage(run: int, step: Row, left: Mapping[tuple[int, str], Row]) -> Stage:
    found = left.get((run, step["step"])) if step["state"] == "done" else None
    more = {} if found is None else {key: found[key] for key in (
        "status", "left_why", "sent_at", "account", "outbox")}  # fmt: skip
    return Stage(step=step["step"], at=step["at"], fate=step["state"], why=step["note"] or "",
                 **more)  # fmt: skip


def _left(
    tx: Tx, flow: str, member: str, runs: Sequence[Row]
) -> Mapping[tuple[int, str], Row]:  # fmt: skip
    """By run and step, what left of it or waits in a pool. The log has no run beside a message: it
    belongs to the latest that had begun."""
    found: dict[tuple[int, str], Row] = {}
    since = runs[0]["started_at"] - MEANWHILE
    for row in tx.rows("flowdesk_sent", member=member, since=since, prefix=f"flow:{flow}:"):
        begun = [run["id"] for run in runs if run["started_at"] - MEANWHILE <= row["at"]]
        step = row["origin"].removeprefix(f"flow:{flow}:")
        found[begun[-1], step] = row | {"left_why": row["note"] or ""}
    for row in tx.rows("flowdesk_pooled", member=member):
        _, run, step = row["key"].split("/", 2)
        found[int(run), step] = row | {
            "status": "pooled" if row["dropped_at"] is None else "unpooled", "outbox": None,
            "left_why": row["note"] or "", "sent_at": row["dropped_at"]}  # fmt: skip
    return found
