"""How much fits: the platform's limits per channel and field, in bytes of UTF-8 and characters.

Sources: the platform's pages on welcome (92137), bulk (92135), moments (95094), kf (94677), push
robots (91770), smart robots (101031), applications (90236), and the customer-service messages of an
official account, whose limits are not published: they are taken to be those of kf.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.core.body import Link, MiniProgram
from bot.core.model import ReplyKind
from bot.studio.template import Attachment


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that one field may have; ``chars`` None = bytes alone count."""

    size: int
    chars: int | None = None


_LINK = {"link.title": Limit(128), "link.desc": Limit(512), "link.url": Limit(2048)}
_PICTURE = {"link.picture": Limit(2048)}
_MINI = {"mini.title": Limit(64)}
_MENU = {"menu.head": Limit(1024), "menu.tail": Limit(1024), "menu.item": Limit(128),
         "menu.id": Limit(128)}  # fmt: skip
_KF_MENU = {**_MENU, "menu.text": Limit(256), "menu.view": Limit(1024), "menu.url": Limit(2048)}
_RICH = {"text": Limit(4000), **_LINK, **_PICTURE, **_MINI}

# What a channel does not name it cannot carry, or its size is measured elsewhere (a card).
CHANNELS: Mapping[str, Mapping[str, Limit]] = MappingProxyType({
    "welcome": _RICH, "contact": _RICH, "group": _RICH,
    "moment": {"text": Limit(4000, 2000), "link.title": Limit(64), "link.url": Limit(2048)},
    "kf": {"text": Limit(2048), **_LINK, **_MINI, **_KF_MENU},
    "webhook": {"text": Limit(2048), "markdown": Limit(4096), **_LINK, **_PICTURE},
    "robot": {"text": Limit(20_480), "markdown": Limit(20_480)},
    "app": {"text": Limit(2048), "markdown": Limit(2048), **_LINK, **_PICTURE},
    "oa": {"text": Limit(2048), **_LINK, **_PICTURE, **_MENU},
})  # fmt: skip
# How many attachments (or articles) one message takes; a moment: images, else one of a kind.
# A smart robot puts links into its words.
ATTACHMENTS: Mapping[str, int] = MappingProxyType({
    "welcome": 9, "contact": 9, "group": 9, "moment": 9, "kf": 0, "webhook": 8, "app": 8, "oa": 1,
})  # fmt: skip
# The channel by which a kind leaves; of several the one that takes least.
CHANNEL_OF: Mapping[ReplyKind, str] = MappingProxyType({
    "welcome": "welcome", "group_post": "group", "promo": "contact", "moment": "moment",
    "reply": "kf", "care": "kf", "activity": "kf",
})  # fmt: skip
TEXT: Mapping[ReplyKind, Limit] = MappingProxyType(
    {kind: CHANNELS[channel]["text"] for kind, channel in CHANNEL_OF.items()}
)
ATTACHMENTS_MAX = max(ATTACHMENTS.values())


def size(text: str) -> int:
    """Bytes on the wire; half a surrogate pair counts as what replaces it."""
    return len(text.encode("utf-8", "replace"))


def text_excess(text: str, kind: ReplyKind) -> Iterator[tuple[int, int, str]]:
    """(has, may have, unit) for every limit that ``text`` breaks."""
    return excess(text, TEXT.get(kind))


def excess(text: str, limit: Limit | None) -> Iterator[tuple[int, int, str]]:
    """(has, may have, unit), the unit ``bytes`` or ``characters``, where a field is too long."""
    if limit is None:
        return
    if size(text) > limit.size:
        yield size(text), limit.size, "bytes"
    if limit.chars is not None and len(text) > limit.chars:
        yield len(text), limit.chars, "characters"


def attachment_excess(part: Attachment, kind: ReplyKind) -> Iterator[tuple[str, int, int]]:
    """(field, has, may have) in bytes for every field of an attachment that is too long."""
    known = CHANNELS[CHANNEL_OF.get(kind, "contact")]
    for name, value in _fields(part):
        for has, most, _ in excess(value, known.get(name)):
            yield name.partition(".")[2], has, most


def _fields(part: Attachment) -> tuple[tuple[str, str], ...]:
    match part:
        case Link(title, url, desc, picture):
            return (("link.title", title), ("link.url", url), ("link.desc", desc),
                    ("link.picture", picture))  # fmt: skip
        case MiniProgram(title=title):
            return (("mini.title", title),)
    return ()
