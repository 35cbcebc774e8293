"""What the platform says, in our words: callbacks and kf messages become Inbound values.

Dedupe keys hold the full identity of an event: ``MsgId`` for messages, and for events, which
have none, a digest of every field (all events of the system come from ``sys`` and many fall into
the same second, so the advised FromUserName+CreateTime is not enough).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.model import Inbound

CONTACT_EVENTS = {
    "add_external_contact": "contact.added",
    "add_half_external_contact": "contact.half_added",
    "edit_external_contact": "contact.edited",
    "del_external_contact": "contact.removed_by_staff",
    "del_follow_user": "contact.removed",
    "transfer_fail": "contact.transfer_failed",
    "msg_audit_approved": "contact.archive_agreed",
}
APP_EVENTS = {"enter_agent": "app.enter", "subscribe": "app.subscribe",
              "unsubscribe": "app.unsubscribe"}  # fmt: skip
CARD = "app.card"
# Events whose EventKey belongs to their name: menu items, and what was clicked on a card.
KEYED_EVENTS = {"click": "app.click", "template_card_event": CARD,
                "template_card_menu_event": CARD}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ArchiveNews:
    """The message archive has something new; what, only the archive itself says (page 95039)."""


@dataclass(frozen=True, slots=True)
class KfNews:
    """There may be news for a kf account; ``token`` (10 minutes) makes reading them cheap."""

    open_kfid: str
    token: str


def from_callback(app: str, tree: Mapping[str, Any], now: int) -> Inbound | KfNews | ArchiveNews:
    """One decrypted callback of an application. Raises ValueError when it names nothing."""
    kind = _word(tree, "MsgType")
    if not kind:
        raise ValueError("no MsgType")
    if kind != "event":
        return _app_message(app, tree, kind, now)
    name = _need(tree, "Event")
    if name == "kf_msg_or_event":
        return KfNews(_need(tree, "OpenKfId"), _word(tree, "Token"))
    if name == "msgaudit_notify":
        return ArchiveNews()
    make = {"change_external_contact": _contact, "change_external_chat": _chat}.get(name)
    if make is not None:
        return make(tree, now)
    return _event(app, tree, name, now)


def _contact(tree: Mapping[str, Any], now: int) -> Inbound:
    change = _word(tree, "ChangeType")
    return Inbound(
        channel="contact", account=_need(tree, "UserID"), peer=_need(tree, "ExternalUserID"),
        kind="event", event=CONTACT_EVENTS.get(change, f"contact.{change}"),
        dedupe=_digest("contact", tree), data=_plain(tree), sent_at=_created(tree, now),
        received_at=now,
    )  # fmt: skip


def _chat(tree: Mapping[str, Any], now: int) -> Inbound:
    change = _word(tree, "ChangeType")
    event = f"group.{_word(tree, 'UpdateDetail') or change}"
    return Inbound(
        channel="group", account="", peer=_need(tree, "ChatId"), kind="event", event=event,
        dedupe=_digest("group", tree), data=_plain(tree), sent_at=_created(tree, now),
        received_at=now,
    )  # fmt: skip


def _app_message(app: str, tree: Mapping[str, Any], kind: str, now: int) -> Inbound:
    return Inbound(
        channel="app", account=app, peer=_need(tree, "FromUserName"), kind=kind,
        text=_word(tree, "Content"), dedupe=f"app:{app}:{_need(tree, 'MsgId')}",
        data=_plain(tree), sent_at=_created(tree, now), received_at=now,
    )  # fmt: skip


def _event(app: str, tree: Mapping[str, Any], name: str, now: int) -> Inbound:
    keyed = KEYED_EVENTS.get(name)
    event = f"{keyed}:{_word(tree, 'EventKey')}" if keyed else f"wecom.{name}"
    chosen = {"selected": selected(tree)} if keyed == CARD else {}
    return Inbound(
        channel="app", account=app, peer=_word(tree, "FromUserName") or "sys", kind="event",
        event=APP_EVENTS.get(name, event), dedupe=_digest(f"app:{app}", tree),
        data={**_plain(tree), **chosen},
        sent_at=_created(tree, now), received_at=now,
    )  # fmt: skip


def selected(tree: Mapping[str, Any]) -> dict[str, list[str]]:
    """What was chosen on a card, option ids by question (page 90240)."""
    items = _branch(tree, "SelectedItems").get("SelectedItem", [])
    rows = [row for row in _listed(items) if isinstance(row, Mapping)]
    return {
        _word(row, "QuestionKey"): [
            str(option) for option in _listed(_branch(row, "OptionIds").get("OptionId", []))
        ]
        for row in rows
    }


def _branch(tree: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = tree.get(name)
    return found if isinstance(found, Mapping) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def from_kf(open_kfid: str, message: Mapping[str, Any], now: int) -> Inbound:
    """One entry of kf/sync_msg (page 94670)."""
    kind = str(message.get("msgtype", "unknown"))
    payload = message.get(kind)
    payload = payload if isinstance(payload, dict) else {}
    event = ""
    if kind == "event":
        event = f"kf.{payload.get('event_type', 'unknown')}"
    elif message.get("origin") == 5:
        payload = {**payload, "servicer_userid": message.get("servicer_userid", ""), "as": kind}
        kind, event = "event", "kf.servicer_message"
    return Inbound(
        channel="kf", account=open_kfid, kind=kind, event=event,
        peer=str(message.get("external_userid") or payload.get("external_userid") or "sys"),
        text=str(payload.get("content", "")) if kind == "text" else "",
        dedupe=f"kf:{open_kfid}:{message.get('msgid') or _digest('kf', message)}",
        data=payload, sent_at=_created({"CreateTime": str(message.get("send_time", ""))}, now),
        received_at=now,
    )  # fmt: skip


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


def _plain(tree: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in tree.items() if k not in ("ToUserName", "MsgType", "Content")}


def _digest(prefix: str, tree: Mapping[str, Any]) -> str:
    text = json.dumps(tree, sort_keys=True, ensure_ascii=False)
    return f"{prefix}:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:40]}"
