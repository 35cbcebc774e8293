"""What comes in. A row here is what the platform's 200 stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from bot.core.event import MEMBER_CHANNELS
from bot.core.model import GROUP_PEER, Inbound
from bot.store import chronicle, index, naming
from bot.store.codec import to_json
from bot.store.engine import Row, Tx


@dataclass(frozen=True, slots=True)
class Settle:
    """How long a burst may keep a turn waiting, in ms."""

    wait: int
    most: int


def accept(tx: Tx, message: Inbound, settle: Settle) -> bool:
    """Stores one event and plans its turn. False when it is known already (nothing changes)."""
    return accept_each(tx, [message], settle)[0]


def note(tx: Tx, message: Inbound, why: str) -> bool:
    """Keeps one event to which nobody is to react. False when it is known already."""
    if not tx.run("inbox_note", note=why, **_row(message)):
        return False
    if message.channel in MEMBER_CHANNELS:
        row = tx.row("inbox_words", dedupe=message.dedupe) or {"id": 0}
        chronicle.said(tx, [row["id"]], member_of(message) or "", message.received_at)
        naming.heard(tx, [message], member_of(message) or "", message.received_at)
    return True


def _row(message: Inbound) -> Row:
    return {
        "conversation": message.conversation, "dedupe": message.dedupe,
        "channel": message.channel, "account": message.account, "peer": message.peer,
        "kind": message.kind, "event": message.event, "text": message.text,
        "data": to_json(message.data), "sent_at": message.sent_at,
        "received_at": message.received_at,
    }  # fmt: skip


def accept_all(tx: Tx, messages: Iterable[Inbound], settle: Settle) -> int:
    """Stores several events; how many were new."""
    return sum(accept_each(tx, list(messages), settle))


def accept_each(tx: Tx, messages: Sequence[Inbound], settle: Settle) -> list[bool]:
    """Stores several events, in order; for each whether it was new."""
    known = {row["dedupe"] for row in
             tx.rows("inbox_known", dedupes=[message.dedupe for message in messages])}  # fmt: skip
    fresh = {m.dedupe: m for m in reversed(messages) if m.dedupe not in known}
    firsts = [m for m in messages if fresh.get(m.dedupe) is m]
    # another process may have been faster since: what it stored changes nothing here
    added = tx.each("inbox_add", [_row(m) for m in firsts])
    taken = [m for m, n in zip(firsts, added, strict=True) if n]
    touched = [_touch(m, settle) for m in taken]
    mine = {id(m) for m in taken}
    new = [id(m) in mine for m in messages]
    # always in the order of their ids: two processes that want the same do not wait for each other
    tx.many("conversation_touch", sorted(touched, key=itemgetter("id")))
    return new


def _touch(message: Inbound, settle: Settle) -> Row:
    said = message.kind != "event"
    return {
        "id": message.conversation, "channel": message.channel, "account": message.account,
        "peer": message.peer, "member": member_of(message),
        "last_in_at": message.sent_at if said else None, "now": message.received_at,
        "turn_at": message.received_at + (min(settle.wait, settle.most) if said else 0),
        "settle_max": settle.most,
    }  # fmt: skip


def member_of(message: Inbound) -> str | None:
    """The member id behind a peer, or None for what is no person (a group, the system)."""
    if message.channel in MEMBER_CHANNELS:
        return message.peer if message.channel != "oa" else f"oa:{message.peer}"
    alone = not message.peer.startswith(GROUP_PEER)
    return f"staff:{message.peer}" if message.channel in ("app", "robot") and alone else None


def recall(tx: Tx, dedupe: str) -> None:
    """The sender took a message back: its words go, from the index too, and the row stays."""
    index.hold(tx, index.INBOX)
    for row in tx.rows("inbox_words", dedupe=dedupe):
        index.forget(tx, index.INBOX, {row["id"]: index.words(row)})
    tx.run("inbox_recall", dedupe=dedupe)


def counts(tx: Tx) -> dict[str, int]:
    """Unfinished events by state; what is not sorted yet counts as new, or dead if it cannot be."""
    found = {row["state"]: int(row["n"]) for row in tx.rows("inbox_counts")}
    row = tx.row("intake_counts") or {"n": 0, "aside": 0}
    for state, n in (("new", row["n"] - row["aside"]), ("dead", row["aside"])):
        if n:
            found[state] = found.get(state, 0) + int(n)
    return found


def queue_age(tx: Tx, now: int) -> int:
    """ms for which the oldest turn or message has been due; 0 when nothing waits."""
    row = tx.row("queue_oldest", now=now) or {}
    waiting = [at for at in row.values() if at is not None]
    return now - min(waiting) if waiting else 0
