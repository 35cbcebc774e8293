"""What colleagues and the clock do with missions: look at proofs, give places back, undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.community.mission import Mission
from bot.community.takes import ACCEPTED, EXPIRED, OPEN, PROVED, REFUSED, TAKE, Take
from bot.core.event import Event, Happened
from bot.store import audit, events, happened, history, honouring, missions, projections, schedule
from bot.store.engine import Row, Tx
from bot.store.missions import MissionRefused, step, take_of, terms

REWARD = "mission_reward"  # the kind of what is due when something is to be given
TOLD = {ACCEPTED: "mission_accepted", REFUSED: "mission_refused"}
MOST, EVER = 500, 2**60


def decide(tx: Tx, event: str, now: int, *, yes: bool, why: str, actor: str) -> Take:
    """What he handed in is accepted, or refused with a reason that he hears. Raises
    MissionRefused: somebody else was faster, or there is no reason.

    Accepted, what he gets becomes due in the same transaction, and once; refused after his time is
    over, the place is given back.
    """
    row = _held(tx, event)
    held = take_of(row)
    if held.state != PROVED:
        raise MissionRefused(held.state, f"it is {held.state}, not waiting for a verdict")
    if not yes and not why.strip():
        raise MissionRefused("why", "say why: he hears it")
    which = ACCEPTED if yes else REFUSED
    made = terms(tx, held)
    told = [_event(row, held, which, now, why=why, by=actor)]
    if yes and made is not None and made.shares:
        told.append(_shared(row, held, now))
    events.record(tx, told, now)
    audit.record(tx, [audit.note("mission", held.event, TOLD[which], at=now, actor=actor,
                                 reason=why, before=held.mission)])  # fmt: skip
    happened.tell(tx, TOLD[which], told[0].dedupe, row["member"], now, which=held.mission,
                  persona=made.persona if made else "")  # fmt: skip
    if yes:
        _reward(tx, row, held, made, told[0].dedupe, now)
    elif now >= held.due_at:
        expire(tx, event, now)
    return take_of(_held(tx, event))


def expire(tx: Tx, event: str, now: int) -> str:
    """His time is over: the place is free. Empty, or why not."""
    row = tx.row("take_get", event=event)
    if row is None:
        return "it is gone"
    projections.hold(tx, [row["member"]])
    held = take_of(_held(tx, event))
    if held.state == PROVED:
        return "it waits for a verdict"
    if held.state not in OPEN:
        return f"it is {held.state}"
    events.record(tx, [_event(row, held, EXPIRED, now)], now)
    return ""


def undo(tx: Tx, event: str, now: int, *, why: str, actor: str) -> Take:
    """What was accepted waits for a verdict again; what followed from it goes, the share as well.
    Raises MissionRefused."""
    row = _held(tx, event)
    held = take_of(row)
    if held.state != ACCEPTED:
        raise MissionRefused(held.state, f"it is {held.state}, not accepted")
    if not why.strip():
        raise MissionRefused("why", "say why")
    also = f"{held.last}/shared"
    for one in (held.last, also):
        if history.named(tx, [one]):
            honouring.strike(tx, one, now, why=why, actor=actor)
    return take_of(_held(tx, event))


def takes(
    tx: Tx, states: Sequence[str] = (), mission: str | None = None, n: int = MOST
) -> list[Row]:  # fmt: skip
    """Rows of takes, with the names of their members: in some states those that wait the longest
    first, in any the latest first."""
    if states:
        return tx.rows("takes_in", states=list(states), mission=mission, n=n)
    return tx.rows("takes_latest", mission=mission, n=n)


def counts(tx: Tx) -> dict[str, dict[str, int]]:
    """How many takes of each mission are in each state."""
    found: dict[str, dict[str, int]] = {}
    for row in tx.rows("missions_counts"):
        found.setdefault(row["mission"], {})[row["state"]] = int(row["n"])
    return found


def waiting(tx: Tx) -> int:
    """How many wait for a verdict."""
    row = tx.row("takes_waiting")
    return int(row["n"]) if row else 0


def earned(tx: Tx, event: str, cause: str) -> tuple[Mission | None, Event | None]:
    """What a take went by, and the event by which it was accepted."""
    row, told = tx.row("take_get", event=event), history.named(tx, [cause]).get(cause)
    return (terms(tx, take_of(row)) if row else None), (told.event if told else None)


def place_of(plan: Mapping[str, Any], zone: str) -> Row:
    """Where rewards of a mission belong, as ``granting.give`` wants it: stock and limits count over
    everybody who takes it."""
    return {"id": plan["run"], "activity": f"mission:{plan['mission']}", "circle": plan["circle"],
            "zone": zone, "salt": "", "announce_at": 0, "close_at": EVER}  # fmt: skip


def _held(tx: Tx, event: str) -> Row:
    row = tx.row("take_get", event=event)
    if row is None:
        raise MissionRefused("gone", f"nobody took {event!r}")
    projections.hold(tx, [row["member"]])
    return tx.row("take_get", event=event) or row


def _event(row: Row, held: Take, which: str, now: int, **data: str) -> Event:
    said = {key: one for key, one in data.items() if one}
    return Event(kind=Happened.MISSION, at=now, dedupe=step(held, which), member=row["member"],
                 place=held.mission, which=which,
                 data={"circle": held.circle, TAKE: held.event, **said})  # fmt: skip


def _shared(row: Row, held: Take, now: int) -> Event:
    """Who is accepted passed our word on: it counts among what he shared."""
    return Event(kind=Happened.SHARED, at=now, dedupe=f"{step(held, ACCEPTED)}/shared",
                 member=row["member"], place=held.mission, which=missions.KIND,
                 data={"circle": held.circle, TAKE: held.event})  # fmt: skip


def _reward(
    tx: Tx, row: Row, held: Take, made: Mission | None, cause: str, now: int
) -> None:  # fmt: skip
    if made is not None and made.rewards:
        schedule.add_due(tx, f"{REWARD}/{cause}", REWARD, now, {
            "member": row["member"], "mission": held.mission, "version": held.version,
            "circle": held.circle, "event": cause, "take": held.event,
            "run": f"mission:{held.mission}@{held.event.split('/')[-2]}",
            "rewards": [one.id for one in made.rewards]})  # fmt: skip
