"""The media library: each file, where it fits and where not, who uses it, what the platform has."""

from __future__ import annotations

import asyncio
import re

from aiohttp import web

from bot.console.page import Entry, Page, Route
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.filetypes import type_of
from bot.library.media import (
    MOST,
    MediaItem,
    MediaRefused,
    add,
    folder_of,
    know,
    library,
    remove,
    scan,
)
from bot.store import audit
from bot.store.engine import Tx

BODY = MOST + 64_000
SHOWN = 200
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif"})
_ODD = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff_-]+")
# A picture of ours, in a page of ours: nothing in it may run.
CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


async def show(visit: Visit) -> web.Response:
    """All files, and the form for one more."""
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, fault: str = "") -> web.Response:
    words = visit.query("q").strip().lower()
    found = [one for one in await _items(visit) if words in one.name.lower()]
    return await visit.page("media.html", status=status, fault=fault, items=found[:SHOWN],
                            total=len(found), q=words, typed=visit.typed,
                            pictures=PICTURES)  # fmt: skip


async def _items(visit: Visit) -> list[MediaItem]:
    config = visit.console.config
    items = await asyncio.to_thread(scan, config)
    known = await visit.read(know, [item.digest for item in items])
    return await asyncio.to_thread(library, config, items, known)


async def keep(visit: Visit) -> web.Response:
    """One more file; what is there is never replaced."""
    given = visit.files.get("file")
    if given is None or not given.filename:
        return await _page(visit, 422, visit.t("media.no_file"))
    content = await asyncio.to_thread(given.file.read, MOST + 1)
    name = visit.typed.get("name", "").strip() or usable(given.filename)
    try:
        made = await asyncio.to_thread(add, visit.console.config, name, content)
    except MediaRefused as exc:
        return await _page(visit, 422, visit.t("media.refused", why=str(exc)))
    visit.console.bells.ring("library")
    await visit.write(_note, "uploaded", made.name, visit.who.login, visit.now)
    return visit.go("/media", "good", "media.kept", name=made.name)


def usable(name: str) -> str:
    """A file's own name without what a name may not hold; the folder of a browser, too."""
    stem, dot, ending = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
    kept = _ODD.sub("-", stem).strip("-_")[:60] or "file"
    return f"{kept}{dot}{ending.lower()}"


async def drop(visit: Visit) -> web.Response:
    """Takes a file away that nothing uses."""
    name = visit.typed.get("name", "")
    known = await visit.read(know, [])
    try:
        await asyncio.to_thread(remove, visit.console.config, name, known)
    except MediaRefused as exc:
        return await _page(visit, 409, visit.t("media.refused", why=str(exc)))
    visit.console.bells.ring("library")
    await visit.write(_note, "deleted", name, visit.who.login, visit.now)
    return visit.go("/media", "good", "media.dropped", name=name)


async def picture(visit: Visit) -> web.StreamResponse:
    """The bytes of a picture, by its name in the list."""
    name = visit.query("name")
    items = await asyncio.to_thread(scan, visit.console.config)
    item = next((one for one in items if one.name == name and one.facts.type in PICTURES), None)
    if item is None:
        raise Refused(404, "media.gone")
    path = folder_of(visit.console.config) / item.name
    content = await asyncio.to_thread(path.read_bytes)
    return web.Response(body=content, content_type=type_of(content))


def _note(tx: Tx, event: str, name: str, actor: str, now: int) -> None:
    audit.record(tx, [audit.note("media", name, event, at=now, actor=actor)])


SEE, EDIT = Right.CONTENT_SEE, Right.CONTENT_EDIT
PAGE = Page(
    routes=(
        Route(method="GET", path="/media", handler=show, needs=SEE),
        Route(method="GET", path="/media/file", handler=picture, needs=SEE, csp=CSP),
        Route(method="POST", path="/media", handler=keep, needs=EDIT, body=BODY),
        Route(method="POST", path="/media/remove", handler=drop, needs=EDIT),
    ),
    entry=Entry(path="/media", name="media.title", needs=SEE, order=52, key="m"),
)
