"""What goes out. A row is committed before it is sent; its fate is committed after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.core.body import plain
from bot.core.clock import HOUR
from bot.core.lifecycle import advance
from bot.core.model import Outbound, Unsure, is_promotion
from bot.core.pace import Pacing
from bot.core.policy import Verdict, judge, remember
from bot.store import audit, codec, pace
from bot.store.engine import Row, Tx

ACTOR = "deliver"
NO_WINDOW = "the follower opened no window, or its messages are used (45015, 45047)"
OPTED_OUT = "the member opted out of promotion"
# How the reply log (contract section 4) names the states of the outbox.
STATUS = {
    "draft": "queued", "ready": "queued", "sending": "queued", "sent": "sent", "dead": "failed",
    "unsure": "unsure", "waiting": "waiting_tap", "expired": "expired", "cancelled": "cancelled",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Receiver:
    """One recipient of a message: the platform's id, and the member behind it if known."""

    peer: str
    member: str | None = None


@dataclass(frozen=True, slots=True)
class KfWindow:
    """The platform's rule for kf: so many messages within so long after the customer's last."""

    messages: int
    hours: int


def enqueue(
    tx: Tx, out: Outbound, now: int, receivers: Sequence[Receiver] | None = None
) -> int | None:
    """Stores a message and its reply rows; its id, or None when it is queued already."""
    if out.conversation:
        # PostgreSQL gives out ids before the commit: without this, of two writers the later one may
        # be seen first, and its message would leave before the other
        tx.row("conversation_hold", id=out.conversation)
    row = tx.row("outbox_add", **codec.outbound_row(out, now))
    if row is None:
        return None
    if receivers is None:
        receivers = [] if out.kind == "notice" else [Receiver(out.peer, out.member)]
    tx.many("reply_add", [_reply(out, row["id"], person, now) for person in receivers])
    return int(row["id"])


def note_said(tx: Tx, out: Outbound, now: int) -> None:
    """Puts into the reply log what was said on the brand's behalf without our sending it."""
    tx.many("reply_add", [_reply(out, 0, Receiver(out.peer, out.member), now)])


