"""The staff side of a conversation: who takes it, gives it back or passes it on.

Every verb holds the conversation's row until it is committed, so of two people, or of a person and
the persona, one comes second and learns of it: it raises Conflict and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.body import plain
from bot.core.handoff import ANSWERABLE, AUTOMATIC, CAUSES, Conflict, ago
from bot.core.model import Outbound
from bot.core.policy import UNKNOWN
from bot.store import conversations, figures_event, happened, notes, outbox, turns
from bot.store.codec import outbound
from bot.store.engine import Row, Tx

LOOK_AGAIN = "先看过再决定"
_TAKEN = {
    "staff": ("{who}{ago}已经接手", "请他转交给你，或等他交还"),
    "client": ("{who}{ago}起在企业微信客户端里接手", "请到客户端里回复，或等那边的会话结束"),
    "muted": ("会话已静音", "先取消静音"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a staff member has read: the last message of the member (inbox) and the last row that
    had left when he looked (outbox). Whatever is newer he has not seen."""

    inbox: int = 0
    outbox: int = 0


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words of the persona or a colleague: ``sending`` are on their way, ``unsure`` may have
    arrived."""

    outbox: int
    operator: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What the new holder must know: words that cannot be called back, how many others were
    stopped, and how far he has read when he has read this."""

    on_the_way: tuple[Spoken, ...]
    stopped: int
    seen: Seen


def glance(tx: Tx, key: str) -> Seen:
    """How far a thread goes at this moment. Read it before the thread itself."""
    row = tx.row("desk_glance", id=key) or {"inbox": 0, "outbox": 0}
    return Seen(row["inbox"], row["outbox"])


def spoken(tx: Tx, key: str, staff: str, after: int) -> list[Spoken]:
    """What anybody but ``staff`` said, or is saying, later than an outbox row."""
    rows = tx.rows("desk_spoken", conversation=key, staff=staff, after=after)
    return [Spoken(row["id"], row["operator"], row["state"], plain(outbound(row).body))
            for row in rows]  # fmt: skip


def told(words: Sequence[Spoken]) -> Conflict:
    """The Conflict that shows these words to somebody who has not read them."""
    who = words[0].operator
    said = tuple(s.text for s in words)
    name = "人设" if who in AUTOMATIC else f"{who} "
    return Conflict(f"{name}刚刚回了：{'／'.join(said)}", LOOK_AGAIN, who=who, said=said)


def hold(tx: Tx, key: str) -> Row:
    """The conversation, which nobody else changes until the end. Raises Conflict: there is none."""
    row = tx.row("desk_hold", id=key)
    if row is None:
        raise Conflict("没有这个会话", "刷新列表")
    return row


def held(tx: Tx, key: str, staff: str, now: int) -> Row:
    """The same for its holder alone; a Conflict names who else has it."""
    row = hold(tx, key)
    if row["mode"] != "staff" or row["held_by"] != staff:
        if row["mode"] != "auto" and (row["held_by"] or row["mode"] != "staff"):
            raise elsewhere(row, now)
        raise Conflict("你没有接手这个会话", "先接手再操作", since=row["held_at"])
    return row


def elsewhere(row: Row, now: int) -> Conflict:
    """The Conflict that names who has it."""
    what, todo = _TAKEN[row["mode"]]
    who = row["held_by"] or "同事"
    return Conflict(what.format(who=f"{who} ", ago=ago(row["held_at"], now)), todo,
                    who=row["held_by"], since=row["held_at"])  # fmt: skip


def write(tx: Tx, row: Row, **changes: Any) -> None:
    """Puts what a verb changes beside mode and holder."""
    kept = {name: row[name] for name in _OWN}
    tx.run("desk_write", id=row["id"], **(kept | changes))


_OWN = ("waiting_since", "waiting_for", "waiting_why", "misses", "answered_in", "silenced",
        "active_at", "snoozed_until", "complaint_at", "handed_at", "lead_for")  # fmt: skip
CALM = {"waiting_since": None, "waiting_for": "", "waiting_why": "", "misses": 0}
# A complaint is over when somebody says so, not when he is answered; so is the call for a lead.
CLOSED = CALM | {"complaint_at": None, "lead_for": ""}


