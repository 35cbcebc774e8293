"""Lines further back, and why the persona said one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.console.naming import because
from bot.console.pages.inbox_list import cast_of, names_of
from bot.console.pages.inbox_thread import (
    LINES,
    asker_of,
    key_of,
    line_of,
    named,
    persona_of,
    places,
    setting_of,
)
from bot.console.pages.inbox_whole import labels
from bot.console.visit import Refused, Visit
from bot.library.speech import Setting
from bot.library.why import Asker, decided
from bot.persona.because import because as made
from bot.store import conversations, joins, thread
from bot.store.engine import Row, Tx
from bot.store.thread import Line


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """A line, the words that it answers, and what is needed to decide about them again."""

    line: Line
    words: str
    then: Mapping[str, Any] | None
    setting: Setting
    persona: str
    asker: Asker


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
                      **named(visit), mark="")  # fmt: skip


async def explain(visit: Visit) -> web.Response:
    """Why the persona said a line: what was decided then, and what it would say now."""
    key, place = key_of(visit), line_of(visit.query("line"))

    def look(tx: Tx) -> _Asked | None:
        talk = conversations.get(tx, key)
        line = thread.line(tx, key, *place) if talk is not None and place else None
        setting = setting_of(visit, tx)
        if talk is None or line is None or setting is None:
            return None
        persona = line.persona or persona_of(visit, talk)
        return _Asked(line=line, words=thread.asked(tx, key, line), persona=persona,
                      then=thread.because(tx, line), setting=setting,
                      asker=asker_of(tx, talk, persona))  # fmt: skip

    found = await visit.read(look)
    if found is None:
        raise Refused(404, "error.gone")
    then, now = found.then, _now(found)
    return visit.part("inbox_why.html", line=found.line, words=found.words, persona=found.persona,
                      then=because(visit.lang, then) if then else None,
                      now=because(visit.lang, now) if now else None,
                      names=names_of(found.setting.cast))  # fmt: skip


def _now(found: _Asked) -> Mapping[str, Any] | None:
    """What would be decided about the same words by what is published now."""
    script, talk = found.setting.cast.scripts.get(found.persona), found.asker.talk
    if not found.words or script is None or talk is None:
        return None
    asker = replace(found.asker, talk=replace(talk, mode="auto", waiting_since=None, misses=0))
    decision = decided(found.setting, found.persona, found.words, asker)
    return made(script, decision, found.words.split("\n"))
