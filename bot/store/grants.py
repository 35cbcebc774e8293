"""Grants of rewards as they go: one change of state at a time, and what is out of a stock.

What follows from a change (an event of the log) is returned, for rooms may not write the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.core.event import Event, Happened
from bot.store import audit
from bot.store.codec import to_json
from bot.store.engine import Row, Tx

MACHINE, DUE = "reward_grant", "reward"
HELD, GRANTED, PAYING, SENT, SETTLED = "held", "granted", "paying", "sent", "settled"
FAILED, CLAWED, UNSURE = "failed", "clawed", "unsure"
STATES = (HELD, GRANTED, PAYING, UNSURE, SENT, SETTLED, CLAWED, FAILED)
POINTS, COUPON, PACKET, THING = "points", "coupon", "redpacket", "thing"
_SETS = ("why", "note", "event", "counted", "receiver", "tries", "retry_at", "sent_at", "ended_at",
         "loss")  # fmt: skip


def get(tx: Tx, id: str) -> Row | None:
    """One grant, as it stands."""
    return tx.row("grant_get", id=id)


def hold(tx: Tx, id: str) -> Row | None:
    """The same; nobody else changes it before this transaction ends."""
    return tx.row("grant_hold", id=id)


def move(
    tx: Tx, row: Row, event: str, now: int, *, actor: str, why: str | None = None, **sets: Any
) -> Row | None:  # fmt: skip
    """The row as it is after ``event``; None when it was in another state by then. ``why``: the
    code that the row says from then on; None: as before. Raises IllegalTransition."""
    said = str(sets.get("note") or why or "")
    trail = audit.entry(MACHINE, row["id"], row["state"], event, at=now, actor=actor, reason=said)
    made: Row = {**row, **sets, "state": trail["after"]}
    if why is not None:
        made["why"] = why
    values = {name: made[name] for name in _SETS}
    if not tx.run("grant_move", id=row["id"], before=row["state"], state=made["state"], **values):
        return None
    audit.record(tx, [trail])
    told(tx, made, now)
    return made


def told(tx: Tx, row: Row, now: int) -> None:
    """What follows from its state is due: he hears of it, it will be settled
    (``scheduler/rewarding.py``). A grant that only passes a state does nothing there."""
    data = {"grant": row["id"], "state": row["state"]}
    # store/schedule.py stands above the room that calls this
    tx.run("due_add", key=f"{DUE}/{row['id']}/{row['state']}/{now}", kind=DUE, at=now,
           data=to_json(data))  # fmt: skip


def granted(tx: Tx, row: Row, at: int, circle_day: str) -> tuple[Row, Event]:
    """What the log says of a grant from now on; points count by it."""
    dedupe = f"granted/{row['id']}" if not row["event"] else f"granted/{row['id']}/{at}"
    made = Event(
        kind=Happened.GRANTED, at=at, dedupe=dedupe, member=row["own"], place=row["run"],
        which=row["reward"], amount=row["points"] or row["cents"],
        data={"circle": row["circle"], "day": circle_day, "cause": row["cause"],
              "how": row["how"], "grant": row["id"]})  # fmt: skip
    return {**row, "event": dedupe}, made


def hand(tx: Tx, row: Row, now: int, actor: str, **sets: Any) -> Row | None:
    """It is his from now on: points, a code, or a thing that a colleague has handed over."""
    return move(tx, row, "hand", now, actor=actor, why="", sent_at=now, retry_at=None, **sets)


def give_back(tx: Tx, row: Row) -> int:
    """Somebody else may have it; what ``counted`` is from then on."""
    if row["counted"]:
        tx.run("reward_give_back", activity=row["activity"], reward=row["reward"],
               cents=row["cents"])  # fmt: skip
    return 0


def fail(tx: Tx, row: Row, event: str, now: int, *, actor: str, why: str, **sets: Any) -> bool:
    """It comes to nothing, and its share of the stock is free again."""
    made = move(tx, row, event, now, actor=actor, why=why, counted=0, retry_at=None, ended_at=now,
                **sets)  # fmt: skip
    if made is None:
        return False
    give_back(tx, row)
    return True


def claw(
    tx: Tx, row: Row, now: int, *, actor: str, why: str, note: str = ""
) -> Sequence[Event]:  # fmt: skip
    """It is taken back, as far as it can be. What is out (a code that he knows, money, a thing) is
    out: it stands as a loss and stays counted. What follows for the log."""
    out = row["state"] in (SENT, SETTLED) and row["how"] != POINTS
    loss = row["cents"] if out else None
    made = move(tx, row, "claw", now, actor=actor, why=why, note=note, loss=loss, retry_at=None,
                counted=row["counted"] if out else 0, ended_at=now)  # fmt: skip
    if made is None:
        return ()
    if not out:
        give_back(tx, row)
        tx.run("coupon_free_of", holder=row["id"])
    if not row["event"]:
        return ()
    return [Event(kind=Happened.CLAWED, at=now, dedupe=f"clawed/{row['event']}", member=row["own"],
                  place=row["event"], data={"why": why, "by": actor})]  # fmt: skip
