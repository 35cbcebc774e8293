"""The ways out of a robot: each makes one call, at most two, and says what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import orjson

from bot.core.body import Card
from bot.core.config import Limits
from bot.core.model import Never, Outbound, Outcome, Sent
from bot.wecom.client import exchange
from bot.wecom.errors import ApiError
from bot.wecom.robot import frames, wire
from bot.wecom.robot.inbound import GROUP
from bot.wecom.robot.link import STREAM_OVER, Link

BAD_REQ_ID = 846605
# The question cannot be answered under its req_id any more; the chat can still be written to.
FALL_BACK = frozenset({BAD_REQ_ID, STREAM_OVER})


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """An outbox row of a robot and what its delivery needs."""

    row: Outbound
    link: Link
    http: aiohttp.ClientSession
    limits: Limits
    now: int
    seconds: float
    base: str = ""

    def way(self, name: str) -> Any:
        """What the answered message says about the way back (see ``inbound``)."""
        return self.row.data.get(name)

    @property
    def in_time(self) -> bool:
        """True while the answered message may be answered."""
        return self.now < int(self.way("until") or 0)


async def greet(errand: Errand) -> Outcome:
    """aibot_respond_welcome_msg: once, within 5 s of enter_chat (page 101463)."""
    body = wire.welcome(errand.row.body, errand.limits)
    await errand.link.ask(frames.WELCOME, body, errand.way("req_id"))
    return Sent()


async def renew(errand: Errand) -> Outcome:
    """aibot_respond_update_msg: the clicked card changes, within 5 s of the click."""
    body = errand.row.body
    if not isinstance(body, Card):
        return await push(errand)
    if not errand.in_time:
        return Never("too_late", "a card can be changed within 5 s of the click only")
    await errand.link.ask(frames.UPDATE, wire.update(body.card), errand.way("req_id"))
    return Sent()


async def respond(errand: Errand) -> Outcome:
    """aibot_respond_msg under the question's req_id; what came too late for it is pushed.

    A req_id belongs to the connection through which it came.
    """
    row, req_id = errand.row, str(errand.way("req_id"))
    name = wire.stream_id(row.dedupe)
    body = wire.answer(row.body, name, errand.limits)
    if not (errand.in_time and errand.link.fits(req_id, errand.way("epoch"))):
        return await push(errand)
    try:
        await errand.link.ask(frames.RESPOND, body, req_id)
    except ApiError as exc:
        if exc.errcode in FALL_BACK:
            return await push(errand)
        raise
    return Sent(name)


async def push(errand: Errand) -> Outcome:
    """aibot_send_msg: unasked, where somebody has written to the robot before (page 101463)."""
    row = errand.row
    body = {"chatid": row.peer.removeprefix(GROUP), **wire.pushed(row.body, errand.limits)}
    await errand.link.ask(frames.PUSH, body)
    return Sent()


async def post_back(errand: Errand) -> Outcome:
    """POST to the response_url: once, within the hour, plain JSON (page 101138)."""
    url = str(errand.way("response_url") or "")
    if url and not is_ours(url, errand.base):
        return Never("strange_address", "the message names a way back that is not the platform's")
    parts = urlsplit(url)
    if not url or not errand.in_time:
        return Never("no_way", "a robot in URL mode answers within the hour, and only when asked")
    body = aiohttp.JsonPayload(wire.pushed(errand.row.body, errand.limits), dumps=_dumps)
    # The code in the address is a credential: as a parameter it stays out of error texts.
    answer = await exchange(errand.http, "post", parts._replace(query="", fragment="").geturl(),
                            dict(parse_qsl(parts.query)), body, errand.seconds)  # fmt: skip
    code = int(answer.get("errcode", 0))
    if code:
        raise ApiError("aibot/response", code, str(answer.get("errmsg", "")))
    return Sent(wire.stream_id(errand.row.dedupe))


def is_ours(url: str, base: str) -> bool:
    """True for an address of the platform at ``base``, or of Tencent's hosts over TLS: whoever has
    a robot's token and key must not choose whom this server talks to. An empty ``base`` is the
    sandbox's: any port of this machine."""
    try:
        found, known = urlsplit(url), urlsplit(base)
        place = (found.scheme, found.hostname, found.port)
        if not base:
            return place[:2] == ("http", "127.0.0.1")
        weixin = str(found.hostname).endswith(".weixin.qq.com") and found.port in (None, 443)
        ours = place == (known.scheme, known.hostname, known.port)
    except ValueError:
        return False
    return ours or (weixin and found.scheme == "https")


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


Way = Callable[[Errand], Awaitable[Outcome]]
# What the answered message offers, in the order of preference.
WAYS: tuple[tuple[str, Way], ...] = (
    ("welcome", greet),
    ("update", renew),
    ("response_url", post_back),
    ("reply", respond),
)


def way_of(errand: Errand) -> Way:
    """How this row leaves."""
    unasked = push if errand.link.account.socket else post_back
    return next((way for name, way in WAYS if errand.way(name)), unasked)
