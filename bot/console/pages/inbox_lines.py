"""Lines further back, and why the persona said one of them."""

from __future__ import annotations

import re
from dataclasses import replace

from aiohttp import web

from bot.console.pages.inbox_list import cast_of, names_of
from bot.console.pages.inbox_thread import (
    LINES,
    asker_of,
    key_of,
    labels,
    line_of,
    persona_of,
    places,
    setting_of,
)
from bot.console.visit import Refused, Visit
from bot.library.speech import Setting
from bot.library.why import Asker, why
from bot.store import conversations, joins, thread
from bot.store.engine import Row, Tx
from bot.store.thread import Line

_PLACES = re.compile(r"(?:(?:inbox|replies|notes|changes)[1-9]?:[0-9]{1,19},?){1,24}")


async def older(visit: Visit) -> web.Response:
    """The lines before those that are shown."""
    key, text = key_of(visit), visit.query("before")
    if not _PLACES.fullmatch(text):
        raise Refused(404, "error.gone")
    before = {table: int(line) for table, line in
              (part.split(":") for part in text.strip(",").split(","))}  # fmt: skip

    def look(tx: Tx) -> tuple[list[Row], thread.Page]:
        keys = joins.keys(tx, key)
        return joins.rows(tx, keys), thread.page(tx, keys, before, LINES)

    rows, page = await visit.read(look)
    talk = next((row for row in rows if row["id"] == key), None)
    if talk is None:
        raise Refused(404, "inbox.gone")
    return visit.part("inbox_older.html", page=page, older=places(page.older), talk=talk,
                      labels=labels(visit, rows), names=names_of(cast_of(visit)),
                      mark="")  # fmt: skip


async def explain(visit: Visit) -> web.Response:
    """Why the persona said a line: what it answers to the same words now, with its reason."""
    key, place = key_of(visit), line_of(visit.query("line"))

    def look(tx: Tx) -> tuple[Line, str, Setting, Asker, str] | None:
        talk = conversations.get(tx, key)
        line = thread.line(tx, key, *place) if talk is not None and place else None
        setting = setting_of(visit, tx)
        if talk is None or line is None or setting is None:
            return None
        persona = line.persona or persona_of(visit, talk)
        asker = asker_of(tx, talk, persona)
        return line, thread.asked(tx, key, line), setting, asker, persona

    found = await visit.read(look)
    if found is None:
        raise Refused(404, "error.gone")
    line, words, setting, asker, persona = found
    told = None
    if words and persona in setting.cast.scripts and asker.talk is not None:
        free = replace(asker.talk, mode="auto", waiting_since=None, misses=0)
        told = why(setting, persona, words, replace(asker, talk=free))
    return visit.part("inbox_why.html", line=line, words=words, told=told,
                      names=names_of(cast_of(visit)), persona=persona)  # fmt: skip
