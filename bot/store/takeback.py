"""Taking back one's own words: what has not left is cancelled, what an application has sent is
recalled by the platform (page 94867). Nothing else can be: kf, official accounts and robots have no
such call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.core.body import Text, load, plain
from bot.core.clock import DAY
from bot.core.handoff import Conflict
from bot.core.model import Outbound
from bot.core.policy import UNKNOWN, Verdict
from bot.store import audit, codec, outbox
from bot.store.engine import Row, Tx

WITHIN = 1 * DAY
RECALL, OF = "recall", "recall_of"
SHOWN = 5
Way = Literal["cancel", "recall", "asked", "done", "never", "sending", "late", "over"]
# Why it cannot be, and what to do instead.
REFUSED = {
    "never": ("这个渠道发出去的消息，平台没有撤回接口", "补发一句更正"),
    "sending": ("这条正在发出，现在拦不住", "等结果出来再看"),
    "late": ("发出超过 24 小时，平台不让撤回了", "补发一句更正"),
    "asked": ("已经在撤回了", "等平台的结果"),
    "done": ("这条已经撤回了", "不用再撤"),
    "over": ("这条没有发出去", "不用撤回"),
}
_STOPPED = ("cancelled", "expired", "dead")


@dataclass(frozen=True, slots=True)
class Own:
    """One message of one's own, and whether it can be taken back (``way``)."""

    outbox: int
    text: str
    at: int
    state: str
    way: Way

    @property
    def can(self) -> bool:
        """True when the button does something."""
        return self.way in ("cancel", "recall")


def own(tx: Tx, key: str, staff: str, now: int, n: int = SHOWN) -> list[Own]:
    """What somebody wrote in a conversation within the last day, the latest first."""
    rows = tx.rows("takeback_own", conversation=key, staff=staff, since=now - WITHIN, n=n)
    return [Own(row["id"], plain(load(codec.from_json(row["body"]))), row["send_at"],
                row["state"], _way(tx, row, now)) for row in rows]  # fmt: skip


def _way(tx: Tx, row: Row, now: int) -> Way:
    if row["state"] in ("draft", "ready"):
        return "sending" if row["note"].startswith(UNKNOWN) else "cancel"
    if row["state"] in _STOPPED:
        return "over"
    if row["state"] != "sent":
        return "sending"
    if row["channel"] != "app" or not row["provider_id"]:
        return "never"
    asked = tx.row("takeback_asked", dedupe=_key(row["id"]))
    if asked is not None and asked["state"] != "dead":
        return "done" if asked["state"] == "sent" else "asked"
    return "recall" if asked is None and now - row["send_at"] < WITHIN else "late"


def _key(number: int) -> str:
    return f"recall/{number}"


def take_back(tx: Tx, key: str, number: int, staff: str, now: int) -> Way:
    """Stops a message of one's own, or asks the platform to; which of the two. Raises Conflict."""
    tx.rows("desk_rows_hold", conversation=key)
    row = tx.row("takeback_row", id=number, conversation=key)
    if row is None or row["operator"] != staff or row["kind"] != "staff":
        raise Conflict("这不是你在这个会话里发的消息", "只能撤回自己发的")
    way = _way(tx, row, now)
    if way not in ("cancel", "recall"):
        raise Conflict(*REFUSED[way])
    if way == "recall":
        _ask(tx, codec.outbound(row), staff, now)
    elif not outbox.move(tx, row, "cancel", now, actor=staff, reason=f"{staff} 撤回"):
        raise Conflict(*REFUSED["sending"])
    return way


def _ask(tx: Tx, row: Outbound, staff: str, now: int) -> None:
    outbox.enqueue(tx, row.evolve(
        id=0, kind="notice", body=Text(""), origin=f"staff:{staff}:recall", operator=staff,
        dedupe=_key(row.id), data={RECALL: row.provider_id, OF: row.id}, send_at=now, retry_at=now,
        expires_at=row.send_at + WITHIN, state="ready", attempts=0, note=""), now)  # fmt: skip
    _note(tx, row.id, "撤回中")


def settle(tx: Tx, row: Outbound, verdict: Verdict, now: int) -> None:
    """The platform's word on a recall: the reply log tells it."""
    number = int(row.data.get(OF, 0))
    if not number:
        return
    if verdict.event == "sent":
        _note(tx, number, f"{row.operator} 已撤回")
        audit.record(tx, [audit.note("outbox", number, "recall", at=now, actor=row.operator)])
    elif verdict.event in ("never", "expire", "unsure"):
        _note(tx, number, f"没能撤回：{verdict.note}")


def _note(tx: Tx, number: int, text: str) -> None:
    tx.run("takeback_note", outbox=number, note=text)
