"""Messages in and out, made short, and the few steps that many tests take."""

from __future__ import annotations

from typing import Any

from bot.core.body import Text
from bot.core.model import Inbound, Outbound
from bot.members import roles
from bot.store import circles, inbox, outbox, turns
from bot.store.engine import Row, Tx
from bot.store.inbox import Settle
from bot.store.outbox import KfWindow
from bot.store.sql import Composed
from bot.store.turns import Claimed, Finish
from tests.contract.conftest import NOW, Bench

SETTLE = Settle(wait=1_200, most=6_000)
AT_ONCE = Settle(wait=0, most=0)
WINDOW = KfWindow(messages=5, hours=48)
LEASE = 60_000
TALK = "kf:wk1:wm1"


def said(number: int = 1, *, at: int = NOW, peer: str = "wm1", **more: Any) -> Inbound:
    """A customer's text in a kf chat."""
    values = {"channel": "kf", "account": "wk1", "kind": "text", "text": f"t{number}"} | more
    return Inbound(
        dedupe=f"kf:wk1:{peer}:{number}", peer=peer, sent_at=at, received_at=at, **values
    )


def happened(number: int = 1, *, at: int = NOW, peer: str = "wm1", **more: Any) -> Inbound:
    """An event in a kf chat."""
    return said(number, at=at, peer=peer, kind="event", text="",
                event=more.pop("event", "kf.enter_session"), **more)  # fmt: skip


def answer(number: int = 1, *, peer: str = "wm1", at: int = NOW, **more: Any) -> Outbound:
    """A reply in a kf chat, in the lane of its conversation."""
    key = f"kf:wk1:{peer}"
    values: dict[str, Any] = {
        "lane": key, "pool": "reply", "channel": "kf", "account": "wk1", "peer": peer,
        "kind": "reply", "body": Text(f"a{number}"), "origin": f"reply:{number}:0",
        "persona": "tester", "persona_version": 3, "conversation": key, "member": peer,
        "dedupe": f"reply/{peer}/{number}", "send_at": at, "retry_at": at,
    }  # fmt: skip
    return Outbound(**(values | more))


def task(number: int = 1, *, at: int = NOW, **more: Any) -> Outbound:
    """A bulk task for an account's owner to tap."""
    values: dict[str, Any] = {
        "lane": "contact:lin.xi/bulk", "pool": "bulk", "channel": "contact", "account": "lin.xi",
        "peer": "lin.xi", "kind": "care", "conversation": "", "member": None,
        "origin": "flow:welcome:day1", "operator": "lin.xi", "dedupe": f"bulk/lin.xi/{number}",
    }  # fmt: skip
    return answer(number, at=at, **(values | more))


def hear(db: Bench, *messages: Inbound, settle: Settle = AT_ONCE) -> int:
    return db.write(inbox.accept_all, messages, settle)


def claim_turns(
    db: Bench, now: int = NOW, lease: str = "L", n: int = 10, tries: int = 5
) -> list[Claimed]:
    return db.write(turns.claim, now, lease, now + LEASE, n, tries)


def nothing_said(**more: Any) -> Finish:
    values: dict[str, Any] = {"memory": {}, "misses": 0, "waiting_since": None}
    return Finish(**(values | more))


def listen(db: Bench, peer: str = "wm1", at: int = NOW) -> None:
    """The customer writes and the turn is done: the kf window is open, the quota is full."""
    hear(db, said(900 + at % 97, at=at, peer=peer))
    for held in claim_turns(db, at, f"listen-{peer}-{at}"):
        db.write(turns.finish, held, nothing_said(), at)


def queue(db: Bench, *outs: Outbound, now: int = NOW) -> list[int]:
    def all_of(tx: Tx) -> list[int]:
        made = [outbox.enqueue(tx, out, now) for out in outs]
        return [i for i in made if i is not None]

    return db.write(all_of)


def claim(
    db: Bench, now: int = NOW, *, lease: str = "L", pool: str = "reply", n: int = 10
) -> list[Outbound]:
    """What may leave now; what was refused on the doorstep is finished already."""
    return db.write(outbox.claim, pool, now, lease, now + LEASE, n, WINDOW).rows


def texts(rows: list[Outbound]) -> list[str]:
    return [row.body.text for row in rows if isinstance(row.body, Text)]


class Open:
    """A door that lets everything out: for tests about time, not about words."""

    async def verdict(self, row: Outbound, now: int) -> None:
        return None


def permits(tx: Tx, person: str) -> frozenset[roles.Permission]:
    """What the roles of a person allow him now."""
    return roles.grants(row["role"] for row in circles.roles_of(tx, person) if row["until"] is None)


def notes_of(tx: Tx, conversation: str) -> list[Row]:
    """All notes of staff about a conversation, oldest first."""
    return tx.rows(Composed("SELECT * FROM desk_note WHERE conversation = :conversation ORDER BY id"),
                   conversation=conversation)  # fmt: skip
