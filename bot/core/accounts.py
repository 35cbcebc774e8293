"""What can be the matter with an account, as staff are told of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.core.clock import MINUTE

# Nobody serves a kf account, or all who do have stopped taking chats; it was deleted, or is not
# managed by this application. A robot has no connection. The owner of an account has left, was
# disabled, or may not serve customers.
Code = Literal["", "no_servicer", "servicers_stopped", "kf_gone", "kf_unmanaged", "offline",
               "owner_left", "owner_disabled", "owner_unable"]  # fmt: skip
# Words do not leave through such an account, whoever says them.
CLOSED = frozenset({"offline", "kf_gone", "kf_unmanaged"})
# They matter only to a persona that hands over to the WeCom client.
CLIENT_ONLY = frozenset({"no_servicer", "servicers_stopped"})
# A line is lost for a moment now and then, and comes back by itself.
PATIENCE = 1 * MINUTE


@dataclass(frozen=True, slots=True)
class Trouble:
    """``code`` is empty when all is well; ``detail`` is for people who mend it."""

    code: Code = ""
    detail: str = ""


def of_robots(
    lost: Mapping[str, int], ways: Mapping[str, str], now: int
) -> dict[str, Trouble]:  # fmt: skip
    """Trouble by bot_id. ``lost``: since when each has had no connection, 0 while it has one;
    ``ways``: how the last one ended. Who has just lost it is left out."""
    found: dict[str, Trouble] = {}
    for bot_id, since in lost.items():
        if not since:
            found[bot_id] = Trouble()
        elif now - since >= PATIENCE:
            found[bot_id] = Trouble("offline", ways.get(bot_id, ""))
    return found
