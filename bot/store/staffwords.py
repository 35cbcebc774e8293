"""Words of staff on their way to a member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.body import Body
from bot.core.handoff import ANSWER_WITHIN, Conflict
from bot.core.model import EXCUSED, Outbound
from bot.store import codec, desk, outbox, turns
from bot.store.desk import Seen
from bot.store.engine import Row, Tx
from bot.store.outbox import KfWindow


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What a staff member sends. ``stopped`` are the guard's reason codes for this very text, found
    before the write; ``client_key`` is made once for each text that he composes. ``excused`` are
    codes that a lead has let pass."""

    body: Body
    persona: str
    persona_version: int
    client_key: str
    stopped: str = ""
    excused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replied:
    """The row of the outbox; ``again`` when this click was the second one."""

    outbox: int
    again: bool = False


def reply(
    tx: Tx, key: str, staff: str, words: Words, now: int, seen: Seen, window: KfWindow
) -> Replied:
    """Queues an answer in the name of the persona, with the login as its operator; once for each
    ``client_key``. Raises Conflict: not the holder, the persona's words since ``seen`` are not
    read, the guard stops the text, or the platform takes nothing more here."""
    row = desk.hold(tx, key)
    dedupe = f"staff/{key}/{words.client_key}"
    if known := tx.row("desk_known", dedupe=dedupe):
        return Replied(known["id"], again=True)
    desk.held(tx, key, staff, now)
    if words.stopped:
        raise Conflict(f"这句话没过用语检查（{words.stopped}）", "改一改再发")
    _refuse_unread(tx, key, staff, seen)
    out = _outbound(tx, row, staff, words, now).evolve(dedupe=dedupe)
    _refuse_closed(out, row, now, window)
    reason = f"{staff} 回复"
    turns.kick(tx, key, now, actor=staff, reason=reason)
    made = outbox.enqueue(tx, out, now)
    assert made is not None, "the key was looked for while the conversation was held"
    later = tx.rows("desk_unseen", conversation=key, after=seen.inbox)
    waits = {"waiting_since": later[0]["received_at"]} if later else desk.CALM
    desk.write(tx, row, answered_in=max(row["answered_in"], seen.inbox), active_at=now,
               **(waits | {"snoozed_until": None, "misses": 0, "handed_at": None}))  # fmt: skip
    return Replied(made)


def _refuse_unread(tx: Tx, key: str, staff: str, seen: Seen) -> None:
    if said := desk.spoken(tx, key, staff, seen.outbox):
        raise desk.told(said)


def _refuse_closed(out: Outbound, row: Row, now: int, window: KfWindow) -> None:
    if outbox.refuse(out.evolve(attempts=1), row, now, window) is not None:
        raise Conflict(f"客人最后一句话之后 {window.hours} 小时已过，或 {window.messages} 条已用完",
                       "等客人再说话")  # fmt: skip


def _outbound(tx: Tx, row: Row, staff: str, words: Words, now: int) -> Outbound:
    channel = row["channel"]
    return Outbound(
        lane=row["id"], pool="robot" if channel == "robot" else "reply", channel=channel,
        account=row["account"], peer=row["peer"], kind="staff", body=words.body,
        origin=f"staff:{staff}:{words.client_key}", persona=words.persona,
        persona_version=words.persona_version, operator=staff, conversation=row["id"],
        member=row["member"], dedupe="", send_at=now, retry_at=now, priority=0,
        expires_at=now + ANSWER_WITHIN, data=_data(tx, row, words),
    )  # fmt: skip


def _data(tx: Tx, row: Row, words: Words) -> Mapping[str, Any]:
    way = _way(tx, row) if row["channel"] == "robot" else {}
    return {**way, EXCUSED: list(words.excused)} if words.excused else way


def _way(tx: Tx, row: Row) -> Mapping[str, Any]:
    """How a smart robot may answer the member's last message, where that says so itself."""
    last = tx.row("desk_last_data", conversation=row["id"])
    way: Mapping[str, Any] = codec.from_json(last["data"]).get("answer", {}) if last else {}
    if way.get("mute"):
        raise Conflict("平台不允许再回这条消息", "等对方再说话")
    return {} if way.get("welcome") else way