def take(tx: Tx, key: str, staff: str, now: int, seen: Seen) -> Taken:
    """The staff member holds the conversation, and the persona is silent from this commit on.

    What the persona has not sent is stopped, a turn that is being decided is decided anew. Raises
    Conflict: somebody else has it, or the persona has answered since ``seen``. Taking what one
    holds already changes nothing.
    """
    # in the order in which a sender takes them; see the query
    tx.rows("desk_rows_hold", conversation=key)
    row = hold(tx, key)
    if row["mode"] == "staff" and row["held_by"] == staff:
        return _taken(tx, key, staff, seen, 0)
    _refuse_take(tx, row, staff, now, seen)
    reason = f"{staff} 接手"
    open_at = (tx.row("desk_open", conversation=key, after=row["answered_in"]) or {})["at"]
    turns.kick(tx, key, now, actor=staff, reason=reason)
    stopped = _stop(tx, key, staff, now, reason)
    event = "take" if row["mode"] == "auto" else "pick_up"
    conversations.change_mode(tx, key, event, now, actor=staff, reason=reason, holder=staff)
    waits = row["waiting_since"] or open_at or (now if stopped else None)
    write(tx, row, silenced=last_queued(tx, key), active_at=now, waiting_since=waits,
          snoozed_until=None, handed_at=None)  # fmt: skip
    return _taken(tx, key, staff, seen, stopped)


def _refuse_take(tx: Tx, row: Row, staff: str, now: int, seen: Seen) -> None:
    if row["channel"] not in ANSWERABLE:
        raise Conflict("这里的会话接口写不进去", "请在企业微信里由本人回复")
    if row["mode"] != "auto" and (row["held_by"] or row["mode"] != "staff"):
        raise elsewhere(row, now)
    # the persona's words that are on their way are no conflict: Taken tells them
    said = [s for s in spoken(tx, row["id"], staff, seen.outbox)
            if s.state != "sending" or s.operator not in AUTOMATIC]  # fmt: skip
    if said:
        raise told(said)


def _taken(tx: Tx, key: str, staff: str, seen: Seen, stopped: int) -> Taken:
    words = tuple(s for s in spoken(tx, key, staff, seen.outbox) if s.state != "sent")
    return Taken(words, stopped, glance(tx, key))


def _stop(tx: Tx, key: str, staff: str, now: int, reason: str) -> int:
    """The persona's words that have not left; how many. What may have arrived is told as unsure."""
    rows = tx.rows("desk_ready", conversation=key)
    for row in rows:
        if row["note"].startswith(UNKNOWN):
            outbox.move(tx, row, "claim", now, actor=staff, reason=row["note"])
            outbox.move(tx, row | {"state": "sending"}, "unsure", now, actor=staff,
                        reason=row["note"])  # fmt: skip
        else:
            outbox.move(tx, row, "cancel", now, actor=staff, reason=reason)
    return sum(not row["note"].startswith(UNKNOWN) for row in rows)


def withdraw(tx: Tx, row: Outbound, now: int) -> None:
    """Words of the persona came back unsent. If a person took over meanwhile they go no further,
    and do not stand before his own in their lane."""
    if row.operator not in AUTOMATIC or not row.conversation:
        return
    talk = tx.row("desk_hold", id=row.conversation)
    if talk is not None and talk["mode"] == "staff" and row.id <= talk["silenced"]:
        _stop(tx, talk["id"], "desk", now, f"{talk['held_by']} 已接手")


def last_queued(tx: Tx, key: str) -> int:
    """The newest outbox row of a conversation; 0 when there is none."""
    row = tx.row("desk_glance", id=key) or {"queued": 0}
    return int(row["queued"])


def release(tx: Tx, key: str, staff: str, now: int, seen: Seen) -> None:
    """Back to the persona: it answers what the member says next. Raises Conflict: not the holder,
    or the member has said something since ``seen``, which nobody would answer."""
    row = held(tx, key, staff, now)
    _all_read(tx, key, seen)
    give_back(tx, row, "release", now, staff, f"{staff} 交还", seen.inbox)


def resolve(tx: Tx, key: str, staff: str, now: int, seen: Seen) -> None:
    """Nothing is left to do for a person, whether he held it or it only waited. Raises Conflict."""
    row = hold(tx, key)
    if row["mode"] != "auto" and not (row["mode"] == "staff" and not row["held_by"]):
        row = held(tx, key, staff, now)
    _all_read(tx, key, seen)
    if row["mode"] == "staff":
        give_back(tx, row, "resolve", now, staff, f"{staff} 办结", seen.inbox)
        return
    turns.kick(tx, key, now, actor=staff, reason=f"{staff} 办结")
    conversations.change_mode(tx, key, "resolve", now, actor=staff, reason=f"{staff} 办结")
    happened.complaint_closed(tx, row, now)
    write(tx, row, **CLOSED, snoozed_until=None)


