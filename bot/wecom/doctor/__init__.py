"""The doctor: says what is wrong with a set-up, and where it is put right. It only reads.

Chains that do not depend on each other go on when one of them stops.
"""

from __future__ import annotations

import aiohttp

from bot.core.findings import Finding
from bot.wecom.doctor import (
    app,
    archive,
    callbacks,
    corp,
    machine,
    official,
    robots,
    settings,
    webhooks,
)
from bot.wecom.doctor.case import Case
from bot.wecom.doctor.run import Running, find_run

# Without these the platform cannot be asked.
_UNUSABLE = frozenset({"secret-missing", "aes-key-length"})


async def examine(case: Case, *, online: bool) -> list[Finding]:
    """Everything that the configuration, this machine and, online, the platform show."""
    found = settings.examine(case)
    facts = await machine.look(case)
    async with aiohttp.ClientSession() as http:
        running = await find_run(http, case.config)
        found += machine.judge(case, facts, running is not None)
        if online and not any(each.rule in _UNUSABLE for each in found):
            found += await _online(case, http, running)
    return found


async def _online(
    case: Case, http: aiohttp.ClientSession, running: Running | None
) -> list[Finding]:  # fmt: skip
    found = await callbacks.examine(case, http, running)
    platform = await corp.examine(case, http)
    found += platform
    if any(each.rule == "platform-unreachable" for each in platform):
        return found
    for chain in (app, webhooks, official, archive):
        found += await chain.examine(case, http)
    return [*found, *await robots.examine(case, http, running)]


__all__ = ["Case", "examine"]
