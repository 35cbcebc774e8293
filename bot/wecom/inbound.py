"""What the platform says, in our words: callbacks and kf messages become Inbound values.

Dedupe keys hold the full identity of an event: ``MsgId`` for messages, and for events, which
have none, a digest of every field (all events of the system come from ``sys`` and many fall into
the same second, so the advised FromUserName+CreateTime is not enough).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.model import Inbound
from bot.wecom.fields import (
    branch,
    created,
    digest,
    listed,
    need,
    rest,
    seconds,
    shallow,
    word,
)

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


FAIL_TYPES = {
    "1": "the customer's account is gone", "2": "the app is closed", "4": "over 48 h",
    "5": "the session is closed", "6": "over 5 messages", "8": "the corp is not verified",
    "10": "the customer refuses messages", "11": "no member is logged in to the WeCom app",
}  # fmt: skip
SESSION_ENDED = "3"


@dataclass(frozen=True, slots=True)
class KfNews:
    """There may be news for a kf account; ``token`` (10 minutes) makes reading them cheap."""

    open_kfid: str
    token: str = field(repr=False)


def from_callback(app: str, tree: Mapping[str, Any], now: int) -> Inbound | KfNews | ArchiveNews:
    """One decrypted callback of an application. Raises ValueError when it names nothing."""
    kind = need(tree, "MsgType")
    if kind != "event":
        return _app_message(app, tree, kind, now)
    name = need(tree, "Event")
    if name == "kf_msg_or_event":
        return KfNews(need(tree, "OpenKfId"), word(tree, "Token"))
    if name == "msgaudit_notify":
        return ArchiveNews()
    make = {"change_external_contact": _contact, "change_external_chat": _chat}.get(name)
    if make is not None:
        return make(tree, now)
    return _event(app, tree, name, now)


def _contact(tree: Mapping[str, Any], now: int) -> Inbound:
    change = word(tree, "ChangeType")
    return Inbound(
        channel="contact", account=need(tree, "UserID"), peer=need(tree, "ExternalUserID"),
        kind="event", event=CONTACT_EVENTS.get(change, f"contact.{change}"),
        dedupe=digest("contact", tree), sent_at=created(tree, now), received_at=now,
        data={**rest(tree), "welcome_code": word(tree, "WelcomeCode"),
              "state": word(tree, "State")},
    )  # fmt: skip


def _chat(tree: Mapping[str, Any], now: int) -> Inbound:
    change = word(tree, "ChangeType")
    event = f"group.{word(tree, 'UpdateDetail') or change}"
    return Inbound(
        channel="group", account="", peer=need(tree, "ChatId"), kind="event", event=event,
        dedupe=digest("group", tree), data=rest(tree), sent_at=created(tree, now),
        received_at=now,
    )  # fmt: skip


def _app_message(app: str, tree: Mapping[str, Any], kind: str, now: int) -> Inbound:
    return Inbound(
        channel="app", account=app, peer=need(tree, "FromUserName"), kind=kind,
        text=word(tree, "Content"), dedupe=f"app:{app}:{need(tree, 'MsgId')}",
        data=rest(tree), sent_at=created(tree, now), received_at=now,
    )  # fmt: skip


def _event(app: str, tree: Mapping[str, Any], name: str, now: int) -> Inbound:
    keyed = KEYED_EVENTS.get(name)
    event = f"{keyed}:{word(tree, 'EventKey')}" if keyed else f"wecom.{name}"
    chosen = {"selected": selected(tree)} if keyed == CARD else {}
    return Inbound(
        channel="app", account=app, peer=word(tree, "FromUserName") or "sys", kind="event",
        event=APP_EVENTS.get(name, event), dedupe=digest(f"app:{app}", tree),
        data={**rest(tree), **chosen},
        sent_at=created(tree, now), received_at=now,
    )  # fmt: skip


def selected(tree: Mapping[str, Any]) -> dict[str, list[str]]:
    """What was chosen on a card, option ids by question (page 90240)."""
    items = branch(tree, "SelectedItems").get("SelectedItem", [])
    rows = [row for row in listed(items) if isinstance(row, Mapping)]
    return {
        word(row, "QuestionKey"): [
            str(option) for option in listed(branch(row, "OptionIds").get("OptionId", []))
        ]
        for row in rows
    }


def _failed(payload: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(payload.get("fail_type", 0))
    return {"msgid": str(payload.get("fail_msgid", "")),
            "why": FAIL_TYPES.get(kind, f"fail_type {kind}")}  # fmt: skip


def _session(payload: Mapping[str, Any]) -> dict[str, Any]:
    who = payload.get("new_servicer_userid") or payload.get("old_servicer_userid") or ""
    return {"ended": str(payload.get("change_type", "")) == SESSION_ENDED, "who": str(who)}


# What events of kf mean in our words (page 94670), beside the platform's own fields.
KF_MEANINGS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "msg_send_fail": _failed,
    "session_status_change": _session,
    "user_recall_msg": lambda payload: {"msgid": str(payload.get("recall_msgid", ""))},
}


def from_kf(open_kfid: str, message: Mapping[str, Any], now: int) -> Inbound:
    """One entry of kf/sync_msg (page 94670)."""
    message = shallow(message)
    kind = str(message.get("msgtype", "unknown"))
    payload = message.get(kind)
    payload = payload if isinstance(payload, dict) else {}
    event = ""
    if kind == "event":
        name = str(payload.get("event_type", "unknown"))
        event = f"kf.{name}"
        meaning = KF_MEANINGS.get(name)
        payload = {**payload, **meaning(payload)} if meaning else payload
    elif message.get("origin") == 5:
        payload = {**payload, "servicer_userid": message.get("servicer_userid", ""), "as": kind}
        kind, event = "event", "kf.servicer_message"
    return Inbound(
        channel="kf", account=open_kfid, kind=kind, event=event,
        peer=str(message.get("external_userid") or payload.get("external_userid") or "sys"),
        text=str(payload.get("content", "")) if kind == "text" else "",
        dedupe=f"kf:{open_kfid}:{message.get('msgid') or digest('kf', message)}",
        data=payload, sent_at=seconds(str(message.get("send_time", "")), now),
        received_at=now,
    )  # fmt: skip
