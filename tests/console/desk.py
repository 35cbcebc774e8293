"""Customers who wrote and a persona that answered, for pages of the inbox."""

from __future__ import annotations

from bot.core.body import Text
from bot.core.model import Inbound, Outbound
from bot.store import inbox, outbox
from bot.store.engine import Tx
from bot.store.inbox import Settle
from tests.scenario.reception import NOW, Reception

KF = "wkBANZHAN01"
AT_ONCE = Settle(wait=0, most=0)


def talk(peer: str, channel: str = "kf", account: str = KF) -> str:
    return f"{channel}:{account}:{peer}"


def said(
    number: int, peer: str, text: str, *, at: int = NOW, channel: str = "kf", account: str = KF,
    **more: object,
) -> Inbound:  # fmt: skip
    values: dict[str, object] = {"kind": "text", "text": text} | more
    return Inbound(
        channel=channel,
        account=account,
        dedupe=f"{channel}:{peer}:{number}",
        peer=peer,
        sent_at=at,
        received_at=at,
        **values,
    )  # type: ignore[arg-type]


async def hear(desk: Reception, *messages: Inbound) -> None:
    await desk.store.write(inbox.accept_all, messages, AT_ONCE)


async def answered(
    desk: Reception, peer: str, text: str, first: int, *, content: str = "faq:ship"
) -> int:
    """The persona's answer to a message, on its way."""
    key = talk(peer)
    now = desk.clock.now()
    row = Outbound(
        lane=key, pool="reply", channel="kf", account=KF, peer=peer, kind="reply", body=Text(text),
        origin=f"reply:{first}:0", persona="tester", persona_version=1, conversation=key,
        member=peer, dedupe=f"reply/{peer}/{first}", send_at=now, retry_at=now, content=content,
    )  # fmt: skip

    def write(tx: Tx) -> int:
        made = outbox.enqueue(tx, row, now)
        assert made is not None
        return made

    return await desk.store.write(write)
