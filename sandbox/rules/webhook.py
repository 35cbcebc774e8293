"""Message-push robots (消息推送, page 91770): 20 a minute per key, internal groups only."""

from __future__ import annotations

import base64
import binascii
import hashlib

from sandbox.errors import ApiError
from sandbox.rules import cards
from sandbox.rules.media import MB
from sandbox.rules.payload import check_media, words
from sandbox.world.model import Group, Json
from sandbox.world.world import World

NEWS_LIMITS = {"title": 128, "description": 512}


def group_of(world: World, key: str) -> Group:
    """The group behind a key; 93000 for a dead key and for any customer group, 93004 switched
    off."""
    found = world.store.groups.get(world.store.webhooks.get(key, ""))
    if found is None or found.kind != "internal":
        raise ApiError(93000)
    if key in world.config.webhooks_off:
        raise ApiError(93004)
    return found


def send(world: World, key: str, message: Json) -> None:
    """Post into the robot's group."""
    found = group_of(world, key)
    if not world.windows.hit(f"webhook:{key}", world.now(), world.settings.webhook_per_minute):
        raise ApiError(45009, "webhook per minute")
    check_media(world, [message], f"webhook:{key}")
    _check_kind(message)
    kind = message["msgtype"]
    world.say(found.chat_id, "webhook", f"webhook:{key}", kind, words(message), message)


def _check_kind(message: Json) -> None:
    kind = message["msgtype"]
    if kind == "image":
        _check_image(message["image"])
    if kind == "template_card":
        cards.check_card(cards.WEBHOOK, message[kind])
    for article in message.get("news", {}).get("articles", []):
        for name, limit in NEWS_LIMITS.items():
            if name in article:
                article[name] = article[name].encode()[:limit].decode("utf-8", "ignore")


def _check_image(image: Json) -> None:
    try:
        raw = base64.b64decode(image["base64"], validate=True)
    except (binascii.Error, ValueError):
        raise ApiError(40035, "base64") from None
    if len(raw) > 2 * MB:
        raise ApiError(40009, "2 MB")
    if hashlib.md5(raw, usedforsecurity=False).hexdigest() != image["md5"].lower():
        raise ApiError(40035, "md5")
