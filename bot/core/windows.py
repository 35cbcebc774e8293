"""How much an official account may say unasked, and after what (客服消息介绍, both trees)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.clock import HOUR, SECOND
from bot.core.config import Limits
from bot.core.model import Inbound

# A tap on a menu item of a message (``msgmenu``) counts as a menu tap, not as words.
MENU_TAP = "menu"
_OPENED_BY = {"oa.subscribe": "follow", "oa.scan": "scan", "oa.click": MENU_TAP,
              "oa.scancode_push": MENU_TAP, "oa.scancode_waitmsg": MENU_TAP}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Window:
    """So many messages for so long (ms)."""

    messages: int
    lasts: int


def opened_by(event: Inbound) -> str:
    """What kind of window a follower's message or event opens, or empty."""
    if event.kind == "event":
        return _OPENED_BY.get(event.event.partition(":")[0], "")
    return MENU_TAP if event.data.get("menu_id") else "message"


def windows(limits: Limits) -> Mapping[str, Window]:
    """The windows by what opens them."""
    brief = Window(limits.oa_event_messages, limits.oa_event_seconds * SECOND)
    return {
        "message": Window(limits.oa_messages, limits.oa_hours * HOUR),
        "follow": brief,
        "scan": brief,
        MENU_TAP: brief,
    }
