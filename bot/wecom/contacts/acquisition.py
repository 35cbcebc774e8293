"""Customer-acquisition links (获客助手, pages 97297, 97298, 97375, 100254).

An address that adds one of our members, and that can be given to everyone. Each new customer uses
up paid quota.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.core.contacts import Item
from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.checks import BadCall, Json, chars, count, given, span
from bot.wecom.contacts.paging import rows

USERS, LINK_PAGE, CUSTOMER_PAGE, DAYS = 500, 100, 1000, 30
NAME, CHANNEL_BYTES = 30, 64
_PATH = "externalcontact/customer_acquisition/{}"


@dataclass(frozen=True, kw_only=True, slots=True)
class AcquisitionLink:
    """A link over members or departments. Raises BadCall for what the platform would refuse."""

    name: str
    users: tuple[str, ...] = ()
    departments: tuple[int, ...] = ()
    skip_verify: bool = True

    def __post_init__(self) -> None:
        chars(self.name, NAME, "the name of a link")
        count(self.users, 0, USERS, "users of a link")
        if not self.name or not (self.users or self.departments):
            raise BadCall("a link needs a name, and users or departments")

    def call(self) -> Json:
        """What the platform wants."""
        reach = given({"user_list": list(self.users), "department_list": list(self.departments)})
        return {"link_name": self.name, "range": reach, "skip_verify": self.skip_verify}


class Acquisition:
    """Links of the corp."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def each(self) -> AsyncIterator[str]:
        """Ids of all links."""
        path = _PATH.format("list_link")
        async for link_id in rows(self._desk.api, path, {}, "link_id_list", limit=LINK_PAGE):
            yield str(link_id)

    async def get(self, id: str) -> Json:
        """A link (``link``, ``range``) as the platform has it."""
        return await self._desk.api.call(_PATH.format("get"), {"link_id": id})

    async def add(self, link: AcquisitionLink) -> Item:
        """Makes a link. Raises ApiError 41095 when the corp has too many."""
        answer = await self._desk.api.call(_PATH.format("create_link"), link.call())
        return await self._keep(answer["link"], link)

    async def change(self, id: str, link: AcquisitionLink) -> Item:
        """Overwrites name and members."""
        await self._desk.api.call(_PATH.format("update_link"), {"link_id": id, **link.call()})
        return await self._keep({"link_id": id, **(await self.get(id)).get("link", {})}, link)

    async def remove(self, id: str) -> None:
        """Its address leads nowhere any more."""
        await self._desk.api.call(_PATH.format("delete_link"), {"link_id": id})
        await self._desk.book.item_gone("acquisition_link", id)

    async def customers(self, id: str) -> AsyncIterator[Json]:
        """Who came by a link: external_userid, userid, state, and chat_status (0 said nothing, 1
        wrote, 2 not known)."""
        path, call = _PATH.format("customer"), {"link_id": id}
        async for row in rows(self._desk.api, path, call, "customer_list", limit=CUSTOMER_PAGE):
            yield row

    async def statistic(self, id: str, since: int, until: int) -> Json:
        """Clicks and new customers between two times (ms, at most 30 days apart)."""
        call = {"link_id": id, **span(since, until, DAYS)}
        return await self._desk.api.call(_PATH.format("statistic"), call)

    async def quota(self) -> Json:
        """total, balance, and what expires when."""
        return await self._desk.api.call("externalcontact/customer_acquisition_quota")

    async def chat_info(self, chat_key: str) -> Json:
        """Who wrote through which link; the key of an event is good for 30 minutes."""
        return await self._desk.api.call(_PATH.format("get_chat_info"), {"chat_key": chat_key})

    async def _keep(self, found: Json, link: AcquisitionLink) -> Item:
        made = Item(kind="acquisition_link", id=str(found["link_id"]),
                    url=str(found.get("url") or ""), data=link.call())  # fmt: skip
        await self._desk.book.item_made(made)
        return made
