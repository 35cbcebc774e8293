"""The kf accounts of personas: known, managed by this application, and served by somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.findings import Finding
from bot.wecom.called import kf_accounts
from bot.wecom.client import Api
from bot.wecom.doctor.case import Binding, Case, find, said
from bot.wecom.errors import ApiError

STOPPED = 1
CODES: Mapping[int, str] = {95000: "kf-unknown", 95004: "kf-unknown",
                            48007: "kf-not-assigned", 95017: "kf-not-assigned"}  # fmt: skip
Managed = Mapping[str, bool]


async def managed(api: Api) -> Managed:
    """open_kfid -> whether this application manages it, for every account that it sees."""
    return {str(row.get("open_kfid")): bool(row.get("manage_privilege", True))
            for row in await kf_accounts(api)}  # fmt: skip


async def examine(case: Case, api: Api, known: Managed) -> list[Finding]:
    """Each kf account that a persona names."""
    found: list[Finding] = []
    for binding in case.of("kf"):
        found += await _account(api, binding, known)
    return found


async def _account(api: Api, binding: Binding, known: Managed) -> list[Finding]:
    who = f"persona {binding.persona}, kf account {binding.account}"
    if known.get(binding.account) is False:
        return [find("kf-not-assigned", binding, who)]
    if binding.account in known and not binding.to_client:
        return []
    try:
        answer = await api.call("kf/servicer/list", open_kfid=binding.account)
    except ApiError as exc:
        rule = CODES.get(exc.errcode, "platform-error")
        return [find(rule, binding, who, said(exc))]
    if binding.account not in known:
        return [find("kf-not-assigned", binding, who)]
    rule = _served(answer)
    return [find(rule, binding, who)] if rule else []


def _served(answer: Mapping[str, Any]) -> str:
    """The rule that is broken, or empty. A department counts as somebody."""
    rows = answer.get("servicer_list") or ()
    if not rows:
        return "kf-no-servicer"
    return "kf-servicers-stopped" if all(r.get("status") == STOPPED for r in rows) else ""
