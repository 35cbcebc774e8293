"""The doors to the street: the platform's own URL check (page 90930), done by the doctor.

With the right token and key the plain text comes back within a second; with a wrong signature it
does not. Asked is the running service, and public_url as the platform would reach it.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic

import aiohttp

from bot.core import config as conf
from bot.core.findings import Finding
from bot.wecom.codec import Door, encrypt, sign
from bot.wecom.doctor.case import Case, find
from bot.wecom.doctor.run import Running
from bot.wecom.doctor.walk import SECONDS
from bot.wecom.gateway import doors
from bot.wecom.oa.accounts import doors as oa_doors
from bot.wecom.oa.codec import OaDoor
from bot.wecom.oa.codec import signature as sign_plain
from bot.wecom.robot.account import robot_doors

SLOW = 1.0
Query = Mapping[str, str]
Seal = Callable[[str, int], Query]


@dataclass(frozen=True, slots=True)
class Entry:
    """One door: its name in the address, its table, and how its URL check is sealed."""

    name: str
    table: str
    seal: Seal


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 = nothing."""

    status: int
    text: str = ""
    seconds: float = 0.0


def entries(config: conf.Config) -> Iterator[Entry]:
    """Doors of applications, of robots in URL mode, and of official accounts."""
    for table, found in (("apps", doors(config)), ("robots", robot_doors(config))):
        for name, door in found.items():
            yield Entry(name, table, _sealed(door))
    for name, oa_door in oa_doors(config).items():
        yield Entry(name, "official_accounts", _plain(oa_door))


def _sealed(door: Door) -> Seal:
    def seal(echo: str, now: int) -> Query:
        query = _head(now)
        sealed = encrypt(door, echo.encode(), secrets.token_bytes(16))
        signature = sign(door.token, query["timestamp"], query["nonce"], sealed)
        return {**query, "echostr": sealed, "msg_signature": signature}

    return seal


def _plain(door: OaDoor) -> Seal:
    def seal(echo: str, now: int) -> Query:
        query = _head(now)
        signature = sign_plain(door.token, query["timestamp"], query["nonce"])
        return {**query, "echostr": echo, "signature": signature}

    return seal


def _head(now: int) -> dict[str, str]:
    return {"timestamp": str(now // 1000), "nonce": secrets.token_hex(8)}


def _spoilt(query: Query) -> Query:
    return {key: "0" * 40 if key.endswith("signature") else value for key, value in query.items()}


Ask = Callable[[str, Query], Awaitable[Answer]]


async def examine(
    case: Case, http: aiohttp.ClientSession, running: Running | None
) -> list[Finding]:  # fmt: skip
    """Each door at each base; one that answers wrongly here is not asked again outside."""
    bases = [running.base] if running is not None else []
    bases += [case.config.web.public_url.rstrip("/")] if case.config.web.public_url else []

    async def ask(url: str, query: Query) -> Answer:
        return await _get(http, url, query)

    found: list[Finding] = []
    for entry in entries(case.config) if bases else ():
        for base in bases:
            new = await _door(case, entry, f"{base}/callback/{entry.name}", ask)
            found += new
            if new:
                break
    return found


async def _door(case: Case, entry: Entry, url: str, ask: Ask) -> list[Finding]:
    echo = str(secrets.randbelow(10**18) + 10**18)
    query = entry.seal(echo, case.clock.now())
    answer = await ask(url, query)
    rule = _judge(answer, echo)
    said = f"HTTP {answer.status}" if answer.status and rule != "callback-slow" else ""
    if not rule and (await ask(url, _spoilt(query))).status == 200:
        rule, said = "callback-open", ""
    if not rule:
        return []
    table = ("wecom", entry.table, entry.name)
    spot = case.secret_spot(*table, _PARTS[rule]) if rule in _PARTS else case.spot(*table)
    return [find(rule, spot, url, said)]


_PARTS = {"callback-token": "token", "callback-aes-key": "aes_key"}
# How our own door says no (docs/operations.md), by the word in its answer.
_REASONS: Mapping[tuple[int, str], str] = {
    (403, "signature"): "callback-token",
    (400, "not a callback"): "callback-aes-key",
}


def _judge(answer: Answer, echo: str) -> str:
    """The rule that is broken, or empty."""
    if answer.status == 0:
        return "callback-unreachable"
    if answer.status == 200 and answer.text == echo:
        return "callback-slow" if answer.seconds > SLOW else ""
    return _REASONS.get((answer.status, answer.text.strip()), "callback-other")


async def _get(http: aiohttp.ClientSession, url: str, query: Query) -> Answer:
    started = monotonic()
    timeout = aiohttp.ClientTimeout(SECONDS)
    try:
        async with http.get(url, params=query, timeout=timeout) as answer:
            text = (await answer.content.read(256)).decode("utf-8", "replace")
            return Answer(answer.status, text, monotonic() - started)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return Answer(0)
