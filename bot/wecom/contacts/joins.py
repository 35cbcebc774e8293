"""Join ways (加入群聊, page 92229): a QR code that leads into one of up to five groups."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.contacts import Item
from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.checks import Json, chars, count, given

GROUPS, STATE, REMARK, ROOM = 5, 30, 30, 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Join:
    """A join way. ``room`` and ``number`` name the groups that the platform opens by itself when
    all are full. Raises BadCall for what the platform would refuse (41091 for a sixth group)."""

    chats: tuple[str, ...]
    state: str = ""
    remark: str = ""
    scene: int = 2
    grow: bool = True
    room: str = ""
    number: int | None = None

    def __post_init__(self) -> None:
        count(self.chats, 1, GROUPS, "groups of a join way")
        chars(self.state, STATE, "the state of a join way")
        chars(self.remark, REMARK, "the remark of a join way")
        chars(self.room, ROOM, "the name of further groups")

    def call(self) -> Json:
        """The whole way; an update overwrites all of it."""
        return given({
            "scene": self.scene, "remark": self.remark, "auto_create_room": int(self.grow),
            "room_base_name": self.room, "room_base_id": self.number,
            "chat_id_list": list(self.chats), "state": self.state,
        })  # fmt: skip


class Joins:
    """Join ways of the corp; the book keeps their ids."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def add(self, join: Join) -> Item:
        """Makes a way; the QR code is asked for at once."""
        answer = await self._desk.api.call(_PATH.format("add"), join.call())
        return await self._keep(str(answer["config_id"]), join)

    async def get(self, id: str) -> Json:
        """A way as the platform describes it, with ``qr_code``. Raises ApiError 41044."""
        answer = await self._desk.api.call(_PATH.format("get"), {"config_id": id})
        found: Json = answer["join_way"]
        return found

    async def change(self, id: str, join: Join) -> Item:
        """Overwrites all of a way."""
        await self._desk.api.call(_PATH.format("update"), {"config_id": id, **join.call()})
        return await self._keep(id, join)

    async def remove(self, id: str) -> None:
        """Its code leads nowhere any more."""
        await self._desk.api.call(_PATH.format("del"), {"config_id": id})
        await self._desk.book.item_gone("join_way", id)

    async def _keep(self, id: str, join: Join) -> Item:
        url = str((await self.get(id)).get("qr_code") or "")
        made = Item(kind="join_way", id=id, code=join.state, url=url, data=join.call())
        await self._desk.book.item_made(made)
        return made


_PATH = "externalcontact/groupchat/{}_join_way"
