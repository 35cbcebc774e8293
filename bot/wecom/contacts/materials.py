"""Welcome material for groups (入群欢迎语素材, page 92366).

Nobody can attach it to a group by API: its owner picks it in the client.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.body import Rich
from bot.core.config import Limits
from bot.core.contacts import Item
from bot.wecom import wire
from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.checks import BadCall, Json, octets

TEXT_BYTES = 3000  # the page on adding says so, the page on editing says 4000
_PATH = "externalcontact/group_welcome_template/{}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """A text (``%NICKNAME%`` is the newcomer) and at most one attachment. ``notify`` tells the
    members at once that there is new material."""

    body: Rich
    notify: bool = True

    def __post_init__(self) -> None:
        octets(self.body.text, TEXT_BYTES, "the text of a group's welcome")
        if len(self.body.attachments) > 1:
            raise BadCall("a group's welcome carries at most 1 attachment")
        if not self.body.text and not self.body.attachments:
            raise BadCall("a group's welcome needs a text or an attachment")


class Materials:
    """The corp's material, at most 100 (ApiError 41055); only our own can be changed (41058)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def add(self, material: Material) -> Item:
        """Makes material that owners can pick."""
        call = await self._call(material) | {"notify": int(material.notify)}
        answer = await self._desk.api.call(_PATH.format("add"), call)
        return await self._keep(str(answer["template_id"]), material)

    async def change(self, id: str, material: Material) -> Item:
        """Overwrites material."""
        call = await self._call(material) | {"template_id": id}
        await self._desk.api.call(_PATH.format("edit"), call)
        return await self._keep(id, material)

    async def get(self, id: str) -> Json:
        """Material as the platform has it."""
        return await self._desk.api.call(_PATH.format("get"), {"template_id": id})

    async def remove(self, id: str) -> None:
        """Deletes it; groups that use it go without."""
        await self._desk.api.call(_PATH.format("del"), {"template_id": id})
        await self._desk.book.item_gone("group_welcome", id)

    async def _call(self, material: Material) -> Json:
        ready = await self._desk.uploads.ready(self._desk.api, "contact", material.body)
        made = wire.rich(ready.body, Limits())
        (part,) = made.pop("attachments", None) or [{}]
        return made | {kind: value for kind, value in part.items() if kind != "msgtype"}

    async def _keep(self, id: str, material: Material) -> Item:
        made = Item(kind="group_welcome", id=id, data={"text": material.body.text})
        await self._desk.book.item_made(made)
        return made
