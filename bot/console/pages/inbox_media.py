"""Files both ways: what a member sent, shown or saved; what staff send."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from bot.console.pages.inbox_compose import send as send_body
from bot.console.pages.inbox_compose import speaking
from bot.console.pages.inbox_thread import again, key_of, line_of
from bot.console.pages.inbox_verbs import told
from bot.console.visit import Refused, Visit
from bot.core.filetypes import MB, MOST_OF
from bot.core.ports import MediaRefused, PlatformAway
from bot.store import thread

# A stranger's file never runs in our name, whatever a browser takes it for.
CSP = "default-src 'none'; sandbox"
MOST = MOST_OF["file"] + 64 * 1024  # with the rest of the form


async def file(visit: Visit) -> web.Response:
    """The file that a line carries. A picture or a film may be shown; all else is saved."""
    key, place = key_of(visit), line_of(visit.query("line"))
    files = visit.console.files
    if files is None:
        raise Refused(503, "inbox.starting")
    name = await visit.read(thread.media, key, *place) if place else ""
    if not name:
        raise Refused(404, "inbox.no_file")
    try:
        found = await files.fetch(name)
    except PlatformAway:
        raise Refused(502, "inbox.away") from None
    if found is None:
        raise Refused(410, "inbox.file_gone")
    way = "inline" if found.shown else "attachment"
    called = quote(found.name or "file", safe="")
    headers = {"Content-Disposition": f"{way}; filename*=UTF-8''{called}"}
    return web.Response(body=found.content, content_type=found.type, headers=headers)


@told
async def send(visit: Visit) -> web.Response:
    """A file of staff: the platform takes it, then it leaves like any answer."""
    given, shelf = visit.files.get("file"), visit.console.shelf
    if shelf is None:
        raise Refused(503, "inbox.starting")
    if given is None or not given.filename:
        return await again(visit, 422, conflict=visit.t("inbox.no_file_chosen"))
    talk, persona, setting = await speaking(visit)
    if talk["channel"] != "kf":
        return await again(visit, 422, conflict=visit.t("inbox.files_kf_only"))
    try:
        body = await shelf.put(given.filename, given.file.read())
    except MediaRefused as exc:
        why = visit.t(f"refused_file.{exc.reason}", n=MOST_OF["file"] // MB)
        return await again(visit, 422, conflict=why)
    except PlatformAway:
        return await again(visit, 502, conflict=visit.t("inbox.away"))
    return await send_body(visit, talk, persona, setting, body)
