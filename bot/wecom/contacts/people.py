"""Customers and whose friends they are (pages 92571, 92113 to 92115, 92994, 99434)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from bot.core.contacts import Customer, CustomerPage, Follow
from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.checks import BadCall, Json, chars, count, given, ms
from bot.wecom.contacts.paging import rows
from bot.wecom.errors import ApiError

NO_RELATION = 84061
USERS, PAGE, SERVED_PAGE = 100, 100, 1000
REMARK, DESCRIPTION, COMPANY = 20, 150, 20


class People:
    """Customers of the corp."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def accounts(self) -> list[str]:
        """Members with the customer-contact feature within the app's scope."""
        answer = await self._desk.api.call("externalcontact/get_follow_user_list")
        return [str(userid) for userid in answer.get("follow_user") or ()]

    async def ids(self, account: str) -> list[str]:
        """Ids of one member's customers; empty when he has none (the platform says 84061)."""
        try:
            answer = await self._desk.api.call("externalcontact/list", userid=account)
        except ApiError as exc:
            if exc.errcode != NO_RELATION:
                raise
            return []
        return [str(member) for member in answer.get("external_userid") or ()]

    async def get(self, member: str) -> Customer | None:
        """One customer with everybody who has him; None when nobody has (84061)."""
        follows: list[Follow] = []
        person: Json = {}
        cursor: str | None = None
        try:
            while True:
                answer = await self._desk.api.call(
                    "externalcontact/get", external_userid=member, cursor=cursor
                )
                person = answer.get("external_contact") or person
                follows += [follow(row) for row in answer.get("follow_user") or ()]
                after = str(answer.get("next_cursor") or "")
                if not after or after == cursor:
                    return customer({"external_userid": member, **person}, follows)
                cursor = after
        except ApiError as exc:
            if exc.errcode != NO_RELATION:
                raise
            return None

    async def page(self, accounts: Sequence[str], cursor: str = "") -> CustomerPage:
        """One page of up to 100 friendships of up to 100 members. Keep ``accounts`` as they are
        from page to page. Raises ApiError 50100 for a cursor that is not good any more."""
        users = list(count(accounts, 1, USERS, "members in one listing"))
        call = given({"userid_list": users, "cursor": cursor, "limit": PAGE})
        try:
            answer = await self._desk.api.call("externalcontact/batch/get_by_user", call)
        except ApiError as exc:
            if exc.errcode != NO_RELATION:
                raise
            return CustomerPage()
        found = [_listed(row) for row in answer.get("external_contact_list") or ()]
        left_out = (answer.get("fail_info") or {}).get("unlicensed_userid_list") or ()
        after = str(answer.get("next_cursor") or "")
        return CustomerPage(customers=tuple(found), cursor="" if after == cursor else after,
                            unlisted=tuple(str(userid) for userid in left_out))  # fmt: skip

    async def remark(
        self, account: str, member: str, *, remark: str | None = None,
        description: str | None = None, company: str | None = None,
        mobiles: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        """Changes what one member noted about a customer; None is unchanged, "" clears.

        ``mobiles`` replaces all of them. Raises BadCall for what is too long.
        """
        call: Json = {
            "remark": remark and chars(remark, REMARK, "a remark"),
            "description": description and chars(description, DESCRIPTION, "a description"),
            "remark_company": company and chars(company, COMPANY, "a company"),
            "remark_mobiles": None if mobiles is None else list(mobiles) or [""],
        }
        changes = {k: v for k, v in call.items() if v is not None}
        if not changes:
            raise BadCall("a remark that changes nothing")
        pair = {"userid": account, "external_userid": member}
        await self._desk.api.call("externalcontact/remark", pair | changes)
        await self._desk.book.remarked(account, member, remark, description)

    async def served(self) -> AsyncIterator[Json]:
        """Everybody outside whom the corp serves, friends or not (page 99434)."""
        path = "externalcontact/contact_list"
        async for row in rows(self._desk.api, path, {}, "info_list", limit=SERVED_PAGE):
            yield row


def customer(person: Json, follows: Sequence[Follow]) -> Customer:
    """``external_contact`` of the platform as a value; what it leaves out stays empty."""
    return Customer(
        id=str(person["external_userid"]), name=str(person.get("name") or ""),
        kind=int(person.get("type") or 0), gender=int(person.get("gender") or 0),
        union_id=str(person.get("unionid") or ""), company=str(person.get("corp_name") or ""),
        follows=tuple(follows),
    )  # fmt: skip


def follow(row: Json, account: str = "") -> Follow:
    """An entry of ``follow_user``, or ``follow_info``, where tags are ids only."""
    tags = row.get("tag_id")
    if tags is None:
        tags = [tag["tag_id"] for tag in row.get("tags") or () if tag.get("tag_id")]
    return Follow(
        account=str(row.get("userid") or account), since=ms(row.get("createtime")),
        remark=_text(row.get("remark")), description=_text(row.get("description")),
        add_way=int(row.get("add_way") or 0), state=_text(row.get("state")),
        tags=tuple(dict.fromkeys(str(tag) for tag in tags)),
    )  # fmt: skip


def _text(value: Any) -> str:
    return str(value or "")


def _listed(row: Json) -> Customer:
    return customer(row["external_contact"], [follow(row["follow_info"])])
