"""What a smart robot may say (pages 101031, 101032, 101463), in either of its modes.

30 messages a minute and 1000 an hour per conversation; a stream counts once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping

from sandbox.errors import ApiError
from sandbox.fields import Field, Json, check, flag, items, obj, text
from sandbox.rules import cards
from sandbox.rules.media import JPG_PNG, MB
from sandbox.rules.payload import MEDIA_ID, check_media, message, words
from sandbox.world.world import World

CONTENT = 20_480
RESPONSE_MS = 3_600_000
CODES, KEEP = "robot_responses", 20_000
PICTURES, PICTURE = 10, 10 * MB

FEEDBACK = obj({"id": text(256, required=True)})
PART = obj({"msgtype": text(required=True, choices=("image",)), "image": obj(required=True)})
STREAM = obj(
    {
        "id": text(256, required=True),
        "finish": flag(default=False),
        "feedback": FEEDBACK,
        "content": text(CONTENT, over=45002),
        "msg_item": items(PART, PICTURES),
    },
    required=True,
)
CARD = obj(required=True)
MEDIA = obj({"media_id": MEDIA_ID}, required=True)
MARKDOWN = obj(
    {"content": text(CONTENT, required=True, missing=44004, over=45002), "feedback": FEEDBACK},
    required=True,
)
FILES: Mapping[str, Field] = {"file": MEDIA, "image": MEDIA, "voice": MEDIA, "video": MEDIA}
ACTIVE: Mapping[str, Field] = {"markdown": MARKDOWN, "template_card": CARD}
PUSH: Mapping[str, Field] = dict(ACTIVE) | dict(FILES)
LETTER: Mapping[str, Field] = {"stream": STREAM, "template_card": CARD}
REPLY: Mapping[str, Field] = {"stream": STREAM} | dict(PUSH)
GREETING: Mapping[str, Field] = {
    "text": obj({"content": text(CONTENT, required=True, over=45002)}, required=True),
    "template_card": CARD,
}
BOTH = "stream_with_template_card"


def spoken(table: Mapping[str, Field], body: Json) -> Json:
    """A robot's message, checked against its table and with a right card."""
    if body.get("msgtype") == BOTH and "stream" in table:
        raw: Json = {"msgtype": BOTH} | check({"stream": STREAM, "template_card": CARD}, body)
    else:
        raw = message(table, body)
    if "template_card" in raw:
        cards.check_card(cards.ROBOT, raw["template_card"])
    return raw


def pictures(stream: Json) -> None:
    """Pictures of a finished stream: JPG or PNG, 10 MB each, md5 of the bytes (URL mode only)."""
    found = stream.get("msg_item", [])
    if found and not stream.get("finish"):
        raise ApiError(40058, "msg_item comes with finish=true")
    for part in found:
        image = check({"base64": text(required=True), "md5": text(required=True)}, part["image"])
        _picture(image["base64"], image["md5"])


def _picture(encoded: str, md5: str) -> None:
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ApiError(40035, "base64") from None
    if len(raw) > PICTURE:
        raise ApiError(40009, "10 MB")
    if not raw.startswith(JPG_PNG):
        raise ApiError(40005, "JPG or PNG")
    if hashlib.md5(raw, usedforsecurity=False).hexdigest() != md5.lower():
        raise ApiError(40035, "md5")


def allow(world: World, bot_id: str, chat: str) -> None:
    """One more message in a conversation (45009)."""
    key, now, rules = f"robot:{bot_id}:{chat}", world.now(), world.settings
    hit = world.windows.hit
    if not hit(key, now, rules.robot_per_minute) or not hit(
        key, now, rules.robot_per_hour, 3_600_000
    ):
        raise ApiError(45009, "messages in this chat")


def show(world: World, bot_id: str, chat: str, raw: Json) -> Json:
    """The robot's message appears in the chat: a member's, or an internal group's."""
    check_media(world, [raw], f"robot:{bot_id}")
    allow(world, bot_id, chat)
    return world.say(chat, "robot", bot_id, raw["msgtype"], words(raw), raw)


# -- response_url: one message within an hour (page 101138) ---------------------------------------


def response_url(world: World, bot_id: str, chat: str, quote: Json | None) -> str:
    """A fresh address; in a group its message will quote the one it answers."""
    codes = world.store.shelf.setdefault(CODES, {})
    if len(codes) >= KEEP:
        del codes[next(iter(codes))]
    code = world.secret_id("RC", 40)
    codes[code] = {"bot_id": bot_id, "chat": chat, "quote": quote, "at": world.now(), "used": False}
    return f"{world.base}/cgi-bin/aibot/response?response_code={code}"


def respond(world: World, code: str, body: Json) -> None:
    """Use an address (40058: unknown, used, or older than an hour). A refused body leaves it."""
    found = world.store.shelf.get(CODES, {}).get(code)
    if found is None or found["used"] or world.now() - found["at"] > RESPONSE_MS:
        raise ApiError(40058, "response_code")
    raw = spoken(ACTIVE, body)
    quote = {"quote": found["quote"]} if found["quote"] else {}
    show(world, found["bot_id"], found["chat"], raw | quote)
    found["used"] = True
    world.mark()
