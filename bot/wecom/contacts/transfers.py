"""Handing customers and groups from one member to another (在职继承, 离职继承; pages 92125, 94088,
92124, 94081, 94082, 95703, 92127).

A customer moves after 24 hours unless he refuses, at most twice in 90 days.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.checks import BadCall, chars, count, given, ms
from bot.wecom.contacts.paging import rows

CUSTOMERS, MESSAGE, GROUPS, PAGE = 100, 200, 100, 1000
Fate = Literal["done", "waiting", "refused", "limit", "none"]
FATES: dict[int, Fate] = {1: "done", 2: "waiting", 3: "refused", 4: "limit", 5: "none"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """From whom to whom. ``resigned``: the first one has left the corp, which is another call."""

    giver: str
    taker: str
    resigned: bool = False

    def __post_init__(self) -> None:
        if self.giver == self.taker:
            raise BadCall("a member cannot take over from himself")


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """What became of one customer."""

    member: str
    fate: Fate
    at: int | None = None


class Transfers:
    """Handing over. What has moved comes back as events: removed there, added here."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def customers(
        self, handover: Handover, members: Sequence[str], message: str = ""
    ) -> dict[str, int]:
        """Begins with up to 100 customers; errcode by customer, 0 = begun. ``message`` (at most
        200 characters) is what a customer in service reads."""
        call = given({
            "handover_userid": handover.giver, "takeover_userid": handover.taker,
            "external_userid": list(count(members, 1, CUSTOMERS, "customers")),
            "transfer_success_msg": chars(message, MESSAGE, "the message"),
        })  # fmt: skip
        if handover.resigned:
            call.pop("transfer_success_msg", None)
        answer = await self._desk.api.call(_path(handover, "transfer_customer"), call)
        return {str(row["external_userid"]): int(row.get("errcode") or 0)
                for row in answer.get("customer") or ()}  # fmt: skip

    async def results(self, handover: Handover) -> AsyncIterator[Moved]:
        """What became of every customer between the two."""
        call = {"handover_userid": handover.giver, "takeover_userid": handover.taker}
        path = _path(handover, "transfer_result")
        async for row in rows(self._desk.api, path, call, "customer"):
            yield Moved(member=str(row["external_userid"]),
                        fate=FATES.get(int(row.get("status") or 0), "none"),
                        at=ms(row.get("takeover_time")) or None)  # fmt: skip

    async def groups(self, chats: Sequence[str], taker: str, *, resigned: bool) -> dict[str, int]:
        """Gives up to 100 groups a new owner; errcode by group that did not move. An owner may
        give or get 300 a day; in service each group moves at most twice in 90 days."""
        call = {"chat_id_list": list(count(chats, 1, GROUPS, "groups")), "new_owner": taker}
        name = "transfer" if resigned else "onjob_transfer"
        answer = await self._desk.api.call(f"externalcontact/groupchat/{name}", call)
        failed: dict[str, int] = {str(row["chat_id"]): int(row.get("errcode") or 0)
                                  for row in answer.get("failed_chat_list") or ()}  # fmt: skip
        await self._desk.book.chats_moved([chat for chat in chats if chat not in failed], taker)
        return failed

    async def unassigned(self) -> AsyncIterator[dict[str, Any]]:
        """Customers of members who have left: giver, member, when he left (ms)."""
        path = "externalcontact/get_unassigned_list"
        found = rows(self._desk.api, path, {"page_size": PAGE}, "info")
        async for row in found:
            yield {"giver": str(row["handover_userid"]), "member": str(row["external_userid"]),
                   "left_at": ms(row.get("dimission_time"))}  # fmt: skip


def _path(handover: Handover, name: str) -> str:
    return f"externalcontact/{'resigned/' if handover.resigned else ''}{name}"
