"""Contact ways (联系我, 渠道活码; page 92572): a QR code or button that adds one of our members,
and tells by its ``state`` where the customer came from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.contacts import Item
from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.checks import BadCall, Json, chars, count, given, number
from bot.wecom.contacts.paging import rows

USERS, STATE, REMARK, PAGE = 100, 30, 30, 1000
LONGEST = 14 * 86_400  # seconds a temporary way or chat may live
SINGLE, MULTI = 1, 2
MINI_PROGRAM, QR = 1, 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Brief:
    """Makes a way temporary: one member, both times in seconds."""

    expires: int = 7 * 86_400
    chat_expires: int = 86_400
    union_id: str = ""
    conclusion: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A contact way. Checked when made: raises BadCall for what the platform would refuse."""

    users: tuple[str, ...] = ()
    departments: tuple[int, ...] = ()
    state: str = ""
    remark: str = ""
    scene: int = QR
    style: int | None = None
    skip_verify: bool = True
    brief: Brief | None = None

    def __post_init__(self) -> None:
        count(self.users, 0, USERS, "users of a contact way")
        chars(self.state, STATE, "the state of a contact way")
        chars(self.remark, REMARK, "the remark of a contact way")
        if not self.users and not self.departments:
            raise BadCall("a contact way needs users or departments")
        if self.scene not in (MINI_PROGRAM, QR):
            raise BadCall(f"scene {self.scene}: 1 is a mini-program, 2 a QR code")
        if self.brief is not None:
            self._check_brief(self.brief)

    def _check_brief(self, brief: Brief) -> None:
        if len(self.users) != 1 or self.departments:
            raise BadCall("a temporary contact way has exactly one user")
        number(brief.expires, 1, LONGEST, "the life of a temporary way in seconds")
        number(brief.chat_expires, 1, LONGEST, "the life of a temporary chat in seconds")

    def call(self) -> Json:
        """What may be changed later, too."""
        brief = self.brief
        lasting = {"remark": self.remark, "skip_verify": self.skip_verify, "style": self.style,
                   "state": self.state, "user": list(self.users),
                   "party": list(self.departments)}  # fmt: skip
        if brief is None:
            return given(lasting)
        return given(lasting | {
            "is_temp": True, "expires_in": brief.expires, "chat_expires_in": brief.chat_expires,
            "unionid": brief.union_id, "conclusions": brief.conclusion,
        })  # fmt: skip

    @property
    def type(self) -> int:
        """1 for one member, 2 for several or a department."""
        return SINGLE if len(self.users) == 1 and not self.departments else MULTI


class Ways:
    """Contact ways of the corp. No console shows them: the book keeps their ids."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def add(self, way: Way) -> Item:
        """Makes a way; its id and QR code. Raises ApiError 41045 when the corp has too many."""
        call = {"type": way.type, "scene": way.scene, **way.call()}
        answer = await self._desk.api.call("externalcontact/add_contact_way", call)
        made = Item(kind="contact_way", id=str(answer["config_id"]), code=way.state,
                    url=str(answer.get("qr_code") or ""), data=call)  # fmt: skip
        await self._desk.book.item_made(made)
        return made

    async def get(self, id: str) -> Json:
        """A way as the platform describes it. Raises ApiError 41044 for an unknown id."""
        answer = await self._desk.api.call("externalcontact/get_contact_way", {"config_id": id})
        found: Json = answer["contact_way"]
        return found

    async def each(self, since: int | None = None, until: int | None = None) -> AsyncIterator[str]:
        """Ids of all lasting ways made between two times (ms)."""
        call = given({"start_time": since and since // 1000, "end_time": until and until // 1000})
        path = "externalcontact/list_contact_way"
        async for row in rows(self._desk.api, path, call, "contact_way", limit=PAGE):
            yield str(row["config_id"])

    async def change(self, id: str, way: Way) -> None:
        """Overwrites a way; type and scene stay as they are."""
        call = {"config_id": id, **way.call()}
        await self._desk.api.call("externalcontact/update_contact_way", call)
        url = str((await self.get(id)).get("qr_code") or "")
        await self._desk.book.item_made(
            Item(kind="contact_way", id=id, code=way.state, url=url, data=call)
        )

    async def remove(self, id: str) -> None:
        """Its code leads nowhere any more."""
        await self._desk.api.call("externalcontact/del_contact_way", {"config_id": id})
        await self._desk.book.item_gone("contact_way", id)

    async def close_chat(self, account: str, member: str) -> None:
        """Ends a temporary chat."""
        await self._desk.api.call("externalcontact/close_temp_chat",
                                  {"userid": account, "external_userid": member})  # fmt: skip
