"""What a follower says or does, in our words (接收普通消息, 接收事件推送).

Dedupe: ``MsgId`` for messages; for events, which have none, a digest of all fields, for the
advised FromUserName+CreateTime takes two taps within one second for the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.model import Inbound
from bot.wecom.fields import created, digest, need, rest, word

EVENTS = {"subscribe": "oa.subscribe", "unsubscribe": "oa.unsubscribe", "SCAN": "oa.scan"}
KEYED = {"CLICK": "oa.click"}
SCENE = "qrscene_"


def from_oa(account: str, tree: Mapping[str, Any], now: int) -> Inbound:
    """One message or event of a follower. Raises ValueError when it names nobody or nothing."""
    kind, peer = need(tree, "MsgType").lower(), need(tree, "FromUserName")
    sent_at = created(tree, now)
    if kind != "event":
        return Inbound(
            channel="oa", account=account, peer=peer, kind=kind, text=_words(tree),
            dedupe=f"oa:{account}:{need(tree, 'MsgId')}", data=_data(tree), sent_at=sent_at,
            received_at=now,
        )  # fmt: skip
    return Inbound(
        channel="oa", account=account, peer=peer, kind="event", event=_event(tree),
        dedupe=digest(f"oa:{account}", tree), data=_data(tree), sent_at=sent_at, received_at=now,
    )  # fmt: skip


def _event(tree: Mapping[str, Any]) -> str:
    name = need(tree, "Event")
    if name in KEYED:
        return f"{KEYED[name]}:{word(tree, 'EventKey')}"
    return EVENTS.get(name, f"oa.{name.lower()}")


def _words(tree: Mapping[str, Any]) -> str:
    """What was typed; of a voice message what the platform understood, where it listens."""
    return word(tree, "Content") or word(tree, "Recognition")


def _data(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The platform's fields, with ``menu_id`` of a tapped menu line and ``scene`` of a QR code."""
    more = {"menu_id": word(tree, "bizmsgmenuid")}
    if word(tree, "Event") in ("subscribe", "SCAN"):
        more["scene"] = word(tree, "EventKey").removeprefix(SCENE)
    return {**rest(tree), **{name: value for name, value in more.items() if value}}
