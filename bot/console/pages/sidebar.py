"""The page beside a chat in the WeCom client: who that is, and what the persona would say.

It runs in a colleague's own client, and only a tap of his sends; words are looked at by the guard
before they are handed out to be sent.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.console import moods, tokens
from bot.console.findings import findings
from bot.console.page import BASE, Page, Route
from bot.console.pages.door import offers
from bot.console.pages.sidebar_words import (
    judged,
    place_of,
    quick_of,
    speaking,
    suggested,
)
from bot.console.pages.wecom import Unknown, home, sent_away, vouched
from bot.console.rights import Access, Right
from bot.console.visit import Refused, Visit
from bot.core.ports import JsSdk, PlatformAway
from bot.persona.guard import blocking
from bot.store import quick, sessions, sidebar

BACK = "/sidebar/back"
NEEDS = Right.INBOX_REPLY
TEXT_MAX, URL_MAX = 1_000, 2_000  # characters
_KEY = re.compile(r"[0-9a-f]{32}")


def policy(script: str, frame: str) -> str:
    """What this one page may load besides our own: the platform's script, and whom that asks. Only
    the sandbox's phone page may frame it; the client opens it as a page of its own."""
    parts = urlsplit(script)
    host, frame = f"{parts.scheme}://{parts.netloc}", frame or "'none'"
    return "; ".join((
        "default-src 'self'", f"script-src 'self' {host}", f"connect-src 'self' {host}",
        "base-uri 'none'", "object-src 'none'", "form-action 'self'",
        f"frame-ancestors {frame}",
    ))  # fmt: skip


def script_of(visit: Visit) -> str:
    """The platform's JS-SDK; the sandbox plays it."""
    sandbox = visit.console.sandbox
    return f"{sandbox}/jssdk/ww.js" if sandbox else visit.console.config.console.js_sdk


def framed(
    handler: Callable[[Visit], Awaitable[web.Response]],
) -> Callable[[Visit], Awaitable[web.Response]]:
    """The same with the policy of this page."""

    async def handle(visit: Visit) -> web.Response:
        response = await handler(visit)
        allowed = policy(script_of(visit), visit.console.sandbox or "")
        response.headers["Content-Security-Policy"] = allowed
        return response

    return handle


@framed
async def show(visit: Visit) -> web.Response:
    """The page. Whoever is not signed in is sent to the platform, which knows him."""
    if visit.session is None:
        if visit.console.js is None or not offers(visit):
            return await _told(visit, 503, "sidebar.off")
        return sent_away(visit, BACK, inside=True)
    if not visit.may(NEEDS):
        return await _told(visit, 200, "sidebar.no_right")
    if visit.session.must_change:
        return await _told(visit, 200, "sidebar.must_change")
    js = visit.console.js
    if js is None:
        return await _told(visit, 200, "sidebar.off")
    return await _page(visit, js=js, script=script_of(visit))


@framed
async def back(visit: Visit) -> web.Response:
    """From the platform, with a code."""
    try:
        who = await vouched(visit)
    except Unknown as exc:
        return await _told(visit, exc.status, exc.key, **exc.values)
    console, token = visit.console, tokens.new()
    await visit.write(sessions.begin, who, token, visit.door("wecom"), console.span, visit.now)
    visit.keep("session", token, 0)
    return visit.go("/sidebar")


async def _told(visit: Visit, status: int, key: str, **values: object) -> web.Response:
    return await _page(visit, status, said=visit.t(key, **values))


async def _page(visit: Visit, status: int = 200, **values: Any) -> web.Response:
    given: dict[str, Any] = {"said": "", "js": None, "script": ""} | values
    text = visit.console.templates.render("sidebar.html", v=visit, **given)
    return web.Response(text=text, status=status, content_type="text/html")


async def sign(visit: Visit) -> web.Response:
    """A signature for this very page; for no other."""
    js, url = visit.console.js, visit.request.query.get("url", "")
    if js is None:
        raise Refused(404, "sidebar.off")
    if len(url) > URL_MAX or re.split("[?#]", url)[0] != f"{home(visit)}{BASE}/sidebar":
        raise Refused(422, "sidebar.not_ours")
    return await _signed(js, visit.query("kind"), url)


