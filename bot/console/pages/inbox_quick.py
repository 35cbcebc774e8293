"""Saved answers of a persona: who may reply may keep them."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.console.pages.inbox_list import cast_of, names_of
from bot.console.pages.inbox_thread import persona_of
from bot.console.visit import Refused, Visit
from bot.core.body import Text
from bot.core.errors import BadInput
from bot.library.speech import Setting, look
from bot.persona.guard import blocking
from bot.store import conversations, quick


async def show(visit: Visit) -> web.Response:
    """The saved answers of one persona, or of the one in a conversation."""
    key, persona = visit.query("c"), visit.query("p")
    if key and not persona:
        talk = await visit.read(conversations.get, key[:300])
        persona = persona_of(visit, talk) if talk is not None else ""
    return await _page(visit, persona)


async def _page(visit: Visit, persona: str, status: int = 200, fault: str = "") -> web.Response:
    names = names_of(cast_of(visit))
    chosen = persona if persona in names else next(iter(sorted(names)), "")
    rows = await visit.read(quick.of, chosen)
    values: dict[str, Any] = {"names": names, "persona": chosen, "rows": rows, "fault": fault,
                              "talk": visit.query("c"),
                              "typed": visit.typed, "most": quick.TEXT_MAX,
                              "variables": quick.VARIABLES}  # fmt: skip
    return await visit.page("inbox_quick.html", status=status, **values)


async def add(visit: Visit) -> web.Response:
    """One more."""
    persona = _known(visit)
    fault = _fault(visit, persona)
    if not fault:
        try:
            await visit.write(quick.add, persona, visit.typed.get("title", ""),
                              visit.typed.get("text", ""), visit.who.login, visit.now)  # fmt: skip
        except BadInput:
            fault = visit.t("quick.bad", title=quick.TITLE_MAX, n=quick.TEXT_MAX)
    return await _over(visit, persona, fault, "quick.added")


async def change(visit: Visit) -> web.Response:
    """Other words for it."""
    persona = _known(visit)
    fault = _fault(visit, persona)
    if not fault:
        try:
            if not await visit.write(quick.change, visit.number(), visit.typed.get("title", ""),
                                     visit.typed.get("text", ""), visit.who.login,
                                     visit.now):  # fmt: skip
                fault = visit.t("quick.gone")
        except BadInput:
            fault = visit.t("quick.bad", title=quick.TITLE_MAX, n=quick.TEXT_MAX)
    return await _over(visit, persona, fault, "quick.changed")


async def remove(visit: Visit) -> web.Response:
    """Nobody is offered it any more."""
    persona = _known(visit)
    gone = await visit.write(quick.remove, visit.number(), visit.who.login, visit.now)
    return await _over(visit, persona, "" if gone else visit.t("quick.gone"), "quick.removed")


async def _over(visit: Visit, persona: str, fault: str, said: str) -> web.Response:
    if fault:
        return await _page(visit, persona, 422, fault)
    return visit.go(f"/inbox/quick?p={persona}", "good", said)


def _known(visit: Visit) -> str:
    persona = visit.typed.get("p", "")
    if persona not in names_of(cast_of(visit)):
        raise Refused(422, "quick.no_persona")
    return persona


def _fault(visit: Visit, persona: str) -> str:
    """Words that could never be sent are not kept either."""
    cast = cast_of(visit)
    text = quick.put_in(visit.typed.get("text", ""), {})
    if cast is None or not text.strip():
        return ""
    setting = Setting.of(visit.console.config, cast, visit.now)
    found = blocking(look(setting, persona, Text(text), operator=visit.who.login))
    return "" if not found else visit.t("quick.stopped", why=found[0].message, fix=found[0].fix)
