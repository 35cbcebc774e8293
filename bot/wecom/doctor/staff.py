"""The members whose accounts speak for personas, and the customer groups they own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.core.findings import Finding
from bot.wecom.client import Api
from bot.wecom.doctor.case import Binding, Case, Spot, find, said
from bot.wecom.errors import ApiError

GROUPS = "externalcontact/groupchat/list"
OWNERS, MOST = 100, 500
OWNER_LEFT = 1
CODES: Mapping[int, str] = {60111: "staff-unknown", 40003: "staff-unknown",
                            60011: "staff-out-of-scope", 50002: "staff-out-of-scope"}  # fmt: skip


async def examine(case: Case, api: Api, followers: Iterable[str]) -> list[Finding]:
    """Each contact account: known, in the visible scope, with the customer-contact feature."""
    able = {userid.lower() for userid in followers}
    found: list[Finding] = []
    for binding in list(case.of("contact"))[:MOST]:
        found += await _member(api, binding, binding.account.lower() in able)
    return found


async def _member(api: Api, binding: Binding, able: bool) -> list[Finding]:
    """Userids are case-insensitive on the platform."""
    if able:
        return []
    who = f"persona {binding.persona}, member {binding.account}"
    try:
        await api.call("user/get", userid=binding.account)
    except ApiError as exc:
        rule = CODES.get(exc.errcode)
        if rule is not None:
            return [find(rule, binding, who, said(exc))]
    return [find("staff-no-contact", binding, who)]


async def groups(case: Case, api: Api) -> list[Finding]:
    """Groups whose owner has left, and personas that have a calendar but no group."""
    bindings = list(case.of("contact"))
    left = await _count(api, [each.account for each in bindings], OWNER_LEFT)
    found = [find("group-owner-left", _spot(case), f"{left} groups")] if left else []
    for persona in dict.fromkeys(each.persona for each in bindings if each.posts):
        own = [each for each in bindings if each.persona == persona]
        if not await _count(api, [each.account for each in own]):
            found.append(find("no-group", own[0], f"persona {persona}"))
    return found


def _spot(case: Case) -> Spot:
    first = case.first_app("contact")
    return case.spot("wecom", "apps", first[0] if first else "")


async def _count(api: Api, owners: Sequence[str], status: int = 0) -> int:
    """Groups of these owners, up to one page for each hundred of them."""
    count = 0
    for start in range(0, len(owners), OWNERS):
        part = {"userid_list": list(owners[start : start + OWNERS])}
        call = {"status_filter": status, "owner_filter": part, "limit": 100}
        count += len((await api.call(GROUPS, call)).get("group_chat_list") or ())
    return count
