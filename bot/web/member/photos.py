"""Pictures that members handed in, shown to whoever may see the entry."""

from __future__ import annotations

from aiohttp import web

from bot.community.entries import COUNTED
from bot.store import facts, history, memberview, photos, runs
from bot.store.engine import Tx
from bot.store.photos import Photo
from bot.web.member.gate import Route
from bot.web.member.visit import Refused, Visit

# A picture is a stranger's file: even opened by itself it may do nothing.
CSP = "default-src 'none'; sandbox"


async def show(visit: Visit) -> web.Response:
    """One picture: his own, or of an entry that counts and may be shown."""
    found = await visit.read(_seen, visit, visit.part("id"))
    headers = {"Content-Security-Policy": CSP}
    return web.Response(body=found.content, content_type=found.type, headers=headers)


def _seen(tx: Tx, visit: Visit, id: str) -> Photo:
    me, found = visit.me(tx), photos.get(tx, photos.MARK + id)
    if found is None or not (found.member in me.ids or _public(tx, found, me.circles)):
        raise Refused(404, "error.nothing")
    return found


def _public(tx: Tx, one: Photo, circles: frozenset[str]) -> bool:
    run = runs.get(tx, one.run)
    made = runs.rules_of(tx, run) if run else None
    if run is None or made is None or not made.consent or run["circle"] not in circles:
        return False
    said = facts.consents(tx, one.member).get(made.consent)
    if said is None or not said.given:
        return False
    rows = [row for row in memberview.entries(tx, [one.run], one.member)
            if row["state"] == COUNTED]  # fmt: skip
    told = history.named(tx, [row["event"] for row in rows])
    return any(one.id in line.event.data.get("media", ()) for line in told.values())


ROUTES = (Route("GET", "/photo/{id}", show),)
