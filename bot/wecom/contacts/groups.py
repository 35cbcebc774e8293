"""Customer groups (客户群, pages 92120, 92122, 92133). No call makes a group, moves its members,
renames it or speaks in it: people do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from bot.core.clock import DAY
from bot.core.contacts import Chat, Seat
from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.checks import BadCall, Json, count, given, ms
from bot.wecom.contacts.paging import rows

OWNERS, PAGE = 100, 1000
STATISTIC_DAYS = 30
STAFF = 1


class Groups:
    """Customer groups of the corp."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ids(self, owners: Sequence[str]) -> AsyncIterator[str]:
        """Ids of the groups of these owners, a hundred owners at a time: without owners a corp of
        more than 1000 people is refused (81017)."""
        for start in range(0, len(owners), OWNERS):
            call = {"owner_filter": {"userid_list": list(owners[start : start + OWNERS])}}
            path = "externalcontact/groupchat/list"
            async for row in rows(self._desk.api, path, call, "group_chat_list", limit=PAGE):
                yield str(row["chat_id"])

    async def get(self, chat_id: str) -> Chat:
        """One group with its members. It may lag behind an event by a while."""
        call = {"chat_id": chat_id, "need_name": 1}
        answer = await self._desk.api.call("externalcontact/groupchat/get", call)
        return chat(answer["group_chat"])

    async def each(self, owners: Sequence[str]) -> AsyncIterator[Chat]:
        """Every group of these owners with its members, one in memory at a time."""
        async for chat_id in self.ids(owners):
            yield await self.get(chat_id)

    async def id_of(self, opengid: str) -> str:
        """chat_id of the group behind a mini-program's opengid."""
        answer = await self._desk.api.call("externalcontact/opengid_to_chatid",
                                           {"opengid": opengid})  # fmt: skip
        return str(answer["chat_id"])

    async def statistic(
        self, owners: Sequence[str], since: int, until: int, *, order_by: int = 1,
        ascending: bool = False,
    ) -> AsyncIterator[Json]:  # fmt: skip
        """Totals per owner (``owner``, ``data``) over whole days, at most 30, yesterday at the
        latest. ``order_by``: 1 new groups, 2 groups, 3 new members, 4 members."""
        call = _days(owners, since, until) | {"order_by": order_by, "order_asc": int(ascending)}
        offset = 0
        while True:
            page = {**call, "offset": offset, "limit": PAGE}
            answer = await self._desk.api.call("externalcontact/groupchat/statistic", page)
            found = answer.get("items") or ()
            for row in found:
                yield row
            offset = int(answer.get("next_offset") or 0)
            if not found or offset >= int(answer.get("total") or 0):
                return

    async def statistic_by_day(self, owners: Sequence[str], since: int, until: int) -> list[Json]:
        """The same, a row per day (``stat_time``, ``data``) over all these owners."""
        answer = await self._desk.api.call("externalcontact/groupchat/statistic_group_by_day",
                                           _days(owners, since, until))  # fmt: skip
        return list(answer.get("items") or ())


def _days(owners: Sequence[str], since: int, until: int) -> Json:
    if not 0 <= until - since <= STATISTIC_DAYS * DAY:
        raise BadCall(f"at most {STATISTIC_DAYS} days, and forward")
    return {"day_begin_time": since // 1000, "day_end_time": until // 1000,
            "owner_filter": {"userid_list": list(count(owners, 1, OWNERS, "owners"))}}  # fmt: skip


def chat(row: Json) -> Chat:
    """``group_chat`` of the platform as a value."""
    return Chat(
        id=str(row["chat_id"]), owner=str(row.get("owner") or ""),
        name=str(row.get("name") or ""), notice=str(row.get("notice") or ""),
        version=str(row.get("member_version") or ""), made_at=ms(row.get("create_time")),
        seats=tuple(_seat(each) for each in row.get("member_list") or ()),
    )  # fmt: skip


def _seat(row: Json) -> Seat:
    shown = given(row)
    return Seat(
        member=str(row["userid"]), joined_at=ms(row.get("join_time")),
        staff=int(shown.get("type", 0)) == STAFF, name=str(shown.get("name", "")),
        scene=int(shown.get("join_scene", 0)), state=str(shown.get("state", "")),
        invitor=str((shown.get("invitor") or {}).get("userid", "")),
    )  # fmt: skip
