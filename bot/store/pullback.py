"""Taking back a task that nobody has tapped: called off for good, or made again for fewer people or
for a better hour. Nothing is made again before it is known that the old task cannot be tapped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.core.model import Outbound, TapStatus
from bot.store import audit, outbox, recipients, taps
from bot.store.codec import from_json, outbound, to_json
from bot.store.engine import Row, Tx
from bot.store.outbox import Receiver
from bot.store.taps import ACTOR, AGAIN

# The note of a reply row whose receiver stands on the list of the new task.
MOVED = "again"
# States of the outbox in which a task may be on the platform, or come there yet.
BEYOND = ("sending", "unsure", "waiting")
STOPPED = ("ready", "waiting")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pull:
    """How a task is taken back. ``why`` is a reason code or a sentence, ``again_at`` (UTC ms) when
    its successor may leave, None: it has none; ``drops`` are members who are not on its list, with
    their codes; ``ends`` is the event of its row in the outbox."""

    why: str
    actor: str = ACTOR
    ends: Literal["cancel", "expire"] = "cancel"
    again_at: int | None = None
    drops: Mapping[str, str] = field(default_factory=dict)


def pull(tx: Tx, task: Row | Outbound, wish: Pull, now: int) -> bool:
    """From now on the task is being taken back, whatever becomes of this process; False when that
    changes nothing. Several wishes become one: what is called off is not made again, of two times
    the later counts, and everybody who was to be left out is."""
    id, account, channel, persona = _place(task)
    tap = tx.row("tap_hold", outbox=id)
    if tap is None:
        made = tx.row("tap_begin", outbox=id, account=account, channel=channel, persona=persona,
                      now=now, **_columns(wish))  # fmt: skip
        if made is not None:
            audit.record(tx, [audit.note("tap", id, "pull", at=now, actor=wish.actor,
                                         reason=wish.why, after="pulling")])  # fmt: skip
        return made is not None
    if tap["state"] == "open":
        return _begin(tx, tap, wish, now)
    return tap["state"] == "pulling" and _add(tx, tap, wish)


def _place(task: Row | Outbound) -> tuple[int, str, str, str]:
    if isinstance(task, Outbound):
        return task.id, task.account, task.channel, task.persona
    return task["id"], task["account"], task["channel"], task["persona"]


def _columns(wish: Pull) -> Row:
    return {"ends": wish.ends, "why": wish.why, "actor": wish.actor, "again_at": wish.again_at,
            "drops": to_json(wish.drops)}  # fmt: skip


def _begin(tx: Tx, tap: Row, wish: Pull, now: int) -> bool:
    if not tx.run("tap_pull", outbox=tap["outbox"], now=now, **_columns(wish)):
        return False
    audit.record(tx, [audit.entry("tap", tap["outbox"], "open", "pull", at=now, actor=wish.actor,
                                  reason=wish.why)])  # fmt: skip
    return True


def _add(tx: Tx, tap: Row, wish: Pull) -> bool:
    before = _wish(tap)
    after = _merged(before, wish)
    return after != before and bool(tx.run("tap_pull_more", outbox=tap["outbox"],
                                           **_columns(after)))  # fmt: skip


def _merged(before: Pull, wish: Pull) -> Pull:
    drops = {**before.drops, **wish.drops}
    if before.again_at is None:
        return replace(before, drops=drops)
    if wish.again_at is None:
        return replace(wish, drops=drops)
    return replace(before, drops=drops, again_at=max(before.again_at, wish.again_at))


def _wish(tap: Row) -> Pull:
    return Pull(why=tap["why"], actor=tap["actor"], ends=tap["ends"], again_at=tap["again_at"],
                drops=from_json(tap["drops"]))  # fmt: skip


def call_off(tx: Tx, id: int, why: str, now: int, actor: str) -> bool:
    """Stops a row of the outbox for good, wherever it stands: what has not left is cancelled at
    once; what the platform has, or may have, is called off there first, and stays ``sent`` where a
    tap came before. False when it is final already."""
    row = tx.row("outbox_get", id=id)
    if row is None:
        return False
    if row["state"] in ("draft", "ready"):
        return outbox.move(tx, row, "cancel", now, actor=actor, reason=why)
    return row["state"] in BEYOND and pull(tx, row, Pull(why=why, actor=actor), now)


def pulling(tx: Tx, tap: Row) -> Outbound | None:
    """The row of a task that is being taken back; None once it is final."""
    row = tx.row("outbox_get", id=tap["outbox"])
    return outbound(row) if row and row["state"] in ("ready", *BEYOND) else None


def stopped(tx: Tx, id: int, now: int, look_at: int) -> None:
    """The platform lets nobody tap it from now on; what was tapped before is asked then."""
    tx.run("tap_stopped", outbox=id, now=now, next_at=look_at)


def put_off(tx: Tx, id: int, next_at: int, trouble: str) -> None:
    """It could not be taken back yet: tried again then."""
    tx.run("tap_put_off", outbox=id, next_at=next_at, trouble=trouble[:200])


def settle(tx: Tx, task: Outbound, status: TapStatus, now: int) -> int | None:
    """The platform lets nobody tap the task any more, and ``status`` is what it said after that; or
    it has never had it, and the row is ``ready``. The id of the row that was queued in its place,
    if any.

    A tap that came before is the truth: then nothing is cancelled, and nothing made again.
    """
    taps.report(tx, task, status, now)
    tap, row = tx.row("tap_hold", outbox=task.id), tx.row("outbox_get", id=task.id)
    if tap is None or row is None or tap["state"] != "pulling" or row["state"] not in STOPPED:
        return None
    wish, made = _wish(tap), None
    people = [one for one in tx.rows("reply_receivers", outbox=task.id)
              if one["status"] in ("queued", "waiting_tap")]  # fmt: skip
    kept = [one for one in people if (one["member"] or one["peer"]) not in wish.drops]
    late = bool(kept) and _too_late(row, wish, now)
    successor = _successor(tx, tap, outbound(row), wish, now) if kept and not late else None
    ends = "expire" if late else wish.ends
    if not _end(tx, row, people, kept if successor else (), ends, wish, now):
        return None
    if successor is not None:
        made = outbox.enqueue(tx, successor, now, [Receiver(r["peer"], r["member"]) for r in kept])
        _follow(tx, task.id, made)
    taps.close(tx, task.id, now, actor=wish.actor, reason=wish.why, into=made)
    return made


def _too_late(row: Row, wish: Pull, now: int) -> bool:
    """True when its successor would leave after the time that the message has of its own."""
    ends = row["expires_at"]
    return wish.again_at is not None and ends is not None and max(wish.again_at, now) >= ends


def _successor(tx: Tx, tap: Row, row: Outbound, wish: Pull, now: int) -> Outbound | None:
    """The row that takes its place; None when there is to be none."""
    if wish.again_at is None or _from_a_backup(tx, tap):
        return None
    leaves = max(wish.again_at, now)
    generation = tap["generation"] + 1
    first = row.dedupe.rpartition("#")[0] if tap["generation"] > 1 else row.dedupe
    chain = {"since": (tap["since"] or now) + (leaves - now), "generation": generation,
             "from": row.id, "reminded": tap["reminded"],
             "escalated_at": tap["escalated_at"]}  # fmt: skip
    return row.evolve(
        id=0, dedupe=f"{first}#{row.id}", send_at=leaves, retry_at=leaves, state="ready",
        attempts=0, lease=None, provider_id=None, note="", data={**row.data, AGAIN: chain},
    )  # fmt: skip


def _from_a_backup(tx: Tx, tap: Row) -> bool:
    """True for a task of the time before a backup was put back: it may have a successor already,
    which only the platform knows."""
    last = tx.row("restored_last")
    return last is not None and last["at"] is not None and (tap["opened_at"] or 0) <= last["at"]


def _end(
    tx: Tx, row: Row, people: Sequence[Row], kept: Sequence[Row], event: str, wish: Pull, now: int
) -> bool:  # fmt: skip
    """The old row is over, each receiver with his reason. False when somebody else was faster."""
    moved = {one["peer"] for one in kept}
    codes = {one["peer"]: MOVED if one["peer"] in moved
             else wish.drops.get(one["member"] or one["peer"], wish.why)
             for one in people}  # fmt: skip
    if not outbox.move(tx, row, event, now, actor=wish.actor, reason=wish.why):
        return False
    tx.many("receivers_note", [{"outbox": row["id"], "peer": peer, "note": code}
                               for peer, code in codes.items() if code != wish.why])  # fmt: skip
    return True


def _follow(tx: Tx, before: int, after: int | None) -> None:
    """Whatever plans by the task's number goes on by that of the new one."""
    if after is not None:
        tx.run("pooled_follow", before=before, after=after)
        recipients.follow(tx, before, after)