def _reply(out: Outbound, outbox: int, person: Receiver, now: int) -> Row:
    return {
        "at": now, "persona": out.persona, "persona_version": out.persona_version,
        "account": out.account, "channel": out.channel, "member": person.member,
        "conversation": out.conversation, "kind": out.kind, "origin": out.origin,
        "content": out.content, "content_version": out.content_version,
        "operator": out.operator, "text": plain(out.body), "status": STATUS[out.state],
        "outbox": outbox, "peer": person.peer,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """What one claim took: rows that may leave, and how many were refused on the doorstep."""

    rows: list[Outbound]
    refused: int


def claim(
    tx: Tx, pool: str, now: int, lease: str, until: int, n: int, window: KfWindow,
    paces: Mapping[str, Pacing] = MappingProxyType({}),
) -> Batch:  # fmt: skip
    """Takes up to ``n`` due rows, each the front of its lane, that may leave at this moment.

    What may not (a person holds the conversation, the kf window is closed, too late) is finished
    here, with its reason; the next of its lane is due then.
    """
    taken = tx.rows("outbox_claim", pool=pool, now=now, lease=lease, until=until, n=n)
    rows = [codec.outbound(r) for r in taken]
    audit.record(tx, [audit.entry("outbox", r.id, "ready", "claim", at=now, actor=ACTOR)
                      for r in rows])  # fmt: skip
    keys = sorted({r.conversation for r in rows if r.conversation})
    talks = {c["id"]: c for c in tx.rows("conversations_hold", ids=keys)}
    allowed = [row for row in rows
               if _admit(tx, row, talks.get(row.conversation), now, window)
               and _in_pace(tx, row, now, paces)]  # fmt: skip
    return Batch(allowed, len(rows) - len(allowed))


def _admit(tx: Tx, row: Outbound, talk: Row | None, now: int, window: KfWindow) -> bool:
    refusal = refuse(row, talk, now, window) or _unwanted(tx, row)
    if refusal is not None:
        finish(tx, row, remember(row, refusal), now)
        return False
    if talk is not None and counts(row) and row.attempts == 1:
        tx.run("conversation_count_sent", id=row.conversation)
        talk["sent_since"] += 1
    return True


def _unwanted(tx: Tx, row: Outbound) -> Verdict | None:
    """Promotion never leaves to whoever opted out, whatever queued it and on which channel.

    Of a task for many, those receivers are taken off the list; it is cancelled when none is left.
    """
    if not is_promotion(row.kind, row.origin):
        return None
    for person in tx.rows("promo_receivers_out", outbox=row.id):
        tx.run("receiver_cancel", outbox=row.id, peer=person["peer"], note=OPTED_OUT)
    known = tx.row("member_consent", id=row.member or row.peer)
    gone = known is not None and not known["promo_ok"]
    if gone or not receivers(tx, row.id):
        return Verdict("cancel", note=OPTED_OUT)
    return None


def _in_pace(tx: Tx, row: Outbound, now: int, paces: Mapping[str, Pacing]) -> bool:
    """Counts a row against the rates and windows of its channel; what must wait goes back."""
    wait = pace.hold(tx, row, paces, now)
    if wait:
        put_back(tx, row, now + wait, now)
        return False
    if row.channel == "oa" and row.attempts == 1 and not pace.spend(tx, row.conversation, now):
        finish(tx, row, Verdict("never", note=NO_WINDOW), now)
        return False
    return True


def put_back(tx: Tx, row: Outbound, retry_at: int, now: int) -> bool:
    """A claimed row waits for its rate: nothing was tried, so no attempt is counted."""
    if not tx.run("outbox_pace", id=row.id, lease=row.lease, retry_at=retry_at):
        return False
    audit.record(tx, [audit.entry("outbox", row.id, "sending", "pace", at=now, actor=ACTOR,
                                  reason="the rate of the channel is used up")])  # fmt: skip
    return True


def counts(row: Outbound) -> bool:
    """True when the platform counts this message against the kf quota."""
    return row.channel == "kf" and row.kind != "notice" and "code" not in row.data


def refuse(row: Outbound, talk: Row | None, now: int, window: KfWindow) -> Verdict | None:
    """Why a row may not leave now, checked at the last moment before it does; None if it may."""
    if row.expires_at is not None and now >= row.expires_at:
        return Verdict("expire", note="too late")
    if talk is None:
        return None
    if talk["mode"] != "auto" and row.operator == "bot":
        return Verdict("cancel", note=f"a person holds the conversation ({talk['mode']})")
    if not counts(row):
        return None
    if talk["last_in_at"] is None or now - talk["last_in_at"] >= window.hours * HOUR:
        return Verdict("never", note=f"the {window.hours} h of the kf window are over")
    if talk["sent_since"] >= window.messages and row.attempts == 1:
        return Verdict("never", note=f"all {window.messages} messages of the kf window are used")
    return None


def finish(tx: Tx, row: Outbound, verdict: Verdict, now: int, actor: str = ACTOR) -> bool:
    """Writes the fate of a claimed row. False when the lease is no longer ours."""
    after = advance("outbox", "sending", verdict.event)
    held = tx.run(
        "outbox_finish", id=row.id, lease=row.lease, state=after, note=verdict.note,
        retry_at=verdict.retry_at or row.retry_at, provider_id=verdict.provider_id,
    )  # fmt: skip
    if not held:
        return False
    audit.record(tx, [audit.entry("outbox", row.id, "sending", verdict.event, at=now, actor=actor,
                                  reason=verdict.note)])  # fmt: skip
    tx.run("reply_status", outbox=row.id, status=STATUS[after], note=verdict.note,
           provider_id=verdict.provider_id)  # fmt: skip
    return True


def move(
    tx: Tx, row: Row, event: str, now: int, *, actor: str, reason: str = "", retry_at: int = 0
) -> bool:
    """Any other change of state of an outbox row, with its trail and its reply rows."""
    after = advance("outbox", row["state"], event)
    if not tx.run("outbox_move", id=row["id"], before=row["state"], state=after, note=reason,
                  retry_at=retry_at or row["retry_at"]):  # fmt: skip
        return False
    audit.record(tx, [audit.entry("outbox", row["id"], row["state"], event, at=now, actor=actor,
                                  reason=reason)])  # fmt: skip
    tx.run("reply_status", outbox=row["id"], status=STATUS[after], note=reason, provider_id=None)
    return True


def recover(tx: Tx, now: int, *, alone: bool = False, n: int = 500) -> int:
    """Decides about calls whose worker died: repeat what is repeatable, list the rest as unsure.

    ``alone``: this is the start of the only process, so no lease is alive.
    """
    if alone:
        tx.run("outbox_expire_leases", now=now)
    lost = [codec.outbound(r) for r in tx.rows("outbox_lost", now=now, n=n)]
    for row in lost:
        verdict = judge(row, Unsure("the sender died during the call"), now)
        if verdict.event == "repeat":
            verdict = Verdict("repeat", retry_at=now, note=verdict.note)
        finish(tx, row, verdict, now, actor="recover")
    return len(lost)


def failed_later(tx: Tx, channel: str, account: str, peer: str, provider_id: str, why: str,
                 now: int) -> bool:  # fmt: skip
    """The platform reports that an accepted message was not delivered after all."""
    row = tx.row("outbox_by_provider", provider_id=provider_id, channel=channel, account=account,
                 peer=peer)  # fmt: skip
    if row is None or row["state"] != "sent":
        return False
    move(tx, row, "failed", now, actor="platform", reason=why)
    tx.run("reply_failed", outbox=row["id"], note=why)
    return True


def refuse_receivers(tx: Tx, outbox: int, peers: Iterable[str], note: str) -> None:
    """Marks receivers whom the platform says it cannot reach."""
    for peer in peers:
        tx.run("reply_receiver", outbox=outbox, peer=peer, status="failed", note=note,
               operator="bot")  # fmt: skip


def receivers(tx: Tx, outbox: int) -> list[Row]:
    """peer, member and status of every recipient, in the order they were queued."""
    return tx.rows("reply_receivers", outbox=outbox)


def next_due(tx: Tx, pool: str, now: int) -> int | None:
    """When a row that is not due yet becomes due, or None."""
    row = tx.row("outbox_next", pool=pool, now=now)
    return row["at"] if row else None


def counts_by_state(tx: Tx) -> dict[str, int]:
    """Rows that are not final in a good way, by state."""
    return {row["state"]: row["n"] for row in tx.rows("outbox_counts")}
