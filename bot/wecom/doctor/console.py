"""Whether staff can sign in through an application, and open its sidebar.

Both login pages send a browser back to one domain only. That of the page inside the client is told
by agent/get (page 90227); that of the QR page is not told by any call, so the page itself is asked.
Whether its answer always names the code is not documented: silence is not taken for a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import aiohttp

from bot.core.config import App, Config
from bot.core.findings import Finding
from bot.wecom.doctor.case import Case, find
from bot.wecom.doctor.walk import SECONDS
from bot.wecom.login import Hosts, Pages

PAGE_MOST = 64 * 1024
_FOREIGN = re.compile(r"(?<!\d)50001(?!\d)")


def home(config: Config) -> str:
    """Where the console's pages stand, or an empty string when that is not configured."""
    return config.web.public_url.rstrip("/") + "/console" if config.web.public_url else ""


def judge_trusted(case: Case, name: str, app: App, domain: str) -> Iterator[Finding]:
    """``domain``: what agent/get calls redirect_domain."""
    parts = urlsplit(home(case.config))
    if app.console and parts.netloc and domain.lower() not in (parts.hostname, parts.netloc):
        told = f"it is {domain}, not {parts.hostname}" if domain else "none is set"
        yield find("trusted-domain", case.spot("wecom", "apps", name, "console"), f"app {name}",
                   told, host=parts.netloc)  # fmt: skip


async def ask_qr_page(
    case: Case, name: str, app: App, http: aiohttp.ClientSession
) -> list[Finding]:
    """The QR page, asked as a browser that nobody is signed in with."""
    back = home(case.config)
    if not app.console or not urlsplit(back).netloc:
        return []
    hosts = Hosts(case.base, case.base) if case.config.sandbox else Hosts()
    pages = Pages(case.config.wecom.corp_id, app.agent_id, hosts)
    said = await _read(http, pages.qr_url(back, "doctor"))
    if not _FOREIGN.search(said):
        return []
    host = urlsplit(back).netloc
    return [find("login-domain", case.spot("wecom", "apps", name, "console"), f"app {name}",
                 f"50001 for {host}", host=host)]  # fmt: skip


async def _read(http: aiohttp.ClientSession, url: str) -> str:
    """The words of the page without its address, which may hold any number; empty when away."""
    try:
        async with http.get(url, timeout=aiohttp.ClientTimeout(SECONDS)) as answer:
            raw = await answer.content.read(PAGE_MOST)
    except (aiohttp.ClientError, TimeoutError, OSError):
        return ""
    return re.sub(r"https?://\S+", "", raw.decode("utf-8", "replace"))