def _all_read(tx: Tx, key: str, seen: Seen) -> None:
    new = tx.rows("desk_unseen", conversation=key, after=seen.inbox)
    if new:
        words = tuple(row["text"] or f"[{row['kind']}]" for row in new)
        raise Conflict(f"客人刚刚又说了：{'／'.join(words)}", LOOK_AGAIN,
                       since=new[0]["received_at"], said=words)  # fmt: skip


def give_back(
    tx: Tx, row: Row, event: str, now: int, actor: str, reason: str, read: int
) -> None:  # fmt: skip
    """The persona has it again, and nobody waits; he had read up to inbox row ``read``."""
    turns.kick(tx, row["id"], now, actor=actor, reason=reason)
    conversations.change_mode(tx, row["id"], event, now, actor=actor, reason=reason)
    if event == "resolve":
        happened.complaint_closed(tx, row, now)
    write(tx, row, **(CLOSED if event == "resolve" else CALM), snoozed_until=None,
          answered_in=max(row["answered_in"], read), active_at=None, handed_at=None)  # fmt: skip


def pass_on(
    tx: Tx, key: str, staff: str, to: str, now: int, reason: str = "", *, assigns: bool = False
) -> None:  # fmt: skip
    """A colleague holds it from now on, and the member waits for her answer. What one gives
    oneself waits as before. Raises Conflict: not the holder, unless he ``assigns`` what others
    hold."""
    row = _holds_or_assigns(tx, key, staff, now, assigns)
    open_at = (tx.row("desk_open", conversation=key, after=row["answered_in"]) or {})["at"]
    why = f"{staff} 转交 {to}" + (f"：{reason}" if reason else "")
    turns.kick(tx, key, now, actor=staff, reason=why)  # it would write how he waits over this
    conversations.change_mode(tx, key, "pass_on", now, actor=staff, reason=why, holder=to)
    if to == staff:
        write(tx, row, active_at=now, snoozed_until=None, handed_at=None)
        return
    write(tx, row, active_at=now, snoozed_until=None, handed_at=now, waiting_for=why,
          waiting_since=row["waiting_since"] or open_at or now, waiting_why="handed")  # fmt: skip


def _holds_or_assigns(tx: Tx, key: str, staff: str, now: int, assigns: bool) -> Row:
    row = hold(tx, key)
    if assigns and row["mode"] == "staff" and row["held_by"]:
        return row
    return held(tx, key, staff, now)


def put_back(
    tx: Tx, key: str, staff: str, now: int, reason: str, *, assigns: bool = False
) -> None:  # fmt: skip
    """Into the queue, for whichever colleague comes first; the persona stays silent. Raises
    Conflict: as ``pass_on``."""
    row = _holds_or_assigns(tx, key, staff, now, assigns)
    drop(tx, row, now, staff, "staff", reason, row["waiting_since"] or now)


def snooze(tx: Tx, key: str, staff: str, now: int, until: int, reason: str = "") -> None:
    """Out of the queue, and no idle time, until then; the holder stays. Raises Conflict."""
    row = hold(tx, key)
    if row["mode"] != "auto" and not (row["mode"] == "staff" and not row["held_by"]):
        held(tx, key, staff, now)
    why = f"{staff} 稍后处理" + (f"：{reason}" if reason else "")
    conversations.change_mode(tx, key, "snooze", now, actor=staff, reason=why,
                              holder=row["held_by"])  # fmt: skip
    write(tx, row, active_at=now if row["held_by"] else None, snoozed_until=until)


def note(tx: Tx, key: str, staff: str, text: str, now: int) -> int:
    """An internal note by anybody; of the holder it is a sign of life. Its id."""
    row = hold(tx, key)
    if row["held_by"] == staff:
        write(tx, row, active_at=now)
    return notes.add(tx, key, staff, text, now)


def drop(tx: Tx, row: Row, now: int, actor: str, code: str, reason: str, since: int) -> None:
    """Into the queue, for a cause with a code; the persona stays silent."""
    turns.kick(tx, row["id"], now, actor=actor, reason=reason)
    conversations.change_mode(tx, row["id"], "drop", now, actor=actor, reason=reason)
    figures_event.put_back(tx, row["id"], code, now)
    write(tx, row, waiting_since=since, waiting_why=code, active_at=None, snoozed_until=None,
          handed_at=None, waiting_for=f"{CAUSES[code]}：{reason}")  # fmt: skip
