"""A turn about which a language model is asked: how it stands, what is said meanwhile, how often
a model may be asked at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.errors import StaleLease
from bot.core.model import Mode, Outbound
from bot.store import audit, outbox
from bot.store.engine import Tx
from bot.store.turns import ACTOR, Claimed

JOINED = "joined with what the member wrote meanwhile"


@dataclass(frozen=True, slots=True)
class Standing:
    """``held``: the lease is ours. ``overtaken``: the member wrote more. ``mode``: who holds the
    conversation."""

    held: bool
    overtaken: bool
    mode: Mode

    @property
    def open(self) -> bool:
        """True while the model's answer would still fit."""
        return self.held and not self.overtaken and self.mode == "auto"


def standing(tx: Tx, held: Claimed) -> Standing:
    """How a turn stands; for reading, or inside a transaction that holds the conversation."""
    row = tx.row("model_standing", id=held.conversation.id, lease=held.lease)
    if row is None:
        return Standing(False, False, "auto")
    return Standing(bool(row["held"]), bool(row["overtaken"]), row["mode"])


def firmly(tx: Tx, held: Claimed) -> Standing:
    """The same, and nobody changes it until the end of the transaction. Raises StaleLease."""
    tx.row("conversation_hold", id=held.conversation.id)
    found = standing(tx, held)
    if not found.held:
        raise StaleLease(f"turn of {held.conversation.id}")
    return found


def say_first(tx: Tx, held: Claimed, out: Outbound, now: int) -> bool:
    """Queues a line that is said before the answer. False when the turn has moved on, or when the
    line was queued before."""
    return firmly(tx, held).open and outbox.enqueue(tx, out, now) is not None


def regroup(tx: Tx, held: Claimed, now: int) -> None:
    """Gives the turn back, so that it is answered together with what came meanwhile."""
    lost = tx.rows("inbox_lose", conversations=[held.conversation.id])
    audit.record(tx, [audit.entry("inbox", row["id"], "working", "lost", at=now, actor=ACTOR,
                                  reason=JOINED) for row in lost])  # fmt: skip
    tx.run("model_regroup", id=held.conversation.id, lease=held.lease)


def spend(tx: Tx, day: str, most: int) -> bool:
    """Counts one request of a day. False when the day's are used up."""
    return most > 0 and tx.row("model_use_take", day=day, most=most) is not None


def words(tx: Tx, held: Claimed, since: int, n: int) -> Sequence[tuple[bool, str]]:
    """(ours, text) of the last ``n`` messages before this turn, oldest first."""
    key = held.conversation.id
    heard = tx.rows("model_heard", conversation=key, before=min(held.ids), since=since, n=n)
    told = tx.rows("model_told", conversation=key, member=held.member.id, since=since, n=n)
    both = [(row["at"], False, row["text"]) for row in heard]
    both += [(row["at"], True, row["text"]) for row in told]
    return [(ours, text) for _, ours, text in sorted(both)[-n:]] if n else []