async def _signed(js: JsSdk, kind: str, url: str) -> web.Response:
    try:
        made = await (js.agent_signature if kind == "agent" else js.corp_signature)(url)
    except PlatformAway:
        raise Refused(503, "wecom.away") from None
    return web.json_response({"timestamp": made.timestamp, "nonceStr": made.nonce,
                              "signature": made.signature})  # fmt: skip


async def chat(visit: Visit) -> web.Response:
    """The part about the chat that is open."""
    place = place_of(visit, visit.request.query)
    spoken = await speaking(visit, place)
    text = visit.console.templates.render(
        "sidebar_chat.html", v=visit, place=place, at=spoken, quick=await quick_of(visit, spoken),
        felt=moods.felt(spoken.known.recent) if place.member else [],
        found=suggested(spoken, spoken.known.words, visit.lang) if spoken.known.words else None,
    )  # fmt: skip
    return web.Response(text=text, content_type="text/html")


async def suggest(visit: Visit) -> web.Response:
    """What the persona would answer to some words; nothing is kept."""
    place = place_of(visit, visit.typed)
    words = visit.typed.get("words", "").strip()[:TEXT_MAX]
    if not words:
        raise Refused(422, "sidebar.no_words")
    spoken = await speaking(visit, place)
    text = visit.console.templates.render("sidebar_found.html", v=visit, place=place, at=spoken,
                                          found=suggested(spoken, words, visit.lang),
                                          asked=words)  # fmt: skip
    return web.Response(text=text, content_type="text/html")


async def check(visit: Visit) -> web.Response:
    """The guard's look at words before they are sent. What passes gets a seal."""
    place, text = place_of(visit, visit.typed), _text(visit)
    spoken = await speaking(visit, place)
    problems = judged(visit, spoken, text)
    stops = bool(blocking(problems))
    return web.json_response({
        "findings": findings(problems, text, spoken.setting, spoken.persona, visit.lang),
        "seal": "" if stops else _seal(visit, place.key, text)
    })  # fmt: skip


async def said(visit: Visit) -> web.Response:
    """The client says that it sent the words."""
    place, text, key = place_of(visit, visit.typed), _text(visit), visit.typed.get("key", "")
    given = visit.typed.get("seal", "")
    if not _KEY.fullmatch(key) or not hmac.compare_digest(
        _seal(visit, place.key, text).encode(), given.encode("utf-8", "replace")
    ):
        raise Refused(422, "sidebar.unsealed")
    spoken = await speaking(visit, place)
    kept = await visit.write(sidebar.said, place, visit.who.login, text, spoken.persona,
                             spoken.version, key, visit.now)  # fmt: skip
    used = visit.typed_number("quick")
    if used is not None:
        await visit.write(quick.use, used, visit.now)
    if kept:
        visit.console.bells.ring("inbox")
    return web.json_response({"kept": kept})


def _text(visit: Visit) -> str:
    text = visit.typed.get("text", "").strip()
    if not text or len(text) > TEXT_MAX:
        raise Refused(422, "sidebar.no_words")
    return text


def _seal(visit: Visit, key: str, text: str) -> str:
    """Says that the guard let these words pass, for this chat and this browser."""
    words = f"{key}\n{text}".encode("utf-8", "replace")
    secret = hashlib.sha256(f"sidebar\n{visit.token}".encode()).digest()
    return hmac.new(secret, words, hashlib.sha256).hexdigest()


CSP = policy("https://wwcdn.weixin.qq.com/", "")
PAGE = Page(
    routes=(
        Route(method="GET", path="/sidebar", handler=show, needs=Access.PUBLIC, csp=CSP),
        Route(method="GET", path=BACK, handler=back, needs=Access.PUBLIC, csp=CSP),
        Route(method="GET", path="/sidebar/sign", handler=sign, needs=NEEDS),
        Route(method="GET", path="/sidebar/chat", handler=chat, needs=NEEDS),
        Route(method="POST", path="/sidebar/suggest", handler=suggest, needs=NEEDS),
        Route(method="POST", path="/sidebar/check", handler=check, needs=NEEDS),
        Route(method="POST", path="/sidebar/said", handler=said, needs=NEEDS),
    )
)
