"""Keeping an abuser out: the conversation is muted, and promotion to him ends.

What he writes is still kept and shown; nobody has to read it. The mode is a lifecycle's
(``mute``, ``unmute``); the row beside it says who did it and why.
"""

from __future__ import annotations

from bot.core.handoff import ANSWERABLE, Conflict
from bot.store import consent, conversations, desk, outbox, turns
from bot.store.engine import Row, Tx

REASON_MAX = 200


def block(tx: Tx, key: str, staff: str, now: int, reason: str) -> int:
    """Mutes a conversation that nobody else holds; how many queued messages it stopped. Raises
    Conflict."""
    reason = _checked(reason)
    tx.rows("desk_rows_hold", conversation=key)  # in the order in which a sender takes them
    row = desk.hold(tx, key)
    if row["channel"] not in ANSWERABLE:
        raise Conflict("这里的会话接口管不了", "请在企业微信里由本人处理")
    free = row["mode"] == "staff" and row["held_by"] in ("", staff)
    if free or row["mode"] == "auto":
        return _mute(tx, row, staff, now, reason)
    desk.held(tx, key, staff, now)  # tells who has it
    raise Conflict("这个会话现在不能拉黑", "刷新后再试")


def _mute(tx: Tx, row: Row, staff: str, now: int, reason: str) -> int:
    key, member = row["id"], row["member"]
    why = f"{staff} 拉黑：{reason}"
    turns.kick(tx, key, now, actor=staff, reason=why)
    conversations.change_mode(tx, key, "mute", now, actor=staff, reason=why)
    desk.write(tx, row, **desk.CLOSED, silenced=desk.last_queued(tx, key), active_at=None,
               snoozed_until=None, handed_at=None)  # fmt: skip
    stopped = sum(outbox.move(tx, found, "cancel", now, actor=staff, reason=why)
                  for found in tx.rows("desk_ready", conversation=key))  # fmt: skip
    welcome = bool(member) and consent.of_member(tx, member)[0]
    if welcome:
        consent.opt_out(tx, member, now, actor=staff)
    tx.run("block_add", conversation=key, member=member, staff=staff, reason=reason,
           promo=int(welcome), now=now)  # fmt: skip
    return stopped


def unblock(tx: Tx, key: str, staff: str, now: int, reason: str, *, promo: bool = False) -> None:
    """The persona answers what comes next. ``promo``: promotion is welcome again, if it was before;
    otherwise the member stays without. Raises Conflict."""
    reason = _checked(reason)
    row = desk.hold(tx, key)
    if row["mode"] != "muted":
        raise Conflict("这个会话没有拉黑", "刷新列表")
    found = of(tx, key)
    why = f"{staff} 解除拉黑：{reason}"
    turns.kick(tx, key, now, actor=staff, reason=why)
    conversations.change_mode(tx, key, "unmute", now, actor=staff, reason=why)
    desk.write(tx, row, **desk.CALM, snoozed_until=None, active_at=None,
               answered_in=max(row["answered_in"], desk.glance(tx, key).inbox))  # fmt: skip
    tx.run("block_lift", conversation=key, staff=staff, reason=reason, now=now)
    if promo and found is not None and found["promo"] and found["member"]:
        consent.opt_in(tx, found["member"], now, actor=staff)


def of(tx: Tx, key: str) -> Row | None:
    """The block that stands, or None."""
    return tx.row("block_open", conversation=key)


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= REASON_MAX:
        raise Conflict("原因是空的或太长", f"写 1 到 {REASON_MAX} 个字")
    return reason
