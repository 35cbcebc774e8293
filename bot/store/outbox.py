"""What goes out. A row is committed before it is sent; its fate is committed after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.core.body import plain
from bot.core.lifecycle import advance
from bot.core.meters import RATE_WAITS
from bot.core.model import Outbound, Unsure
from bot.core.pace import Pacing
from bot.core.policy import Verdict, judge, remember
from bot.store import audit, chronicle, codec, conversations, pace, ugc
from bot.store.doorstep import Gate as Gate
from bot.store.doorstep import KfWindow as KfWindow
from bot.store.doorstep import counts as counts
from bot.store.doorstep import open_gate as open_gate
from bot.store.doorstep import refuse as refuse
from bot.store.engine import Row, Tx
from bot.store.unwanted import unwanted

ACTOR = "deliver"
NO_RATE = "the rate of the channel is used up"
NO_WINDOW = "the follower opened no window, or its messages are used (45015, 45047)"
# How the reply log (contract section 4) names the states of the outbox.
STATUS = {
    "draft": "queued", "ready": "queued", "sending": "queued", "sent": "sent", "dead": "failed",
    "unsure": "unsure", "waiting": "waiting_tap", "expired": "expired", "cancelled": "cancelled",
}  # fmt: skip
SENT = "sent"
UNSAID = frozenset({"failed", "expired", "cancelled"})


@dataclass(frozen=True, slots=True)
class Receiver:
    """One recipient of a message: the platform's id, and the member behind it if known."""

    peer: str
    member: str | None = None


def enqueue(
    tx: Tx, out: Outbound, now: int, receivers: Sequence[Receiver] | None = None
) -> int | None:
    """Stores a message and its reply rows; its id, or None when it is queued already."""
    if out.conversation:
        # PostgreSQL gives out ids before the commit: without this, of two writers the later one may
        # be seen first, and its message would leave before the other
        _speak(tx, out, now)
    row = tx.row("outbox_add", **codec.outbound_row(out, now))
    if row is None:
        return None
    if receivers is None:
        receivers = [] if out.kind == "notice" else [Receiver(out.peer, out.member)]
    tx.many("reply_add", [_reply(out, row["id"], person, now) for person in receivers])
    return int(row["id"])


def note_said(tx: Tx, out: Outbound, now: int) -> None:
    """Puts into the reply log what was said on the brand's behalf without our sending it."""
    if out.conversation:
        _speak(tx, out, now)
    row = tx.row("reply_said", **_reply(out, 0, Receiver(out.peer, out.member), now))
    if row is not None:
        chronicle.spoken(tx, row["id"], out, now)


