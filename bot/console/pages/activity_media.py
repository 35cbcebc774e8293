"""A picture or a file that was handed in to an activity, as staff see it."""

from __future__ import annotations

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.inbox_media import CSP
from bot.console.rights import Right
from bot.console.visit import Refused, Visit, whole
from bot.core.ports import PlatformAway
from bot.store import history, photos
from bot.store.engine import Tx
from bot.store.photos import Photo


async def show(visit: Visit) -> web.Response:
    """One of those of an entry: what its own page took in, or the platform keeps."""
    number = whole(visit.query("n"))
    name, photo = await visit.read(_named, visit.request.query.get("e", "")[:500], number or 0)
    if photo is not None:
        return web.Response(body=photo.content, content_type=photo.type)
    if not name or visit.console.files is None:
        raise Refused(404, "activities.no_picture")
    try:
        found = await visit.console.files.fetch(name)
    except PlatformAway:
        raise Refused(502, "inbox.away") from None
    if found is None:
        raise Refused(410, "activities.no_picture")
    way = "inline" if found.shown else "attachment"
    return web.Response(body=found.content, content_type=found.type,
                        headers={"Content-Disposition": way})  # fmt: skip


def _named(tx: Tx, event: str, number: int) -> tuple[str, Photo | None]:
    line = history.named(tx, [event]).get(event)
    media = line.event.data.get("media", ()) if line is not None else ()
    name = str(media[number]) if number < len(media) else ""
    if name.startswith(photos.MARK):
        return "", photos.get(tx, name)
    return name, None


PAGE = Page(routes=(
    Route(method="GET", path="/activities/media", handler=show, needs=Right.MEMBERS_SEE, csp=CSP),
))  # fmt: skip
