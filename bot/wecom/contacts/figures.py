"""How much members talk with customers (联系客户统计, page 92132)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.checks import BadCall, Json, count, given, span

USERS, DAYS = 100, 30


class Figures:
    """Statistics of members."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def behaviour(
        self, since: int, until: int, *, accounts: Sequence[str] = (),
        departments: Sequence[int] = (),
    ) -> list[Json]:  # fmt: skip
        """A row per day (``stat_time`` in seconds), several members summed. Both ends count; at
        most 30 days, within the last 180. ``avg_reply_time`` is in minutes."""
        if not accounts and not departments:
            raise BadCall("statistics of nobody: name members or departments")
        call = given({"userid": list(count(accounts, 0, USERS, "members")),
                      "partyid": list(count(departments, 0, USERS, "departments"))})  # fmt: skip
        answer = await self._desk.api.call("externalcontact/get_user_behavior_data",
                                           call | span(since, until, DAYS))  # fmt: skip
        return list(answer.get("behavior_data") or ())
