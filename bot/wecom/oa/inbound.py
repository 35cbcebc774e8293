"""What a follower says or does, in our words (接收普通消息, 接收事件推送).

Dedupe: ``MsgId`` for messages; for events, which have none, a digest of all fields, for the
advised FromUserName+CreateTime takes two taps within one second for the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from bot.core.model import Inbound

EVENTS = {"subscribe": "oa.subscribe", "unsubscribe": "oa.unsubscribe", "SCAN": "oa.scan"}
KEYED = {"CLICK": "oa.click"}
SCENE = "qrscene_"
_LEFT_OUT = frozenset({"ToUserName", "MsgType", "Content"})


def from_oa(account: str, tree: Mapping[str, Any], now: int) -> Inbound:
    """One message or event of a follower. Raises ValueError when it names nobody or nothing."""
    kind, peer = _need(tree, "MsgType").lower(), _need(tree, "FromUserName")
    sent_at = _created(tree, now)
    if kind != "event":
        return Inbound(
            channel="oa", account=account, peer=peer, kind=kind, text=_words(tree),
            dedupe=f"oa:{account}:{_need(tree, 'MsgId')}", data=_data(tree), sent_at=sent_at,
            received_at=now,
        )  # fmt: skip
    return Inbound(
        channel="oa", account=account, peer=peer, kind="event", event=_event(tree),
        dedupe=_digest(account, tree), data=_data(tree), sent_at=sent_at, received_at=now,
    )  # fmt: skip


def _event(tree: Mapping[str, Any]) -> str:
    name = _need(tree, "Event")
    if name in KEYED:
        return f"{KEYED[name]}:{_word(tree, 'EventKey')}"
    return EVENTS.get(name, f"oa.{name.lower()}")


def _words(tree: Mapping[str, Any]) -> str:
    """What was typed; of a voice message what the platform understood, where it listens."""
    return _word(tree, "Content") or _word(tree, "Recognition")


def _data(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The platform's fields, with ``menu_id`` of a tapped menu line and ``scene`` of a QR code."""
    more = {"menu_id": _word(tree, "bizmsgmenuid")}
    if _word(tree, "Event") in ("subscribe", "SCAN"):
        more["scene"] = _word(tree, "EventKey").removeprefix(SCENE)
    kept = {name: value for name, value in tree.items() if name not in _LEFT_OUT}
    return {**kept, **{name: value for name, value in more.items() if value}}


def _digest(account: str, tree: Mapping[str, Any]) -> str:
    text = json.dumps(tree, sort_keys=True, ensure_ascii=False)
    return f"oa:{account}:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:40]}"


def _word(tree: Mapping[str, Any], name: str) -> str:
    value = tree.get(name, "")
    return value if isinstance(value, str) else ""


def _need(tree: Mapping[str, Any], name: str) -> str:
    value = _word(tree, name)
    if not value:
        raise ValueError(f"no {name}")
    return value


def _created(tree: Mapping[str, Any], now: int) -> int:
    text = _word(tree, "CreateTime")
    return int(text) * 1000 if text.isascii() and text.isdigit() and len(text) < 12 else now
