"""The verbs of staff over conversations that are shown as one talk: one holder has them all.

Each takes the conversation that is in front, whose state decides and raises the Conflicts, and does
the same with the others as far as it applies to them. A conversation that stands alone is its own
whole. ``reads`` says how far the staff member has read each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.core.handoff import ANSWERABLE, Conflict
from bot.store import audit, blocks, desk, joins, mentions, staffwords, takeback, talks
from bot.store.desk import LOOK_AGAIN, Seen, Taken
from bot.store.engine import Row, Tx
from bot.store.outbox import KfWindow
from bot.store.staffwords import Replied, Words
from bot.store.takeback import Own

Reads = Mapping[str, Seen]


def glance(tx: Tx, keys: Sequence[str]) -> dict[str, Seen]:
    """How far each of these conversations goes at this moment."""
    return {key: desk.glance(tx, key) for key in keys}


def _seen(reads: Reads, key: str) -> Seen:
    found = reads.get(key)
    if found is None:
        raise Conflict("这位客人的会话刚刚合并过", LOOK_AGAIN)
    return found


def _free(row: Row) -> bool:
    return row["mode"] == "auto" or (row["mode"] == "staff" and not row["held_by"])


def _open(row: Row) -> bool:
    return row["waiting_since"] is not None or row["complaint_at"] is not None


def _others(tx: Tx, key: str, wanted: Callable[[Row], bool]) -> list[Row]:
    """Held before the one in front is touched: everybody takes them in the same order."""
    if len(joins.keys(tx, key)) < 2:
        return []
    return [row for row in joins.hold(tx, key) if row["id"] != key and wanted(row)]


def _held_by(staff: str) -> Callable[[Row], bool]:
    return lambda row: row["mode"] == "staff" and row["held_by"] == staff


def take(tx: Tx, key: str, staff: str, now: int, reads: Reads) -> Taken:
    """He holds them all. Raises Conflict: as ``desk.take``, for any of them."""
    rows = _others(tx, key, lambda row: row["channel"] in ANSWERABLE
                   and row["mode"] in ("auto", "staff"))  # fmt: skip
    taken = desk.take(tx, key, staff, now, _seen(reads, key))
    for row in rows:
        more = desk.take(tx, row["id"], staff, now, _seen(reads, row["id"]))
        taken = replace(taken, on_the_way=taken.on_the_way + more.on_the_way,
                        stopped=taken.stopped + more.stopped)  # fmt: skip
    return taken


def release(tx: Tx, key: str, staff: str, now: int, reads: Reads) -> None:
    """Back to the persona, in every account. Raises Conflict: as ``desk.release``."""
    rows = _others(tx, key, _held_by(staff))
    desk.release(tx, key, staff, now, _seen(reads, key))
    for row in rows:
        desk.release(tx, row["id"], staff, now, _seen(reads, row["id"]))


def resolve(tx: Tx, key: str, staff: str, now: int, reads: Reads) -> None:
    """Nothing is left to do in any of them. Raises Conflict: as ``desk.resolve``."""
    rows = _others(tx, key, lambda row: _held_by(staff)(row)
                   or (_free(row) and _open(row)))  # fmt: skip
    desk.resolve(tx, key, staff, now, _seen(reads, key))
    for row in rows:
        desk.resolve(tx, row["id"], staff, now, _seen(reads, row["id"]))


def pass_on(
    tx: Tx, key: str, staff: str, to: str, now: int, reason: str = "", *, assigns: bool = False
) -> None:  # fmt: skip
    """A colleague holds them all. Raises Conflict: as ``desk.pass_on``."""
    for each in _with(tx, key):
        desk.pass_on(tx, each, staff, to, now, reason, assigns=assigns)


def put_back(
    tx: Tx, key: str, staff: str, now: int, reason: str, *, assigns: bool = False
) -> None:  # fmt: skip
    """All into the queue. Raises Conflict: as ``desk.put_back``."""
    for each in _with(tx, key):
        desk.put_back(tx, each, staff, now, reason, assigns=assigns)


def _with(tx: Tx, key: str) -> list[str]:
    """The one in front, and those that have the same holder."""
    rows = _others(tx, key, lambda row: bool(row["held_by"]))
    holder = (tx.row("conversation_get", id=key) or {"held_by": ""})["held_by"]
    return [key, *(row["id"] for row in rows if _held_by(holder)(row))]


def snooze(tx: Tx, key: str, staff: str, now: int, until: int, reason: str = "") -> None:
    """Out of the queue until then, all of them. Raises Conflict: as ``desk.snooze``."""
    rows = _others(tx, key, lambda row: _held_by(staff)(row) or _free(row))
    desk.snooze(tx, key, staff, now, until, reason)
    for row in rows:
        desk.snooze(tx, row["id"], staff, now, until, reason)


def note(tx: Tx, key: str, staff: str, text: str, now: int) -> list[str]:
    """A note, which stands in the one in front; see ``mentions.note``. Raises Conflict."""
    rows = _others(tx, key, _held_by(staff))
    strangers = mentions.note(tx, key, staff, text, now)
    for row in rows:
        desk.write(tx, row, active_at=now)
    return strangers


def alive(tx: Tx, key: str, staff: str, now: int) -> None:
    """The holder is at work in it, without a word so far: he does not lose them. Nothing for
    anybody else."""
    rows = _others(tx, key, _held_by(staff))
    tx.run("desk_alive", ids=[key, *(row["id"] for row in rows)], staff=staff, now=now)


def reply(
    tx: Tx, key: str, staff: str, words: Words, now: int, reads: Reads, window: KfWindow
) -> Replied:
    """An answer through the account in front; what he had read in the others is answered by it.
    Raises Conflict: as ``staffwords.reply``, and when anybody said something in another of them."""
    rows = _others(tx, key, _held_by(staff))
    for row in rows:
        if said := desk.spoken(tx, row["id"], staff, _seen(reads, row["id"]).outbox):
            raise desk.told(said)
    made = staffwords.reply(tx, key, staff, words, now, _seen(reads, key), window)
    if made.again:
        return made
    for row in rows:
        _answered(tx, row, now, _seen(reads, row["id"]))
    return made


def block(tx: Tx, key: str, staff: str, now: int, reason: str) -> int:
    """Mutes them all, apart from those in the client; how many queued messages that stopped. Raises
    Conflict: as ``blocks.block``."""
    rows = _others(tx, key, lambda row: _held_by(staff)(row) or _free(row))
    return sum(blocks.block(tx, each, staff, now, reason)
               for each in (key, *(row["id"] for row in rows)))  # fmt: skip


def unblock(tx: Tx, key: str, staff: str, now: int, reason: str, *, promo: bool = False) -> None:
    """Lets him in again wherever he was kept out. Raises Conflict: as ``blocks.unblock``."""
    rows = _others(tx, key, lambda row: bool(row["mode"] == "muted"))
    for each in (key, *(row["id"] for row in rows)):
        blocks.unblock(tx, each, staff, now, reason, promo=promo)


def own(tx: Tx, key: str, staff: str, now: int) -> list[tuple[str, Own]]:
    """One's own latest words in any of them, with the conversation; see ``takeback.own``."""
    found = [(each, one) for each in joins.keys(tx, key)
             for one in takeback.own(tx, each, staff, now)]  # fmt: skip
    return sorted(found, key=lambda said: -said[1].at)[: takeback.SHOWN]


def _answered(tx: Tx, row: Row, now: int, seen: Seen) -> None:
    later = tx.rows("desk_unseen", conversation=row["id"], after=seen.inbox)
    waits = {"waiting_since": later[0]["received_at"]} if later else desk.CALM
    desk.write(tx, row, answered_in=max(row["answered_in"], seen.inbox), active_at=now,
               **(waits | {"snoozed_until": None, "misses": 0, "handed_at": None}))  # fmt: skip
    if not later:
        tx.run("joins_answered", ids=[row["id"]], at=now)


def mark_seen(tx: Tx, login: str, reads: Reads, now: int, *, lead: bool = False) -> bool:
    """He has read so far. True when a note had named him, or one was called and he is a
    ``lead``."""
    for key, seen in reads.items():
        talks.seen(tx, key, seen.inbox)
    looked = [lead and _lead_looked(tx, key, login, now) for key in reads]
    return any([mentions.seen(tx, key, login, now) for key in reads]) or any(looked)


def _lead_looked(tx: Tx, key: str, login: str, now: int) -> bool:
    called = bool(tx.run("desk_lead_looked", id=key))
    if called:
        audit.record(tx, [audit.note("conversation", key, "lead_looked", at=now, actor=login)])
    return called
