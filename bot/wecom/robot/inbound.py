"""What a robot is told, in our words (pages 100719, 101027).

A conversation is a chat: the peer is a member's userid in a single chat, ``group:<chatid>`` in a
group; who spoke stands in ``data["from"]``. ``data["answer"]`` says how this very message may be
answered, and until when.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.core.clock import HOUR, MINUTE, SECOND
from bot.core.config import Limits
from bot.core.model import GROUP_PEER, Inbound
from bot.wecom.fields import shallow
from bot.wecom.robot.account import Account

Json = Mapping[str, Any]
GROUP = GROUP_PEER
EVENTS = {"enter_chat": "robot.enter", "feedback_event": "robot.feedback"}
MEDIA = ("image", "file", "video")
# An answer needs a moment on its way; the platform judges by its own clock.
MARGIN = 500
ITEMS_MAX = 50
_MENTION = re.compile(r"\s*@\S+\s*")


def understand(account: Account, body: Json, now: int, limits: Limits, *, req_id: str = "",
               epoch: int = 0) -> Inbound:  # fmt: skip
    """One message or event of a robot. Raises ValueError when it names nobody or nothing.

    ``req_id`` and ``epoch`` name the frame and the connection it came through; both are empty in
    URL mode, where ``response_url`` is the way back.
    """
    body = shallow(body)
    kind, sender = _word(body, "msgtype"), _word(_part(body, "from"), "userid")
    if not kind or not sender:
        raise ValueError("no msgtype or no sender")
    chat = _word(body, "chatid")
    event = _event(body) if kind == "event" else ""
    made = _answer if req_id else _answer_by_url
    answer = made(body, event, now, limits)
    if answer and req_id:
        answer |= {"req_id": req_id, "epoch": epoch}
    data = {**_data(body, kind), "from": sender, **({"answer": answer} if answer else {})}
    return Inbound(
        channel="robot", account=account.bot_id, peer=f"{GROUP}{chat}" if chat else sender,
        kind=kind, event=event, text=_text(account, body, kind, bool(chat)), data=data,
        dedupe=f"robot:{account.bot_id}:{_word(body, 'msgid') or _digest(body)}",
        sent_at=_created(body, now), received_at=now,
    )  # fmt: skip


def _event(body: Json) -> str:
    name = _word(_part(body, "event"), "eventtype")
    if name == "template_card_event":
        return f"robot.card:{_word(_payload(body), 'event_key')}"
    return EVENTS.get(name, f"robot.{name}")


def _payload(body: Json) -> Json:
    event = _part(body, "event")
    return _part(event, _word(event, "eventtype"))


def _answer(body: Json, event: str, now: int, limits: Limits) -> dict[str, Any]:
    """How this may be answered: at once with a welcome or a new card, for long with a reply."""
    quick = now + limits.robot_quick_seconds * SECOND - MARGIN
    if event == "robot.enter":
        return {"welcome": True, "until": quick}
    if event.startswith("robot.card:"):
        return {"update": True, "until": quick}
    if event:
        return {}
    return {"reply": True, "until": now + limits.robot_reply_hours * HOUR}


def _answer_by_url(body: Json, event: str, now: int, limits: Limits) -> dict[str, Any]:
    """URL mode: once, within the hour, where the message names an address; else not at all."""
    url, until = _word(body, "response_url"), now + limits.robot_response_minutes * MINUTE - MARGIN
    if url:
        return {"once": True, "response_url": url, "until": until}
    return {"mute": True} if event else {}


def _text(account: Account, body: Json, kind: str, in_group: bool) -> str:
    """What was said; a voice message comes with its words."""
    if kind == "mixed":
        parts = (_word(_part(item, "text"), "content") for item in _items(body))
        words = "\n".join(part for part in parts if part)
    else:
        words = _word(_part(body, kind), "content") if kind in ("text", "voice") else ""
    return _unaddressed(words, account.called) if in_group else words


def _unaddressed(text: str, name: str) -> str:
    """Without the leading @name. What is nothing else stays as it was typed."""
    start = text.lstrip()
    if name and start.startswith(f"@{name}"):
        rest = start.removeprefix(f"@{name}").strip()
    else:
        found = None if name else _MENTION.match(text)
        rest = text[found.end() :] if found else text
    return rest or text


def _data(body: Json, kind: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if kind == "event":
        made |= dict(_payload(body))
        if selected := dict(_selected(made)):
            made["selected"] = selected
    if media := [m for m in _media(body, kind) if m["url"]]:
        made["media"] = media
    if quote := _quote(body):
        made["quote"] = quote
    if chat := _word(body, "chatid"):
        made["chatid"] = chat
    return made


def _media(body: Json, kind: str) -> Iterator[dict[str, str]]:
    """Where the files lie for five minutes, and the key that opens each (page 100719)."""
    blocks = [(kind, _part(body, kind))] if kind in MEDIA else []
    if kind == "mixed":
        blocks = [("image", _part(item, "image")) for item in _items(body)]
    for name, block in blocks:
        yield {"kind": name, "url": _word(block, "url"), "aeskey": _word(block, "aeskey")}


def _quote(body: Json) -> dict[str, Any]:
    quote = _part(body, "quote")
    kind = _word(quote, "msgtype")
    if not kind:
        return {}
    texts = [_word(_part(quote, kind), "content")]
    texts += [_word(_part(item, "text"), "content") for item in _items(quote)]
    return {"kind": kind, "text": "\n".join(filter(None, texts))}


def _selected(payload: Json) -> Iterator[tuple[str, list[str]]]:
    """What was chosen on a card: question -> ids."""
    for item in _list(_part(payload, "selected_items"), "selected_item"):
        ids = _list(_part(item, "option_ids"), "option_id")
        yield _word(item, "question_key"), [str(each) for each in ids]


def _items(body: Json) -> list[Any]:
    return _list(_part(body, "mixed"), "msg_item")


def _list(tree: Json, name: str) -> list[Any]:
    value = tree.get(name)
    return value[:ITEMS_MAX] if isinstance(value, list) else []


def _part(tree: Any, name: str) -> Json:
    value = tree.get(name) if isinstance(tree, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _word(tree: Any, name: str) -> str:
    value = tree.get(name) if isinstance(tree, Mapping) else None
    return value if isinstance(value, str) else ""


def _created(body: Json, now: int) -> int:
    seconds = body.get("create_time")
    if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 10**11:
        return seconds * 1000
    return now


def _digest(body: Json) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]
