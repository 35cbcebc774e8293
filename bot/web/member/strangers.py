"""What whoever is not recognised is told: whom to write to, and which words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from bot.core.passes import PATH
from bot.library.speech import Setting, context_of
from bot.store import circles
from bot.store.engine import Tx
from bot.web.member.visit import NEXT, Visit

# What a friend passed on: whoever is let in soon after comes back to it.
ASKED = re.compile(rf"{PATH}(/c/[\w-]{{1,64}}/a/[\w-]{{1,64}}\?t=[%0-9A-Fa-f]{{1,200}})")
HALF_AN_HOUR = 1_800  # seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Whom to write to, and by which link; empty where nobody has one."""

    name: str = ""
    link: str = ""
    circle: str = ""


async def stranger(visit: Visit, key: str) -> web.Response:
    """``key``: the words that say why he is one."""
    circle = visit.request.match_info.get("circle", "")
    contact = await visit.read(contact_of, visit, circle)
    if ASKED.fullmatch(visit.request.path_qs):
        visit.keep(NEXT, visit.request.path_qs, HALF_AN_HOUR)
    signs_in = visit.pages.login is not None and key == "error.stranger"
    return visit.page("stranger.html", status=401, contact=contact, circle=circle, why=visit.t(key),
                      signs_in=signs_in)  # fmt: skip


def contact_of(tx: Tx, visit: Visit, circle: str) -> Contact:
    """The persona of a circle, as far as members can reach her, else another."""
    setting = visit.setting(tx)
    title = setting.cast.circles[circle].title if circle in setting.cast.circles else ""
    for persona in _personas(tx, setting, circle):
        link = context_of(setting, persona)["persona"]["kf_link"]
        if link:
            name = setting.cast.scripts[persona].persona.name
            return Contact(name=name, link=link, circle=title)
    return Contact(circle=title)


def _personas(tx: Tx, setting: Setting, circle: str) -> Iterator[str]:
    """Who speaks in a circle, then all others."""
    cast = setting.cast
    ids = [circle] if circle in cast.circles else list(cast.circles)
    rules = (cast.communities.get(one) for one in ids)
    first = [one.persona for one in rules if one is not None]
    first += [row["persona"] for one in ids for row in circles.leaders(tx, one)]
    yield from (one for one in (*first, *cast.scripts) if one in cast.scripts)
