"""A kf session on its way to the people in the WeCom client, and what becomes of it."""

from __future__ import annotations

from bot.core.body import Text
from bot.core.handoff import ANSWER_WITHIN, AUTOMATIC, CAUSES, Conflict, not_handed
from bot.core.model import TO_CLIENT, Outbound
from bot.core.policy import Verdict
from bot.store import conversations, desk, figures_event, notes, outbox, turns
from bot.store.engine import Tx

# In the data of such a row: what the member is told when the client cannot have the session.
SORRY = "sorry"
_FAILED = ("never", "expire", "unsure")


def to_client(
    tx: Tx, key: str, staff: str, now: int, client_key: str, servicer: str = ""
) -> int | None:
    """The holder hands the session to the client: to ``servicer``, or into its pool. After his last
    words have left; until then he holds it. Id of the row, None when it is queued already. Raises
    Conflict: not the holder, or not a kf conversation."""
    row = desk.held(tx, key, staff, now)
    if row["channel"] != "kf":
        raise Conflict("只有微信客服的会话能转到企业微信客户端", "请在这里继续回复")
    data = {TO_CLIENT: True, "reason": f"{staff} 转客户端", "servicer": servicer}
    return outbox.enqueue(tx, Outbound(
        lane=key, pool="reply", channel="kf", account=row["account"], peer=row["peer"],
        kind="notice", body=Text(""), origin=f"staff:{staff}:transfer", operator=staff,
        persona=row["persona"], persona_version=0, conversation=key, member=row["member"],
        dedupe=f"transfer/{key}/{client_key}", send_at=now, retry_at=now, priority=1,
        expires_at=now + ANSWER_WITHIN, data=data,
    ), now)  # fmt: skip


def settle(tx: Tx, row: Outbound, verdict: Verdict, now: int) -> None:
    """The platform's word on such a row: the client has it, or somebody here must go on."""
    if verdict.event == "sent":
        actor = "persona" if row.operator in AUTOMATIC else row.operator
        conversations.to_client(tx, row.conversation, now, actor=actor,
                                reason=row.data.get("reason", ""),
                                holder=row.data.get("servicer", ""))  # fmt: skip
    elif verdict.event in _FAILED:
        _refused(tx, row, verdict, now)


def _refused(tx: Tx, row: Outbound, verdict: Verdict, now: int) -> None:
    """It waits in the queue with the reason; the member is told what is true."""
    talk = desk.hold(tx, row.conversation)
    why = f"{CAUSES['client']}：{not_handed(verdict.note)}"
    turns.kick(tx, talk["id"], now, actor="deliver", reason=why)
    figures_event.put_back(tx, talk["id"], "client", now)
    desk.write(tx, talk, waiting_since=talk["waiting_since"] or now, waiting_for=why,
               waiting_why="client")  # fmt: skip
    notes.add(tx, talk["id"], "", why, now)
    if verdict.event == "never" and row.data.get(SORRY) and talk["mode"] == "auto":
        outbox.enqueue(tx, row.evolve(
            kind="reply", body=Text(row.data[SORRY]), data={}, dedupe=f"{row.dedupe}/sorry",
            content="builtin:not_handed", send_at=now, retry_at=now, state="ready",
            expires_at=now + ANSWER_WITHIN), now)  # fmt: skip
