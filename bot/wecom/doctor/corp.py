"""The platform itself: does it answer, and does its clock agree with ours?"""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import aiohttp

from bot.core.clock import SECOND, to_ms
from bot.core.findings import Finding
from bot.wecom.doctor.case import Case, Spot, find
from bot.wecom.doctor.walk import SECONDS

# A Date header has whole seconds, and the answer was under way for a while.
SKEW_MAX = 5 * SECOND


async def examine(case: Case, http: aiohttp.ClientSession) -> list[Finding]:
    """Empty when the platform answers and the clocks agree."""
    spot = case.spot("wecom", "mode" if case.config.sandbox else "api")
    timeout = aiohttp.ClientTimeout(SECONDS)
    try:
        async with http.get(f"{case.base}/cgi-bin/get_api_domain_ip", timeout=timeout) as answer:
            date = answer.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as exc:
        return [find("platform-unreachable", spot, case.base, type(exc).__name__)]
    return _clock(case, date, spot)


def _clock(case: Case, date: str, spot: Spot) -> list[Finding]:
    try:
        theirs = to_ms(parsedate_to_datetime(date))
    except ValueError:  # no such header, or an odd one
        return []
    skew = case.clock.now() - theirs
    if abs(skew) <= SKEW_MAX:
        return []
    side = "ahead" if skew > 0 else "behind"
    return [find("clock-skew", spot, case.base, f"{abs(skew) // SECOND} s {side}")]