def _speak(tx: Tx, out: Outbound, now: int) -> None:
    # what the member does not see is no line: a notice to the platform, a draft
    if out.kind == "notice" or out.state == "draft":
        tx.row("conversation_hold", id=out.conversation)
    else:
        conversations.speak(tx, out.conversation, out.kind, now)


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


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose rows a sender can send: those of ``accounts``, or those of all others."""

    accounts: tuple[str, ...] = ()
    among: bool = False


ANYBODY = Reach()


def claim(
    tx: Tx, pool: str, now: int, lease: str, until: int, n: int, window: KfWindow,
    paces: Mapping[str, Sequence[Pacing]] = MappingProxyType({}), reach: Reach = ANYBODY,
    fewer: int = 0, gate: Gate = open_gate,
) -> Batch:  # fmt: skip
    """Takes up to ``n`` due rows, each the front of its lane, that may leave at this moment.

    What may not (a person holds the conversation, the kf window is closed, too late) is finished
    here, with its reason; the next of its lane is due then. ``fewer``: see ``unwanted``. ``gate``:
    the governor, asked about what nothing else holds back.
    """
    taken = tx.rows("outbox_claim", pool=pool, now=now, lease=lease, until=until, n=n,
                    accounts=reach.accounts, among=int(reach.among))  # fmt: skip
    if not taken:
        return Batch([], 0)
    rows = [codec.outbound(r) for r in taken]
    audit.record(tx, [audit.entry("outbox", r.id, "ready", "claim", at=now, actor=ACTOR)
                      for r in rows])  # fmt: skip
    keys = sorted({r.conversation for r in rows if r.conversation})
    talks = {c["id"]: c for c in tx.rows("conversations_hold", ids=keys)}
    counted: list[Row] = []
    held = _held(tx, rows, talks, now, window, gate)
    allowed = [row for row in rows
               if _admit(tx, row, talks.get(row.conversation), now, window, fewer, counted,
                         held.get(row.id))
               and _in_pace(tx, row, now, paces)]  # fmt: skip
    tx.many("conversation_count_sent", counted)
    return Batch(allowed, len(rows) - len(allowed))


def _admit(
    tx: Tx, row: Outbound, talk: Row | None, now: int, window: KfWindow, fewer: int,
    counted: list[Row], withheld: Verdict | None,
) -> bool:  # fmt: skip
    """Whether a row may leave. What uses up a message of its kf window joins ``counted``."""
    refusal = refuse(row, talk, now, window) or withheld or unwanted(tx, row, now, fewer)
    if refusal is not None:
        _stays(tx, row, refusal, now)
        return False
    if talk is not None and counts(row) and row.attempts == 1:
        counted.append({"id": row.conversation})
        talk["sent_since"] += 1
    return True


def _held(
    tx: Tx, rows: Sequence[Outbound], talks: Mapping[str, Row], now: int, window: KfWindow,
    gate: Gate,
) -> Mapping[int, Verdict]:  # fmt: skip
    """Rows that lack a consent, or that the governor holds back, by id."""
    lacking = ugc.held(tx, rows)
    free = [row for row in rows if row.id not in lacking
            and refuse(row, talks.get(row.conversation), now, window) is None]  # fmt: skip
    return {**gate(tx, free, now), **lacking}


def _stays(tx: Tx, row: Outbound, refusal: Verdict, now: int) -> None:
    if refusal.event == "pace":
        put_back(tx, row, refusal.retry_at, now, refusal.note)
    else:
        finish(tx, row, remember(row, refusal), now)


def _in_pace(tx: Tx, row: Outbound, now: int, paces: Mapping[str, Sequence[Pacing]]) -> bool:
    """Counts a row against the rates and windows of its channel; what must wait goes back."""
    wait = pace.hold(tx, row, paces, now)
    if wait:
        put_back(tx, row, now + wait, now)
        RATE_WAITS.add(row.channel)
        return False
    if row.channel == "oa" and row.attempts == 1 and not pace.spend(tx, row.conversation, now):
        finish(tx, row, Verdict("never", note=NO_WINDOW), now)
        return False
    return True


def put_back(tx: Tx, row: Outbound, retry_at: int, now: int, reason: str = NO_RATE) -> bool:
    """A claimed row waits, mostly for its rate: nothing was tried, so no attempt is counted."""
    if not tx.run("outbox_pace", id=row.id, lease=row.lease, retry_at=retry_at):
        return False
    audit.record(tx, [audit.entry("outbox", row.id, "sending", "pace", at=now, actor=ACTOR,
                                  reason=reason)])  # fmt: skip
    return True


def finish(tx: Tx, row: Outbound, verdict: Verdict, now: int, actor: str = ACTOR) -> bool:
    """Writes the fate of a claimed row. False when the lease is no longer ours."""
    return finish_each(tx, [(row, verdict)], now, actor)[0]


def stop(tx: Tx, row: Outbound, verdict: Verdict, now: int) -> bool:
    """The fate of a claimed row that was held back before its call: the message that it would have
    used of its kf window is there again. False when the lease is no longer ours."""
    if not finish(tx, row, verdict, now):
        return False
    if row.conversation and counts(row) and row.attempts == 1:
        tx.run("conversation_count_back", id=row.conversation)
    return True


def finish_each(
    tx: Tx, fates: Sequence[tuple[Outbound, Verdict]], now: int, actor: str = ACTOR
) -> list[bool]:
    """Writes the fates of several claimed rows; for each whether its lease was still ours."""
    ends = [_end(row, verdict) for row, verdict in fates]
    held = [n > 0 for n in tx.each("outbox_finish", ends)]
    ours = [(end, verdict) for end, (_, verdict), mine in zip(ends, fates, held, strict=True)
            if mine]  # fmt: skip
    audit.record(tx, [audit.entry("outbox", end["id"], "sending", verdict.event, at=now,
                                  actor=actor, reason=verdict.note)
                      for end, verdict in ours])  # fmt: skip
    tx.many("reply_status", [
        {"outbox": end["id"], "status": STATUS[end["state"]], "note": end["note"],
         "provider_id": end["provider_id"], "at": now} for end, _ in ours
    ])  # fmt: skip
    chronicle.reached(tx, [end["id"] for end, _ in ours if end["state"] == SENT], now)
    unsaid = {(row.conversation, row.kind) for (row, _), end, mine
              in zip(fates, ends, held, strict=True)
              if mine and STATUS[end["state"]] in UNSAID}  # fmt: skip
    for key, kind in sorted(unsaid):
        conversations.unsay(tx, key, kind)
    return held


def _end(row: Outbound, verdict: Verdict) -> Row:
    return {"id": row.id, "lease": row.lease, "note": verdict.note,
            "state": advance("outbox", "sending", verdict.event),
            "retry_at": verdict.retry_at or row.retry_at,
            "provider_id": verdict.provider_id}  # fmt: skip


def move(
    tx: Tx, row: Row, event: str, now: int, *, actor: str, reason: str = "", retry_at: int = 0
) -> bool:
    """Any other change of state of an outbox row, with its trail and its reply rows."""
    after = advance("outbox", row["state"], event)
    note = reason if actor in audit.PARTS else tx.hide(reason)
    if not tx.run("outbox_move", id=row["id"], before=row["state"], state=after, note=note,
                  retry_at=retry_at or row["retry_at"]):  # fmt: skip
        return False
    audit.record(tx, [audit.entry("outbox", row["id"], row["state"], event, at=now, actor=actor,
                                  reason=reason)])  # fmt: skip
    tx.run("reply_status", outbox=row["id"], status=STATUS[after], note=note, provider_id=None,
           at=now)  # fmt: skip
    if STATUS[after] in UNSAID:
        conversations.unsay(tx, row["conversation"], row["kind"])
    if after == SENT:
        chronicle.reached(tx, [row["id"]], now)
    return True


def recover(tx: Tx, now: int, *, alone: bool = False, n: int = 500) -> int:
    """Decides about calls whose worker died: repeat what is repeatable, list the rest as unsure.

    ``alone``: this is the start of the only process, so no lease is alive.
    """
    if alone:
        tx.run("outbox_expire_leases", now=now)
    return _judge_lost(tx, tx.rows("outbox_lost", now=now, n=n), now)


def recover_of(tx: Tx, process: str, now: int, n: int = 100_000) -> int:
    """The same for the calls of one process that is gone, before their leases are over. Never
    waits for anybody."""
    return _judge_lost(tx, tx.rows("outbox_lost_by", process=process, n=n), now)


def _judge_lost(tx: Tx, rows: Sequence[Row], now: int) -> int:
    for row in map(codec.outbound, rows):
        verdict = judge(row, Unsure("the sender died during the call"), now)
        if verdict.event == "repeat":
            verdict = Verdict("repeat", retry_at=now, note=verdict.note)
        finish(tx, row, verdict, now, actor="recover")
    return len(rows)


def next_due(tx: Tx, pool: str, now: int) -> int | None:
    """When a row that is not due yet becomes due, or None."""
    row = tx.row("outbox_next", pool=pool, now=now)
    return row["at"] if row else None


def counts_by_state(tx: Tx) -> dict[str, int]:
    """Rows that are not final in a good way, by state."""
    return {row["state"]: row["n"] for row in tx.rows("outbox_counts")}
