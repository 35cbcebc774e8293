"""The list of segments: whom each means, how many it holds, how that changes, and what uses it."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from bot.console.page import BASE, Entry, Page, Route
from bot.console.pages import segment_read
from bot.console.pages.segment_read import Listed
from bot.console.rights import Right
from bot.console.segmenting import plain
from bot.console.visit import Visit
from bot.core.clock import SECOND
from bot.core.errors import BadInput
from bot.library import segments as meant
from bot.store import audience, segments
from bot.store.engine import Tx

LONG = 5 * SECOND  # after which the rest keeps its last counts
SAMPLES = ("regulars", "cooling", "new_friends")  # sentences to begin with


async def show(visit: Visit) -> web.Response:
    """All of them; ``a`` opens the form with these words."""
    if words := visit.request.query.get("a", ""):
        return visit.go(segment_read.at(words[:1_000], "/segments/new").replace("?s=", "?a=", 1))
    rows = await visit.read(segment_read.listed, visit)
    words_of = {name: visit.t(f"segment_words.{name}") for name in SAMPLES}
    samples = [(name, words, plain(visit.lang, words)) for name, words in words_of.items()]
    return await visit.page(
        "segments.html", rows=[row for row in rows if row.one.archived_at is None],
        away=[row for row in rows if row.one.archived_at is not None], samples=samples,
        edits=visit.may(Right.SEGMENTS_EDIT), link=lambda name: BASE + segment_read.at(name),
    )  # fmt: skip


async def counts(visit: Visit) -> web.Response:
    """The rows with counts of this moment, which are kept as those of the day."""
    rows = await visit.read(_counted, visit)
    await visit.write(_noted, visit, rows)
    return visit.part("segment_rows.html", rows=rows, fresh=True,
                      link=lambda name: BASE + segment_read.at(name))  # fmt: skip


def _counted(tx: Tx, visit: Visit) -> list[Listed]:
    cast, clock = segment_read.cast_of(visit), visit.console.clock
    rows = [row for row in segment_read.listed(tx, visit) if row.one.archived_at is None]
    means = {one.name: wanted for one, wanted in meant.everything(tx, cast)}
    ends, found = clock.now() + LONG, []
    for row in rows:
        wanted = means[row.one.name]
        if isinstance(wanted, BadInput):
            found.append(replace(row, count=None, at=None, wrong=wanted))
        elif clock.now() < ends:
            n = audience.count(tx, wanted, visit.now, visit.console.sets)
            found.append(replace(row, count=n, at=visit.now))
        else:
            found.append(row)
    return found


def _noted(tx: Tx, visit: Visit, rows: list[Listed]) -> None:
    day = segment_read.today(visit)
    for row in rows:
        if row.count is not None and row.at == visit.now:
            segments.note_day(tx, row.one.name, day, row.count, visit.now)


SEE = Right.MEMBERS_SEE
PAGE = Page(
    routes=(
        Route(method="GET", path="/segments", handler=show, needs=SEE),
        Route(method="GET", path="/segments/counts", handler=counts, needs=SEE),
    ),
    entry=Entry(path="/segments", name="segments.title", needs=SEE, order=25, key="o"),
)
